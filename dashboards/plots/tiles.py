"""A map of equal tiles, one for each area, drawn as SVG: no outlines, nothing from outside.

Value and name stand in the tile, so that the colour is never the only way to read it; tab goes from area to area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboards.areas import Areas, Grid, Sum
from dashboards.markup import Html, tag
from dashboards.texts import Texts

WIDE, HIGH, GAP = 92, 58, 4
_LONGEST = 14  # characters of a name that fit in a tile
# From pale to dark; ink that can be read on each (more than 4.5 to 1).
_STEPS = (
    ("#e3eff6", "#1b2733"),
    ("#b9d7e8", "#1b2733"),
    ("#7fb2cc", "#10212b"),
    ("#2f7299", "#ffffff"),
    ("#0b4f6c", "#ffffff"),
)
_NOTHING = ("#f7f9fa", "#5b6875")
_HATCH = Html(
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#ffffff"/><line x1="0" y1="0" x2="0" y2="8" stroke="#c9d2da" stroke-width="3"/>'
    "</pattern></defs>"
)


def tile_map(
    areas: Areas,
    sums: Mapping[str, Sum],
    grid: Grid,
    write: Callable[[float], str],
    hospital: Callable[[str], str],
    t: Texts,
) -> Html:
    """The SVG of a grid; `write` writes a value, `hospital` names a hospital by its code."""
    tiles = areas.grids[grid]
    columns, rows = (1 + max(getattr(one, way) for one in tiles) for way in ("column", "row"))
    shown = [one.value for one in sums.values() if one.value is not None]
    low, high = (min(shown), max(shown)) if shown else (0.0, 0.0)
    parts = []
    for one in sorted(tiles, key=lambda tile: (tile.row, tile.column)):
        found = sums.get(one.area)
        look = _look(found, low, high, write, t)
        said = f"{areas.names[one.area][t.lang]}: {_said(found, look.value, hospital, t)}"
        drawn = _tile(areas.names[one.area][t.lang], look)
        at = f"translate({one.column * WIDE},{one.row * HIGH})"
        stop = {"tabindex": "0"} if found else {}
        parts.append(tag("g", tag("title", said), *drawn, role="img", aria_label=said, transform=at, **stop))
    wide, high_ = columns * WIDE, rows * HIGH
    return tag(
        "svg", _HATCH, *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"-3 -3 {wide + 4} {high_ + 4}",
        width=f"{wide}", height=f"{high_}", font_family="Roboto, 'Segoe UI', sans-serif", class_="tiles",
    )  # fmt: skip


@dataclass(frozen=True)
class _Look:
    """Colour of the box, of what is written in it, and the value as it is written."""

    fill: str
    ink: str
    value: str = ""


def _tile(name: str, look: _Look) -> list[Html]:
    """The box of an area with its name and, where there is one, its value."""
    short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    middle = {"x": f"{(WIDE - GAP) / 2}", "text_anchor": "middle", "fill": look.ink}
    box = tag(
        "rect", width=f"{WIDE - GAP}", height=f"{HIGH - GAP}", rx="5", fill=look.fill,
        stroke="#7b8794" if look.value else "#d5dde3",
    )  # fmt: skip
    title = tag("text", short, y="22" if look.value else "32", font_size="11.5", **middle)
    value = [tag("text", look.value, y="41", font_size="13.5", font_weight="600", **middle)] if look.value else []
    return [box, title, *value]


def _look(found: Sum | None, low: float, high: float, write: Callable[[float], str], t: Texts) -> _Look:
    if found is None:
        return _Look(*_NOTHING)
    if found.value is None:
        return _Look("url(#hatch)", "#1b2733", t("table.withheld"))
    place = 0 if high <= low else min(int(len(_STEPS) * (found.value - low) / (high - low)), len(_STEPS) - 1)
    return _Look(*_STEPS[place], write(found.value))


def _said(found: Sum | None, value: str, hospital: Callable[[str], str], t: Texts) -> str:
    if found is None:
        return t("map.none")
    return f"{value} ({', '.join(hospital(one) for one in found.hospitals)})"
