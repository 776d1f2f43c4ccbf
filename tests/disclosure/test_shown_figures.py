"""Rates and ratios against independent implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson
from statsmodels.stats.proportion import proportion_confint

from workbench.disclosure.figures import exact_ratio, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 5), (5, 5), (5, 10), (7, 93), (1200, 18550)])
def test_wilson_equals_statsmodels(k: int, n: int) -> None:
    rate, low, high = wilson(np.array([float(k)]), np.array([float(n)]))
    wanted = proportion_confint(k, n, alpha=0.05, method="wilson")
    assert rate[0] == k / n
    np.testing.assert_allclose([low[0], high[0]], wanted, atol=1e-12)
    assert 0 <= low[0] <= rate[0] <= high[0] <= 1


@pytest.mark.parametrize(("observed", "expected"), [(5, 7.3), (10, 10.0), (48, 31.5), (0, 2.0)])
def test_exact_ratio_by_its_definition(observed: int, expected: float) -> None:
    """At the ends of the interval the observed count is just 2.5% likely, by the Poisson law itself."""
    ratio, low, high = exact_ratio(np.array([float(observed)]), np.array([expected]))
    assert ratio[0] == observed / expected
    assert poisson.cdf(observed, high[0] * expected) == pytest.approx(0.025)
    if observed:
        assert poisson.sf(observed - 1, low[0] * expected) == pytest.approx(0.025)
    else:
        assert low[0] == 0


def test_what_is_not_known_gives_no_figure() -> None:
    nan = np.nan
    for made in (
        *wilson(np.array([nan, 3.0, 0.0]), np.array([9.0, nan, 0.0])),
        *exact_ratio(np.array([nan, 3, 3]), np.array([2, nan, 0])),
    ):
        assert np.isnan(made).all()
