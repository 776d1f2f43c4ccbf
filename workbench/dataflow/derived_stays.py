"""Algorithms of derived variables about a stay: its length, its days, its neighbours, death after it, age at it.

Source tables are found under their reference (`mzg.STAYHOSP`); `stay` is a table that a flow made, one row per
stay with the derived columns that the algorithm names. Every result has the key of its rows and `value`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog
from workbench.dataflow.chains import Chain, NextStay, PreviousStay
from workbench.dataflow.formulas import day, days

Tables = Mapping[str, ir.Table]
Parameters = Mapping[str, Any]
STAY = ("CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "STAYNUM")
IN = ("A2_YEAR_HOSP_IN", "A2_MONTH_HOSP_IN", "A2_DAY_HOSP_IN")
OUT = ("A2_YEAR_HOSP_OUT", "A2_MONTH_HOSP_OUT", "A2_DAY_HOSP_OUT")


def length_of_stay(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """STAY and `value`: days from admission to discharge (0 on one day), empty where a date is not one.

    Reads `mzg.STAYHOSP`.
    """
    stays = tables["mzg.STAYHOSP"]
    return stays.select(*STAY, value=days(day(stays, IN), day(stays, OUT)))


def days_since_admission(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """STAY, the column `order` and `value`: days from admission to a date within the stay.

    Reads `mzg.STAYHOSP` and the table `within`, whose date is in the three columns `date` (year, month, day).
    """
    stays, within = tables["mzg.STAYHOSP"], tables[parameters["within"]]
    year, month, number = parameters["date"]
    admitted = stays.select(*STAY, admission=day(stays, IN))
    dated = within.select(*STAY, parameters["order"], entry=day(within, (year, month, number)))
    both = dated.left_join(admitted, list(STAY))
    return both.select(*STAY, parameters["order"], value=days(both["admission"], both["entry"]))


def previous_stay(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """`stay` with `value`: column `take` of the person's stay elsewhere that ended on the day this one began.

    Reads RN, CODE_AGR, STAYNUM, Opnamedag, Ontslagdag and `take` of `stay`; empty where there is no such stay.
    """
    return PreviousStay(previous_stay=_chain(parameters)).apply(tables["stay"], "value")


def next_stay(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """`stay` with `value`: column `take` of the person's stay elsewhere that began on the day this one ended."""
    return NextStay(next_stay=_chain(parameters)).apply(tables["stay"], "value")


def _chain(parameters: Parameters) -> Chain:
    take = str(parameters["take"])
    return Chain(person="RN", begin="Opnamedag", end="Ontslagdag", place="CODE_AGR", stay="STAYNUM", take=take)


def death_within(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """`stay` with `value`: whether death came from the day of admission up to and including day `days`.

    Reads C2 and Opnamedag of `stay`, and `ima.POPULATION`, which has a person many times: the latest date of
    death counts. False for who is alive or not a member of a sickness fund.
    """
    stays, members = tables["stay"], tables["ima.POPULATION"]
    dead = members.group_by(C2=members["PP0010"]).aggregate(death=members["PP0040"].max())
    both = stays.left_join(dead, "C2").select(*stays.columns, "death")
    after = days(both["Opnamedag"], both["death"])
    value = cast(ir.BooleanValue, after.between(0, int(parameters["days"]))).fill_null(False)
    return both.mutate(value=value).drop("death")


def age_class(tables: Tables, catalog: Catalog, parameters: Parameters) -> ir.Table:
    """STAY and `value`: class (list `class_codes`) of the age reached in the year of admission.

    Reads `mzg.STAYHOSP` and `mzg.PATHOSPI`; only the year of birth is known, so that age may be a year too
    high. Empty without a year of birth, and where it lies after the admission.
    """
    stays, patients = tables["mzg.STAYHOSP"], tables["mzg.PATHOSPI"]
    keys = [*STAY[:3], "PATNUM"]
    born = patients.select(*keys, "A1_YEAR_BIRTH").distinct()
    both = stays.select(*STAY, "PATNUM", IN[0]).left_join(born, keys)
    age = both[IN[0]] - both["A1_YEAR_BIRTH"]
    classes = []
    for entry in catalog.codes[parameters["class_codes"]].entries:
        low, high = entry.attributes["from"], entry.attributes["to"]
        classes.append((age >= low if high is None else age.between(low, high), entry.code))
    return both.select(*STAY, value=ibis.cases(*classes, else_=None))
