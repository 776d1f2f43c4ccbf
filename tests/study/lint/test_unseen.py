"""Documents never seen: renamed ones, and random mixtures of the real ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalog.load import read_catalog
from workbench.catalog.model import Catalog
from workbench.study.lint import RULES, lint
from workbench.study.lint.facts import read_facts
from workbench.study.lint.known import Known
from workbench.study.printed import Printed
from workbench.study.printed_load import PrintedFile, load_printed

ROOT = Path(__file__).resolve().parents[3] / "catalog"
STUDIES = sorted(path.parent.name for path in ROOT.glob("studies/*/printed.yaml"))
LISTS = ("parties", "domains", "datasets", "steps", "uses", "code_lists", "statements")


@cache
def _known() -> Known:
    return Known(read_catalog(ROOT)[0], read_facts(ROOT))


@cache
def _data(study: str) -> dict[str, Any]:
    return load_printed(study, _known().catalog, ROOT).printed.model_dump(by_alias=True)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The same data with other names; fields and spellings are what registers and documents say of them."""
    if isinstance(value, dict):
        return {key: _renamed(one, names) if key not in {"fields", "value"} else one for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("study", ["stroke-care", "breast-clinics"])
def test_other_names_of_parties_and_datasets_change_nothing(study: str, catalog: Catalog, root: Path) -> None:
    """Names of tables stay: a register has them, and they decide which fields and years there are."""
    file = load_printed(study, catalog, root)
    given_names = {party.name for party in file.printed.parties} | {entry.name for entry in file.printed.datasets}
    names = {name: f"name{number}" for number, name in enumerate(sorted(given_names - _known().tables.keys()))}
    renamed = Printed.model_validate(_renamed(_data(study), names))
    theirs = lint(PrintedFile(renamed, file.source, file.path, file.root), catalog)
    assert {(one.rule, one.line) for one in theirs} == {(one.rule, one.line) for one in lint(file, catalog)}


@st.composite
def mixtures(draw: st.DrawFn) -> Printed:
    """Parts of all documents in one: names that nobody introduces, steps without datasets, lists without fields."""
    parts: dict[str, Any] = {"document": "20/284", "study": "mixed", "language": "nl"}
    parts["parties"] = draw(
        st.lists(st.sampled_from([one for s in STUDIES for one in _data(s)["parties"]]), max_size=6)
    )
    for key in LISTS:
        pool = [one for study in STUDIES for one in _data(study)[key]]
        parts[key] = draw(st.lists(st.sampled_from(pool), max_size=12 if key in {"steps", "statements"} else 4))
    return Printed.model_validate(parts)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mixtures())
def test_every_rule_reads_any_document_and_says_the_same_twice(printed: Printed) -> None:
    known = _known()
    for rule, function in RULES.items():
        found = list(function(printed, known))
        assert list(function(printed, known)) == found, rule
        for hit in found:
            assert hit.line >= 1 and all(line >= 1 for line in hit.lines), rule
            assert hit.what.strip() == hit.what != "", rule


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mixtures())
def test_a_step_that_satisfies_never_adds_what_it_satisfies(printed: Printed) -> None:
    """One destruction of everything: no table is kept any more, and nothing else about tables begins."""
    known = _known()
    names = tuple(entry.name for entry in printed.datasets)
    gone = {"line": 1, "told_in": "prose", "does": "destroy", "reads": names}
    after = Printed.model_validate(
        {**printed.model_dump(by_alias=True), "steps": [*printed.model_dump(by_alias=True)["steps"], gone]}
    )
    assert list(RULES["concordance-kept"](after, known)) == []
