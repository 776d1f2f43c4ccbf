"""A second release is audited together with the first: what changed, or what is shown again, gives nothing away."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.builders import hospitals, table_of
from tests.disclosure.cubes import small_policy
from tests.disclosure.systems import prepared
from workbench.disclosure import Protection, Told, hash_of, load_witnesses, protect, recheck, told_again
from workbench.disclosure.audit import audit
from workbench.disclosure.judge import judge, merged
from workbench.disclosure.system import Key
from workbench.disclosure.told import told_of
from workbench.disclosure.tries import attack
from workbench.errors import Refused

POLICY = small_policy()


BEFORE = hospitals((3, 20), (9, 20), (8, 20), (7, 20), (30, 40))
TABLE = table_of(("a",), BEFORE)
MADE = protect(TABLE, POLICY)
FIRST = told_again(MADE.witnesses.arrays, MADE.witnesses.published, 1)


def test_the_same_table_again_shows_nothing_more_than_is_safe() -> None:
    second = protect(TABLE, POLICY, earlier=[FIRST])
    assert recheck.recheck(second.witnesses.published, second.witnesses.arrays) == []
    assert dict(second.safe.certificate.earlier) == {1: MADE.safe.certificate.rows_sha256}
    assert second.safe.rows.equals(MADE.safe.rows)


def test_a_secondary_shown_again_is_a_leak() -> None:
    """Release 2 may not show what release 1 withheld to protect another number."""
    ready = prepared(TABLE, POLICY, [FIRST])
    system = ready.system
    only_small = (ready.primary | ~system.named) & ~system.settled
    assert (system.earlier & ~only_small).any()
    assert not audit(system, ready.targets, only_small).safe
    judged = judge([FIRST, told_of(TABLE)], POLICY)
    assert judged.verdict.safe


def _told(made: Protection) -> Told:
    return told_again(made.witnesses.arrays, made.witnesses.published, 1)


def test_late_stays_are_a_small_number() -> None:
    """A total that grows by two says that two came late: it is withheld, though both totals are large."""
    later = dict(BEFORE)
    later["h4", 2015, frozenset({"a.n", "a.k"})] += 2
    rows = protect(table_of(("a",), later), POLICY, earlier=[FIRST]).safe.rows.to_pylist()
    shown = {(row["hospital"], row["year"]): (row["n"], row["k"]) for row in rows}
    assert FIRST.shown[("a", "h4", 2015, "n", 1)] == 70  # type: ignore[index]
    assert shown["h4", 2015] == (None, None)
    assert shown["ALL", 2015] == (None, None)


def test_many_late_stays_are_not() -> None:
    later = dict(BEFORE)
    later["h4", 2015, frozenset({"a.n", "a.k"})] += 20
    rows = protect(table_of(("a",), later), POLICY, earlier=[FIRST]).safe.rows.to_pylist()
    assert {row["n"] for row in rows if row["hospital"] == "h4"} == {90}


def test_a_new_year_leaves_the_old_ones_protected() -> None:
    later = BEFORE | hospitals((4, 20), (9, 22), (8, 21), (7, 20), (31, 40), year=2016)
    made = protect(table_of(("a",), later), POLICY, earlier=[FIRST])
    assert recheck.recheck(made.witnesses.published, made.witnesses.arrays) == []
    third = protect(
        table_of(("a",), later | hospitals((5, 20), (6, 22), (8, 21), (7, 20), (3, 40), year=2017)),
        POLICY,
        earlier=[FIRST, told_again(made.witnesses.arrays, made.witnesses.published, 2)],
    )
    assert recheck.recheck(third.witnesses.published, third.witnesses.arrays) == []
    assert len(third.safe.certificate.earlier) == 2


def test_a_correction_that_would_reveal_is_refused_with_cell_attacker_and_sum() -> None:
    """The first release shows a total; once all but a small part of it is known to be moved, nothing can hide it."""
    loose = small_policy(2)
    table = table_of(("a",), hospitals((3, 20), (30, 20)))
    first = protect(table, loose)
    told = told_again(first.witnesses.arrays, first.witnesses.published, 1)
    corrected = table_of(("a",), hospitals((3, 20), (30, 19)))
    with pytest.raises(Refused, match="nothing is published") as refusal:
        protect(corrected, POLICY, earlier=[told])
    text = str(refusal.value)
    assert re.search(r"could work out that a \(\w+\), \w+, (2015|all years).* is at (most|least) \d+: ", text), text
    assert re.search(r"\[a \(\w+\), \w+, (2015|all years), release 1\]", text), text


def test_an_indicator_more_or_fewer_is_still_the_same_stays() -> None:
    both = {}
    for (hospital, year, on), count in BEFORE.items():
        both[hospital, year, on | {"b.n"}] = count // 2
        both[hospital, year, on | {"b.n", "b.k"}] = count - count // 2
    wide = protect(table_of(("a", "b"), both), POLICY, earlier=[FIRST])
    assert recheck.recheck(wide.witnesses.published, wide.witnesses.arrays) == []
    told = told_again(wide.witnesses.arrays, wide.witnesses.published, 2)
    narrow = protect(TABLE, POLICY, earlier=[FIRST, told])
    assert recheck.recheck(narrow.witnesses.published, narrow.witnesses.arrays) == []


def test_an_earlier_release_that_contradicts_its_cells_refuses() -> None:
    wrong = FIRST.published(1, FIRST.text.replace(",70,", ",71,"))
    with pytest.raises(Refused, match="release 1 shows 71"):
        protect(TABLE, POLICY, earlier=[wrong])


def test_what_was_told_survives_the_file(tmp_path: Path) -> None:
    MADE.witnesses.save(tmp_path)
    arrays, text = load_witnesses(tmp_path)
    assert hash_of(arrays) == MADE.safe.certificate.witnesses_sha256
    again = told_again(arrays, text, 1)
    assert np.array_equal(again.cells, FIRST.cells) and again.shown == FIRST.shown and again.persons == FIRST.persons
    assert judge([merged(again, ())], POLICY).counts()[2] == MADE.safe.certificate.withheld


def test_merging_hospitals_counts_the_same_stays() -> None:
    one = merged(FIRST, [("h0", "h1")])
    assert one.hospitals == ("h0+h1", "h2", "h3", "h4") and one.cells.sum() == FIRST.cells.sum()
    assert judge([one], POLICY).counts()[2] < MADE.safe.certificate.withheld
    with pytest.raises(Refused, match="no classes of one sort here"):
        merged(FIRST, [("h0", "2015")])


def test_merging_all_that_there_is_counts_the_persons_of_the_margin() -> None:
    """Persons with stays in both years: as one year they are the persons of all years, not those of the larger one."""
    stays = {("h0", year, frozenset({"a.n"})): 20 for year in (2015, 2016)} | {("h1", 2015, frozenset({"a.n"})): 30}
    people = {("a", "h0", 2015, "n"): 15, ("a", "h0", 2016, "n"): 14, ("a", "h0", 0, "n"): 18}
    one = merged(told_of(table_of(("a",), stays, plain=("a",), persons=people)), [("2015", "2016")])
    assert one.persons[Key("a", "h0", 2015, "n")] == one.persons[Key("a", "h0", 0, "n")] == 18
    assert judge([one], POLICY).verdict.safe


def test_hospitals_together_know_more() -> None:
    table = table_of(("a",), hospitals((3, 20), (9, 20), (8, 20), (30, 40)))
    apart, together = (protect(table, small_policy(together=pair)) for pair in ((), (("h1", "h2"),)))
    assert "h1 + h2" in together.safe.certificate.verdicts and "h1 + h2" not in apart.safe.certificate.verdicts
    shown = {key[:4] for key, value in _told(apart).shown.items() if value is not None}
    ready = prepared(table, small_policy(together=(("h1", "h2"),)))
    keys = zip(ready.system.shown, ready.system.number.tolist(), strict=True)
    hidden = np.ones(len(ready.system.values), dtype=bool)
    hidden[[number for key, number in keys if key[:4] in shown]] = False
    unsafe = audit(ready.system, ready.targets, hidden).unsafe.any(axis=(0, 2))
    assert [name for name, bad in zip(ready.targets.attackers, unsafe, strict=True) if bad] == ["h1 + h2"]
    with pytest.raises(Refused, match="h9 has none here"):
        protect(table, small_policy(together=(("h1", "h9"),)))


def test_the_release_survives_its_own_attack() -> None:
    tries = {one.attacker: one for one in attack(MADE.witnesses.published, MADE.witnesses.arrays)}
    assert set(tries) == set(MADE.safe.certificate.verdicts)
    for one in tries.values():
        assert one.learned == 0
        if one.secrets:
            assert one.lp_low <= one.low and one.high <= one.lp_high and one.high - one.low >= POLICY.threshold
    numbers = re.findall(r"(-? ?)(?:[\d.]+ x )?(\d+) \[", tries["outsider"].sum)
    total = sum(-int(value) if sign.strip() else int(value) for sign, value in numbers)
    assert tries["outsider"].sum.endswith(f"= {total}")  # the printed sum adds up


def test_an_attack_on_a_certificate_without_witnesses_finds_what_leaks() -> None:
    arrays = {name: array for name, array in MADE.witnesses.arrays.items()}
    for name in ("witness", "cell", "change"):
        arrays[name] = arrays[name][:0]
    assert sum(one.learned for one in attack(MADE.witnesses.published, arrays)) > 0
