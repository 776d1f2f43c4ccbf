"""Where every column of a flow comes from and what it serves: values copied, values computed, columns looked at.

A place is (dataset, part, column); a field of a source table is (table, "", field).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.catalog.model import Catalog
from workbench.dataflow.schema import Dataset

Place = tuple[str, str, str]
Places = frozenset[Place]
NOTHING: Places = frozenset()


@dataclass
class Traces:
    """What the steps so far do with columns; `made_at` and `looked_at` give the number of the step."""

    copied: dict[Place, Places] = field(default_factory=dict)
    computed: dict[Place, Places] = field(default_factory=dict)
    made_at: dict[Place, int] = field(default_factory=dict)
    looked_at: dict[Place, list[int]] = field(default_factory=dict)
    empty: set[Place] = field(default_factory=set)

    def copied_from(self, place: Place) -> Places:
        """Places from which this one has its value unchanged."""
        return self.copied.get(place, NOTHING)

    def sources(self, place: Place) -> Places:
        """Places from which this one has its value, copied or computed."""
        return self.copied.get(place, NOTHING) | self.computed.get(place, NOTHING)


def columns_of(dataset: Dataset) -> tuple[Place, ...]:
    """Every place of a dataset."""
    return tuple((dataset.name, part, one.name) for part, columns in dataset.parts.items() for one in columns)


def source_of(place: Place, catalog: Catalog) -> str | None:
    """The reference of a source field (`mzg.STAYHOSP.STAYNUM`); None for a column of a dataset."""
    return f"{place[0]}.{place[2]}" if place[0] in catalog.tables else None
