"""The query of every table, and the intermediate results it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from workbench.synth.answer_key import answer_key_queries
from workbench.synth.billing import health_query
from workbench.synth.clinical import clinical_queries
from workbench.synth.codes import code_queries, make_admissions, make_codes
from workbench.synth.diagnoses import diagnose_query
from workbench.synth.history import coded_in_their_time
from workbench.synth.imperfections import Imperfections
from workbench.synth.insured import hosp_query, population_details
from workbench.synth.line_details import farma_details, health_details
from workbench.synth.persons import population_query
from workbench.synth.pharmacy import farma_query
from workbench.synth.practices import practice_queries
from workbench.synth.procedures import make_procedures, procedur_query
from workbench.synth.registration import registration_queries
from workbench.synth.registry import tumour_queries
from workbench.synth.scenario import Scenario
from workbench.synth.self_registration import self_registration_queries
from workbench.synth.sources import IMPERFECTIONS, Asked
from workbench.synth.structure import make_structure, structure_queries
from workbench.synth.technical_cell import technical_cell_queries
from workbench.synth.theatre import theatre_queries
from workbench.synth.units import stayunit_query

Stage = Callable[[duckdb.DuckDBPyConnection, Scenario], None]
Several = Callable[[Scenario], Mapping[str, str]]

_TECHNICAL_CELL = frozenset({"DOCUMENT_P", "SHA_PREST", "ADH_PREST"})
# What is made for some tables only, in this order: the stage, its name, and the tables that read its result.
EXTRA_STAGES: tuple[tuple[Stage, str, frozenset[str]], ...] = (
    (make_procedures, "procedures", frozenset({"PROCEDUR", "STAYUNIT", "STAYXTRA", "THEATRE"})),
    (make_structure, "structure", frozenset({"HOSPCAMP", "CAMPUNIT", "STAYUNIT"})),
    (make_codes, "codes", _TECHNICAL_CELL | {"PATNEW"}),
    (make_admissions, "admissions", _TECHNICAL_CELL),
)
_SEVERAL: tuple[Several, ...] = (
    registration_queries, answer_key_queries, structure_queries, clinical_queries, tumour_queries, code_queries,
    technical_cell_queries, theatre_queries, self_registration_queries, practice_queries,
)  # fmt: skip


def queries(scenario: Scenario, asked: Asked, imperfections: Imperfections | None = None) -> dict[str, str]:
    """The query of each asked table, in the order of writing; with faults, the answer key of where they stand."""
    found = {
        "DIAGNOSE": diagnose_query(scenario),
        "HEALTH": health_details(scenario, health_query(scenario), asked.columns.get("HEALTH", ())),
        "FARMA": farma_details(scenario, farma_query(scenario), asked.columns.get("FARMA", ())),
        "POPULATION": population_details(scenario, population_query(scenario), asked.columns.get("POPULATION", ())),
        "HOSP": hosp_query(scenario),
        "PROCEDUR": procedur_query(scenario),
        "STAYUNIT": stayunit_query(scenario),
    }
    for several in _SEVERAL:
        found |= several(scenario)
    made = {table: coded_in_their_time(scenario, table, found[table]) for table in asked.tables}
    if imperfections is None:
        return made
    spoiled = {table: imperfections.spoil(table, query) for table, query in made.items()}
    return {**spoiled, IMPERFECTIONS: imperfections.key(made)}
