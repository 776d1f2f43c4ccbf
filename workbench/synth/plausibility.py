"""Synthetic figures beside sourced ones: each counted in a data folder as its entry in the catalogue says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.synth.manifest import Manifest
from workbench.synth.parameters import read_parameters
from workbench.synth.sources import PLACES


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, its value in the data, what its source says, and how far apart they may be."""

    id: str
    says: str
    synthetic: float
    sourced: float
    within: float
    source: str

    @property
    def plausible(self) -> bool:
        return abs(self.synthetic - self.sourced) <= self.within

    def __str__(self) -> str:
        verdict = "as sourced" if self.plausible else "OFF"
        return f"{self.says}: {self.synthetic:.4g} (sourced {self.sourced:.4g}, {self.source}): {verdict}"


def plausibility(folder: Path, catalog_root: Path = Path("catalog")) -> tuple[Figure, ...]:
    """The figures that can be counted in a data folder.

    Left out: those of tables that were not made, those that enrichment changes where it did, those of years that
    were not made, and those that no row speaks of. Raises `FileNotFoundError` when generation did not end.
    """
    manifest = Manifest.read(folder)
    parameters = read_parameters(catalog_root)
    cites = parameters.cites("plausibility")
    con = duckdb.connect()
    figures = []
    for name, fact in parameters["plausibility"].items():
        tables = set(re.findall(r"\{(\w+)\}", fact["query"]))
        changed = manifest.factor != 1.0 and fact.get("enriched") == manifest.enrich
        too_early = fact.get("history", False) and manifest.first_year is None
        if changed or too_early or not tables <= set(manifest.tables):
            continue
        files = {table: f"'{str(folder / PLACES[table]).replace(chr(39), chr(39) * 2)}'" for table in tables}
        found = con.execute(fact["query"].format(**files)).fetchone()
        if found and found[0] is not None:
            figures.append(
                Figure(name, fact["says"], float(found[0]), float(fact["sourced"]), float(fact["within"]), cites[name])
            )
    con.close()
    return tuple(figures)
