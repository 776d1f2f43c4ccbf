"""Every rule finds its fault in a minimal document, at the right lines, and is silent where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.study.lint.papers import hits, paper
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.study.findings import Hit
from workbench.study.lint import RULES

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "cases.yaml").read_text("utf-8"))
SAID: dict[str, list[str]] = yaml.safe_load((HERE / "said.yaml").read_text("utf-8"))


def test_rules_their_words_and_their_cases_are_one_to_one(root: Path) -> None:
    words = {id_ for id_, rule in study_rules(root).items() if rule.reads == "printed"}
    assert set(RULES) == words
    assert set(CASES) == words


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_fault_is_found_where_it_stands(rule: str, catalog: Catalog, root: Path) -> None:
    found = hits(rule, paper(**CASES[rule]["bad"]), catalog, root)
    assert sorted(hit.line for hit in found) == CASES[rule]["at"], [hit.what for hit in found]
    assert all(hit.what and not hit.what.endswith(".") for hit in found)


@pytest.mark.parametrize("rule", sorted(CASES))
def test_the_fault_is_told_in_these_words(rule: str, catalog: Catalog, root: Path) -> None:
    """`what => own repair @ other lines`: the words are what a reader gets, so a change of them is a change."""
    found = hits(rule, paper(**CASES[rule]["bad"]), catalog, root)
    assert [_told(hit) for hit in found] == SAID[rule]


def _told(hit: Hit) -> str:
    repair = f" => {hit.repair}" if hit.repair else ""
    return hit.what + repair + (f" @ {', '.join(map(str, hit.lines))}" if hit.lines else "")


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_document_without_the_fault_passes(rule: str, catalog: Catalog, root: Path) -> None:
    assert [hit.what for hit in hits(rule, paper(**CASES[rule]["good"]), catalog, root)] == []


@pytest.mark.parametrize("rule", sorted(CASES))
def test_an_empty_document_has_no_fault(rule: str, catalog: Catalog, root: Path) -> None:
    assert hits(rule, paper(), catalog, root) == []
