#!/usr/bin/env python3
"""make_cases.py FOLDER [COUNT [SEED]]: writes COUNT random cases, with what the models of Blocks make of them.

Three of four are scripted jobs, the others schemes, start values, activations, costs, step rules and trainings.
"""
import json
import pathlib
import random
import sys

import blocks_model
import numeric_model
import training_model

BOOLEAN = [name for name in blocks_model.TRIGGERS if "_n_" not in name]
VALUES = [None, 1.0, 2.0, 0.5, -1.5, 3, {"$float": "nan"}] * 3 + [
    {"$float": "inf"}, 1e-07, 1e16, 1e22, 123456789.125, -0.0, 0.1, 1.5e300, 5e-324, True]
STATUS = ["mark"] * 4 + ["epoch_interrupt_received", "batch_interrupt_received"] * 3 + [
    "iterations_done", "epochs_done", "epoch_started", "training_started", "received_first_batch", "best_v"]
FUNCTIONS = [("old*0.5", ["n", "old"]), ("old + n", ["n", "old"]), ("n/2 if n > 2 else old", ["n", "old"]),
             ("-(old*old)", ["n", "old"]), ("1/n", ["n"]), ("old/(n - 3)", ["n", "old"]), ("args[0] - args[1]", ["*args"]),
             ("min(max(old, 1), 3) if n % 2 == 0 else old + by", ["n", "old", "by=2"]), ("2.5", ["*args"]),
             ("sqrt(abs(old)) + floor(n/2)", ["n", "old"]), ("log(old - 2) if 2 < n <= 4 else old*1e200", ["n", "old"])]
NUMERIC = [name for name in blocks_model.TRIGGERS if "_n_" in name]


def triggers(rng, most=3, without=()):
    chosen = {}
    for name in rng.sample(BOOLEAN + NUMERIC, rng.randint(0, most)):
        if name not in without:
            chosen[name] = rng.choice([True, True, True, False]) if name in BOOLEAN else rng.randint(0, 4)
    return chosen


