#!/usr/bin/python3
"""Measures Kiln beside its peers:  run.py [--threads N] [--passes N] [--seconds S] [WORKLOAD...]

The sides take turns, a pass each, so that a slow moment of the machine hits all of them; what counts is the ratio
within one turn, and its median over the turns.  All sides use as many threads and the same set of OpenBLAS kernels:
the one Kiln chose.  On several threads PyTorch gets the OpenMP build of OpenBLAS, with which it is fastest.  Kiln is
measured as a job: a definition of bench/workloads, trained by kilnd run, with the time that its Timing extension
records for reading data and training.  "engine" is bench/mlp.c: the compiled graph and the step alone, without main
loop, stream and log, on one thread.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("KILN_BUILD", os.path.join(HERE, "..", "build"))

# name: (what it is, arguments of mlp and its peers or None for other nets, the ratios wanted on 1 and on 2 threads)
WORKLOADS = {
    "W1": ("64-128-10 tanh, batch 64, Scale", ["Tanh", "64", "1797", "64", "128", "10"], (4.0, 5.0)),
    "W2": ("784-500-10 tanh, batch 128, Scale", ["Tanh", "128", "60000", "784", "500", "10"], (1.35, 1.7)),
    "W3": ("784-1024-1024-10 rectifier, batch 128, Adam", None, (1.45, 1.8)),
    "W4": ("conv 5x5x20, pool 2, conv 5x5x50, pool 2, 500, 10, batch 128, Momentum", None, (1.7, 2.0)),
    "W5": ("LSTM 128 over 28 steps of 28, batch 128, Adam", None, (1.7, 2.5)),
    "W6": ("16-16-2 tanh, batch 8, Scale", ["Tanh", "8", "1024", "16", "16", "2"], (40.0, 40.0)),
}

# Peers of the nets that bench/mlp.c does not train: program, ways, arguments.
PEERS = {
    "W3": ("peer_torch.py", ("adam", "foreach"), ["Rectifier", "128", "12800", "784", "1024", "1024", "10"]),
    "W4": ("peer_convnet.py", ("eager", "channels-last"), []),
    "W5": ("peer_lstm.py", ("eager", "foreach"), []),
}

OPENMP_BUILD = "/usr/lib/x86_64-linux-gnu/openblas-openmp"


class Process:
    """A side that stays alive and answers "SECONDS" with "MICROSECONDS COST"."""

    def __init__(self, name, command, environment):
        self.name, self.times = name, []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.greeting = self.read()[len("ready "):]

    def read(self):
        line = self.process.stdout.readline().strip()
        if not line:
            sys.exit("%s ended early" % self.name)
        return line

    def run(self, seconds):
        self.process.stdin.write("%g\n" % seconds)
        self.process.stdin.flush()
        microseconds, cost = (float(word) for word in self.read().split())
        if cost != cost:
            sys.exit("%s: the cost is not a number" % self.name)
        self.times.append(microseconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Job:
    """kilnd run, for as many epochs as fill a pass."""

    def __init__(self, name, workload, threads, environment):
        self.name, self.times, self.environment = name, [], environment
        with open(os.path.join(HERE, "workloads", workload + ".json")) as file:
            self.definition = json.load(file)
        self.definition["threads"] = threads
        self.folder = tempfile.TemporaryDirectory()
        self.epochs, self.greeting = 1, "kilnd run bench/workloads/%s.json" % workload

    def run(self, seconds):
        while True:
            spent, iterations = self.train()
            if spent > seconds / 2:
                break
            self.epochs = max(self.epochs + 1, int(self.epochs * min(100, seconds / max(spent, 1e-6))))
        self.times.append(spent / iterations * 1e6)

    def train(self):
        self.definition["extensions"][-1]["after_n_epochs"] = self.epochs
        file, out = (os.path.join(self.folder.name, name) for name in ("job.json", "out"))
        with open(file, "w") as text:
            json.dump(self.definition, text)
        subprocess.run([os.path.join(BUILD, "kilnd"), "run", file, "--out", out, "--quiet"], check=True,
                       env=self.environment)
        with open(os.path.join(out, "log.jsonl")) as log:
            row = json.loads(log.readlines()[-1])
        records = row["records"]
        return records["time_train_total"] + records["time_read_data_total"], row["iteration"]

    def close(self):
        self.folder.cleanup()


def peer(way, script, arguments, environment):
    return Process("PyTorch " + way, ["/usr/bin/python3", os.path.join(HERE, script), way] + arguments, environment)


def peer_environment(environment, threads):
    if threads == 1:
        return environment
    if not os.path.exists(os.path.join(OPENMP_BUILD, "libopenblas.so.0")):
        sys.exit("PyTorch on several threads is measured with libopenblas0-openmp: install it")
    environment = dict(environment, OMP_NUM_THREADS=str(threads), LD_LIBRARY_PATH=OPENMP_BUILD)
    del environment["OPENBLAS_NUM_THREADS"]
    return environment


def sides_of(name, arguments, threads, environment):
    """The job, then the engine alone where there is a program for it, and the peers."""
    own = []
    if arguments and threads == 1:
        own = [Process("Kiln, engine", [os.path.join(BUILD, "bench", "mlp")] + arguments, environment)]
    version = subprocess.run([os.path.join(BUILD, "kilnd"), "--version"], check=True, capture_output=True, text=True)
    environment["OPENBLAS_CORETYPE"] = re.search(r"OpenBLAS \S+ (\w+)", version.stdout).group(1)
    others = peer_environment(environment, threads)
    if arguments:
        peers = [peer(way, "peer_torch.py", arguments, others) for way in ("eager", "jit")]
    else:
        script, ways, arguments = PEERS[name]
        peers = [peer(way, script, arguments, others) for way in ways]
    return Job("Kiln, job", name, threads, environment), own, peers


def measure(name, threads, passes, seconds):
    about, arguments, wanted = WORKLOADS[name]
    wanted = wanted[0] if threads == 1 else wanted[1]
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    job, own, peers = sides_of(name, arguments, threads, environment)
    sides = [job] + own + peers
    print("%s: %s, threads %d" % (name, about, threads))
    for side in sides:
        print("  %s" % side.greeting)
        side.run(seconds / 2)  # warm up
        side.times.clear()
    for _ in range(passes):
        for side in sides:
            side.run(seconds)
    for side in sides:
        side.close()
        print("  %-14s %10.1f us/iteration  (%.1f to %.1f)" % (
            side.name, statistics.median(side.times), min(side.times), max(side.times)))
    best = min(peers, key=lambda side: statistics.median(side.times))
    ratio = statistics.median(peer / own for peer, own in zip(best.times, job.times))
    print("  the job is %.2f times as fast as the best, %s  (wanted: %.2f)" % (ratio, best.name, wanted), flush=True)
    return ratio >= wanted


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, choices=range(1, 65), default=1, metavar="N")
    parser.add_argument("--passes", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one pass of one side")
    parser.add_argument("workloads", nargs="*", default=["W2"], metavar="WORKLOAD", help=", ".join(WORKLOADS))
    options = parser.parse_args()
    for name in options.workloads:
        if name not in WORKLOADS:
            parser.error("there is no workload %s" % name)
    results = [measure(name, options.threads, options.passes, options.seconds) for name in options.workloads]
    sys.exit(0 if all(results) else 1)


main()
