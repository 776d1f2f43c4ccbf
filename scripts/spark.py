"""Install Spark for the tests that run a study on both engines; where there is no Java for it, say so in one line.

PySpark is published as a source archive of 434 MB. The wheel that pip makes of it is packed without compression: its
jars are compressed already, and doing it again takes most of the time.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-spark.lock"
LOG = ROOT / ".venv" / "spark.log"
JAVA = 17
INSTALL = (
    *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"),
    *("--no-deps", "--no-compile", "--no-build-isolation"),  # setuptools is in the lock of the libraries
    *("--config-settings", "--build-option=--compression=stored", "-r", str(LOCK)),
)


def missing() -> str | None:
    """What Spark lacks on this machine, as a sentence without its full stop; None when it can run."""
    java = shutil.which("java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < JAVA:
        return f"Spark needs Java {JAVA} or later on the path"
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed"
    return None


def main() -> int:
    """Install PySpark where Java is; 0 if Spark can run, else 2."""
    lacks = missing()
    if lacks and "PySpark" in lacks:
        print("Installing Spark for its tests (once, 434 MB).", flush=True)
        with LOG.open("w", encoding="utf-8") as log:
            done = subprocess.run(INSTALL, stdout=log, stderr=log, check=False)
        importlib.invalidate_caches()
        lacks = f"PySpark could not be installed ({LOG.relative_to(ROOT)} says why)" if done.returncode else missing()
    if lacks:
        print(f"{lacks}, so the tests on Spark cannot run.", flush=True)
    return 2 if lacks else 0


if __name__ == "__main__":
    sys.exit(main())
