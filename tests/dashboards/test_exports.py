"""A view as a workbook and as a PDF: the same rows for the same reader as the CSV, and nothing that acts."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from dashboards.exported import as_xlsx
from dashboards.shown import as_csv, shown
from dashboards.texts import texts
from tests.dashboards.portal import Portal
from workbench.access import PUBLIC


def file(portal: Portal, login: str | None, form: str, report: str = "stroke-hospitals", **query: str) -> bytes:
    client = portal.client(login)
    more = "".join(f"&{name}={value}" for name, value in query.items())
    with client._opener.open(
        f"{portal.address}/api/report?id={report}&format={form}&lang=fr{more}", timeout=120
    ) as got:
        content: bytes = got.read()
    return content


@pytest.mark.parametrize("login", ["an.peeters", "mia.janssens"])
def test_a_workbook_has_the_rows_of_the_csv(portal: Portal, login: str) -> None:
    """Cell by cell, for a hospital and for the sponsor; what is withheld is empty and not a word."""
    lines = list(csv.reader(io.StringIO(file(portal, login, "csv", indicator="ivt").decode())))
    book = openpyxl.load_workbook(io.BytesIO(file(portal, login, "xlsx", indicator="ivt")))
    assert book.sheetnames == ["stroke-hospitals", "À propos de ces chiffres"]
    rows = [[cell.value for cell in row] for row in book["stroke-hospitals"].iter_rows()]
    assert rows[0] == lines[0] and len(rows) == len(lines) > 2
    for row, line in zip(rows[1:], lines[1:], strict=True):
        for value, text in zip(row, line, strict=True):
            if isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, int | float):
                assert float(text) == pytest.approx(value, rel=1e-12)  # a workbook holds 16 digits
            else:
                assert (value or "") == text
    said = [row[0].value for row in book["À propos de ces chiffres"].iter_rows()]
    assert any("personnes synthétiques" in str(one) for one in said)
    assert any("moins de 5 personnes" in str(one) for one in said)


def test_no_name_becomes_a_formula(portal: Portal) -> None:
    """Even one that nobody would give a hospital, and characters that no workbook may hold."""
    t = texts("en")
    view = portal.house.read(PUBLIC, "stroke-public", {})
    table = shown(view, portal.house.labels, t)
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "a\x00b")
    rows = tuple(dict(table.rows[0], hospital_name=one) for one in evil)
    odd = replace(table, rows=rows)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(view, odd, PUBLIC, t)))
    sheet = book.worksheets[0]
    column = odd.keys.index("hospital_name") + 1
    cells = [sheet.cell(row, column) for row in range(2, 2 + len(evil))]
    assert [cell.data_type for cell in cells] == ["s"] * len(evil)
    assert [str(cell.value)[:2] for cell in cells] == ["=1", "+1", "-1", "@S", "\tx", "ab"]
    assert "'=1+1" in as_csv(odd)


def test_a_pdf_is_made_for_every_kind_of_indicator(portal: Portal) -> None:
    for indicator in ("ivt", "mortality30"):
        content = file(portal, "an.peeters", "pdf", indicator=indicator)
        assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
        assert b"pdfaid:part" in content, "it calls itself PDF/A"


def test_a_file_is_refused_to_who_may_not_open_the_page(portal: Portal) -> None:
    for form in ("xlsx", "pdf"):
        assert portal.client().get("/api/report", id="stroke-hospitals", format=form).status == 403
        assert portal.client("lea.simon").get("/api/report", id="stroke-hospitals", format=form).status == 403
    assert portal.client().get("/api/report", id="stroke-public", format="exe").status == 400
    told = [one.what for one in portal.house.open_state.audit.entries()]
    assert "report.exported" in told or "report.refused" in told
