"""How much room a drawing gives its texts, so that it fills an A4 landscape instead of shrinking on it.

A flow with tall parties (many datasets in one) is bound by the height of the page, so its texts are hardly broken:
boxes become lower and wider. A long row of parties is bound by the width; a short one has room both ways. The
figures were found by trying on the flows of the studies which give the largest letters.
"""

from __future__ import annotations

from dataclasses import dataclass

TALL = 6  # datasets in one party
SHORT = 4  # parties in the longest row of deliveries
LONG = 45  # lines in the list of steps


@dataclass(frozen=True)
class Room:
    """Characters in a line: party, its place, a dataset by its own name or by a label, identifiers; the spaces
    between boxes in inches; and the list of steps: lines as wide as `steps` characters."""

    party: int
    place: int
    name: int
    label: int
    travel: int
    between: str
    steps: int


NARROW = Room(party=12, place=14, name=10, label=16, travel=11, between="0.18", steps=64)
WIDE = Room(party=28, place=32, name=18, label=36, travel=34, between="0.06", steps=54)
ROOMY = Room(party=20, place=24, name=18, label=22, travel=24, between="0.14", steps=60)


def room_for(tallest: int, longest: int) -> Room:
    """The room for a flow whose fullest party has `tallest` datasets and whose longest row `longest` parties."""
    if tallest > TALL:
        return WIDE
    return ROOMY if longest <= SHORT else NARROW


def columns_for(lines: int) -> int:
    """Columns of a list of steps that has so many lines."""
    return 4 if lines > LONG else 3
