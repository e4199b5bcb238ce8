"""Writes initializations.json: what the schemes give with NumPy's own generator (python3, numpy)."""
import json
import numpy as np


def sign_corrected_q(rng, n):
    q, r = np.linalg.qr(rng.randn(n, n))
    return q * np.sign(np.diag(r))


def orthogonal(rng, shape, scale=1.0):
    if shape[0] == shape[1]:
        return sign_corrected_q(rng, shape[0]) * scale
    first = sign_corrected_q(rng, shape[0])
    second = sign_corrected_q(rng, shape[1])
    n = min(shape)
    return first[:, :n].dot(second[:n, :]) * scale


def uniform(rng, shape, mean=0.0, width=None, std=None):
    half = (width if width is not None else np.sqrt(12) * std) / 2
    return rng.uniform(mean - half, mean + half, shape)


RULES = {
    "Constant": lambda rng, shape, constant: np.broadcast_to(np.asarray(constant, float), shape),
    "IsotropicGaussian": lambda rng, shape, std=1.0, mean=0.0: rng.normal(mean, std, shape),
    "Uniform": uniform,
    "Identity": lambda rng, shape, mult=1.0: mult * np.eye(*shape),
    "Orthogonal": orthogonal,
}
CASES = [
    ("Constant", {"constant": 0.3}, [2, 3]),
    ("Constant", {"constant": -1}, []),
    ("Constant", {"constant": [1, 2, 3]}, [2, 3]),
    ("Constant", {"constant": [[1], [2]]}, [2, 3]),
    ("Constant", {"constant": [[[1, 2]], [[3, 4]]]}, [2, 3, 2]),
    ("IsotropicGaussian", {}, [3, 2]),
    ("IsotropicGaussian", {"std": 0.05, "mean": 1.5}, [5, 3]),
    ("IsotropicGaussian", {"std": 0}, [4]),
    ("IsotropicGaussian", {"std": 2.5}, [2, 3, 3]),
    ("Uniform", {"width": 0.2}, [3, 4]),
    ("Uniform", {"std": 0.1, "mean": -3}, [7]),
    ("Identity", {}, [3, 3]),
    ("Identity", {"mult": -0.5}, [2, 4]),
    ("Identity", {"mult": 2}, [4, 2]),
    ("Orthogonal", {}, [1, 1]),
    ("Orthogonal", {}, [5, 5]),
    ("Orthogonal", {"scale": 1.5}, [17, 17]),
    ("Orthogonal", {"scale": 0.5}, [3, 7]),
    ("Orthogonal", {}, [9, 2]),
    ("Orthogonal", {}, [6, 1]),
]

cases = []
for index, (name, arguments, shape) in enumerate(CASES):
    value = RULES[name](np.random.RandomState(100 + index), tuple(shape), **arguments)
    cases.append({"scheme": dict({"type": name}, **arguments), "seed": 100 + index, "shape": shape,
                  "value": np.asarray(value).ravel().tolist()})
with open("initializations.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
