"""The margins of the population against the counts it was drawn from."""

from __future__ import annotations

import collections

import pytest
from scipy import stats

from tests.synth.conftest import PERSONS, Data
from workbench.synth.cells import age_range
from workbench.synth.parameters import Parameters
from workbench.synth.scenario import make_scenario

FIRST_DAY = "DATE '2016-12-01'"


def test_provinces_sexes_and_ages_follow_the_counts(data: Data, parameters: Parameters) -> None:
    scenario = make_scenario(parameters, PERSONS, 1, None)
    counts = parameters.margin("population.margins.by_province")
    total = sum(int(row["POPULATION"]) for row in counts)
    province = {r["ARRD_REFNIS"]: r["PROV_REFNIS"] for r in parameters.margin("population.margins.by_arrondissement")}
    seen: collections.Counter[tuple[str, str, int]] = collections.Counter()
    query = f"""SELECT arrondissement, sex, date_sub('year', birth_date, {FIRST_DAY}) AS age, count(*)
        FROM key_persons GROUP BY ALL"""
    for place, sex, age, number in data.rows(query):
        seen[province[place], {"man": "M", "woman": "F"}[sex], age] += number
    statistic, cells = 0.0, 0
    for row in counts:
        low, high = age_range(scenario, row["AGE5"])
        found = sum(seen[row["PROV_REFNIS"], row["SEX"], age] for age in range(low, high + 1))
        expected = int(row["POPULATION"]) / total * PERSONS
        if expected >= 5:
            statistic, cells = statistic + (found - expected) ** 2 / expected, cells + 1
            assert abs(found - expected) < 5 * expected**0.5 + 1, row
    assert cells > 350
    assert sum(seen.values()) == PERSONS
    assert statistic < stats.chi2.ppf(0.999, cells)


def test_arrondissements_follow_the_counts(data: Data, parameters: Parameters) -> None:
    counts = {r["ARRD_REFNIS"]: int(r["POPULATION"]) for r in parameters.margin("population.margins.by_arrondissement")}
    found = dict(data.rows("SELECT arrondissement, count(*) FROM key_persons GROUP BY 1"))
    for place, number in counts.items():
        expected = number / sum(counts.values()) * PERSONS
        assert abs(found[place] - expected) < 25, place


def test_birthdays_are_spread_over_the_year_in_every_region(data: Data) -> None:
    months = data.rows("SELECT month(birth_date), count(*) FROM key_persons GROUP BY 1 ORDER BY 1")
    days = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    expected = [PERSONS * d / 365.25 for d in days]
    assert stats.chisquare([n for _, n in months], expected).pvalue > 0.001
    winter = """SELECT avg((month(birth_date) <= 6)::INTEGER), count(*) FROM key_persons
        GROUP BY substr(arrondissement, 1, 1)"""
    for share, persons in data.rows(winter):
        assert abs(share - 181.25 / 365.25) < 4 * 0.5 / persons**0.5


def test_deaths_are_about_as_many_as_in_belgium(data: Data) -> None:
    yearly = data.one("SELECT count(*) FROM key_persons WHERE death_date BETWEEN '2017-01-01' AND '2019-12-31'") / 3
    assert 0.007 < yearly / PERSONS < 0.015, "about 9.5 per 1,000, and more where strokes are enriched"


def test_atrial_fibrillation_is_as_frequent_as_screening_found(data: Data) -> None:
    share = data.one(
        f"""SELECT avg(atrial_fibrillation::INTEGER) FROM key_persons
        WHERE birth_date <= {FIRST_DAY} - INTERVAL 40 YEAR"""
    )
    assert share == pytest.approx(0.022, abs=0.006), "domain-facts K55: 2.2 % from 40 years on"


def test_most_persons_do_not_match_the_study(data: Data) -> None:
    selected = data.one("SELECT count(DISTINCT INSZ) FROM key_episodes")
    assert 0.02 < selected / PERSONS < 0.15
