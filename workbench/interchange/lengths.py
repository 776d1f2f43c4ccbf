"""The length of a field as the guidelines print it, as the set of lengths allowed in a registration year."""

from __future__ import annotations

import re

LONGEST = 1000
_PART = r"[0-9]+(?:-[0-9]+)?"
_SPEC = rf"{_PART}(?: of {_PART})*"  # `0 of 1-2`: empty, or one or two characters
_UNTIL = re.compile(rf"({_SPEC}) t\.e\.m\. MZG ?([0-9]{{4}})")
_FROM = re.compile(rf"({_SPEC}) vanaf MZG ?([0-9]{{4}})")


class UnreadLength(ValueError):
    """The text follows none of the printed forms; its message says so in words for a person."""


def lengths(text: str | None, year: int) -> frozenset[int] | None:
    """Lengths of a filled value in files of registration year `year`; None when the catalogue gives none.

    Printed forms: `4`, `1-20`, `0 of 4`, `1 of 7`, `1 (3 vanaf MZG2012)`, and
    `3-6 t.e.m. MZG2014 3-7 vanaf MZG2015` with other words between. The 0 of an optional field says that it
    may be empty, which the field's own duty says too. Raises `UnreadLength`.
    """
    if text is None:
        return None
    if re.fullmatch(_SPEC, text):
        return _sizes(text)
    later = [(int(since), spec) for spec, since in _FROM.findall(text)]
    earlier = [(int(until), spec) for spec, until in _UNTIL.findall(text)]
    first = re.match(rf"({_SPEC}) \(", text)
    for since, spec in sorted(later, reverse=True):
        if year >= since:
            return _sizes(spec)
    for until, spec in sorted(earlier):
        if year <= until:
            return _sizes(spec)
    if first and later:
        return _sizes(first[1])
    raise UnreadLength("its form is not one that the guidelines print")


def _sizes(spec: str) -> frozenset[int]:
    found: set[int] = set()
    for part in spec.split(" of "):
        low, _, high = part.partition("-")
        bounds = int(low), int(high or low)
        if bounds[0] > bounds[1] or bounds[1] > LONGEST:
            raise UnreadLength(f"'{part}' is no range of lengths up to {LONGEST}")
        found.update(range(bounds[0], bounds[1] + 1))
    return frozenset(found - {0})
