"""What readers found in the real documents is found again: a rule that loses one of them fails here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench.catalog.model import Catalog
from workbench.study.findings import Finding
from workbench.study.lint import lint
from workbench.study.printed_load import load_printed

TABLE: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(
    (Path(__file__).parent / "recall.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module", params=sorted(TABLE))
def study(request: pytest.FixtureRequest, catalog: Catalog, root: Path) -> tuple[str, list[Finding]]:
    """A study with its findings."""
    name = str(request.param)
    return name, lint(load_printed(name, catalog, root), catalog)


def _finds(findings: list[Finding], entry: dict[str, Any]) -> bool:
    return any(one.rule == entry["rule"] and entry["line"] in (one.line, *one.lines) for one in findings)


def test_what_readers_found_is_found(study: tuple[str, list[Finding]]) -> None:
    name, findings = study
    lost = [entry for entry in TABLE[name].get("found", []) if not _finds(findings, entry)]
    assert lost == []


def test_every_miss_has_a_reason() -> None:
    assert all(entry["why"] for table in TABLE.values() for entry in table.get("missed", []))


def test_findings_come_in_order_and_read_as_sentences(study: tuple[str, list[Finding]]) -> None:
    _, findings = study
    assert findings == sorted(findings, key=lambda one: (one.line, one.rule, one.what))
    assert len(set(findings)) == len(findings)
    for one in findings:
        assert str(one).startswith(f"{one.file}:{one.line}: [{one.rule}] "), one
        assert ".." not in str(one) and "None" not in str(one), one


def test_findings_do_not_depend_on_the_order_of_what_is_printed(catalog: Catalog, root: Path) -> None:
    """Datasets and statements are found by what they are, not by where they stand in the file."""
    file = load_printed("stroke-care", catalog, root)
    turned = file.printed.model_copy(update={"uses": file.printed.uses[::-1], "domains": file.printed.domains[::-1]})
    ours = lint(file, catalog)
    theirs = lint(type(file)(turned, file.source, file.path, file.root), catalog)
    assert {(one.rule, one.line) for one in ours} == {(one.rule, one.line) for one in theirs}
