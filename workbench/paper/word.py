"""A document as Word: A4, Word's own heading styles, a table of contents, page numbers, tables that break well."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from workbench.paper.blocks import (
    Block,
    Bullets,
    Document,
    Heading,
    OpenPoint,
    Paragraph,
    Picture,
    Table,
    Turn,
    led_in,
    listed,
)
from workbench.paper.raster import png
from workbench.paper.word_parts import bookmark, contents_line, field, padding, shade, spread

LANGUAGES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB"}
WIDE, HIGH, MARGIN = 210, 297, 20  # A4, in millimetres
HEAD_GROUND, OPEN_GROUND = "E4E9F0", "FFF1DE"


def word(document: Document) -> bytes:
    """The document as a .docx file's bytes."""
    made: Any = docx.Document()
    _styles(made, document.lang)
    made.core_properties.title = document.title
    made.core_properties.language = LANGUAGES[document.lang]
    made.core_properties.author = ""
    made.core_properties.comments = ""
    _sheet(made.sections[0], document.page)
    made.add_paragraph(document.title, style="Title")
    if document.subtitle:
        made.add_paragraph(document.subtitle, style="Subtitle")
    made.add_paragraph(document.about)
    if document.contents:
        made.add_paragraph(document.contents, style="TOC Heading")
        for number, one in enumerate(document.headings(), start=1):
            contents_line(made, one.text, one.level, number)
        made.add_page_break()
    number = 0
    for block, leads in led_in(document.blocks):
        number += listed(block)
        _block(made, block, number)
        if leads:
            made.paragraphs[-1].paragraph_format.keep_with_next = True  # what leads in stays with what it leads to
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _styles(made: Any, lang: str) -> None:
    """Fonts of the default template, in the language of the text so that its spelling is checked as such."""
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[lang])
    normal.element.get_or_add_rPr().append(language)
    # In a narrow column a long word is hyphenated, as in the PDF, or it breaks anywhere.
    made.settings.element.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "TOC Heading"):
        style = made.styles[name]
        style.font.color.rgb = RGBColor(0x1F, 0x3A, 0x5F)
    made.styles["Title"].font.size = Pt(24)


def _sheet(section: Any, page: str) -> None:
    section.page_width, section.page_height = Mm(WIDE), Mm(HIGH)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    line = section.footer.paragraphs[0]
    line.alignment = 2
    line.add_run(f"{page} ")
    field(line, "PAGE")
    line.add_run(" / ")
    field(line, "NUMPAGES")


def _block(made: Any, block: Block, number: int) -> None:
    if isinstance(block, Heading):
        head = made.add_heading(block.text, block.level)
        if listed(block):
            bookmark(head, number)
    elif isinstance(block, OpenPoint):
        shade(made.add_paragraph(block.text), OPEN_GROUND)
    elif isinstance(block, Paragraph):
        made.add_paragraph().add_run(block.text).bold = block.lead
    elif isinstance(block, Bullets):
        for one in block.items:
            made.add_paragraph(one, style="List Bullet")
    elif isinstance(block, Picture):
        _picture(made, block)
    elif isinstance(block, Turn):
        _turn(made, block.wide)
    else:
        _table(made, block)


def _picture(made: Any, picture: Picture) -> None:
    """As large as the page leaves beside heads and caption."""
    shape = made.add_picture(io.BytesIO(png(picture)))
    sheet = made.sections[-1]
    room = sheet.page_width - 2 * Mm(MARGIN), Mm(WIDE - 2 * MARGIN - 40)
    fits = min(room[0] / shape.width, room[1] / shape.height)
    shape.width, shape.height = int(shape.width * fits), int(shape.height * fits)
    shape._inline.docPr.set("descr", picture.caption)
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    made.add_paragraph(picture.caption, style="Caption")


def _turn(made: Any, wide: bool) -> None:
    sheet = made.add_section(WD_SECTION.NEW_PAGE)
    sheet.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    sheet.page_width, sheet.page_height = (Mm(HIGH), Mm(WIDE)) if wide else (Mm(WIDE), Mm(HIGH))


def _table(made: Any, table: Table) -> None:
    """Its head comes back on every page, and no row is split over two."""
    rows = [table.head, *table.rows]
    drawn = made.add_table(rows=len(rows), cols=len(table.head), style="Table Grid")
    drawn.autofit = False
    padding(drawn)
    line = WIDE - 2 * MARGIN
    widths = [Mm(line * width / sum(table.shares)) for width in table.shares]
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    for at, (drawn_row, row) in enumerate(zip(drawn.rows, rows, strict=True)):
        for place, (cell, text, width) in enumerate(zip(drawn_row.cells, row, widths, strict=True)):
            cell.width = width
            said = cell.paragraphs[0]
            said.alignment = 2 if at and place in table.numbers else None
            said.paragraph_format.space_after = Pt(0)
            said.paragraph_format.keep_with_next = at == 0
            run = said.add_run(text)
            run.font.size, run.bold = Pt(8.5), at == 0
            if at == 0:
                shade(cell, HEAD_GROUND)
        spread(drawn_row, head=at == 0)
    made.add_paragraph().paragraph_format.space_after = Pt(2)
