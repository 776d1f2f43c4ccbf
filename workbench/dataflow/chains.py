"""Formulas of chains of stays: the person's stay in another hospital that touches this one on a day."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from workbench.catalog.base import Entry
from workbench.catalog.model import FieldType
from workbench.dataflow.formulas import ANY, DAY, TEXT, Formula, Types


class Chain(Entry):
    """Columns of a chain: `place` and `stay` identify a stay, `take` is what is asked of the neighbour."""

    person: str
    begin: str
    end: str
    place: str
    stay: str
    take: str


class NeighbourStay(Formula):
    """Base of `previous_stay` and `next_stay`.

    Stays of a person are ordered by begin, end, stay and place. The order decides which of two stays on one
    day came first, and which of several candidates is taken (the nearest), so that a stay is never both
    before and after another. Candidates are found by their day, not by their position: a day stay that lies
    inside a longer one does not break the chain.
    """

    type: ClassVar[FieldType] = "string"
    looks_around: ClassVar[bool] = True
    earlier: ClassVar[bool]

    @property
    @abstractmethod
    def chain(self) -> Chain:
        """Columns that make the chain of stays."""

    def takes(self) -> dict[str, Types]:
        chain = self.chain
        asked: dict[str, Types] = {chain.person: ANY, chain.place: ANY, chain.stay: ANY}
        return {**asked, chain.begin: DAY, chain.end: DAY, chain.take: TEXT}

    def apply(self, rows: ir.Table, name: str, around: ir.Table | None = None) -> ir.Table:
        chain, stays = self.chain, rows if around is None else around
        keys = list(dict.fromkeys((chain.person, chain.begin, chain.end, chain.place, chain.stay)))
        order = [stays[key] for key in (chain.begin, chain.end, chain.stay, chain.place)]
        position = ibis.row_number().over(ibis.window(group_by=chain.person, order_by=order))
        mine = stays.select(*keys, **{"$at": position})
        touches, at = (chain.end, chain.begin) if self.earlier else (chain.begin, chain.end)
        other = stays.select(
            **{
                "$person": stays[chain.person],
                "$day": stays[touches],
                "$place": stays[chain.place],
                "$take": stays[chain.take],
                "$position": position,
            }
        )
        pairs = mine.join(
            other,
            [
                mine[chain.person] == other["$person"],
                mine[at] == other["$day"],
                mine[chain.place] != other["$place"],
                other["$position"] < mine["$at"] if self.earlier else other["$position"] > mine["$at"],
            ],
        )
        nearest = pairs["$take"].argmax if self.earlier else pairs["$take"].argmin
        found = pairs.group_by(keys).aggregate(**{"$found": nearest(pairs["$position"])})
        wide = rows.left_join(found, keys).select(*rows.columns, "$found")
        return wide.mutate(**{name: wide["$found"]}).drop("$found")


class PreviousStay(NeighbourStay):
    """previous_stay: the stay that ended on the day this one began."""

    earlier: ClassVar[bool] = True
    previous_stay: Chain

    @property
    def chain(self) -> Chain:
        return self.previous_stay


class NextStay(NeighbourStay):
    """next_stay: the stay that began on the day this one ended."""

    earlier: ClassVar[bool] = False
    next_stay: Chain

    @property
    def chain(self) -> Chain:
        return self.next_stay
