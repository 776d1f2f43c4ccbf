"""Rows of a run, as plain tuples."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from workbench.simulate import Run

Row = tuple[Any, ...]
KEY = ("Cproject", "SS00075", "STAYNUM")
PARTS: dict[str, tuple[str, ...]] = {
    "stay": (
        *KEY, "Overlijden30", "Overlijden90", "A1_YEAR_BIRTH", "LOS", "Jaar", "A2_HOSPTYPE_FAC",
        "A2_CODE_SEX", "VorigZiekenhuis", "VorigVerblijf", "VolgendZiekenhuis", "VolgendVerblijf",
    ),
    "billing": (*KEY, "SS00015", "SS00020", "SS00050", "SS00055", "SS00070", "SS00135"),
    "specialty": (*KEY, "ORDER_SPEC", "CODE_SPEC", "OpnameSpecialisme"),
    "bedindex": (*KEY, "ORDER_BEDINDEX", "A4_CODE_BEDINDEX_FAC", "OpnameBedindex"),
    "diagnosis": (*KEY, "ORDER_SPEC", "TYPE_DIAGNOSE", "CODE_DIAGNOSE", "M1_PRESENT_ADM", "M1_CODE_CERT"),
}  # fmt: skip


def rows(run: Run, party: str, ref: str, columns: tuple[str, ...] | None = None) -> list[Row]:
    """Rows of a part in a party's vault."""
    table = pq.read_table(run.part(party, ref))
    chosen = table.select(list(columns)) if columns else table
    return list(zip(*(column.to_pylist() for column in chosen.columns), strict=True))


def in_order(found: list[Row]) -> list[Row]:
    """Rows sorted, whatever is empty in them."""
    return sorted(found, key=lambda row: [(value is None, str(value)) for value in row])


def names(run: Run, made: dict[tuple[str, str], str]) -> dict[int, str]:
    """Person behind each Cproject, by the stays of the linked set."""
    known: dict[int, set[str]] = {}
    for project, hospital, number in rows(run, "ima-project-dwh", "linked.stay", KEY):
        known.setdefault(project, set()).add(made[hospital, number])
    assert all(len(persons) == 1 for persons in known.values()), "a Cproject stands for two persons"
    return {project: persons.pop() for project, persons in known.items()}


def content(run: Run) -> dict[str, list[Row]]:
    """All rows of linked and analysis sets, each Cproject replaced by the stays that carry it.

    Pseudonyms differ from run to run by design, so two runs are compared by what hangs together, not by name.
    """
    stays: dict[int, list[Row]] = {}
    for project, *stay in rows(run, "ima-project-dwh", "linked.stay", KEY):
        stays.setdefault(project, []).append(tuple(stay))
    found = {}
    for dataset, party in (("linked", "ima-project-dwh"), ("analysis", "vikz-researchers")):
        for part in PARTS:
            ref = f"{dataset}.{part}"
            found[ref] = in_order([(in_order(stays[row[0]]), *row[1:]) for row in rows(run, party, ref)])
    return found
