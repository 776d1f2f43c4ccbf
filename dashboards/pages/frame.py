"""The frame of every page: Panel's page with our header, and what happens when a visit begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import panel as pn
from panel.io.resources import BASE_TEMPLATE
from panel.viewable import Viewable

from dashboards.files import TEMPLATES
from dashboards.house import House, Moment
from dashboards.pages.header import follow, navigation
from dashboards.pages.memory import forget
from dashboards.pages.room import Room
from dashboards.places import PLACES
from dashboards.texts import texts
from dashboards.vigil import Watched
from dashboards.visits import SignedOut
from workbench.errors import Refused

# Bar and strip are plain HTML of this template; panel-material-ui's page was 1.4 MB of script for them (decision 0029).
# Its values that are no markup are escaped where they stand: what Bokeh puts into it is markup.
_TEMPLATE = BASE_TEMPLATE.environment.from_string((TEMPLATES / "page.html").read_text(encoding="utf-8"))
SHOWS_FIGURES = frozenset({"/", "/report"})
Page = Callable[[Room], list[Viewable]]


def served(house: House, page: Page) -> Callable[[], Viewable]:
    """The function that Panel calls for each visit of `page`."""

    def make() -> Viewable:
        document = cast(Any, pn.state.curdoc)
        session_id = document.session_context.id
        document.on_session_destroyed(lambda _: leave(house, session_id, document))
        visit = house.visits.of(session_id)
        room = Room(house, visit, texts(visit.lang))
        body = pn.Column(sizing_mode="stretch_width", margin=(0, 14))
        query = {key: value for key, value in visit.query.items() if key != "lang"}

        def fill() -> None:
            with room.boundary(body):
                _admit(room)
                body[:] = page(room)
            follow(room, visit.path, query)

        def again() -> None:
            """What the reader may see has changed: figures are read anew; a page one works on is only closed."""
            if visit.path in SHOWS_FIGURES:
                return fill()
            with room.boundary(body):
                _admit(room)
            follow(room, visit.path, query)

        pn.extension(inline=False)
        fill()
        house.vigil.watch(session_id, Watched(document, partial(_seen, room), again))
        return Frame(room, body)

    return make


def _admit(room: Room) -> None:
    if not PLACES[room.visit.path].admits(room.viewer()):
        raise Refused(f"{room.visit.path} is not open to this person")


def _seen(room: Room, moment: Moment) -> object:
    """What decides on all that this page may show: the reader of a moment, or that there is none any more."""
    try:
        viewer = room.visit.viewer(moment.logins, uses=False)  # a page that stands open does nothing
    except SignedOut:
        return None
    report = moment.reports.get(room.visit.query.get("id", ""))
    if room.visit.path == "/report" and report is not None:
        # A right in another collection must not take away what the reader has chosen here.
        return viewer.person, viewer.hospital, viewer.profile(report.study)
    return viewer


def leave(house: House, session_id: str, document: Any) -> None:
    """A page was closed: its session ends, and what the framework would keep of it is dropped."""
    house.visits.leave(session_id)
    house.vigil.leave(session_id)
    forget(document)


class Frame(pn.Column):
    """The page as one root of the document, and the right-hand side of the bar above it as another."""

    def __init__(self, room: Room, body: Viewable) -> None:
        super().__init__(body, sizing_mode="stretch_width", margin=0)
        t, self._bar = room.t, room.header
        site = t("site.title")
        self._title = f"{room.title} · {site}" if room.title else site
        self._around = {"home": room.link("/"), "site": site, "strip": navigation(room)}

    def server_doc(self, doc: Any = None, title: str | None = None, location: Any = True) -> Any:
        doc = super().server_doc(doc, self._title, location)
        page, *others = doc.roots
        self._bar.server_doc(doc, self._title, False)
        header = next(one for one in doc.roots if one is not page and one not in others)
        page.name, header.name = "page", "header"
        doc.template = _TEMPLATE
        doc.template_variables.update(self._around)
        return doc
