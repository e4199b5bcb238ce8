"""Step rules and whole trainings, computed with plain loops from the behaviour document alone; see numeric_model.py."""
import math

import numeric_model

# ---- Step rules over named parameters: lists of numbers with their shape forgotten ----


class Rule:
    """One rule on some parameters; `live` are its hyper-parameters."""
    presets = {}

    def __init__(self, spec):
        self.live = dict(self.presets)
        self.live.update(spec.get("args", {}))
        self.state = {}

    def kept(self, name, key, count):
        return self.state.setdefault((name, key), [0.0] * count)

    def steps(self, steps, values):
        return {name: self.step(name, step, values[name]) for name, step in steps.items()}


class Scale(Rule):
    presets = {"learning_rate": 1.0}

    def step(self, name, s, p):
        return [self.live["learning_rate"] * v for v in s]


class BasicMomentum(Rule):
    presets = {"momentum": 0.0}

    def step(self, name, s, p):
        velocity = self.kept(name, "v", len(s))
        velocity[:] = [self.live["momentum"] * v + a for v, a in zip(velocity, s)]
        return list(velocity)


class AdaDelta(Rule):
    presets = {"decay_rate": 0.95, "epsilon": 1e-6}

    def step(self, name, s, p):
        d, e = self.live["decay_rate"], self.live["epsilon"]
        g, x = self.kept(name, "g", len(s)), self.kept(name, "x", len(s))
        g[:] = [d * a + (1 - d) * b * b for a, b in zip(g, s)]
        result = [math.sqrt(a + e) / math.sqrt(b + e) * c for a, b, c in zip(x, g, s)]
        x[:] = [d * a + (1 - d) * b * b for a, b in zip(x, result)]
        return result


class BasicRMSProp(Rule):
    presets = {"decay_rate": 0.9, "max_scaling": 1e5}

    def step(self, name, s, p):
        d, g = self.live["decay_rate"], self.kept(name, "g", len(s))
        g[:] = [d * a + (1 - d) * b * b for a, b in zip(g, s)]
        return [a / max(math.sqrt(b), 1 / self.live["max_scaling"]) for a, b in zip(s, g)]


class AdaGrad(Rule):
    presets = {"learning_rate": 0.002, "epsilon": 1e-6}

    def step(self, name, s, p):
        q = self.kept(name, "q", len(s))
        q[:] = [a + b * b for a, b in zip(q, s)]
        return [self.live["learning_rate"] * a / (math.sqrt(b) + self.live["epsilon"]) for a, b in zip(s, q)]


