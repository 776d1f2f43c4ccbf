"""The confidential half of a certificate: the true table and the tables that nobody can tell from it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.disclosure.coverage import Coverage
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.system import System

WITNESSES_FILE = "witnesses.npz"
PUBLISHED_FILE = "published.csv"
Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Witnesses:
    """Never published, never in a `SafeTable`; belongs in the run folder of the party that computes.

    arrays:    what `recheck.py` reads (its docstring lists them), the true table included.
    published: the shown numbers as the text that the certificate's `rows_sha256` is the hash of.
    small, secondary: how many shown numbers are withheld because they are small, and to protect those.
    """

    arrays: Arrays
    published: str
    small: int
    secondary: int

    @property
    def sha256(self) -> str:
        """Hash over the names, types, shapes and bytes of the arrays."""
        total = hashlib.sha256()
        for name in sorted(self.arrays):
            array = np.ascontiguousarray(self.arrays[name])
            total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            total.update(array.tobytes())
        return total.hexdigest()

    def save(self, folder: Path) -> None:
        """Write `witnesses.npz` and `published.csv`, readable by the owner only; the folder must exist."""
        private = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(folder / WITNESSES_FILE, private, 0o600), "wb") as file:
            np.savez_compressed(file, allow_pickle=False, **self.arrays)
        with os.fdopen(os.open(folder / PUBLISHED_FILE, private, 0o600), "w", encoding="utf-8", newline="") as text:
            text.write(self.published)


def witness_arrays(system: System, coverage: Coverage, policy: SmallCellPolicy, salt: bytes) -> Arrays:
    """The arrays of a certificate; witnesses are kept as their few changes of the true table.

    The public hash of the arrays must not confirm a guess of the true table, hence the secret salt among
    them.
    """
    changes = np.stack([change.reshape(-1) for change in coverage.changes])
    witness, cell = np.nonzero(changes)
    return {
        "salt": np.frombuffer(salt, dtype=np.uint8),
        "threshold": np.array(policy.threshold),
        "zeros_hidden": np.array(policy.zeros == "hide"),
        "indicators": np.array(system.indicators, dtype=str),
        "plain": np.array([name in system.plain for name in system.indicators]),
        "hospitals": np.array(system.hospitals, dtype=str),
        "years": np.array(system.years, dtype=np.int64),
        "flags": system.flags,
        "truth": system.cells,
        "persons_key": np.array(["|".join(map(str, key)) for key in system.shown], dtype=str),
        "persons": system.persons[system.number],
        "witnesses": np.array(len(coverage.changes)),
        "witness": witness.astype(np.int64),
        "cell": cell.astype(np.int64),
        "change": changes[witness, cell],
    }
