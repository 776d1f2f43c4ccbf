"""Each single way to satisfy a condition of the committee satisfies it, and what is only near it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.study.lint.papers import hits, paper
from workbench.catalog.model import Catalog

SEND = {"line": 5, "told_in": "prose", "actor": "H", "does": "send", "to": ["T"]}


def _step(**keys: Any) -> dict[str, Any]:
    return {"line": 3, "told_in": "prose", "actor": "M", **keys}


MET: list[tuple[str, dict[str, Any]]] = [
    ("decoys", {"steps": [_step(does="add_decoys")]}),
    ("decoys", {"steps": [_step(does="send", decoys=True)]}),
    ("destroy", {"steps": [_step(does="destroy")]}),
    ("destroy", {"steps": [_step(does="drop", columns=["fld_nn"])]}),
    ("destroy", {"statements": [{"line": 4, "says": "destroy", "what": "INSZ"}]}),
    ("scra", {"steps": [_step(does="assess_small_cells")]}),
    ("scra", {"statements": [{"line": 4, "says": "scra", "executor": "K"}]}),
    ("report", {"steps": [_step(does="send", to=["S"])]}),
    ("report", {"statements": [{"line": 4, "says": "scra", "executor": "K", "report_to": "S"}]}),
    ("four_eyes", {"steps": [_step(does="approve")]}),
    ("four_eyes", {"steps": [_step(does="send", persons=2)]}),
    ("log", {"steps": [_step(does="log")]}),
    ("encryption", {"steps": [SEND, _step(does="send", encrypted=True)]}),
    ("encryption", {"steps": [SEND, _step(does="send", reads=["INSZ"], encrypted=True)]}),
    ("separation", {"statements": [{"line": 4, "says": "separation", "parties": ["M", "R"]}]}),
    ("separation", {"statements": [{"line": 4, "says": "zone", "party": name, "zone": name} for name in "MR"]}),
    ("authorisation", {}),
]
UNMET: list[tuple[str, dict[str, Any]]] = [
    ("decoys", {"steps": [_step(does="send", decoys=False)]}),
    ("destroy", {"statements": [{"line": 4, "says": "destroy", "what": "CODE_AGR"}]}),
    ("scra", {"steps": [_step(does="protect")]}),
    ("report", {"steps": [_step(does="send", to=["K"])]}),
    ("report", {"statements": [{"line": 4, "says": "scra", "executor": "K"}]}),
    ("four_eyes", {"steps": [_step(does="send", persons=1)]}),
    ("log", {"steps": [_step(does="send")]}),
    ("encryption", {"steps": [_step(does="send", encrypted=True), _step(does="send", reads=["INSZ"])]}),
    ("separation", {"statements": [{"line": 4, "says": "separation", "parties": ["M", "M"]}]}),
    ("separation", {"statements": [{"line": 4, "says": "zone", "party": "M", "zone": zone} for zone in "ab"]}),
]


def _found(needs: str, parts: dict[str, Any], catalog: Catalog, root: Path) -> list[int]:
    asked = {"line": 2, "says": "condition", "needs": needs, "of": "INSZ"}
    printed = paper(**{**parts, "statements": [asked, *parts.get("statements", [])]})
    return [hit.line for hit in hits("condition-without-step", printed, catalog, root)]


@pytest.mark.parametrize(("needs", "parts"), MET)
def test_a_condition_is_met(needs: str, parts: dict[str, Any], catalog: Catalog, root: Path) -> None:
    assert _found(needs, parts, catalog, root) == []


@pytest.mark.parametrize(("needs", "parts"), UNMET)
def test_a_condition_is_not_met(needs: str, parts: dict[str, Any], catalog: Catalog, root: Path) -> None:
    assert _found(needs, parts, catalog, root) == [2]


def test_a_condition_said_twice_is_found_once(catalog: Catalog, root: Path) -> None:
    asked = [{"line": line, "says": "condition", "needs": "log", "of": "access"} for line in (2, 3)]
    assert [hit.line for hit in hits("condition-without-step", paper(statements=asked), catalog, root)] == [2]
