"""A release of the demo's shape: six nested indicators, 12 hospitals, 3 years."""

from __future__ import annotations

import pytest

from tests.disclosure.builders import STROKE, stroke_table
from tests.disclosure.cubes import small_policy
from tests.disclosure.systems import prepared
from workbench.disclosure import Protection, protect, recheck
from workbench.indicators.table import IndicatorTable

TABLE = stroke_table(1)


@pytest.fixture(scope="module")
def release() -> Protection:
    return protect(TABLE, small_policy())


def exact(table: IndicatorTable) -> dict[tuple[str, str, int, str], int]:
    return {
        (row["indicator"], row["hospital"], row["year"], row["part"]): row["stays"] for row in table.counts.to_pylist()
    }


def test_shown_numbers_are_exact_and_none_is_small(release: Protection) -> None:
    truth, shown = exact(TABLE), 0
    for row in release.safe.rows.to_pylist():
        for part in ("n", "k", "rest"):
            if row[part] is not None:
                assert row[part] == truth[row["indicator"], row["hospital"], row["year"], part] >= 5
                shown += 1
    assert shown == release.safe.certificate.numbers - release.safe.certificate.withheld > 400


def test_every_row_is_there_once(release: Protection) -> None:
    keys = [(row["indicator"], row["hospital"], row["year"]) for row in release.safe.rows.to_pylist()]
    assert len(keys) == len(set(keys)) == len(STROKE) * 13 * 4
    assert keys[0] == ("deliveries", "ALL", 0)


def test_a_plain_count_has_no_numerator_and_is_not_called_withheld(release: Protection) -> None:
    for row in release.safe.rows.to_pylist():
        if row["indicator"] == "deliveries":
            assert row["k"] is row["rest"] is row["rate"] is None
            assert row["withheld"] == (row["n"] is None)


def test_the_totals_of_the_country_survive(release: Protection) -> None:
    """The cost is paid by hospital rows: the total over all years is shown for every indicator."""
    totals = [row for row in release.safe.rows.to_pylist() if (row["hospital"], row["year"]) == ("ALL", 0)]
    assert [row["withheld"] for row in totals] == [False] * len(STROKE)


def test_the_recheck_accepts_it(release: Protection) -> None:
    assert recheck.recheck(release.witnesses.published, release.witnesses.arrays) == []


def test_every_hospital_is_an_attacker_with_targets() -> None:
    targets = prepared(TABLE, small_policy()).targets
    assert len(targets.attackers) == 13
    assert targets.active.any(axis=1).all()
    assert (targets.minus >= 0).any()  # differences of nested numbers are among them


@pytest.mark.parametrize(("hospitals", "years"), [(1, 1), (1, 3), (2, 1), (3, 2)])
def test_other_shapes(hospitals: int, years: int) -> None:
    safe, witnesses = protect(stroke_table(5, hospitals, years, mean=30), small_policy())
    assert recheck.recheck(witnesses.published, witnesses.arrays) == []
    assert len(safe.rows) == len(STROKE) * (hospitals + 1) * (years + 1)
