"""The catalogue: search, facets, the list, one variable in full, and the cart that becomes a study's variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.catalogue.cart import owner
from dashboards.catalogue.narrow import Found, narrow
from dashboards.catalogue.variables import span
from dashboards.catalogue.wanted import FACETS, Wanted
from dashboards.markup import address
from dashboards.pages import catalogue_cart, catalogue_detail, catalogue_facets, catalogue_list
from dashboards.pages.header import follow
from dashboards.pages.live import Live, filled
from dashboards.pages.room import Room

PATH = "/catalogue"
PAGE = 30  # lines of the list


def catalogue(room: Room) -> list[Viewable]:
    """The page of the catalogue."""
    return CataloguePage(room).layout()


class CataloguePage:
    """One visitor's open catalogue. Everything but the cart stands in the address."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.library = room.house.library
        self.span = span(self.library.catalog)
        room.title = room.t("catalogue.title")
        self.wanted = Wanted.read(room.visit.query)
        self.emptied: tuple[str, ...] = ()  # what stood in a cart that was just emptied
        person = room.viewer().person
        self.owner = owner(person, room.visit.browser)
        if person and room.visit.browser:
            room.house.carts.hand_over(owner(None, room.visit.browser), self.owner)
        frame = catalogue_list.frame(room, len(self.library.variables), self.wanted)
        self.live = Live(self.heard, frame=str(frame), address=self.address())
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.found = self.narrowed()
        self.show()

    def layout(self) -> list[Viewable]:
        return [self.column]

    def address(self) -> str:
        """This very view."""
        return address(PATH, **self.wanted.query(), lang=self.room.t.lang)

    def narrowed(self) -> Found:
        """What meets what is asked."""
        lib = self.library
        return narrow(lib.variables, self.wanted, lib.search, self.span, self.room.t.lang)

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the visitor does."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            room.viewer()  # a log-in that has ended shows nothing more
            before = self.wanted
            self.do(act, value, on)
            if (self.wanted.q, self.wanted.chosen) != (before.q, before.chosen):
                self.found = self.narrowed()
            self.show()

    def do(self, act: str, value: str, on: bool) -> None:
        """Change what is asked, or the cart."""
        carts, known = self.room.house.carts, self.library.variables
        if act in ("put", "toggle", "empty", "restore", "put_all"):
            before, self.emptied = self.emptied, ()
        if act == "search":
            self.wanted = self.wanted.asking(value)
        elif act in FACETS:
            self.wanted = self.wanted.toggled(act, value)
        elif act == "page":
            self.wanted = Wanted.read({**self.wanted.query(), "page": value})
        elif act == "open":
            self.wanted = replace(self.wanted, open=value[:200] if value != self.wanted.open else "")
        elif act == "clear":
            self.wanted = Wanted(open=self.wanted.open)
        elif act == "address":
            self.wanted = Wanted.read(dict(parse_qsl(value.removeprefix("?"))))
        elif act == "put" and value in known:
            (carts.put if on else carts.take)(self.owner, [value])
        elif act == "toggle" and value in known:
            (carts.take if value in carts.of(self.owner) else carts.put)(self.owner, [value])
        elif act == "put_all":
            carts.put(self.owner, [one.ref for one in self.found.variables])
        elif act == "empty":
            self.emptied = carts.of(self.owner)
            carts.take(self.owner, self.emptied)
        elif act == "restore":
            carts.put(self.owner, before)

    def cart(self) -> Sequence[str]:
        """What the visitor has put aside, without what the catalogue no longer has."""
        return [ref for ref in self.room.house.carts.of(self.owner) if ref in self.library.variables]

    def show(self) -> None:
        """Send what changed."""
        cart = self.cart()
        pages = max(-(-len(self.found.rows) // PAGE), 1)
        self.wanted = replace(self.wanted, page=min(self.wanted.page, pages))
        start = (self.wanted.page - 1) * PAGE
        rows = self.found.rows[start : start + PAGE]
        self.live.regions = filled(
            asked=catalogue_list.asked(self.room, self.wanted, self.found, cart),
            facets=catalogue_facets.facets(self.room, self.wanted, self.found),
            list=catalogue_list.rows(self.room, self.wanted, rows, cart, self.span),
            pages=catalogue_list.pages(self.room, self.wanted, pages),
            cart=catalogue_cart.cart(self.room, cart, self.emptied),
            detail=catalogue_detail.detail(self.room, self.wanted, cart, self.span),
        )
        self.live.values = {"q": self.wanted.q}
        self.live.address = self.address()
        follow(self.room, PATH, self.wanted.query())
