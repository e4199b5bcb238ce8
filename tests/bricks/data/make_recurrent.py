"""Writes recurrent.json: recurrent bricks applied to sequences, step by step in NumPy.

Each case: the brick, its inputs in order (null: left out), parameters by path, results."""
import json
import numpy as np

TIME, BATCH = 3, 2
random = np.random.RandomState(31)


def draw(*shape):
    return np.round(random.uniform(-1, 1, shape), 2)


def logistic(x):
    return 1 / (1 + np.exp(-x))


def simple(p, x, h, m):
    new = np.tanh(x[0] + h[0] @ p["W"])
    return [m * new + (1 - m) * h[0]]


def lstm(p, x, s, m):
    h, c = s
    z = np.split(x[0] + h @ p["W_state"], 4, axis=1)
    cell = logistic(z[1] + c * p["W_cell_to_forget"]) * c + logistic(z[0] + c * p["W_cell_to_in"]) * np.tanh(z[2])
    new = logistic(z[3] + cell * p["W_cell_to_out"]) * np.tanh(cell)
    return [m * new + (1 - m) * h, m * cell + (1 - m) * c]


def gated(p, x, h, m):
    update, reset = np.split(logistic(x[1] + h[0] @ p["state_to_gates"]), 2, axis=1)
    new = update * np.tanh(x[0] + (reset * h[0]) @ p["state_to_state"]) + (1 - update) * h[0]
    return [m * new + (1 - m) * h[0]]


def parameters_of(step, dim):
    if step is simple:
        return {"W": draw(dim, dim), "initial_state": draw(dim)}
    if step is gated:
        return {"state_to_state": draw(dim, dim), "state_to_gates": draw(dim, 2 * dim), "initial_state": draw(dim)}
    return {"W_state": draw(dim, 4 * dim), "W_cell_to_in": draw(dim), "W_cell_to_forget": draw(dim),
            "W_cell_to_out": draw(dim), "initial_state": draw(dim), "initial_cells": draw(dim)}


def run(step, p, inputs, states=None, mask=None, reverse=False):
    """Results (time, batch, dim), in the order of the inputs."""
    names = ["initial_state"] + (["initial_cells"] if step is lstm else [])
    old = [np.broadcast_to(p[name], (BATCH, len(p[name]))) for name in names]
    if states:
        old = [given if given is not None else start for given, start in zip(states, old)]
    out = [[None] * TIME for _ in names]
    for t in reversed(range(TIME)) if reverse else range(TIME):
        m = 1.0 if mask is None else mask[t][:, None]
        old = step(p, [x[t] for x in inputs], old, m)
        for k, value in enumerate(old):
            out[k][t] = value
    return [np.array(steps) for steps in out]


cases = []


def case(brick, inputs, parameters, results):
    plain = lambda x: None if x is None else {"shape": list(x.shape), "values": x.ravel().tolist()}
    brick = dict(brick, weights_init={"type": "Constant", "constant": 0}, biases_init={"type": "Constant", "constant": 0})
    cases.append({"brick": brick, "inputs": [plain(x) for x in inputs], "results": [plain(x) for x in results],
                  "parameters": {path: value.ravel().tolist() for path, value in parameters.items()}})


def under(path, parameters):
    return {path + "." + name: value for name, value in parameters.items()}


MASK = np.array([[1, 1], [0, 1], [1, 0]], dtype=float)

p, x = parameters_of(simple, 3), draw(TIME, BATCH, 3)
brick = {"type": "SimpleRecurrent", "dim": 3, "activation": "Tanh"}
case(brick, [x], under("/top", p), run(simple, p, [x]))
case(brick, [x, None, MASK], under("/top", p), run(simple, p, [x], mask=MASK))

p, x, h, c = parameters_of(lstm, 2), draw(TIME, BATCH, 8), draw(BATCH, 2), draw(BATCH, 2)
brick = {"type": "LSTM", "dim": 2}
case(brick, [x], under("/top", p), run(lstm, p, [x]))
case(brick, [x, h, c, MASK], under("/top", p), run(lstm, p, [x], [h, c], MASK))
case(brick, [x, None, c], under("/top", p), run(lstm, p, [x], [None, c]))

p, x, g = parameters_of(gated, 2), draw(TIME, BATCH, 2), draw(TIME, BATCH, 4)
brick = {"type": "GatedRecurrent", "dim": 2}
case(brick, [x, g], under("/top", p), run(gated, p, [x, g]))
case(brick, [x, g, None, MASK], under("/top", p), run(gated, p, [x, g], mask=MASK))

p, q, x = parameters_of(lstm, 2), parameters_of(lstm, 2), draw(TIME, BATCH, 8)
both = zip(run(lstm, p, [x], mask=MASK), run(lstm, q, [x], mask=MASK, reverse=True))
case({"type": "Bidirectional", "prototype": {"type": "LSTM", "dim": 2}}, [x, None, None, MASK],
     dict(under("/top/forward", p), **under("/top/backward", q)), [np.concatenate(pair, axis=2) for pair in both])


def stack(skip):
    low, high = parameters_of(lstm, 2), parameters_of(gated, 3)
    forks = {"inputs": (draw(2, 3), draw(3)), "gate_inputs": (draw(2, 6), draw(6))}
    x, own = draw(TIME, BATCH, 8), [draw(TIME, BATCH, 3), draw(TIME, BATCH, 6)]
    below = run(lstm, low, [x], mask=MASK)
    forked = [below[0] @ w + (0 if skip else b) for w, b in forks.values()]
    if skip:
        forked = [a + b for a, b in zip(own, forked)]
    parameters = dict(under("/top/lstm#0", low), **under("/top/gatedrecurrent#1", high))
    for name, (w, b) in forks.items():
        parameters["/top/fork_1/fork_%s.W" % name] = w
        if not skip:
            parameters["/top/fork_1/fork_%s.b" % name] = b
    case({"type": "RecurrentStack", "skip_connections": skip,
          "transitions": [{"type": "LSTM", "dim": 2}, {"type": "GatedRecurrent", "dim": 3}]},
         [x] + (own if skip else []) + [MASK], parameters, below + run(gated, high, forked, mask=MASK))


stack(False)
stack(True)

with open("recurrent.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(len(cases))
