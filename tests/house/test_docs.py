"""The documents cannot drift: what they point at exists, and what must be said is said."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from workbench.__main__ import parser

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
PARTS = ("**Status**", "**Context.**", "**Decision.**", "**Rejected.**", "**What would change our mind.**")


def documents(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def test_every_link_leads_somewhere(repo_root: Path) -> None:
    broken = [
        f"{document.name}: {link}"
        for document in documents(repo_root)
        for link in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert broken == []


def test_every_make_target_named_exists(repo_root: Path) -> None:
    makefile = (repo_root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for document in documents(repo_root):
        quoted = re.findall(r"`[^`\n]+`|^make .*", document.read_text(encoding="utf-8"), re.MULTILINE)
        named = {name for text in quoted for name in TARGET.findall(text)}
        assert named <= targets, f"{document.name} names {sorted(named - targets)}"


def commands(text: str) -> Iterator[str]:
    """The lines of blocks that begin with the program, as they could be typed: what may be left out is left out."""
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        for line in re.findall(r"^(?:\.venv/bin/)?workbench (.+)", block.replace("\\\n", " "), re.MULTILINE):
            said = re.split(r"\s{2,}|\s#\s", re.sub(r"\[[^]]*\]", "", line).strip())[0]
            either = re.search(r"\w+(?:\|\w+)+", said)
            for one in either[0].split("|") if either else [""]:
                yield said.replace(either[0], one) if either else said


def test_every_command_is_one(repo_root: Path) -> None:
    """What stands in a block to be copied is taken by the command line, in every document that has any."""
    found = [(one.name, line) for one in documents(repo_root) for line in commands(one.read_text(encoding="utf-8"))]
    assert len(found) > 60 and ("disclosure.md", "release show STUDY") in found
    for document, line in found:
        arguments = shlex.split(line)
        assert parser().parse_args(arguments).command == arguments[0], f"{document}: {line}"


def test_the_map_shows_every_room(repo_root: Path) -> None:
    readme = (repo_root / "README.md").read_text(encoding="utf-8")
    rooms = [f.parent for f in repo_root.glob("workbench/*/__init__.py")]
    assert rooms
    assert [room.name for room in rooms if f"`workbench/{room.name}`" not in readme] == []
    for folder in re.findall(r"^\| `([\w/]+)` \|", readme, re.MULTILINE):
        assert (repo_root / folder).is_dir(), folder


def test_decisions_are_numbered_and_complete(repo_root: Path) -> None:
    decisions = sorted((repo_root / "docs/decisions").glob("*.md"))
    assert [file.name[:4] for file in decisions] == [f"{n:04d}" for n in range(1, len(decisions) + 1)]
    assert len(decisions) >= 6
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        assert [part for part in PARTS if part not in text] == [], file.name


def test_the_licence_is_complete(repo_root: Path) -> None:
    text = (repo_root / "LICENSE").read_text(encoding="utf-8")
    articles = re.findall(r"^(\d+)\.\s*[A-Z]", text, re.MULTILINE)
    assert articles == [str(number) for number in range(1, 16)]
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "\nLicensed under the EUPL\n" in text.replace(" " * 26, "")
    appendix = text.split("Appendix\n")[-1]
    assert "Compatible Licences" in appendix
    assert appendix.rstrip().endswith("require the production of a new EUPL version.")


def test_the_changelog_has_a_place_for_the_next_change(repo_root: Path) -> None:
    changelog = (repo_root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", changelog, re.MULTILINE)[0] == "[Unreleased]"
