"""Builds Kiln in several ways and runs every test in each; used by scripts/test.

The release build runs everything.  The address+undefined sanitizer build runs everything but the checks of the
sources, the thread sanitizer build what has more than one thread (the label "threads").  clang only has to build kilnd.  Each test program reports its own counts (Check's summary, or
"N passed, N failed, N skipped"); a program without counts is one test, decided by its exit status.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

SUMMARIES = (
    (re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M),
     lambda m: (int(m[1]) - int(m[2]) - int(m[3]), int(m[2]) + int(m[3]), 0)),
    (re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M),
     lambda m: (int(m[1]), int(m[2]), int(m[3] or 0))),
)
OPTIONS = {
    # Check ends a test that takes too long; here several programs share the machine, some of them instrumented.
    "CK_TIMEOUT_MULTIPLIER": "10",
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:allocator_may_return_null=1",
}
BUILDS = (
    # preset, folder, which programs run: by their labels
    ("release", "build", lambda labels: True),
    ("asan", "build-asan", lambda labels: not labels & {"lint", "valgrind"}),
    ("tsan", "build-tsan", lambda labels: "threads" in labels),
)
PROGRAM_SECONDS_MAX = 900
LONG = ("scenario", "valgrind", "private_postgres", "server", "endpoints", "lint", "lint_tidy")


def build(preset, *targets):
    print(f"== building {preset}", flush=True)
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, *targets]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout[-8000:])
            return False
    return True


def programs(folder, wanted):
    listed = subprocess.run(["ctest", "--test-dir", folder, "--show-only=json-v1"], capture_output=True, text=True,
                            check=True)
    for test in json.loads(listed.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test["properties"]}
        if wanted(set(properties.get("LABELS", ()))):
            environment = dict(item.split("=", 1) for item in properties.get("ENVIRONMENT", ()))
            yield test["name"], test["command"], properties.get("WORKING_DIRECTORY", "."), environment


def run(test):
    """Runs one program; gives its counts and what is to be said of it."""
    name, command, folder, environment = test
    started = time.monotonic()
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **environment, **OPTIONS},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PROGRAM_SECONDS_MAX)
        output, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = (expired.stdout or b"").decode(errors="replace") + "\nstopped: too long\n", -1
    counts = [read(match) for pattern, read in SUMMARIES for match in pattern.finditer(output)]
    passed, failed, skipped = (sum(column) for column in zip(*counts)) if counts else (int(status == 0), 0, 0)
    if status and not failed:
        failed = 1
    said = (f"{'ok  ' if not failed else 'FAIL'} {name}: {passed} passed, {failed} failed, {skipped} skipped"
            f" ({time.monotonic() - started:.1f} s)")
    if failed or skipped:
        said += "\n" + output[-12000:]
    return (passed, failed, skipped), said


def run_all(tests):
    """Several at a time: most of them wait for a database or a server.  The long ones begin first."""
    totals = [0, 0, 0]
    tests = sorted(tests, key=lambda test: test[0] not in LONG)
    with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run, test) for test in tests]):
            counts, said = future.result()
            print(said, flush=True)
            totals = [a + b for a, b in zip(totals, counts)]
    return totals


def main():
    totals = [0, 0, 0]
    quick = "--quick" in sys.argv[1:]
    for preset, folder, wanted in BUILDS[:1] if quick else BUILDS:
        if not build(preset):
            totals[1] += 1
            continue
        print(f"== testing {preset}", flush=True)
        totals = [a + b for a, b in zip(totals, run_all(programs(folder, wanted)))]
    if not quick:
        totals[0 if build("clang", "--target", "kilnd") else 1] += 1
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] or not totals[0] else 0


sys.exit(main())
