#!/usr/bin/python3
"""Writes tests/graph/reference.inc: operands and results of every operation, computed by NumPy in float64.

Run it again when a case is added:  /usr/bin/python3 tests/graph/reference.py > tests/graph/reference.inc
test_operations.c builds the same expressions by name.
"""
import numpy as np

random = np.random.RandomState(20)


def real(*shape, low=-2.0, high=2.0):
    return np.round(random.uniform(low, high, shape), 3)


def labels(count, classes):
    return random.randint(0, classes, count)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def logistic(x):
    return 1 / (1 + np.exp(-x))


cases = []


def case(name, result, *operands):
    cases.append((name, operands, np.asarray(result, dtype=np.float64)))


# Elementwise, of a batch of rows.
x, y = real(4, 5), real(4, 5)
positive, other = real(4, 5, low=0.2, high=3), real(4, 5, low=0.5, high=2)
for name, result in (("negative", -x), ("abs", abs(x)), ("sqr", x * x), ("exp", np.exp(x)), ("tanh", np.tanh(x)),
                     ("logistic", logistic(x)), ("rectifier", np.maximum(x, 0)), ("softplus", np.log1p(np.exp(x))),
                     ("leaky_rectifier", np.where(x > 0, x, 0.1 * x))):
    case(name, result, x)
case("sqrt", np.sqrt(positive), positive)
case("log", np.log(positive), positive)
case("add", x + y, x, y)
case("subtract", x - y, x, y)
case("multiply", x * y, x, y)
case("divide", x / other, x, other)
case("power", positive ** y, positive, y)
case("power_2", x ** 2, x)
case("power_3", x ** 3, x)
case("power_minus_3", positive ** -3, positive)
case("power_7", x ** 7, x)
case("power_minus_2_7", positive ** -2.7, positive)
case("power_half", np.sqrt(positive), positive)
case("minimum", np.minimum(x, y), x, y)
case("maximum", np.maximum(x, y), x, y)
z = np.round(x)
w = np.round(y)
for name, result in (("equal", z == w), ("not_equal", z != w), ("less", z < w), ("less_equal", z <= w),
                     ("greater", z > w), ("greater_equal", z >= w)):
    case(name, result, z, w)

# Broadcasting: a row, a column, a scalar, a middle axis, long rows and many of them.
case("add_row", x + y[0], x, y[0])
case("multiply_column", x * y[:, :1], x, y[:, :1])
case("row_and_column", y[0] - y[:, :1], y[0], y[:, :1])
s = real()
case("scalar", x * s + s, x, s)
cube, middle, row = real(3, 4, 5), real(3, 1, 5), real(5)
case("middle_axis", np.tanh(cube * middle) + row, cube, middle, row)
lead = real(4, 1)
case("missing_axes", cube / (2.5 + lead), cube, lead)
wide, bias = real(3, 2100), real(2100)
case("long_rows", np.sum(np.tanh(wide + bias) * bias, axis=1), wide, bias)
tall, few = real(700, 3), real(3)
case("many_rows", np.sum(logistic(tall + few) * few, axis=0), tall, few)

# Reductions.
case("sum", x.sum(), x)
case("mean", x.mean(), x)
case("sum_rows", cube.sum(axis=2), cube)
case("sum_columns", cube.sum(axis=0), cube)
case("sum_middle", cube.sum(axis=1), cube)
case("sum_ends", cube.sum(axis=(0, 2)), cube)
case("sum_keep", cube.sum(axis=(0, 2), keepdims=True), cube)
case("mean_rows", x.mean(axis=1), x)
case("mean_ends", cube.mean(axis=(0, 2)), cube)
case("max", x.max(), x)
case("max_rows", cube.max(axis=-1), cube)
case("min_columns", cube.min(axis=0), cube)
case("argmax_rows", cube.argmax(axis=2), cube)
case("argmax_first", cube.argmax(axis=0), cube)
case("l2_norm", np.sqrt((x * x).sum() + (cube * cube).sum()), x, cube)

# Products.
a, b, v, u = real(4, 6), real(6, 3), real(6), real(4)
case("dot", a @ b, a, b)
right, both, sequence = real(4, 2), real(3, 4), real(2, 4, 6)
case("dot_transposed", a.T @ right, a, right)
case("dot_both_transposed", a.T @ both.T, a, both)
case("dot_right_transposed", a @ b.T.copy().T, a, b.T.copy())
case("dot_matrix_vector", a @ v, a, v)
case("dot_vector_matrix", u @ a, u, a)
case("dot_vectors", v @ v[::-1], v, v[::-1].copy())
case("dot_sequence", np.dot(sequence, b), sequence, b)
case("dot_sequence_vector", np.dot(sequence, v), sequence, v)

