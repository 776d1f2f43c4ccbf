"""A picture in two steps: its parts, which cost a server and a browser most, and the numbers that they show.

A figure takes 20 to 50 ms to make, and a browser several times as long to build as to paint. Two pictures of one kind
consist of the same parts, so one that is on the screen is filled with the numbers of another. Whatever follows from the
numbers is filled in, at the first time too; so nothing of an earlier view can stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bokeh.plotting import figure


class Parts(Protocol):
    """What was built for a picture; `made` is the figure."""

    made: figure


@dataclass(frozen=True)
class Picture:
    """`fill` takes what the `build` of any picture of the same `kind` and language gave."""

    kind: tuple[object, ...]
    build: Callable[[], Parts]
    fill: Callable[[Any], None]

    def figure(self) -> figure:
        """The picture made for itself."""
        parts = self.build()
        self.fill(parts)
        return parts.made
