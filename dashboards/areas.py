"""Provinces and arrondissements: which hospital lies where, where an area stands on the map, and sums over hospitals.

A sum is made of rows that the reader sees already, so it says nothing that they could not add up themselves; where one
of them is withheld the whole area is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboards.labels import Measure
from dashboards.shown import Row
from workbench.catalog.base import Cite
from workbench.catalog.model import CodeList, Label
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems
from workbench.publish import TOTAL

Grid = Literal["province", "arrondissement"]
# What is added up over the hospitals of an area, and what it is divided by; a spread has no sum.
_SUMS: Mapping[Measure, tuple[str, str | None]] = {
    Measure.COUNT: ("n", None),
    Measure.RATE: ("k", "n"),
    Measure.RATIO: ("k", "expected"),
}


class Tile(BaseModel):
    """The place of an area: column from the west, row from the north."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: str
    column: Annotated[int, Field(ge=0)]
    row: Annotated[int, Field(ge=0)]


class _Tiles(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cite: Cite
    grids: Mapping[Grid, tuple[Tile, ...]]


@dataclass(frozen=True)
class Sum:
    """An area of a view: `value` is None where something of it is withheld; `hospitals` are codes."""

    hospitals: tuple[str, ...]
    value: float | None


@dataclass(frozen=True)
class Areas:
    """`of` gives the arrondissement of a hospital, `within` the province of an arrondissement."""

    of: Mapping[str, str]
    within: Mapping[str, str]
    names: Mapping[str, Label]
    grids: Mapping[Grid, tuple[Tile, ...]]

    def area(self, hospital: str, grid: Grid) -> str | None:
        """Where a hospital lies; None for one of which nobody says it."""
        found = self.of.get(hospital)
        return found if grid == "arrondissement" or found is None else self.within.get(found)

    def sums(self, rows: Iterable[Row], measure: Measure, grid: Grid) -> dict[str, Sum]:
        """By area, for a measure that can be added up; `rows` has each hospital once."""
        parts: dict[str, list[Row]] = {}
        for row in rows:
            area = self.area(row["hospital"], grid) if row["hospital"] != TOTAL else None
            if area is not None:
                parts.setdefault(area, []).append(row)
        above, below = _SUMS[measure]
        return {
            area: Sum(tuple(row["hospital"] for row in found), _over(found, above, below))
            for area, found in parts.items()
        }


def can_be_mapped(rows: Iterable[Row], measure: Measure) -> bool:
    """A map needs a sum, each hospital once, and more hospitals than one's own."""
    hospitals = [row["hospital"] for row in rows if row["hospital"] != TOTAL]
    return measure in _SUMS and len(hospitals) == len(set(hospitals)) > 1


def _over(rows: Iterable[Row], above: str, below: str | None) -> float | None:
    numbers = [(row[above], row[below] if below else 1) for row in rows]
    if any(one is None for pair in numbers for one in pair):
        return None
    total = sum(one for one, _ in numbers)
    if below is None:
        return float(total)
    under = sum(one for _, one in numbers)
    return total / under if under else None


def load_areas(root: Path) -> Areas:
    """Read `tiles.yaml` and the code lists it speaks of; raises `Problems` when one is wrong or an area is missing."""
    lists = {name: _codes(root / "codes" / f"{name}.yaml", root) for name in ("hospitals", *_LISTS.values())}
    source = read_source(root / "tiles.yaml", root.parent)
    tiles = validate(_Tiles, source.data, source) if not source.problems else None
    if tiles is None:
        raise Problems(source.problems)
    wrong: list[Problem] = []
    for grid, name in _LISTS.items():
        known = {one.code for one in lists[name].entries}
        placed = [one.area for one in tiles.grids[grid]]
        places = [(one.column, one.row) for one in tiles.grids[grid]]
        odd = sorted({*known ^ set(placed), *(one for one in placed if placed.count(one) > 1)} - {None})
        if odd or len(set(places)) != len(places):
            what = f"the areas of '{grid}' are not each on a tile of their own: {', '.join(map(str, odd)) or places}"
            todo = f"give each code of codes/{name}.yaml one free place"
            wrong.append(source.problem(("grids", grid), what, "a map would lack or hide one", todo))
    if wrong:
        raise Problems(wrong)
    names = {one.code: one.label for name in _LISTS.values() for one in lists[name].entries if one.code}
    of, within = (
        {one.code: str(one.attributes[key]) for one in lists[name].entries if one.code and key in one.attributes}
        for name, key in (("hospitals", "arrondissement"), ("nis_arrondissement", "province"))
    )
    return Areas(of, within, names, tiles.grids)


_LISTS: Mapping[Grid, str] = {"province": "nis_province", "arrondissement": "nis_arrondissement"}


def _codes(path: Path, root: Path) -> CodeList:
    source = read_source(path, root.parent)
    found = validate(CodeList, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found
