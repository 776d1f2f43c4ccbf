"""The algorithms that `catalog/derived.yaml` names: one function each, from source tables to key and `value`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis.expr.types as ir

from workbench.catalog.model import Catalog, Place
from workbench.dataflow import derived_care as care
from workbench.dataflow import derived_stays as stays
from workbench.dataflow.derived_stays import STAY, Parameters, Tables
from workbench.errors import Problem

Algorithm = Callable[[Tables, Catalog, Parameters], ir.Table]
ALGORITHMS: Mapping[str, Algorithm] = {
    "length_of_stay": stays.length_of_stay,
    "days_since_admission": stays.days_since_admission,
    "previous_stay": stays.previous_stay,
    "next_stay": stays.next_stay,
    "death_within": stays.death_within,
    "age_class": stays.age_class,
    "gp_contacts": care.gp_contacts,
    "delivery_los": care.delivery_los,
    "chronic_medication": care.chronic_medication,
    "charlson_score": care.charlson_score,
}
# Keys that an entry's parameters have, no more and no fewer.
PARAMETERS: Mapping[str, frozenset[str]] = {
    "length_of_stay": frozenset(),
    "days_since_admission": frozenset({"within", "date", "order"}),
    "previous_stay": frozenset({"take"}),
    "next_stay": frozenset({"take"}),
    "death_within": frozenset({"days"}),
    "age_class": frozenset({"class_codes"}),
    "gp_contacts": frozenset({"codes"}),
    "delivery_los": frozenset({"diagnosis_codes", "procedure_codes"}),
    "chronic_medication": frozenset({"codes", "product_codes", "min_days", "min_deliveries"}),
    "charlson_score": frozenset({"codes", "group_codes", "left_out"}),
}
# Columns by which the rows of a result are told apart; days within a stay have those of their own table as well.
KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("length_of_stay", "days_since_admission", "delivery_los", "charlson_score", "age_class"), STAY),
    **dict.fromkeys(("gp_contacts", "chronic_medication"), ("SS00010", "year")),
    **dict.fromkeys(("previous_stay", "next_stay", "death_within"), ()),  # made from a flow's own table
}


def compute(name: str, tables: Tables, catalog: Catalog) -> ir.Table:
    """The derived variable `name` of the catalogue, as its algorithm gives it: key columns and `value`.

    Raises `KeyError` for a variable that no algorithm makes.
    """
    entry = catalog.derived[name]
    return ALGORITHMS[str(entry.algorithm)](tables, catalog, entry.parameters)


def check_algorithms(catalog: Catalog) -> list[Problem]:
    """Entries that name an algorithm which does not exist, or give it other parameters than it takes."""
    found = []
    for name, entry in catalog.derived.items():
        file, line = catalog.places.get(f"derived:{name}", Place("catalog/derived.yaml", 1))
        if entry.algorithm is None:
            continue
        if entry.algorithm not in ALGORITHMS:
            what, todo = f"'{name}' names algorithm '{entry.algorithm}'", f"use one of {', '.join(ALGORITHMS)}"
            found.append(Problem(file, line, what, "there is no such algorithm", todo))
            continue
        takes = PARAMETERS[entry.algorithm]
        if takes != set(entry.parameters):
            what = f"'{name}' gives parameters {', '.join(sorted(entry.parameters)) or 'none'}"
            why = f"{entry.algorithm} takes {', '.join(sorted(takes)) or 'none'}"
            found.append(Problem(file, line, what, why, "give exactly these"))
    return found