class Adam(Rule):
    presets = {"learning_rate": 0.002, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay_factor": 1}

    def step(self, name, s, p):
        live, time = self.live, self.kept(name, "t", 1)
        time[0] += 1
        t, m, w = time[0], self.kept(name, "m", len(s)), self.kept(name, "w", len(s))
        b = live["beta1"] * live["decay_factor"] ** (t - 1)
        m[:] = [b * x + (1 - b) * y for x, y in zip(m, s)]
        w[:] = [live["beta2"] * x + (1 - live["beta2"]) * y * y for x, y in zip(w, s)]
        rate = live["learning_rate"] * math.sqrt(1 - live["beta2"] ** t) / (1 - b ** t)
        return [rate * x / (math.sqrt(y) + live["epsilon"]) for x, y in zip(m, w)]


class StepClipping(Rule):
    presets = {"threshold": None}

    def steps(self, steps, values):
        norm, threshold = norm_of(steps), self.live["threshold"]
        if threshold is None or norm < threshold:
            return steps
        return {name: [v * threshold / norm for v in step] for name, step in steps.items()}


class VariableClipping(Rule):
    """Over all elements, or over axis 0 or 1 of a matrix."""
    presets = {"threshold": None, "axis": None}

    def steps(self, steps, values):
        return {name: self.clip(step, values[name], self.shapes[name]) for name, step in steps.items()}

    def clip(self, s, p, shape):
        axis, threshold = self.live["axis"], self.live["threshold"]
        columns = shape[-1]
        groups = {}
        for i in range(len(s)):
            key = None if axis is None else i % columns if axis == 0 and len(shape) == 2 else i // columns
            groups.setdefault(key, []).append(i)
        result = list(s)
        for members in groups.values():
            norm = math.sqrt(sum((p[i] - s[i]) ** 2 for i in members))
            for i in members:
                if norm > threshold:
                    result[i] = p[i] - threshold / norm * (p[i] - s[i])
        return result


class RemoveNotFinite(Rule):
    presets = {"scaler": 1}

    def step(self, name, s, p):
        return s if math.isfinite(sum(s)) else [(1 - self.live["scaler"]) * v for v in p]


class Chain(Rule):
    def __init__(self, rules):
        self.rules = rules

    def steps(self, steps, values):
        for rule in self.rules:
            steps = rule.steps(steps, values)
        return steps


class Restrict(Rule):
    def __init__(self, inner, variables):
        self.rules, self.variables = [inner], variables

    def steps(self, steps, values):
        inner = self.rules[0].steps({name: s for name, s in steps.items() if name in self.variables}, values)
        return {name: inner.get(name, s) for name, s in steps.items()}


def part(spec, names):
    return {"args": {name: value for name, value in spec.get("args", {}).items() if name in names}}


def build(spec, shapes):
    kind = spec["type"]
    if kind == "CompositeRule":
        return Chain([build(inner, shapes) for inner in spec["components"]])
    if kind == "Restrict":
        return Restrict(build(spec["step_rule"], shapes), spec["variables"])
    if kind == "Momentum":
        return Chain([Scale(part(spec, ["learning_rate"])), BasicMomentum(part(spec, ["momentum"]))])
    if kind == "RMSProp":
        return Chain([BasicRMSProp(part(spec, ["decay_rate", "max_scaling"])), Scale(part(spec, ["learning_rate"]))])
    rule = RULES[kind](spec)
    rule.shapes = shapes
    return rule


RULES = {cls.__name__: cls for cls in (Scale, BasicMomentum, AdaDelta, BasicRMSProp, AdaGrad, Adam, StepClipping,
                                       VariableClipping, RemoveNotFinite)}


def with_rate(rule):
    """The rule inside that has the learning rate."""
    if hasattr(rule, "rules"):
        return next((found for found in map(with_rate, rule.rules) if found), None)
    return rule if "learning_rate" in rule.live else None


def norm_of(steps):
    return math.sqrt(sum(v * v for step in steps.values() for v in step))


def flat(value):
    return [v for item in value for v in flat(item)] if isinstance(value, list) else [value]


def shape_of(value):
    return [len(value)] + shape_of(value[0]) if isinstance(value, list) else []


def shaped(values, shape):
    if len(shape) == 1:
        return list(values)
    size = len(values) // shape[0]
    return [shaped(values[i * size:(i + 1) * size], shape[1:]) for i in range(shape[0])]


def simple_rule(rng):
    return rng.choice([
        {"type": "Scale", "args": rng.choice([{}, {"learning_rate": 0.1}])},
        {"type": "BasicMomentum", "args": rng.choice([{}, {"momentum": 0.5}])},
        {"type": "Momentum", "args": {"learning_rate": 0.05, "momentum": 0.9}},
        {"type": "AdaDelta", "args": rng.choice([{}, {"decay_rate": 0.5, "epsilon": 1e-3}, {"decay_rate": 1.0}])},
        {"type": "BasicRMSProp", "args": rng.choice([{}, {"decay_rate": 0.5, "max_scaling": 2.0}])},
        {"type": "RMSProp", "args": rng.choice([{}, {"learning_rate": 0.01, "max_scaling": 3.0}])},
        {"type": "AdaGrad", "args": rng.choice([{}, {"learning_rate": 0.1, "epsilon": 0.01}])},
        {"type": "Adam", "args": rng.choice([{}, {"learning_rate": 0.1, "beta1": 0.5, "decay_factor": 0.9}])},
        {"type": "StepClipping", "args": rng.choice([{}, {"threshold": 1.0}, {"threshold": 100.0}])},
        {"type": "VariableClipping", "args": rng.choice([{"threshold": 1.0}, {"threshold": 0.5, "axis": 0}])},
        {"type": "RemoveNotFinite", "args": rng.choice([{}, {"scaler": 0.5}])}])


def any_rule(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return {"type": "CompositeRule", "components": [simple_rule(rng) for _ in range(rng.randint(1, 3))]}
    if kind == 1:
        return {"type": "Restrict", "variables": [rng.choice("Wb")], "step_rule": simple_rule(rng)}
    return simple_rule(rng)


def step_rule_case(rng, name):
    spec = any_rule(rng)

    def numbers():
        return {"W": numeric_model.matrix(2, 3, lambda i, j: rng.gauss(0, 2)), "b": [rng.gauss(0, 1) for _ in range(3)]}

    start, gradients, after = numbers(), [numbers() for _ in range(5)], []
    if "RemoveNotFinite" in str(spec) and spec["type"] == "RemoveNotFinite":
        gradients[2]["W"][0][1] = math.nan
    shapes = {key: shape_of(value) for key, value in start.items()}
    rule, values = build(spec, shapes), {key: flat(value) for key, value in start.items()}
    for gradient in gradients:
        steps = rule.steps({key: flat(value) for key, value in gradient.items()}, values)
        values = {key: [a - b for a, b in zip(value, steps[key])] for key, value in values.items()}
        after.append({key: shaped(value, shapes[key]) for key, value in values.items()})
    return {"name": name, "step_rule": spec, "start": start, "gradients": gradients,
            "expected": {"after_each_step": after}}


# ---- Trainings ----


class Net:
    """An MLP with a cost: values and gradients by plain loops."""

    def __init__(self, case):
        self.activations = [a if isinstance(a, dict) else {"type": a} for a in case["activations"]]
        self.cost, self.penalty = case["cost"], case["l2_on_weights"]

    def forward(self, values, rows):
        backs = []
        for layer, activation in enumerate(self.activations):
            weights, biases = values["/mlp/linear_%d.W" % layer], values["/mlp/linear_%d.b" % layer]
            inputs = rows
            rows = [[sum(x * w[j] for x, w in zip(row, weights)) + biases[j] for j in range(len(biases))] for row in rows]
            pairs = [numeric_model.activate(activation["type"] or "Identity", activation.get("args", {}), row) for row in rows]
            rows = [y for y, _ in pairs]
            backs.append((inputs, [back for _, back in pairs]))
        return rows, backs

    def weights(self, values):
        return [name for name in values if name.endswith(".W")]

    def value(self, values, features, targets):
        cost, gradient = numeric_model.cost_of(self.cost, targets, self.forward(values, features)[0])
        return cost + self.penalty * sum(v * v for name in self.weights(values) for v in flat(values[name])), gradient

    def gradients(self, values, features, targets):
        prediction, backs = self.forward(values, features)
        rows, result = numeric_model.cost_of(self.cost, targets, prediction)[1], {}
        for layer in reversed(range(len(backs))):
            inputs, back = backs[layer]
            weights = values["/mlp/linear_%d.W" % layer]
            rows = [f(row) for f, row in zip(back, rows)]
            result["/mlp/linear_%d.W" % layer] = [
                sum(x[i] * d[j] for x, d in zip(inputs, rows)) + 2 * self.penalty * weights[i][j]
                for i in range(len(weights)) for j in range(len(weights[0]))]
            result["/mlp/linear_%d.b" % layer] = [sum(d[j] for d in rows) for j in range(len(weights[0]))]
            rows = [[sum(w * d for w, d in zip(weights[i], row)) for i in range(len(weights))] for row in rows]
        return {name: result[name] for name in values}


COST_MAX = 5  # beyond, plain loops lose digits


def pick(data, indices):
    return [data["features"][i] for i in indices], [data["targets"][i] for i in indices]


def play(case):
    values, net = {name: value for name, value in case["parameters"].items()}, Net(case)
    shapes = {name: shape_of(value) for name, value in values.items()}
    rule, epoch = build(case["step_rule"], shapes), numeric_model.epochs_of(case["scheme"], None)
    log, after, since, done = {}, [], [], 0

    def evaluate():
        parts = numeric_model.cut(list(range(len(case["valid"]["features"]))), case["valid"]["batch_size"])
        costs = [net.value(values, *pick(case["valid"], indices))[0] for indices in parts]
        log.setdefault(str(done), {})["valid_cost"] = sum(costs) / len(costs)
        if max(costs) > COST_MAX:
            raise OverflowError

    evaluate()
    for _ in range(case["epochs"]):
        for indices in epoch():
            batch = pick(case, indices)
            cost, gradients = net.value(values, *batch)[0], net.gradients(values, *batch)
            if cost > COST_MAX:
                raise OverflowError
            steps = rule.steps(gradients, {name: flat(value) for name, value in values.items()})
            values = {name: shaped([a - b for a, b in zip(flat(value), steps[name])], shapes[name])
                      for name, value in values.items()}
            done += 1
            if case["modify_learning_rate"]:
                live = with_rate(rule).live
                live["learning_rate"] = eval(case["modify_learning_rate"]["function"], {"n": done, "old": live["learning_rate"]})
            since.append(cost)
            after.append(values)
            log[str(done)] = {"batch_cost": cost, "batch_total_gradient_norm": norm_of(gradients),
                              "batch_total_step_norm": norm_of(steps)}
        log[str(done)]["train_cost"] = sum(since) / len(since)
        since = []
        evaluate()
    log[str(done)].update(training_finish_requested=True, training_finished=True)
    return {"log": log, "parameters_after_each_batch": after}


def training_case(rng, name):
    cost = rng.choice(["SquaredError", "AbsoluteError", "BinaryCrossEntropy", "CategoricalCrossEntropy"])
    last = {"BinaryCrossEntropy": "Logistic", "CategoricalCrossEntropy": "Softmax"}.get(cost, rng.choice([None, "Tanh"]))
    dims = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))]
    dims[-1] = max(dims[-1], 2)
    hidden = [rng.choice(["Tanh", "Logistic", "Softplus", "Rectifier", {"type": "LeakyRectifier", "args": {"leak": 0.1}}])
              for _ in dims[1:-1]]
    count, valid = rng.randint(3, 9), rng.randint(2, 5)
    parameters = {}
    for layer, (before, behind) in enumerate(zip(dims, dims[1:])):
        parameters["/mlp/linear_%d.W" % layer] = numeric_model.matrix(before, behind, lambda i, j: rng.gauss(0, 0.7))
        parameters["/mlp/linear_%d.b" % layer] = [rng.gauss(0, 0.3) for _ in range(behind)]

    labels = cost == "CategoricalCrossEntropy" and rng.random() < 0.7

    def data(rows):
        def target():
            return rng.randrange(dims[-1]) if labels else [rng.uniform(0, 1) for _ in range(dims[-1])]

        return {"features": [[rng.gauss(0, 1) for _ in range(dims[0])] for _ in range(rows)],
                "targets": [target() for _ in range(rows)]}

    rule = simple_rule(rng)
    while rule["type"] in ("StepClipping", "RemoveNotFinite", "BasicMomentum", "VariableClipping"):
        rule = simple_rule(rng)
    if rng.random() < 0.3:
        rule = {"type": "CompositeRule", "components": [{"type": "StepClipping", "args": {"threshold": 0.5}}, rule]}
    modify = None
    if with_rate(build(rule, {})) and rng.random() < 0.5:
        modify = {"function": rng.choice(["old*0.5", "0.5/n", "old*0.9 if n % 2 == 0 else old"]), "params": ["n", "old"]}
    case = {"name": name, "group": "training", "kind": "training", "activations": hidden + [last], "parameters": parameters,
            "cost": cost, "step_rule": rule, "epochs": rng.randint(1, 3), "l2_on_weights": rng.choice([0.0, 0.0, 0.01]),
            "scheme": {"type": rng.choice(["SequentialScheme", "ShuffledScheme"]),
                       "args": {"examples": count, "batch_size": rng.randint(1, 4)}},
            "valid": dict(data(valid), batch_size=rng.randint(1, 3)), "modify_learning_rate": modify}
    case.update(data(count))
    try:
        case["expected"] = play(case)
    except (ValueError, OverflowError, ZeroDivisionError):  # it runs away
        return training_case(rng, name)
    return case
