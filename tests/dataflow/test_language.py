"""docs/language.md says what the kinds are; every icon can be seen; every kind has its words."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from workbench.dataflow.kinds import KINDS
from workbench.dataflow.words import kind_name
from workbench.study.model import StepSpec


@pytest.fixture(scope="module")
def rows(repo_root: Path) -> dict[str, list[str]]:
    text = (repo_root / "docs/language.md").read_text(encoding="utf-8")
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if "| `" in line[:4]]
    return {row[0].strip("`"): row for row in found}


def test_the_table_has_the_kinds_of_the_registry_in_its_order(rows: dict[str, list[str]]) -> None:
    assert list(rows) == list(KINDS)
    assert {len(row) for row in rows.values()} == {8} and all(all(row) for row in rows.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_says_what_the_kind_says_of_itself(kind: str, rows: dict[str, list[str]]) -> None:
    step = KINDS[kind]
    _, icon, meaning, keys, *_ = rows[kind]
    assert (icon, meaning) == (step.icon, step.meaning)
    own = {name: field for name, field in step.model_fields.items() if name not in StepSpec.model_fields}
    required = {field.alias or name for name, field in own.items() if field.is_required()}
    optional = {field.alias or name for name, field in own.items() if not field.is_required()}
    assert set(re.findall(r"(?<!\[)`(\w+)`", keys)) == required
    assert set(re.findall(r"\[`(\w+)`\]", keys)) == optional


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_file_of_its_own_and_one_line_of_meaning(kind: str) -> None:
    meaning = KINDS[kind].meaning
    assert "\n" not in meaning and 20 < len(meaning) < 120 and not meaning.endswith(".")
    assert KINDS[kind].__module__.startswith("workbench.dataflow.kinds.")


def test_icons_differ_and_a_common_font_has_them() -> None:
    icons = [step.icon for step in KINDS.values()]
    assert len(set(icons)) == len(icons) and all(len(icon) == 1 for icon in icons)
    assert all(ord(icon) < 0x2800 for icon in icons), "no emoji: they need a font of their own"
    for icon in icons if shutil.which("fc-list") else ():
        found = subprocess.run(
            ["fc-list", f":charset={ord(icon):x}", "family"], capture_output=True, text=True, check=True
        ).stdout
        assert "DejaVu Sans\n" in found or "DejaVu Sans," in found, f"U+{ord(icon):04X} {icon}"


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_every_kind_has_a_name_in_the_language(lang: str) -> None:
    names = [kind_name(kind, lang) for kind in KINDS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "_" in name], "a kind without words would show its name in the file"
