"""The pictures of the report of a release: bars of counted things, with a legend."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping

from workbench.main.release_words import Words

KINDS = {"shown": "#1f6f8b", "small": "#c8553d", "secondary": "#d9b26f"}
LINE, LEADING = 32, 16  # letters of a name beside a bar before it goes on below, and how far below
FEW, WIDE, TIGHT = 12, (26, 10), (16, 4)  # height of a bar and air below it, of so few and of more: a page takes thirty
SECRETS = {"secrets": "#7fb2cc", "learned": "#c8553d"}


def bars(rows: Mapping[str, tuple[int, ...]], colours: Mapping[str, str], caption: str, words: Words) -> bytes:
    """One bar per row as SVG; words beside the colours, so the picture reads in grey too."""
    lines = {name: textwrap.wrap(name, LINE) or [""] for name in rows}
    high, air = WIDE if len(rows) <= FEW else TIGHT
    width, bar, top = 760, max([high, *(LEADING * len(one) for one in lines.values())]), 40
    left = 20 + 8 * max((len(line) for one in lines.values() for line in one), default=0)
    most = max((sum(part) for part in rows.values()), default=1) or 1
    marks, x = [], left
    for key, colour in colours.items():
        marks.append(f'<rect x="{x}" y="8" width="14" height="14" fill="{colour}"/>')
        marks.append(f'<text x="{x + 20}" y="20">{html.escape(words[key])}</text>')
        x += 40 + 8 * len(words[key])
    for place, (name, part) in enumerate(rows.items()):
        y, x = top + place * (bar + air), left
        first = y + 18 + (bar - 26) // 2 - LEADING * (len(lines[name]) - 1) // 2
        for line, said in enumerate(lines[name]):
            low = first + LEADING * line
            marks.append(f'<text x="{left - 10}" y="{low}" text-anchor="end">{html.escape(said)}</text>')
        for count, colour in zip(part, colours.values(), strict=True):
            wide = round((width - left - 20) * count / most)
            if count:
                marks.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{bar}" fill="{colour}"/>')
                if wide > 34:
                    ink = "#fff" if colour in (KINDS["shown"], KINDS["small"]) else "#1b2733"
                    at = f'x="{x + wide / 2:g}" y="{y + 18 + (bar - 26) // 2}" text-anchor="middle" fill="{ink}"'
                    marks.append(f"<text {at}>{count}</text>")
            x += wide
    height = top + len(rows) * (bar + air)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{html.escape(caption)}" font-family="sans-serif" font-size="14">{"".join(marks)}</svg>'
    ).encode()
