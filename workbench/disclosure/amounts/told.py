"""What a release says of amounts and what that is made from, kept so that later releases are audited with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workbench.disclosure.amounts.pieces import Cell, Held
from workbench.disclosure.rows import Floats

Arrays = Mapping[str, NDArray[np.generic]]
FIGURES = ("mean", "q1", "median", "q3")
HEAD = ("indicator", "hospital", "year", "n", *FIGURES)


@dataclass(frozen=True)
class Amounts:
    """Confidential.

    number: of the release. held: per indicator what every person of a hospital year contributes.
    of: per indicator a name of what is added up: indicators with the same name can be subtracted from one another.
    shown: per indicator the hospital and year of the figures that are shown. text: those figures, as CSV.
    """

    number: int = 0
    held: Mapping[str, Held] = field(default_factory=dict)
    of: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, frozenset[Cell]] = field(default_factory=dict)
    text: str = ""


def shown_in(text: str) -> dict[str, frozenset[Cell]]:
    """Per indicator the hospital and year of the figures in a published text."""
    found: dict[str, set[Cell]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(row["indicator"], set()).add((row["hospital"], int(row["year"])))
    return {name: frozenset(cells) for name, cells in found.items()}


def amounts_again(arrays: Arrays, text: str, number: int) -> Amounts:
    """The amounts of an earlier release out of its confidential half; `number` is the one it got when published."""
    held: dict[str, dict[Cell, Floats]] = {}
    names = [str(name) for name in arrays["indicators"]]
    hospitals = [str(name) for name in arrays["hospitals"]]
    for place, name in enumerate(names):
        cells: dict[Cell, Floats] = {}
        sizes = np.asarray(arrays[f"{place}.size"], dtype=np.int64)
        parts = np.split(np.asarray(arrays[f"{place}.amount"], dtype=float), np.cumsum(sizes)[:-1])
        for piece in np.flatnonzero(arrays[f"{place}.present"][-1]).tolist():
            cell = hospitals[int(arrays[f"{place}.hospital"][piece])], int(arrays[f"{place}.year"][piece])
            cells[cell] = np.concatenate([cells.get(cell, np.zeros(0)), parts[piece]])
        held[name] = {cell: np.sort(one)[::-1] for cell, one in cells.items()}
    of = {name: str(what) for name, what in zip(names, arrays["of"], strict=True)}
    return Amounts(number, held, of, shown_in(text), text)
