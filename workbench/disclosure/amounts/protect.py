"""From exact means and quantiles to those that are shown, with their witnesses; called by `protect` only."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from workbench.disclosure.amounts.choose import Choice, choose, fault_of
from workbench.disclosure.amounts.pieces import Cell, Pieces, Row, every_row, pieces_of
from workbench.disclosure.amounts.policy import AmountRule
from workbench.disclosure.amounts.recheck import recheck_amounts
from workbench.disclosure.amounts.told import FIGURES, HEAD, Amounts
from workbench.disclosure.arrays import Arrays, hash_of
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rows import Bools, Floats
from workbench.disclosure.views import views_of
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, IndicatorTable

Key = tuple[str, str, int]  # indicator, hospital, year
Registered = tuple[tuple[str, frozenset[int]], ...]


@dataclass(frozen=True)
class Protected:
    """figures: what is shown of mean, q1, median and q3 by key. arrays: the confidential half. text: what is shown, as
    CSV. numbers, withheld: how many groups have figures, and how many of them show none."""

    figures: Mapping[Key, Mapping[str, float | None]]
    arrays: Arrays
    text: str
    numbers: int
    withheld: int
    why: Mapping[Key, str]

    def certified(self) -> dict[str, int | str]:
        """The public half."""
        text = hashlib.sha256(self.text.encode()).hexdigest()
        return {"numbers": self.numbers, "withheld": self.withheld, "rows_sha256": text,
                "witnesses_sha256": hash_of(self.arrays)}  # fmt: skip


def protect_amounts(
    table: IndicatorTable,
    policy: SmallCellPolicy,
    counted: Collection[Key],
    earlier: Sequence[Amounts],
    registered: Iterable[tuple[str, frozenset[int]]],
    salt: bytes,
) -> Protected | None:
    """Protect the figures of amounts; None when the table has none and no earlier release showed any.

    counted: the groups whose count is shown: without it no figure is.
    Raises Refused when the amounts contradict the figures, fall below zero, can be subtracted from those of another
    indicator, when the solver fails, or when the independent re-check finds a fault.
    """
    held, exact, distinct = _given(table)
    if not held:
        return None
    rule = policy.amounts
    if rule is None:
        raise Refused(f"the policy {policy.id} has no part 'amounts', so nothing can be said of {', '.join(held)}")
    _check_subtraction(table, held, earlier)
    hospitals = tuple(sorted({*table.cells["hospital"].to_pylist(), *_hospitals(earlier), *_hospitals([held])}))
    releases = [*earlier, Amounts(0, held, table.amount_of)]
    arrays: Arrays = _head(releases, hospitals, rule, salt)
    figures: dict[Key, Mapping[str, float | None]] = {}
    why: dict[Key, str] = {}
    numbers, known_by = 0, tuple(registered)
    for place, name in enumerate(held):
        pieces = pieces_of([one.held.get(name, {}) for one in releases])
        names, views = _views(pieces, hospitals, policy, known_by)
        rows = [row for row in every_row(held[name], len(earlier)) if (name, row.hospital, row.year) in exact]
        faults = {row: _fault(distinct[name, row.hospital, row.year], (name, row.hospital, row.year) in counted, rule)
                  for row in rows}  # fmt: skip
        settled = [Row(k, *cell) for k, one in enumerate(earlier) for cell in sorted(one.shown.get(name, ()))]
        made = choose(
            pieces, settled, [row for row in rows if not faults[row]], views, names, rule,
            {row: fault for row, fault in faults.items() if fault},
            partial(_label, name, releases),
        )  # fmt: skip
        numbers += len(rows)
        why |= {(name, row.hospital, row.year): text for row, text in made.why.items()}
        for row in made.shown:
            key = name, row.hospital, row.year
            figures[key] = _quantiles(exact[key], len(distinct[key]), rule)
        arrays |= _kept(place, pieces, hospitals, names, views, made)
    text = _text(figures, exact)
    faults_found = recheck_amounts(text, arrays)
    if faults_found:
        raise Refused(f"the independent re-check of amounts found {len(faults_found)} faults: {faults_found[0]}")
    return Protected(figures, arrays, text, numbers, numbers - len(figures), why)


def _given(
    table: IndicatorTable,
) -> tuple[dict[str, dict[Cell, Floats]], dict[Key, dict[str, float]], dict[Key, Floats]]:
    """What each person contributes per hospital year; the exact figures; what each person contributes per group."""
    exact = {(row["indicator"], row["hospital"], row["year"]): row for row in table.spreads.to_pylist()}
    frame = table.amounts.to_pandas()
    if len(frame) and frame["amount"].min() < 0:
        raise Refused("an amount is below zero: what a total gives away is worked out for amounts from 0 on")
    held: dict[str, dict[Cell, Floats]] = {}
    distinct: dict[Key, Floats] = {}
    for name, rows in frame.groupby("indicator", sort=True):
        held[str(name)] = {
            (str(hospital), int(year)): _falling(cell["amount"])
            for (hospital, year), cell in rows.groupby(["hospital", "year"])
        }
        for by in ([], ["hospital"], ["year"], ["hospital", "year"]):
            people = rows.groupby([*by, "person"], as_index=False)["amount"].sum()
            for values, cell in people.groupby(by) if by else [((), people)]:
                place = dict(zip(by, values, strict=True))
                key = (str(name), str(place.get("hospital", ALL_HOSPITALS)), int(place.get("year", ALL_YEARS)))
                distinct[key] = _falling(cell["amount"])
    for key, row in exact.items():
        total = float(distinct.get(key, np.zeros(0)).sum())
        if abs(row["n"] * row["mean"] - total) > 1e-6 * max(abs(total), 1.0):
            raise Refused(f"the figures say a total of {row['n'] * row['mean']:g} for {key}, the amounts say {total:g}")
    return held, exact, distinct


def _falling(values: object) -> Floats:
    falling: Floats = np.sort(np.asarray(values, dtype=float))[::-1]
    return falling


def _label(name: str, releases: Sequence[Amounts], row: Row) -> str:
    number = releases[row.release].number
    return f"{name}, {row.hospital}, {row.year or 'all years'}" + (f", release {number}" if number else "")


def _fault(amounts: Floats, counted: bool, rule: AmountRule) -> str:
    return fault_of(amounts, rule) if counted else "its count is withheld"


def _quantiles(row: Mapping[str, float], persons: int, rule: AmountRule) -> dict[str, float | None]:
    """The mean, and the quantiles with enough persons on either side."""
    enough = {"mean": True, "median": persons >= 2 * rule.beside, "q1": persons >= 4 * rule.beside}
    enough["q3"] = enough["q1"]
    return {name: float(row[name]) if enough[name] else None for name in FIGURES}


def _check_subtraction(table: IndicatorTable, held: Mapping[str, object], earlier: Sequence[Amounts]) -> None:
    """Two figures about the same amounts of overlapping groups differ by those of the rest, which nobody judged."""
    for name in held:
        alike = [other for other in held if other > name and table.amount_of[other] == table.amount_of[name]]
        for other in alike:
            both = np.asarray(table.cells[f"{name}.n"]) & np.asarray(table.cells[f"{other}.n"])
            if (np.asarray(table.cells["stays"])[both] > 0).any():
                raise Refused(
                    f"{name} and {other} add up the same amounts of people who are in both: their difference would "
                    "tell of the others. Name one of them in the reports"
                )
        for before in earlier:
            gone = [one for one in before.held if before.of[one] == table.amount_of[name] and one not in held]
            if gone:
                raise Refused(
                    f"release {before.number} shows {gone[0]}, which adds up the same amounts as {name}: their "
                    f"difference would tell of the others. Keep {gone[0]} in the reports"
                )


def _views(
    pieces: Pieces, hospitals: tuple[str, ...], policy: SmallCellPolicy, registered: Registered
) -> tuple[tuple[str, ...], Bools]:
    """Names of who attacks, and (A, F) the pieces that each knows."""
    views = views_of(hospitals, pieces.year, policy.together, registered)
    place = np.array([hospitals.index(name) for name in pieces.hospital], dtype=np.int64)
    return views.names, views.known[:, place, np.arange(len(place))]


def _hospitals(releases: Iterable[object]) -> set[str]:
    helds = [one.held.values() if isinstance(one, Amounts) else one.values() for one in releases]  # type: ignore[attr-defined]
    return {hospital for held in helds for cells in held for hospital, _ in cells}


def _head(releases: Sequence[Amounts], hospitals: tuple[str, ...], rule: AmountRule, salt: bytes) -> Arrays:
    last = releases[-1]
    return {
        "salt": np.frombuffer(salt, dtype=np.uint8),
        "rule": np.array([rule.contributors, rule.beside, rule.p, rule.largest, rule.share], dtype=float),
        "release": np.array([one.number for one in releases], dtype=np.int64),
        "text": np.array([one.text for one in releases[:-1]], dtype=str),
        "indicators": np.array(list(last.held), dtype=str),
        "of": np.array([last.of[name] for name in last.held], dtype=str),
        "hospitals": np.array(hospitals, dtype=str),
    }


def _kept(
    place: int, pieces: Pieces, hospitals: tuple[str, ...], names: tuple[str, ...], views: Bools, made: Choice
) -> Arrays:
    """The pieces, what each view knows, and the witnesses, of one indicator."""
    found = made.pool.witnesses
    kept = {
        "hospital": np.array([hospitals.index(name) for name in pieces.hospital], dtype=np.int64),
        "year": pieces.year,
        "present": pieces.present,
        "size": np.array([len(one) for one in pieces.amounts], dtype=np.int64),
        "amount": np.concatenate([np.zeros(0), *pieces.amounts]),
        "views": np.array(names, dtype=str),
        "known": views,
        "measure": np.array([one.measure for one in found], dtype=np.int64),
        "witness": np.repeat(np.arange(len(found)), [len(one.piece) for one in found]),
        "piece": np.concatenate([np.zeros(0, dtype=np.int64), *(one.piece for one in found)]),
        "change": np.concatenate([np.zeros(0), *(one.change for one in found)]),
    }
    return {f"{place}.{name}": value for name, value in kept.items()}


def _text(figures: Mapping[Key, Mapping[str, float | None]], exact: Mapping[Key, Mapping[str, float]]) -> str:
    """The figures that are shown, as text in one fixed order; empty where a quantile is withheld."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for key in sorted(figures):
        shown = figures[key]
        cells = ["" if shown[name] is None else repr(shown[name]) for name in FIGURES]
        writer.writerow([*key, int(exact[key]["n"]), *cells])
    return text.getvalue()
