"""A card: facts and a table, as plain text, as HTML and as Markdown. Whatever stands in it is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from typing import Any

MARKUP = re.compile(r"([\\`*_{}\[\]()#+.!|~$:-])")
CELL = 'style="text-align:left;vertical-align:top;white-space:pre-line"'


@dataclass(frozen=True)
class Card:
    """`facts` are (heading, text); `more` is the number of rows that the table leaves out."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0

    def text(self) -> str:
        """For a terminal."""
        wide = max((len(heading) for heading, _ in self.facts), default=0)
        lines = [self.title, *(f"  {heading:<{wide}}  {said}" for heading, said in self.facts)]
        if self.rows:
            table = [self.columns, *(tuple(cell.replace("\n", " ") for cell in row) for row in self.rows)]
            widths = [max(len(row[column]) for row in table) for column in range(len(self.columns))]
            cells = (zip(row, widths, strict=True) for row in table)
            lines += ["", *("  " + "  ".join(f"{cell:<{width}}" for cell, width in row).rstrip() for row in cells)]
        return "\n".join([*lines, *([f"  {self._left_out()}"] if self.more else [])])

    def html(self) -> str:
        """For a notebook or a page; escaped throughout, so a label cannot bring a script along."""
        parts = [f"<h4>{escape(self.title)}</h4>"] if self.title else []
        if self.facts:
            facts = (
                f"<tr><th scope='row' {CELL}>{escape(heading)}</th><td {CELL}>{escape(said)}</td></tr>"
                for heading, said in self.facts
            )
            parts.append(f"<table>{''.join(facts)}</table>")
        if self.rows:
            head = "".join(f"<th scope='col' {CELL}>{escape(column)}</th>" for column in self.columns)
            body = "".join(
                f"<tr>{''.join(f'<td {CELL}>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        if self.more:
            parts.append(f"<p>{escape(self._left_out())}</p>")
        return f"<div>{''.join(parts)}</div>"

    def markdown(self) -> str:
        """For a document; markup within the texts is escaped, and angle brackets cannot open a tag."""
        lines = [f"**{plain(self.title)}**", ""]
        if self.facts:
            lines += ["| | |", "|:--|:--|"]
            lines += [f"| **{plain(heading)}** | {plain(said)} |" for heading, said in self.facts] + [""]
        if self.rows:
            lines += [_row(self.columns), "|" + ":--|" * len(self.columns), *map(_row, self.rows), ""]
        return "\n".join([*lines, *([plain(self._left_out())] if self.more else [])])

    def _left_out(self) -> str:
        return f"and {self.more:,} more"

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return {"text/plain": self.text(), "text/html": self.html(), "text/markdown": self.markdown()}


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return MARKUP.sub(r"\\\1", escape(" ".join(text.split()), quote=False))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(plain, cells))} |"
