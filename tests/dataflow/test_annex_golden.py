"""The golden column test: the columns inferred for every printed dataset, against the annex, row by row.

`annex.yaml` holds what 20/284 prints, misprints included; the study's errata say where it departs from that. A
column that is printed and not inferred, or inferred and not printed, fails here unless an erratum names it for
that dataset; and an erratum that explains nothing any more fails too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench.dataflow import Flow
from workbench.study import Erratum

STUDY = Path(__file__).resolve().parents[2] / "catalog" / "studies" / "stroke-care"
ANNEX: list[dict[str, Any]] = yaml.safe_load((STUDY / "annex.yaml").read_text(encoding="utf-8"))["datasets"]
IDS = [dataset["id"] for dataset in ANNEX]


@dataclass(frozen=True)
class Printed:
    """A column name as the annex prints it: the table before the point if there is one, and the line."""

    table: str
    name: str
    line: int


def printed(dataset: dict[str, Any]) -> list[Printed]:
    rows = []
    for row in dataset["rows"]:
        for name in row["printed"]:
            table, _, bare = name.rpartition(".")
            rows.append(Printed(table, bare, row["line"]))
    return rows


def compare(rows: list[Printed], columns: tuple[str, ...], errata: list[Erratum]) -> list[str]:
    """Differences that no erratum explains, and errata that explain none; empty when all is accounted for."""
    open_ = list(rows)
    extra = list(columns)
    troubles = []
    for erratum in errata:
        # The erratum's own line decides which of two equal rows is meant (E01: the second of two dates).
        for name in erratum.printed_columns:
            same = [row for row in open_ if row.name == name]
            if not same:
                troubles.append(f"{erratum.id} speaks of {name}, which is not printed here")
                continue
            open_.remove(min(same, key=lambda row: abs(row.line - (erratum.cite.line or 0))))
        for name in erratum.used_columns:
            if name not in extra:
                troubles.append(f"{erratum.id} speaks of {name}, which the flow does not make here")
                continue
            extra.remove(name)
    for row in open_:
        if row.name in extra:
            extra.remove(row.name)
        elif row.name in columns:
            troubles.append(f"line {row.line} prints {row.name} a second time")
        else:
            troubles.append(f"line {row.line} prints {row.name}, which the flow does not make")
    return troubles + [f"the flow makes {name}, which is not printed" for name in extra]


def errata_of(flow: Flow, dataset: str) -> list[Erratum]:
    return [
        erratum
        for erratum in flow.study.study.errata
        if dataset in erratum.datasets and (erratum.printed_columns or erratum.used_columns)
    ]


def test_every_printed_dataset_is_in_the_annex_file() -> None:
    assert IDS == [
        "patient_selection", "rn_patid", "mzg_base", "mzg_linkset", "ima_selection", "ima_linkset", "linked",
    ]  # fmt: skip


@pytest.mark.parametrize("dataset", ANNEX, ids=IDS)
def test_the_inferred_columns_are_the_printed_ones(dataset: dict[str, Any], flow: Flow) -> None:
    name = dataset["id"]
    troubles = compare(printed(dataset), flow.datasets[name].columns(), errata_of(flow, name))
    assert not troubles, f"{name} ({dataset['title']}):\n  " + "\n  ".join(troubles)


@pytest.mark.parametrize("dataset", ANNEX, ids=IDS)
def test_a_column_comes_from_the_table_that_is_printed_with_it(dataset: dict[str, Any], flow: Flow) -> None:
    """`STAYHOSP.A2_CODE_SEX` is more than a name: the column must come from that table."""
    own = {
        name for erratum in errata_of(flow, dataset["id"]) for name in (*erratum.printed_columns, *erratum.used_columns)
    }
    origins: dict[str, set[str]] = {}
    for part in flow.datasets[dataset["id"]].parts.values():
        for column in part:
            origins.setdefault(column.name, set()).update(column.origin)
    astray = [
        f"line {row.line}: {row.table}.{row.name} comes from {', '.join(sorted(origins[row.name]))}"
        for row in printed(dataset)
        if row.table and row.name not in own and f"mzg.{row.table}.{row.name}" not in origins[row.name]
    ]
    assert not astray, "\n".join(astray)


@pytest.mark.parametrize("dataset", ANNEX, ids=IDS)
def test_a_dataset_is_made_in_the_step_that_is_printed_above_it(dataset: dict[str, Any], flow: Flow) -> None:
    makers = {entry.step.number for entry in flow.steps if dataset["id"] in entry.makes}
    assert makers == {str(dataset["step"])}


def test_every_erratum_about_columns_names_a_printed_dataset(flow: Flow) -> None:
    for erratum in flow.study.study.errata:
        assert set(erratum.datasets) <= set(IDS), erratum.id
        assert bool(erratum.datasets) == bool(erratum.printed_columns or erratum.used_columns), erratum.id


ROWS = [Printed("T", "A", 1), Printed("T", "B", 2), Printed("T", "A", 3)]


def erratum(**more: Any) -> Erratum:
    given = {"id": "E99", "what": "x", "printed": "x", "used": "x", "why": "x", "datasets": ["d"]}
    return Erratum.model_validate({**given, "cite": {"document": "20/284", "line": 3}, **more})


@pytest.mark.parametrize(
    ("columns", "errata", "said"),
    [
        (("A", "B", "C"), [erratum(printed_columns=["A"], used_columns=["C"])], None),
        (("A", "B"), [], "line 3 prints A a second time"),
        (("B", "C"), [erratum(printed_columns=["A"], used_columns=["C"])], "line 1 prints A, which the flow"),
        (("A", "B", "C"), [erratum(printed_columns=["A"])], "the flow makes C, which is not printed"),
        (("A", "B"), [erratum(printed_columns=["A"], used_columns=["C"])], "E99 speaks of C, which the flow"),
        (("A", "B"), [erratum(printed_columns=["Z"])], "E99 speaks of Z, which is not printed here"),
    ],
)
def test_the_comparison_sees_a_difference(columns: tuple[str, ...], errata: list[Erratum], said: str | None) -> None:
    troubles = compare(ROWS, columns, errata)
    assert troubles == [] if said is None else any(trouble.startswith(said) for trouble in troubles), troubles


def test_an_erratum_cannot_be_dropped(flow: Flow) -> None:
    """Each erratum about columns is needed: without it the comparison of one of its datasets fails."""
    for dataset in ANNEX:
        needed = errata_of(flow, dataset["id"])
        for one in needed:
            others = [erratum for erratum in needed if erratum is not one]
            assert compare(printed(dataset), flow.datasets[dataset["id"]].columns(), others), one.id
