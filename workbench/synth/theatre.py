"""THEATRE of the hospitals' own software, and T13 of Finhosta: what the operating theatres did and what they cost."""

from __future__ import annotations

import math

from workbench.synth.scenario import Scenario
from workbench.synth.stays import staynum


def theatre_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of THEATRE and T13."""
    return {"THEATRE": _theatre(scenario), "T13": _t13(scenario)}


def _theatre(scenario: Scenario) -> str:
    """One row per procedure in the theatre and material used, as the hospital's own patient number system knows it."""
    p, stay = scenario.parameters, scenario.stay
    materials, most = p["theatre.materials"], int(p["theatre.most_materials"])
    names = "[" + ", ".join(f"'{one['name']}'" for one in materials) + "]"
    prices = "[" + ", ".join(str(one["euro"]) for one in materials) + "]"
    sleep = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in p["theatre.sleep"].items())
    first = stay.below("sid * 8 + n", "material", len(materials))
    used = stay.below("sid * 8 + n", "materials", most)
    number = stay.below("(sid * 8 + n) * 8 + i", "number of material", 3)
    return f"""
        SELECT code_agr AS CODE_AGR, CASE WHEN NOT missing_insz THEN lpad(insz::VARCHAR, 11, '0') END AS INSZ,
            {staynum("sid")} AS HOSNR, year(day)::SMALLINT AS YEAR_THEATRE,
            lpad((minute // 60)::VARCHAR, 2, '0') || ':' || lpad((minute % 60)::VARCHAR, 2, '0') AS PROCEDURE_TIME,
            day AS PROCEDURE_DATE, spec AS SPECIALTY, substr(code, 1, 4) AS PROCEDURE_TYPE,
            CASE anaesthesia {sleep} END AS ANAESTHESIA_TYPE, ({names})[1 + which] AS MATERIAL, number AS NUMBER,
            (({prices})[1 + which] * number)::DECIMAL(10,2) AS AMOUNT
        FROM (
            SELECT *, (first + i) % {len(materials)} AS which, 1 + {number} AS number
            FROM (
                SELECT procedures.*, code_agr, insz, missing_insz, spec, {first} AS first,
                    unnest(range(1 + {used})) AS i
                FROM procedures JOIN stays USING (sid) JOIN hospitals ON hospitals.number = hospital
                JOIN (SELECT main, spec FROM main_list) USING (main)
                WHERE theatre
            )
        )
    """


def _t13(scenario: Scenario) -> str:
    """One amount per hospital, year, cost centre and item: the hospital's size with a draw round it."""
    p = scenario.parameters
    listed = [
        (centre, item, float(euro))
        for centre, items in p["theatre.cost_centres"].items()
        for item, euro in items.items()
    ]
    costs = ", ".join(f"({place}, '{centre}', '{item}', {euro})" for place, (centre, item, euro) in enumerate(listed))
    volumes = ", ".join(f"({h.number}, {h.volume})" for h in scenario.hospitals)
    years = ", ".join(f"({year})" for year in range(scenario.first_day.year, _last_year(scenario) + 1))
    cell = "(hospitals.number * 100 + year - 2000) * 100 + place + 1"
    u, v = scenario.stay.uniform(cell, "cost"), scenario.stay.uniform(cell, "cost again")
    normal = f"sqrt(-2 * ln(1 - {u})) * cos({2 * math.pi} * {v})"
    return f"""
        SELECT '{p["theatre.record_type"]}' AS RECORD_TYPE_CD, code_agr AS SENDER_CD, year::SMALLINT AS YEAR,
            '1' AS PERIOD_CD, centre AS COST_CENTRE, item AS ITEM,
            (euro * volume * exp({p.number("theatre.spread")} * {normal}))::DECIMAL(10,2) AS VALUE
        FROM hospitals JOIN (VALUES {volumes}) AS sizes(number, volume) USING (number)
        CROSS JOIN (VALUES {years}) AS years(year) CROSS JOIN (VALUES {costs}) AS costs(place, centre, item, euro)
    """


def _last_year(scenario: Scenario) -> int:
    return scenario.first_day.year + scenario.days // 365
