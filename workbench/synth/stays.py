"""Stays as they happened: the plan cut off by death, with what is true of each stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from workbench.synth.deaths import charlson
from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario

# A stay number is its identifier times this, modulo 10^12; the factor shares no divisor with 10, so that
# different stays have different numbers.
_SCRAMBLE = 2_654_435_769


def staynum(sid: str) -> str:
    """SQL for the 12-digit stay number of a stay."""
    return f"lpad((({sid}) * {_SCRAMBLE} % 1000000000000)::VARCHAR, 12, '0')"


def patnum(pid: str, hospital: str) -> str:
    """SQL for a patient number: the recognition number, then nine digits that differ between hospitals."""
    serial = f"(({pid}) * {hospital}.patient_factor + {hospital}.patient_shift) % 1000000000"
    return f"({hospital}.code_agr || lpad(({serial})::VARCHAR, 9, '0'))"


def stay_key(table: str) -> str:
    """SQL for the four key fields of a stay; needs the hospital's row as `hospitals`."""
    number = staynum(f"{table}.sid")
    return f"hospitals.code_agr AS CODE_AGR, {registration_period(table)}, {number} AS STAYNUM"


def second_specialty(scenario: Scenario) -> str:
    """SQL for whether a stay moves to a second specialty."""
    share = scenario.parameters.number("stays.second_specialty")
    return f"(type = 'H' AND los >= 4 AND {scenario.stay.chance('sid', 'second specialty', share)})"


def registration_period(table: str) -> str:
    """A stay is registered in the half year in which it ends."""
    return f"""year({table}.dis)::SMALLINT AS YEAR_REGISTR,
        CASE WHEN month({table}.dis) <= 6 THEN 1 ELSE 2 END::TINYINT AS PERIOD_REGISTR"""


def make_stays(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `stays`: the plan's columns with the real discharge, kind, main diagnosis, transfers, score and
    faults.

    `charlson` counts the secondary diagnoses that are present on admission and certain; `charlson_with_main`
    the main diagnosis too.
    """
    p, stay = scenario.parameters, scenario.stay
    groups = [int(group["group"]) for group in p["comorbidities.groups"]]
    cerebrovascular = 1 << groups.index(4)
    main_again = stay.chance("sid", "main again", p.number("diagnoses.later_stay_main_share"))
    billing_lost = stay.chance("sid", "billing lost", p.number("faults.billing_lost"))
    missing_insz = scenario.person.chance("pid", "missing insz", p.number("faults.missing_insz"))
    con.execute(
        f"""
        CREATE TABLE stays AS
        WITH lived AS (
            SELECT plan.* REPLACE (least(dis, died) AS dis,
                    CASE WHEN kind = 'background' AND af_coded THEN 'af_only' ELSE kind END::kind AS kind,
                    coalesce(died <= dis, false) AS dies), kind <> 'background' AS event, died
            FROM plan LEFT JOIN deaths USING (pid)
            WHERE died IS NULL OR adm < died OR (leg = 0 AND adm = died)
        ), truth AS (
            SELECT *, (dis - adm)::INTEGER AS los, NOT dies AND leg + 1 < legs AS moves,
                event AND NOT arisen AND (leg = 0 OR {main_again}) AS main_stroke,
                {billing_lost} AS billing_lost, {missing_insz} AS missing_insz
            FROM lived
        ), masked AS (
            SELECT truth.*,
                CASE WHEN event AND NOT arisen AND NOT main_stroke THEN coded | {cerebrovascular}
                    ELSE coded END AS secondary,
                CASE WHEN event AND NOT arisen THEN {cerebrovascular} WHEN af_main THEN 0
                    ELSE coalesce(main_list.mask, 0) END AS main_mask
            FROM truth LEFT JOIN main_list USING (main)
        )
        SELECT * EXCLUDE (secondary, main_mask), {charlson("secondary", scenario)}::UTINYINT AS charlson,
            {charlson("(secondary | main_mask)", scenario)}::UTINYINT AS charlson_with_main
        FROM masked
        """
    )
    con.execute("DROP TABLE plan")


def register_hospitals(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `hospitals`: number, codes, effects on the logit scale, planted share of thrombolysis, serials."""
    rows = [
        {
            "number": h.number,
            "code_agr": h.code_agr,
            "riziv": h.riziv,
            "wrong_riziv": h.wrong_riziv,
            "flemish": h.flemish,
            "university": h.university,
            **h.effects,
            "thrombolysis": h.thrombolysis,
            # the factor ends in 1: it shares no divisor with 10^9, so the serials of a hospital differ
            "patient_factor": 719_428_631 + 100_070 * h.number,
            "patient_shift": 104_729 * (h.number + 1),
        }
        for h in scenario.hospitals
    ]
    _create(con, "hospitals", rows)


def register_main_list(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `main_list`: the main diagnoses of background stays with specialty, bed index and Charlson bit."""
    groups = [int(group["group"]) for group in scenario.parameters["comorbidities.groups"]]
    rows = [
        {
            "main": place,
            **{name: entry[name] for name in ("code", "spec", "bed")},
            "mask": 1 << groups.index(entry["group"]) if "group" in entry else 0,
        }
        for place, entry in enumerate(all_mains(scenario.parameters))
    ]
    _create(con, "main_list", rows, "code::icd AS code, spec::word AS spec, bed::word AS bed")


def all_mains(parameters: Parameters) -> list[Mapping[str, Any]]:
    """The main diagnoses a stay can have beside a stroke: those drawn for anybody, then those of breast cancer."""
    return [*parameters["diagnoses.main"], *parameters["breast.mains"]]


def _create(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]], replaced: str = "") -> None:
    con.register("listed", pa.Table.from_pylist(rows))
    con.execute(f"CREATE TABLE {table} AS SELECT *{f' REPLACE ({replaced})' if replaced else ''} FROM listed")
    con.unregister("listed")
