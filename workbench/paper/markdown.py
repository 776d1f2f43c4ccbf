"""A document as text (Markdown); its pictures are files beside it or stand in the text."""

from __future__ import annotations

from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph, Picture, Table


def markdown(document: Document, folder: str = "") -> str:
    """The document as text. Pictures are SVG files in `folder` beside it, or stand in the text where none is given."""
    parts = [f"# {document.title}", document.subtitle, document.about]
    return "\n\n".join(filter(None, [*parts, *(_markdown(block, folder) for block in document.blocks)])) + "\n"


def _markdown(block: Block, folder: str) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {block.text}"
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, OpenPoint):
        return f"> {block.text}"
    if isinstance(block, Bullets):
        return "\n".join(f"- {one}" for one in block.items)
    if isinstance(block, Picture):
        drawn = f"![{block.caption}]({folder}/{block.name}.svg)"
        return drawn if folder else f"{block.svg().decode().strip()}\n\n{block.caption}"
    return _table(block) if isinstance(block, Table) else ""


def _table(table: Table) -> str:
    lines = [table.head, ["--:" if at in table.numbers else "---" for at in range(len(table.head))], *table.rows]
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines)


def _cell(told: str) -> str:
    return told.replace("|", "/").replace("\n", "<br>")
