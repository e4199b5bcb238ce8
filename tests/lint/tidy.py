"""Looks at every C file that is compiled with clang-tidy, under the checks of .clang-tidy.

tidy.py ROOT BUILD: BUILD has the compile_commands.json.  A finding fails its file.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

import clang_tool
import house

FILES_PER_RUN = 12  # most of the time of a run goes into its start


def sources(root, build):
    """What is compiled and not generated."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as commands:
        paths = {os.path.normpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(commands)}
    return sorted(path for path in paths
                  if path.startswith(root + os.sep) and not path.startswith(os.path.abspath(build) + os.sep))


def findings(program, build, paths):
    """(file, line, message) of everything found; a program that fails is a finding too."""
    done = subprocess.run([program, "-p", build, "--quiet", *paths], capture_output=True, text=True)
    found = re.findall(r"^(/.+?):(\d+):\d+: (?:warning|error): (.+)$", done.stdout, re.M)
    if done.returncode and not found:
        found = [(paths[0], "1", f"{program} failed: {done.stderr[-500:]}")]
    return found


def main():
    root, build = (os.path.abspath(path) for path in sys.argv[1:3])
    program = clang_tool.find("clang-tidy")
    if not program:
        print(f"clang-tidy {house.CLANG_VERSION} is not installed")
        print("0 passed, 1 failed")
        return 1
    paths = sources(root, build)
    runs = [paths[at:at + FILES_PER_RUN] for at in range(0, len(paths), FILES_PER_RUN)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = {item for items in pool.map(lambda run: findings(program, build, run), runs) for item in items}
    for path, line, message in sorted(found, key=lambda item: (item[0], int(item[1]))):
        print(f"{os.path.relpath(path, root)}:{line}: {message}")
    failed = len({path for path, _, _ in found})
    print(f"{max(len(paths) - failed, 0)} passed, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
