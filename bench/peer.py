"""What the peers have in common: the workload as they need it, and the conversation with bench/run.py.

A peer trains one of bench/workloads.  After its first batch it prints "ready NAME"; then, for every line "SECONDS", it
trains that long and prints "MICROSECONDS COST": of one iteration, and the last cost.
"""
import json
import math
import os
import sys
import time

DIGITS = (1797, [64], 10)  # examples, shape, classes of the dataset that ships with Kiln


class Workload:
    """A definition of bench/workloads."""

    def __init__(self, name):
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "workloads", name + ".json")) as file:
            definition = json.load(file)
        stream = definition["data_streams"]["train"]
        data = stream["dataset"]
        if data == "digits":
            self.rows, self.shape, self.classes = DIGITS
        else:
            sources = data["sources"]
            self.rows, self.shape = data["examples"], sources["features"]["shape"]
            self.classes = sources["targets"]["classes"]
        self.batch = stream["iteration_scheme"]["batch_size"]
        self.bricks = definition["bricks"]
        self.rule = dict(definition["algorithm"]["step_rule"])

    def data_mib(self):
        """float32 features and int64 targets."""
        return self.rows * (4 * math.prod(self.shape) + 8) / 2**20


def serve(name, first, train, iterations_each=1):
    """first() trains one batch; train(count) that many times iterations_each, and gives the last cost."""
    first()
    print("ready " + name, flush=True)
    for line in sys.stdin:
        seconds, done, at_once, start = float(line), 0, 1, time.perf_counter()
        while True:
            cost = train(at_once)
            done += at_once
            spent = time.perf_counter() - start
            if spent >= seconds:
                break
            if spent < seconds / 20:
                at_once *= 2
        print("%.3f %.6f" % (spent / (done * iterations_each) * 1e6, cost), flush=True)
