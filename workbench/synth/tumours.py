"""Tumours of the population: who gets one, when, of what kind and stage. The registry's table is in registry.py.

Who dies of one is in tumour_deaths.py. Who died before the window is known to the registry alone.
"""

from __future__ import annotations

import datetime

import duckdb

from workbench.synth.coding import weighted
from workbench.synth.draws import Draws
from workbench.synth.hospitals import GUIDE_CELLS
from workbench.synth.plan_guides import register_attraction
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_deaths import make_tumour_deaths
from workbench.synth.tumour_origins import SECOND, THIRD, departed_query, first_tumours, rate_table


def make_tumours(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Tables `tumours`, one row each: tid, pid, site, incidence, side, in_situ, histology, subtype, stage, hospital;
    and `registrants`, the persons who have one, living at the start of the window or not. Renews `deaths`."""
    con.register("rates", rate_table(scenario))
    register_attraction(con, scenario)
    con.execute(f"CREATE TABLE departed AS {departed_query(scenario)}")
    con.execute(f"CREATE TABLE described AS {_described(scenario)}")
    make_tumour_deaths(con, scenario)
    con.execute("DROP TABLE described")
    con.unregister("rates")
    con.unregister("attraction")


def draws(scenario: Scenario) -> Draws:
    """Draws of tumours; identifiers are those of tumours."""
    return Draws(scenario.seed, "tumour")


def _all_tumours(scenario: Scenario) -> str:
    """Common table expressions up to `tumour`: the first ones, and more breast tumours of the same person."""
    p, tumour = scenario.parameters, draws(scenario)
    more = p["breast.another"]
    first_day = datetime.date(int(p["breast.years.first"]), 1, 1)
    last_day = datetime.date(int(p["breast.years.last"]), 12, 31)

    def later(identifier: str, name: str) -> str:
        wait = f"floor(-ln(1 - {tumour.uniform(identifier, f'{name} wait')}) * {more['mean_days']})::INTEGER"
        at_once = tumour.chance(identifier, f"{name} at once", more["same_day"])
        return f"incidence + CASE WHEN {at_once} THEN 0 ELSE 1 + {wait} END"

    return f"""
        first AS (
            SELECT f.*, pid * 8 + place AS tid FROM ({first_tumours(scenario)}) AS f
        ), earliest AS (
            SELECT pid, min(incidence) AS incidence FROM first WHERE site = 'C50' GROUP BY pid
        ), second AS (
            SELECT pid, {SECOND} AS place, 'C50' AS site, {later("pid", "second")} AS incidence,
                pid * 8 + {SECOND} AS tid
            FROM earliest WHERE {tumour.chance("pid", "second", more["share"])}
        ), third AS (
            SELECT pid, {THIRD} AS place, 'C50' AS site, {later("pid", "third")} AS incidence,
                pid * 8 + {THIRD} AS tid
            FROM second WHERE {tumour.chance("pid", "third", more["third"])}
        ), tumour AS (
            SELECT every.*, arr, died, birth
            FROM (FROM first UNION ALL FROM second UNION ALL FROM third) AS every
            JOIN (
                SELECT pid, arr, birth, died FROM persons LEFT JOIN deaths USING (pid)
                UNION ALL SELECT pid, arr, birth, died FROM departed
            ) USING (pid)
            WHERE incidence BETWEEN DATE '{first_day}' AND DATE '{last_day}' AND (died IS NULL OR died >= incidence)
                AND incidence > birth
        )
    """


def _described(scenario: Scenario) -> str:
    p, tumour = scenario.parameters, draws(scenario)
    base = {one["stage"]: float(one["share"]) for one in p["breast.stages"]}
    u, v, w = (tumour.uniform("tid", name) for name in ("stage", "histology", "subtype"))
    types = {one["name"]: float(one["share"]) for one in p["breast.subtypes"]}
    side = f"1 + {tumour.below('pid', 'side', 2)}"
    same = tumour.chance("tid", "same side", p.number("breast.another.same_side"))
    in_situ = tumour.chance("tid", "in situ", p.number("breast.in_situ"))
    sarcoma = tumour.chance("tid", "sarcoma", p.number("breast.sarcoma"))
    return f"""
        WITH {_all_tumours(scenario)}
        SELECT * EXCLUDE (arr), CASE WHEN site <> 'C50' THEN NULL WHEN in_situ THEN '0'
                ELSE {weighted(u, base)} END AS stage,
            CASE WHEN in_situ THEN {weighted(v, p["breast.in_situ_histology"])}
                WHEN sarcoma THEN '{p["breast.sarcoma_histology"]}'
                ELSE {weighted(v, p["breast.histology"])} END AS histology,
            CASE WHEN site = 'C50' AND NOT in_situ AND NOT sarcoma THEN {weighted(w, types)} END AS subtype
        FROM (
            SELECT tumour.*, hospital, site = 'C50' AND {in_situ} AS in_situ,
                site = 'C50' AND NOT in_situ AND {sarcoma} AS sarcoma,
                CASE WHEN site <> 'C50' THEN 3 WHEN place < {SECOND} OR {same} THEN {side} ELSE 3 - ({side}) END AS side
            FROM tumour JOIN attraction
                ON attraction.g = arr * {GUIDE_CELLS} + {tumour.below("pid", "hospital", GUIDE_CELLS)}
        )
    """
