"""Finds clang-format and clang-tidy in the version that the project is written with."""
import re
import shutil
import subprocess

import house


def find(tool):
    """Another version formats differently and has other checks, so that only this one will do; None without it."""
    for name in (f"{tool}-{house.CLANG_VERSION}", tool):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
            if re.search(rf"version {house.CLANG_VERSION}\.", version):
                return name
    return None
