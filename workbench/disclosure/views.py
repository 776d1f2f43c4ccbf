"""Who attacks, and what each of them knows already: a view is the set of cells that an attacker knows exactly.

Everybody is taken to see every number of every release, which is more than any page shows a reader: the
public and the sponsor are then one attacker, the outsider, who knows no cell. A hospital knows its own stays,
hospitals that put their knowledge together know those of all, and who registered the stays of some years
knows those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.rows import Bools
from workbench.errors import Refused

OUTSIDER = "outsider"


@dataclass(frozen=True)
class Views:
    """names: the outsider, then the others. known: (A, H, C) the cells that each knows exactly."""

    names: tuple[str, ...]
    known: Bools


def registrar(hospital: str, years: Iterable[int]) -> str:
    """The name of a view that knows the stays of some years of a hospital; it names no person."""
    return f"who registered {hospital} in {', '.join(map(str, sorted(years)))}"


def registered(name: str) -> tuple[str, str] | None:
    """Hospital and years of a view that `registrar` named, for who says it in another language; None for others."""
    found = re.fullmatch(r"who registered (.+) in ([\d, ]+)", name)
    return (found[1], found[2]) if found else None


def views_of(
    blocks: tuple[str, ...],
    years: np.ndarray[tuple[int], np.dtype[np.int64]],
    together: Iterable[tuple[str, ...]] = (),
    registered: Iterable[tuple[str, frozenset[int]]] = (),
) -> Views:
    """The outsider, every hospital when there are several, hospitals together, registering persons.

    years: (C,) the year of each cell. together: hospitals that put their knowledge together.
    registered: hospital and years of who registered there. Raises Refused for a hospital without stays: a
    slip in its name would leave a view unaudited.
    """
    place = {name: number for number, name in enumerate(blocks)}
    found: dict[str, Bools] = {OUTSIDER: np.zeros((len(blocks), len(years)), dtype=bool)}
    single = {name: frozenset({name}) for name in blocks} if len(blocks) > 1 else {}
    for name, members in {**single, **_together(together, place)}.items():
        known = found[OUTSIDER].copy()
        known[[place[member] for member in sorted(members)]] = True
        found[name] = known
    for hospital, some in registered:
        if hospital in place:
            known = found[OUTSIDER].copy()
            known[place[hospital], np.isin(years, sorted(some))] = True
            if known.any():
                found[registrar(hospital, some)] = known
    return Views(tuple(found), np.stack(list(found.values())))


def _together(groups: Iterable[tuple[str, ...]], place: Mapping[str, int]) -> dict[str, frozenset[str]]:
    found = {}
    for group in groups:
        absent = [name for name in group if name not in place]
        if absent:
            raise Refused(
                f"the policy names hospitals that know each other's stays, but {', '.join(absent)} has none here: "
                "correct the list in the policy"
            )
        found[" + ".join(sorted(group))] = frozenset(group)
    return found
