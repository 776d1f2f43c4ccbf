"""Codes of the files as enumerated types: a byte in a row instead of a text, and text again in the files.

Writing a text costs a search in the dictionary of its column for every row; an enumerated value is its place there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario

# Codes that the generator itself gives a meaning, beside those of the catalogue.
SPECIALTIES = {"second": ("GERI", "REHA", "INTE"), "stroke": "NEUR", "atrial_fibrillation": "CARD"}
DIAGNOSES = {
    "aspiration": "J690", "urinary": "N390", "organism": "B9620", "pneumonia": "J189", "tpa": "Z9282",
    "symptom": "R4701",
}  # fmt: skip


def make_words(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Types `word` (codes of the files) and `icd` (diagnoses)."""
    enumerate_type(con, "word", _words(scenario.parameters))
    enumerate_type(con, "icd", _diagnoses(scenario.parameters))


def word(value: object) -> str:
    """SQL for a code of the files."""
    return f"'{value}'::word"


def enumerate_type(con: duckdb.DuckDBPyConnection, name: str, values: Iterable[object]) -> None:
    """Make a type of texts."""
    con.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(one) for one in sorted({str(v) for v in values}))})")


def _words(p: Parameters) -> Iterator[str]:
    for fact in ("codes.meanings", "codes.fillers", "codes.medicine_categories", "codes.postal_codes"):
        yield from _texts(p[fact])
    yield from ("H", "C", "D", *_texts(SPECIALTIES))
    for listed in (p["diagnoses.main"], p["breast.mains"]):
        for entry in listed:
            yield from (entry["spec"], entry["bed"])


def _diagnoses(p: Parameters) -> Iterator[str]:
    yield from _texts(DIAGNOSES)
    for fact in ("comorbidities.groups", "diagnoses.main", "diagnoses.others", "breast.mains", "diagnoses.decoys"):
        facts = p[fact]
        for entry in facts.values() if isinstance(facts, Mapping) else facts:
            yield from _texts(entry.get("codes", entry.get("code")))
    for weights in (*p["diagnoses.stroke"].values(), p["diagnoses.atrial_fibrillation"]):
        yield from weights
    yield from _texts(p["diagnoses.rehabilitation_main"])


def _texts(node: Any) -> Iterator[str]:
    """All texts under a fact."""
    if isinstance(node, Mapping):
        node = list(node.values())
    if isinstance(node, list | tuple):
        for child in node:
            yield from _texts(child)
    else:
        yield str(node)
