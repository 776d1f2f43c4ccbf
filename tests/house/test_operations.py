"""What docs/operations.md and docs/security.md say is there: files and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = ("operations", "security")


def text(root: Path, page: str) -> str:
    return (root / "docs" / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_is_there(repo_root: Path, page: str) -> None:
    named = set(re.findall(r"`(?:pytest -s )?(tests/[\w/]+(?:\.py)?)(?:::(\w+))?`", text(repo_root, page)))
    assert len(named) > 8
    for file, function in named:
        assert (repo_root / file).exists(), file
        if function:
            assert re.search(rf"^def {function}\(", (repo_root / file).read_text(encoding="utf-8"), re.MULTILINE), (
                function
            )


@pytest.mark.parametrize(("page", "heading"), [("operations", "Faults"), ("security", "Attacks tried, and refused")])
def test_every_row_of_what_is_counted_names_one_test(repo_root: Path, page: str, heading: str) -> None:
    """A row without would be told and never tried: `tests/conftest.py` marks what is named here."""
    part = text(repo_root, page).partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")][1:]
    rows = [row for row in rows if not row.startswith("| ---")]
    assert len(rows) > 30 and len(set(rows)) == len(rows)
    assert [row for row in rows if len(re.findall(r"`tests/[\w/]+\.py::\w+`", row)) != 1] == []
