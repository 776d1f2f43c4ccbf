"""A document as PDF/A, set by Typst from `sheet.typ`: texts go in as data, so none can act as markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from workbench.errors import WorkbenchError
from workbench.paper.blocks import Bullets, Document, Heading, OpenPoint, Paragraph, Picture, Table, Turn, led_in

TEMPLATE = Path(__file__).with_name("sheet.typ")
Shown = Heading | Paragraph | OpenPoint | Bullets | Table | Picture
HIGHEST = 1.2  # of a picture, height over width
STANDARD: Literal["a-2a"] = "a-2a"  # PDF/A for keeping, with the structure that a screen reader follows


def pdf(document: Document) -> bytes:
    """The document as a PDF file's bytes. Raises `WorkbenchError` when Typst cannot set it."""
    with TemporaryDirectory() as folder:
        room = Path(folder)
        (room / "sheet.typ").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        pages: list[dict[str, Any]] = [{"wide": False, "blocks": []}]
        for number, (block, leads) in enumerate(led_in(document.blocks)):
            if isinstance(block, Turn):
                pages.append({"wide": block.wide, "blocks": []})
            else:
                pages[-1]["blocks"].append(_plain(block, number, room) | {"sticky": leads})
        names = ("lang", "title", "subtitle", "about", "contents", "page")
        data = {name: getattr(document, name) for name in names} | {"pages": pages}
        (room / "data.json").write_text(json.dumps(data), encoding="utf-8")
        try:
            return bytes(typst.compile(room / "sheet.typ", root=room, ignore_system_fonts=True, pdf_standards=STANDARD))
        except typst.TypstError as error:
            raise WorkbenchError(f"The PDF could not be made: {error}. Ask for --to docx or html instead.") from error


def _plain(block: Shown, number: int, room: Path) -> dict[str, Any]:
    """A block as data; its picture becomes a file beside the template."""
    kind = type(block).__name__
    if isinstance(block, Picture):
        file = room / f"{number}.{'png' if block.png else 'svg'}"
        drawn = (block.png or block.svg)()
        file.write_bytes(drawn)
        return {
            "kind": kind,
            "caption": block.caption,
            "file": file.name,
            "tall": block.png is not None or _tall(drawn),
        }
    if isinstance(block, Table):
        known = {"head": block.head, "rows": block.rows, "widths": block.shares}
        return {"kind": kind, "numbers": sorted(block.numbers)} | known
    if isinstance(block, Bullets):
        return {"kind": kind, "items": block.items}
    more = {"level": block.level} if isinstance(block, Heading) else {}
    return {"kind": kind, "text": block.text, "lead": isinstance(block, Paragraph) and block.lead} | more


def _tall(svg: bytes) -> bool:
    """Whether a picture as wide as the line would be higher than a page leaves; where nothing says its size, it may."""
    box = re.search(rb'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    return box is None or float(box[2]) > HIGHEST * float(box[1])
