"""A report as blocks, written as a page (HTML) and as text (Markdown) from the same blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;max-width:50rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem}p.lead{font-size:1.1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;
border-bottom:1px solid #cbd2d9}td.number{text-align:right;white-space:nowrap}td{overflow-wrap:anywhere}
figure{margin:1rem 0}figcaption{font-weight:600}svg{max-width:100%;height:auto}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}figure,tr{break-inside:avoid}}"""


@dataclass(frozen=True)
class Heading:
    """The title (level 1) or the head of a section (2)."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Sentences; a `lead` is what a hurried reader reads."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; `numbers` are the places of columns that hold numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """An SVG under a name, with a caption."""

    name: str
    caption: str
    svg: str


Block = Heading | Paragraph | Table | Picture


def page(blocks: Sequence[Block], lang: str) -> str:
    """One file that needs no other."""
    title = next(block.text for block in blocks if isinstance(block, Heading))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(map(_html, blocks))
    start = f'<!doctype html>\n<html lang="{lang}"><head>{head}<style>{STYLE}</style></head>'
    return f"{start}<body>\n{body}\n</body></html>\n"


def markdown(blocks: Sequence[Block], folder: str) -> str:
    """The same as text; its pictures are files in `folder` beside it."""
    return "\n\n".join(_markdown(block, folder) for block in blocks) + "\n"


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p{' class=lead' if block.lead else ''}>{escape(block.text)}</p>"
    if isinstance(block, Picture):
        return f"<figure><figcaption>{escape(block.caption)}</figcaption>{block.svg}</figure>"
    head = "".join(f"<th>{escape(one)}</th>" for one in block.head)
    rows = "\n".join(f"<tr>{''.join(_cell(block, at, one) for at, one in enumerate(row))}</tr>" for row in block.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(table: Table, at: int, told: str) -> str:
    return f"<td{' class=number' if at in table.numbers else ''}>{escape(told)}</td>"


def _markdown(block: Block, folder: str) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Picture):
        return f"![{block.caption}]({folder}/{block.name}.svg)"
    lines = [block.head, ["--:" if at in block.numbers else "---" for at in range(len(block.head))], *block.rows]
    return "\n".join(f"| {' | '.join(one.replace('|', '/') for one in line)} |" for line in lines)
