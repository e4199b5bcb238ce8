"""Those that bench/run.py lets take turns: Kiln's job, and processes that stay alive between their turns."""
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("KILN_BUILD", os.path.join(HERE, "..", "build"))
OPENMP_BUILD = "/usr/lib/x86_64-linux-gnu/openblas-openmp"


class Process:
    """Answers "SECONDS" with "MICROSECONDS COST", after "ready NAME" behind its first batch."""

    def __init__(self, name, command, environment):
        self.name, self.times = name, []
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.greeting = self.read()[len("ready "):]
        self.first_batch_s = time.perf_counter() - start

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
        """Resident at the end; what was needed to make the data has been given back."""
        with open("/proc/%d/status" % self.process.pid) as status:
            self.resident_mib = int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024
        self.process.stdin.close()
        self.process.wait()


class Job:
    """kilnd run, for as many batches as fill a pass; from before_training to after_training, all extensions included."""

    def __init__(self, name, workload, threads, extensions=(), variables=()):
        self.name, self.times, self.resident_mib = name, [], 0
        with open(os.path.join(HERE, "workloads", workload + ".json")) as file:
            self.definition = json.load(file)
        self.definition["threads"] = threads
        self.definition["extensions"][:0] = extensions
        self.definition["variables"].update(variables)
        self.folder = tempfile.TemporaryDirectory()
        self.batches, self.greeting = 1, "kilnd run bench/workloads/%s.json" % workload
        self.train()  # whatever is read for the first time
        start = time.perf_counter()
        self.train()
        self.first_batch_s = time.perf_counter() - start

    def run(self, seconds):
        while True:
            spent = self.train()
            if spent > seconds / 2:
                break
            self.batches = int(self.batches * max(2, min(200, seconds / spent)))
        self.times.append(spent / self.batches * 1e6)

    def train(self):
        self.definition["extensions"][-1]["after_n_batches"] = self.batches
        file, out = (os.path.join(self.folder.name, name) for name in ("job.json", "out"))
        with open(file, "w") as text:
            json.dump(self.definition, text)
        process = subprocess.Popen([os.path.join(BUILD, "kilnd"), "run", file, "--out", out, "--quiet"])
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("%s failed" % self.name)
        self.resident_mib = max(self.resident_mib, used.ru_maxrss / 1024)
        with open(os.path.join(out, "log.jsonl")) as log:
            rows = log.readlines()
        first, last = (datetime.datetime.fromisoformat(json.loads(row)["records"]["timestamp"]) for row in (rows[0], rows[-1]))
        return max((last - first).total_seconds(), 1e-6)

    def close(self):
        self.folder.cleanup()


def kernels():
    """The OpenBLAS kernels that Kiln has chosen: everybody gets them."""
    version = subprocess.run([os.path.join(BUILD, "kilnd"), "--version"], check=True, capture_output=True, text=True)
    return re.search(r"OpenBLAS \S+ (\w+)", version.stdout).group(1)


def peer_environment(threads):
    """On several threads the OpenMP build of OpenBLAS: beside the pthread build PyTorch has two pools that fight."""
    environment = dict(os.environ, OPENBLAS_CORETYPE=kernels(), OMP_NUM_THREADS=str(threads))
    environment.pop("OPENBLAS_NUM_THREADS", None)
    if threads > 1:
        if not os.path.exists(os.path.join(OPENMP_BUILD, "libopenblas.so.0")):
            sys.exit("peers on several threads are measured with libopenblas0-openmp: install it")
        environment["LD_LIBRARY_PATH"] = OPENMP_BUILD
    return environment


def peers_of(name, workload, threads):
    environment = peer_environment(threads)
    torch = [Process("PyTorch " + way, ["/usr/bin/python3", os.path.join(HERE, "peer_torch.py"), name, way], environment)
             for way in workload.ways]
    if not workload.sklearn:
        return torch
    return torch + [Process("scikit-learn", ["/usr/bin/python3", os.path.join(HERE, "peer_sklearn.py"), name], environment)]


def products_of(workload):
    return Process("products", [os.path.join(BUILD, "bench", "products")] + workload.products, dict(os.environ))
