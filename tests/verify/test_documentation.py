"""The examples of docs/verification.md run, and give what they print."""

from __future__ import annotations

import doctest
from pathlib import Path


def test_the_examples_run(repo_root: Path) -> None:
    path = repo_root / "docs" / "verification.md"
    results = doctest.testfile(str(path), module_relative=False, globs={"root": repo_root})
    assert results.attempted >= 15 and results.failed == 0
