"""Check a certificate again, with NumPy only: no solver and nothing of the workbench. It takes the true table
and the persons in the file as given, and nothing else.

    python workbench/disclosure/recheck.py FOLDER

FOLDER holds `published.csv` (indicator, hospital, year, n, k, rest; empty = withheld) and `witnesses.npz`:
threshold, zeros_hidden; indicators (I), plain (I: a count without k and rest), hospitals (H), years (Y);
flags (P, 2I: n and k of every indicator per pattern); truth (H, Y, P); persons_key
"indicator|hospital|year|part" with persons; witnesses (how many), and their changes of the truth as witness,
cell (flat place), change.

Printed: the sha256 of `published.csv`, to compare with `rows_sha256` of the public certificate, and every
fault. Exit code 0 when there is none, else 1.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PARTS = ("n", "k", "rest")


def recheck(published: str, arrays: Mapping[str, Array]) -> list[str]:
    """Faults of a certificate; an empty list means that all demands of all attackers are met.

    Every witness must be a table of whole numbers >= 0 that gives exactly the published numbers. The outsider
    must find, among all of them, values at or below the lowest and at or above the threshold for every small
    number, published or not, and for every small difference of nested numbers. A hospital must find them
    among the witnesses that leave its own stays as they are, for what remains after its own share.
    """
    try:
        view = _View(published, arrays)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        return [f"the certificate cannot be read: {type(error).__name__}: {error}"]
    return [*view.table_faults(), *view.demand_faults()]


class _View:
    """Everything as a grid: part x hospital (ALL last) x year (all years last)."""

    def __init__(self, published: str, arrays: Mapping[str, Array]) -> None:
        self.threshold, self.zeros_hidden = int(arrays["threshold"]), bool(arrays["zeros_hidden"])
        self.hospitals = [*map(str, arrays["hospitals"]), "ALL"]
        self.years = [*map(int, arrays["years"]), 0]
        names, flags = [str(name) for name in arrays["indicators"]], np.asarray(arrays["flags"], dtype=bool)
        plain = dict(zip(names, arrays["plain"].tolist(), strict=True))
        self.parts = [(name, part) for name in names for part in PARTS if part == "n" or not plain[name]]
        n, k = dict(zip(names, flags.T[0::2], strict=True)), dict(zip(names, flags.T[1::2], strict=True))
        sums = {"n": n, "k": k, "rest": {name: n[name] & ~k[name] for name in names}}
        self.masks = [sums[part][name] for name, part in self.parts]
        truth = np.asarray(arrays["truth"])
        if truth.dtype.kind != "i" or arrays["change"].dtype.kind != "i":
            raise ValueError("stays must be whole numbers")
        self.tables = np.repeat(truth[None], int(arrays["witnesses"]), axis=0)
        flat = self.tables.reshape(len(self.tables), -1)
        np.add.at(flat, (arrays["witness"], arrays["cell"]), arrays["change"])
        if (flat[0] != truth.reshape(-1)).any():
            raise ValueError("witness 0 is not the true table")
        self.numbers = np.stack([self._grid(self.tables[..., mask].sum(axis=-1)) for mask in self.masks], axis=1)
        people = dict(zip(arrays["persons_key"].tolist(), arrays["persons"].tolist(), strict=True))
        keys = [
            [[f"{name}|{h}|{year}|{part}" for year in self.years] for h in self.hospitals] for name, part in self.parts
        ]
        self.persons = np.vectorize(people.__getitem__, otypes=[np.int64])(keys)
        self.shown = np.full(self.numbers.shape[1:], -1, dtype=np.int64)
        seen = set()
        for row in csv.DictReader(io.StringIO(published)):
            place = self.hospitals.index(row["hospital"]), self.years.index(int(row["year"]))
            if (row["indicator"], *place) in seen or any(row[part].startswith("-") for part in PARTS):
                raise ValueError(f"a row is published twice or negative: {row}")
            seen.add((row["indicator"], *place))
            for part in PARTS:
                if row[part] != "":
                    self.shown[(self.parts.index((row["indicator"], part)), *place)] = int(row[part])

    def table_faults(self) -> Iterator[str]:
        if (self.tables < 0).any():
            yield "a witness holds a negative number of stays"
        occurs = self.tables[0].any(axis=(0, 1))
        absent = [~mask[occurs].any() for mask in self.masks]  # parts that never occur, so that are 0 everywhere
        for pattern in np.flatnonzero(~occurs):
            if not any(mask[pattern] for mask, never in zip(self.masks, absent, strict=True) if never):
                yield f"pattern {pattern} never occurs, and no part needs it"
        shown = self.shown >= 0
        for place in np.flatnonzero((self.numbers != self.shown)[:, shown].any(axis=1)):
            yield f"witness {place} does not give the published numbers"
        small = shown & self._small(self.numbers[0], self.persons, self.zeros_hidden)
        yield from (f"published although small: {self._name(*place)}" for place in np.argwhere(small))

    def demand_faults(self) -> Iterator[str]:
        still = (self.tables == self.tables[0]).all(axis=(2, 3))  # witness x hospital: the slice is untouched
        others_exist = len(self.hospitals) > 2  # a hospital that is the only one knows everything
        insiders = range(len(self.hospitals) - 1) if others_exist else []
        for label, values, persons, zeros in self._targets():
            truth = values[0]
            secret = self._small(truth, truth if persons is None else persons, zeros)
            yield from self._demands("outsider", label, values, np.zeros_like(truth), secret)
            for h in insiders:
                own, mine = np.zeros_like(truth), secret.copy()
                own[-1] = truth[h]
                mine[h] = False  # its own numbers are no secret to it
                others = truth[-1] - truth[h]
                if persons is not None:  # of the others: at least the difference, and their largest hospital
                    others = np.maximum(persons[-1] - persons[h], np.delete(persons[:-1], h, axis=0).max(axis=0))
                # The others' 0 needs no demand in a total: every withheld 0 of another hospital has its own.
                mine[-1] = self._small(truth[-1] - truth[h], others, False)
                yield from self._demands(self.hospitals[h], label, values[still[:, h]], own, mine)

    def _demands(self, attacker: str, label: str, values: Array, own: Array, secret: Array) -> Iterator[str]:
        least = 0 if self.zeros_hidden else 1
        met = (values.min(axis=0) <= own + least) & (values.max(axis=0) >= own + self.threshold)
        for h, y in np.argwhere(secret & ~met):
            yield f"{attacker} can narrow down {label}, {self.hospitals[h]}, {self.years[y]}"

    def _targets(self) -> Iterator[tuple[str, Array, Array | None, bool]]:
        """Every part and every difference of nested parts: label, values per witness, persons, is 0 small."""
        for place, part in enumerate(self.parts):
            yield ".".join(part), self.numbers[:, place], self.persons[place], self.zeros_hidden
        done = [mask.tobytes() for mask in self.masks]
        for outer, whole in enumerate(self.masks):
            for inner, piece in enumerate(self.masks):
                rest = whole & ~piece
                if not (piece & ~whole).any() and rest.any() and rest.tobytes() not in done:
                    done.append(rest.tobytes())
                    label = f"{'.'.join(self.parts[outer])} - {'.'.join(self.parts[inner])}"
                    yield label, self.numbers[:, outer] - self.numbers[:, inner], None, False

    def _small(self, stays: Array, persons: Array, zeros: bool) -> Array:
        small: Array = ((stays > 0) & (np.minimum(stays, persons) < self.threshold)) | (zeros & (stays == 0))
        return small

    def _grid(self, sums: Array) -> Array:
        """(W, H, Y) -> (W, H + 1, Y + 1), margins last."""
        sums = np.concatenate([sums, sums.sum(axis=2, keepdims=True)], axis=2)
        return np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1)

    def _name(self, part: int, hospital: int, year: int) -> str:
        return f"{'.'.join(self.parts[part])}, {self.hospitals[hospital]}, {self.years[year]}"


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
