"""Writes start_values.json: parameters of trees of bricks, drawn with NumPy in the order of Blocks.

A brick with parameters below it hands its generator down (all trees of the job first push, then fill); one without
a seed draws it from the job's generator of seeds; biases are filled before weights."""
import json
import numpy as np

INT32_MAX = 2 ** 31 - 1


def gaussian(std=1.0, mean=0.0):
    return {"type": "IsotropicGaussian", "std": std, "mean": mean}, lambda rng, shape: rng.normal(mean, std, shape)


def uniform(width):
    return {"type": "Uniform", "width": width}, lambda rng, shape: rng.uniform(-width / 2, width / 2, shape)


def constant(value):
    return {"type": "Constant", "constant": value}, lambda rng, shape: np.full(shape, float(value))


def fill(path, rng, shapes, weights, biases, out):
    for name, shape in sorted(shapes.items(), key=lambda item: item[0] != "b"):
        out[path + "." + name] = (biases if name == "b" else weights)[1](rng, shape).ravel().tolist()


def linear_shapes(columns_in, columns_out, bias=True):
    return dict({"W": (columns_in, columns_out)}, **({"b": (columns_out,)} if bias else {}))


def mlp(path, dims, rng, weights, biases, out, bias=True):
    for index, (columns_in, columns_out) in enumerate(zip(dims, dims[1:])):
        fill("%s/linear_%d" % (path, index), rng, linear_shapes(columns_in, columns_out, bias), weights, biases, out)


def mlp_json(dims, weights, biases=None, **more):
    given = {"type": "MLP", "dims": dims, "activations": [None] * (len(dims) - 1), "weights_init": weights[0]}
    if biases:
        given["biases_init"] = biases[0]
    return dict(given, **more)


def case_given_seed():
    out, weights, biases = {}, gaussian(0.05), gaussian(0.1, 1)
    mlp("/mlp", [3, 4, 2], np.random.RandomState(17), weights, biases, out)
    return {"seed": 1, "bricks": {"mlp": mlp_json([3, 4, 2], weights, biases, seed=17)}, "parameters": out}


def case_default_seed():
    out, weights, biases = {}, uniform(0.3), constant(0)
    seeds = np.random.RandomState(1)
    seed = seeds.randint(INT32_MAX)
    assert seed == 1791095845
    mlp("/mlp", [2, 3, 3, 1], np.random.RandomState(seed), weights, biases, out)
    return {"seed": 1, "bricks": {"mlp": mlp_json([2, 3, 3, 1], weights, biases)}, "parameters": out}


def case_two_tops():
    out, weights, biases = {}, gaussian(1), gaussian(2)
    seeds = np.random.RandomState(77)
    mlp("/first", [2, 2], np.random.RandomState(seeds.randint(INT32_MAX)), weights, biases, out)
    fill("/second", np.random.RandomState(seeds.randint(INT32_MAX)), linear_shapes(2, 3), weights, biases, out)
    return {"seed": 77, "parameters": out, "bricks": {
        "first": mlp_json([2, 2], weights, biases),
        "second": {"type": "Linear", "input_dim": 2, "output_dim": 3, "weights_init": weights[0],
                   "biases_init": biases[0]}}}


def case_sequence_pushes_before_it_fills():
    """The MLP needs its generator when it hands it down, the Linear before it only when it is filled."""
    out, weights, biases = {}, gaussian(1), constant(0.5)
    seeds = np.random.RandomState(5)
    of_mlp = np.random.RandomState(seeds.randint(INT32_MAX))
    of_linear = np.random.RandomState(seeds.randint(INT32_MAX))
    fill("/net/linear", of_linear, linear_shapes(2, 3), weights, biases, out)
    mlp("/net/mlp", [3, 2], of_mlp, weights, biases, out)
    return {"seed": 5, "parameters": out, "bricks": {"net": {"type": "Sequence", "application_methods": [
        {"type": "Linear", "input_dim": 2, "output_dim": 3, "weights_init": weights[0], "biases_init": biases[0]},
        mlp_json([3, 2], weights, biases)]}}}


def case_parents_schemes_win():
    out, weights, biases = {}, gaussian(3), constant(2)
    mlp("/mlp", [2, 3, 2], np.random.RandomState(4), weights, biases, out)
    prototype = {"type": "Linear", "weights_init": uniform(9)[0], "biases_init": constant(9)[0], "seed": 123}
    return {"seed": 1, "parameters": out,
            "bricks": {"mlp": mlp_json([2, 3, 2], weights, biases, seed=4, prototype=prototype)}}


def case_no_biases():
    out, weights = {}, gaussian(1)
    mlp("/mlp", [4, 3, 2], np.random.RandomState(8), weights, None, out, bias=False)
    return {"seed": 1, "parameters": out, "bricks": {"mlp": mlp_json([4, 3, 2], weights, seed=8, use_bias=False)}}


