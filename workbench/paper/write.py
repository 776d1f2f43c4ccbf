"""Write a document as a file, in the format that its name ends in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.paper.blocks import Document

Format = Literal["html", "docx", "pdf", "md"]


def written(document: Document, form: Format) -> bytes:
    """The bytes of the file. Libraries of a format load when it is asked for. Raises as `pdf`."""
    if form == "html":
        from workbench.paper.page import html

        return html(document)
    if form == "docx":
        from workbench.paper.word import word

        return word(document)
    if form == "md":
        from workbench.paper.markdown import markdown

        return markdown(document).encode()
    from workbench.paper.pdf import pdf

    return pdf(document)


def save(document: Document, form: Format, file: Path, private: bool = False) -> Path:
    """Write the file, readable by its owner only when it is `private`.

    Raises `WorkbenchError` for a name that ends in another format, and where no file can be written.
    """
    if file.suffix.lower() != f".{form}":
        raise WorkbenchError(f"{file}: the document is asked for as {form}. Give a file name that ends in .{form}.")
    content = written(document, form)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if private:
            file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise WorkbenchError(f"{file} cannot be written: {error.strerror}. Give another file with --out.") from error
    return file
