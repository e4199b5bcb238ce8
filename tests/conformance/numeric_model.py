"""Numeric cases made up at random, computed with plain loops from the behaviour document alone.

Like blocks_model.py it shares nothing with the engine.
"""
import math


class RandomState:
    """The legacy Mersenne Twister generator with NumPy's distributions."""

    def __init__(self, seed):
        self.state = [seed & 0xffffffff]
        for i in range(1, 624):
            last = self.state[-1]
            self.state.append((1812433253 * (last ^ last >> 30) + i) & 0xffffffff)
        self.at, self.kept = 624, None

    def u32(self):
        s = self.state
        if self.at == 624:
            for i in range(624):
                y = (s[i] & 0x80000000) | (s[(i + 1) % 624] & 0x7fffffff)
                s[i] = s[(i + 397) % 624] ^ y >> 1 ^ (0x9908b0df if y & 1 else 0)
            self.at = 0
        y = s[self.at]
        self.at += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9d2c5680
        y ^= y << 15 & 0xefc60000
        return y ^ y >> 18

    def double(self):
        a, b = self.u32() >> 5, self.u32() >> 6
        return (a * 67108864 + b) / 9007199254740992

    def interval(self, most):
        mask = (1 << most.bit_length()) - 1
        while True:
            value = self.u32() & mask
            if value <= most:
                return value

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.interval(i)
            items[i], items[j] = items[j], items[i]

    def gauss(self):
        if self.kept is not None:
            value, self.kept = self.kept, None
            return value
        while True:
            x1, x2 = 2 * self.double() - 1, 2 * self.double() - 1
            r2 = x1 * x1 + x2 * x2
            if 0 < r2 < 1:
                break
        f = math.sqrt(-2 * math.log(r2) / r2)
        self.kept = f * x1
        return f * x2


DEFAULT_SEED = 1

# ---- Schemes ----


