"""Results as Markdown.  A result is what run.py measured of one workload on so many threads; see there."""
import json
import statistics

from workloads import WORKLOADS


def read(path):
    """Of each workload and number of threads the latest."""
    results = {}
    with open(path) as file:
        for line in file:
            result = json.loads(line)
            results[result["workload"], result["threads"]] = result
    return results


def median(side):
    return statistics.median(side["us"])


def best_of(result):
    """PyTorch's best way: goals are set beside it."""
    return min((side for side in result["peers"] if side["name"].startswith("PyTorch")), key=median)


def sklearn_ratio(result):
    sides = [side for side in result["peers"] if side["name"] == "scikit-learn"] if result else []
    return "%.1f" % ratios(sides[0], result["kiln"])[0] if sides else ""


def ratios(slow, fast):
    """Of the turns: the median, the least, the greatest."""
    each = [a / b for a, b in zip(slow["us"], fast["us"])]
    return statistics.median(each), min(each), max(each)


def goal_of(result):
    goal = WORKLOADS[result["workload"]].goals[min(result["threads"], 2) - 1]
    return goal or 0


def us(microseconds):
    return "%.2f" % microseconds if microseconds < 10 else "%.0f" % microseconds


def ratio_cells(result):
    if not result:
        return ["", "", ""]
    ratio, low, high = ratios(best_of(result), result["kiln"])
    goal = goal_of(result)
    text = "%.2f" % ratio if ratio < 10 else "%.1f" % ratio
    return [("**%s**" if ratio < goal else "%s") % text, "%.2f to %.2f" % (low, high), "%g" % goal if goal else ""]


def row(cells):
    return "| " + " | ".join(cells) + " |"


def speed(results):
    yield row(["", "workload", "1 thread", "spread", "goal", "2 threads", "spread", "goal",
               "scikit-learn", "own scaling", "products"])
    yield "|---|---|--:|---|--:|--:|---|--:|---|--:|--:|"
    for name, workload in WORKLOADS.items():
        one, two = results.get((name, 1)), results.get((name, 2))
        if not one and not two:
            continue
        scaling = "%.2f" % (median(one["kiln"]) / median(two["kiln"])) if one and two else ""
        products = "%.0f %%" % (100 * median(one["products"]) / median(one["kiln"])) if one else ""
        sklearn = " / ".join(filter(None, (sklearn_ratio(one), sklearn_ratio(two))))
        yield row([name, workload.about] + ratio_cells(one) + ratio_cells(two) + [sklearn, scaling, products])


def times(results):
    yield row(["", "threads", "Kiln", "peers", "others"])
    yield "|---|--:|--:|---|--:|"
    for (name, threads), result in sorted(results.items()):
        peers = sorted(result["peers"], key=median)
        yield row([name, str(threads), us(median(result["kiln"])),
                   ", ".join("%s %s" % (side["name"], us(median(side))) for side in peers),
                   "%.0f %%" % (100 * result["others"])])


def needs(results):
    yield row(["", "data", "Kiln", "peers beyond their data", "Kiln's first batch", "peers' first batch"])
    yield "|---|--:|--:|---|--:|---|"
    for (name, threads), result in sorted(results.items()):
        if threads != 1:
            continue
        kiln, peers, data = result["kiln"], result["peers"], result["data_mib"]
        beyond = ["%.0f" % (side["resident_mib"] - data) for side in peers]
        first = ["%.2f" % side["first_batch_s"] for side in peers]
        yield row([name, "%.0f MiB" % data, "%.0f MiB" % kiln["resident_mib"],
                   "%s to %s MiB" % (min(beyond, key=float), max(beyond, key=float)), "%.3f s" % kiln["first_batch_s"],
                   "%s to %s s" % (min(first, key=float), max(first, key=float))])


def monitoring(result):
    ratio, low, high = ratios(result["kiln"], result["plain"])
    yield ("Five values monitored with every batch of W2 cost %.1f %% (%.1f to %.1f %% in single turns; goal: at most 3 %%)."
           % (100 * (ratio - 1), 100 * (low - 1), 100 * (high - 1)))


def write(results):
    """The whole page of figures."""
    monitored = results.pop(("monitoring", 1), None)
    result = next(iter(results.values()), monitored)
    yield "%s; %s; commit %s; %s." % (result["machine"], result["profile"], result["commit"], result["date"])
    if results:
        for title, table in (("Examples per second of Kiln divided by those of PyTorch's best way, medians over turns; below its "
                              "goal in bold. Likewise scikit-learn on 1 / 2 threads. Own scaling: Kiln on two threads beside one. "
                              "Products: how much of Kiln's time on one thread its matrix products need alone.", speed),
                             ("Microseconds per iteration, medians. Others: how much of the machine was used by other programs "
                              "meanwhile.", times),
                             ("Memory that stays resident on one thread: of Kiln, which makes large synthetic data when it reads them, "
                              "and of the peers, which hold them.  Seconds from the start of the process to the end of the first batch, "
                              "the making of the data included.", needs)):
            yield "\n%s\n" % title
            yield from table(results)
    if monitored:
        yield ""
        yield from monitoring(monitored)
