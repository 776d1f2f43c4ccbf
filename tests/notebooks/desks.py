"""The desk that a notebook of the repository gets, with data and runs kept in a folder of the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import notebook
from workbench.notebook.desk import HOME, Desk


def desk_in(home: Path, repo_root: Path) -> Desk:
    """Begin as the first cell does, on a copy of the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repo_root / "notebooks")
        patch.setenv(HOME, str(home))
        return notebook.start(copy=True)
