"""What an output shows: cards and drawings below one another, as text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.catalog.card import Card

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Drawing:
    """An SVG of ours, whose texts were escaped when it was drawn, and what it shows in words."""

    svg: str
    words: str

    def text(self) -> str:
        """Its words: a terminal shows no drawing."""
        return f"[drawing: {self.words}]"

    def html(self) -> str:
        """The drawing, no wider than the page; a wide one can be scrolled instead of becoming unreadable."""
        inner = "<svg" + self.svg.partition("<svg")[2]
        return f'<div style="overflow-x:auto;background:white;padding:.5em">{inner}</div>'


@dataclass(frozen=True, repr=False)
class Sheet:
    """An output of several parts."""

    parts: tuple[Card | Drawing, ...]

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return self.bundle()

    def text(self) -> str:
        """For a terminal."""
        return "\n\n".join(part.text() for part in self.parts)

    def html(self) -> str:
        """For a notebook."""
        return f"<div>{''.join(part.html() for part in self.parts)}</div>"

    def bundle(self) -> dict[str, Any]:
        """What IPython asks for."""
        return {"text/plain": self.text(), "text/html": self.html()}


class Shows:
    """Base of what shows itself as a sheet."""

    def sheet(self) -> Sheet:
        """What an output shows."""
        raise TypeError(f"{type(self).__name__} does not say how it looks")

    def __repr__(self) -> str:
        return self.sheet().text()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return self.sheet().bundle()


def rows_of(rows: Iterable[Iterable[object]]) -> tuple[tuple[str, ...], ...]:
    """Rows of a card: every cell as text, numbers with their thousands apart."""
    return tuple(tuple(_cell(cell) for cell in row) for row in rows)


def table(frame: pd.DataFrame, title: str = "") -> Card:
    """A data frame as a card: texts to the left, what is missing left empty, and the index where it has a name."""
    named = any(name is not None for name in frame.index.names)
    whole = frame.reset_index() if named else frame
    rows = whole.astype(object).where(whole.notna(), None).itertuples(index=False, name=None)
    return Card(title, (), tuple(map(str, whole.columns)), rows_of(rows))


def figure(value: float) -> str:
    """Four digits that count; a large number whole, because nobody reads 1.461e+04."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return figure(cell)
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
