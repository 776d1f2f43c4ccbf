"""The left of the catalogue page: facets, each value with the number of variables it would leave."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.catalogue.narrow import Found
from dashboards.catalogue.variables import DERIVED
from dashboards.catalogue.wanted import FACETS, UNKNOWN, Wanted
from dashboards.markup import Html, join, tag
from dashboards.pages.room import Room

_FIRST = 7  # values of a facet that are shown at once


def facets(room: Room, wanted: Wanted, found: Found) -> Html:
    """Every facet with its values, how many variables each would leave, and a tick for the chosen ones."""
    return join(*(_facet(room, wanted, facet, found.counts[facet]) for facet in FACETS))


def _facet(room: Room, wanted: Wanted, facet: str, counts: Mapping[str, int]) -> Html:
    t = room.t
    chosen = wanted.chosen.get(facet, ())
    numbers = {**dict.fromkeys(chosen, 0), **counts}
    order = sorted(numbers, key=lambda value: (value == UNKNOWN, value if facet == "year" else -numbers[value], value))
    if facet == "year":
        order.reverse()
    shown = [value for place, value in enumerate(order) if place < _FIRST or value in chosen]
    rest = [value for value in order if value not in shown]
    lines = [_value(room, wanted, facet, value, numbers[value]) for value in shown]
    body = [tag("ul", *lines)] if lines else [tag("p", t("catalogue.no_value"), class_="quiet")]
    if rest:
        more = tag("summary", t.count("catalogue.more", len(rest)))
        hidden = tag("ul", *(_value(room, wanted, facet, value, numbers[value]) for value in rest))
        body.append(tag("details", more, hidden, id=f"more-{facet}"))
    hint = [tag("p", t("facet.year.hint"), class_="hint")] if facet == "year" else []
    return tag("fieldset", tag("legend", t(f"facet.{facet}")), *hint, *body)


def _value(room: Room, wanted: Wanted, facet: str, value: str, number: int) -> Html:
    id_ = f"{facet}-{value}"
    tick = tag("input", type="checkbox", id=id_, value=value, data_do=facet, checked=wanted.has(facet, value))
    name, more = value_name(room, facet, value)
    words = tag("span", name, *([tag("small", more)] if more else []), class_="name")
    return tag("li", tag("label", tick, words, tag("span", room.t.number(number), class_="number"), for_=id_))


def value_name(room: Room, facet: str, value: str) -> tuple[str, str]:
    """A value of a facet in words, and what may stand smaller beside it."""
    t, catalog = room.t, room.house.library.catalog
    if facet in ("source", "table") and value == DERIVED:
        return t("source.derived"), ""
    if facet == "table":
        table = catalog.tables.get(value)
        return value, table.label[t.lang] if table else ""
    if facet == "source":
        holders = dict.fromkeys(table.provider for table in catalog.tables.values() if table.source == value)
        return value.upper(), ", ".join(catalog.parties[one].label[t.lang] for one in holders if one in catalog.parties)
    if facet == "year":
        return (t("available.unknown") if value == UNKNOWN else value), ""
    return _known(room, facet, value), ""


def _known(room: Room, facet: str, value: str) -> str:
    """Words of the interface for a value; the value itself when an address invents one."""
    key = f"{facet}.{value}"
    said = room.t(key) if value.replace("_", "").isalpha() else key
    return value if said == key else said
