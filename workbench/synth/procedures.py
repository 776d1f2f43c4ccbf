"""PROCEDUR of the hospitals, and what happens in their theatres: when, for how long, under which anaesthesia."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from workbench.synth.coding import main_code
from workbench.synth.registration import date_parts
from workbench.synth.scenario import Scenario
from workbench.synth.stay_facts import discharged_minute, emergency
from workbench.synth.stays import all_mains, stay_key

# Keys of the procedures of stroke stays, which have no place in the list of main diagnoses.
_IMAGING, _LYSIS = -1, -2
_PER_STAY = 8


def make_procedures(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `procedures`, at most one row per stay, code and day: sid, n, code, day, theatre, anaesthesia, minute.

    minute: minutes from midnight of the day of the procedure to its start. In a stay of one day that is before the
    discharge; in a longer one the procedure is not on the last day.
    """
    p, stay = scenario.parameters, scenario.stay
    con.register("listed", _table(scenario))
    row = f"sid * {_PER_STAY} + n"
    minutes, sleep = p["procedures.minutes"], p["procedures.codes.anaesthesia"]
    shares, u = p["procedures.anaesthesia"], stay.uniform("sid", "anaesthesia")
    night = stay.chance("sid", "theatre at night", minutes["emergency_night"])
    urgent_hour, plain_hour = stay.below("sid", "urgent hour", 1380), stay.below("sid", "theatre hour", 600)
    first_day = f"{admitted_minute(scenario)} + {minutes['at_once']} + {stay.below('sid', 'theatre wait', 180)}"
    con.execute(
        f"""
        CREATE TABLE procedures AS
        SELECT sid, n, codes[1 + {stay.below(row, "procedure", "len(codes)")}] AS code, theatre, day,
            CASE WHEN NOT theatre THEN '{sleep["none"]}' WHEN {u} < {shares["general"]} THEN '{sleep["general"]}'
                WHEN {u} < {shares["general"] + shares["regional"]} THEN '{sleep["regional"]}'
                ELSE '{sleep["local"]}' END AS anaesthesia,
            CASE WHEN los = 0 THEN discharged * 60 // 100 WHEN day = adm THEN {first_day}
                WHEN urgent AND {night} THEN {urgent_hour} ELSE 450 + {plain_hour} END::INTEGER AS minute
        FROM (
            SELECT *, {emergency(scenario)} AS urgent, {discharged_minute(scenario)} AS discharged,
                adm + CASE WHEN los = 0 THEN 0 WHEN theatre THEN {stay.below("sid", "theatre day", "least(los, 2)")}
                    ELSE {stay.below(row, "procedure day", "least(los, 5)")} END AS day
            FROM (
                SELECT stays.*, n, share, theatre, codes FROM stays JOIN listed ON listed.main = stays.main
                    WHERE NOT main_stroke AND NOT af_main AND NOT (event AND NOT arisen)
                UNION ALL
                SELECT stays.*, n, share, theatre, codes FROM stays JOIN listed ON listed.main = {_IMAGING}
                    WHERE main_stroke
                UNION ALL
                SELECT stays.*, n, 1.0, true, [tumour_surgery.code] FROM stays JOIN tumour_surgery USING (sid)
                UNION ALL
                SELECT stays.*, n, share, theatre, codes FROM stays JOIN listed ON listed.main = {_LYSIS}
                    JOIN (SELECT sid FROM care WHERE lysed) USING (sid) WHERE main_stroke
            ) WHERE {stay.uniform(row, "procedure done")} < share
        )
        """
    )
    con.unregister("listed")


def procedur_query(scenario: Scenario) -> str:
    """Rows of PROCEDUR: each belongs to the main diagnosis of its stay."""
    p, stay = scenario.parameters, scenario.stay
    codes, row = p["procedures.codes"], f"sid * {_PER_STAY} + n"
    elsewhere = stay.chance(row, "done elsewhere", p.number("procedures.done_elsewhere"))
    twice = stay.chance(row, "twice a day", p.number("procedures.twice_a_day"))
    return f"""
        SELECT {stay_key("entry")}, 1::TINYINT AS ORDER_SPEC, '{p.code("mzg_type_diagnose", "main")}' AS TYPE_DIAGNOSE,
            '{p["codes.fillers.CODE_SYSTEM"]}' AS CODE_SYS_DIAG, {main_code(scenario)} AS CODE_DIAGNOSE,
            '{codes["system"]}' AS M2_CODE_SYS_PROCEDURE, procedure AS M2_CODE_PROCEDURE,
            {date_parts("M2", "PROCEDURE", "day")},
            CASE WHEN {elsewhere} THEN '{codes["elsewhere"]}' ELSE '{codes["here"]}' END AS M2_CODE_PLACE_INTERV,
            anaesthesia AS M2_CODE_ANEST, CASE WHEN {twice} THEN 2 ELSE 1 END::TINYINT AS M2_NUMBER_PROC_1_DAY,
            NULL::VARCHAR AS TYPE_ASSOCIATION, NULL::VARCHAR AS ID_ASSOCIATION
        FROM (
            SELECT stays.*, n, day, procedures.code AS procedure, anaesthesia, main_list.code AS background_code
            FROM procedures JOIN stays USING (sid) LEFT JOIN main_list ON main_list.main = stays.main
        ) AS entry JOIN hospitals ON hospitals.number = hospital
    """


def admitted_minute(scenario: Scenario) -> str:
    """SQL for the minute of the day of admission; in a stay of one day a part of the time until discharge."""
    urgent = scenario.stay.below("sid", "admitted at", 960)
    planned = f"360 + {scenario.stay.below('sid', 'admitted at', 540)}"
    late = f"CASE WHEN {emergency(scenario)} THEN {urgent} ELSE {planned} END"
    return f"(CASE WHEN los = 0 THEN {discharged_minute(scenario)} * 45 // 100 ELSE {late} END)"


def _table(scenario: Scenario) -> pa.Table:
    p = scenario.parameters
    places = {str(entry["code"]): place for place, entry in enumerate(all_mains(p))}
    rows = [{**entry, "main": places[entry["main"]]} for entry in p["procedures.by_main"]]
    for key, name in ((_IMAGING, "imaging"), (_LYSIS, "lysis")):
        rows.append({**p[f"procedures.stroke.{name}"], "main": key, "theatre": False})
    return pa.Table.from_pylist([{**row, "n": n % _PER_STAY} for n, row in enumerate(_in_order(rows))])


def _in_order(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows so that the ones of a main diagnosis stand together: their numbers within a stay then differ."""
    return sorted(rows, key=lambda row: int(str(row["main"])))
