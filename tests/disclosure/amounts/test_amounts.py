"""Means and quantiles: no group that shown totals add up to is too small, or outweighed by one or two persons."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from tests.disclosure.amounts.builders import World, amounts_table, policy, random_world
from tests.disclosure.amounts.oracle import given_away
from workbench.disclosure import Told, protect, told_again
from workbench.disclosure.amounts.bounds import Pool, audit
from workbench.disclosure.amounts.choose import fault_of
from workbench.disclosure.amounts.pieces import Row, pieces_of
from workbench.disclosure.amounts.recheck import recheck_amounts
from workbench.disclosure.amounts.told import amounts_again
from workbench.disclosure.amounts.tries import attack_amounts
from workbench.disclosure.release import Protection
from workbench.errors import Refused
from workbench.indicators.table import IndicatorTable

RULE = policy().amounts
assert RULE is not None
# With the figures of the catalogue every break of the p% rule breaks the N-K rule too; so each also rules alone here.
RULES = (
    {"p": 0.1, "largest": 2, "share": 0.9},
    {"p": 0.6, "largest": 1, "share": 0.99},
    {"p": 0.01, "largest": 1, "share": 0.6},
)
MANY = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]
Shown = set[tuple[str, int]]


def shown(made: Protection, name: str = "cost") -> Shown:
    """Hospital and year of the means that a release shows."""
    rows = made.safe.rows.to_pylist()
    return {(row["hospital"], row["year"]) for row in rows if row["indicator"] == name and row["mean"] is not None}


def later(made: Protection, number: int = 1) -> Told:
    """A release as the next one sees it."""
    amounts = made.witnesses.amounts
    assert amounts is not None
    told = told_again(made.witnesses.arrays, made.witnesses.published, number)
    return replace(told, amounts=amounts_again(amounts.arrays, amounts.text, number))


def fooled(world: World, rows: Shown, known: tuple[str, ...] = ()) -> bool:
    """Whether showing exactly these means gives a group away to who knows these hospitals."""
    pieces = pieces_of([{cell: np.array(sorted(some, reverse=True)) for cell, some in world.items()}])
    views = np.array([[hospital in known for hospital in pieces.hospital]])
    assert RULE is not None
    return bool(audit(pieces, [Row(0, *row) for row in sorted(rows)], views, RULE, Pool()))


@pytest.mark.parametrize("seed", range(60))
def test_no_group_of_shown_totals_is_small(seed: int) -> None:
    """Every subset of hospital years, for the outsider and each hospital, against what `protect` shows."""
    random = np.random.default_rng(seed)
    world = random_world(random)
    if not any(world.values()):
        world = {("h0", 2017): MANY}
    rule = RULES[seed % 3]
    made = protect(amounts_table({"cost": world}), policy(**rule))
    rows = [frozenset(cell for cell in world if h in ("ALL", cell[0]) and y in (0, cell[1])) for h, y in shown(made)]
    hospitals = sorted({h for h, _ in world})
    for known in ([], *([h] for h in hospitals if len(hospitals) > 1)):
        mine = [cell for cell in world if cell[0] in known]
        assert not given_away(dict(world), rows, mine, 3, **rule), (seed, known)


@pytest.mark.parametrize("seed", range(40))
def test_verdict_is_never_kinder_than_the_list_of_groups(seed: int) -> None:
    """Any choice of shown means: what the list finds, the audit finds; and it lets through some that are fine."""
    random = np.random.default_rng(1000 + seed)
    world = {cell: some for cell, some in random_world(random).items() if some} or {("h0", 2017): MANY}
    places = [(h, y) for h in ("ALL", *{one for one, _ in world}) for y in (0, *{one for _, one in world})]
    rows = {place for place in places if random.random() < 0.6}
    cells = [frozenset(cell for cell in world if h in ("ALL", cell[0]) and y in (0, cell[1])) for h, y in rows]
    if given_away(dict(world), [one for one in cells if one], [], 3, 0.1, 2, 0.9):
        assert fooled(world, rows)


@pytest.mark.parametrize(
    ("rule", "fine", "wrong"),
    [
        ({"p": 0.5, "largest": 1, "share": 0.999}, [60.0, 30, 20, 10], [60.0, 30, 20, 9]),
        ({"p": 0.001, "largest": 1, "share": 0.5}, [60.0, 30, 20, 10], [61.0, 30, 20, 10]),
        ({"p": 0.001, "largest": 2, "share": 0.75}, [60.0, 30, 20, 10], [60.0, 31, 20, 10]),
        ({"p": 0.001, "contributors": 4, "share": 0.99}, [60.0, 30, 20, 10], [60.0, 30, 30]),
    ],
)
def test_each_rule_decides_alone(rule: dict[str, float], fine: list[float], wrong: list[float]) -> None:
    """For a group that is shown, and for the same group as what is left of a total."""
    chosen = policy(**rule).amounts
    assert chosen is not None
    for amounts, bad in ((fine, False), (wrong, True)):
        assert bool(fault_of(np.array(amounts), chosen)) == bad
        alone = protect(amounts_table({"cost": {("h0", 2017): amounts}}), policy(**rule))
        assert bool(shown(alone)) != bad
        world = {("h0", 2017): amounts, **{(f"h{n}", 2017): [9.0] * 40 for n in (1, 2)}}
        pieces = pieces_of([{cell: np.array(sorted(some, reverse=True)) for cell, some in world.items()}])
        left = [Row(0, "ALL", 2017), Row(0, "h1", 2017), Row(0, "h2", 2017)]
        assert bool(audit(pieces, left, np.zeros((1, 3), dtype=bool), chosen, Pool())) == bad


def test_what_is_fine_is_shown() -> None:
    world = {(h, y): MANY for h in ("h0", "h1", "h2") for y in (2017, 2018)}
    made = protect(amounts_table({"cost": world}), policy())
    assert len(shown(made)) == 12
    row = next(one for one in made.safe.rows.to_pylist() if one["hospital"] == "h0" and one["year"] == 2017)
    assert (row["mean"], row["q1"], row["median"], row["q3"]) == (12.5, 11.25, 12.5, 13.75)
    assert not row["withheld"]
    assert made.safe.certificate.amounts["numbers"] == 12


def test_planted_leaks() -> None:
    """One world per way of giving somebody away; each is found, and its harmless neighbour is not."""
    three = {("h0", 2017): MANY, ("h1", 2017): MANY, ("h2", 2017): [7.0, 8.0]}
    total, each = {("ALL", 2017)}, {("h0", 2017), ("h1", 2017)}
    assert fooled(three, total | each)  # the total minus the others: two people
    assert not fooled(three, total | {("h0", 2017)})
    assert fooled(three, total | {("h0", 2017)}, known=("h1",))  # own hospital and total
    assert fooled({("h0", 2017): [90.0, 5, 2, 1]}, {("h0", 2017)})  # the second largest knows the largest
    assert not fooled({("h0", 2017): [60.0, 30, 20, 10]}, {("h0", 2017)})
    assert fooled({("h0", 2017): [50.0, 50, 10]}, {("h0", 2017)})  # two make more than nine tenths
    assert fooled({("h0", 2017): [0.0, 0, 0, 0], ("h1", 2017): MANY}, {("h0", 2017)})  # nothing: nobody has anything
    square = {(h, y): [5.0, 6.0] for h in ("h0", "h1") for y in (2017, 2018)} | {("h2", y): MANY for y in (2017, 2018)}
    margins = {("ALL", 2017), ("ALL", 2018), ("h2", 2017), ("h2", 2018), ("h0", 0), ("h1", 0)}
    assert not fooled(square, margins)
    assert fooled(square, margins | {("h0", 2017)})  # one cell opens the three others


def test_a_late_amount_is_not_shown_by_the_difference_of_two_releases() -> None:
    world = {("h0", 2017): MANY, ("h1", 2017): MANY, ("h2", 2017): MANY}
    first = protect(amounts_table({"cost": world}), policy())
    assert shown(first) >= {("h0", 2017), ("ALL", 2017)}
    same = protect(amounts_table({"cost": world}), policy(), earlier=[later(first)])
    assert shown(same) == shown(first)
    two_more = amounts_table({"cost": world | {("h0", 2017): [*MANY, 17.0, 18.0]}})
    second = protect(two_more, policy(), earlier=[later(first)])
    counted = {(row["hospital"], row["year"]) for row in second.safe.rows.to_pylist() if row["n"] is not None}
    assert ("h0", 2017) in counted  # the policy of the test lets two be counted
    assert not shown(second) & {("h0", 2017), ("h0", 0), ("ALL", 2017), ("ALL", 0)}
    assert ("h1", 2017) in shown(second)
    amounts = second.witnesses.amounts
    assert amounts is not None
    assert "8 [cost, h0, 2017] - 6 [cost, h0, all years, release 1]: at most 2" in amounts.why["cost", "h0", 2017]
    many = protect(
        amounts_table({"cost": world | {("h0", 2017): [*MANY, *MANY, *MANY]}}), policy(), earlier=[later(first)]
    )
    assert ("h0", 2017) in shown(many)  # six and more came: no one of them is told


def test_insider_of_the_only_other_hospital() -> None:
    made = protect(amounts_table({"cost": {("h0", 2017): [7.0, 8.0, 9.0], ("h1", 2017): [80.0, 6.0]}}), policy())
    assert not shown(made) & {("ALL", 0), ("ALL", 2017), ("h1", 2017)}


def test_who_registered_a_year_is_an_attacker() -> None:
    """Two years of one hospital beside another: who registered the large year must not get at the small one."""
    world = {("h0", 2017): MANY, ("h0", 2018): [5.0, 6.0], ("h1", 2017): MANY, ("h1", 2018): MANY}
    made = protect(amounts_table({"cost": world}), policy(), registered=[("h0", frozenset({2017}))])
    assert ("h0", 0) not in shown(made)


def test_few_persons_behind_many_stays() -> None:
    """Amounts are counted per person: six stays of two persons are two contributions."""
    base = amounts_table({"cost": {("h0", 2017): [30.0, 40.0], ("h1", 2017): MANY}})
    rows = base.spreads.to_pylist()
    for row in rows:
        if row["hospital"] == "h0":
            row |= {"n": 6, "mean": 70 / 6}
        if row["hospital"] == "ALL":
            row |= {"n": 12, "mean": (70 + sum(MANY)) / 12}
    spreads = type(base.spreads).from_pylist(rows, schema=base.spreads.schema)
    assert ("h0", 2017) not in shown(protect(replace(base, spreads=spreads), policy()))


def test_no_figure_without_its_count() -> None:
    world = {("h0", 2017): MANY, ("h1", 2017): MANY, ("h2", 2017): [5.0, 6.0, 7.0, 8.0]}
    made = protect(amounts_table({"cost": world}), policy(threshold=5))
    for row in made.safe.rows.to_pylist():
        assert row["n"] is not None or row["mean"] is None
        assert row["withheld"] == (row["n"] is None or row["mean"] is None)


@pytest.mark.parametrize(("persons", "seen"), [(3, ""), (4, ""), (9, ""), (10, "m"), (19, "m"), (20, "mq")])
def test_quantiles_need_people_on_either_side(persons: int, seen: str) -> None:
    made = protect(amounts_table({"cost": {("h0", 2017): [10.0 + n for n in range(persons)]}}), policy(beside=5))
    (row,) = [one for one in made.safe.rows.to_pylist() if one["hospital"] == "h0" and one["year"] == 2017]
    assert row["mean"] is not None
    assert ("m" if row["median"] is not None else "") + ("q" if row["q1"] is not None else "") == seen


def _two(overlap: int) -> IndicatorTable:
    both = {frozenset({"cost", "some"}): {("h0", 2017): overlap}} if overlap else None
    return amounts_table({"cost": {("h0", 2017): [*MANY, 9.0]}, "some": {("h0", 2017): MANY}}, both)


def test_two_indicators_of_one_amount() -> None:
    assert shown(protect(_two(0), policy()), "some")
    with pytest.raises(Refused, match="cost and some add up the same amounts"):
        protect(_two(6), policy())
    first = protect(amounts_table({"cost": {("h0", 2017): [*MANY, 9.0]}}), policy())
    with pytest.raises(Refused, match="release 1 shows cost"):
        protect(amounts_table({"some": {("h0", 2017): MANY}}), policy(), earlier=[later(first)])


def test_refusals() -> None:
    table = amounts_table({"cost": {("h0", 2017): MANY}})
    with pytest.raises(Refused, match="no part 'amounts'"):
        protect(table, policy().model_copy(update={"amounts": None}))
    with pytest.raises(Refused, match="below zero"):
        protect(amounts_table({"cost": {("h0", 2017): [*MANY, -1.0]}}), policy())
    rows = table.spreads.to_pylist()
    rows[0]["mean"] += 1
    with pytest.raises(Refused, match="the figures say a total"):
        protect(replace(table, spreads=type(table.spreads).from_pylist(rows, schema=table.spreads.schema)), policy())


def test_recheck_finds_what_was_added() -> None:
    """A figure shown again, a witness changed, an attacker left out, a quantile too many: each is a fault."""
    world = {("h0", 2017): MANY, ("h1", 2017): MANY, ("h2", 2017): [7.0, 8.0, 2.0], ("h3", 2017): [1.0, 90.0, 4.0]}
    made = protect(amounts_table({"cost": world}), policy())
    amounts = made.witnesses.amounts
    assert amounts is not None
    assert recheck_amounts(amounts.text, amounts.arrays) == []
    hidden = next(row for row in made.safe.rows.to_pylist() if row["mean"] is None)
    truth = [
        x
        for (h, y), some in world.items()
        for x in some
        if hidden["hospital"] in ("ALL", h) and hidden["year"] in (0, y)
    ]
    key = f"cost,{hidden['hospital']},{hidden['year']},{len(truth)}"
    assert recheck_amounts(f"{amounts.text}{key},{np.mean(truth)!r},,,\n", amounts.arrays)
    assert recheck_amounts(amounts.text.replace("12.5", "12.4", 1), amounts.arrays)
    assert recheck_amounts(amounts.text, {**amounts.arrays, "0.views": amounts.arrays["0.views"][:-1],
                                          "0.known": amounts.arrays["0.known"][:-1]})  # fmt: skip
    assert recheck_amounts(amounts.text, {**amounts.arrays, "0.amount": amounts.arrays["0.amount"] * 2})
    if len(amounts.arrays["0.change"]):
        assert recheck_amounts(amounts.text, {**amounts.arrays, "0.change": amounts.arrays["0.change"] * 3})
    rows = list(csv.DictReader(io.StringIO(amounts.text)))
    assert {(row["hospital"], int(row["year"])) for row in rows} == shown(made)


def test_the_attack_learns_nothing_from_a_release_and_something_from_a_leak() -> None:
    world = {("h0", 2017): MANY, ("h1", 2017): MANY, ("h2", 2017): [7.0, 8.0]}
    made = protect(amounts_table({"cost": world}), policy())
    amounts = made.witnesses.amounts
    assert amounts is not None
    tries = attack_amounts(amounts.text, amounts.arrays)
    assert {one.attacker for one in tries} == {"outsider", "h0", "h1", "h2"}
    assert all(one.groups and not one.learned for one in tries if one.attacker == "outsider")
    total = sum(map(sum, world.values()))
    rows = [f"cost,{h},0,6,12.5,,," for h in ("h0", "h1")] + [f"cost,ALL,0,14,{total / 14!r},,,"]
    leak = "\n".join(["indicator,hospital,year,n,mean,q1,median,q3", *rows])
    found = {one.attacker: one for one in attack_amounts(leak, amounts.arrays)}
    assert found["outsider"].learned == 1
    assert found["outsider"].target == "h2, 2017"
    assert found["outsider"].persons == pytest.approx(2)
    assert found["outsider"].over == pytest.approx(0, abs=1e-9)
    assert found["h2"].learned == 0


@pytest.mark.parametrize(("some", "bad"), [([2.0, 1, 1], True), ([2.0, 1, 1, 1, 1], False)])
def test_a_total_of_few_tells_how_many_have_any(some: list[float], bad: bool) -> None:
    """200 persons with four visits together: at most four have any. Neither printed, nor total minus the others."""
    world = {("h0", 2017): [*some, *[0.0] * 195], **{(f"h{n}", 2017): [9.0] * 40 for n in (1, 2)}}
    rule = policy(contributors=5)
    assert bool(shown(protect(amounts_table({"cost": {("h0", 2017): world["h0", 2017]}}), rule))) != bad
    told = {hospital for hospital, _ in shown(protect(amounts_table({"cost": world}), rule))}
    assert ({"h1", "h2", "ALL"} <= told) != bad and ("h0" in told) != bad
