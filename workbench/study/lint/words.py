"""Sentences of findings."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[object]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    given = [str(name) for name in names]
    return " and ".join(([", ".join(given[:-1])] if len(given) > 1 else []) + given[-1:])


def years(given: Iterable[int]) -> str:
    """Years as ranges: `2012-2014 and 2016`."""
    parts: list[list[int]] = []
    for year in sorted(set(given)):
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return listed(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
