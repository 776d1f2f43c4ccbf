"""Where a person's tumours come from: the rates of the registry, the conditions of the person, a hospital stay."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pyarrow as pa

from workbench.synth.parameters import by_age
from workbench.synth.scenario import Scenario
from workbench.synth.stays import all_mains

# Where a tumour comes from, and so its place among those of a person: `tid` = 8 pid + place.
DRAWN, KNOWN, SECOND, THIRD, ADMITTED = range(5)
_OLDEST = 106
DEPARTED = 1 << 40  # beyond every person


def rate_table(scenario: Scenario) -> pa.Table:
    """Expected breast tumours of one living person up to the end of each registry year, by year of birth and sex.

    `cumulated`: of the person itself. `departed`: of its contemporaries who died of anything else before the window,
    by year of the tumour and of the death, as `pairs` lists them.
    """
    p = scenario.parameters
    first, last = int(p["breast.years.first"]), int(p["breast.years.last"])
    enriched, window = scenario.factor_of("breast-clinics"), scenario.first_day.year
    facts, part = p["population.deaths.yearly"], (scenario.first_day - datetime.date(window, 1, 1)).days / 365

    def lived(year: int) -> float:
        return part if year == window else 1.0

    rows: list[dict[str, Any]] = []
    for born in range(window - _OLDEST, window + 1):
        for sex, factor in ((1, p.number("breast.men")), (2, 1.0)):
            who, reached, lost, cumulated, departed = ("men", "women")[sex - 1], 0.0, 0.0, [], []
            rates = {
                year: by_age(p["breast.incidence"], max(year - born, 0)) / 1e5 * factor * enriched
                for year in range(first, last + 1)
            }
            for rate in rates.values():
                reached += rate
                cumulated.append(reached)
            for year, death in pairs(scenario):
                # for one who lives: how many more there were when the year of death began than when it ended
                alive = [
                    math.exp(sum(by_age(facts, max(past - born, 0), who) * lived(past) for past in years))
                    for years in (range(death, window + 1), range(death + 1, window + 1))
                ]
                # in the year of the tumour itself only half of the deaths come after it
                lost += rates[year] * (alive[0] - alive[1]) * (0.5 if year == death else 1.0)
                departed.append(lost)
            rows.append({"born": born, "sex": sex, "cumulated": cumulated, "departed": departed})
    return pa.Table.from_pylist(rows)


def pairs(scenario: Scenario) -> list[tuple[int, int]]:
    """Year of a tumour and of a later death before the window, every possible one."""
    first, window = int(scenario.parameters["breast.years.first"]), scenario.first_day.year
    return [(year, death) for year in range(first, window + 1) for death in range(year, window + 1)]


def first_tumours(scenario: Scenario) -> str:
    """SQL for (pid, place, site, incidence): drawn by rate, known by a condition, or found at an admission."""
    p, person = scenario.parameters, scenario.person
    first = int(p["breast.years.first"])
    since = datetime.date(int(p["breast.known_first_year"]), 1, 1)
    before, earlier = (scenario.first_day - since).days, (since - datetime.date(first, 1, 1)).days
    condition = _condition(scenario)
    sites = " ".join(f"WHEN '{code}' THEN '{site}'" for code, site in p["breast.known_conditions"].items())
    found = {code: main_place(scenario, code) for code in p["breast.admitted_with"]}
    by_main = " ".join(
        f"WHEN {found[code]} THEN {{'site': '{site}', 'code': '{code}', 'place': {ADMITTED + n}}}"
        for n, (code, site) in enumerate(p["breast.admitted_with"].items())
    )
    return f"""
        SELECT pid, {DRAWN} AS place, 'C50' AS site,
            make_date({first} + len(list_filter(cumulated, lambda reached: reached <= drawn))::INTEGER, 1, 1)
                + {person.below("pid", "tumour day", 365)} AS incidence
        FROM (
            SELECT persons.pid, cumulated, -ln(1 - {person.uniform("persons.pid", "breast tumour")}) AS drawn
            FROM persons JOIN rates ON born = year(birth) AND rates.sex = persons.sex
        ) WHERE drawn < cumulated[-1]
        UNION ALL
        SELECT pid, {DRAWN}, 'C50', incidence FROM departed
        UNION ALL
        SELECT pid, {KNOWN}, CASE {condition} {sites} END,
            CASE {condition} WHEN 'C50919' THEN DATE '{since}' - 1 - {person.below("pid", "known since", earlier)}
                ELSE DATE '{since}' + {person.below("pid", "known since", before)} END
        FROM persons WHERE {condition} IN ({_listed(p["breast.known_conditions"])})
            AND CASE {condition} WHEN 'C50919' THEN sex = 2 WHEN 'C61' THEN sex = 1 ELSE true END
            AND birth < DATE '{since}' - INTERVAL 20 YEAR
        UNION ALL
        SELECT pid, new.place, new.site, adm - {person.below("pid", "found before", 20)}
        FROM (
            SELECT pid, adm, sid, CASE main {by_main} END AS new FROM plan
            WHERE main IN ({", ".join(map(str, found.values()))}) AND NOT af_main
        ) JOIN (SELECT pid, {condition} AS known FROM persons) USING (pid)
        WHERE known IS DISTINCT FROM new.code
        QUALIFY row_number() OVER (PARTITION BY pid, new.place ORDER BY adm, sid) = 1
    """


def departed_query(scenario: Scenario) -> str:
    """Rows of persons with a breast tumour who died of anything else before the window: (pid, arr, sex, birth, insz,
    incidence, died).

    Only the registry knows them. Each is drawn as a contemporary of a living person: the same day of birth, and a
    serial 500 higher, which nobody living has.
    """
    person = scenario.person
    listed = ", ".join(f"{{'tumour': {year}, 'death': {death}}}" for year, death in pairs(scenario))
    before = "len(list_filter(departed, lambda reached: reached <= drawn))"
    born_2000 = "CASE WHEN birth >= DATE '2000-01-01' THEN 2000000000 ELSE 0 END"
    day = person.below("pid", "departed day", 365)
    end = f"least(make_date(years.death, 12, 31), DATE '{scenario.first_day}' - 1)"
    start = "make_date(years.death, 1, 1)"
    last = f"{start} + {person.below('pid', 'departed after', f'{end} - {start} + 1')}"
    rest = f"({end} - incidence)"
    same_year = f"incidence + {person.below('pid', 'departed after', f'{rest} + 1')}"
    return f"""
        SELECT pid + {DEPARTED} AS pid, arr, sex, birth, base * 100 + 97 - (base + {born_2000}) % 97 AS insz,
            incidence, CASE WHEN years.tumour = years.death THEN {same_year} ELSE {last} END::DATE AS died
        FROM (
            SELECT *, insz // 100 + 500 AS base, make_date(years.tumour, 1, 1) + {day} AS incidence
            FROM (
                SELECT *, ([{listed}])[1 + {before}::INTEGER] AS years
                FROM (
                    SELECT persons.*, departed, -ln(1 - {person.uniform("persons.pid", "departed")}) AS drawn
                    FROM persons JOIN rates ON born = year(birth) AND rates.sex = persons.sex
                ) WHERE drawn < departed[-1] AND insz // 100 % 1000 < 498
            )
        ) WHERE incidence > birth AND incidence < DATE '{scenario.first_day}'
    """


def _condition(scenario: Scenario) -> str:
    """SQL for the code of the cancer among a person's conditions; empty without one."""
    groups = scenario.parameters["comorbidities.groups"]
    bit = next(place for place, one in enumerate(groups) if one["group"] == 14)
    code = scenario.person.of("pid", "group 14", groups[bit]["codes"])
    return f"(CASE WHEN (mask >> {bit}) & 1 = 1 THEN {code} END)"


def main_place(scenario: Scenario, code: str) -> int:
    """The place of a code in the list of main diagnoses."""
    return next(place for place, one in enumerate(all_mains(scenario.parameters)) if one["code"] == code)


def _listed(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)
