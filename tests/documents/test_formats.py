"""Page, Word and PDF have the same content, and open in programs that did not write them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn

from workbench.__main__ import main
from workbench.paper.blocks import Bullets, Document, Heading, OpenPoint, Paragraph, Picture, Table, led_in
from workbench.paper.page import html
from workbench.paper.pdf import pdf
from workbench.paper.word import word

pytestmark = pytest.mark.xdist_group("documents")
Requests = Mapping[tuple[str, str], Document]


@pytest.fixture(scope="module")
def one(requests: Requests) -> Document:
    return requests["stroke-care", "fr"]


@pytest.fixture(scope="module")
def opened(one: Document) -> object:
    return docx.Document(io.BytesIO(word(one)))


def test_word_has_the_headings_of_the_page(one: Document, opened) -> None:  # type: ignore[no-untyped-def]
    page = html(one).decode()
    on_page = [(int(level) - 1, unescape(text)) for level, text in re.findall(r'<h([23]) id="h\d+">(.*?)</h', page)]
    styles = {"Heading 1": 1, "Heading 2": 2}
    in_word = [(styles[p.style.name], p.text) for p in opened.paragraphs if p.style.name in styles]
    assert in_word == on_page == [(block.level, block.text) for block in one.headings()]
    # Each line of the contents leads to a bookmark that is there.
    body = opened.element.body
    names = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert len(links) == len(on_page) and set(links) == names


def test_word_has_every_table_and_its_rows_stay_whole(one: Document, opened) -> None:  # type: ignore[no-untyped-def]
    tables = [block for block in one.blocks if isinstance(block, Table)]
    assert len(opened.tables) == len(tables)
    for drawn, table in zip(opened.tables, tables, strict=True):
        texts = ["".join(t.text or "" for t in row._tr.iter(qn("w:t"))) for row in drawn.rows]
        asked = ["".join(row).replace("\n", "") for row in [table.head, *table.rows]]
        assert texts == asked
        settings = [{child.tag for child in row._tr.trPr} for row in drawn.rows]
        assert all(qn("w:cantSplit") in one_row for one_row in settings)
        assert [qn("w:tblHeader") in one_row for one_row in settings] == [True] + [False] * len(table.rows)


def test_word_is_a4_numbered_and_in_its_language(opened) -> None:  # type: ignore[no-untyped-def]
    sizes = [(round(section.page_width.mm), round(section.page_height.mm)) for section in opened.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    footer = opened.sections[0].footer._element
    assert [text.text.strip() for text in footer.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert opened.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "fr-BE"
    assert len(opened.inline_shapes) == 1


def test_word_finds_every_setting_where_its_schema_puts_it(opened) -> None:  # type: ignore[no-untyped-def]
    """Word calls a file damaged when these are out of order, and LibreOffice does not tell."""
    order = {
        "tblPr": ["tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook"],
        "tcPr": ["tcW", "shd"],
        "pPr": ["pStyle", "keepNext", "keepLines", "shd", "tabs", "spacing", "ind", "jc", "sectPr"],
    }
    for name, wanted in order.items():
        for settings in opened.element.body.iter(qn(f"w:{name}")):
            places = [wanted.index(child.tag.partition("}")[2]) for child in settings]
            assert places == sorted(set(places)), name
    language = opened.styles["Normal"].element.rPr.findall(qn("w:lang"))
    assert len(language) == 1
    settings = [child.tag.partition("}")[2] for child in opened.settings.element]
    assert settings[settings.index("defaultTabStop") + 1] == "autoHyphenation"


def test_page_has_every_text(one: Document) -> None:
    page = unescape(re.sub(r"<svg.*?</svg>", "", html(one).decode(), flags=re.S))
    for text in one.texts():
        assert text in page
    assert page.count("<table>") == sum(isinstance(block, Table) for block in one.blocks)


def test_pdf_is_for_keeping() -> None:
    blocks = (Heading("1. Kop #strong[x]"), Bullets(["<b>", "$x$ *y*"]), Table(("a_b",), [("c\nd",)], (1,)))
    made = pdf(Document("nl", "Titel", "Aanvraag", "over", "Inhoud", "Bladzijde", blocks))
    assert made.startswith(b"%PDF-")
    assert b"pdfaid:part" in made and b"pdfaid:conformance" in made


@pytest.mark.parametrize(("rows", "whole"), [(4, True), (40, False)])
def test_a_short_table_stands_on_one_page(rows: int, whole: bool) -> None:
    """Below lines that fill most of a page: three of four rows would still have had room there."""
    lines = [Paragraph("line")] * 31
    table = Table(("head",), [(f"row {number}\nof two lines",) for number in range(rows)])
    made = pdf(Document("en", "Title", "", "about", "", "Page", (*lines, table)))
    with pikepdf.open(io.BytesIO(made)) as file:
        shaded = [b"0.894" in page.Contents.read_bytes() for page in file.pages]  # the ground of a table's head
    assert shaded[:2] == [not whole, True]


def test_lines_stay_with_what_they_lead_to() -> None:
    rests, last = Paragraph("Rests on article 5"), Paragraph("the last of 1.1")
    row = Table(("head",), [("row",)])
    blocks = [Heading("1."), rests, Heading("1.1", 2), last, Heading("1.2", 2), rests, row, Paragraph("end"),
              Heading("2."), rests, OpenPoint("nobody is named")]  # fmt: skip
    assert [number for number, (_, leads) in enumerate(led_in(blocks)) if leads] == [1, 5, 9]


@pytest.mark.parametrize(("high", "pages"), [(100, 1), (2000, 3)])
def test_a_picture_takes_the_room_it_needs(high: int, pages: int) -> None:
    """Three low ones stand on one page; of high ones each is made to fit a page."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {high}"><rect width="9" height="9"/></svg>'.encode()
    )
    picture = Picture("bars", lambda: svg)
    made = pdf(Document("en", "Title", "", "about", "", "Page", (Paragraph("before"), *[picture] * 3)))
    with pikepdf.open(io.BytesIO(made)) as file:
        assert len(file.pages) == pages


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonesuch"], "nonesuch"),
        (["stroke-selfreg-2020", "--to", "html", "--out", "x.pdf"], "ends in .html"),
        (["stroke-selfreg-2020", "--to", "odt"], "invalid choice: 'odt'"),
        (["stroke-selfreg-2020", "--lang", "de"], "invalid choice: 'de'"),
    ],
)
def test_wrong_use_gives_one_error(
    arguments: list[str], said: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["--catalog", str(repo_root / "catalog"), "study", "document", *arguments])
    except SystemExit as error:  # argparse ends the program itself
        code = int(error.code or 0)
    assert code == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_where_asked(repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made" / "aanvraag.html"
    code = main(
        ["--catalog", str(repo_root / "catalog"), "study", "document", "stroke-selfreg-2020", "--to", "html",
         "--lang", "nl", "--out", str(out)]
    )  # fmt: skip
    assert code == 0 and str(out) in capsys.readouterr().out.replace("\n", "")
    assert '<html lang="nl">' in out.read_text(encoding="utf-8")
