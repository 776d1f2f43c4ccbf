"""Code lists as conditions: does a coded column fall in a list or a selection?

Selections are prefixes of undotted codes (`I63.-`, `J69.0`) or ranges of prefixes of equal length
(`J13.-` to `J17.-`). ICD-10-BE has longer codes below most printed ones, so a printed code covers those too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.catalog.model import Catalog, CodeEntry, CodeList

Bounds = tuple[str, str]  # first and last prefix, of equal length


def undotted(pattern: str) -> str:
    """The prefix a printed pattern stands for: `I63.-` -> `I63`; `T83.51-` -> `T8351`; `J01` -> `J01`."""
    return pattern.replace(".", "").replace("-", "").strip()


def prefixes(code_list: CodeList) -> tuple[Bounds, ...]:
    """(first, last) prefixes of every entry; both equal for a single pattern."""
    return tuple(dict.fromkeys(_bounds(entry) for entry in code_list.entries))


def _bounds(entry: CodeEntry) -> Bounds:
    first = entry.code or entry.from_code or ""
    return undotted(first), undotted(entry.to_code or first)


def having(code_list: CodeList, wanted: Mapping[str, Any]) -> CodeList:
    """The list with only the entries whose attributes have the wanted values."""
    chosen = tuple(
        entry for entry in code_list.entries if all(entry.attributes.get(key) == value for key, value in wanted.items())
    )
    return code_list.model_copy(update={"entries": chosen})


def within(code: str, bounds: tuple[Bounds, ...]) -> bool:
    """Whether one code falls in one of the bounds: the same rule as `matches`, for lists in memory."""
    return any(len(code) >= len(first) and first <= code[: len(first)] <= last for first, last in bounds)


def matches(column: ir.StringColumn, code_list: CodeList) -> ir.BooleanValue:
    """Condition that `column` falls in `code_list`; empty where the column is, false for an empty list."""
    if code_list.kind == "values":
        return column.isin([entry.code for entry in code_list.entries if entry.code])
    by_length: dict[int, list[str]] = {}
    ranges: list[Bounds] = []
    for first, last in prefixes(code_list):
        if first == last:
            by_length.setdefault(len(first), []).append(first)
        else:
            ranges.append((first, last))
    tests = [column.substr(0, length).isin(codes) for length, codes in by_length.items()]
    for first, last in ranges:
        # A code shorter than the bounds is above them, though it may sort between them.
        tests.append((column.length() >= len(first)) & column.substr(0, len(first)).between(first, last))
    return reduce(or_, tests, ibis.literal(False))


def coded_condition(
    column: ir.StringColumn, coded_in: str | None, target: str | CodeList, catalog: Catalog
) -> ir.BooleanValue:
    """Condition that `column` falls in the list `target` (itself, or the id of a list of the catalogue).

    A field coded in list L may be asked for in another system S when L's entries carry S as an attribute: a
    product number (CNK) is asked for by ATC group. Then the condition is on L's codes.
    """
    wanted = catalog.codes[target] if isinstance(target, str) else target
    own = catalog.codes.get(coded_in) if coded_in else None
    if own is None or own.system == wanted.system or wanted.system not in _systems(own):
        return matches(column, wanted)
    bounds = prefixes(wanted)
    chosen = [e.code for e in own.entries if e.code and within(str(e.attributes.get(wanted.system, "")), bounds)]
    return column.isin(chosen)


def _systems(code_list: CodeList) -> set[str]:
    return {name for entry in code_list.entries for name in entry.attributes}
