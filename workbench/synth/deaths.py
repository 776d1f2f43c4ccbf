"""Who dies when: of a stroke by the planted model, in a stay for another reason, or at home.

A person with a stroke dies of nothing else within 90 days of the admission, so that the planted chance of
dying is exactly the chance with which the outcome happens.
"""

from __future__ import annotations

import duckdb

from workbench.synth.scenario import Scenario


def charlson(mask: str, scenario: Scenario) -> str:
    """SQL for the sum of the scores of the groups in a mask, without a hierarchy of groups."""
    groups = scenario.parameters["comorbidities.groups"]
    return "(" + " + ".join(f"(({mask} >> {bit}) & 1) * {g['score']}" for bit, g in enumerate(groups)) + ")"


def make_deaths(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Tables `outcomes` (one row per stroke event: chances and day of death) and `deaths` (pid, date)."""
    model, draw = scenario.parameters["stroke.mortality"], scenario.chain
    con.execute(
        f"""
        CREATE TABLE outcomes AS
        WITH event AS (
            SELECT eid, pid, adm, {model["intercept"]} + h.mortality
                + {model["per_10_years_over_70"]} * (year(adm) - year(birth) - 70) / 10
                + CASE WHEN sex = 1 THEN {model["man"]} ELSE 0 END
                + {model["per_charlson_point"]} * {charlson("coded", scenario)}
                + CASE kind WHEN 'haemorrhage' THEN {model["haemorrhage"]} WHEN 'tia' THEN {model["tia"]}
                    WHEN 'other_cerebrovascular' THEN {model["other_cerebrovascular"]} ELSE 0 END AS logit
            FROM plan JOIN hospitals AS h ON h.number = hospital
            WHERE kind <> 'background' AND leg = 0
        ), chance AS (
            SELECT *, 1 / (1 + exp(-logit)) AS p30, 1 / (1 + exp(-logit - {model["until_90"]})) AS p90,
                {draw.uniform("eid", "outcome")} AS u, {draw.uniform("eid", "day of death")} AS v
            FROM event
        )
        SELECT eid, pid, adm, p30, p90,
            CASE WHEN u < p30 THEN adm + floor(31 * pow(v, {model["early"]}))::INTEGER
                WHEN u < p90 THEN adm + 31 + floor(60 * v)::INTEGER END AS died
        FROM chance
        """
    )
    con.execute(
        f"""
        CREATE TABLE deaths AS
        WITH other AS (
            SELECT pid, DATE '{scenario.first_day}' + home_death::INTEGER AS died
            FROM persons WHERE home_death < {scenario.horizon}
            UNION ALL
            SELECT pid, dis FROM plan WHERE dies
        ), candidate AS (
            SELECT pid, died FROM other
            WHERE NOT EXISTS (
                FROM outcomes AS o WHERE o.pid = other.pid AND other.died BETWEEN o.adm AND o.adm + 90
            )
            UNION ALL
            SELECT pid, died FROM outcomes WHERE died IS NOT NULL
        )
        SELECT pid, min(died) AS died FROM candidate GROUP BY pid
        """
    )