def cut(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


def epochs_of(scheme, seed):
    """A function that gives the requests of the next epoch."""
    kind, args = scheme["type"], scheme.get("args", {})
    if kind == "ConcatenatedScheme":
        inner = [epochs_of(part, seed) for part in args["schemes"]]
        return lambda: [request for part in inner for request in part()]
    if kind == "ConstantScheme":
        if args.get("times") is not None:
            return lambda: [args["batch_size"]] * args["times"]
        return lambda: [len(part) for part in cut(list(range(args["num_examples"])), args["batch_size"])]
    examples = args["examples"]
    rng = RandomState(DEFAULT_SEED if seed is None else seed)

    def epoch():
        indices = list(examples) if isinstance(examples, list) else list(range(examples))
        if kind.startswith("Shuffled"):
            rng.shuffle(indices)
        if kind.endswith("ExampleScheme"):
            return indices
        parts = cut(indices, args["batch_size"])
        return [sorted(part) for part in parts] if args.get("sorted_indices") else parts

    return epoch


def scheme_case(rng, name):
    def one(examples_only=False):
        kind = rng.choice(["SequentialExampleScheme", "ShuffledExampleScheme"] if examples_only else
                          ["SequentialScheme", "ShuffledScheme", "ShuffledScheme"])
        count = rng.randint(1, 12)
        args = {"examples": rng.choice([count, rng.sample(range(30), count)])}
        if not examples_only:
            args["batch_size"] = rng.randint(1, 5)
        if kind == "ShuffledScheme" and rng.random() < 0.3:
            args["sorted_indices"] = True
        return {"type": kind, "args": args}

    draw = rng.randrange(5)
    seed = rng.choice([None, 7, 123])
    if draw == 0:
        scheme = {"type": "ConstantScheme", "args": rng.choice([{"batch_size": 3, "times": 2},
                                                                {"batch_size": 3, "num_examples": rng.randint(1, 9)}])}
    elif draw == 1:
        scheme = {"type": "ConcatenatedScheme", "args": {"schemes": [one() for _ in range(2)]}}
    else:
        scheme = one(draw == 2)
    case = {"name": name, "group": "scheme", "kind": "scheme", "scheme": scheme, "epochs": 3}
    if seed is not None:
        case["seed"] = seed
    epoch = epochs_of(scheme, seed)
    case["expected"] = {"epochs": [epoch() for _ in range(3)]}
    return case


# ---- Start values ----


def matrix(rows, columns, value):
    return [[value(i, j) for j in range(columns)] for i in range(rows)]


def orthonormal(square):
    """Q of the one factorisation whose R has a positive diagonal: the columns made orthogonal in turn."""
    size, columns = len(square), []
    for j in range(size):
        column = [row[j] for row in square]
        for _ in range(2):  # twice is enough
            for other in columns:
                dot = sum(a * b for a, b in zip(column, other))
                column = [a - dot * b for a, b in zip(column, other)]
        norm = math.sqrt(sum(a * a for a in column))
        columns.append([a / norm for a in column])
    return matrix(size, size, lambda i, j: columns[j][i])


def generate(scheme, rng, shape):
    kind, args = scheme["type"], scheme.get("args", {})

    def filled(value, dims):
        return [filled(value, dims[1:]) for _ in range(dims[0])] if dims else value()

    if kind == "Constant":
        return filled(lambda: float(args["constant"]), shape)
    if kind == "IsotropicGaussian":
        return filled(lambda: args.get("mean", 0) + args.get("std", 1) * rng.gauss(), shape)
    if kind == "Uniform":
        width, mean = args.get("width") or math.sqrt(12) * args["std"], args.get("mean", 0.0)
        low, high = mean - width / 2, mean + width / 2
        return filled(lambda: low + (high - low) * rng.double(), shape)
    if kind == "Identity":
        return matrix(*shape, lambda i, j: args.get("mult", 1) * float(i == j))
    scale = args.get("scale", 1)
    if shape[0] == shape[1]:
        q = orthonormal(matrix(*shape, lambda i, j: rng.gauss()))
        return [[scale * v for v in row] for row in q]
    left = orthonormal(matrix(shape[0], shape[0], lambda i, j: rng.gauss()))
    right = orthonormal(matrix(shape[1], shape[1], lambda i, j: rng.gauss()))
    return matrix(*shape, lambda i, j: scale * sum(left[i][k] * right[k][j] for k in range(min(shape))))


def initial_scheme(rng, flat):
    kind = rng.choice(["Constant", "IsotropicGaussian", "Uniform"] + ["Identity", "Orthogonal"] * (not flat))
    args = {"Constant": {"constant": 0.5}, "IsotropicGaussian": rng.choice([{}, {"std": 0.1, "mean": 2.0}]),
            "Uniform": rng.choice([{"width": 0.5}, {"std": 0.2, "mean": 1.0}]),
            "Identity": rng.choice([{}, {"mult": 2.0}]), "Orthogonal": rng.choice([{}, {"scale": 0.5}])}[kind]
    return {"type": kind, "args": args}


def initialisation_case(rng, name):
    shape = [rng.randint(1, 4) for _ in range(rng.choice([1, 2, 2, 2, 3]))]
    scheme, seed = initial_scheme(rng, len(shape) != 2), rng.randint(0, 10 ** 6)
    return {"name": name, "group": "initialisation", "kind": "initialisation", "scheme": scheme, "seed": seed,
            "shape": shape, "expected": {"value": generate(scheme, RandomState(seed), shape)}}


def mlp_initialisation_case(rng, name):
    dims = [rng.randint(1, 4) for _ in range(rng.randint(2, 4))]
    weights, biases, seed = initial_scheme(rng, False), initial_scheme(rng, True), rng.choice([None, 5, 77])
    generator, parameters = RandomState(1791095845 if seed is None else seed), {}
    for layer, shape in enumerate(zip(dims, dims[1:])):
        parameters["/mlp/linear_%d.b" % layer] = generate(biases, generator, [shape[1]])
        parameters["/mlp/linear_%d.W" % layer] = generate(weights, generator, list(shape))
    case = {"name": name, "group": "initialisation", "kind": "mlp_initialisation", "dims": dims, "weights_init": weights,
            "biases_init": biases, "expected": {"parameters": parameters}}
    if seed is not None:
        case["seed"] = seed
    return case


# ---- Activations: rows to rows, and what comes back through them ----


def softmax(row):
    top = max(row)
    powers = [math.exp(v - top) for v in row]
    return [p / sum(powers) for p in powers]


def slope(kind, args, x, y):
    leak = args.get("leak", 0.01)
    return {"Identity": 1.0, "Tanh": 1 - y * y, "Logistic": y * (1 - y),
            "Rectifier": 0.5 if x == 0 else float(x > 0), "Softplus": 1 / (1 + math.exp(-x)),
            "LeakyRectifier": (1 + leak) / 2 if x == 0 else 1.0 if x > 0 else leak}[kind]


def elementwise(kind, args, x):
    return {"Identity": lambda: x, "Tanh": lambda: math.tanh(x), "Logistic": lambda: 1 / (1 + math.exp(-x)),
            "Rectifier": lambda: max(x, 0.0), "Softplus": lambda: math.log(1 + math.exp(x)),
            "LeakyRectifier": lambda: x if x > 0 else args.get("leak", 0.01) * x}[kind]()


def activate(kind, args, row):
    """The output, and a function from its gradient to that of the row."""
    if kind == "Softmax":
        y = softmax(row)
        return y, lambda g: [a * (b - sum(c * d for c, d in zip(y, g))) for a, b in zip(y, g)]
    if kind == "Maxout":
        pieces = args["num_pieces"]
        y = [max(row[i:i + pieces]) for i in range(0, len(row), pieces)]
        return y, lambda g: [g[i // pieces] * (row[i] == y[i // pieces]) for i in range(len(row))]
    y = [elementwise(kind, args, x) for x in row]
    return y, lambda g: [a * slope(kind, args, x, b) for a, x, b in zip(g, row, y)]


ACTIVATIONS = ["Identity", "Tanh", "Logistic", "Rectifier", "Softplus", "LeakyRectifier", "Softmax"]


def activation_case(rng, name):
    kind = rng.choice(ACTIVATIONS + ["Maxout"])
    args = {"num_pieces": 2} if kind == "Maxout" else {"leak": 0.2} if kind == "LeakyRectifier" and rng.random() < 0.5 else {}
    width = 2 * rng.randint(1, 3) if kind == "Maxout" else rng.randint(1, 4)
    x = matrix(rng.randint(1, 3), width, lambda i, j: rng.gauss(0, 2) if rng.random() < 0.9 or kind == "Maxout" else 0.0)
    pairs = [activate(kind, args, row) for row in x]
    gradient = [back([float(j + 1) for j in range(len(y))]) for y, back in pairs]
    case = {"name": name, "group": "activation", "kind": "activation",
            rng.choice(["x", "input"]): x, "expected": {"output": [y for y, _ in pairs], "gradient": gradient}}
    case["activation"] = {"type": kind, "args": args} if args or rng.random() < 0.5 else kind
    return case


# ---- Costs: the value, and the gradient with respect to the prediction ----


def cost_of(kind, y, p):
    rows = len(p)
    if kind == "SquaredError":
        return (sum((a - b) ** 2 for r, s in zip(y, p) for a, b in zip(r, s)) / rows,
                [[2 * (b - a) / rows for a, b in zip(r, s)] for r, s in zip(y, p)])
    if kind == "AbsoluteError":
        return (sum(abs(a - b) for r, s in zip(y, p) for a, b in zip(r, s)) / rows,
                [[((b > a) - (b < a)) / rows for a, b in zip(r, s)] for r, s in zip(y, p)])
    if kind == "BinaryCrossEntropy":
        return (-sum(a * math.log(b) + (1 - a) * math.log(1 - b) for r, s in zip(y, p) for a, b in zip(r, s)) / rows,
                [[-(a / b - (1 - a) / (1 - b)) / rows for a, b in zip(r, s)] for r, s in zip(y, p)])
    if not isinstance(y[0], list):
        y = [[float(j == label) for j in range(len(row))] for label, row in zip(y, p)]
    return (-sum(a * math.log(b) for r, s in zip(y, p) for a, b in zip(r, s)) / rows,
            [[-a / b / rows for a, b in zip(r, s)] for r, s in zip(y, p)])


def misclassification(y, p, top_k):
    wrong = 0
    for label, row in zip(y, p):
        if top_k == 1:
            wrong += row.index(max(row)) != label
        else:
            wrong += sum(v >= row[label] for j, v in enumerate(row) if j != label) >= top_k
    return wrong / len(p)


def cost_case(rng, name):
    kind = rng.choice(["SquaredError", "AbsoluteError", "BinaryCrossEntropy", "CategoricalCrossEntropy", "MisclassificationRate"])
    rows, width = rng.randint(1, 4), rng.randint(2, 4)
    between = kind in ("BinaryCrossEntropy", "CategoricalCrossEntropy")
    p = matrix(rows, width, lambda i, j: rng.uniform(0.05, 0.95) if between else rng.choice([rng.gauss(0, 1), 0.5]))
    if kind == "MisclassificationRate" or (kind == "CategoricalCrossEntropy" and rng.random() < 0.5):
        y = [rng.randrange(width) for _ in range(rows)]
    else:
        y = matrix(rows, width, lambda i, j: rng.uniform(0, 1) if between else rng.choice([0.5, rng.gauss(0, 1)]))
    case = {"name": name, "group": "cost", "kind": "cost", "cost": rng.choice([kind, {"type": kind, "args": {}}]),
            rng.choice(["y", "y_true", "targets"]): y, rng.choice(["y_hat", "prediction"]): p}
    if kind == "MisclassificationRate":
        top_k = rng.choice([1, 1, 2])
        if top_k > 1:
            case["cost"] = {"type": kind, "args": {"top_k": top_k}}
        case["expected"] = {"value": misclassification(y, p, top_k)}
    else:
        value, gradient = cost_of(kind, y, p)
        case["expected"] = {"value": value, "gradient": gradient}
    return case
