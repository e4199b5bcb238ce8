#!/usr/bin/env python3
"""make_cases.py FOLDER [COUNT [SEED]]: writes COUNT random cases, with what the model of Blocks makes of them."""
import json
import pathlib
import random
import sys

import blocks_model

BOOLEAN = [name for name in blocks_model.TRIGGERS if "_n_" not in name]
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
            action["set_row"] = {rng.choice(["v", "mark", "training_finish_requested"]): rng.choice([True, 0, 1.5, "t"])}
        elif effect < 5:
            action["set_status"] = {rng.choice(["mark", "epoch_interrupt_received", "batch_interrupt_received"]):
                                    rng.choice([True, False])}
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
            args = {"record": "v", "values": [rng.choice([None, 1.0, 2.0, 0.5, -1.5, 3, {"$float": "nan"}])
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
            args = {"parameter": "rate", "function": rng.choice(["old*0.5", "old + n", "n/2 if n > 2 else old", "-(old*old)"]),
                    "params": ["n", "old"]}
        elif kind == "Timing":
            args, without = {"prefix": rng.choice(["", "p"])}, ("before_training", "before_batch")
        elif kind == "Timestamp":
            args = {"separator": rng.choice([" ", "T", "_"])}
        more = {"args": args, "triggers": triggers(rng, without=without)}
        if kind in ("Probe", "ScriptedRecord", "TrackTheBest", "FinishAfter", "CompositeExtension"):
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
        case = {"name": name, "group": "random", "batches_per_epoch": [rng.randint(1, 4) for _ in range(rng.randint(1, 3))],
                "max_epochs": rng.randint(1, 6), "variables": {"rate": rng.choice([1.0, 0.25])},
                "durations": {"initialization": 2.0, "read_data": 0.25, "train": [0.5, 1.0, 0.75], "end_of_epoch_read": 0.125}}
        case["extensions"] = [self.extension() for _ in range(rng.randint(1, 6))]
        if rng.random() < 0.3:
            case["iteration_scheme"] = {"type": "SequentialScheme", "args": {"examples": 8, "batch_size": 2}}
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
                                                  for _ in range(rng.randint(1, 2))]
        elif "model" in case and rng.random() < 0.7:
            case["runs"] = [{"mode": "start"}, self.load_run(case)]
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
        if rng.random() < 0.3:
            if rng.random() < 0.4:
                checkpoint["listed"] = False
            case["extensions"].insert(0, self.entry("ScriptedRecord", triggers={rng.choice(["after_batch", "after_epoch"]): True},
                                                    args={"record": "w", "values": [3.0, 2.0, 2.5, 1.0, 0.5, 4.0]}))
            case["extensions"].insert(1, self.entry("EarlyStopping", triggers=triggers(rng, 2), args={
                "record_name": "w", "epochs": rng.randint(2, 5), "checkpoint_extension": checkpoint["id"],
                "checkpoint_filename": "<dir>/best.tar"}))

    def monitored(self, number):
        rng = self.rng
        name = "m%d" % number
        if rng.random() < 0.15:
            return {"name": name, "quantity": "sum_and_batches"}
        variable = {"name": name, "expression": rng.choice(["mean(x)", "sum(x)", "max(x)", "p", "2*p + 1", "p*sum(x)", "min(x) - p"])}
        scheme = rng.choice(["default", "default", "mean", "take_last", "minimum", "maximum", "concatenate"])
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
        for _ in range(rng.randint(1, 2)):
            kind = rng.choice(["DataStreamMonitoring", "TrainingDataMonitoring"])
            args = {"variables": [self.monitored(i) for i in range(rng.randint(1, 4))]}
            if rng.random() < 0.7:
                args["prefix"] = rng.choice(["train", "valid", ""])
            if rng.random() < 0.2:
                args["suffix"] = "s"
            if kind == "DataStreamMonitoring":
                args["data"] = self.vectors(4)
            case["extensions"].insert(rng.randint(0, len(case["extensions"])), self.entry(
                kind, args=args, triggers=triggers(rng, 3, ("before_training",))))

    def load_run(self, case):
        rng = self.rng
        run = {"mode": "fresh_job", "reset_parameters": 9.0}
        if rng.random() < 0.3:
            run["model"] = {"dims": rng.choice([[2, 1], [2, 1, 1], [3, 1]]), "weights": 7.0, "biases": 6.0,
                            "name": rng.choice(["mlp", "mlp", "other"])}
        load = self.entry("Load", triggers={}, args={
            "path": rng.choice(["<dir>/main.tar"] * 4 + ["<dir>/nothing.tar"]), "load_log": rng.random() < 0.4,
            "load_iteration_state": rng.random() < 0.4})
        run["extensions"] = [self.entry("RawProbe"), load, self.entry("RawProbe"),
                             self.entry("FinishAfter", triggers={rng.choice(["every_n_batches", "every_n_epochs"]): 2})]
        return run

    def faults(self):
        rng = self.rng
        faults = []
        if self.signals and rng.random() < 0.6:
            faults += [{"where": rng.choice(["process_batch", "read_data"]), "batch": rng.randint(0, 6),
                        "signal": rng.choice(["SIGINT", "SIGINT", "SIGTERM"])} for _ in range(rng.randint(1, 3))]
        if self.errors and rng.random() < 0.5:
            faults.append({"where": rng.choice(["process_batch", "initialize", "read_data"]), "batch": rng.randint(0, 6),
                           "error": "RuntimeError", "message": "fault"})
        return faults


def main():
    folder = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        case = Maker(rng).case("random-%d" % number)
        (folder / ("random-%04d.json" % number)).write_text(json.dumps(blocks_model.play(case), indent=1))


if __name__ == "__main__":
    main()
