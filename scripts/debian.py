"""Debian's packages that only tests need: installed where that can be done without asking, as root with apt-get."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install(name: str, *packages: str) -> None:
    """Install what a machine lacks, or say which command failed; nothing without apt-get or the right to use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"No {name} on the path: installing Debian's package (once).", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", *packages)):
        done = subprocess.run(command, check=False, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if done.returncode:
            print(f"`{' '.join(command)}` failed with exit code {done.returncode}.", file=sys.stderr)
            return
