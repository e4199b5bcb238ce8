"""What bench/run.py measures: the nets of bench/workloads, their peers, their goals, their products."""
from collections import namedtuple

# ways: of PyTorch.  sklearn: whether scikit-learn has the net.  goals: ratios wanted on 1 and on 2 threads, None for none.
# products: those of a training step, as build/bench/products reads them.
Workload = namedtuple("Workload", "about ways sklearn goals products")

PLAIN = ("eager", "jit", "foreach", "jit+foreach")
IMAGES = ("eager", "channels-last", "channels-last+foreach", "jit+channels-last")
RECURRENT = ("eager", "foreach", "jit+foreach")


def dense(batch, *dims, first=True):
    """Forward, gradients of the weights, and of the inputs unless these are the data."""
    products = []
    for layer, (inputs, outputs) in enumerate(zip(dims, dims[1:])):
        products += ["%dx%dx%d" % (batch, outputs, inputs), "%dx%dx%da" % (inputs, outputs, batch)]
        if layer or not first:
            products.append("%dx%dx%db" % (batch, inputs, outputs))
    return products


def convolution(images, filters, patch, places, first):
    """Image by image, over columns (patch, places)."""
    shapes = ["%dx%dx%d" % (filters, places, patch), "%dx%dx%db" % (filters, patch, places)]
    if not first:
        shapes.append("%dx%dx%da" % (patch, places, filters))
    return ["%s*%d" % (shape, images) for shape in shapes]


def recurrent(batch, steps, columns, units, widths):
    """The inputs of all steps at once, a product for every step and each of the widths, their gradients."""
    products = dense(batch * steps, columns, sum(widths))
    for width in widths:
        products += ["%dx%dx%d*%d" % (batch, width, units, steps), "%dx%dx%db*%d" % (batch, units, width, steps),
                     "%dx%dx%da" % (units, width, batch * steps)]
    return products


CONVNET = (convolution(128, 20, 25, 576, True) + convolution(128, 50, 500, 64, False)
           + dense(128, 800, 500, 10, first=False))

WORKLOADS = {
    "W1": Workload("64-128-10 tanh, batch 64, Scale", PLAIN, True, (4.0, 5.0), dense(64, 64, 128, 10)),
    "W2": Workload("784-500-10 tanh, 60,000 rows, batch 128, Scale", PLAIN, True, (1.35, 1.7), dense(128, 784, 500, 10)),
    "W3": Workload("784-1024-1024-10 Rectifier, batch 128, Adam", PLAIN, True, (1.45, 1.8), dense(128, 784, 1024, 1024, 10)),
    "W4": Workload("conv 5x5x20, pool 2, conv 5x5x50, pool 2, 500, 10, batch 128, Momentum", IMAGES, False, (1.7, 2.0), CONVNET),
    "W5": Workload("LSTM 128 over 28 steps of 28, batch 128, Adam", RECURRENT, False, (1.7, 2.5),
                   recurrent(128, 28, 28, 128, (512,)) + dense(128, 128, 10, first=False)),
    "W6": Workload("16-16-2 tanh, batch 8, Scale", PLAIN, True, (40.0, None), dense(8, 16, 16, 2)),
    "deep": Workload("64, twelve layers of 64 Rectifier, 10, batch 64, Scale", PLAIN, True, (None, None),
                     dense(64, *([64] * 13), 10)),
    "gated": Workload("gated recurrent 128 over 28 steps of 28, batch 128, Adam", RECURRENT, False, (None, None),
                      recurrent(128, 28, 28, 128, (128, 256)) + dense(128, 128, 10, first=False)),
    "normalised": Workload("W4 with batch normalization behind both convolutions", IMAGES, False, (None, None), CONVNET),
}
