"""What a releaser asks: the collection, the release, the tab (all in the address), and the classes to put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

TABS = ("certificate", "cells", "whatif", "ledger")
AXES = ("year", "hospital")
_MOST_GROUPS = 12


@dataclass(frozen=True)
class Classes:
    """The hospitals and years of a release, as text."""

    hospital: tuple[str, ...] = ()
    year: tuple[str, ...] = ()

    def of(self, axis: str) -> tuple[str, ...]:
        return self.hospital if axis == "hospital" else self.year

    def axes(self) -> tuple[str, ...]:
        """The axes that leave something to merge."""
        return tuple(axis for axis in AXES if len(self.of(axis)) > 1)


@dataclass(frozen=True)
class Asked:
    """`number` None is the newest. `picked` are the classes ticked now, `groups` those to be taken as one."""

    study: str = ""
    number: int | None = None
    tab: str = TABS[0]
    axis: str = AXES[0]
    picked: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str], studies: tuple[str, ...]) -> Asked:
        """From the parameters of an address; what cannot be is as if it were not there."""
        study = query.get("study", "")
        number = query.get("number", "")
        tab = query.get("tab", "")
        return cls(
            study if study in studies else next(iter(studies), ""),
            int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,
            tab if tab in TABS else TABS[0],
        )

    def query(self) -> dict[str, str]:
        """The parameters that give this again; classes are not kept, they change nothing."""
        number = "" if self.number is None else str(self.number)
        return {"study": self.study, "number": number, "tab": "" if self.tab == TABS[0] else self.tab}

    def after(self, act: str, value: str, on: bool, classes: Classes) -> Asked:
        """What is asked after something the reader did; what it cannot mean changes nothing."""
        if act == "number" and value.isascii() and value.isdigit() and len(value) < 6:
            return replace(self, number=int(value), picked=(), groups=())
        if act == "tab" and value in TABS:
            return replace(self, tab=value)
        if act == "axis" and value in classes.axes():
            return replace(self, axis=value, picked=())
        if act == "pick" and value in self.free(classes):
            rest = tuple(one for one in self.picked if one != value)
            return replace(self, picked=(*rest, value) if on else rest)
        if act == "join" and len(self.picked) > 1 and len(self.groups) < _MOST_GROUPS:
            return replace(self, picked=(), groups=(*self.groups, tuple(sorted(self.picked))))
        if act == "part" and value.isdigit() and int(value) < len(self.groups):
            return replace(self, groups=(*self.groups[: int(value)], *self.groups[int(value) + 1 :]))
        return self

    def free(self, classes: Classes) -> tuple[str, ...]:
        """The classes of the chosen axis that stand in no group yet."""
        taken = {one for group in self.groups for one in group}
        return tuple(one for one in classes.of(self.axis) if one not in taken)
