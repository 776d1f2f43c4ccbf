"""When a variable is delivered, as a strip of years and in words."""

from __future__ import annotations

from dashboards.catalogue.variables import Span, Variable
from dashboards.markup import Html, tag
from dashboards.pages.room import Room

_WIDE, _HIGH = 96, 12


def in_words(room: Room, one: Variable) -> str:
    """The years, the gaps and the delay of a variable."""
    t, available = room.t, one.available
    if one.table is None:
        return t("available.derived")
    if available is None:
        return t("available.unknown")
    begin, end = available.from_year, available.to_year
    if begin and end:
        said = [f"{begin}–{end}" if begin != end else str(begin)]
    else:
        said = [t("available.from", year=begin) if begin else t("available.until", year=end)]
    if available.gaps:
        said.append(t("available.gaps", years=", ".join(map(str, available.gaps))))
    if available.delay_months:
        said.append(t.count("available.delay", available.delay_months))
    return ", ".join(said)


def mark(room: Room, one: Variable, span: Span) -> Html:
    """A small strip for a line of the list; what is not known is an empty strip."""
    years = span.years(one.available)
    size = _WIDE / (span.last - span.first + 1)
    bars = [
        tag("rect", x=f"{(year - span.first) * size:.2f}", y="3", width=f"{size + 0.3:.2f}", height="6", class_="on")
        for year in years
    ]
    known = "off" if years else "unknown"
    ground = tag("rect", x="0.5", y="3", width=str(_WIDE - 1), height="6", class_=known)
    said = f"{room.t('available.label')}: {in_words(room, one)}"
    strip = tag(
        "svg",
        tag("title", said),
        ground,
        *bars,
        viewBox=f"0 0 {_WIDE} {_HIGH}",
        class_="span",
        role="img",
        aria_label=said,
    )
    return tag("span", strip, class_="when")


def years(room: Room, one: Variable, span: Span) -> Html:
    """Year by year, for the variable that is open."""
    on = set(span.years(one.available))
    if not on:
        return Html("")
    cells = [
        tag("li", tag("span", f"{year % 100:02d}", aria_hidden="true"), class_="on" if year in on else "off")
        for year in range(span.first, span.last + 1)
    ]
    return tag("ol", *cells, class_="years", aria_hidden="true")
