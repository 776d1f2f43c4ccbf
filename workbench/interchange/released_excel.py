"""A released result as a workbook: a sheet per table with numbers as numbers, and one that says what they are."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from workbench.interchange.released import Released
from workbench.paper.spreadsheet import put

WIDE = ("indicator_name", "hospital_name", "registered_by")


def workbook(released: Released) -> Workbook:
    """What is withheld is an empty cell; no text is a formula, whatever it begins with."""
    book = Workbook()
    about = book.active
    about.title = "about"
    about.column_dimensions["A"].width = 110
    for line, text in enumerate(released.about(), start=1):
        put(about.cell(line, 1), text)
    for one in released.tables:
        sheet = book.create_sheet(one.table.table[:31])
        for at, field in enumerate(one.table.fields, start=1):
            put(sheet.cell(1, at), field.name)
            sheet.cell(1, at).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(at)].width = 34 if field.name in WIDE else 14
            for line, row in enumerate(one.rows, start=2):
                put(sheet.cell(line, at), row[field.name])
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(one.table.fields))}{len(one.rows) + 1}"
    return book
