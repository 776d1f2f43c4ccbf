"""Hospital stays and billing for breast tumours that are found in the years of the stays: surgery, chemotherapy.

The stays join the plan of all stays and pass through the same tables. They keep away from the person's other stays,
so no stay that was planned before changes, and none of their bills holds what a study of strokes reads.
"""

from __future__ import annotations

import datetime

import duckdb

from workbench.synth.scenario import Scenario
from workbench.synth.tumour_origins import main_place
from workbench.synth.tumours import draws

# Chains 10 to 12 of a person are free: nobody has more than ten chains of other stays.
FIRST_CHAIN = 10


def make_tumour_care(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Adds the stays to `plan`; table `tumour_services`: pid, day, code and cents of what is billed outside stays.

    `plan` gets `tumour_code`: the diagnosis of the tumour where it is a secondary one.
    """
    con.execute("ALTER TABLE plan ADD COLUMN tumour_code VARCHAR")
    con.execute(f"CREATE TABLE tumour_care AS {_cared(scenario)}")
    con.execute(f"INSERT INTO plan BY NAME {_stays(scenario)}")
    con.execute(f"CREATE TABLE tumour_services AS {_services(scenario)}")
    con.execute("DROP TABLE tumour_care")


def _cared(scenario: Scenario) -> str:
    """SQL for the earliest breast tumour of each person in the window, with what is done and when.

    Who has none there is cared for before it, when earlier years are made.
    """
    p, tumour = scenario.parameters, draws(scenario)
    care, none = p["breast.care"], p["breast.no_surgery"]
    first, last = care["surgery_after"]
    earlier = f"incidence < DATE '{scenario.first_day}'"
    low, high = care["surgery_nights"]
    start, end = care["chemotherapy_after"]
    no_surgery = " ".join(f"WHEN '{stage}' THEN {share}" for stage, share in none.items())
    chemotherapy = " ".join(f"WHEN '{stage}' THEN {share}" for stage, share in care["chemotherapy"].items())
    day_stay = tumour.chance("tid", "day surgery", care["surgery_as_day_stay"])
    return f"""
        SELECT *, operation + nights + {start} + {tumour.below("tid", "chemotherapy day", end - start)} AS course
        FROM (
            SELECT *, incidence + {first} + {tumour.below("tid", "surgery day", last - first)} AS operation,
                NOT {tumour.chance("tid", "no surgery", f"CASE stage {no_surgery} ELSE 0 END")} AS operated,
                {tumour.chance("tid", "chemotherapy", f"CASE stage {chemotherapy} ELSE 0 END")} AS treated,
                CASE WHEN {day_stay} THEN 0 ELSE {low} + {tumour.below("tid", "nights", high - low + 1)} END AS nights
            FROM tumours WHERE site = 'C50' AND incidence >= DATE '{scenario.first_stay}'
            QUALIFY row_number() OVER (PARTITION BY pid ORDER BY {earlier}, incidence, tid) = 1
        )
    """


def _stays(scenario: Scenario) -> str:
    p = scenario.parameters
    care, apart = p["breast.care"], int(p["breast.apart_days"])
    apart_cycles = int(care["days_between_cycles"])
    last_day = scenario.first_day + datetime.timedelta(days=scenario.days - 1)
    groups = [int(group["group"]) for group in p["comorbidities.groups"]]
    cancer, spread = 1 << groups.index(14), 1 << groups.index(18)
    right, left = (main_place(scenario, code) for code in ("C50911", "C50912"))
    right_in_situ, left_in_situ = (main_place(scenario, code) for code in ("D0511", "D0512"))
    chemotherapy = main_place(scenario, str(p["breast.chemotherapy_main"]))
    return f"""
        WITH wanted AS (
            SELECT *, 0 AS n, operation AS adm, operation + nights AS dis FROM tumour_care WHERE operated
            UNION ALL
            SELECT * EXCLUDE (i), 1 + i, course + i * {apart_cycles}, course + i * {apart_cycles}
            FROM (SELECT *, unnest(range({int(care["cycles"])}))::INTEGER AS i FROM tumour_care WHERE treated)
        ), placed AS (
            SELECT wanted.*, pid * 16 + {FIRST_CHAIN} + n // 4 AS eid FROM wanted
            WHERE dis <= DATE '{last_day}' AND NOT EXISTS (
                FROM plan WHERE plan.pid = wanted.pid
                    AND plan.adm <= wanted.dis + {apart} AND plan.dis >= wanted.adm - {apart}
            )
        )
        SELECT eid * 4 + n % 4 AS sid, eid, pid, 0::UTINYINT AS leg, 1::UTINYINT AS legs, 'background'::kind AS kind,
            CASE WHEN n > 0 THEN 'D' WHEN nights = 0 THEN 'C' ELSE 'H' END AS type, adm, dis,
            hospital::UTINYINT AS hospital, NULL AS from_hospital, NULL AS to_hospital, arr, sex, persons.birth,
            insz, c2, CASE WHEN n > 0 AND mask & {spread} = 0 THEN mask | {cancer}
                WHEN n = 0 AND NOT in_situ THEN mask & ~{cancer} ELSE mask END AS coded,
            false AS af_coded, false AS af_main, false AS arisen, false AS dies,
            (CASE WHEN n > 0 THEN {chemotherapy}
                WHEN in_situ THEN CASE side WHEN 1 THEN {left_in_situ} ELSE {right_in_situ} END
                ELSE CASE side WHEN 1 THEN {left} ELSE {right} END END)::SMALLINT AS main,
            CASE WHEN n > 0 THEN CASE side WHEN 1 THEN 'C50912' ELSE 'C50911' END END AS tumour_code
        FROM placed JOIN persons USING (pid)
    """


def _services(scenario: Scenario) -> str:
    """SQL for what is billed to a patient outside hospital stays: mammography, consultation, radiotherapy."""
    p, tumour = scenario.parameters, draws(scenario)
    blocks = []
    for place, one in enumerate(p["breast.services"]):
        low, high = one["after"]
        day = f"incidence + ({low}) + {tumour.below(f'tid * 8 + {place}', 'service day', high - low)}"
        done = tumour.chance(f"tid * 8 + {place}", "service", one["share"])
        cents = round(100 * float(one["euro"]))
        blocks.append(
            f"SELECT pid, {day} AS day, '{one['code']}' AS code, {cents} AS cents FROM tumour_care WHERE {done}"
        )
    return f"""
        SELECT services.*, c2 FROM ({" UNION ALL ".join(blocks)}) AS services JOIN persons USING (pid)
        LEFT JOIN deaths USING (pid)
        WHERE day BETWEEN DATE '{scenario.first_day}' AND DATE '{scenario.first_day}' + {scenario.days - 1}
            AND (died IS NULL OR day <= died)
    """
