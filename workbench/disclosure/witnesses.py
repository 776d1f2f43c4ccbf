"""The confidential half of a certificate: the true table and the tables that nobody can tell from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.disclosure.amounts.protect import Protected
from workbench.disclosure.arrays import Arrays, hash_of, load, save
from workbench.disclosure.coverage import Coverage
from workbench.disclosure.kinds import Kinds
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.system import Key, System
from workbench.disclosure.told import Told

FILES = WITNESSES_FILE, PUBLISHED_FILE = "witnesses.npz", "published.csv"
AMOUNTS_FILES = "amounts.npz", "amounts.csv"


@dataclass(frozen=True)
class Witnesses:
    """Never published, never in a `SafeTable`; belongs in the run folder of the party that computes.

    arrays:    what `recheck.py` reads (its docstring lists them), the true table included.
    published: the shown numbers as the text that the certificate's `rows_sha256` is the hash of.
    small, secondary: how many shown numbers are withheld because they are small, and to protect those.
    amounts: the confidential half of figures of amounts; None when the release has none.
    """

    arrays: Arrays
    published: str
    small: int
    secondary: int
    amounts: Protected | None = None

    @property
    def sha256(self) -> str:
        return hash_of(self.arrays)

    def save(self, folder: Path) -> None:
        """Write `witnesses.npz` and `published.csv`, and the same of amounts; the folder must exist."""
        save(self.arrays, self.published, folder, FILES)
        if self.amounts:
            save(self.amounts.arrays, self.amounts.text, folder, AMOUNTS_FILES)


def witness_arrays(
    releases: Sequence[Told], system: System, kinds: Kinds, coverage: Coverage, policy: SmallCellPolicy, salt: bytes
) -> Arrays:
    """The arrays of a certificate; witnesses are kept as their few changes of the true table.

    The public hash of the arrays must not confirm a guess of the true table, hence the secret salt among
    them.
    """
    found = coverage.witnesses
    empty = np.zeros(0, dtype=np.int64)
    people = sorted((key, told.persons[key]) for told in releases for key in told.every())
    years = sorted({year for told in releases for year in told.years})
    return {
        "salt": np.frombuffer(salt, dtype=np.uint8),
        "threshold": np.array(policy.threshold),
        "zeros_hidden": np.array(policy.zeros == "hide"),
        "release": np.array([told.number for told in releases], dtype=np.int64),
        "text": np.array([told.text for told in releases[:-1]], dtype=str),
        "indicators": np.array(kinds.names, dtype=str),
        "told": np.array([[name in told.indicators for name in kinds.names] for told in releases]),
        "plain": np.array([[name in told.plain for name in kinds.names] for told in releases]),
        "hospitals": np.array(kinds.hospitals, dtype=str),
        "at": np.array([[name in told.hospitals for name in kinds.hospitals] for told in releases]),
        "years": np.array(years, dtype=np.int64),
        "in": np.array([[year in told.years for year in years] for told in releases]),
        "year": kinds.year,
        "flags": kinds.flags,
        "present": kinds.present,
        "truth": kinds.cells,
        "free": kinds.free,
        "views": np.array(coverage.targets.attackers, dtype=str),
        "known": coverage.targets.known.reshape(-1, *kinds.cells.shape),
        "persons_key": np.array(["|".join(map(str, key)) for key, _ in people], dtype=str),
        "persons": np.array([value for _, value in people], dtype=np.int64),
        "witnesses": np.array(len(found)),
        "witness": np.repeat(np.arange(len(found)), [len(one.cell) for one in found]),
        "cell": np.concatenate([empty, *(one.cell for one in found)]),
        "change": np.concatenate([empty, *(one.change for one in found)]),
    }


def told_again(witnesses: Arrays, published: str, number: int) -> Told:
    """What an earlier release was made from, out of its witnesses; `number` is the one it got when published."""
    names = [str(name) for name in witnesses["indicators"]]
    mine = [place for place, on in enumerate(witnesses["told"][-1]) if on]
    hospitals = tuple(str(name) for name, on in zip(witnesses["hospitals"], witnesses["at"][-1], strict=True) if on)
    years = tuple(int(year) for year, on in zip(witnesses["years"], witnesses["in"][-1], strict=True) if on)
    columns = [2 * place + k for place in mine for k in (0, 1)]
    counted = np.flatnonzero(witnesses["present"][-1])
    every = witnesses["flags"][counted][:, columns]
    _, first, group = np.unique(every, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)  # as they came, so that the same release is made again
    flags, pattern = every[np.sort(first)], np.argsort(order)[group.ravel()]
    cells = np.zeros((len(hospitals), len(years), len(flags)), dtype=np.int64)
    truth = np.asarray(witnesses["truth"], dtype=np.int64)[np.asarray(witnesses["at"][-1], dtype=bool)]
    place = np.searchsorted(np.array(years), witnesses["year"][counted])
    for y, p, column in zip(place.tolist(), pattern.tolist(), counted.tolist(), strict=True):
        cells[:, y, p] += truth[:, column]
    persons = {}
    for text, value in zip(witnesses["persons_key"].tolist(), witnesses["persons"].tolist(), strict=True):
        name, hospital, year, part, release = str(text).split("|")
        if int(release) == 0:
            persons[Key(name, hospital, int(year), part)] = int(value)
    told = Told(
        0,
        tuple(names[place] for place in mine),
        frozenset(names[place] for place in mine if witnesses["plain"][-1][place]),
        hospitals,
        years,
        np.asarray(flags, dtype=bool),
        cells,
        persons,
        {},
    )
    return told.published(number, published)


def load_witnesses(folder: Path) -> tuple[Arrays, str]:
    """The arrays and the published text that `Witnesses.save` wrote; raises OSError when they are not there."""
    return load(folder, FILES)


def load_amounts(folder: Path) -> tuple[Arrays, str]:
    """The same of amounts; raises OSError when the release has none."""
    return load(folder, AMOUNTS_FILES)
