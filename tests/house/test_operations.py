"""What docs/operations.md and docs/security.md say is there: commands that parse, files and tests that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from workbench.__main__ import parser

PAGES = ("operations", "security")


def text(root: Path, page: str) -> str:
    return (root / "docs" / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one(repo_root: Path, page: str) -> None:
    whole = text(repo_root, page)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", whole, re.DOTALL) for line in block.splitlines()]
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "workbench"
        assert parser().parse_args(arguments).command == arguments[0]
    assert (page == "operations") == bool(lines)


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
