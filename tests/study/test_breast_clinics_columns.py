"""What 21/194 prints against the study that runs: columns row by row, steps by number, every variable with a reason.

`printed.yaml` holds the annex as printed, misprints included. A column that is printed and not delivered, or delivered
and not printed, fails here unless an erratum names it for that dataset; an erratum that explains nothing fails too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.study.conftest import CATALOG
from workbench.catalog import Catalog
from workbench.catalog.printed import read_printed_names
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.schema import split_ref
from workbench.study import Erratum, load_study
from workbench.study.printed import Printed, PrintedDataset
from workbench.study.printed_load import load_printed

LISTS = ("id_list", "insz_idbcr", "idbcr_idfod", "fod_list")
PARTS = (
    "bcr_final.tumour", "bcr_final.health", "bcr_final.farma", "bcr_final.hosp", "mzg_structure.hospcamp",
    "mzg_structure.campunit", "fod_final.stayhosp", "fod_final.stayspec", "fod_final.stayunit", "fod_final.diagnose",
    "fod_final.procedur", "fod_final.testresu",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A printed field: its table if one is named, its line, and whether the final code is to stand in its place."""

    table: str
    name: str
    line: int
    replaced: bool


@pytest.fixture(scope="module")
def flow(catalog: Catalog) -> Flow:
    return compile_flow(load_study("breast-clinics", catalog, CATALOG), catalog)


@pytest.fixture(scope="module")
def paper(catalog: Catalog) -> Printed:
    return load_printed("breast-clinics", catalog, CATALOG).printed


def rows_of(entries: Iterable[PrintedDataset]) -> list[Row]:
    found = []
    for column in (column for entry in entries for column in entry.columns):
        for name in column.fields or (column.name,):
            table, _, bare = name.rpartition(".")
            found.append(Row(table, bare, column.line, "IDprojectfinaal" in (column.transform or "")))
    return found


def printed(paper: Printed, ref: str) -> list[Row]:
    return rows_of(entry for entry in paper.datasets if entry.id == ref and entry.columns)


def made(flow: Flow, ref: str) -> tuple[str, ...]:
    name, part = split_ref(ref)
    return (
        tuple(column.name for column in flow.datasets[name].parts[part]) if "." in ref else flow.datasets[ref].columns()
    )


def errata_of(flow: Flow, ref: str) -> list[Erratum]:
    return [one for one in flow.study.study.errata if ref in one.datasets]


def compare(rows: list[Row], columns: tuple[str, ...], errata: list[Erratum]) -> list[str]:
    """Differences that no erratum explains, and errata that explain none; empty when all is accounted for."""
    left, extra, troubles = list(rows), list(columns), []
    for erratum in errata:
        for name in erratum.printed_columns:
            same = [row for row in left if row.name == name]
            if not same:
                troubles.append(f"{erratum.id} speaks of {name}, which is not printed here")
                continue
            left.remove(min(same, key=lambda row: abs(row.line - (erratum.cite.line or 0))))
        for name in erratum.used_columns:
            if name not in extra:
                troubles.append(f"{erratum.id} speaks of {name}, which the flow does not make here")
                continue
            extra.remove(name)
    for row in left:
        name = "IDprojectfinaal" if row.replaced else row.name
        if name not in extra:
            troubles.append(f"line {row.line} prints {row.name}, which the flow does not make")
            continue
        extra.remove(name)
    return troubles + [f"the flow makes {name}, which is not printed" for name in extra]


@pytest.mark.parametrize("ref", [*LISTS, *PARTS])
def test_the_columns_made_are_the_printed_ones(ref: str, flow: Flow, paper: Printed) -> None:
    rows = printed(paper, ref)
    assert rows
    troubles = compare(rows, made(flow, ref), errata_of(flow, ref))
    assert not troubles, f"{ref}:\n  " + "\n  ".join(troubles)


def test_every_printed_list_of_columns_is_compared(paper: Printed) -> None:
    assert {entry.id for entry in paper.datasets if entry.columns} == {*LISTS, *PARTS}


@pytest.mark.parametrize("ref", [*LISTS, *PARTS])
def test_no_erratum_about_columns_can_be_dropped(ref: str, flow: Flow, paper: Printed) -> None:
    needed = errata_of(flow, ref)
    for one in needed:
        others = [erratum for erratum in needed if erratum is not one]
        assert compare(printed(paper, ref), made(flow, ref), others), one.id


def test_errata_about_columns_name_printed_datasets(flow: Flow) -> None:
    for erratum in flow.study.study.errata:
        assert set(erratum.datasets) <= {*LISTS, *PARTS}, erratum.id
        assert bool(erratum.datasets) == bool(erratum.printed_columns or erratum.used_columns), erratum.id


@pytest.mark.parametrize("ref", PARTS)
def test_a_column_comes_from_the_file_that_is_printed_with_it(ref: str, flow: Flow, paper: Printed) -> None:
    name, part = split_ref(ref)
    origins = {column.name: column.origin for column in flow.datasets[name].parts[part]}
    own = {one for erratum in errata_of(flow, ref) for one in (*erratum.printed_columns, *erratum.used_columns)}
    astray = [
        f"line {row.line}: {row.table}.{row.name} comes from {', '.join(sorted(origins[row.name]))}"
        for row in printed(paper, ref)
        if row.table and row.name not in own and row.name in origins
        if f"mzg.{row.table}.{row.name}" not in origins[row.name] and row.name != "CODE_AGR"
    ]
    assert not astray, "\n".join(astray)