# Shapes.
case("reshape", cube.reshape(12, 5), cube)
case("reshape_rest", cube.reshape(3, -1), cube)
case("flatten", cube.reshape(3, 20), cube)
case("flatten_up", v.reshape(6, 1, 1), v)
case("dimshuffle", cube.transpose(1, 0, 2), cube)
case("dimshuffle_new", x.T[:, None, :], x)
case("concatenate", np.concatenate([x, y, x[:, :2]], axis=1), x, y, x[:, :2])
case("concatenate_rows", np.concatenate([x, y], axis=0), x, y)
case("slice", x[:, 1:-1], x)
case("slice_rows", x[1:9], x)
case("slice_empty_end", x[:, -2:], x)
case("at", cube[1], cube)
case("at_last", cube[-1], cube)

# Classes.
scores, truth, p = real(5, 4), labels(5, 4), softmax(real(5, 4))
q = softmax(real(5, 4))
case("softmax", softmax(scores), scores)
case("softmax_sequence", softmax(cube), cube)
case("log_softmax", np.log(softmax(scores)), scores)
case("maxout", scores.reshape(5, 2, 2).max(axis=2), scores)
case("maxout_rest", x[:, :4].reshape(4, 2, 2).max(axis=2), x)
case("one_hot", np.eye(4)[truth], truth)
rows = np.arange(5)
case("cross_entropy_labels", -np.log(p[rows, truth]), truth, p)
case("cross_entropy_column", -np.log(p[rows, truth]), truth[:, None], p)
case("cross_entropy_distributions", -(q * np.log(p)).sum(axis=1), q, p)
case("cross_entropy_softmax", -np.log(softmax(scores)[rows, truth]), truth, scores)
case("cross_entropy_softmax_distributions", -(q * np.log(softmax(scores))).sum(axis=1), q, scores)
target = real(4, 5, low=0, high=1)
case("binary_cross_entropy", -(target * np.log(target[::-1] * 0.9 + 0.05) +
                               (1 - target) * np.log(1 - (target[::-1] * 0.9 + 0.05))),
     target, target[::-1] * 0.9 + 0.05)
case("binary_cross_entropy_logistic", -(target * np.log(logistic(x)) + (1 - target) * np.log(1 - logistic(x))),
     target, x)
case("misclassification", p.argmax(axis=1) != truth, truth, p)
ties = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [3, 2, 1, 0], [0, 1, 2, 3], [1, 1, 1, 1.0]])
case("misclassification_ties", ties.argmax(axis=1) != truth, truth, ties)
better = (ties >= ties[rows, truth][:, None]).sum(axis=1) - 1
case("misclassification_top_2", better >= 2, truth, ties)

# Nets.
w0, b0, w1, b1 = real(6, 5), real(5), real(5, 4), real(4)
features, answers = real(4, 6), labels(4, 4)
hidden = np.tanh(features @ w0 + b0)
probabilities = softmax(hidden @ w1 + b1)
case("net", -np.log(probabilities[np.arange(4), answers]).mean() + 0.01 * (w0 ** 2).sum(),
     features, answers, w0, b0, w1, b1)
rectified = np.maximum(features @ w0 + b0, 0)
case("net_rectifier", ((rectified @ w1 + b1 - 1) ** 2).sum(axis=1).mean(), features, w0, b0, w1, b1)
square = real(4, 4)
once = np.tanh(both @ square)
case("shared_weights", np.tanh(once @ square) * once, both, square)

# Rows by their numbers, some of them twice, one from the end.
table, words = real(5, 3), np.array([[1, 0, 4], [1, 1, 3]])
case("lookup", table[words], table, words)
numbers_of_rows = labels(7, 5)
case("lookup_vector", table[numbers_of_rows], table, numbers_of_rows)


def pad_image(image, height, width, value=0.0):
    return np.pad(image, ((0, 0), (0, 0), (height, height), (width, width)), constant_values=value)


