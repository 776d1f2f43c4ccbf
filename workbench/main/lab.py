"""JupyterLab on the notebooks, with the Python that runs the workbench as its kernel."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.errors import WorkbenchError

START = Path("notebooks", "00_start.ipynb")
# Says that nobody is asked whether Jupyter may fetch its news, and that tab may wait for a catalogue to be read.
SETTINGS = Path("scripts", "jupyter")
QUIET = "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"  # nothing of it asks the network


def lab_command(root: Path, more: Sequence[str] = ()) -> tuple[list[str], Mapping[str, str]]:
    """The command and environment of JupyterLab beside a catalogue; `more` are options of its own.

    Its file browser begins one folder above the notebooks, so that study files can be opened beside them. Raises
    `WorkbenchError` where there is no start page.
    """
    home = root.resolve().parent
    if not (home / START).is_file():
        raise WorkbenchError(f"There is no {START} in {home}. Give the workbench's own catalogue with --catalog.")
    command = [
        *(sys.executable, "-m", "jupyter", "lab"),
        f"--ServerApp.root_dir={home}",
        f"--LabApp.default_url=/lab/tree/{START.as_posix()}",
        QUIET,
        *(["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []),
        *more,
    ]
    # Someone's own kernel of the same name would come first otherwise, and it knows no workbench.
    settings = os.pathsep.join(filter(None, (str(home / SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH"))))
    return command, {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_CONFIG_PATH": settings}


def open_lab(root: Path, more: Sequence[str] = ()) -> None:
    """Become JupyterLab: this does not return."""
    command, environment = lab_command(root, more)
    os.execve(command[0], command, environment)
