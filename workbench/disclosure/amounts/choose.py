"""Which figures are shown: those of a large enough group, less those from which a small group could be summed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.amounts.bounds import AMOUNT, Failure, Pool, audit
from workbench.disclosure.amounts.pieces import Pieces, Row
from workbench.disclosure.amounts.policy import AmountRule
from workbench.disclosure.rows import Bools, Floats
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS


@dataclass(frozen=True)
class Choice:
    """shown: rows of the new release. why: of each of its other rows why it is withheld, for the confidential report.
    pool: the witnesses that nothing shown gives anything away."""

    shown: tuple[Row, ...]
    why: dict[Row, str]
    pool: Pool


def fault_of(amounts: Floats, rule: AmountRule) -> str:
    """Why a mean over what these persons contribute may not be shown; empty when it may. Largest first.

    Who contributes nothing hides nobody: a total of 4 over 200 persons says that at most four have any.
    """
    total = float(amounts.sum())
    if len(amounts) < rule.contributors:
        return f"fewer than {rule.contributors} persons"
    if 0 < np.count_nonzero(amounts) < rule.contributors:
        return f"fewer than {rule.contributors} persons with any amount"
    if total <= 0:
        return "a total of nothing tells that everybody has nothing"
    if total - amounts[:2].sum() < rule.p * amounts[0]:
        return f"the second largest contribution tells the largest to within {rule.p:.0%}"
    if amounts[: rule.largest].sum() > rule.share * total:
        return f"the {rule.largest} largest contributions make more than {rule.share:.0%} of the total"
    return ""


def choose(
    pieces: Pieces,
    settled: Sequence[Row],
    wanted: Collection[Row],
    views: Bools,
    names: Sequence[str],
    rule: AmountRule,
    why: dict[Row, str],
    label: Callable[[Row], str],
) -> Choice:
    """Withhold rows of `wanted` until no view (A, F) can sum up a group of too few people.

    settled: rows that earlier releases show. The row that goes is the finest, then the smallest, of those in the sum
    that gives a group away: totals are worth most to a reader.
    Raises Refused, with the sum, when earlier releases alone give one away.
    """
    shown, why, people = list(wanted), dict(why), pieces.measures[0]
    pool = Pool()
    while True:
        rows = [*settled, *shown]
        failures = audit(pieces, rows, views, rule, pool)
        if not failures:
            return Choice(tuple(shown), why, pool)
        for failure in failures:
            used = [rows[place] for _, place in failure.terms]
            mine = [row for row in used if row.release == pieces.present.shape[0] - 1]
            if any(row not in shown for row in mine):
                continue  # an other failure took one of them away already
            told = sentence(failure, rows, pieces, names, label)
            if not mine:
                raise Refused(f"earlier releases give this away already, so nothing is published: {told}")
            gone = min(mine, key=lambda row: (_level(row), people[pieces.mask(row)].sum(), row))
            shown.remove(gone)
            why[gone] = told


def _level(row: Row) -> int:
    """The higher, the more a reader loses with it."""
    return 2 * (row.hospital == ALL_HOSPITALS) + (row.year == ALL_YEARS)


def sentence(
    failure: Failure, rows: Sequence[Row], pieces: Pieces, names: Sequence[str], label: Callable[[Row], str]
) -> str:
    """Who could work out what, and by which sum, as a reader can do it."""
    truth = pieces.measures[failure.measure]
    words: list[str] = []
    for factor, place in sorted(failure.terms, key=lambda term: -term[0]):
        times = "" if abs(abs(factor) - 1) < 1e-6 else f"{abs(factor):g} x "
        sign = "- " if factor < 0 else ("+ " if words else "")
        words.append(f"{sign}{times}{truth[pieces.mask(rows[place])].sum():g} [{label(rows[place])}]")
    where = f"{pieces.hospital[failure.piece]}, {int(pieces.year[failure.piece])}"
    what = "a total" if failure.measure == AMOUNT else "the persons"
    own = f", less what {names[failure.view]} knows" if failure.view else ""
    return (
        f"{names[failure.view]} could work out {what} of a group with {where}: {' '.join(words) or '0'}{own}: "
        f"at most {failure.most:g}, where {failure.need:g} is needed"
    )
