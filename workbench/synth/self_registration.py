"""The two sets of stroke times that hospitals registered themselves: no number of a person or a stay is in them."""

from __future__ import annotations

import math

from workbench.synth.scenario import Scenario


def self_registration_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of STROKE_2020 and STROKE_2022: stays in hospitals that Flanders recognises."""
    p, stay = scenario.parameters, scenario.stay
    screened = stay.chance("sid", "swallowing", p.number("selfreg.swallowing"))
    excluded = stay.chance("sid", "benchmark", p.number("selfreg.excluded"))
    imported = stay.chance("sid", "sits", p.number("selfreg.sits"))
    both = "year(dis)::SMALLINT AS Jaar, leg > 0 AS Doorverwijzing, arisen AS InZiekenhuis"
    return {
        "STROKE_2020": f"""SELECT code_agr AS CODE_AGR, {both}, {_door_to_needle(scenario)} AS DeurNaaldTijd,
                {_stroke_to_door(scenario)} AS BeroerteTijd, {screened} AS Slikscreening
            FROM ({_selected(scenario, "first_set")})""",
        "STROKE_2022": f"""SELECT code_agr AS ERK, {both}, {_door_to_needle(scenario)} AS DeurNaaldTijd,
                lysed AND NOT {excluded} AS Inclusie, lysed AND {imported} AS SITS
            FROM ({_selected(scenario, "second_set")})""",
    }


def _selected(scenario: Scenario, set_: str) -> str:
    p = scenario.parameters
    first, last = p[f"selfreg.years.{set_}"]
    kinds = ", ".join(f"'{kind}'" for kind in p[f"selfreg.kinds.{set_}"])
    return f"""SELECT care.*, code_agr FROM care JOIN hospitals ON hospitals.number = hospital
        WHERE flemish AND event AND kind IN ({kinds}) AND year(dis) BETWEEN {first} AND {last}
            AND year(adm) - year(birth) >= {int(p["selfreg.adult"])} AND (main_stroke OR arisen)"""


def _door_to_needle(scenario: Scenario) -> str:
    """SQL for the minutes to the thrombolytic; empty without one."""
    p = scenario.parameters
    facts = p["selfreg.door_to_needle"]
    own = _normal(scenario, "hospital + 1", "hospital time")
    logarithm = f"""{math.log(facts["median"])} + {facts["sigma"]} * {_normal(scenario, "sid", "needle")}
        + {p.number("selfreg.hospitals_differ")} * {own}
        + CASE WHEN arisen THEN {math.log(p.number("selfreg.in_hospital"))} ELSE 0 END"""
    return f"CASE WHEN lysed THEN least({facts['most']}, greatest(5, floor(exp({logarithm}))))::SMALLINT END"


def _stroke_to_door(scenario: Scenario) -> str:
    """SQL for the minutes from the stroke to the admission; empty when its moment is not known."""
    facts = scenario.parameters["selfreg.stroke_to_door"]
    known = scenario.stay.chance("sid", "moment known", facts["known"])
    logarithm = f"{math.log(facts['median'])} + {facts['sigma']} * {_normal(scenario, 'sid', 'onset')}"
    minutes = f"least({facts['most']}, greatest(10, floor(exp({logarithm}))))::SMALLINT"
    return f"CASE WHEN {known} AND NOT arisen THEN {minutes} END"


def _normal(scenario: Scenario, identifier: str, stream: str) -> str:
    """SQL for a standard normal number."""
    u, v = (scenario.stay.uniform(identifier, f"{stream} {part}") for part in ("radius", "angle"))
    return f"(sqrt(-2 * ln(1 - {u})) * cos({2 * math.pi} * {v}))"
