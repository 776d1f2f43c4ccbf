"""Flows that fit whatever variables were chosen: the files of `catalog/starts`, filled in from a draft."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workbench.catalog.base import Cite, Entry, Label, Name
from workbench.catalog.model import Catalog
from workbench.catalog.source import read_source, validate
from workbench.drafts.edits import Put, get
from workbench.drafts.starts import with_variables
from workbench.drafts.writing import edited, read
from workbench.errors import Problem, Problems


class Start(Entry):
    """A beginning: `sections` take the place of those of the draft, `population` and `used_by` fill what is empty.

    `variables` are added where the draft lacks them, and counted by only where the draft had them.
    """

    id: Name
    label: Label
    text: Label
    cite: Cite
    variables: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    population: dict[str, str]
    sections: dict[str, Any]


@cache
def read_starts(root: Path) -> Mapping[str, Start]:
    """Every beginning under `root/starts` by its id. Raises `Problems`."""
    problems: list[Problem] = []
    starts: dict[str, Start] = {}
    for path in sorted((root / "starts").glob("*.yaml")):
        source = read_source(path, root.parent)
        start = validate(Start, source.data, source) if not source.problems else None
        problems += source.problems
        if start is not None:
            starts[start.id] = start
    if problems:
        raise Problems(problems)
    return starts


def begun(text: str, start: Start, catalog: Catalog) -> str:
    """The draft with the sections of a beginning, for its own variables.

    Only variables of one provider can be counted together; of several, those of the table of the population, or else
    of the first variable. A draft without any variable of the catalogue stays as it is.
    """
    chosen = _given(read(text), catalog)
    if chosen is None:
        return text
    text, _ = with_variables(text, start.variables)
    data = read(text)
    given = {**(_given(data, catalog) or {}), "$names": chosen["$names"]}
    for section, value in start.sections.items():
        text = edited(text, Put((section,), _filled(value, given)))
    for key, value in start.population.items():
        if not get(data, ("population", key)):
            text = edited(text, Put(("population", key), _filled(value, given)))
    for number, use in enumerate(data["variables"]):
        if start.used_by and isinstance(use, dict) and not use.get("used_by"):
            text = edited(text, Put(("variables", number, "used_by"), list(start.used_by)))
    return text


def _given(data: Any, catalog: Catalog) -> Mapping[str, Any] | None:
    entries = get(data, ("variables",))
    asked = [str(one.get("ref")) for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    refs = [ref for ref in asked if catalog.field(ref) is not None]
    if not refs:
        return None
    unit = str(get(data, ("population", "unit")) or "")
    unit = unit if unit in catalog.tables else refs[0].rpartition(".")[0]
    provider = catalog.tables[unit].provider
    mine = [ref for ref in refs if catalog.tables[ref.rpartition(".")[0]].provider == provider]
    columns: dict[str, str] = {}
    for ref in mine:
        table, _, name = ref.rpartition(".")
        columns[name if name not in columns else f"{table.rpartition('.')[2]}_{name}"] = ref
    tables = list(dict.fromkeys([unit, *(ref.rpartition(".")[0] for ref in mine)]))
    return {"$provider": provider, "$unit": unit, "$tables": tables, "$columns": columns, "$names": list(columns)}


def _filled(value: Any, given: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, given) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, given) for one in value]
    return given.get(value, value) if isinstance(value, str) else value