def test_every_name_of_the_annex_stands_in_the_transcription_on_its_line(paper: Printed) -> None:
    """Against the list of named fields, which was made from the text apart from the transcription."""
    rows = {(column.name, column.line) for entry in paper.datasets for column in entry.columns}
    uses = {(use.name, use.line) for use in paper.uses}
    named = {(one.printed, one.line) for one in read_printed_names(CATALOG) if one.document == "21/194"}
    assert named <= rows | uses | {
        ("Hnew", 172),
        ("IDprojectBCR", 172),
        ("IDprojectFOD", 172),
        ("IDprojectfinaal", 184),
    }
    assert sum(len(entry.columns) for entry in paper.datasets if entry.source == "BCR" and entry.line == 190) == 72


def test_every_numbered_step_of_the_scheme_is_a_step_of_the_flow(flow: Flow, paper: Printed, catalog: Catalog) -> None:
    """By number, by the organisation that acts, and by what it does; no other numbers occur."""
    parties = {party.name: party.party for party in paper.parties}
    done = {
        (entry.step.number, catalog.parties[entry.step.actor].organisation, entry.step.kind) for entry in flow.steps
    }
    for step in paper.steps:
        if step.number:
            actor = catalog.parties[str(parties[str(step.actor)])].organisation
            assert (step.number, actor, step.does) in done, (step.number, step.actor, step.does)
    numbers = [entry.step.number for entry in flow.steps if entry.step.number]
    assert set(numbers) == {step.number for step in paper.steps if step.number}
    assert numbers == sorted(numbers), "the flow keeps the order of the scheme"


def test_every_printed_field_is_motivated_or_left_out_by_an_erratum(flow: Flow) -> None:
    study = flow.study.study
    reasons = {use.ref for use in study.variables}
    left_out = {name for erratum in study.errata for name in erratum.printed_columns}
    for one in read_printed_names(CATALOG):
        if one.document == "21/194" and one.line > 187 and not one.refs[0].startswith("derived."):
            assert one.refs[0] in reasons or one.printed in left_out, one


def test_motivations_are_whole_sentences_of_our_own_in_three_languages(flow: Flow) -> None:
    uses = flow.study.study.variables
    assert len(uses) > 230
    for use in uses:
        told = (use.motivation.nl, use.motivation.fr, use.motivation.en)
        assert len(set(told)) == 3 and all(len(text.split()) >= 3 and text.endswith(".") for text in told), use.ref


def test_the_facts_of_the_text(flow: Flow) -> None:
    study = flow.study.study
    assert (study.period.from_year, study.period.to_year) == (2009, 2018)
    assert {one.years for one in study.retention} == {5}
    kept = {one.id: one.key_until.years for one in study.domains if one.key_until}
    assert kept == {"IDprojectBCR": 5, "IDprojectFOD": 5, "IDprojectfinaal": 5}
    assert {one.id: one.issuer for one in study.domains if one.issuer == "ehealth"}.keys() == {
        "Hnew", "IDprojectBCR", "IDprojectFOD",
    }  # fmt: skip
    assert study.scra and study.scra.executor == "ima" and study.rights and study.rights.information == "exempt"
    assert {one.id for one in study.conditions} >= {"four-eyes", "decoys", "theoretical-scra", "aggregates-only"}
    assert Path(flow.study.path).parent.name == "breast-clinics"


ROWS = [Row("T", "A", 1, False), Row("T", "B", 2, False), Row("T", "A", 3, False), Row("T", "P", 4, True)]


def erratum(**more: object) -> Erratum:
    given = {"id": "E99", "what": "x", "printed": "x", "used": "x", "why": "x", "datasets": ["d"]}
    return Erratum.model_validate({**given, "cite": {"document": "21/194", "line": 3}, **more})


@pytest.mark.parametrize(
    ("columns", "errata", "said"),
    [
        (("A", "B", "C", "IDprojectfinaal"), [erratum(printed_columns=["A"], used_columns=["C"])], None),
        (("A", "B", "IDprojectfinaal"), [], "line 3 prints A"),
        (("A", "B", "A", "P"), [], "line 4 prints P"),
        (("B", "C", "IDprojectfinaal"), [erratum(printed_columns=["A"], used_columns=["C"])], "line 1 prints A"),
        (("A", "B", "C", "IDprojectfinaal"), [erratum(printed_columns=["A"])], "the flow makes C"),
        (("A", "B", "IDprojectfinaal"), [erratum(printed_columns=["Z"])], "E99 speaks of Z"),
    ],
)
def test_the_comparison_sees_a_difference(columns: tuple[str, ...], errata: list[Erratum], said: str | None) -> None:
    troubles = compare(ROWS, columns, errata)
    assert troubles == [] if said is None else any(trouble.startswith(said) for trouble in troubles), troubles
