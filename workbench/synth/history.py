"""The years before the window, when asked: earlier stays of the same persons, and the coding systems of their time.

Earlier stays are drawn for persons that live at the start of the window, with streams of their own: every row of the
window stays as it is. They are without strokes and transfers, which only the window plants.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import duckdb

from workbench.synth import plan_guides as guide
from workbench.synth.draws import Draws
from workbench.synth.hospitals import GUIDE_CELLS
from workbench.synth.scenario import Scenario

# The first of the four free chains of a person, with four stays in each.
_FIRST_CHAIN = 12
# Fields with a diagnosis code, and the field with its coding system, by table.
_CODED: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "DIAGNOSE": (("CODE_DIAGNOSE", "CODE_SYS_DIAGNOSE"),),
    "PROCEDUR": (("CODE_DIAGNOSE", "CODE_SYS_DIAG"), ("M2_CODE_PROCEDURE", "M2_CODE_SYS_PROCEDURE")),
    "STAYHOSP": (
        ("A2_CODE_DIAG_VERIF_ADM", "A2_CODE_SYS_DIAG_VERIF_ADM"),
        ("A2_CODE_DIAG_CAUSE_DEATH", "A2_CODE_SYS_DIAG_CAUSE_DEATH"),
    ),
    "STAYXTRA": (("PRINDIAG", None),),
}
_ROWS_PER_CODE = {"DIAGNOSE", "PROCEDUR"}


def make_history(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Adds the stays before the window to `plan`; does nothing without a first year."""
    if scenario.first_year is None:
        return
    guide.register_guides(con, scenario)
    con.execute(f"INSERT INTO plan BY NAME {_stays(scenario)}")
    for name in guide.GUIDES:
        con.unregister(name)


def coded_in_their_time(scenario: Scenario, table: str, query: str) -> str:
    """The rows of a table with the codes of their registration year: ICD-9-CM, none, or ICD-10-BE as they are."""
    if scenario.first_year is None or table not in _CODED:
        return query
    p = scenario.parameters
    old, none = int(p["history.through_2014"]), int(p["history.without_codes"])
    replaced, joins = [], []
    for place, (field, system) in enumerate(_CODED[table]):
        codes = p["history.procedures" if "PROCEDURE" in field else "history.diagnoses"]
        listed = ", ".join(f"('{new}', '{code}')" for new, code in codes.items())
        joins.append(f"LEFT JOIN (VALUES {listed}) AS old{place}(new, code) ON old{place}.new = t.{field}")
        replaced.append(
            f"CASE WHEN YEAR_REGISTR <= {old} THEN old{place}.code WHEN YEAR_REGISTR = {none} THEN NULL "
            f"ELSE t.{field} END AS {field}"
        )
        if system:
            of_old = f"'{p['history.code_system']}'"
            replaced.append(f"CASE WHEN YEAR_REGISTR <= {old} THEN {of_old} ELSE t.{system} END AS {system}")
    left_out = f"WHERE YEAR_REGISTR <> {none}" if table in _ROWS_PER_CODE else ""
    return f"SELECT t.* REPLACE ({', '.join(replaced)}) FROM ({query}) AS t {' '.join(joins)} {left_out}"


def _stays(scenario: Scenario) -> str:
    """SQL for the stays: a geometric number of each person, the k-th of n in the k-th of n slots of the years."""
    p, draw = scenario.parameters, Draws(scenario.seed, "history")
    first = datetime.date(int(scenario.first_year or 0), 1, 1)
    days, most = (scenario.first_day - first).days, int(p["history.most_per_person"])
    mean = f"(mean_stays * {p.number('history.level') * days / scenario.days})"
    count = f"least({most}, floor(ln(1 - {draw.uniform('pid', 'stays')}) / ln({mean} / (1 + {mean}))))::BIGINT"
    kind = guide.type_of_stay(scenario, draw.uniform("sid", "type"))
    band = f"""CASE WHEN birth > DATE '{first}' - INTERVAL 18 YEAR THEN 0
        WHEN birth > DATE '{first}' - INTERVAL 65 YEAR THEN 1 ELSE 2 END"""
    types = "CASE type WHEN 'H' THEN 0 WHEN 'C' THEN 1 ELSE 2 END"
    length = f"CASE WHEN type = 'H' THEN 0 ELSE {guide.LENGTHS.index('day')} END"
    width = (1 << len(p["comorbidities.groups"])) - 1
    bits = draw.bits("sid", "coded")
    return f"""
        WITH counted AS (
            SELECT *, {count} AS n FROM persons
        ), numbered AS (
            SELECT *, unnest(range(n)) AS k FROM counted WHERE n > 0
        ), typed AS (
            SELECT *, {kind} AS type, {band} AS band, {days} // n AS slot
            FROM (SELECT *, (pid * 16 + {_FIRST_CHAIN}) * 4 + k AS sid FROM numbered)
        ), drawn AS MATERIALIZED (
            SELECT *, {length} * {guide.CELLS} + {draw.below("sid", "length", guide.CELLS)} AS length_cell,
                arr * {GUIDE_CELLS} + {draw.below("sid", "hospital", GUIDE_CELLS)} AS place_cell,
                ((band * 2 + sex - 1) * 3 + {types}) * {guide.CELLS} + {draw.below("sid", "main", guide.CELLS)}
                    AS main_cell
            FROM typed
        ), stay AS (
            SELECT drawn.*, attraction.hospital, main, least(lengths.days, slot - 4)::INTEGER AS nights
            FROM drawn JOIN lengths ON lengths.g = length_cell JOIN attraction ON attraction.g = place_cell
            JOIN mains ON mains.g = main_cell
        ), placed AS (
            SELECT *, DATE '{first}' + (k * {days} // n + {draw.below("sid", "start", "slot - nights - 2")})::INTEGER
                AS start
            FROM stay
        )
        SELECT sid, sid // 4 AS eid, pid, 0::UTINYINT AS leg, 1::UTINYINT AS legs, 'background'::kind AS kind, type,
            start AS adm, start + nights AS dis, hospital::UTINYINT AS hospital, NULL AS from_hospital,
            NULL AS to_hospital, arr, sex, birth, insz, c2,
            mask & ~(({bits} & ({bits} >> 20) & ({bits} >> 40)) & {width})::INTEGER AS coded,
            false AS af_coded, false AS af_main, false AS arisen, false AS dies, main
        FROM placed WHERE birth < start
    """
