"""What the study asks for, as plain lists for engines that know nothing of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow.codes import prefixes, within

ROOT = Path(__file__).resolve().parents[2] / "catalog"


@dataclass(frozen=True)
class Prefixes:
    """Codes that begin with one of `single`, or whose beginning lies between the two of a pair of `ranges`."""

    single: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]

    def sql(self, column: str) -> str:
        """As a condition in SQL."""
        tests = []
        for length in sorted({len(one) for one in self.single}):
            codes = ", ".join(f"'{one}'" for one in self.single if len(one) == length)
            tests.append(f"substr({column}, 1, {length}) IN ({codes})")
        for low, high in self.ranges:
            tests.append(
                f"(length({column}) >= {len(low)} AND substr({column}, 1, {len(low)}) BETWEEN '{low}' AND '{high}')"
            )
        return "(" + " OR ".join(tests) + ")"


@dataclass(frozen=True)
class Asked:
    """Hospitals, main and further diagnoses, services and products of the study, and the smallest class."""

    hospitals: tuple[str, ...]
    stroke: Prefixes
    diagnoses: Prefixes
    services: Prefixes
    products: tuple[str, ...]
    smallest: int


@cache
def asked() -> Asked:
    """Read from the catalogue, once."""
    catalog = load_catalog(ROOT)
    hospitals = (e.code for e in catalog.codes["hospitals"].entries if e.attributes.get("flemish_recognised") is True)
    medicines = prefixes(catalog.codes["atc_requested"])
    products = (e.code for e in catalog.codes["cnk"].entries if within(str(e.attributes.get("atc", "")), medicines))
    return Asked(
        tuple(filter(None, hospitals)),
        _prefixes(catalog, "stroke_inclusion"),
        _prefixes(catalog, "stroke_inclusion", "infections_and_other", "charlson"),
        _prefixes(catalog, "nomenclature_stroke"),
        tuple(filter(None, products)),
        catalog.policies["small-cells"].threshold,
    )


def _prefixes(catalog: Catalog, *lists: str) -> Prefixes:
    bounds = dict.fromkeys(pair for name in lists for pair in prefixes(catalog.codes[name]))
    return Prefixes(
        tuple(low for low, high in bounds if low == high), tuple(pair for pair in bounds if pair[0] != pair[1])
    )
