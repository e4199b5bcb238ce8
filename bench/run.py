#!/usr/bin/python3
"""Measures Kiln beside its peers:  run.py [--threads N] [--passes N] [--seconds S] [--results FILE] [WORKLOAD...]

The sides take turns, a pass each, so that a slow moment of the machine hits all of them; what counts is the ratio within one
turn, and its median over the turns.  All sides use as many threads and the same set of OpenBLAS kernels: the one Kiln chose.
Kiln is measured as a job: a definition of bench/workloads, trained by kilnd run, from before_training to after_training.
"products" are the matrix products of one step alone, on one thread.  The workload monitoring is W2 beside itself with five
monitored values every batch.

Without a workload all are measured, on one and on two threads.  Every result is added as a line of JSON to FILE; --table
prints the latest of each as Markdown, without measuring.  Ends with 1 when a ratio misses its goal.
"""
import argparse
import datetime
import json
import os
import re
import subprocess
import sys

import peer
import sides
import table
from workloads import WORKLOADS

MONITORING_COST_MAX = 0.03
MONITORED = [
    {"type": "TrainingDataMonitoring", "prefix": "train", "after_batch": True,
     "variables": ["cost", "error_rate", "confidence", "top_norm", "algorithm.total_gradient_norm"]}]
MONITORED_VARIABLES = {
    "probabilities": "mlp(features)",
    "cost": "CategoricalCrossEntropy(targets, probabilities)",
    "error_rate": "MisclassificationRate(targets, probabilities)",
    "confidence": "mean(max(probabilities, 1))",
    "top_norm": "l2_norm(mlp.linear_1.W)"}


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read()).group(1)
    return "%d x %s" % (os.cpu_count(), model)


def circumstances():
    version = subprocess.run([os.path.join(sides.BUILD, "kilnd"), "--version"], check=True, capture_output=True, text=True)
    commit = subprocess.run(["git", "-C", sides.HERE, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return {"date": datetime.datetime.now().strftime("%Y-%m-%d %H:%M"), "machine": machine(),
            "profile": re.search(r"numeric profile: (.*)", version.stdout).group(1),
            "commit": commit.stdout.strip() or "unknown"}


def seconds_used():
    """Of processors: by everybody, by us and our children, and what there was."""
    with open("/proc/stat") as file:
        user, nice, system, idle, iowait, irq, softirq, steal = (int(word) for word in file.readline().split()[1:9])
    tick = os.sysconf("SC_CLK_TCK")
    busy = user + nice + system + irq + softirq + steal
    return busy / tick, sum(os.times()[:4]), (busy + idle + iowait) / tick


def take_turns(all_sides, passes, seconds):
    for side in all_sides:
        print("  %s" % side.greeting, flush=True)
        side.run(seconds / 2)  # warm up
        side.times.clear()
    for _ in range(passes):
        for side in all_sides:
            side.run(seconds)
    for side in all_sides:
        side.close()
        print("  %-30s %10.2f us/iteration  (%.2f to %.2f)" % (
            side.name, table.median(plain(side)), min(side.times), max(side.times)))


def plain(side):
    return {"name": side.name, "us": [round(each, 3) for each in side.times],
            "first_batch_s": round(side.first_batch_s, 3), "resident_mib": round(side.resident_mib, 1)}


def measure_net(name, threads, options):
    workload = WORKLOADS[name]
    print("%s: %s, threads %d" % (name, workload.about, threads))
    job = sides.Job("Kiln", name, threads)
    products = [sides.products_of(workload)] if threads == 1 else []
    peers = sides.peers_of(name, workload, threads)
    take_turns([job] + products + peers, options.passes, options.seconds)
    result = {"workload": name, "threads": threads, "data_mib": round(peer.Workload(name).data_mib(), 1),
              "kiln": plain(job), "peers": [plain(side) for side in peers]}
    if products:
        result["products"] = plain(products[0])
    best, goal = table.best_of(result), table.goal_of(result)
    ratio, low, high = table.ratios(best, result["kiln"])
    print("  Kiln is %.2f (%.2f to %.2f) times as fast as the best, %s  (wanted: %s)" % (
        ratio, low, high, best["name"], goal or "nothing"), flush=True)
    return result, ratio >= goal


def measure_monitoring(options):
    print("monitoring: W2 with five monitored values every batch")
    jobs = [sides.Job("monitored", "W2", 1, MONITORED, MONITORED_VARIABLES), sides.Job("plain", "W2", 1)]
    take_turns(jobs, 5 * options.passes, options.seconds)  # a difference smaller than that between single turns
    result = {"workload": "monitoring", "threads": 1, "kiln": plain(jobs[0]), "plain": plain(jobs[1])}
    print("  " + next(table.monitoring(result)), flush=True)
    return result, table.ratios(result["kiln"], result["plain"])[0] <= 1 + MONITORING_COST_MAX


def measure(name, threads, options):
    before = seconds_used()
    result, good = measure_monitoring(options) if name == "monitoring" else measure_net(name, threads, options)
    everybody, ours, there = (after - at for after, at in zip(seconds_used(), before))
    result["others"] = round(max(0, everybody - ours) / there, 3)
    print("  other programs used %.0f %% of the machine" % (100 * result["others"]), flush=True)
    if options.results:
        with open(options.results, "a") as file:
            file.write(json.dumps(dict(circumstances(), **result)) + "\n")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, choices=range(1, 65), metavar="N", help="by default 1, then 2 when all are measured")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.7, help="of one pass of one side")
    parser.add_argument("--results", metavar="FILE", help="where results are kept")
    parser.add_argument("--table", action="store_true", help="only print the results that are kept")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(WORKLOADS) + ", monitoring")
    options = parser.parse_args()
    for name in options.workloads:
        if name not in WORKLOADS and name != "monitoring":
            parser.error("there is no workload %s" % name)
    if options.table and not (options.results and os.path.exists(options.results)):
        sys.exit("nothing has been measured yet")
    good = True
    if not options.table:
        names = options.workloads or list(WORKLOADS)
        every = [options.threads] if options.threads else [1] if options.workloads else [1, 2]
        good = all([measure(name, threads, options) for name in names for threads in every])
        if not options.workloads:
            good &= measure("monitoring", 1, options)
    if options.results and (options.table or not options.workloads):
        print("\n".join(table.write(table.read(options.results))))
    sys.exit(0 if good else 1)


main()
