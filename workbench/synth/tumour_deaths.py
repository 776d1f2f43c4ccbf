"""Who dies of a breast tumour: a planted hazard on top of everybody's, so that survival has an answer key.

From the person's first drawn tumour on, the hazard is that of the clinic's class times (everybody's + the stage's).
Before the window the living are those whom nothing killed, so only what goes beyond everybody's hazard is drawn: whom
it kills is known to the registry alone, as a contemporary of the living person. In the window the whole hazard is drawn
anew and takes the place of the person's other death, but for that of a stroke, whose outcome is planted (deaths.py).
"""

from __future__ import annotations

import duckdb

from workbench.synth.parameters import by_age
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_origins import DEPARTED, DRAWN

CLASSES = ("coordinating", "satellite", "other")
_OLDEST = 121
_YEAR = 365.25


def clinic_of(scenario: Scenario, hospital: str = "hospital") -> str:
    """SQL for the class of a hospital's breast clinic."""
    cases = " ".join(f"WHEN {h.number} THEN '{_class(scenario, h.volume)}'" for h in scenario.hospitals)
    return f"(CASE {hospital} {cases} END)"


def make_tumour_deaths(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """From `described` (all tumours before anybody dies of one): `tumours` and `registrants`, and `deaths` renewed.

    `described` has died (of anything else) for each. A death drawn here never falls within 90 days of a stroke's
    admission; it waits until they are over.
    """
    con.execute(f"CREATE TABLE dying AS {_dying(scenario)}")
    first = f"DATE '{scenario.first_day}'"
    con.execute(
        f"""CREATE OR REPLACE TABLE deaths AS SELECT pid, min(died) AS died FROM (
            FROM deaths WHERE pid NOT IN (SELECT pid FROM dying WHERE living AND dies >= {first})
            UNION ALL SELECT pid, died FROM outcomes WHERE died IS NOT NULL
            UNION ALL
            SELECT pid, dies FROM dying WHERE living AND dies >= {first} AND dies < {first} + {scenario.horizon}
        ) GROUP BY pid"""
    )
    # A contemporary has a serial 500 higher than the living person, as those in `departed` have.
    con.execute(
        f"""CREATE TABLE contemporaries AS SELECT pid FROM persons
        WHERE insz // 100 % 1000 < 498 AND pid + {DEPARTED} NOT IN (SELECT pid FROM departed)"""
    )
    # Drawn tumours of who died before the window go with the contemporary; other tumours stay with the living.
    con.execute(
        f"""CREATE TABLE tumours AS
        SELECT described.* REPLACE (
                CASE WHEN {_moves(first)} THEN described.pid + {2 * DEPARTED} ELSE described.pid END AS pid,
                CASE WHEN {_moves(first)} OR NOT dying.living THEN least(described.died, dying.dies)
                    ELSE deaths.died END AS died)
        FROM described LEFT JOIN dying USING (pid) LEFT JOIN deaths ON deaths.pid = described.pid
        WHERE coalesce(CASE WHEN {_moves(first)} OR NOT dying.living THEN least(described.died, dying.dies)
            ELSE coalesce(deaths.died, described.died) END >= described.incidence, true)
            AND NOT ({_moves(first)} AND described.pid NOT IN (FROM contemporaries))"""
    )
    con.execute(
        f"""CREATE TABLE registrants AS
        SELECT pid, arr, sex, insz FROM persons SEMI JOIN tumours USING (pid)
        UNION ALL SELECT pid, arr, sex, insz FROM departed
        UNION ALL SELECT pid + {2 * DEPARTED}, arr, sex, base * 100 + 97 - (base + born_2000) % 97
        FROM (SELECT *, insz // 100 + 500 AS base,
                CASE WHEN birth >= DATE '2000-01-01' THEN 2000000000 ELSE 0 END AS born_2000 FROM persons)
        WHERE pid + {2 * DEPARTED} IN (SELECT pid FROM tumours)"""
    )
    con.execute("DROP TABLE dying")
    con.execute("DROP TABLE contemporaries")


def relative_survival(scenario: Scenario, years: int) -> str:
    """SQL for the planted relative survival of a tumour of the registry (stage, hospital, birth, sex, incidence)."""
    stage, ratio = _by_stage(scenario), hazard_of(scenario)
    age = f"((incidence - birth) / {_YEAR})"
    others = f"({_hazard_until(scenario, f'{age} + {years}')} - {_hazard_until(scenario, age)})"
    return f"exp(-({ratio} * {stage} * {years} + ({ratio} - 1) * {others}))"


def _dying(scenario: Scenario) -> str:
    """SQL for (pid, living, dies): when a person's life ends after its first drawn tumour."""
    first = f"DATE '{scenario.first_day}'"
    started = f"greatest(incidence, {first})"
    beyond = _reaches("incidence", "early", "(ratio - 1)", "ratio * stage_hazard", scenario)
    anew = _reaches(started, "death", "ratio", "ratio * stage_hazard", scenario)
    return f"""
        SELECT pid, living, CASE WHEN dies BETWEEN adm AND adm + 90 THEN adm + 91 ELSE dies END AS dies
        FROM (
            SELECT pid, living, CASE WHEN living AND (incidence >= {first} OR early >= {first}) THEN anew ELSE early END
                AS dies
            FROM (
                SELECT *, {beyond} AS early, {anew} AS anew
                FROM (
                    SELECT *, pid < {DEPARTED} AS living, {hazard_of(scenario)} AS ratio,
                        {_by_stage(scenario)} AS stage_hazard,
                        {_listed(scenario, "before", "sex")} AS before, {_listed(scenario, "yearly", "sex")} AS yearly
                    FROM described JOIN (
                        SELECT pid, sex FROM persons UNION ALL SELECT pid, sex FROM departed
                    ) USING (pid)
                    WHERE site = 'C50' AND tid % 8 = {DRAWN}
                )
            )
        ) LEFT JOIN (SELECT pid, adm FROM outcomes) AS stroke USING (pid)
        -- of several strokes the one within whose 90 days the death would fall
        QUALIFY row_number() OVER (PARTITION BY pid ORDER BY coalesce(dies BETWEEN adm AND adm + 90, false) DESC) = 1
    """


def _reaches(since: str, stream: str, of_all: str, more: str, scenario: Scenario) -> str:
    """SQL for the day on which a hazard drawn from `since` on is used up: `of_all` times everybody's, plus `more`.

    Needs `before` and `yearly`, everybody's hazard by age. Far beyond every horizon where the hazard is nothing.
    """
    age = f"(({since} - birth) / {_YEAR})"
    until = f"({of_all} * before[{{0}} + 1] + ({more}) * {{0}})".format  # from birth to a whole age
    year = f"floor({age})::INTEGER"
    reached = f"({until(year)} + ({of_all} * yearly[{year} + 1] + ({more})) * ({age} - {year}))"
    target = f"({reached} - ln(1 - {scenario.person.uniform('pid', f'tumour {stream}')}))"
    last = f"(len(list_filter(range({_OLDEST}), lambda k: {until('k')} <= {target})) - 1)"
    rest = f"({target} - {until(last)}) / nullif({of_all} * yearly[{last} + 1] + ({more}), 0)"
    return f"({since} + floor({_YEAR} * least(coalesce({last} + {rest} - {age}, 300), 300))::INTEGER)"


def _moves(first: str) -> str:
    """SQL for whether a tumour goes with the contemporary: who died of it would not have lived to the window."""
    return f"(coalesce(dying.living AND dying.dies < {first}, false) AND site = 'C50' AND place IN (0, 2, 3))"


def _class(scenario: Scenario, volume: float) -> str:
    clinics = scenario.parameters["breast.clinics"]
    return str(next(one["class"] for one in clinics if volume >= float(one["volume_from"])))


def hazard_of(scenario: Scenario) -> str:
    """SQL for what the class of a hospital's breast clinic does to the hazard of dying, as a factor."""
    ratios = {one["class"]: float(one["hazard"]) for one in scenario.parameters["breast.clinics"]}
    cases = " ".join(f"WHEN {h.number} THEN {ratios[_class(scenario, h.volume)]}" for h in scenario.hospitals)
    return f"(CASE hospital {cases} END)::DOUBLE"


def _by_stage(scenario: Scenario) -> str:
    cases = " ".join(f"WHEN '{stage}' THEN {hazard}" for stage, hazard in scenario.parameters["breast.excess"].items())
    return f"(CASE stage {cases} END)::DOUBLE"


def _hazard_until(scenario: Scenario, age: str) -> str:
    """SQL for everybody's hazard cumulated from birth to an exact age."""
    before, yearly = _listed(scenario, "before", "sex"), _listed(scenario, "yearly", "sex")
    year = f"least(floor({age})::INTEGER, {_OLDEST - 1})"
    return f"(({before})[{year} + 1] + ({yearly})[{year} + 1] * ({age} - {year}))"


def _listed(scenario: Scenario, which: str, sex: str) -> str:
    """SQL for a list by age: the hazard of a year of life, or of all years before it."""
    facts = scenario.parameters["population.deaths.yearly"]
    lists = []
    for who in ("men", "women"):
        yearly = [by_age(facts, age, who) for age in range(_OLDEST)]
        values = yearly if which == "yearly" else [sum(yearly[:age]) for age in range(_OLDEST)]
        lists.append("[" + ", ".join(f"{value:.8f}" for value in values) + "]::DOUBLE[]")
    return f"(CASE {sex} WHEN 1 THEN {lists[0]} ELSE {lists[1]} END)"
