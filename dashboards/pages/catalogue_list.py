"""The middle of the catalogue page: search, what is asked, and the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.catalogue.narrow import Found, Row
from dashboards.catalogue.variables import Span, Variable
from dashboards.catalogue.wanted import Wanted
from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.catalogue_facets import value_name
from dashboards.pages.live import region
from dashboards.pages.room import Room
from dashboards.pages.timeline import mark

_MOST_AT_ONCE = 300  # variables that one click puts into the cart


def frame(room: Room, every: int, wanted: Wanted) -> Html:
    """The page with its places, still empty."""
    t = room.t
    head = tag("h1", t("catalogue.title"))
    lead = tag("p", t("catalogue.lead", number=t.number(every)), class_="lead")
    field = tag(
        "input", type="search", id="q", value=wanted.q, data_do="search", data_live=True, autocomplete="off",
        spellcheck="false", placeholder=t("catalogue.placeholder"), maxlength="200",
    )  # fmt: skip
    label = tag("label", t("catalogue.search"), for_="q")
    form = tag("form", label, field, role="search", class_="ask")
    left = region("facets", "section", class_="facets", aria_label=t("catalogue.facets"))
    middle = tag(
        "section", region("asked"), region("list"), region("pages"), class_="middle", aria_label=t("catalogue.list")
    )
    right = tag("aside", region("cart"), region("detail"), class_="side", aria_label=t("catalogue.side"))
    return tag("div", lost(room), head, lead, form, tag("div", left, middle, right, class_="three"), class_="catalogue")


def lost(room: Room) -> Html:
    """What stands above a page whose server does not answer."""
    return tag("p", room.t("live.lost"), class_="lost", role="alert", hidden=True)


def asked(room: Room, wanted: Wanted, found: Found, cart: Sequence[str]) -> Html:
    """How many there are, what narrows them, and what can be done with all of them."""
    t = room.t
    number = len(found.variables)
    count = tag("h2", t.count("catalogue.found", number), id="count", tabindex="-1", aria_live="polite")
    data = address("/api/catalogue", **{**wanted.query(), "open": ""}, lang=t.lang)
    tools = [tag("a", icon("download"), t("catalogue.csv"), class_="tool", href=data, download=True)]
    left = len({one.ref for one in found.variables} - set(cart))
    if wanted.narrowed and left > 0 and number <= _MOST_AT_ONCE:
        words = t.count("cart.all", number)
        tools.insert(0, tag("button", icon("cart"), words, type="button", id="all", class_="plain", data_do="put_all"))
    line = tag("div", count, tag("div", *tools, class_="tools"), class_="table-head")
    return join(line, _chips(room, wanted), _beside(room, found))


def _chips(room: Room, wanted: Wanted) -> Html:
    t = room.t
    chips = [
        tag("button", f"{t(f'facet.{facet}')}: {value_name(room, facet, value)[0]}", icon("close"), type="button",
            class_="chip", data_do=facet, data_value=value, aria_label=t("catalogue.without", value=value))
        for facet, values in wanted.chosen.items() for value in values
    ]  # fmt: skip
    if not wanted.narrowed:
        return Html("")
    clear = tag("button", t("catalogue.clear"), type="button", class_="plain", id="clear", data_do="clear")
    return tag("p", *chips, clear, class_="chips")


def _beside(room: Room, found: Found) -> Html:
    """Tables and code lists that answer the question too."""
    if not found.beside:
        return Html("")
    t = room.t
    links = [
        tag("a", tag("code", hit.ref), " ", hit.label, href=room.link("/catalogue", open=hit.ref), data_do="open",
            data_value=hit.ref)
        for hit in found.beside[:4]
    ]  # fmt: skip
    return tag("p", t("catalogue.beside"), " ", *(join(link, " ") for link in links), class_="beside")


def rows(room: Room, wanted: Wanted, found: Sequence[Row], cart: Sequence[str], span: Span) -> Html:
    """The list, or what to do when nothing meets what is asked."""
    t = room.t
    if not found:
        clear = tag("button", t("catalogue.clear"), type="button", class_="button second", data_do="clear")
        return tag(
            "div",
            tag("h3", t("catalogue.none.title")),
            tag("p", t("catalogue.none.text")),
            clear,
            class_="nothing-found",
        )
    held = set(cart)
    return tag("ul", *(_row(room, wanted, one, held, span) for one in found), class_="variables")


def _row(room: Room, wanted: Wanted, row: Row, held: set[str], span: Span) -> Html:
    t, one = room.t, row.variable
    put = t("cart.put_named", name=one.name)
    tick = tag(
        "input",
        type="checkbox",
        id=f"put-{one.ref}",
        value=one.ref,
        data_do="put",
        checked=one.ref in held,
        aria_label=put,
    )
    current = "true" if wanted.open == one.ref else None
    link = tag(
        "a", tag("b", one.name), " ", tag("span", one.label[t.lang], class_="label"), class_="pick",
        id=f"open-{one.ref}", aria_current=current, data_do="open", data_value=one.ref,
        href=room.link("/catalogue", **{**wanted.query(), "open": one.ref}),
    )  # fmt: skip
    facts = tag("p", *_facts(room, one), class_="facts")
    also = _also(room, row) if row.twins else Html("")
    body = tag("div", link, facts, also, class_="body")
    return tag("li", tick, body, mark(room, one, span), class_="variable open" if current else "variable")


def _facts(room: Room, one: Variable) -> Iterator[str]:
    t = room.t
    yield tag("code", one.place if one.table else t("source.derived"))
    if one.role != "payload":
        yield tag("span", t(f"role.{one.role}"), class_=f"tag {one.role}")
    if one.sensitive:
        yield tag("span", t("sensitive.yes"), class_="tag sensitive")
    yield tag("span", t(f"type.{one.type}"), class_="type")


def _also(room: Room, row: Row) -> Html:
    t = room.t
    tables = [other.place.rpartition(".")[2] for other in row.twins]
    named = ", ".join(tables[:3]) + (" …" if len(tables) > 3 else "")
    return tag("p", t.count("catalogue.also", len(tables), tables=named), class_="also")


def pages(room: Room, wanted: Wanted, last: int) -> Html:
    """The pages of the list; nothing when there is one."""
    if last < 2:
        return Html("")
    t, here = room.t, wanted.page
    numbers = sorted({1, here - 1, here, here + 1, last} & set(range(1, last + 1)))
    links: list[str] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1:
            links.append(tag("span", "…"))
        href = room.link("/catalogue", **{**wanted.query(), "page": str(number)})
        links.append(tag("a", t.number(number), id=f"page-{number}", href=href, data_do="page", data_value=str(number),
                         aria_current="page" if number == here else None))  # fmt: skip
    return tag("nav", *links, class_="pages", aria_label=t("catalogue.pages"))
