"""The units that fields may have, from `catalog/units.yaml`."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.base import Entry, Label, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problems

FILE = "units.yaml"


class Unit(Entry):
    """A unit of measure under the name fields give it, with its UCUM code, or the ISO 4217 code of money."""

    id: Text
    ucum: str | None = None
    iso4217: str | None = None
    label: Label


class Units(Entry):
    """The whole file."""

    units: tuple[Unit, ...] = ()


def read_units(root: Path) -> tuple[tuple[Unit, ...], SourceFile | None]:
    """The units of a catalogue folder, with their source for its lines; a catalogue may have none.

    Raises `Problems` when the file is there and wrong.
    """
    path = root / FILE
    if not path.exists():
        return (), None
    source = read_source(path, root.parent)
    found = validate(Units, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    _doubles(found, source)
    return found.units, source


def _doubles(found: Units, source: SourceFile) -> None:
    seen: set[str] = set()
    for number, unit in enumerate(found.units):
        if unit.id in seen:
            why, todo = "two units of one name cannot be told apart", "rename or remove one of them"
            raise Problems([source.problem(("units", number), f"unit '{unit.id}' stands twice", why, todo)])
        seen.add(unit.id)
