"""Sections put together: numbered, with the open points at their places and again in the last section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph


def document(
    about: Told,
    subtitle: str,
    said: str,
    sections: Sequence[Block],
    points: Iterable[str] = (),
    annexes: Sequence[Block] = (),
) -> Document:
    """A document on a study. `points` are open besides those in the sections; annexes have no numbers."""
    t = about.t
    found = [block.text for block in sections if isinstance(block, OpenPoint)] + list(points)
    last = [Heading(t("h.open")), Bullets(found) if found else Paragraph(t("open.none"))]
    blocks = [*numbered([*sections, *last]), *annexes]
    shown = tuple(replace(one, text=t("open", what=one.text)) if isinstance(one, OpenPoint) else one for one in blocks)
    title = about.flow.study.study.title[about.lang]
    return Document(about.lang, title, subtitle, said, t("contents"), t("page"), shown)


def numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Sections as 1., 2. and their parts as 1.1, in the text itself, so that every format has the same."""
    first = second = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            first, second = first + 1, 0
            yield replace(block, text=f"{first}. {block.text}")
        elif isinstance(block, Heading) and block.level == 2:
            second += 1
            yield replace(block, text=f"{first}.{second} {block.text}")
        else:
            yield block