def case_linear_maxout():
    out, weights, biases = {}, gaussian(1), gaussian(1)
    fill("/maxout/linear", np.random.RandomState(6), linear_shapes(3, 8), weights, biases, out)
    return {"seed": 1, "parameters": out, "bricks": {"maxout": {
        "type": "LinearMaxout", "input_dim": 3, "output_dim": 4, "num_pieces": 2, "seed": 6,
        "weights_init": weights[0], "biases_init": biases[0]}}}


def case_normalization_takes_a_seed():
    """It has a generator of its own, made even though nothing is drawn from it."""
    out, weights, biases = {}, gaussian(1), gaussian(2)
    seeds = np.random.RandomState(9)
    of_mlp = np.random.RandomState(seeds.randint(INT32_MAX))
    for index, (columns_in, columns_out) in enumerate([(2, 3), (3, 2)]):
        fill("/mlp/linear_%d" % index, of_mlp, linear_shapes(columns_in, columns_out, False), weights, None, out)
        seeds.randint(INT32_MAX)
        path = "/mlp/batch_norm_activation_%d/batchnormalization.batch_norm_" % index
        out[path + "shift"], out[path + "scale"] = [0] * columns_out, [1] * columns_out
    fill("/second", np.random.RandomState(seeds.randint(INT32_MAX)), linear_shapes(2, 3), weights, biases, out)
    return {"seed": 9, "parameters": out, "bricks": {
        "mlp": {"type": "BatchNormalizedMLP", "activations": ["Tanh", None], "dims": [2, 3, 2],
                "weights_init": weights[0]},
        "second": {"type": "Linear", "input_dim": 2, "output_dim": 3, "weights_init": weights[0],
                   "biases_init": biases[0]}}}


def lstm(path, dim, rng, weights, out):
    shapes = {"W_state": (dim, 4 * dim), "W_cell_to_in": (dim,), "W_cell_to_forget": (dim,), "W_cell_to_out": (dim,)}
    for name, shape in shapes.items():
        out[path + "." + name] = weights[1](rng, shape).ravel().tolist()
    out[path + ".initial_state"] = out[path + ".initial_cells"] = [0.0] * dim


def gated(path, dim, rng, weights, out):
    """The halves of state_to_gates are drawn one after the other."""
    out[path + ".state_to_state"] = weights[1](rng, (dim, dim)).ravel().tolist()
    halves = [weights[1](rng, (dim, dim)) for _ in range(2)]
    out[path + ".state_to_gates"] = np.hstack(halves).ravel().tolist()
    out[path + ".initial_state"] = [0.0] * dim


def case_transitions():
    out, weights = {}, gaussian(0.2)
    seeds = np.random.RandomState(3)
    lstm("/lstm", 3, np.random.RandomState(seeds.randint(INT32_MAX)), weights, out)
    gated("/gru", 2, np.random.RandomState(seeds.randint(INT32_MAX)), weights, out)
    return {"seed": 3, "parameters": out, "bricks": {
        "lstm": {"type": "LSTM", "dim": 3, "weights_init": weights[0]},
        "gru": {"type": "GatedRecurrent", "dim": 2, "weights_init": weights[0]}}}


def case_recurrent_stack():
    """Transitions first, then the forks; one generator for all."""
    out, weights, biases = {}, gaussian(0.2), gaussian(1)
    rng = np.random.RandomState(12)
    out["/stack/low#0.W"] = weights[1](rng, (2, 2)).ravel().tolist()
    out["/stack/low#0.initial_state"] = [0.0] * 2
    gated("/stack/gatedrecurrent#1", 3, rng, weights, out)
    fill("/stack/fork_1/fork_inputs", rng, linear_shapes(2, 3), weights, biases, out)
    fill("/stack/fork_1/fork_gate_inputs", rng, linear_shapes(2, 6), weights, biases, out)
    return {"seed": 1, "parameters": out, "bricks": {"stack": {
        "type": "RecurrentStack", "seed": 12, "weights_init": weights[0], "biases_init": biases[0],
        "transitions": [{"type": "SimpleRecurrent", "name": "low", "dim": 2, "activation": "Tanh"},
                        {"type": "GatedRecurrent", "dim": 3}]}}}


def case_bidirectional():
    out, weights = {}, uniform(1)
    rng = np.random.RandomState(2)
    for direction in ("forward", "backward"):
        gated("/both/" + direction, 2, rng, weights, out)
    return {"seed": 1, "parameters": out, "bricks": {"both": {
        "type": "Bidirectional", "seed": 2, "weights_init": weights[0],
        "prototype": {"type": "GatedRecurrent", "dim": 2}}}}


cases = [case_given_seed(), case_default_seed(), case_two_tops(), case_sequence_pushes_before_it_fills(),
         case_parents_schemes_win(), case_no_biases(), case_linear_maxout(),
         case_normalization_takes_a_seed(), case_transitions(), case_recurrent_stack(), case_bidirectional()]
with open("start_values.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
