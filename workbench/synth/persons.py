"""Persons: birth, sex, place, INSZ or BIS number, conditions, and how many stays and strokes they get."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from workbench.crypto import pseudonymise
from workbench.synth.cells import MASK_CELLS, cell_table, mask_table
from workbench.synth.guides import shares
from workbench.synth.keys import keys
from workbench.synth.scenario import Scenario

HOMES = 512  # cells of the list of arrondissements to move to


def make_persons(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `persons`, one row each: who it is, its conditions (mask, af), slots for stays and events among
    them, and for who moves the days of the window before that and the arrondissement then (moves_after, new_arr)."""
    con.register("cells", cell_table(scenario))
    con.register("masks", mask_table(scenario))
    con.execute(f"CREATE TABLE drawn AS {_drawn(scenario)}")
    con.register("pseudonyms", _pseudonyms(con, scenario))
    con.execute("CREATE TABLE persons AS SELECT drawn.*, c2 FROM drawn JOIN pseudonyms USING (pid)")
    con.execute("DROP TABLE drawn")
    for name in ("cells", "masks", "pseudonyms"):
        con.unregister(name)


def population_query(scenario: Scenario) -> str:
    """Rows of POPULATION of the sickness funds: one per member, with the exact day of death."""
    sex = scenario.parameters["codes.meanings.sex"]
    return f"""SELECT c2 AS PP0010, year(birth)::SMALLINT AS PP0015,
        CASE WHEN sex = 1 THEN '{sex["man"]}' ELSE '{sex["woman"]}' END AS PP0020, died AS PP0040
        FROM persons LEFT JOIN deaths USING (pid)"""


def _drawn(scenario: Scenario) -> str:
    p, draw = scenario.parameters, scenario.person
    af = draw.chance("pid", "atrial fibrillation", "p_af")
    condition = draw.below("pid", "conditions", MASK_CELLS)
    is_bis = draw.chance("pid", "bis", p.number("population.identity.bis_share"))
    unknown_sex = draw.chance("pid", "bis sex", p.number("population.identity.bis_sex_unknown_share"))
    af_risk = p.number("stroke.with_atrial_fibrillation")
    af_stays = p.number("stays.with_atrial_fibrillation")
    per_condition = p.number("stays.per_condition")
    event = draw.chance("pid", "event", f"least(p_event * CASE WHEN af THEN {af_risk} ELSE 1 END, 0.6)")
    again = draw.chance("pid", "recurrence", p.number("stroke.recurrence"))
    most = int(p["stays.most_per_person"])
    stays = draw.uniform("pid", "stays")
    slot1 = draw.below("pid", "event slot", "slots")
    apart = draw.below("pid", "second slot", "slots - 3")
    expected = ", mean AS mean_stays" if scenario.first_year is not None else ""
    lines_per_condition = p.number("billing.lines.per_condition")
    moves = draw.chance("pid", "moves", p.number("population.moves.yearly") * scenario.days / 365.25)
    home_death = draw.uniform("pid", "home death")
    return f"""
        WITH numbered AS (
            SELECT * EXCLUDE (n, pid0, j0), pid0 + i AS pid, ((j0 + i) * multiplier + shift) % total AS j
            FROM (SELECT *, unnest(range(n)) AS i FROM cells)
        ), born AS (
            SELECT *, j * birth_days // total AS nth_day, {af} AS af,
                age_class * {MASK_CELLS} + {condition} AS g
            FROM numbered
        ), named AS (
            SELECT *, first_birth + nth_day::INTEGER AS birth,
                -- the first number of a day is the ceiling of day * total / days
                2 * (j - (nth_day * total + birth_days - 1) // birth_days) + sex AS serial,
                CASE WHEN {is_bis} THEN CASE WHEN {unknown_sex} THEN 20 ELSE 40 END ELSE 0 END AS bis
            FROM born
        ), counted AS (
            SELECT *, (year(birth) % 100) * 10000000 + (month(birth) + bis) * 100000 + day(birth) * 1000
                    + serial AS base,
                mean_stays * (1 + {per_condition} * bit_count(mask)) * CASE WHEN af THEN {af_stays} ELSE 1 END
                    AS mean,
                {event} AS event, {again} AS again
            FROM named JOIN masks USING (g)
        ), planned AS (
            -- a geometric number of background stays
            SELECT *, least(floor(ln(1 - {stays}) / ln(mean / (1 + mean)))::INTEGER, {most}) AS background
            FROM counted
        ), slotted AS (
            -- a second event keeps two slots away from the first, the end of the window joined to its start
            SELECT *, (CASE WHEN event AND again THEN greatest(background + 2, 4)
                    WHEN event THEN background + 1 ELSE background END)::UTINYINT AS slots
            FROM planned
        )
        SELECT pid, arr::UTINYINT AS arr, sex::UTINYINT AS sex, birth, mask, af, p_dies, slots{expected},
            lines_rate * (1 + {lines_per_condition} * bit_count(mask)) AS lines_rate,
            CASE WHEN {moves} THEN {draw.below("pid", "move day", scenario.days)} END::SMALLINT AS moves_after,
            CASE WHEN {moves} THEN {_new_home(scenario)} END::UTINYINT AS new_arr,
            base * 100 + 97 - (base + CASE WHEN birth >= DATE '2000-01-01' THEN 2000000000 ELSE 0 END) % 97
                AS insz,
            CASE WHEN event THEN {slot1} END::TINYINT AS slot1,
            CASE WHEN event AND again THEN ({slot1} + 2 + {apart}) % slots END::TINYINT AS slot2,
            floor(-ln(1 - {home_death}) / home_deaths_per_day) AS home_death
        FROM slotted
    """


def _new_home(scenario: Scenario) -> str:
    """SQL for the arrondissement somebody moves to: any, by its inhabitants."""
    rows = scenario.parameters.margin("population.margins.by_arrondissement")
    homes = shares([float(row["POPULATION"]) for row in rows], HOMES)
    return f"({homes.tolist()})[1 + {scenario.person.below('pid', 'new home', HOMES)}]"


def _pseudonyms(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> pa.Table:
    """C2 of every person: the INSZ under key C1, then that under key C2."""
    known = con.execute("SELECT pid, insz FROM drawn").fetchnumpy()
    key = keys(scenario.seed)
    c1 = pseudonymise(np.asarray(known["insz"]), key["C1"], "C1")
    return pa.table({"pid": np.asarray(known["pid"]), "c2": pseudonymise(c1, key["C2"], "C2")})
