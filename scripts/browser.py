"""Find the Chromium that the browser tests drive; as root on Debian and Ubuntu, install it if need be.

Playwright's own browser builds are not used: they come from outside the package registries, and the tests
should see the browser that the machine's owner keeps up to date.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

from scripts.debian import install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
HOW = (
    "The browser tests need Chromium or Chrome on the path, and there is none. Install it: "
    "on Debian `apt-get install chromium` as root, on Fedora `dnf install chromium`, "
    "on macOS put Chromium or Google Chrome in Applications; or set CHROMIUM to its executable."
)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_outside(address: str) -> bool:
    """Whether a request to this address leaves the machine; what stands in the page itself (data, blob) does not."""
    parts = urlparse(address)
    return parts.scheme not in ("data", "blob") and parts.hostname not in LOOPBACK


def find() -> str | None:
    """Return the browser's executable: the variable CHROMIUM, else the first known name on the path."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), next((str(path) for path in MAC if path.exists()), None))


def runs(path: str) -> bool:
    """Tell whether it starts: Ubuntu's package is a pointer to a snap, which containers cannot run."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def main() -> int:
    """Make sure there is a browser; 0 if so, 2 with one sentence on what to do if not."""
    if not find():
        install("Chromium", "chromium", "fonts-liberation")
    path = find()
    if path and runs(path):
        return 0
    print(f"{path} does not start. {HOW}" if path else HOW, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