def convolution(image, filters, step=(1, 1), pad=(0, 0)):
    image, flipped = pad_image(image, *pad), filters[:, :, ::-1, ::-1]
    h, w = filters.shape[2:]
    rows, columns = (image.shape[2] - h) // step[0] + 1, (image.shape[3] - w) // step[1] + 1
    out = np.zeros((len(image), len(filters), rows, columns))
    for y in range(rows):
        for x in range(columns):
            seen = image[:, :, y * step[0]:y * step[0] + h, x * step[1]:x * step[1] + w]
            out[:, :, y, x] = np.tensordot(seen, flipped, ((1, 2, 3), (1, 2, 3)))
    return out


def transposed_convolution(places, filters, height, width, step=(1, 1), pad=(0, 0)):
    """By its definition: <convolution(image), places> = <image, result> for every image."""
    out = np.zeros((len(places), filters.shape[1], height, width))
    for index in np.ndindex(out.shape[1:]):
        image = np.zeros((1,) + out.shape[1:])
        image[(0,) + index] = 1
        out[(slice(None),) + index] = np.tensordot(places, convolution(image, filters, step, pad)[0],
                                                   ((1, 2, 3), (0, 1, 2)))
    return out


images, filters = real(2, 3, 6, 7), real(4, 3, 3, 2)
case("convolution", convolution(images, filters), images, filters)
case("convolution_padded", convolution(images, filters, (1, 1), (2, 1)), images, filters)
case("convolution_stepped", convolution(images, filters, (2, 3), (1, 1)), images, filters)
case("convolution_far_padded", convolution(images[:, :, :2, :3], filters, (3, 2), (4, 3)), images[:, :, :2, :3], filters)
case("convolution_wide", convolution(images[:, :1, :, :].repeat(5, axis=3), filters[:, :1]),
     images[:, :1, :, :].repeat(5, axis=3), filters[:, :1])
case("convolution_point", convolution(images, filters[:, :, :1, :1]), images, filters[:, :, :1, :1])
places = real(2, 4, 3, 4)
case("transposed_convolution", transposed_convolution(places, filters, 5, 5), places, filters)
case("transposed_convolution_stepped", transposed_convolution(places, filters, 6, 8, (2, 2), (1, 0)), places, filters)
case("transposed_convolution_point", transposed_convolution(places, filters[:, :, :1, :1], 3, 4), places,
     filters[:, :, :1, :1])


