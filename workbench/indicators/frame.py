"""The stays of an analysis dataset beside those that followed in other hospitals, and their billing lines.

A transfer splits one episode over several stays. Every rule looks at the episode: the stay it is asked for and
the stays that followed it day on day, with days counted from the first admission or the last discharge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog, CodeList
from workbench.dataflow.codes import coded_condition, matches

KEY = ("SS00075", "STAYNUM")
Keep = Callable[[str, ir.Table], ir.Table]  # materialise an expression under a name, and give it back as a table


class Frame:
    """All stays, one row each, to which rules add boolean columns.

    `legs` has one row per stay of every chain: KEY of the stay asked for, leg_hospital and leg_stay, place (0 for
    itself), offset (days from the first admission to this leg's), los of the leg, destination, last.
    """

    def __init__(self, parts: Mapping[str, ir.Table], catalog: Catalog, keep: Keep) -> None:
        self.parts = parts
        self.catalog = catalog
        self._marks = 0
        stays = parts["stay"]
        self.legs = keep("legs", _legs(stays, keep))
        ends = self.legs.filter(self.legs["last"]).select(*KEY, last_destination="destination")
        self.table = stays.left_join(ends, list(KEY)).select(*stays.columns, "last_destination")

    def add(self, condition: ir.BooleanValue) -> str:
        """Keep a condition over the stays' own columns as a column; returns its name."""
        name = self._name()
        self.table = self.table.mutate(**{name: condition.fill_null(False)})
        return name

    def mark(self, keys: ir.Table) -> str:
        """A column that is true for the stays whose key is in `keys`; returns its name."""
        name = self._name()
        found = keys.select(*KEY).distinct().mutate(**{name: ibis.literal(True)})
        rows = self.table.left_join(found, list(KEY))
        self.table = rows.select(*self.table.columns, **{name: rows[name].fill_null(False)})
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
    def lines(self) -> ir.Table:
        """Billing lines of every stay's chain.

        KEY is that of the stay asked for; place, los and last are the leg's; stay_day counts from the admission
        of the line's own stay, day from the first admission.
        """
        billing = self.parts["billing"].select(
            "SS00020", "SS00135", leg_hospital="SS00075", leg_stay="STAYNUM", stay_day="SS00015"
        )
        rows = billing.join(self.legs, ["leg_hospital", "leg_stay"])
        return rows.select(
            *KEY,
            "place",
            "los",
            "last",
            "SS00020",
            "SS00135",
            "stay_day",
            day=rows["stay_day"] + rows["offset"],
        )

    def group(self, codes: str, groups: tuple[str, ...]) -> CodeList:
        """The entries of a code list whose attribute `group` is one of `groups`."""
        code_list = self.catalog.codes[codes]
        chosen = tuple(entry for entry in code_list.entries if entry.attributes.get("group") in groups)
        return code_list.model_copy(update={"entries": chosen})

    def coded(self, column: ir.StringColumn, code_list: CodeList) -> ir.BooleanValue:
        """Condition that a column falls in (a part of) a code list."""
        return matches(column, code_list)

    def product(self, column: ir.StringColumn, codes: str) -> ir.BooleanValue:
        """Condition that a product number belongs to a list of medicines."""
        return coded_condition(column, "cnk", codes, self.catalog)

    def _name(self) -> str:
        self._marks += 1
        return f"mark{self._marks}"


def _legs(stays: ir.Table, keep: Keep) -> ir.Table:
    """Every chain followed to its end, however long."""
    steps = stays.select(
        leg_hospital="SS00075",
        leg_stay="STAYNUM",
        los="LOS",
        destination="A2_CODE_DESTINATE",
        next_hospital="VolgendZiekenhuis",
        next_stay="VolgendVerblijf",
    )
    leg = steps.mutate(
        SS00075=steps["leg_hospital"],
        STAYNUM=steps["leg_stay"],
        place=ibis.literal(0, "int64"),
        offset=ibis.literal(0, "int64"),
    )
    found = [leg]
    while True:
        before = found[-1].filter(found[-1]["next_stay"].notnull())
        before = before.select(
            *KEY, "place", "offset", before_los="los", leg_hospital="next_hospital", leg_stay="next_stay"
        )
        rows = before.join(steps, ["leg_hospital", "leg_stay"])
        after = rows.select(*steps.columns, *KEY, place=rows["place"] + 1, offset=rows["offset"] + rows["before_los"])
        after = keep(f"leg{len(found)}", after)
        if not after.count().execute():
            break
        found.append(after.select(*leg.columns).cast(dict(leg.schema().items())))
    rows = ibis.union(*found) if len(found) > 1 else leg
    last = rows["place"] == rows["place"].max().over(ibis.window(group_by=list(KEY)))
    return rows.mutate(last=last).drop("next_hospital", "next_stay")
