"""The product's indicators against the answer key: equal cell for cell, and what was planted comes back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from tests.indicators.oracle import episodes, oracle_counts
from tests.synth.conftest import CATALOG
from tests.whole.conftest import Whole
from workbench.indicators import Cell
from workbench.synth.parameters import read_parameters

KEYS = ["indicator", "hospital", "year", "part"]
# indicator -> (planted probability of the numerator, as written in the answer key; billing must not be lost?)
PLANTED = {
    "ivt": ("p_thrombolysis", True),
    "ivt_direct": ("p_thrombolysis", True),
    "aspiration_pneumonia": ("p_aspiration_pneumonia", False),
    "urinary_infection": ("p_urinary_infection", False),
    "anticoagulants": ("p_anticoagulant_discharge", False),
    "mortality30": ("p_died30", False),
    "mortality90": ("p_died90", False),
}


def test_every_count_equals_the_answer_key(whole: Whole) -> None:
    ours = whole.table.counts.to_pandas()
    ours = ours[ours["stays"] > 0].set_index(KEYS).sort_index()
    theirs = oracle_counts(whole.answer_key).set_index(KEYS).sort_index()
    assert len(theirs) > 500, "an empty answer key would agree with anything"
    pd.testing.assert_frame_equal(ours, theirs.astype("int64"), check_like=True, check_index_type=False)


def test_cells_add_up_to_the_counts(whole: Whole) -> None:
    table = whole.table
    cells = table.cells.to_pandas()
    counts = table.counts.to_pandas().set_index(KEYS)["stays"]
    for indicator in table.indicators:
        inside = cells[cells[f"{indicator}.n"]]
        assert counts[indicator, "ALL", 0, "n"] == inside["stays"].sum()
        for (hospital, year), group in inside.groupby(["hospital", "year"]):
            assert counts[indicator, hospital, year, "n"] == group["stays"].sum()


@pytest.fixture(scope="module")
def planted(whole: Whole) -> pd.DataFrame:
    """Episodes in the denominators with what was planted for them."""
    return (
        episodes(whole.answer_key)
        .execute(
            f"""SELECT e.CODE_AGR AS hospital, e.ischaemic, e.stroke, e.af, e.left_alive, k.*
        FROM episodes AS e JOIN read_parquet('{whole.answer_key}/episodes.parquet') AS k
            ON k.CODE_AGR = e.CODE_AGR AND k.STAYNUM = e.STAYNUM WHERE e.first"""
        )
        .df()
    )


@pytest.mark.parametrize("indicator", PLANTED)
def test_planted_rates_lie_in_the_intervals_of_what_is_measured(
    whole: Whole, planted: pd.DataFrame, indicator: str
) -> None:
    name, needs_billing = PLANTED[indicator]
    inside = planted["stroke"] if indicator.startswith("mortality") else planted["ischaemic"]
    if indicator == "anticoagulants":
        inside &= planted["af"] & planted["left_alive"]
    chosen = planted[inside & planted[name].notna()]
    counts = whole.table.counts.to_pandas().set_index(KEYS)["stays"]
    hospitals = ["ALL", *sorted(chosen["hospital"].unique())]
    assert len(hospitals) > 8
    bills = read_parameters(CATALOG)["stroke.thrombolysis.in_bills"]
    level = norm.sf(3.9) * 2  # eleven hospitals by four indicators: a miss by chance once in 200 suites
    for hospital in hospitals:
        rows = chosen if hospital == "ALL" else chosen[chosen["hospital"] == hospital]
        seen = 1 - rows["billing_lost"].mean() if needs_billing else 1.0
        k, n = counts.get((indicator, hospital, 0, "k"), 0), counts[indicator, hospital, 0, "n"]
        low, high = proportion_confint(k, n, alpha=level, method="wilson")
        planted_share = rows[name].mean()
        if indicator == "ivt":  # the proxy misses some and finds some that were none
            planted_share = planted_share * bills["services"] + (1 - planted_share) * bills["services_otherwise"]
        elif indicator == "ivt_direct":
            planted_share *= bills["product"]
        assert low <= planted_share * seen <= high, f"{indicator} {hospital}: {k}/{n}"


def test_how_well_the_proxy_of_thrombolysis_does(whole: Whole) -> None:
    """Sensitivity and specificity of every hospital and year equal the answer key, and lie where they were planted."""
    con = episodes(whole.answer_key)
    cells = con.execute(
        """SELECT coalesce(CODE_AGR, 'ALL'), coalesce(jaar, 0), lysed_directly,
            count(*) FILTER (lysed_by_proxy), count(*)
        FROM episodes WHERE first AND ischaemic GROUP BY GROUPING SETS (
            (lysed_directly), (CODE_AGR, lysed_directly), (jaar, lysed_directly), (CODE_AGR, jaar, lysed_directly))"""
    ).fetchall()
    expected = {
        (hospital, year, "sensitivity" if seen else "specificity"): (k if seen else n - k, n)
        for hospital, year, seen, k, n in cells
    }
    found = {
        (one.cell.hospital, one.cell.year, one.statistic): (one.k, one.n)
        for one in whole.computed.results
        if one.indicator == "ivt" and one.statistic in ("sensitivity", "specificity") and not one.cell.stratum and one.n
    }
    assert found == expected and len(found) > 50
    (lysed, missed, extra) = con.execute(
        """SELECT avg(really_lysed::INT), avg((really_lysed AND NOT lysed_directly)::INT),
            avg((lysed_directly AND NOT really_lysed)::INT) FROM episodes WHERE first AND ischaemic"""
    ).fetchall()[0]
    assert extra == 0 and 0 < missed < lysed / 10, "what is seen directly was done, and not all that was done is seen"
    results = {one.statistic: one for one in whole.computed.results if one.indicator == "ivt" and one.cell == Cell()}
    assert 0.85 < results["sensitivity"].value < 0.95 and 0.95 < results["specificity"].value < 0.985


def test_planted_differences_between_hospitals_are_seen(whole: Whole) -> None:
    effects = pd.read_parquet(whole.answer_key / "hospital_effects.parquet").set_index("CODE_AGR")
    counts = whole.table.counts.to_pandas().set_index(KEYS)["stays"]
    expected = whole.table.adjusted.to_pandas().set_index(["indicator", "hospital", "year"])["expected"]
    hospitals = [h for h in effects.index if ("ivt", h, 0, "n") in counts.index]
    ivt = [counts.get(("ivt", h, 0, "k"), 0) / counts["ivt", h, 0, "n"] for h in hospitals]
    assert np.corrcoef(ivt, effects.loc[hospitals, "thrombolysis_share"])[0, 1] > 0.8
    ratio = [np.log(counts["mortality90", h, 0, "k"] / expected["mortality90", h, 0]) for h in hospitals]
    assert np.corrcoef(ratio, effects.loc[hospitals, "mortality_effect"])[0, 1] > 0.6


@pytest.mark.parametrize("indicator", ["mortality30", "mortality90"])
def test_planted_effects_of_hospitals_lie_in_the_intervals_of_the_model(whole: Whole, indicator: str) -> None:
    """Calibration itself takes hundreds of worlds (test_calibration.py); here nearly all of eleven must hold theirs."""
    effects = pd.read_parquet(whole.answer_key / "hospital_effects.parquet").set_index("CODE_AGR")["mortality_effect"]
    found = {
        one.cell.hospital: one
        for one in whole.computed.results
        if one.indicator == indicator and one.statistic == "odds ratio"
    }
    assert len(found) > 8
    planted = np.exp(effects[list(found)] - effects[list(found)].mean())
    held = [one.low <= planted[name] <= one.high for name, one in found.items()]  # type: ignore[operator]
    assert sum(held) >= len(held) - 2


def test_linked_share_is_all_but_those_without_identifier(whole: Whole) -> None:
    ledger = whole.run.ledger
    selected, linked = ledger.rows("mzg_base", "stay"), ledger.rows("analysis", "stay")
    stays = pd.read_parquet(whole.answer_key / "stays.parquet", columns=["missing_insz"])
    assert selected and linked and 0.98 < linked / selected < 1
    assert 0.001 < stays["missing_insz"].mean() < 0.02
