"""Algorithms of derived variables made from codes: billed contacts, deliveries, medicines, comorbidity.

Code lists and thresholds are parameters of the catalogue's entry. Every result has the key of its rows and `value`.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog, CodeList
from workbench.dataflow.codes import having, matches
from workbench.dataflow.derived_stays import STAY, Parameters, Tables, length_of_stay


def gp_contacts(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """SS00010, year and `value`: contacts of a person with a general practitioner in a calendar year.

    Reads `ima.HEALTH`. All services of list `codes` by one provider on one day are one contact; a service that
    a correction took back (quantities that sum to nothing) is none. A person without contacts has no row.
    """
    lines = tables["ima.HEALTH"]
    asked = lines.filter(matches(_text(lines, "SS00020"), catalog.codes[parameters["codes"]]))
    one = ("SS00010", "SS00015", "SS00065A")
    billed = asked.group_by([*one, "SS00020"]).aggregate(quantity=asked["SS00050"].sum())
    contacts = billed.filter(billed["quantity"] > 0).select(*one).distinct()
    return contacts.group_by("SS00010", year=_year(contacts)).aggregate(value=lambda rows: rows.count())


def delivery_los(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """STAY and `value`: length in days of the stays in which the patient gave birth.

    Reads `mzg.STAYHOSP`, `mzg.DIAGNOSE` and `mzg.PROCEDUR`: a stay with any diagnosis of `diagnosis_codes` or any
    procedure of `procedure_codes`. The stay of the newborn is another stay and has neither.
    """
    diagnoses, procedures = tables["mzg.DIAGNOSE"], tables["mzg.PROCEDUR"]
    wanted, done = (catalog.codes[parameters[key]] for key in ("diagnosis_codes", "procedure_codes"))
    told = diagnoses.filter(matches(_text(diagnoses, "CODE_DIAGNOSE"), wanted)).select(*STAY)
    shown = procedures.filter(matches(_text(procedures, "M2_CODE_PROCEDURE"), done)).select(*STAY)
    return length_of_stay(tables, catalog, parameters).semi_join(told.union(shown), list(STAY))


def chronic_medication(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """SS00010, year and `value`: whether medicines of list `codes` were used chronically in a calendar year.

    Reads `ima.FARMA`. True from `min_days` days of supply and `min_deliveries` days of delivery on. One unit of a
    package (`units` of `product_codes`) is a day of supply; an unknown package supplies none. A person without
    such deliveries in the year has no row.
    """
    lines = tables["ima.FARMA"]
    asked = lines.filter(matches(_text(lines, "ATC_PROD_L"), catalog.codes[parameters["codes"]]))
    given = asked.group_by(["SS00010", "SS00015", "SS00135"]).aggregate(packages=asked["SS00050"].sum())
    sizes: dict[int, list[str]] = {}
    for entry in catalog.codes[parameters["product_codes"]].entries:
        sizes.setdefault(int(entry.attributes.get("units", 0)), []).append(str(entry.code))
    taken = given.filter(given["packages"] > 0)
    # Conditions and no table of packages: an expression with a table in memory runs only where that was registered.
    units = ibis.cases(*((taken["SS00135"].isin(codes), size) for size, codes in sizes.items()), else_=0)
    supply = taken.select("SS00010", "SS00015", supplied=taken["packages"] * units)
    per_year = supply.group_by("SS00010", year=_year(supply)).aggregate(
        supplied=supply["supplied"].sum(), deliveries=supply["SS00015"].nunique()
    )
    enough = per_year["supplied"] >= parameters["min_days"]
    often = per_year["deliveries"] >= parameters["min_deliveries"]
    return per_year.select("SS00010", "year", value=enough & often)


def charlson_score(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """STAY and `value`: points of the groups found (0 for none), without the groups `left_out`.

    Reads `mzg.STAYHOSP` and `mzg.DIAGNOSE`: validated secondary diagnoses that were present on admission. Codes
    printed between brackets are left out; a milder group does not count beside the graver one.
    """
    stays, diagnoses = tables["mzg.STAYHOSP"].select(*STAY), tables["mzg.DIAGNOSE"]
    counted = diagnoses.filter(
        matches(_text(diagnoses, "TYPE_DIAGNOSE"), having(catalog.codes["mzg_type_diagnose"], {"main": False})),
        matches(_text(diagnoses, "M1_PRESENT_ADM"), having(catalog.codes["mzg_present_adm"], {"present": True})),
        matches(_text(diagnoses, "M1_CODE_CERT"), having(catalog.codes["mzg_code_cert"], {"validated": True})),
    )
    code, patterns = _text(counted, "CODE_DIAGNOSE"), catalog.codes[parameters["codes"]]
    entries = {int(str(entry.code)): entry.attributes for entry in catalog.codes[parameters["group_codes"]].entries}
    lists = {group: _of_group(patterns, group) for group in entries if group not in parameters["left_out"]}
    found = {f"group{group}": matches(code, one).any() for group, one in lists.items() if one.entries}
    per_stay = counted.group_by(list(STAY)).aggregate(**found)
    both = stays.left_join(per_stay, list(STAY))

    def has(group: int) -> ir.BooleanValue:
        name = f"group{group}"
        column = both[name].fill_null(False) if name in found else ibis.literal(False)
        return cast(ir.BooleanValue, column)

    met = {group: has(group) & has(said.get("requires_group", group)) for group, said in entries.items()}
    graver = {group: int(said.get("superseded_by", 0)) for group, said in entries.items()}
    counts = {group: one & ~met[graver[group]] if graver[group] in met else one for group, one in met.items()}
    points = [ibis.ifelse(one, int(entries[group]["score"]), 0) for group, one in counts.items()]
    return both.select(*STAY, value=reduce(add, points).cast("int64"))


def _of_group(patterns: CodeList, group: int) -> CodeList:
    """The patterns of one group that are not printed between brackets."""
    chosen = having(patterns, {"group": group}).entries
    return patterns.model_copy(update={"entries": tuple(one for one in chosen if not one.attributes.get("optional"))})


def _text(rows: ir.Table, name: str) -> ir.StringColumn:
    return cast(ir.StringColumn, rows[name])


def _year(rows: ir.Table) -> ir.IntegerValue:
    return cast(ir.DateColumn, rows["SS00015"]).year().cast("int64")
