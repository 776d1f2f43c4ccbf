"""The units of an analysis dataset beside those that followed in other hospitals, and their rows in other tables.

A transfer splits one episode over several stays. A rule can look at the episode: the stay it is asked for and the
stays that followed it day on day, with days counted from the first admission or the last discharge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog
from workbench.study.model import Unit

Keep = Callable[[str, ir.Table], ir.Table]  # materialise an expression under a name, and give it back as a table
SETTLE = 16  # joins after which the units are computed: an expression nests one query per join, and engines end at some
LEG = "leg_"  # before the key columns of a stay of the chain, beside the key of the stay asked for


class Frame:
    """All units, one row each, to which rules add columns.

    parts: the tables of the analysis dataset by name. coded: the code list of a column (`part.column`), where one is
    known: a product number is then found by its ATC group.
    """

    def __init__(
        self,
        unit: Unit,
        parts: Mapping[str, ir.Table],
        catalog: Catalog,
        keep: Keep,
        coded: Mapping[str, str] | None = None,
    ) -> None:
        self.unit, self.parts, self.catalog, self.keep = unit, parts, catalog, keep
        self.key = list(unit.key)
        self.coded = coded or {}
        self.table = parts[unit.part]
        self._marks = self._joins = 0

    def add(self, value: ir.Value) -> str:
        """Keep a value over the units' own columns as a column; returns its name. An unknown truth is false."""
        name = self._name()
        filled = value.fill_null(False) if isinstance(value, ir.BooleanValue) else value
        self.table = self.table.mutate(**{name: filled})
        return name

    def mark(self, keys: ir.Table) -> str:
        """A column that is true for the units whose key, as far as `keys` has it, is in `keys`; returns its name."""
        by = [name for name in self.key if name in keys.columns]
        return self.join(keys.select(*by).distinct().mutate(found=ibis.literal(True)), "found", False)

    def join(self, rows: ir.Table, column: str, otherwise: float | bool | None) -> str:
        """A column of `rows`, one row per key, as a column of the units; returns its name."""
        name = self._name()
        by = [one for one in self.key if one in rows.columns]
        joined = self.table.left_join(rows.select(*by, **{name: rows[column]}), by)
        value = joined[name] if otherwise is None else joined[name].fill_null(otherwise)
        self.table = joined.select(*self.table.columns, **{name: value})
        self._joins += 1
        if not self._joins % SETTLE:
            self.table = self.keep(f"frame{self._joins // SETTLE}", self.table)
        return name

    def combine(self, names: list[str], any_of: bool) -> str:
        """The union or the intersection of boolean columns; returns its name."""
        test = self.table[names[0]]
        for name in names[1:]:
            test = test | self.table[name] if any_of else test & self.table[name]
        return self.add(test)

    def negate(self, name: str) -> str:
        """The complement of a boolean column; returns its name."""
        return self.add(~self.table[name])

    @cached_property
    def legs(self) -> ir.Table:
        """One row per stay of every chain: the key asked for, the key of the leg (with `leg_` before its names),
        place (0 for itself), offset (days from the first admission to the leg's), days (of the leg), last.

        Where units have no chain, each is its own and only leg.
        """
        return self.keep("legs", _legs(self.parts[self.unit.part], self.unit, self.keep))

    def rows(self, part: str, along: str) -> ir.Table:
        """Rows of another table with the key of the unit they belong to, and offset, days and last of their leg."""
        found = self.parts[part]
        by = [name for name in self.key if name in found.columns]
        if along == "own" or not self.unit.chain:
            if self.unit.chain:
                days = self.parts[self.unit.part].select(*self.key, days=self.unit.chain.days)
                found = found.join(days, by)
            return found.mutate(offset=ibis.literal(0, "int64"), **{LEG + name: found[name] for name in by})
        legs = self.legs.filter(self.legs["last"]) if along == "last" else self.legs
        named = found.rename({LEG + name: name for name in by})
        return named.join(legs, [LEG + name for name in by])

    def _name(self) -> str:
        self._marks += 1
        return f"mark{self._marks}"


def _legs(stays: ir.Table, unit: Unit, keep: Keep) -> ir.Table:
    """Every chain followed to its end, however long."""
    key, zero = list(unit.key), ibis.literal(0, "int64")
    own = {LEG + name: stays[name] for name in key}
    if unit.chain is None:
        nothing = ibis.null("int64")
        return stays.select(*key, **own, place=zero, offset=zero, days=nothing, last=ibis.literal(True))
    after = {f"next_{name}": stays[column] for name, column in zip(key, unit.chain.next, strict=True)}
    steps = stays.select(**own, days=stays[unit.chain.days], **after)
    leg = steps.mutate(**{name: steps[LEG + name] for name in key}, place=zero, offset=zero)
    found = [leg]
    while True:
        before = found[-1].filter(found[-1][f"next_{key[-1]}"].notnull())
        before = before.select(
            *key, "place", "offset", before_days="days", **{LEG + name: before[f"next_{name}"] for name in key}
        )
        rows = before.join(steps, [LEG + name for name in key])
        following = rows.select(
            *steps.columns, *key, place=rows["place"] + 1, offset=rows["offset"] + rows["before_days"]
        )
        following = keep(f"leg{len(found)}", following)
        if not following.count().execute():
            break
        found.append(following.select(*leg.columns).cast(dict(leg.schema().items())))
    every = ibis.union(*found) if len(found) > 1 else leg
    last = every["place"] == every["place"].max().over(ibis.window(group_by=key))
    return every.mutate(last=last).drop(*after)
