"""Data in which nothing tells persons apart (self-registration): a population without keys, records for persons."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.dataflow.bench import Bench
from tests.dataflow.tables import desk, rows_of
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.kinds import KINDS, Scope
from workbench.study import Study

LABEL = {"nl": "x", "fr": "x", "en": "x"}
CITE = {"document": "own"}
UNIT = "selfreg.STROKE_2020"


def study_of(flow: Flow, field: str, low: int, high: int) -> Study:
    population = {
        "label": LABEL,
        "unit": UNIT,
        "criteria": [{"id": "c", "field": field, "between": [low, high], "cite": CITE}],
    }
    whole = flow.study.study
    return whole.model_copy(update={"population": type(whole.population).model_validate(population)})


@pytest.fixture(scope="module")
def year(catalog: Catalog) -> str:
    """A field of the table that holds a year."""
    table = catalog.tables[UNIT]
    assert table.keys == (), "the table has no key: that is what this test is about"
    return next(field.name for field in table.fields if field.name == "Jaar")


def select(**more: Any) -> dict[str, Any]:
    return {"id": "s", "kind": "select", "actor": "hospitals", "label": LABEL, "cite": CITE, "output": "o", **more}


def test_rows_that_no_key_tells_apart_are_chosen_by_their_own_fields(flow: Flow, catalog: Catalog, year: str) -> None:
    study = study_of(flow, f"{UNIT}.{year}", 2018, 2019)
    part = {"from": [UNIT], "columns": {"Jaar": f"{UNIT}.{year}"}}
    step = KINDS["select"].model_validate(select(population=True, parts={"stay": part}))
    rows = f"{year}:integer\n2017\n2018\n2018\n2019\n2020\n"
    with desk(study, catalog, tables={UNIT: rows}) as context:
        made = context.rows(step.express(context)["o.stay"])
    assert rows_of(made) == [(2018,), (2018,), (2019,)], "equal rows stay several"


def test_other_tables_cannot_be_chosen_by_such_rows(flow: Flow, catalog: Catalog, year: str) -> None:
    study = study_of(flow, f"{UNIT}.{year}", 2018, 2019)
    part = {"from": ["hospital.PATIENT"], "columns": {"INSZ": "hospital.PATIENT.INSZ"}}
    step = KINDS["select"].model_validate(select(population=True, parts={"p": part}))
    scope = Scope(study, catalog, {})
    step.infer(scope)
    ((loc, what, why, _),) = scope.found
    assert loc == ("parts", "p", "from", 0) and "cannot be chosen by" in what and "has no key" in why


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([2015, 2015, 2015, 2016])), max_size=30))
@example(rows=[("a", 2015)] * 5 + [("a", 2016)] * 2)
def test_without_a_person_every_record_is_one(rows: list[tuple[str, int]], flow: Flow, catalog: Catalog) -> None:
    """The same figures as with a column that numbers the records."""
    bench = Bench(flow.study.study, catalog)
    text = "nr:integer | h:string | y:integer\n" + "\n".join(f"{n} | {h} | {y}" for n, (h, y) in enumerate(rows))
    counted = {"input": "d", "output": "o", "quasi_identifiers": ["h", "y"], "policy": "small-cells"}
    widened = {
        "input": "d", "output": "o", "part": "rows", "within": ["h"], "coarsen": "y", "width_as": "JaarBreedte",
        "widths": [1, 5], "policy": "small-cells",
    }  # fmt: skip
    for kind, spec in (("assess_small_cells", counted), ("protect", widened)):
        without = bench.one(kind, spec, {"d": text})
        numbered = bench.one(kind, {**spec, "person": "nr"}, {"d": text})
        assert rows_of(without) == rows_of(numbered)
