"""The pages by address: what each is called in the strip above all pages, and whose duty opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.access import Duty, Viewer


@dataclass(frozen=True)
class Place:
    """`name` is the key of its title in the strip, empty when it has none; without `duties` it is open to everyone.

    `personal` is open to everyone who is logged in; `plain` is served by a handler of its own and needs no script.
    """

    name: str = ""
    duties: frozenset[Duty] = frozenset()
    personal: bool = False
    plain: bool = False

    def admits(self, viewer: Viewer) -> bool:
        """Whether `viewer` may open the page at all; what it then shows is asked again at every call."""
        if self.personal and viewer.is_public:
            return False
        return not self.duties or viewer.has(*self.duties)


PLACES: Mapping[str, Place] = {
    "/": Place("nav.reports"),
    "/report": Place(),
    "/catalogue": Place("nav.catalogue"),
    "/flow": Place("nav.flow"),
    "/play": Place("nav.play", personal=True, plain=True),
    "/board": Place("nav.board", frozenset({Duty.DESIGNER, Duty.OPERATOR}), plain=True),
    "/builder": Place("nav.builder", frozenset({Duty.DESIGNER, Duty.REVIEWER})),
    "/runs": Place("nav.runs", frozenset({Duty.DESIGNER, Duty.OPERATOR})),
    "/release": Place("nav.release", frozenset({Duty.RELEASER})),
    "/access": Place("nav.access", personal=True, plain=True),
}


def strip(viewer: Viewer) -> Iterator[tuple[str, str]]:
    """Address and title key of every page that `viewer` finds in the strip."""
    for path, place in PLACES.items():
        if place.name and place.admits(viewer):
            yield path, place.name
