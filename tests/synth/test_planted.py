"""Planted chances against what happened: every count lies within what its chances allow."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from tests.synth.conftest import Data
from workbench.synth.parameters import Parameters

# outcome, chance and whom it concerns, in the episodes of the answer key
PLANTED = [
    ("thrombolysed", "p_thrombolysis", "true"),
    ("antibiotics_7d", "p_antibiotics", "true"),
    ("anticoagulant_discharge", "p_anticoagulant_discharge", "alive_at_discharge"),
    ("died30", "p_died30", "true"),
    ("died90", "p_died90", "true"),
    ("aspiration_pneumonia", "p_aspiration_pneumonia", "true"),
    ("urinary_infection", "p_urinary_infection", "true"),
]


@pytest.mark.parametrize(("outcome", "chance", "whom"), PLANTED, ids=[row[0] for row in PLANTED])
def test_outcomes_follow_their_planted_chances(data: Data, outcome: str, chance: str, whom: str) -> None:
    sums = f"sum({outcome}::INTEGER), sum({chance}), sum({chance} * (1 - {chance})), count(*)"
    where = f"FROM key_episodes WHERE {chance} NOT NULL AND {whom}"
    seen, expected, variance, cases = data.rows(f"SELECT {sums} {where}")[0]
    assert cases > 500 and variance > 5
    assert abs(seen - expected) < 4 * math.sqrt(variance)
    for column in ("CODE_AGR", "kind", "year(admission)"):
        groups = data.rows(f"SELECT {sums} {where} GROUP BY {column} HAVING sum({chance} * (1 - {chance})) > 1")
        statistic = sum((k - e) ** 2 / v for k, e, v, _ in groups)
        assert statistic < stats.chi2.ppf(0.9999, len(groups)), column


def test_thrombolysis_has_the_sourced_mean_and_range(data: Data, parameters: Parameters) -> None:
    low, high = (parameters.number(f"stroke.thrombolysis.{name}") for name in ("lowest", "highest"))
    shares = [
        share for (share,) in data.rows("SELECT thrombolysis_share FROM key_hospital_effects WHERE flemish_recognised")
    ]
    assert all(low <= share <= high for share in shares)
    assert max(shares) > 4 * min(shares), "hospitals differ on purpose"
    mean = data.one("SELECT avg(p_thrombolysis) FROM key_episodes WHERE p_thrombolysis NOT NULL")
    assert mean == pytest.approx(parameters.number("stroke.thrombolysis.mean"), abs=0.025)


def test_product_and_services_are_billed_with_rates_of_their_own(data: Data, parameters: Parameters) -> None:
    """The proxy misses some thrombolyses and finds some that were none; the product is another draw."""
    planted = parameters["stroke.thrombolysis.in_bills"]
    strokes = "FROM key_stays WHERE kind = 'ischaemic' AND NOT arisen_in_hospital"
    for column, lysed, share in (
        ("thrombolysis_product", True, planted["product"]), ("thrombolysis_services", True, planted["services"]),
        ("thrombolysis_services", False, planted["services_otherwise"]), ("thrombolysis_product", False, 0),
    ):  # fmt: skip
        k, n = data.rows(f"SELECT count(*) FILTER ({column}), count(*) {strokes} AND thrombolysed = {lysed}")[0]
        assert abs(k - n * share) <= 4 * math.sqrt(n * share * (1 - share)) and n > 100, (column, lysed, k, n)
    both = "thrombolysed AND thrombolysis_product AND thrombolysis_services"
    k, n = data.rows(f"SELECT count(*) FILTER ({both}), count(*) FILTER (thrombolysed) {strokes}")[0]
    share = planted["product"] * planted["services"]
    assert abs(k - n * share) <= 4 * math.sqrt(n * share * (1 - share)), "one draw must say nothing of the other"


def test_the_mortality_model_is_the_one_in_the_file(data: Data, parameters: Parameters) -> None:
    model = parameters["stroke.mortality"]
    rows = data.rows(
        """SELECT age_at_admission, sex, charlson_score, kind, mortality_effect, p_died30, p_died90
        FROM key_episodes JOIN key_hospital_effects USING (CODE_AGR) WHERE p_died30 NOT NULL"""
    )
    for age, sex, charlson, kind, effect, p30, p90 in rows:
        logit = model["intercept"] + effect + model["per_10_years_over_70"] * (age - 70) / 10
        logit += model["man"] * (sex == "man") + model["per_charlson_point"] * charlson + model.get(kind, 0.0)
        assert p30 == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-9)
        assert p90 == pytest.approx(1 / (1 + math.exp(-logit - model["until_90"])), rel=1e-9)
        assert p30 < p90


def test_planted_chances_are_those_of_the_hospital(data: Data, parameters: Parameters) -> None:
    def moved(share: float, effect: float) -> float:
        return share and 1 / (1 + (1 / share - 1) * math.exp(-effect))

    rows = data.rows(
        """SELECT kind, af, aspiration_pneumonia OR urinary_infection, p_thrombolysis, h.thrombolysis_share,
            p_antibiotics, h.antibiotics_effect, p_anticoagulant_discharge, l.anticoagulants_effect,
            p_urinary_infection, h.urinary_infection_effect
        FROM key_episodes JOIN key_hospital_effects h USING (CODE_AGR)
        JOIN key_hospital_effects l ON l.CODE_AGR = last_code_agr"""
    )
    facts = parameters["stroke.anticoagulants"]
    healthy, infected = (parameters.number(f"stroke.antibiotics.{name}_infection") for name in ("without", "with"))
    for kind, af, acquired, lysis, share, antibiotics, effect_a, anticoagulant, effect_c, urinary, effect_u in rows:
        assert lysis is None or lysis == share
        base = infected if acquired else healthy
        # a pneumonia on admission counts as an infection too
        assert any(antibiotics == pytest.approx(moved(b, effect_a)) for b in {base, infected})
        due = {"af_only": "atrial_fibrillation_only", "haemorrhage": "haemorrhage"}.get(
            kind, "with_atrial_fibrillation" if af else "otherwise"
        )
        expected = 0.0 if kind == "haemorrhage" and not af else facts[due]
        assert anticoagulant is None or anticoagulant == pytest.approx(moved(expected, effect_c))
        if urinary:
            highest = parameters.number("stroke.infections.urinary_highest")
            sourced = parameters.number("stroke.infections.urinary")
            assert urinary == pytest.approx(min(highest, moved(sourced, effect_u)))


def test_ischaemic_mortality_is_near_the_sourced_figure(data: Data) -> None:
    assert data.one("SELECT avg(p_died30) FROM key_episodes WHERE kind = 'ischaemic'") == pytest.approx(0.086, abs=0.02)


def test_infection_raises_antibiotics(data: Data) -> None:
    rates = dict(
        data.rows(
            """SELECT aspiration_pneumonia OR urinary_infection, avg(antibiotics_7d::INTEGER)
            FROM key_episodes WHERE kind = 'ischaemic' GROUP BY 1"""
        )
    )
    assert rates[True] > 0.7 > 0.4 > rates[False] > 0.05


@pytest.mark.parametrize(
    ("query", "path", "cases"),
    [
        ("SELECT missing_insz FROM key_stays", "faults.missing_insz", 15_000),
        ("SELECT billing_lost FROM key_stays", "faults.billing_lost", 15_000),
        (
            "SELECT arisen_in_hospital FROM key_episodes WHERE kind <> 'af_only'",
            "stroke.arisen_in_hospital",
            500,
        ),
    ],
)
def test_faults_occur_at_their_rates(data: Data, parameters: Parameters, query: str, path: str, cases: int) -> None:
    column = query.split()[1]
    seen, n = data.rows(f"SELECT sum({column}::INTEGER), count(*) FROM ({query})")[0]
    p = parameters.number(path)
    assert n > cases
    # a person's stays share the missing number: allow for three times the variance of single draws
    assert abs(seen - n * p) < 4 * math.sqrt(3 * n * p * (1 - p))


def test_the_shares_of_stroke_kinds(data: Data, parameters: Parameters) -> None:
    weights = parameters["stroke.kinds"]
    seen = dict(data.rows("SELECT kind, count(*) FROM key_episodes WHERE kind <> 'af_only' GROUP BY 1"))
    total = sum(seen.values())
    expected = [weights[kind] / sum(weights.values()) * total for kind in seen]
    assert stats.chisquare(list(seen.values()), expected).pvalue > 0.0005


def test_enrichment_gives_hospitals_enough_strokes(data: Data) -> None:
    per_hospital_year = data.rows(
        """SELECT count(*) / 3 FROM key_episodes
        WHERE flemish_recognised AND kind <> 'af_only' AND main_stroke
            AND year(discharge) BETWEEN 2017 AND 2019 GROUP BY CODE_AGR"""
    )
    assert len(per_hospital_year) == 10
    assert data.manifest.factor > 1 and f"{data.manifest.factor:.2f} times" in data.manifest.enrichment


def test_some_strokes_concern_minors(data: Data) -> None:
    assert data.one("SELECT count(*) FROM key_episodes WHERE age_at_admission < 18 AND kind <> 'af_only'") > 0


def test_billing_lines_are_repeated_now_and_then(data: Data) -> None:
    rows = data.one("SELECT count(*) FROM HEALTH")
    repeated = rows - data.one("SELECT count(*) FROM (SELECT DISTINCT * FROM HEALTH)")
    assert 0 < repeated / rows < 0.05
