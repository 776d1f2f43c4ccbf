"""Where a variable goes: the studies that ask for it, the datasets that carry it, the indicators that read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashboards.flows.opened import OpenedStudy
from workbench.catalog.base import Label
from workbench.catalog.model import Catalog


@dataclass(frozen=True)
class Use:
    """A study that has a variable: why (None when it does not say), in which datasets, for which indicators."""

    study: OpenedStudy
    datasets: tuple[str, ...]
    indicators: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    motivation: Label | None = None


def uses_of(studies: Iterable[OpenedStudy], catalog: Catalog) -> Mapping[str, tuple[Use, ...]]:
    """By reference of a variable, its uses in the order of the studies."""
    found: dict[str, list[Use]] = {}
    for study in studies:
        for ref, use in _in_study(study, catalog):
            found.setdefault(ref, []).append(use)
    return {ref: tuple(uses) for ref, uses in found.items()}


def _in_study(study: OpenedStudy, catalog: Catalog) -> Iterator[tuple[str, Use]]:
    asked = {use.ref: use for use in study.study.variables}
    # A key field that several tables of a source repeat is one variable to a study, motivated once.
    short = {_short(ref): use for ref, use in asked.items()}
    carried: dict[str, dict[str, None]] = {ref: {} for ref in asked}
    for name, dataset in study.flow.datasets.items():
        for columns in dataset.parts.values():
            for column in columns:
                if column.name in catalog.derived:
                    carried.setdefault(f"derived.{column.name}", {})[name] = None
                for ref in column.origin:
                    carried.setdefault(ref, {})[name] = None
    for ref, datasets in carried.items():
        use = asked.get(ref) or short.get(_short(ref))
        by = use.used_by if use else ()
        indicators = tuple(one for one in by if one in catalog.indicators)
        purposes = tuple(one for one in by if one not in catalog.indicators)
        yield ref, Use(study, tuple(datasets), indicators, purposes, use.motivation if use else None)


def _short(ref: str) -> tuple[str, str]:
    return ref.partition(".")[0], ref.rpartition(".")[2]
