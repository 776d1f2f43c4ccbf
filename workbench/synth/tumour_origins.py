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
_DEPARTED = 1 << 40  # beyond every person


def rate_table(scenario: Scenario) -> pa.Table:
    """Expected breast tumours of one living person up to the end of each registry year, by year of birth and sex.

    `cumulated`: of the person itself; years before the window are thinned by the survival up to it, and by the
    tumours that conditions already give. `departed`: those of the person's contemporaries who died before the window,
    of the tumour or of anything else.
    """
    p = scenario.parameters
    first, last = int(p["breast.years.first"]), int(p["breast.years.last"])
    enriched = scenario.factor_of("breast-clinics")
    survival, known = p.number("breast.survival_per_year"), p.number("breast.known_share")
    rows: list[dict[str, Any]] = []
    for born in range(scenario.first_day.year - _OLDEST, scenario.first_day.year + 1):
        for sex, factor in ((1, p.number("breast.men")), (2, 1.0)):
            who, reached, lost, cumulated, departed = ("men", "women")[sex - 1], 0.0, 0.0, [], []
            for year in range(first, last + 1):
                before = max(scenario.first_day.year - year, 0)
                rate = by_age(p["breast.incidence"], max(year - born, 0)) / 1e5 * factor * enriched
                by_condition = int(p["breast.known_first_year"]) <= year <= scenario.first_day.year and sex == 2
                given = known if by_condition else 0.0
                reached += rate * math.pow(survival, before) * (1 - given)
                lived = math.prod(
                    1 - by_age(p["population.deaths.yearly"], max(past - born, 0), who)
                    for past in range(year, scenario.first_day.year)
                )
                lost += rate * (1 / lived - math.pow(survival, before)) if before else 0.0
                cumulated.append(reached)
                departed.append(lost)
            rows.append({"born": born, "sex": sex, "cumulated": cumulated, "departed": departed})
    return pa.Table.from_pylist(rows)


def first_tumours(scenario: Scenario) -> str:
    """SQL for (pid, place, site, incidence): drawn by rate, known by a condition, or found at an admission."""
    p, person = scenario.parameters, scenario.person
    first = int(p["breast.years.first"])
    since = datetime.date(int(p["breast.known_first_year"]), 1, 1)
    before = (scenario.first_day - since).days
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
        SELECT pid, {KNOWN}, CASE {condition} {sites} END, DATE '{since}' + {person.below("pid", "known since", before)}
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
    """Rows of persons with a breast tumour who died before the window: (pid, arr, sex, birth, insz, incidence, died).

    Only the registry knows them, and only when years before the window are made. Each is drawn as a contemporary of
    a living person: the same day of birth, and a serial 500 higher, which nobody living has.
    """
    p, person = scenario.parameters, scenario.person
    first = int(p["breast.years.first"])
    day = f"make_date({first} + len(list_filter(departed, lambda reached: reached <= drawn))::INTEGER, 1, 1)"
    born_2000 = "CASE WHEN birth >= DATE '2000-01-01' THEN 2000000000 ELSE 0 END"
    rest = person.below("pid", "departed after", f"DATE '{scenario.first_day}' - incidence - 1")
    return f"""
        SELECT pid + {_DEPARTED} AS pid, arr, sex, birth, base * 100 + 97 - (base + {born_2000}) % 97 AS insz,
            incidence, incidence + 1 + {rest} AS died
        FROM (
            SELECT *, insz // 100 + 500 AS base, {day} + {person.below("pid", "departed day", 365)} AS incidence
            FROM (
                SELECT persons.*, departed, -ln(1 - {person.uniform("persons.pid", "departed")}) AS drawn
                FROM persons JOIN rates ON born = year(birth) AND rates.sex = persons.sex
            ) WHERE drawn < departed[-1] AND insz // 100 % 1000 < 498
        ) WHERE {scenario.first_year is not None} AND incidence < DATE '{scenario.first_day}' - 1
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
