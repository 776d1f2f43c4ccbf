"""What is known of a population before any data: how many persons share values, from the marginals of the catalogue."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from scipy.stats import binom

from workbench.catalog.generalisation import Marginal
from workbench.catalog.model import Catalog
from workbench.disclosure.microdata.roles import Variable

BIRTH = "birth_year"


@dataclass(frozen=True)
class Frame:
    """Cells of the known variables with the share of the population in each; shares sum to 1.

    columns: values per variable, (C,) each; share: (C,); persons: size of the population the marginals count, 0
    where they give shares only; covered: variables in it; missing: those that no marginal of the catalogue has.
    """

    columns: dict[str, np.ndarray]
    share: np.ndarray
    persons: int
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    sources: tuple[Marginal, ...]

    @property
    def of_residents(self) -> bool:
        """Whether every variable in it is counted of all inhabitants."""
        return bool(self.sources) and all(one.file for one in self.sources)


@dataclass(frozen=True)
class Expected:
    """What chance gives when `persons` are drawn from a frame: numbers are means.

    classes: with anybody in them; uniques: persons alone in their class; below: persons in classes of fewer than
    `threshold`.
    """

    persons: int
    classes: float
    uniques: float
    below: float
    threshold: int


def frame(variables: Sequence[Variable], catalog: Catalog, root: Path, residents: bool = False) -> Frame:
    """The frame of variables: joint where one marginal has several of them, independent between marginals.

    residents: only what is counted of all inhabitants; which hospital somebody goes to is not.
    """
    columns: dict[str, np.ndarray] = {}
    share = np.ones(1)
    persons, used = 0, []
    for marginal in catalog.knowledge.marginals.values():
        told = {one.name: attribute for one in variables for attribute in _offered(marginal) if attribute in one.tells}
        told = {name: attribute for name, attribute in told.items() if name not in columns}
        if not told or (residents and not marginal.file):
            continue
        values, weights = _cells(marginal, told, catalog, root)
        persons = persons or (int(weights.sum()) if marginal.file else 0)
        columns = {name: np.repeat(old, len(weights)) for name, old in columns.items()}
        columns |= {name: np.tile(new, len(share)) for name, new in values.items()}
        share = np.repeat(share, len(weights)) * np.tile(weights / weights.sum(), len(share))
        used.append(marginal)
    names = tuple(one.name for one in variables)
    missing = tuple(name for name in names if name not in columns)
    return Frame(columns, share, persons, tuple(name for name in names if name in columns), missing, tuple(used))


def expected(known: Frame, persons: int, threshold: int) -> Expected:
    """Exact means of the binomial numbers in the cells; no data are needed."""
    share = known.share[known.share > 0]
    classes = float((1 - binom.pmf(0, persons, share)).sum())
    uniques = float(binom.pmf(1, persons, share).sum())
    below = float(sum(size * binom.pmf(size, persons, share).sum() for size in range(1, threshold)))
    return Expected(persons, classes, uniques, below, threshold)


def population_risk(rows: ir.Table, known: Frame, persons: int) -> tuple[float, float]:
    """Mean and largest 1/F_k over the records: F_k persons of the population share the record's values.

    persons: size of the population. A record outside every cell of the frame (not born then, say) counts as 1.
    """
    cells = ibis.memtable(pa.table({**known.columns, "$f": known.share * persons}))
    keyed = rows.select(**{name: rows[name].cast(cells[name].type()) for name in known.covered})
    joined = keyed.left_join(cells, [(name, name) for name in known.covered])
    risk = (1 / ibis.greatest(joined["$f"].fill_null(1.0), 1.0)).name("risk")
    found = (
        joined.select(risk).aggregate(mean=ibis._["risk"].mean(), most=ibis._["risk"].max()).to_pyarrow().to_pylist()[0]
    )
    return float(found["mean"] or 0.0), float(found["most"] or 0.0)


def _offered(marginal: Marginal) -> Collection[str]:
    offered = {*marginal.columns.values()} | ({BIRTH} if marginal.ages else set())
    return offered | ({marginal.attribute} if marginal.attribute else set())


def _cells(
    marginal: Marginal, told: dict[str, str], catalog: Catalog, root: Path
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Values of the asked variables and the weight of each combination that a marginal counts."""
    counts: dict[tuple[str | int, ...], float] = {}
    for values, weight in _rows(marginal, catalog, root):
        key = tuple(values[attribute] for attribute in told.values())
        counts[key] = counts.get(key, 0.0) + weight
    keys = list(counts)
    columns = {name: np.array([key[place] for key in keys]) for place, name in enumerate(told)}
    return columns, np.array([counts[key] for key in keys])


def _rows(marginal: Marginal, catalog: Catalog, root: Path) -> list[tuple[dict[str, str | int], float]]:
    if marginal.codes:
        chosen = [one for one in catalog.codes[marginal.codes].entries if one.code]
        name = marginal.attribute or ""
        return [({name: one.code or ""}, float(one.attributes[marginal.weight or ""] or 0)) for one in chosen]
    found = []
    with (root / (marginal.file or "")).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, str | int] = {
                attribute: marginal.values.get(column, {}).get(row[column], row[column])
                for column, attribute in marginal.columns.items()
            }
            for year, part in _births(marginal, row, catalog):
                found.append(({**values, BIRTH: year}, float(row[marginal.count or ""]) * part))
    return found


def _births(marginal: Marginal, row: dict[str, str], catalog: Catalog) -> list[tuple[int, float]]:
    """Years of birth of a class of ages, each with its part of the persons."""
    years: list[tuple[int, float]] = [(0, 1.0)]
    for column, codes in marginal.ages.items():
        entry = next(one for one in catalog.codes[codes].entries if one.code == row[column])
        first = int(str(entry.attributes["from"]))
        last = entry.attributes["to"]
        ages = range(first, (marginal.oldest if last is None else int(str(last))) + 1)
        # On 1 January nobody has had the birthday of that year yet.
        years = [((marginal.year or 0) - 1 - age, 1 / len(ages)) for age in ages]
    return years
