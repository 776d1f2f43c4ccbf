"""The page of rules is what the data say."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.study_rule import study_rules
from workbench.study.lint.page import rule_page


def test_the_page_is_made_from_the_rules(repo_root: Path, root: Path) -> None:
    written = (repo_root / "docs" / "rules.md").read_text("utf-8")
    assert written == rule_page(study_rules(root)), "run: python -m workbench.study.lint.page"


def test_every_rule_is_on_the_page_once(repo_root: Path, root: Path) -> None:
    written = (repo_root / "docs" / "rules.md").read_text("utf-8")
    assert all(written.count(f"| `{id_}` |") == 1 for id_ in study_rules(root))


def test_every_rule_is_told_in_three_languages_and_cited(root: Path) -> None:
    for rule in study_rules(root).values():
        assert len({rule.title.nl, rule.title.fr, rule.title.en}) == 3, rule.id
        assert rule.cite.line or rule.cite.key or rule.cite.note, rule.id
