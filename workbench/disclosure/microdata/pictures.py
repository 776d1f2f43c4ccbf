"""The pictures of the report as SVG: bars with a name, and a cloud of points. No script, no font, no address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

INK, PALE, BAR, MARK = "#1f2933", "#cbd2d9", "#2f6f9f", "#c2410c"
NAMES, WIDTH, VALUES = 230, 720, 110  # px: room for names, of the whole, for the figures behind the bars


def bars(title: str, rows: Sequence[tuple[str, float, str]], marked: int = 0) -> bytes:
    """Horizontal bars: (name, value, value as read) per row; the first `marked` stand out."""
    most = max((value for _, value, _ in rows), default=0) or 1
    drawn, y = [], 8
    for number, (name, value, told) in enumerate(rows):
        lines = wrap(name, 32)[:3] or [""]
        height = max(26, 16 * len(lines) + 8)
        middle = y + height / 2
        for at, line in enumerate(lines):
            place = middle + 4 + 16 * (at - (len(lines) - 1) / 2)
            drawn.append(_text(NAMES - 10, place, line, "end"))
        length = (WIDTH - NAMES - VALUES) * value / most
        colour = MARK if number < marked else BAR
        drawn.append(
            f'<rect x="{NAMES}" y="{middle - 8:.1f}" width="{max(length, 1):.1f}" height="16" fill="{colour}"/>'
        )
        drawn.append(_text(NAMES + length + 8, middle + 4, told))
        y += height
    return _picture(title, y + 8, drawn)


def cloud(
    title: str,
    points: Sequence[tuple[float, float]],
    chosen: tuple[float, float],
    names: tuple[str, str, str],
    ticks: tuple[Sequence[tuple[float, str]], Sequence[tuple[float, str]]],
) -> bytes:
    """Points with a chosen one; names of the x axis, the y axis and the chosen one; ticks are (place 0 to 1, text)."""
    left, top, width, height = 90, 34, WIDTH - 130, 250
    drawn = [_text(left, 18, names[1])]

    def at(x: float, y: float) -> tuple[float, float]:
        return left + width * x, top + height * (1 - y)

    for place, told in ticks[0]:
        x, _ = at(place, 0)
        drawn += [_line(x, top, x, top + height), _text(x, top + height + 18, told, "middle")]
    for place, told in ticks[1]:
        _, y = at(0, place)
        drawn += [_line(left, y, left + width, y), _text(left - 8, y + 4, told, "end")]
    for one in points:
        x, y = at(*one)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{BAR}" fill-opacity="0.55"/>')
    x, y = at(*chosen)
    anchor = "end" if chosen[0] > 0.7 else "start"
    drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="none" stroke="{MARK}" stroke-width="3"/>')
    drawn.append(_text(x + (-12 if anchor == "end" else 12), y - 10, names[2], anchor))
    drawn.append(_text(left + width, top + height + 38, names[0], "end"))
    return _picture(title, top + height + 48, drawn)


def _picture(title: str, height: float, drawn: Sequence[str]) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
    style = 'font-family="system-ui, sans-serif" font-size="13"'
    return f"{head} {style}><title>{escape(title)}</title>{''.join(drawn)}</svg>\n".encode()


def _text(x: float, y: float, told: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(told)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{PALE}"/>'
