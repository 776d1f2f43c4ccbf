"""What a document is made of: blocks that every format writes, so that all have the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard


@dataclass(frozen=True)
class Heading:
    """Head of a section (level 1), of a part of it (2), or of one of many alike (3), which the contents leave out."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Sentences; a `lead` is what a hurried reader reads."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class OpenPoint:
    """What the study file does not say: stands out where it is missed, and is listed at the end."""

    text: str


@dataclass(frozen=True)
class Bullets:
    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; `widths` are shares of the line, one per column, all equal where none are given.

    `numbers` are the places of columns that hold numbers.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    numbers: frozenset[int] = frozenset()

    @property
    def shares(self) -> Sequence[int]:
        """Percentages of the line, one per column."""
        given = self.widths or [1] * len(self.head)
        return [round(100 * one / sum(given)) for one in given]


@dataclass(frozen=True)
class Picture:
    """A drawing with a caption that says what it shows; drawn when it is written.

    `svg` gives it as SVG, `png` as PNG where that is better than what is made of the SVG; `name` is that of its file
    where pictures are files beside the text.
    """

    caption: str
    svg: Callable[[], bytes]
    png: Callable[[], bytes] | None = None
    name: str = "picture"


@dataclass(frozen=True)
class Turn:
    """From here on pages lie on their side (`wide`), or stand again; a screen has no use for it."""

    wide: bool


Block = Heading | Paragraph | OpenPoint | Bullets | Table | Picture | Turn


def listed(block: Block) -> TypeGuard[Heading]:
    """Whether a block is a head that the table of contents has."""
    return isinstance(block, Heading) and block.level <= 2


def led_in(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Every block, and whether it is a paragraph that belongs on the page of what follows it.

    It does before a table, a list or an open point, and where it stands between a head and that of its first part.
    """
    for before, block, then in zip((None, *blocks), blocks, (*blocks[1:], None), strict=False):
        parted = isinstance(before, Heading) and isinstance(then, Heading) and then.level > before.level
        yield block, isinstance(block, Paragraph) and (parted or isinstance(then, Table | Bullets | OpenPoint))


@dataclass(frozen=True)
class Document:
    """A whole document. `page` is the word before a page number, `contents` that above the table of contents.

    A short document has no table of contents: its `contents` is empty.
    """

    lang: str
    title: str
    subtitle: str
    about: str
    contents: str
    page: str
    blocks: tuple[Block, ...]

    def headings(self) -> tuple[Heading, ...]:
        """The heads in order, as the table of contents has them."""
        return tuple(block for block in self.blocks if listed(block))

    def texts(self) -> Iterator[str]:
        """Every text in the document, in order."""
        yield from (self.title, self.subtitle, self.about)
        for block in self.blocks:
            if isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Table):
                yield from block.head
                for row in block.rows:
                    yield from row
            elif not isinstance(block, Turn):
                yield block.caption if isinstance(block, Picture) else block.text
