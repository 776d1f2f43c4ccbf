"""The frame of every page: header, languages, who is logged in, and the boundary that catches errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards.house import House
from dashboards.markup import Html, address, join, tag
from dashboards.pages.memory import forget, state_watchers
from dashboards.texts import LANGUAGES, NAMES, Texts, texts
from dashboards.visits import SignedOut, Visit
from dashboards.web.base import reference_of
from workbench.access import Profile, Viewer
from workbench.errors import Refused
from workbench.publish import ReportView

ASSETS = Path(__file__).parent.parent / "assets"
CSS = (ASSETS / "pages.css").read_text(encoding="utf-8")
_THEME = {
    "palette": {"primary": {"main": "#0b4f6c"}, "background": {"default": "#f4f6f8", "paper": "#ffffff"}},
    "typography": {"fontFamily": "Roboto, 'Segoe UI', system-ui, sans-serif"},
}


def html(content: str, **options: Any) -> Any:
    """A pane of our own markup; text in it was escaped by `dashboards.markup`."""
    options = {"sizing_mode": "stretch_width", "margin": 0, **options}
    return pn.pane.HTML(str(join(content)), stylesheets=[CSS], sanitize_html=False, **options)


@dataclass
class Room:
    """What a page is given: the house, this visit, and the words of its language."""

    house: House
    visit: Visit
    t: Texts
    title: str = ""
    header: Any = field(default_factory=lambda: html("", sizing_mode=None))

    def viewer(self) -> Viewer:
        """Who looks, asked anew at each call; raises `SignedOut` when the log-in has ended."""
        return self.visit.viewer(self.house.logins)

    def read(self, report_id: str, params: Mapping[str, str]) -> ReportView:
        """The view of whoever looks now."""
        return self.house.read(self.viewer(), report_id, params)

    def link(self, path: str, **query: str | None) -> str:
        """An address inside the portal that keeps the language."""
        return address(path, **query, lang=self.t.lang)

    def moved(self, path: str, query: Mapping[str, str]) -> None:
        """Let header links follow the parameters of the page."""
        self.header.object = str(_header(self, path, query))

    @contextmanager
    def boundary(self, place: Any) -> Iterator[None]:
        """Whatever fails inside is shown in `place` as a sentence, never as a spinner without end."""
        try:
            yield
        except SignedOut:
            place[:] = [html(signed_out(self))]
        except Refused:
            t = self.t
            place[:] = [html(notice(t("notice.no_access.title"), t("notice.no_access.text")))]
        except Exception:
            place[:] = [html(trouble(self))]


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
        with room.boundary(body):
            body[:] = page(room)
        room.moved(visit.path, {key: value for key, value in visit.query.items() if key != "lang"})
        before = state_watchers()
        framed = _framed(room, body)
        watching += [watcher for watcher in state_watchers() if watcher not in before]
        return framed

    return make


def leave(house: House, session_id: str, document: Any, watching: list[Any]) -> None:
    """A page was closed: its session ends, and what the framework would keep of it is dropped."""
    house.visits.leave(session_id)
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
        main=[body],
        main_width=1240,
        theme_toggle=False,
        theme_config={"light": _THEME, "dark": _THEME},
        busy_indicator="linear",
        sx={"& main, & .main": {"backgroundColor": "#f4f6f8"}},
    )


def _header(room: Room, path: str, query: Mapping[str, str]) -> Html:
    t = room.t
    here = {key: value for key, value in query.items() if key != "lang"}
    languages = [
        tag("a", code, href=address(path, **{**here, "lang": code}), lang=code, hreflang=code,
            aria_label=NAMES[code], aria_current="true" if code == t.lang else None)
        for code in LANGUAGES
    ]  # fmt: skip
    nav = tag("nav", *languages, class_="languages", aria_label=t("site.languages"))
    viewer = room.viewer() if not _ended(room) else None
    if viewer is None or viewer.is_public:
        back = address(path, **here)
        return tag(
            "div",
            nav,
            tag("a", t("login.title"), class_="log", href=room.link("/login", next=back)),
            class_="head",
        )
    who = tag("span", tag("b", viewer.name), tag("small", profiles(room, viewer)), class_="who")
    out = tag("a", t("logout.title"), class_="log", href=room.link("/logout"))
    return tag("div", nav, who, out, class_="head")


def _ended(room: Room) -> bool:
    try:
        room.viewer()
    except SignedOut:
        return True
    return False


def profiles(room: Room, viewer: Viewer) -> str:
    """The profiles of a viewer in words."""
    held = dict.fromkeys(grant.profile for grant in viewer.grants) or {Profile.PUBLIC: None}
    return ", ".join(room.t(f"profile.{profile.value}") for profile in held)


def signed_out(room: Room) -> Html:
    """What a page shows when its log-in has ended."""
    t = room.t
    button = tag("a", t("notice.signed_out.again"), class_="button", href=room.link("/login"))
    return notice(t("notice.signed_out.title"), t("notice.signed_out.text"), button)


def trouble(room: Room) -> Html:
    """What a page shows after an error: a number to give to whoever can look it up."""
    t = room.t
    reference = reference_of(cast(Any, sys.exc_info()))
    number = tag("p", t("notice.reference"), " ", tag("b", reference), class_="reference")
    return notice(t("notice.error.title"), t("notice.error.text"), number)


def notice(title: str, text: str, *more: str) -> Html:
    """A card that says what happened and what to do."""
    return tag("section", tag("h1", title), tag("p", text), *more, class_="card notice")