def predicate(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return {"record": rng.choice(["v", "v_best_so_far", "training_finish_requested", "mark"])}
    if kind == 1:
        return {"status": rng.choice(["epochs_done", "iterations_done", "nothing"]), "at_least": rng.randint(0, 5)}
    if kind == 2:
        return {"condition": rng.choice(["every_n_batches", "every_n_epochs"]), "num": rng.choice([1, 2, 3, -2, 1.5])}
    if kind == 3:
        return {"condition": rng.choice(["after_n_batches", "after_n_epochs", "epochs", "anything"]),
                "num": rng.randint(-1, 4)}
    return None


def conditions(rng):
    return [{"callbacks": rng.sample(blocks_model.CALLBACKS, rng.randint(1, 3)), "predicate": predicate(rng),
             "arguments": rng.choice([None, None, ["x"], [1, 2.5, None]])} for _ in range(rng.choice([0, 0, 1, 2]))]


def actions(rng, errors, signals):
    result = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        action = {}
        if rng.random() < 0.7:
            action["call"] = rng.randint(1, 6)
        if rng.random() < 0.4:
            action["callback"] = rng.choice(blocks_model.CALLBACKS)
        if rng.random() < 0.3:
            action["iterations_done"] = rng.randint(0, 5)
        effect = rng.randrange(8)
        if effect < 3:
            name = rng.choice(["v", "mark", "training_finish_requested", "training_finish_requested", "training_finished"])
            action["set_row"] = {name: rng.choice([True, 0, 1.5, None, {"$float": "nan"}, "t", "s"])}
        elif effect < 5:
            name = rng.choice(STATUS)
            action["set_status"] = {name: rng.randint(0, 6) if name.endswith("_done") else rng.choice([True, False])}
        elif effect == 5 and signals:
            action["signal"] = rng.choice(["SIGINT", "SIGINT", "SIGTERM"])
        elif effect == 6 and errors:
            action.update(error="RuntimeError", message="scripted")
        else:
            action["set_row"] = {"mark": True}
        result.append(action)
    return result


class Maker:
    def __init__(self, rng):
        self.rng, self.count = rng, 0

    def entry(self, kind, **more):
        self.count += 1
        entry = {"id": "e%d" % self.count, "type": kind}
        entry.update(more)
        return entry

    def extension(self, depth=0):
        rng = self.rng
        kind = rng.choice(["Probe"] * 4 + ["RawProbe"] * 2 + ["ScriptedRecord"] * 2 + ["TrackTheBest"] * 2 + [
            "FinishAfter", "CompositeExtension", "Printing", "Timestamp", "Timing", "SharedVariableModifier",
            "FinishIfNoImprovementAfter", "EarlyStopping", "ProgressBar"])
        if kind == "RawProbe":
            return self.entry(kind, actions=actions(rng, self.errors, self.signals))
        if kind == "ProgressBar":
            return self.entry(kind, triggers={})
        args, without = {}, ()
        if kind == "ScriptedRecord":
            args = {"record": "v", "values": [rng.choice(VALUES)
                                              for _ in range(rng.randint(1, 12))]}
        elif kind == "TrackTheBest":
            args = {"record_name": "v"}
            if rng.random() < 0.5:
                args["choose_best"] = rng.choice(["min", "max", "closest_to_zero"])
            if rng.random() < 0.3:
                args["notification_name"] = rng.choice(["noted", "v_best_so_far"])
        elif kind in ("FinishIfNoImprovementAfter", "EarlyStopping"):
            args = {rng.choice(["epochs", "iterations"]): rng.randint(1, 4)}
            args["record_name" if kind == "EarlyStopping" else "notification_name"] = (
                "v" if kind == "EarlyStopping" else "v_best_so_far")
        elif kind == "SharedVariableModifier":
            function, params = rng.choice(FUNCTIONS)
            args = {"parameter": "rate", "function": function, "params": params}
            if rng.random() < 0.2 and len(params) == 2:
                args["num_args"] = rng.choice([0, 2, 3])
        elif kind == "Timing":
            args, without = {"prefix": rng.choice(["", "p"])}, ("before_training", "before_batch")
        elif kind == "Timestamp":
            args = {"separator": rng.choice([" ", "T", "_"])}
        more = {"args": args, "triggers": triggers(rng, without=without)}
        if rng.random() < 0.1:
            more["name"] = rng.choice(["", "a name"])
        if kind != "Timing":
            more["conditions"] = conditions(rng)
        if kind == "Probe":
            more["actions"] = actions(rng, self.errors, self.signals)
        if kind == "CompositeExtension":
            more["args"] = {"run_before_children": rng.random() < 0.5}
            more["sub_extensions"] = [self.extension(depth + 1) for _ in range(rng.randint(0, 3 if depth < 2 else 0))]
        return self.entry(kind, **more)

    def case(self, name):
        rng = self.rng
        self.count = 0
        self.errors, self.signals = rng.random() < 0.3, rng.random() < 0.4
        case = {"name": name, "group": "random",
                "batches_per_epoch": [rng.choice([1, 2, 3, 4] * 8 + [0]) for _ in range(rng.randint(1, 3))],
                "variables": {"rate": rng.choice([1.0, 0.25])},
                "durations": {"initialization": 2.0, "read_data": rng.choice([0.25, [0.25, 0.5]]),
                              "train": [0.5, 1.0, 0.75], "end_of_epoch_read": 0.125}}
        if rng.random() < 0.8:
            case["max_epochs"] = rng.randint(1, 6)
        case["extensions"] = [self.extension() for _ in range(rng.randint(1, 6))]
        if rng.random() < 0.3:
            case["iteration_scheme"] = rng.choice([
                {"type": "SequentialScheme", "args": {"examples": 8, "batch_size": 2}},
                {"type": "ShuffledScheme", "args": {"examples": 7, "batch_size": 2}},
                {"type": "SequentialExampleScheme", "args": {"examples": 3}},
                {"type": "ConstantScheme", "args": {"batch_size": 3, "num_examples": 9}},
                {"type": "ConstantScheme", "args": {"batch_size": 3, "times": 2}}])
            case["batches_per_epoch"] = [rng.randint(1, 4)]
        if rng.random() < 0.7:
            case["extensions"].append(self.entry("FinishAfter", triggers={
                rng.choice(["after_n_epochs", "every_n_epochs", "after_n_batches", "every_n_batches"]): rng.randint(1, 6)}))
        if rng.random() < 0.35:
            self.add_saving(case)
        elif rng.random() < 0.4:
            self.add_monitoring(case)
        if rng.random() < 0.15:
            case["log_backend"] = "sqlite"
        case["faults"] = self.faults()
        if rng.random() < 0.4:
            case["runs"] = [{"mode": "start"}] + [{"mode": rng.choice(["rerun", "pickle_resume", "fresh_loop_old_log"])}
                                                  for _ in range(rng.choice([1, 1, 2, 3]))]
        elif "model" in case and rng.random() < 0.7:
            case["runs"] = [{"mode": "start"}, self.load_run(case)] + [
                {"mode": mode} for mode in rng.choice([[], [], ["rerun"], ["pickle_resume"], ["fresh_loop_old_log", "rerun"]])]
        return case

    def checkpoint(self, **more):
        rng = self.rng
        args = {"path": rng.choice(["<dir>/main.tar"] * 8 + ["<dir>/missing/main.tar"])}
        if rng.random() < 0.3:
            args["save_main_loop"] = False
        if rng.random() < 0.2:
            args["save_separately"] = rng.choice([["log"], ["status", "model"]])
        conditions = []
        if rng.random() < 0.4:
            conditions = [{"callbacks": rng.sample(["after_batch", "after_epoch", "before_epoch"], 1),
                           "predicate": predicate(rng), "arguments": ["<dir>/other.tar"]}]
        return self.entry("Checkpoint", args=args, triggers=triggers(rng, 2, () if rng.random() < 0.3 else ("on_error",)),
                          conditions=conditions, **more)

    def add_saving(self, case):
        """A model, a checkpoint, perhaps early stopping with it, perhaps a fresh job that loads it."""
        rng = self.rng
        case["model"] = {"dims": [2, 1], "weights": 0.5, "biases": 0.25}
        checkpoint = self.checkpoint()
        case["extensions"].insert(rng.randint(0, len(case["extensions"])), checkpoint)
        if rng.random() < 0.25:
            case["extensions"].insert(rng.randint(0, len(case["extensions"])), self.load(triggers(rng, 3)))
        if rng.random() < 0.3:
            if rng.random() < 0.4:
                checkpoint["listed"] = False
            case["extensions"].insert(0, self.entry("ScriptedRecord", triggers={rng.choice(["after_batch", "after_epoch"]): True},
                                                    args={"record": "w", "values": [3.0, 2.0, 2.5, 1.0, 0.5, 4.0]}))
            stopping = self.entry("EarlyStopping", triggers=triggers(rng, 2), args={
                "record_name": "w", "epochs": rng.randint(2, 5), "checkpoint_extension": checkpoint["id"],
                "checkpoint_filename": "<dir>/best.tar"})
            if rng.random() < 0.3:
                stopping = self.entry("CompositeExtension", args={}, triggers={}, sub_extensions=[stopping])
            case["extensions"].insert(1, stopping)

    def monitored(self, number):
        rng = self.rng
        name = "m%d" % number
        if rng.random() < 0.15:
            return {"name": name, "quantity": "sum_and_batches"}
        variable = {"name": name, "expression": rng.choice(["mean(x)", "sum(x)", "max(x)", "p", "2*p + 1", "p*sum(x)", "min(x) - p"])}
        scheme = rng.choice(["default", "default", "mean", "take_last", "minimum", "maximum", "concatenate"] +
                            ["perplexity"] * self.perplexity)
        self.perplexity = self.perplexity and scheme != "perplexity"
        if scheme == "perplexity":
            variable["expression"] = rng.choice(["-sum(x)/20", "sum(x)/10 - p/10"])
        if scheme != "default" or rng.random() < 0.3:
            variable["scheme"] = scheme
        if scheme == "mean" and rng.random() < 0.4:
            variable["denominator"] = 3.0
        return variable

    def vectors(self, most):
        rng = self.rng
        return [[float(rng.randint(-4, 9)) for _ in range(rng.randint(1, 4))] for _ in range(rng.randint(1, most))]

    def add_monitoring(self, case):
        rng = self.rng
        # Sums may be made in another order, so that the last digit of a printed number is nobody's business.
        case["extensions"] = [entry for entry in case["extensions"] if not blocks_model.has_type(
            {"extensions": [entry]}, "Printing")]
        case.update(data=self.vectors(5), tensor_job={"p": 1.0, "step": rng.choice([1.0, 0.5])})
        if rng.random() < 0.05:
            case["plain_algorithm"] = True
        for _ in range(rng.randint(1, 2)):
            where = case["extensions"]
            for entry in [e for e in where if e["type"] == "CompositeExtension" and rng.random() < 0.5]:
                where = entry["sub_extensions"]
            kind = rng.choice(["DataStreamMonitoring", "TrainingDataMonitoring"])
            self.perplexity = True
            args = {"variables": [self.monitored(i) for i in range(rng.randint(1, 4))]}
            if rng.random() < 0.7:
                args["prefix"] = rng.choice(["train", "valid", ""])
            if rng.random() < 0.2:
                args["suffix"] = "s"
            if kind == "DataStreamMonitoring":
                args["data"] = [] if rng.random() < 0.1 else self.vectors(4)
            where.insert(rng.randint(0, len(where)), self.entry(
                kind, args=args, triggers=triggers(rng, 3, ("before_training",))))

    def load_run(self, case):
        rng = self.rng
        run = {"mode": "fresh_job", "reset_parameters": 9.0}
        if rng.random() < 0.3:
            run["model"] = {"dims": rng.choice([[2, 1], [2, 1, 1], [3, 1]]), "weights": 7.0, "biases": 6.0,
                            "name": rng.choice(["mlp", "mlp", "other"])}
        run["extensions"] = [self.entry("RawProbe"), self.load({}), self.entry("RawProbe"),
                             self.entry("FinishAfter", triggers={rng.choice(["every_n_batches", "every_n_epochs"]): 2})]
        if rng.random() < 0.3:
            run["extensions"].insert(rng.randint(0, 4), self.extension())
        return run

    def load(self, triggers_given):
        rng = self.rng
        return self.entry("Load", triggers=triggers_given, args={
            "path": rng.choice(["<dir>/main.tar"] * 5 + ["<dir>/nothing.tar", "<dir>/best.tar", "<dir>/other.tar"]),
            "load_log": rng.random() < 0.4, "load_iteration_state": rng.random() < 0.4})

    def faults(self):
        rng = self.rng
        faults = []
        if self.signals and rng.random() < 0.6:
            faults += [{"where": rng.choice(["process_batch", "read_data", "initialize"]), "batch": rng.randint(0, 6),
                        "signal": rng.choice(["SIGINT", "SIGINT", "SIGTERM"])} for _ in range(rng.randint(1, 3))]
        if self.errors and rng.random() < 0.5:
            faults.append({"where": rng.choice(["process_batch", "initialize", "read_data"]), "batch": rng.randint(0, 6),
                           "error": "RuntimeError", "message": "fault"})
        return faults


NUMERIC_CASES = [numeric_model.scheme_case, numeric_model.initialisation_case, numeric_model.mlp_initialisation_case,
                 numeric_model.activation_case, numeric_model.cost_case, training_model.step_rule_case,
                 training_model.training_case]


def job_case(rng, name):
    played = None
    while not played:  # jobs that go on for ever are none
        played = blocks_model.play(Maker(rng).case(name))
    return played


def main():
    folder = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        make = job_case if number % 4 else rng.choice(NUMERIC_CASES)
        case = blocks_model.json_of(make(rng, "random-%d" % number))
        (folder / ("random-%04d.json" % number)).write_text(json.dumps(case, indent=1, allow_nan=False))


if __name__ == "__main__":
    main()
