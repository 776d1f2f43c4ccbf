"""Check a certificate again, with NumPy only: no solver and nothing of the workbench. It takes the true table
and the persons in the file as given, and nothing else.

    python workbench/disclosure/recheck.py FOLDER

FOLDER holds `published.csv` (indicator, hospital, year, n, k, rest; empty = withheld) and `witnesses.npz`:
threshold, zeros_hidden; release (K: numbers, 0 = the one that is checked, last), text (the published counts of
the K - 1 earlier ones); indicators (I) with told and plain (K, I: told by a release; a count without k and
rest), hospitals (H) with at (K, H), years (Y) with in (K, Y); kinds of stays: year (C), flags (C, 2I: n and k
of every indicator), present (K, C: counted by a release), truth and free (H, C: stays; can there be any);
attackers: views (A), known (A, H, C); persons_key "indicator|hospital|year|part|release" with persons;
witnesses (how many), and their changes of the truth as witness, cell (flat place), change.

Printed: the sha256 of `published.csv`, to compare with `rows_sha256` of the public certificate, and every
fault. Exit code 0 when there is none, else 1.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PARTS = ("n", "k", "rest")


def recheck(published: str, arrays: Mapping[str, Array]) -> list[str]:
    """Faults of a certificate; an empty list means that all demands of all attackers are met.

    Every witness must be a table of whole numbers >= 0 that gives exactly the numbers of this and all earlier
    releases. The outsider must find, among all of them, values at or below the lowest and at or above the
    threshold for every small number, published or not, and for every small difference of nested numbers. An
    insider must find them among the witnesses that leave what the insider knows as it is, for what remains of
    a number after that.
    """
    try:
        view = View(published, arrays)
        return [*view.table_faults(), *view.demand_faults()]
    except (KeyError, ValueError, IndexError, TypeError) as error:
        return [f"the certificate cannot be read: {type(error).__name__}: {error}"]


class Answer(NamedTuple):
    """One attacker and one sort of targets (H + 1, T): which are secret, what the attacker has of each, and how
    low and how high the witnesses let it be. plus, minus: rows of `View`; minus None = nothing."""

    view: str
    place: int
    label: Callable[[int, int], str]
    plus: Array
    minus: Array | None
    secret: Array
    own: Array
    low: Array
    high: Array


class View:
    """Rows: (release, indicator, part, year) as sums over kinds. Numbers: hospital x row, ALL last."""

    def __init__(self, published: str, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays
        self.threshold, self.zeros_hidden = int(arrays["threshold"]), bool(arrays["zeros_hidden"])
        self.truth, self.free = np.asarray(arrays["truth"]), np.asarray(arrays["free"], dtype=bool)
        for name in ("truth", "change", "cell", "witness", "persons"):
            if arrays[name].dtype.kind != "i":
                raise ValueError(f"{name} must be whole numbers")
        self.hospitals = [*map(str, arrays["hospitals"]), "ALL"]
        self.rows, self.masks, self.span = self._rows()
        self.place = {row: number for number, row in enumerate(self.rows)}
        self.numbers = self._sums(self.truth)
        self.persons = self._persons()
        self.shown = np.full(self.numbers.shape, -1, dtype=np.int64)
        texts = [str(text) for text in arrays["text"]]
        for number, text in enumerate([*texts, published]):
            self._read(number, text)
        self._spread()

    def _rows(self) -> tuple[list[tuple[int, str, str, int]], Array, Array]:
        a, rows, masks, span = self.arrays, [], [], []
        names, years = [str(name) for name in a["indicators"]], [int(year) for year in a["years"]]
        flags, year_of = np.asarray(a["flags"], dtype=bool), np.asarray(a["year"])
        if (flags[:, 1::2] & ~flags[:, 0::2]).any():
            raise ValueError("a kind of stay counts in a numerator and not in the denominator")
        for release in range(len(a["release"])):
            mine = [year for year, on in zip(years, a["in"][release], strict=True) if on]
            for i, name in enumerate(names):
                if not a["told"][release][i]:
                    continue
                n, k = flags[:, 2 * i], flags[:, 2 * i + 1]
                for part, counted in (("n", n), ("k", k), ("rest", n & ~k)):
                    if part != "n" and a["plain"][release][i]:
                        continue
                    for year in [*mine, 0]:
                        within = np.isin(year_of, mine) if year == 0 else year_of == year
                        rows.append((release, name, part, year))
                        masks.append(counted & within & a["present"][release])
                        span.append(year)
        return rows, np.array(masks), np.array(span)

    def _sums(self, cells: Array) -> Array:
        """(H, C) cells -> (H + 1, R), ALL last; floating point, exact below 2**53."""
        sums = np.rint(cells.astype(float) @ self.masks.T.astype(float)).astype(np.int64)
        return np.concatenate([sums, sums.sum(axis=0, keepdims=True)])

    def _persons(self) -> Array:
        people = dict(zip(self.arrays["persons_key"].tolist(), self.arrays["persons"].tolist(), strict=True))
        found = self.numbers.copy()
        for release, name, part, year in self.rows:
            for h, hospital in enumerate(self.hospitals):
                if hospital == "ALL" or self.arrays["at"][release][h]:
                    key = f"{name}|{hospital}|{year}|{part}|{int(self.arrays['release'][release])}"
                    found[h, self.place[release, name, part, year]] = people[key]
        return np.minimum(found, self.numbers)

    def _read(self, release: int, text: str) -> None:
        seen = set()
        for row in csv.DictReader(io.StringIO(text)):
            h = self.hospitals.index(row["hospital"])
            if h < len(self.hospitals) - 1 and not self.arrays["at"][release][h]:
                raise ValueError(f"a row of a hospital without stays: {row}")
            key = row["indicator"], h, int(row["year"])
            if key in seen or any(row[part].startswith("-") for part in PARTS):
                raise ValueError(f"a row is published twice or negative: {row}")
            seen.add(key)
            for part in PARTS:
                if row[part] != "":
                    self.shown[h, self.place[release, row["indicator"], part, int(row["year"])]] = int(row[part])

    def _spread(self) -> None:
        """The changes of cells as changes of numbers: (witness, number, by how much), numbers flat."""
        a, (hospitals, kinds) = self.arrays, self.truth.shape
        width = len(self.rows)
        h, c = np.divmod(a["cell"], kinds)
        if len(a["cell"]) and (a["cell"].min() < 0 or a["cell"].max() >= self.truth.size):
            raise ValueError("a witness changes a cell that does not exist")
        row, kind = np.nonzero(self.masks)
        order = np.argsort(kind, kind="stable")
        row, many = row[order], np.bincount(kind, minlength=kinds)
        first = np.concatenate([[0], np.cumsum(many)[:-1]])
        times = many[c]
        entry = np.repeat(np.arange(len(c)), times)
        inside = np.arange(len(entry)) - np.repeat(np.cumsum(times) - times, times)
        moved = row[first[c[entry]] + inside]
        by = a["change"][entry]
        witness = a["witness"][entry]
        size = (hospitals + 1) * width
        key = np.concatenate([witness * size + h[entry] * width + moved, witness * size + hospitals * width + moved])
        key, place = np.unique(key, return_inverse=True)
        total = np.zeros(len(key), dtype=np.int64)
        np.add.at(total, place.ravel(), np.concatenate([by, by]))
        kept = total != 0
        self.witness, self.number = np.divmod(key[kept], size)
        self.by = total[kept]

    def table_faults(self) -> Iterator[str]:
        a = self.arrays
        changed = self.truth.reshape(-1)[a["cell"]] + a["change"]
        once = len(np.unique(a["witness"] * self.truth.size + a["cell"])) == len(a["cell"])
        if (changed < 0).any() or (self.truth < 0).any() or not once:
            yield "a witness holds a negative number of stays, or changes a cell twice"
        if not self.free.reshape(-1)[a["cell"]].all() or (self.truth[~self.free] != 0).any():
            yield "stays where there can be none"
        yield from self._kind_faults()
        flat = self.shown.reshape(-1)
        if (flat != self.numbers.reshape(-1))[flat >= 0].any():
            yield "the true table does not give the published numbers"
        for witness in np.unique(self.witness[flat[self.number] >= 0]):
            yield f"witness {witness} does not give the published numbers"
        small = self.small()
        last = np.array([row[0] == len(a["release"]) - 1 for row in self.rows])
        told = self._told_before()
        for h, row in np.argwhere((self.shown >= 0) & small & last & ~told):
            yield f"published although small: {self.name(h, row)}"

    def _kind_faults(self) -> Iterator[str]:
        """A kind without stays is there only for a pattern that occurs elsewhere or a part that never occurs."""
        a, occurs = self.arrays, np.asarray(self.truth.any(axis=0))
        unfounded, always = set(np.flatnonzero(~occurs).tolist()), np.ones(occurs.shape, dtype=np.bool_)
        for release, present in enumerate(a["present"]):
            patterns = a["flags"][:, np.repeat(a["told"][release], 2)]
            real = {pattern.tobytes() for pattern in patterns[occurs & present]}
            parts: dict[tuple[str, str], list[int]] = {}
            for place, row in enumerate(self.rows):
                if row[0] == release:
                    parts.setdefault(row[1:3], []).append(place)
            never = [
                np.asarray(self.masks[rows].any(axis=0))
                for rows in parts.values()
                if not self.masks[rows][:, occurs].any()
            ]
            for kind in np.flatnonzero(present).tolist():
                if patterns[kind].tobytes() in real or any(mask[kind] for mask in never):
                    unfounded.discard(kind)
            # A kind that every release counts is possible wherever all of them tell of stays.
            covers = np.array([a["in"][release][list(a["years"]).index(year)] for year in a["year"]])
            always = always & (present | ~covers)
        yield from (f"kind {kind} never occurs, and no part needs it" for kind in sorted(unfounded))
        everywhere = np.asarray(a["at"], dtype=bool).all(axis=0)
        if not self.free[np.ix_(everywhere, always)].all():
            yield "a kind that every release counts is taken to be impossible somewhere"

    def _told_before(self) -> Array:
        """Numbers that an earlier release has shown: the same kinds of stays, at one hospital or all."""
        told = np.zeros(self.shown.shape, dtype=bool)
        before = [place for place, row in enumerate(self.rows) if row[0] < len(self.arrays["release"]) - 1]
        for h in range(len(self.hospitals)):
            possible = self.free[h] if h < len(self.free) else self.free.any(axis=0)
            public = {(self.masks[place] & possible).tobytes() for place in before if self.shown[h, place] >= 0}
            if public:
                told[h] = [(mask & possible).tobytes() in public for mask in self.masks]
        return told

    def demand_faults(self) -> Iterator[str]:
        a = self.arrays
        expected = {"outsider", *self.hospitals[:-1]} if len(self.hospitals) > 2 else {"outsider"}
        views = [str(name) for name in a["views"]]
        known = np.asarray(a["known"], dtype=bool)
        if not expected <= set(views) or known[views.index("outsider")].any():
            yield "an attacker is missing, or the outsider is taken to know something"
            return
        for h, hospital in enumerate(self.hospitals[:-1] if len(self.hospitals) > 2 else []):
            if not known[views.index(hospital), h].all() or known[views.index(hospital)].sum() != known.shape[2]:
                yield f"{hospital} is taken to know something else than its own stays"
        least = 0 if self.zeros_hidden else 1
        for answer in self.answers():
            met = (answer.low <= answer.own + least) & (answer.high >= answer.own + self.threshold)
            for h, column in np.argwhere(answer.secret & ~met):
                yield f"{answer.view} can narrow down {answer.label(h, column)}"

    def answers(self) -> Iterator[Answer]:
        """What the witnesses leave open, attacker by attacker."""
        a, targets = self.arrays, [self._plain(), *self._nested()]
        views, known = [str(name) for name in a["views"]], np.asarray(a["known"], dtype=bool)
        sees = np.zeros((int(a["witnesses"]), len(views)), dtype=bool)  # does the witness touch what a view knows
        np.logical_or.at(sees, a["witness"], known.reshape(len(views), -1)[:, a["cell"]].T)
        told = self._told_before() | self._earlier_shown()
        for place, view in enumerate(views):
            mine = known[place]
            own, mixed = self._sums(self.truth * mine), self._sums(self.free & mine) > 0
            whole = self._sums(self.free & ~mine)
            blind = ~sees[:, place]
            for label, plus, minus, here, low, high in targets:
                value, owned = self.numbers[:, plus], own[:, plus]
                if minus is None:
                    rest = value - owned
                    secret = self._small(rest, self._others(own, mine, mixed), self.zeros_hidden & ~mixed)
                    secret &= ~(told & ~mixed)
                    left = whole
                else:
                    value, owned = value - self.numbers[:, minus], owned - own[:, minus]
                    rest, left = value - owned, whole[:, plus] - whole[:, minus]
                    secret = self._small(rest, rest, False)
                secret = secret & (left > 0) & here[:, None]
                if secret.any():
                    lowest, highest = value + np.minimum(low(blind), 0), value + np.maximum(high(blind), 0)
                    yield Answer(view, place, label, plus, minus, secret, owned, lowest, highest)

    def _plain(self) -> Any:
        every = np.arange(len(self.rows))
        here = np.ones(len(self.hospitals), dtype=bool)
        return self.name, every, None, here, *self._reach(self.number, self.by, self.witness, self.numbers.shape)

    def _nested(self) -> Iterator[Any]:
        """Differences of nested rows of one year that are no row themselves: those of like hospitals together."""
        possible = np.concatenate([self.free, self.free.any(axis=0, keepdims=True)])
        for pattern in np.unique(possible, axis=0):
            masks = self.masks & pattern
            plus, minus, done = [], [], {mask.tobytes() for mask in masks}
            for year in np.unique(self.span):
                rows = np.flatnonzero(self.span == year)
                for outer in rows:
                    inner = rows[~(masks[rows] & ~masks[outer]).any(axis=1)]
                    for place, rest in zip(inner, masks[outer] & ~masks[inner], strict=True):
                        if rest.any() and rest.tobytes() not in done:
                            done.add(rest.tobytes())
                            plus.append(outer)
                            minus.append(place)
            if plus:
                here = (possible == pattern).all(axis=1)
                yield self._difference(np.array(plus), np.array(minus), here)

    def _difference(self, plus: Array, minus: Array, here: Array) -> Any:
        width, shape = len(self.rows), (len(self.hospitals), len(plus))
        h, row = np.divmod(self.number, width)
        pieces = []
        for side, sign in ((plus, 1), (minus, -1)):
            order = np.argsort(side, kind="stable")
            many = np.bincount(side, minlength=width)
            first = np.concatenate([[0], np.cumsum(many)[:-1]])
            times = many[row]
            entry = np.repeat(np.arange(len(row)), times)
            inside = np.arange(len(entry)) - np.repeat(np.cumsum(times) - times, times)
            place = h[entry] * len(plus) + order[first[row[entry]] + inside]
            pieces.append((self.witness[entry], place, sign * self.by[entry]))
        witness, target, by = (np.concatenate(part) for part in zip(*pieces, strict=True))
        size = shape[0] * shape[1]
        key, inverse = np.unique(witness * size + target, return_inverse=True)
        total = np.zeros(len(key), dtype=np.int64)
        np.add.at(total, inverse.ravel(), by)
        witness, target = np.divmod(key, size)

        def label(h: int, column: int) -> str:
            return f"{self.name(h, int(plus[column]))} - {self.name(h, int(minus[column]))}"

        return label, plus, minus, here, *self._reach(target, total, witness, shape)

    def _reach(self, target: Array, by: Array, witness: Array, shape: tuple[int, ...]) -> Any:
        """Two functions: from which witnesses count to the lowest and the highest value of each target."""
        order = np.argsort(target, kind="stable")
        target, by, witness = target[order], by[order], witness[order]
        first = np.flatnonzero(np.diff(target, prepend=-1))

        def ends(blind: Array, of: Any) -> Array:
            change = np.zeros(int(np.prod(shape)), dtype=np.int64)
            if len(first):
                change[target[first]] = of.reduceat(np.where(blind[witness], by, 0), first)
            return change.reshape(shape)

        return lambda blind: ends(blind, np.minimum), lambda blind: ends(blind, np.maximum)

    def _others(self, own: Array, mine: Array, mixed: Array) -> Array:
        """Of what a view does not know: how many persons at least (hospitals may share persons)."""
        part = np.minimum(self.persons[:-1], own[:-1])
        least = self.persons - np.concatenate([part, part.sum(axis=0, keepdims=True)])
        untouched = ~(mine & self.free).any(axis=1)
        if untouched.any():
            least[-1] = np.maximum(least[-1], self.persons[:-1][untouched].max(axis=0))
        return np.where(mixed, least, self.persons)

    def _earlier_shown(self) -> Array:
        before = np.array([row[0] < len(self.arrays["release"]) - 1 for row in self.rows])
        shown: Array = (self.shown >= 0) & before
        return shown

    def small(self) -> Array:
        """(H + 1, R) numbers that are small themselves."""
        return self._small(self.numbers, self.persons, self.zeros_hidden)

    def _small(self, stays: Array, persons: Array, zeros: Any) -> Array:
        small: Array = ((stays > 0) & (np.minimum(stays, persons) < self.threshold)) | (zeros & (stays == 0))
        return small

    def name(self, hospital: int, row: int) -> str:
        release, name, part, year = self.rows[row]
        number = int(self.arrays["release"][release])
        when = f" (release {number})" if number else ""
        # A table without hospitals has one that is called "-", one without single years the year 9999.
        where = "ALL" if self.hospitals[hospital] == "-" else self.hospitals[hospital]
        return f"{name}.{part}, {where}, {0 if year == 9999 else year}{when}"


def main(folder: Path) -> int:
    published = (folder / "published.csv").read_bytes()
    print(f"rows_sha256 {hashlib.sha256(published).hexdigest()}")
    with np.load(folder / "witnesses.npz", allow_pickle=False) as arrays:
        faults = recheck(published.decode(), dict(arrays))
    for fault in faults:
        print(fault)
    print("refused" if faults else "accepted")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
