"""What python-docx has no call for: fields, bookmarks, lines of a table of contents, grounds, rows that stay whole."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm


def field(line: Any, code: str, shown: str = "1", dirty: bool = False) -> None:
    """A field such as PAGE, with what stands there until the program computes it."""
    _mark(line, "begin", dirty)
    _code(line, code)
    _mark(line, "separate")
    line.add_run(shown)
    _mark(line, "end")


def bookmark(heading: Any, number: int) -> None:
    """A name round a heading, to which a line of the contents leads."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _name(number))
    heading._p.insert(1 if heading._p.pPr is not None else 0, start)
    heading._p.append(end)


def contents_line(made: Any, text: str, level: int, number: int) -> None:
    """A line of the table of contents, which can be read and clicked at once; its page number is a field.

    Not Word's own field TOC: LibreOffice takes what stands in that for final and shows no numbers at all.
    """
    line = made.add_paragraph()
    line.paragraph_format.left_indent = Mm(6 * (level - 1))
    line.paragraph_format.space_after = 0
    line.paragraph_format.tab_stops.add_tab_stop(Mm(168), 2, 1)  # right, with dots
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _name(number))
    link.set(qn("w:history"), "1")
    link.append(line.add_run(text)._r)
    line._p.append(link)
    line.add_run("\t")
    field(line, f"PAGEREF {_name(number)} \\h", "", dirty=True)


def shade(part: Any, colour: str) -> None:
    """A ground under a paragraph or a cell."""
    ground = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        ground.set(qn(f"w:{key}"), value)
    holder = part._p.get_or_add_pPr() if hasattr(part, "_p") else part._tc.get_or_add_tcPr()
    holder.append(ground)


def padding(table: Any) -> None:
    """Air above and below the text of every cell, which the default template does not give."""
    room = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "40"), ("left", "80"), ("bottom", "40"), ("right", "80")):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), twips)
        edge.set(qn("w:type"), "dxa")
        room.append(edge)
    # Word refuses a file whose settings of a table stand in another order than its schema's: before w:tblLook.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(room)


def spread(row: Any, head: bool) -> None:
    """A row that is not split over pages; the head comes back on each."""
    settings = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if head else [])):
        settings.append(OxmlElement(name))


def _name(number: int) -> str:
    return f"_Toc{number:06d}"


def _mark(line: Any, kind: str, dirty: bool = False) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    line.add_run()._r.append(mark)


def _code(line: Any, code: str) -> None:
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {code} "
    line.add_run()._r.append(text)