def places_of(extent, window, step, pad, ignore_border):
    """Theano's rule."""
    if ignore_border:
        return (extent + 2 * pad - window) // step + 1
    if step >= window:
        return (extent - 1) // step + 1
    return max(0, (extent - 1 - window + step) // step) + 1


def pool(image, how, size, step, pad=(0, 0), ignore_border=True, include_padding=False):
    rows, columns = (places_of(image.shape[2 + k], size[k], step[k], pad[k], ignore_border) for k in (0, 1))
    out = np.zeros(image.shape[:2] + (rows, columns))
    padded = pad_image(image, *pad, value=0.0 if include_padding else np.nan)
    for y in range(rows):
        for x in range(columns):
            seen = padded[:, :, y * step[0]:y * step[0] + size[0], x * step[1]:x * step[1] + size[1]]
            out[:, :, y, x] = how(seen, axis=(2, 3))
    return out


pooled = random.permutation(2 * 3 * 7 * 9).reshape(2, 3, 7, 9) / 100 - 2  # no ties
for name, arguments in (("", ((2, 2), (2, 2))), ("_overlapping", ((3, 2), (1, 1))), ("_apart", ((1, 2), (2, 3))),
                        ("_padded", ((3, 4), (2, 3), (1, 2))), ("_to_the_border", ((2, 2), (2, 2), (0, 0), False)),
                        ("_over_the_border", ((3, 4), (2, 3), (0, 0), False)),
                        ("_larger", ((9, 10), (3, 3), (0, 0), False))):
    case("max_pooling" + name, pool(pooled, np.nanmax, *arguments), pooled)
    case("average_pooling" + name, pool(pooled, np.nanmean, *arguments), pooled)
case("average_pooling_with_padding", pool(pooled, np.mean, (3, 4), (2, 3), (1, 2), True, True), pooled)
biased = pooled[0:1, :, :1, :1] / 7
overlapping = ((3, 2), (1, 1))
case("max_pooling_rectified", pool(np.maximum(pooled + biased, 0), np.nanmax, *overlapping), pooled, biased)
case("max_pooling_tanh", pool(np.tanh(pooled), np.nanmax, *overlapping), pooled)
case("max_pooling_leaky", pool(np.where(pooled > 0, pooled, -0.5 * pooled), np.nanmax, *overlapping), pooled)
case("max_pooling_negative", pool(-pooled, np.nanmax, *overlapping), pooled)
case("max_pooling_of_a_sum", pool(pooled + pooled[:, ::-1] / 3, np.nanmax, *overlapping), pooled,
     pooled[:, ::-1] / 3)
even = real(3, 2, 6, 24)
case("max_pooling_even", pool(even, np.nanmax, (2, 2), (2, 2)), even)

# Behind max pooling most of the gradient of a convolution is zero.
pairs, far = ((2, 2), (2, 2)), ((2, 3), (3, 4))
images, filters = real(9, 3, 6, 7), real(4, 3, 3, 2)
case("convolution_pooled", pool(convolution(images, filters), np.nanmax, *pairs), images, filters)
images, filters = real(3, 2, 7, 9), real(3, 2, 4, 5)
case("convolution_padded_pooled", pool(convolution(images, filters, (1, 2), (2, 3)), np.nanmax, *far), images, filters)
images, filters = real(2, 1, 4, 20), real(2, 1, 2, 11)
case("convolution_wide_pooled", pool(convolution(images, filters), np.nanmax, *pairs), images, filters)
places, filters = real(2, 3, 3, 4), real(3, 2, 2, 3)
case("transposed_convolution_pooled", pool(transposed_convolution(places, filters, 4, 6), np.nanmax, *pairs), places,
     filters)


# Whole blocks of images, and some that are left over.
images, filters = real(19, 2, 5, 6), real(3, 2, 2, 3)
case("convolution_pooled_to_the_border", pool(convolution(images, filters), np.nanmax, (3, 3), (3, 3), (0, 0), False),
     images, filters)
images, filters = real(18, 1, 6, 5), real(13, 1, 2, 2)
case("convolution_pooled_padded", pool(convolution(images, filters), np.nanmax, (3, 4), (2, 3), (1, 2)), images, filters)
images, filters, bias = real(17, 1, 7, 6), real(2, 1, 3, 3), real(1, 2, 1, 1)
case("convolution_pooled_rectified",
     np.maximum(pool(convolution(images, filters, (1, 1), (2, 2)), np.nanmax, (2, 3), (1, 1)) + bias, 0), images, filters,
     bias)


def normalised(x, epsilon):
    axes = (0,) + tuple(range(2, x.ndim))
    mean = x.mean(axis=axes, keepdims=True)
    stdev = np.sqrt(((x - mean) ** 2).mean(axis=axes, keepdims=True) + epsilon)
    return (x - mean) / stdev, mean, stdev


x, scale, shift = real(6, 3, 4, 5), real(3), real(3, 1, 1)
case("batch_normalization", normalised(x, 1e-4)[0] * scale[:, None, None] + shift, x, scale, shift)
x = real(4, 5, 7)
case("batch_normalization_plain", normalised(x, 0.1)[0], x)
x, shift = real(3, 2, 9, 11) + 3, real(2)
y, mean, stdev = normalised(x, 0)
case("batch_normalization_statistics", (y + shift[:, None, None]) * stdev - mean * mean, x, shift)
x = real(5, 4, 3, 3)
_, mean, stdev = normalised(x, 0.5)
case("batch_normalization_statistics_alone", mean * stdev, x)

# Places that are pooled and read by others too.
images, filters = real(18, 2, 5, 6), real(3, 2, 2, 3)
places = convolution(images, filters)
case("convolution_pooled_and_read", pool(places, np.nanmax, *pairs) + np.tanh(places).mean(), images, filters)


def numbers(array):
    return ", ".join(repr(float(value)) for value in np.ravel(array)) or "0"


def dims(array):
    return ", ".join(str(n) for n in array.shape)


print("/* Made by reference.py: do not edit. */")
for name, operands, result in cases:
    for i, operand in enumerate(operands):
        print("static const double %s_%d[] = { %s };" % (name, i, numbers(operand)))
    print("static const double %s_result[] = { %s };" % (name, numbers(result)))
print("static const struct reference references[] = {")
for name, operands, result in cases:
    print('    { "%s", %d,' % (name, len(operands)))
    print("      {")
    for i, operand in enumerate(operands):
        print("          { %s_%d, { %d, { %s } }, %s }," % (
            name, i, operand.ndim, dims(operand) or "0", "true" if operand.dtype.kind == "i" else "false"))
    print("      },")
    print("      { %s_result, { %d, { %s } }, false } }," % (name, result.ndim, dims(result) or "0"))
print("};")
