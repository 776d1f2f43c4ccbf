"""Checks of a code list: codes given twice, codes that break the rule of their system, classes that overlap or gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeGuard

from workbench.catalog.lint_texts import Finding, check_label, check_source
from workbench.catalog.model import Catalog, CodeEntry, CodeList
from workbench.catalog.rules import wrong

Number = int | float
Class = tuple[Number, Number | None, int]  # from, to (None is open), number of the entry


def check_codes(codes: CodeList, catalog: Catalog) -> Iterator[Finding]:
    """Everything wrong within one code list."""
    yield from check_label(codes.label, ("label",), codes.id)
    yield from check_source(codes.cite, ("cite",), catalog)
    if not codes.entries:
        yield Finding(("entries",), f"code list '{codes.id}' is empty", "it selects nothing", "add its codes")
    for number, entry in enumerate(codes.entries):
        yield from check_label(entry.label, ("entries", number, "label"))
        yield from _syntax(codes, entry, number)
        if entry.cite:
            yield from check_source(entry.cite, ("entries", number, "cite"), catalog)
    yield from _doubles(codes)
    yield from _classes(codes)


def _syntax(codes: CodeList, entry: CodeEntry, number: int) -> Iterator[Finding]:
    for key, code in (("code", entry.code), ("from", entry.from_code), ("to", entry.to_code)):
        reason = wrong(codes.system, code) if code else ""
        if reason:
            what = f"'{code}' is no {codes.system} code"
            yield Finding(("entries", number, key), what, reason, "correct the code")


def _doubles(codes: CodeList) -> Iterator[Finding]:
    """A code stands once in a list of values; in a selection it may stand in several groups (Charlson)."""
    seen: dict[object, int] = {}
    for number, entry in enumerate(codes.entries):
        code = entry.code or f"{entry.from_code} to {entry.to_code}"
        key = code if codes.kind == "values" else (code, repr(sorted(entry.attributes.items())))
        if key in seen:
            why = f"it is entry {seen[key] + 1} of the list already"
            yield Finding(("entries", number), f"code '{code}' stands twice", why, "remove one of the two")
        else:
            seen[key] = number


def _classes(codes: CodeList) -> Iterator[Finding]:
    """Classes with attributes `from` and `to` (both included; a missing or empty `to` is open at the end)."""
    classes: list[Class] = []
    for number, entry in enumerate(codes.entries):
        low, high = entry.attributes.get("from"), entry.attributes.get("to")
        if not _is_number(low) or not (high is None or _is_number(high)):
            if low is not None or high is not None:
                why, todo = "a class needs numbers", "write numbers; an open end is a 'to' that is null"
                yield Finding(("entries", number), f"the class {low} to {high} has no clear ends", why, todo)
            continue
        if high is not None and high < low:
            why, todo = "no value falls in it", "exchange or correct its ends"
            yield Finding(("entries", number), f"the class {low} to {high} is empty", why, todo)
        else:
            classes.append((low, high, number))
    yield from _neighbours(sorted(classes, key=lambda one: (one[0], one[2])))


def _neighbours(classes: Sequence[Class]) -> Iterator[Finding]:
    """Overlaps and gaps between classes in their order; whole numbers touch when they are one apart."""
    whole = all(isinstance(end, int) for low, high, _ in classes for end in (low, high) if end is not None)
    for (low, high, _), (start, end, number) in pairwise(classes):
        at, shown = ("entries", number), f"the class {start} to {'open' if end is None else end}"
        before = f"{low} to {'open' if high is None else high}"
        if high is None or (start <= high if whole else start < high):
            why = f"a value may fall in the class {before} too"
            yield Finding(at, f"{shown} overlaps the one before it", why, "correct the ends")
        elif start > high + 1 if whole else start > high:
            why = f"values between it and the class {before} fall in none"
            yield Finding(at, f"{shown} leaves a gap before it", why, "correct the ends, or add the class")


def _is_number(value: object) -> TypeGuard[Number]:
    return isinstance(value, int | float) and not isinstance(value, bool)
