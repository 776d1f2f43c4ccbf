"""The frame of every page: Panel's page with our header, and what happens when a visit begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards.house import House
from dashboards.pages.header import follow, navigation
from dashboards.pages.memory import forget, state_watchers
from dashboards.pages.room import Room, html
from dashboards.places import PLACES
from dashboards.texts import texts
from dashboards.vigil import Watched
from dashboards.visits import SignedOut
from workbench.errors import Refused

_THEME = {
    "palette": {"primary": {"main": "#0b4f6c"}, "background": {"default": "#f4f6f8", "paper": "#ffffff"}},
    "typography": {"fontFamily": "Roboto, 'Segoe UI', system-ui, sans-serif"},
}


# The reader's system says whether it is light or dark; each colour of the style sheets holds for both. The scheme
# itself stands on the page's first tag (web/security.py), and here again, inside the one theme of the framework.
_GROUND = "light-dark(#f4f6f8, #161d24)"

SHOWS_FIGURES = frozenset({"/", "/report"})
Page = Callable[[Room], list[Viewable]]


def served(house: House, page: Page) -> Callable[[], Viewable]:
    """The function that Panel calls for each visit of `page`."""

    def make() -> Viewable:
        document = cast(Any, pn.state.curdoc)
        session_id = document.session_context.id
        watching: list[Any] = []
        document.on_session_destroyed(lambda _: leave(house, session_id, document, watching))
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

        fill()
        house.vigil.watch(session_id, Watched(document, lambda: _seen(room), again))
        before = state_watchers()
        framed = _framed(room, body)
        watching += [watcher for watcher in state_watchers() if watcher not in before]
        return framed

    return make


def _admit(room: Room) -> None:
    if not PLACES[room.visit.path].admits(room.viewer()):
        raise Refused(f"{room.visit.path} is not open to this person")


def _seen(room: Room) -> object:
    """What decides on all that this page may show: the reader of this moment, or that there is none any more."""
    try:
        viewer = room.visit.viewer(room.house.logins, uses=False)  # a page that stands open does nothing
    except SignedOut:
        return None
    report = room.house.reports.get(room.visit.query.get("id", ""))
    if room.visit.path == "/report" and report is not None:
        # A right in another collection must not take away what the reader has chosen here.
        return viewer.person, viewer.hospital, viewer.profile(report.study)
    return viewer


def leave(house: House, session_id: str, document: Any, watching: list[Any]) -> None:
    """A page was closed: its session ends, and what the framework would keep of it is dropped."""
    house.visits.leave(session_id)
    house.vigil.leave(session_id)
    forget(document, watching)


class Frame(pmui.Page):
    """Panel's page under the title of the report; Panel itself would call every page an application."""

    def server_doc(self, doc: Any = None, title: str | None = None, location: Any = True) -> Any:
        return super().server_doc(doc, self.meta.title, location)


def _framed(room: Room, body: Viewable) -> Viewable:
    t = room.t
    title = t("site.title")
    return Frame(
        title=title,
        meta_title=f"{room.title} · {title}" if room.title else title,
        site_url=room.link("/"),
        favicon="/assets/icon.svg",
        header=[pn.layout.HSpacer(), room.header],
        main=[html(navigation(room), margin=(0, 14)), body],
        main_width=1240,
        theme_toggle=False,
        theme_config={"light": _THEME, "dark": _THEME},
        # The bar has no name for screen readers, and cannot be given one; nothing here takes long.
        sx={
            "& .MuiLinearProgress-root": {"display": "none"},
            "& main, & .main": {"backgroundColor": _GROUND, "colorScheme": "light dark"},
        },
    )
