"""Hospital stays and billing for breast tumours that are found in the years of the stays: surgery, chemotherapy.

The stays join the plan of all stays and pass through the same tables. They keep away from the person's other stays,
so no stay that was planned before changes, and none of their bills holds what a study of strokes reads. What is done
to whom is decided in tumour_plan.py.
"""

from __future__ import annotations

import datetime

import duckdb

from workbench.synth.medicines import product_of
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_origins import main_place
from workbench.synth.tumour_plan import cared, services
from workbench.synth.words import word

# Chains 10 to 12 of a person are free: nobody has more than ten chains of other stays.
FIRST_CHAIN = 10


def make_tumour_care(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Adds the stays to `plan`, and what is not a stay to four tables.

    tumour_care: one row per tumour with what was decided. tumour_surgery: sid, n and code of the procedures.
    tumour_services: pid, c2, day, code, cents, product of what is billed outside stays. tumour_deliveries: the same of
    a pharmacy. `plan` gets `tumour_code`: the diagnosis of the tumour where it is a secondary one.
    """
    con.execute("ALTER TABLE plan ADD COLUMN tumour_code icd")
    con.execute(f"CREATE TABLE tumour_care AS {cared(scenario)}")
    con.execute(f"INSERT INTO plan BY NAME {_stays(scenario)}")
    con.execute(f"CREATE TABLE tumour_surgery AS {_surgery(scenario)}")
    con.execute(f"CREATE TABLE billed AS {services(scenario)}")
    lived = f"""FROM billed JOIN persons USING (pid) LEFT JOIN deaths USING (pid)
        WHERE day BETWEEN DATE '{scenario.first_day}' AND DATE '{scenario.first_day}' + {scenario.days - 1}
            AND (died IS NULL OR day <= died)"""
    columns = "pid, c2, tid, day, name, code, cents, medicine"
    con.execute(f"CREATE TABLE tumour_services AS SELECT {columns} {lived} AND place = 'hospital'")
    con.execute(f"CREATE TABLE tumour_deliveries AS SELECT {columns} {lived} AND place = 'pharmacy'")
    con.execute("DROP TABLE billed")


def tumour_deliveries(scenario: Scenario) -> str:
    """SQL for the rows of FARMA that belong to the care of tumours."""
    p = scenario.parameters
    category, prescriber = word(p["codes.medicine_categories.other"]), word(p.code("qualification", "specialist"))
    return f"""SELECT c2, day, {category}, 1::SMALLINT, (cents / 100.0)::DECIMAL(10,2), {prescriber},
        {product_of(scenario, "tid", "medicine")} FROM tumour_deliveries"""


def sid_of(n: str) -> str:
    """SQL for the stay of a person's tumour care: 0 the surgery, then the cycles of chemotherapy."""
    return f"((pid * 16 + {FIRST_CHAIN} + ({n}) // 4) * 4 + ({n}) % 4)"


def tumour_care_key(scenario: Scenario) -> str:
    """The answer key `tumour_care`: when each part of the care really happened, empty where it did not."""
    dated = ", ".join(
        f"min(day) FILTER (name = '{name}') AS {name}_date"
        for name in ("imaging", "pathology", "consultation", "radiotherapy", "targeted", "hormonal")
    )
    operated = scenario.stay.below("sid", "theatre day", "least(los, 2)")  # as in procedures.py
    chemotherapy = main_place(scenario, str(scenario.parameters["breast.chemotherapy_main"]))
    return f"""
        SELECT lpad(insz::VARCHAR, 11, '0') AS INSZ, incidence AS incidence_date, clinic, stage, subtype,
            stays.adm + CASE WHEN los = 0 THEN 0 ELSE {operated} END AS surgery_date, code_agr AS surgery_code_agr,
            conserving AND stays.sid IS NOT NULL AS conserving, sentinel AND stays.sid IS NOT NULL AS sentinel,
            chemotherapy_date, billed.* EXCLUDE (pid)
        FROM tumour_care JOIN (SELECT pid, insz FROM persons) USING (pid)
        LEFT JOIN (SELECT sid, pid, adm, los, hospital FROM stays) AS stays
            ON stays.sid = {sid_of("0").replace("pid", "tumour_care.pid")}
        LEFT JOIN hospitals ON hospitals.number = stays.hospital
        LEFT JOIN (
            SELECT pid, {dated} FROM (
                SELECT pid, name, day FROM tumour_services UNION ALL SELECT pid, name, day FROM tumour_deliveries
            ) GROUP BY pid
        ) AS billed ON billed.pid = tumour_care.pid
        LEFT JOIN (
            SELECT tid, min(stays.adm) AS chemotherapy_date FROM tumour_care JOIN stays USING (pid)
            WHERE main = {chemotherapy} AND stays.adm >= incidence GROUP BY tid
        ) USING (tid)
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


def _surgery(scenario: Scenario) -> str:
    """SQL for the procedures of the surgical stays: of the breast, and of the nodes in the armpit."""
    codes = scenario.parameters["breast.surgery_codes"]
    left = "CASE side WHEN 1 THEN '{left}' ELSE '{right}' END".format
    breast = f"CASE WHEN conserving THEN {left(**codes['conserving'])} ELSE {left(**codes['mastectomy'])} END"
    nodes = (
        f"CASE WHEN sentinel THEN {left(**codes['sentinel'])} WHEN dissection THEN {left(**codes['dissection'])} END"
    )
    return f"""
        SELECT sid, n, code FROM (
            SELECT {sid_of("0")} AS sid, 0 AS n, {breast} AS code FROM tumour_care WHERE operated
            UNION ALL SELECT {sid_of("0")}, 1, {nodes} FROM tumour_care WHERE operated
        ) WHERE code IS NOT NULL AND sid IN (SELECT sid FROM plan)
    """
