"""The stays that would happen if nobody died: every person's window is cut in slots, one chain of stays in
each.

A chain is one stay, or a first stay and up to two transfers, each admitted on the day the stay before it
ends. The k-th of a person's n chains lies inside the k-th of n equal slots and leaves free days at its end,
so stays of a person never overlap and only transfers touch.
"""

from __future__ import annotations

import duckdb

from workbench.synth import plan_guides as guide
from workbench.synth.hospitals import GUIDE_CELLS, PARTNER_CELLS
from workbench.synth.scenario import KINDS, Scenario


def make_plan(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `plan`, one row per stay: what kind, where, from when to when, with what conditions coded."""
    guide.register_guides(con, scenario)
    con.execute(f"CREATE TYPE kind AS ENUM ({', '.join(repr(kind) for kind in KINDS)})")
    dies = scenario.stay.chance("eid * 4 + leg", "dies", "p_dies")
    con.execute(
        f"""
        CREATE TABLE plan AS
        WITH {_drawn(scenario)}, {_dated(scenario)}, leg AS (
            SELECT *, unnest(range(legs::BIGINT)) AS leg FROM dated
        )
        SELECT eid * 4 + leg AS sid, eid, pid, leg::UTINYINT AS leg, legs::UTINYINT AS legs,
            kind::kind AS kind, type,
            start + CASE leg WHEN 0 THEN 0 WHEN 1 THEN los0 ELSE los0 + los1 END AS adm,
            start + los0 + CASE leg WHEN 0 THEN 0 WHEN 1 THEN los1 ELSE los1 + los2 END AS dis,
            (CASE leg WHEN 0 THEN h0 WHEN 1 THEN h1 ELSE h2 END)::UTINYINT AS hospital,
            (CASE leg WHEN 0 THEN NULL WHEN 1 THEN h0 ELSE h1 END)::UTINYINT AS from_hospital,
            (CASE leg WHEN 0 THEN h1 WHEN 1 THEN h2 END)::UTINYINT AS to_hospital,
            arr, sex, birth, insz, c2, coded, af_coded, af_main, arisen, main,
            kind = 'background' AND type = 'H' AND leg = legs - 1 AND {dies} AS dies
        FROM leg
        """
    )
    for name in guide.GUIDES:
        con.unregister(name)


def _drawn(scenario: Scenario) -> str:
    """Common table expressions up to `placed`: kind, type, hospitals and lengths of every chain."""
    p, draw = scenario.parameters, scenario.chain
    arisen = draw.chance("eid", "arisen", p.number("stroke.arisen_in_hospital"))
    transfer = draw.chance("eid", "transfer", guide.transfer_sql(scenario))
    again = draw.chance("eid", "second transfer", p.number("stays.transfers.again"))
    birthday = "birth > DATE '{}' - INTERVAL {} YEAR".format
    h0 = f"arr * {GUIDE_CELLS} + {draw.below('eid', 'hospital', GUIDE_CELLS)}"
    h1 = f"first.hospital * {PARTNER_CELLS} + {draw.below('eid', 'partner', PARTNER_CELLS)}"
    h2 = f"second.hospital * {PARTNER_CELLS} + {draw.below('eid', 'third', PARTNER_CELLS)}"
    later = guide.LENGTHS.index("rehabilitation") * guide.CELLS
    l1, l2 = (f"{later} + {draw.below('eid', name, guide.CELLS)}" for name in ("length 2", "length 3"))
    return f"""
        slot AS (
            SELECT *, unnest(range(slots::BIGINT)) AS k FROM persons
        ), drawn AS (
            SELECT * REPLACE (
                    -- who has moved by then goes to the hospitals of the new place
                    CASE WHEN k * {scenario.days} // slots > moves_after THEN new_arr ELSE arr END AS arr
                ), pid * 16 + k AS eid, {scenario.days} // slots AS slot_days,
                k * {scenario.days} // slots AS slot_start, coalesce(k = slot1 OR k = slot2, false) AS event
            FROM slot
        ), typed AS (
            SELECT *, {guide.kind_sql(scenario)} AS kind, {guide.type_sql(scenario)} AS type,
                event AND {arisen} AS arisen,
                CASE WHEN {birthday(scenario.first_day, 18)} THEN 0
                    WHEN {birthday(scenario.first_day, 65)} THEN 1 ELSE 2 END AS band
            FROM drawn
        ), moved AS (
            SELECT *, CASE WHEN type <> 'H' OR arisen OR NOT {transfer} THEN 1
                WHEN {again} THEN 3 ELSE 2 END AS legs
            FROM typed
        ), placed AS (
            SELECT moved.*, first.hospital AS h0, second.hospital AS h1, third.hospital AS h2, main,
                long0.days AS days0, long1.days AS days1, long2.days AS days2
            FROM moved
            JOIN attraction AS first ON first.g = {h0}
            JOIN lengths AS long0 ON long0.g = {guide.length_cell_sql(scenario)}
            LEFT JOIN mains ON mains.g = {guide.main_cell_sql(scenario)}
            LEFT JOIN partners AS second ON second.g = CASE WHEN legs > 1 THEN {h1} END
            LEFT JOIN partners AS third ON third.g = CASE WHEN legs > 2 THEN {h2} END
            LEFT JOIN lengths AS long1 ON long1.g = CASE WHEN legs > 1 THEN {l1} END
            LEFT JOIN lengths AS long2 ON long2.g = CASE WHEN legs > 2 THEN {l2} END
        )
    """


def _dated(scenario: Scenario) -> str:
    """Common table expressions up to `dated`: days of every chain, fitted into its slot, and what it
    codes."""
    p, draw = scenario.parameters, scenario.chain
    most = int(p["stays.length_of_stay.most_days"])
    at_once = draw.chance("eid", "at once", p.number("stays.transfers.at_once"))
    acute = p.number("stays.transfers.acute_share")
    start = draw.below("eid", "start", "slot_days - 2 - los0 - los1 - los2")
    af_main = p.number("stays.atrial_fibrillation.main")
    af_any = af_main + p.number("stays.atrial_fibrillation.secondary")
    found = draw.chance("eid", "af found", p.number("stroke.newly_found_atrial_fibrillation"))
    return f"""
        first_stay AS (
            SELECT *, least({most}, slot_days - 12, CASE WHEN legs = 1 THEN days0
                WHEN {at_once} THEN {draw.below("eid", "at once day", 2)}
                ELSE greatest(2, floor(days0 * {acute})) END)::INTEGER AS los0
            FROM placed
        ), second_stay AS (
            SELECT *, CASE WHEN legs > 1 THEN least(days1, slot_days - 10 - los0) ELSE 0 END::INTEGER AS los1
            FROM first_stay
        ), third_stay AS (
            SELECT *, CASE WHEN legs > 2 THEN least(days2, slot_days - 3 - los0 - los1) ELSE 0 END::INTEGER
                AS los2
            FROM second_stay
        ), dated AS (
            SELECT *, DATE '{scenario.first_day}' + (slot_start + {start})::INTEGER AS start,
                {guide.coded_sql(scenario)} AS coded,
                CASE WHEN NOT af THEN kind = 'ischaemic' AND {found} WHEN event THEN true
                    ELSE type = 'H' AND {draw.chance("eid", "af coded", af_any)} END AS af_coded,
                NOT event AND af AND type = 'H' AND {draw.chance("eid", "af coded", af_main)} AS af_main
            FROM third_stay
        )
    """
