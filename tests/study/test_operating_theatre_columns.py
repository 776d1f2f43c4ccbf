"""What researchers of 21/104 get, column by column, against what the document lists in paragraphs 6.1 to 6.3.

The lists print descriptions, not field names; `named_fields.yaml` says which fields each stands for. A description
whose fields do not arrive, or a column that no description covers, fails here unless an erratum names it; and an
erratum that explains nothing any more fails too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml

from tests.study.conftest import CATALOG
from workbench.catalog import Catalog
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.schema import Column
from workbench.study import Erratum, load_study
from workbench.study.printed_load import load_printed

DATASET = "linked"
# Every list of the document, by its start in named_fields.yaml, and the part of the linked set it describes.
LISTS = {
    "MZG, bestand STAYHOSP": "stay",
    "MZG, bestand STAYXTRA": "grouper",
    "MZG, bestand STAYSPEC": "specialty",
    "MZG, bestand STAYINDEX": "bedindex",
    "MZG, bestand STAYUNIT": "unit",
    "MZG, bestand DIAGNOSE": "diagnosis",
    "MZG, bestand PROCEDUR": "procedure",
    "MZG, bestand URGADMIN": "emergency",
    "MZG, bestand ITEMDIVG": "nursing",
    "Technische Cel: P-, SHA- en ADH-document": "hospital_services day_services ambulatory",
    "Technische Cel: SHA- en ADH-document": "hospital_services day_services",
    "Technische Cel: P-document": "ambulatory",
    "Deelnemende ziekenhuizen": "theatre",
}
SPEC_IN = frozenset({"mzg.STAYSPEC.A3_DAY_SPEC_IN"})
PARTS = sorted({part for parts in LISTS.values() for part in parts.split()})
RAW = {"INSZ", "INSZ_T", "HOSNR", "PATNUM", "STAYNUM"}
RECEIVERS = ("occ-linkage", "omni-care-consult", "p-95")
# Day or night needs the hour alone.
NOT_NEEDED = {"mzg.STAYUNIT.A5_MIN_UNIT_IN"}
# The form in which a list asks for a field, and the columns that have it.
FORMS = {
    "derived.WeekWeekend": {"WeekWeekend", "OpnameWeekWeekend", "OntslagWeekWeekend"},
    "derived.DagNacht": {"DagNacht"},
    "derived.LeeftijdsklasseOKA": {"LeeftijdsklasseOKA", "LeeftijdsklasseOpname"},
}
SOURCES = {"ambulatory": "tc.DOCUMENT_P", "hospital_services": "tc.SHA_PREST", "day_services": "tc.ADH_PREST"}


@dataclass(frozen=True)
class Row:
    """A description as printed, its line, and the variables (source, field) it stands for in one part.

    `forms` are the columns it may arrive as; empty where the field arrives as it is.
    """

    printed: str
    line: int
    fields: frozenset[tuple[str, str]]
    forms: frozenset[str] = frozenset()

    def lists(self, name: str, origin: frozenset[tuple[str, str]]) -> bool:
        """Whether a column of that name and origin is what this row asks for."""
        return bool(origin & self.fields) and (not self.forms or name in self.forms)


def variable(ref: str) -> tuple[str, str]:
    """A key that several tables of a source repeat is one variable."""
    return ref.partition(".")[0], ref.rpartition(".")[2]


@cache
def lists_of_the_document() -> list[dict[str, Any]]:
    named = yaml.safe_load((CATALOG / "named_fields.yaml").read_text(encoding="utf-8"))["documents"]
    found: list[dict[str, Any]] = next(one["datasets"] for one in named if one["document"] == "21/104")
    return found


def rows_of(part: str) -> list[Row]:
    rows = []
    for one in lists_of_the_document():
        for start, parts in LISTS.items():
            if one["dataset"].startswith(start) and part in parts.split():
                rows += [Row(e["printed"], e["line"], fields(e, part), forms(e)) for e in one["fields"]]
    return rows


def fields(entry: Mapping[str, Any], part: str) -> frozenset[tuple[str, str]]:
    refs = [ref for ref in entry["refs"] if not ref.startswith("derived.") and ref not in NOT_NEEDED]
    own = [ref for ref in refs if ref.startswith(SOURCES.get(part, ""))]
    return frozenset(variable(ref) for ref in own)


def forms(entry: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for ref in entry["refs"] for name in FORMS.get(ref, ()))


def compare(rows: list[Row], columns: Iterable[Column], errata: list[Erratum]) -> list[str]:
    """Differences that no erratum explains, and errata that explain none; empty when all is accounted for."""
    open_ = list(rows)
    made = {column.name: frozenset(variable(ref) for ref in column.origin if ":" not in ref) for column in columns}
    troubles = []
    for erratum in errata:
        for name in erratum.printed_columns:
            same = [row for row in open_ if row.printed == name and row.line == erratum.cite.line]
            if same:
                open_.remove(same[0])
            else:
                troubles.append(f"{erratum.id} speaks of '{name}', which is not printed here")
        for name in erratum.used_columns:
            if made.pop(name, None) is None:
                troubles.append(f"{erratum.id} speaks of {name}, which the flow does not make here")
    arrived = frozenset().union(*made.values()) if made else frozenset()
    for row in open_:
        for source, name in sorted(row.fields - arrived):
            troubles.append(f"line {row.line} lists '{row.printed}', and {source} {name} does not arrive")
    return troubles + [
        f"{name} is not listed" for name, origin in made.items() if not any(row.lists(name, origin) for row in open_)
    ]


@pytest.fixture(scope="module")
def flow(catalog: Catalog) -> Flow:
    return compile_flow(load_study("operating-theatre", catalog, CATALOG), catalog)


def errata_of(flow: Flow, part: str) -> list[Erratum]:
    lines = {row.line for row in rows_of(part)}
    found = [one for one in flow.study.study.errata if one.printed_columns or one.used_columns]
    assert all(one.datasets == (DATASET,) for one in found)
    columns = {column.name for column in flow.datasets[DATASET].parts[part]}
    here = [one for one in found if one.cite.line in lines and set(one.used_columns) <= columns]
    return [one for one in here if all(name in {row.printed for row in rows_of(part)} for name in one.printed_columns)]


def test_every_part_of_the_linked_set_is_described(flow: Flow) -> None:
    assert sorted(flow.datasets[DATASET].parts) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_the_columns_are_the_listed_ones(part: str, flow: Flow) -> None:
    troubles = compare(rows_of(part), flow.datasets[DATASET].parts[part], errata_of(flow, part))
    assert not troubles, f"{part}:\n  " + "\n  ".join(troubles)


def test_no_erratum_about_columns_can_be_dropped(flow: Flow) -> None:
    """Each is needed in at least one part: without it the comparison of that part fails."""
    said = {one.id for one in flow.study.study.errata if one.printed_columns or one.used_columns}
    needed = set()
    for part in PARTS:
        errata = errata_of(flow, part)
        columns = flow.datasets[DATASET].parts[part]
        needed |= {one.id for one in errata if compare(rows_of(part), columns, [o for o in errata if o is not one])}
    assert needed == said != set()


@pytest.mark.parametrize(
    ("part", "gone", "said"),
    [
        ("unit", "DagNacht", "A5_HOUR_UNIT_IN does not arrive"),
        ("stay", "A2_CODE_SEX", "A2_CODE_SEX does not arrive"),
        ("theatre", "CODE_AGR", "CODE_AGR does not arrive"),
        ("ambulatory", "NOMEN_CODE", "NOMEN_CODE does not arrive"),
    ],
)
def test_a_missing_column_is_seen(part: str, gone: str, said: str, flow: Flow) -> None:
    kept = [column for column in flow.datasets[DATASET].parts[part] if column.name != gone]
    assert any(said in trouble for trouble in compare(rows_of(part), kept, errata_of(flow, part)))


def test_a_column_too_many_is_seen(flow: Flow) -> None:
    more = Column("A2_CODE_ZIP", "string", "quasi_identifier", True, frozenset({"mzg.STAYHOSP.A2_CODE_ZIP"}))
    part = (*flow.datasets[DATASET].parts["stay"], more)
    assert compare(rows_of("stay"), part, errata_of(flow, "stay")) == ["A2_CODE_ZIP is not listed"]


def test_a_date_in_another_form_than_the_listed_one_is_seen(flow: Flow) -> None:
    month = Column("Maand", "string", "payload", True, frozenset({"mzg.PROCEDUR.M2_MONTH_PROCEDURE"}))
    part = (*flow.datasets[DATASET].parts["theatre"], month)
    assert compare(rows_of("theatre"), part, errata_of(flow, "theatre")) == ["Maand is not listed"]
    part = (*flow.datasets[DATASET].parts["specialty"], Column("Dag", "date", "payload", True, SPEC_IN))
    assert compare(rows_of("specialty"), part, errata_of(flow, "specialty")) == ["Dag is not listed"]


def test_the_transcription_has_every_list_with_its_rows(catalog: Catalog) -> None:
    """`printed.yaml` and `named_fields.yaml` were made apart: they list the same descriptions on the same lines."""
    printed = load_printed("operating-theatre", catalog, CATALOG).printed
    listed = {(row.printed, row.line) for part in PARTS for row in rows_of(part)}
    transcribed = {(one.name, one.line) for dataset in printed.datasets for one in dataset.columns if one.line < 90}
    assert transcribed == listed


def test_nothing_of_a_source_record_arrives_as_it_was(flow: Flow) -> None:
    """No identifier of a source, no reference, no date and no day in any column that researchers get."""
    for part in flow.datasets["analysis"].parts.values():
        for column in part:
            assert column.name not in {"INSZ", "INSZ_T", "HOSNR", "PATNUM", "REF_NR"}
            assert column.type != "date" and not any(word in column.name for word in ("_DAY_HOSP", "_MONTH_", "_DATE"))
            assert column.role != "direct_identifier" and not (column.domain or "").startswith("ref:")
            if column.role == "pseudonym":
                assert column.domain in {"INSZ_X", "HOSNR_X"}


def test_the_receiver_never_holds_a_number_of_a_source(flow: Flow) -> None:
    """Not at the end only: in no dataset it ever holds, and neither does who analyses small cells."""
    held = {name for entry in flow.steps for party in RECEIVERS for name in entry.holdings[party]}
    assert {"coded", "mzg_b", "tc_b", "theatre_b", "linked", "analysis"} <= held
    for name in held:
        for part in flow.datasets[name].parts.values():
            assert not RAW & {column.name for column in part}, name
            assert not {"INSZ", "PATNUM", "STAYNUM", "TC_PATIENT", "TC_STAY"} & {column.domain for column in part}, name


def test_the_coding_party_never_holds_anything_but_numbers(flow: Flow) -> None:
    held = {name for entry in flow.steps for name in entry.holdings["ehealth"]}
    assert {"tc_a", "mzg_a", "theatre_a", "coded"} <= held
    columns = {column.name for name in held for part in flow.datasets[name].parts.values() for column in part}
    assert columns == RAW - {"STAYNUM"} | {"REF_NR", "INSZ_X", "HOSNR_X"}
