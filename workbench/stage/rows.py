"""Rows of synthetic people as pages may show them: the only rows about persons that they can be handed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.stage.proof import Proof


@dataclass(frozen=True)
class SyntheticRows:
    """Some rows of a table of a vault as text; `count` is how many it has, `mine` which are of who is followed.

    A type of its own: what takes it cannot be handed the rows of a run. It is made with a `Proof`, or read from a
    sealed file that was written with one.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    mine: frozenset[int]

    @staticmethod
    def of(proof: Proof, columns: Sequence[str], rows: Sequence[Sequence[str]], count: int, mine: int) -> SyntheticRows:
        """Rows of proven people; the first `mine` are of who is followed. Raises `TypeError` without a proof."""
        if not isinstance(proof, Proof):
            raise TypeError("rows are shown of proven synthetic people only")
        return SyntheticRows(tuple(columns), tuple(map(tuple, rows)), count, frozenset(range(mine)))

    def plain(self) -> dict[str, Any]:
        """As it is written."""
        return {"columns": self.columns, "rows": self.rows, "count": self.count, "mine": sorted(self.mine)}

    @staticmethod
    def read(one: Mapping[str, Any]) -> SyntheticRows:
        """From a sealed file, which `read_sealed` has looked at."""
        return SyntheticRows(
            tuple(one["columns"]), tuple(map(tuple, one["rows"])), one["count"], frozenset(one["mine"])
        )
