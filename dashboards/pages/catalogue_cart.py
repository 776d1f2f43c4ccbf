"""The cart on the catalogue page, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.catalogue.variables import Variable
from dashboards.markup import Html, address, icon, tag
from dashboards.pages.room import Room


def cart(room: Room, refs: Sequence[str], emptied: Sequence[str]) -> Html:
    """What the visitor has put aside, and the ways out."""
    t = room.t
    title = tag("h2", icon("cart"), t("cart.title"), " ", tag("small", t.count("cart.count", len(refs))))
    if not refs:
        undo = tag("button", t("cart.restore"), type="button", class_="plain", id="restore", data_do="restore")
        body = [tag("p", t("cart.emptied"), " ", undo)] if emptied else [tag("p", t("cart.empty"), class_="quiet")]
        return tag("section", title, *body, class_="panel cart")
    known = room.house.library.variables
    lines = [_line(room, known[ref]) for ref in refs]
    sensitive = sum(known[ref].sensitive for ref in refs)
    note = tag("p", t.count("cart.sensitive", sensitive), class_="quiet") if sensitive else Html("")
    links = [
        tag(
            "a",
            icon("download"),
            t(f"cart.{form}"),
            class_="tool",
            download=True,
            href=address("/api/catalogue", what="cart", format=form, lang=t.lang),
        )
        for form in ("yaml", "csv")
    ]
    clear = tag("button", t("cart.clear"), type="button", class_="plain", id="empty", data_do="empty")
    listed = tag("ul", *lines, id="cart-list", data_scroll=True, tabindex="0", aria_label=t("cart.title"))
    return tag("section", title, listed, note, tag("div", *links, clear, class_="tools"), class_="panel cart")


def _line(room: Room, one: Variable) -> Html:
    out = tag(
        "button",
        icon("close"),
        type="button",
        class_="take",
        id=f"take-{one.ref}",
        data_do="toggle",
        data_value=one.ref,
        aria_label=room.t("cart.take", name=one.name),
    )
    link = tag("a", one.name, href=room.link("/catalogue", open=one.ref), data_do="open", data_value=one.ref)
    return tag("li", link, " ", tag("small", one.label[room.t.lang]), out)
