#!/usr/bin/python3
"""Writes tests/graph/recurrent.inc: results of recurrent cells, step by step in NumPy and float64.

Run it again when a case is added:  /usr/bin/python3 tests/graph/recurrent.py > tests/graph/recurrent.inc
test_recurrent.c makes the same operands by the same formula.
"""
import numpy as np

TIME, BATCH, DIM = 4, 3, 5

ACTIVATIONS = {
    "IDENTITY": lambda x: x,
    "TANH": np.tanh,
    "LOGISTIC": lambda x: 1 / (1 + np.exp(-x)),
    "RECTIFIER": lambda x: np.maximum(x, 0),
    "SOFTPLUS": lambda x: np.log1p(np.exp(x)),
    "LEAKY_RECTIFIER": lambda x: np.where(x > 0, x, 0.2 * x),
}

# cell, activation, activation of the gates, masked, reversed, initial states for each row
CASES = [
    ("SIMPLE", "TANH", "LOGISTIC", 0, 0, 0),
    ("SIMPLE", "TANH", "LOGISTIC", 1, 0, 1),
    ("SIMPLE", "RECTIFIER", "LOGISTIC", 1, 1, 0),
    ("SIMPLE", "LOGISTIC", "LOGISTIC", 0, 1, 1),
    ("SIMPLE", "IDENTITY", "LOGISTIC", 1, 0, 0),
    ("SIMPLE", "SOFTPLUS", "LOGISTIC", 0, 0, 0),
    ("SIMPLE", "LEAKY_RECTIFIER", "LOGISTIC", 0, 0, 0),
    ("LSTM", "TANH", "LOGISTIC", 0, 0, 0),
    ("LSTM", "TANH", "LOGISTIC", 1, 0, 1),
    ("LSTM", "TANH", "LOGISTIC", 1, 1, 0),
    ("LSTM", "LOGISTIC", "TANH", 1, 0, 0),
    ("LSTM", "SOFTPLUS", "LOGISTIC", 0, 1, 1),
    ("LSTM", "TANH", "LEAKY_RECTIFIER", 1, 0, 1),
    ("GATED", "TANH", "LOGISTIC", 0, 0, 0),
    ("GATED", "TANH", "LOGISTIC", 1, 0, 1),
    ("GATED", "TANH", "LOGISTIC", 1, 1, 0),
    ("GATED", "RECTIFIER", "SOFTPLUS", 1, 0, 1),
    ("GATED", "IDENTITY", "TANH", 0, 1, 0),
]


def operand(number, *shape):
    """The operand of that number: test_recurrent.c has the same formula."""
    i = np.arange(int(np.prod(shape)))
    return (0.8 * np.sin(1.3 * i + number + 0.5)).reshape(shape)


def mask():
    i = np.arange(TIME * BATCH)
    return (i * 7 % 5 != 0).astype(np.float64).reshape(TIME, BATCH)


def simple(act, gate, x, state, old):
    (h,) = old
    return (act(x[0] + h @ state[0]),)


def lstm(act, gate, x, w, old):
    h, c = old
    weights, to_in, to_forget, to_out = w
    z = np.split(x[0] + h @ weights, 4, axis=1)
    new = gate(z[1] + c * to_forget) * c + gate(z[0] + c * to_in) * act(z[2])
    return gate(z[3] + new * to_out) * act(new), new


def gated(act, gate, x, w, old):
    (h,) = old
    update, reset = np.split(gate(x[1] + h @ w[1]), 2, axis=1)
    return (update * act(x[0] + (reset * h) @ w[0]) + (1 - update) * h,)


# step, widths of the inputs, shapes of the weights, number of states
CELLS = {
    "SIMPLE": (simple, [1], [(DIM, DIM)], 1),
    "LSTM": (lstm, [4], [(DIM, 4 * DIM), (DIM,), (DIM,), (DIM,)], 2),
    "GATED": (gated, [1, 2], [(DIM, DIM), (DIM, 2 * DIM)], 1),
}


def run(cell, activation, gate, masked, reverse, per_row):
    step, widths, shapes, count = CELLS[cell]
    inputs = [operand(k, TIME, BATCH, width * DIM) for k, width in enumerate(widths)]
    weights = [operand(2 + k, *shape) for k, shape in enumerate(shapes)]
    states = [operand(6 + k, *((BATCH, DIM) if per_row else (DIM,))) * np.ones((BATCH, 1)) for k in range(count)]
    results = np.zeros((count, TIME, BATCH, DIM))
    for t in reversed(range(TIME)) if reverse else range(TIME):
        new = step(ACTIVATIONS[activation], ACTIVATIONS[gate], [x[t] for x in inputs], weights, states)
        m = mask()[t][:, None] if masked else 1.0
        states = [m * n + (1 - m) * o for n, o in zip(new, states)]
        for k in range(count):
            results[k, t] = states[k]
    return results.ravel()


print("/* Made by recurrent.py: do not edit. */")
for number, case in enumerate(CASES):
    values = ", ".join(repr(float(v)) for v in run(*case))
    print("static const double result_%d[] = { %s };" % (number, values))
print("static const struct recurrent_case cases[] = {")
for number, (cell, act, gate, masked, reverse, per_row) in enumerate(CASES):
    print("    { CELL_%s, ACTIVATION_%s, ACTIVATION_%s, %s, %s, %s, result_%d }," % (
        cell, act, gate, *("true" if flag else "false" for flag in (masked, reverse, per_row)), number))
print("};")
