"""Write the authorisation request of a study as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workbench.catalog.base import Lang
from workbench.catalog.study_rule import study_rules
from workbench.documents.blocks import Document
from workbench.documents.request import request, told
from workbench.documents.told import read_words
from workbench.errors import WorkbenchError
from workbench.main.checks import open_with_remarks
from workbench.verify.check import check_flow

Format = Literal["html", "docx", "pdf"]


def study_document(name: str, root: Path, lang: Lang) -> Document:
    """The request of a study, as blocks. Raises `Problems` with everything wrong in the study."""
    flow, problems = open_with_remarks(name, root)
    rules = study_rules(root)
    titles = {id_: rule.title for id_, rule in rules.items()}
    return request(told(flow, check_flow(flow, rules), problems, read_words(root), titles, lang))


def write_document(name: str, root: Path, form: Format, lang: Lang, out: Path | None) -> Path:
    """Write the request of a study; by default as `STUDY-request.LANG.FORM` in the current folder.

    Raises `WorkbenchError` for a file name that ends in another format than the one asked for, and where no file
    can be written.
    """
    file = out or Path(f"{Path(name).stem}-request.{lang}.{form}")
    if file.suffix.lower() != f".{form}":
        raise WorkbenchError(f"{file}: the document is asked for as {form}. Give a file name that ends in .{form}.")
    document = study_document(name, root, lang)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_bytes(document, form))
    except OSError as error:
        raise WorkbenchError(f"{file} cannot be written: {error.strerror}. Give another file with --out.") from error
    return file


def _bytes(document: Document, form: Format) -> bytes:
    """Libraries of a format load when it is asked for."""
    if form == "html":
        from workbench.documents.page import html

        return html(document)
    if form == "docx":
        from workbench.documents.word import word

        return word(document)
    from workbench.documents.pdf import pdf

    return pdf(document)
