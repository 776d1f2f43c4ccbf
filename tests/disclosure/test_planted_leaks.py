"""One small table per known way of giving a small number away; the audit must name the right attacker."""

from __future__ import annotations

import numpy as np
import pytest

from tests.disclosure.builders import hospitals, table_of
from tests.disclosure.cubes import small_policy
from tests.disclosure.systems import prepared
from workbench.disclosure import protect
from workbench.disclosure.audit import Verdict, audit
from workbench.disclosure.shown import shown_rows
from workbench.disclosure.suppress import Suppression
from workbench.disclosure.system import System
from workbench.disclosure.told import told_of
from workbench.indicators.table import IndicatorTable

Row = tuple[str, str, int, str]


def judge(table: IndicatorTable, withheld: set[Row], zeros: str = "show") -> Verdict:
    """The audit when exactly these rows are withheld (rows with the same number go together)."""
    ready = prepared(table, small_policy(zeros=zeros))
    return audit(ready.system, ready.targets, _numbers(ready.system, withheld))


def fooled(verdict: Verdict) -> set[str]:
    """The attackers for whom a demand cannot be met."""
    names = verdict.coverage.targets.attackers
    return {names[place] for place in verdict.unsafe.any(axis=(0, 2)).nonzero()[0].tolist()}


def _numbers(system: System, withheld: set[Row]):  # type: ignore[no-untyped-def]
    found = np.zeros(len(system.values), dtype=bool)
    for row, number in zip(system.shown, system.number.tolist(), strict=True):
        if tuple(row[:4]) in withheld or (row[0], row[1], 0, row[3]) in withheld:
            found[number] = True
    return found


def rows(hospital: str, *parts: str, indicator: str = "a", year: int = 0) -> set[Row]:
    return {(indicator, hospital, year, part) for part in parts}


TABLE = table_of(("a",), hospitals((3, 20), (9, 20), (8, 20), (7, 20)))


def test_a_small_number_in_plain_sight() -> None:
    assert "outsider" in fooled(judge(TABLE, set()))


def test_complement_gives_it_away() -> None:
    assert "outsider" in fooled(judge(TABLE, rows("h0", "k")))


def test_total_minus_the_others_gives_it_away() -> None:
    assert "outsider" in fooled(judge(TABLE, rows("h0", "k", "rest")))


def test_own_hospital_and_total_give_it_away_to_the_insider_only() -> None:
    found = fooled(judge(TABLE, rows("h0", "k", "rest") | rows("h1", "k", "rest")))
    assert found == {"h1"}


def test_a_third_hospital_protects() -> None:
    withheld = rows("h0", "k", "rest") | rows("h1", "k", "rest") | rows("h2", "k", "rest")
    assert judge(TABLE, withheld).safe


def test_a_shown_total_whose_rest_is_small_for_one_hospital() -> None:
    table = table_of(("a",), hospitals((30, 40), (1, 40), (2, 40)))
    small = rows("h1", "k", "rest") | rows("h2", "k", "rest")
    assert "h0" in fooled(judge(table, small))


def test_partners_too_small_to_stand_in() -> None:
    """Two withheld numbers that can only be 3 and 2, or close to it: exact values stay open, smallness does not."""
    table = table_of(("a",), hospitals((3, 20), (1, 20), (9, 20)))
    assert "outsider" in fooled(judge(table, rows("h0", "k", "rest") | rows("h1", "k", "rest")))


def test_difference_of_nested_indicators() -> None:
    stays = {
        (hospital, 2015, frozenset(flags.split())): count
        for hospital, counts in {"h0": (20, 2, 10), "h1": (20, 8, 10), "h2": (20, 9, 10)}.items()
        for flags, count in zip(("d30.n d90.n", "d30.n d90.n d90.k", "d30.n d90.n d90.k d30.k"), counts, strict=True)
    }
    table = table_of(("d30", "d90"), stays)
    assert prepared(table, small_policy(zeros="show")).primary.sum() == 0
    assert "outsider" in fooled(judge(table, set()))
    safe, _ = protect(table, small_policy(zeros="show"))
    both = [row["k"] for row in safe.rows.to_pylist() if row["hospital"] == "h0" and row["year"] == 2015]
    assert None in both


def test_denominators_of_nested_indicators() -> None:
    stays = {
        ("h0", 2015, frozenset({"all.n"})): 3,
        ("h0", 2015, frozenset({"all.n", "a.n"})): 20,
        ("h0", 2015, frozenset({"all.n", "a.n", "a.k"})): 20,
    }
    assert "outsider" in fooled(judge(table_of(("all", "a"), stays, plain=("all",)), set()))


def test_few_persons_behind_many_stays() -> None:
    persons = {("a", "h1", year, "k"): 4 for year in (0, 2015)}
    table = table_of(("a",), hospitals((30, 40), (9, 40), (20, 40)), persons=persons)
    rows_ = protect(table, small_policy()).safe.rows.to_pylist()
    assert [row["k"] for row in rows_ if row["hospital"] == "h1"] == [None, None]


def test_zero_is_small_only_under_the_literal_rule() -> None:
    table = table_of(("a",), hospitals((0, 40), (9, 40), (20, 40), (20, 40)))
    assert judge(table, set(), zeros="show").safe
    assert "outsider" in fooled(judge(table, set(), zeros="hide"))
    printed = {zeros: protect(table, small_policy(zeros=zeros)).safe.rows["k"] for zeros in ("show", "hide")}
    assert 0 in printed["show"].to_pylist()
    assert 0 not in printed["hide"].to_pylist()


def test_an_event_that_never_occurs_can_still_be_withheld() -> None:
    """Nobody knows beforehand that nobody died; the release must not have to say so."""
    table = table_of(("a",), hospitals((0, 40), (0, 40)))
    shown = protect(table, small_policy()).safe.rows
    assert set(shown["k"].to_pylist()) == set(shown["rest"].to_pylist()) == {None}
    assert None not in shown["n"].to_pylist()


@pytest.mark.parametrize("part", ["n", "k", "rest"])
def test_a_rate_needs_all_three_parts(part: str) -> None:
    """A percentage beside its denominator is the numerator."""
    stays = hospitals((30, 40), (20, 40))
    table = table_of(("a",), stays, adjusted=[("a", "h0", 2015, 25.0), ("a", "h1", 2015, 22.0)])
    system = prepared(table, small_policy()).system
    shown = shown_rows(table, told_of(table), system, _numbers(system, rows("h0", part)), {}).to_pylist()
    for row in shown:
        figures = {name: row[name] for name in ("rate", "rate_low", "rate_high")}
        assert all((value is None) == (row["hospital"] == "h0") for value in figures.values()), row
        assert row["withheld"] == (row["hospital"] == "h0")
        if row["hospital"] == "h0":
            assert row["expected"] is row["ratio"] is row["ratio_low"] is row["ratio_high"] is None


def test_every_kept_secondary_that_is_needed_is_missed() -> None:
    """Show withheld numbers of a real release again, one at a time: a primary always fails the audit."""
    table = table_of(("a",), hospitals((3, 20), (9, 20), (8, 20), (7, 20), (6, 30)))
    system, targets, primary, _ = prepared(table, small_policy())
    run = Suppression(system, targets, primary)
    run.withhold(lambda stage, done, total: None)
    run.show_again(lambda stage, done, total: None)
    assert audit(system, targets, run.hidden).safe
    for number in run.hidden.nonzero()[0].tolist():
        less = run.hidden.copy()
        less[number] = False
        assert not audit(system, targets, less).safe, number  # the clean-up left nothing to spare here
