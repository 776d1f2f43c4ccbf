"""A view as a workbook or as a document: the rows of the page, what is withheld and why, and where they come from.

Nothing is asked here: a view is what `House.read` gave to this reader, so a file holds nothing that the page did not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Font

from dashboards.labels import Labels
from dashboards.pages import parts
from dashboards.pages.drawings import drawings
from dashboards.pages.grid import grid_rows
from dashboards.plots.paper import on_paper
from dashboards.shown import Shown
from dashboards.texts import Texts
from workbench.access import Viewer
from workbench.paper.blocks import Block, Document, Heading, Paragraph, Picture, Table
from workbench.paper.spreadsheet import put
from workbench.paper.write import written
from workbench.publish import ReportView

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_WIDE = frozenset({"indicator_name", "hospital_name", "registered_by"})


def as_xlsx(view: ReportView, table: Shown, viewer: Viewer, t: Texts) -> bytes:
    """A sheet with the rows, numbers as numbers and what is withheld as an empty cell, and one that says what they are.

    No text is a formula, whatever it begins with.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = view.report.id[:31]
    for column, key in enumerate(table.keys, start=1):
        sheet.cell(1, column, key).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 34 if key in _WIDE else 14
        for number, row in enumerate(table.rows, start=2):
            put(sheet.cell(number, column), row[key])
    sheet.freeze_panes = "A2"
    about = book.create_sheet(t("report.about"))
    about.column_dimensions["A"].width = 110
    for number, line in enumerate(_said(view, table, viewer, t), start=1):
        put(about.cell(number, 1), line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_pdf(view: ReportView, table: Shown, viewer: Viewer, labels: Labels, t: Texts) -> bytes:
    """The view as PDF/A: drawings with their text, the table as it is written on the page, and what is withheld."""
    title, *said = _said(view, table, viewer, t)
    blocks: list[Block] = []
    for one in drawings(view, table, labels, t) if table.rows else ():
        blocks += [Heading(one.title), Paragraph(one.question)] if one.question else [Heading(one.title)]
        if one.picture is None:
            blocks.append(Paragraph(one.text))
        else:
            blocks.append(Picture(one.text, lambda made=one.figure: on_paper(made, "svg")))  # type: ignore[misc]
    blocks.append(Heading(t("report.table")))
    if table.rows:
        frame = grid_rows(table, t)
        words = [place for place, key in enumerate(frame.columns) if key in _WIDE]
        blocks.append(
            Table(
                [t(f"column.{key}") for key in frame.columns],
                frame.astype(str).to_numpy().tolist(),
                [3 if place in words else 1 for place in range(len(frame.columns))],
                frozenset(range(len(frame.columns))) - frozenset(words),
            )
        )
    else:
        blocks.append(Paragraph(t("report.empty.text")))
    blocks += [Heading(t("report.about")), *(Paragraph(line) for line in said)]
    document = Document(t.lang, title, t("site.title"), parts.source(view, t), "", t("report.page"), tuple(blocks))
    return written(document, "pdf")


def _said(view: ReportView, table: Shown, viewer: Viewer, t: Texts) -> Iterator[str]:
    """Title, for whom the view is cut, the choices, what is withheld and why, and the provenance."""
    yield view.report.label[t.lang]
    yield t(f"scope.{view.scope.name.lower()}")
    yield from (f"{t(f'parameter.{name}')}: {value}" for name, value in view.chosen.query().items() if value)
    yield from parts.why_withheld(view, table, t)
    yield parts.source(view, t)
    yield parts.reader(viewer, t)
    yield t("site.synthetic")
