"""Checks the sources of Kiln: includes, libraries, lengths, words, formatting.  Ends with "N passed, N failed".

    lint.py [ROOT]      the rules are in house.py
"""
import os
import re
import shutil
import subprocess
import sys

import checks
import clang_tool
import house

BINARY = (".gz", ".npz", ".npy", ".png", ".ico", ".woff2", ".h5", ".hdf5", ".tar")
OUTSIDE = ("tests/fuzz/corpus/",)  # inputs, not sources


def files_of(root):
    """What git knows or would add; in an exported tree, all that is there but builds."""
    listed = shutil.which("git") and subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True)
    if listed and listed.returncode == 0:
        paths = [path for path in listed.stdout.decode().split("\0") if path]
    else:
        paths = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(("build", ".git", "__pycache__"))]
            paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(path for path in set(paths) if os.path.isfile(os.path.join(root, path)))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def check_text(root, path):
    def exists(target):
        return os.path.isfile(os.path.join(root, target))
    text = read(root, path)
    yield from checks.check_words(path, text)
    if path.endswith(".md") and not path.startswith(house.PARTS_OF_PAGES):
        yield from checks.check_links(path, text, lambda target: read(root, target) if exists(target) else None)
    if path.endswith((".c", ".h")):
        yield from checks.check_header_comment(path, text)
        yield from checks.check_rooms(path, text, exists)
        yield from checks.check_own_header(path, text, exists)
        yield from checks.check_homes(path, text)
        yield from checks.check_functions(path, text)
        yield from checks.check_length(path, text)


def badly_formatted(root, paths, program):
    """The first such line of each file, by path: one process for all, for most of its time goes into its start."""
    done = subprocess.run([program, "--dry-run", "--style=file", *paths], cwd=root, capture_output=True, text=True)
    lines = {}
    for path, line in re.findall(r"^(.+?):(\d+):\d+: \w+: code should be clang-formatted", done.stderr, re.M):
        lines.setdefault(path, int(line))
    if done.returncode and not lines:
        sys.exit(f"{program} failed:\n{done.stderr}")
    return lines


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
    program = clang_tool.find("clang-format")
    passed = failed = 0
    if not program:
        print(f"clang-format {house.CLANG_VERSION} is not installed")
        failed += 1
    paths = [path for path in files_of(root) if not path.endswith(BINARY) and not path.startswith(OUTSIDE)]
    sources = [path for path in paths if path.endswith((".c", ".h"))]
    unformatted = badly_formatted(root, sources, program) if program and sources else {}
    for path in paths:
        found = list(check_text(root, path))
        if path in unformatted:
            found.append((unformatted[path], f"not as clang-format {house.CLANG_VERSION} writes it;"
                                             " run clang-format -i on the file"))
        for line, message in sorted(found):
            print(f"{path}:{line}: {message}")
        failed += bool(found)
        passed += not found
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
