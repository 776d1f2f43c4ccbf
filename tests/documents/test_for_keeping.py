"""PDF/A looked at by a library that did not write it, and Word opened by a program that did not write it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from scripts.office import PROGRAM
from tests.documents.test_views import amended
from workbench.catalog.request import read_views
from workbench.documents.summary import summary
from workbench.documents.told import Told
from workbench.documents.views import checked, view
from workbench.paper.blocks import Document, Picture
from workbench.paper.pdf import pdf
from workbench.paper.word import word

pytestmark = pytest.mark.xdist_group("documents")
Tellings = Mapping[tuple[str, str], Told]
OFFICE = shutil.which(PROGRAM)
HOW = "no LibreOffice on the path (Debian: apt-get install --no-install-recommends libreoffice-writer)"
needs_office = pytest.mark.skipif(OFFICE is None, reason=HOW)
FORBIDDEN = ("/JavaScript", "/JS", "/Launch", "/AA", "/EmbeddedFiles", "/Sound", "/Movie", "/XFA")


def every(tellings: Tellings, repo_root: Path, lang: str) -> Iterator[tuple[str, Document]]:
    """Each kind of document once, of studies that differ most."""
    views = checked(*read_views(repo_root / "catalog"))
    yield "amendment", amended(tellings, lang)
    yield "summary", summary(tellings["operating-theatre", lang], "hospitals")
    for study, name in (("intego", "ehds"), ("ima-microdata", "record"), ("stroke-selfreg-2022", "dpia")):
        yield name, view(tellings[study, lang], views[name])


def within(objects: list[Any]) -> Iterator[Any]:
    """Dictionaries, also those that stand in another or in a list; what is referred to stands in the list itself."""
    while objects:
        one = objects.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            objects += [value for _, value in one.items() if not getattr(value, "is_indirect", True)]
        elif isinstance(one, pikepdf.Array):
            objects += [value for value in one if not getattr(value, "is_indirect", True)]


def faults(content: bytes) -> list[str]:
    """What of PDF/A-2a (ISO 19005-2) a file breaks, as far as its structure shows; not a whole validator."""
    with pikepdf.open(io.BytesIO(content)) as file:
        root: Any = file.Root
        names = {str(key) for one in within(list(file.objects)) for key in one}
        found = [f"has {name}" for name in FORBIDDEN if name in names]
        with file.open_metadata() as meta:
            found += [] if meta.pdfa_status == "2A" else [f"says it is PDF/A '{meta.pdfa_status}'"]
            found += [] if meta.get("dc:title") else ["has no title"]
        found += ["is encrypted"] if file.is_encrypted else []
        found += [] if "/ID" in file.trailer else ["has no ID"]
        found += [] if root.get("/MarkInfo", {}).get("/Marked") else ["is not tagged"]
        found += [f"has no {key}" for key in ("/StructTreeRoot", "/Lang", "/Metadata") if key not in root]
        intents = [one for one in root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
        found += [] if intents and "/DestOutputProfile" in intents[0] else ["has no colour profile"]
        described = (one for one in file.objects if isinstance(one, pikepdf.Dictionary))
        fonts = [one for one in described if one.get("/Type") == "/FontDescriptor"]
        found += [] if fonts else ["has no fonts"]
        embedded = ("/FontFile", "/FontFile2", "/FontFile3")
        found += [f"lacks {one.FontName}" for one in fonts if not any(key in one for key in embedded)]
        found += [f"page {n} is no A4" for n, page in enumerate(file.pages, 1) if not _a4(page.mediabox)]
    return found


def _a4(box: Any) -> bool:
    return sorted(round(float(one)) for one in box)[2:] == [595, 842]


def test_every_kind_of_document_is_pdf_a(tellings: Tellings, repo_root: Path) -> None:
    for name, document in every(tellings, repo_root, "fr"):
        content = pdf(document)
        assert faults(content) == [], name
        with pikepdf.open(io.BytesIO(content)) as file:
            figures = [o for o in file.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
            pictures = [block for block in document.blocks if isinstance(block, Picture)]
            assert [str(one.Alt) for one in figures] == [one.caption for one in pictures], name


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("metadata", "says it is PDF/A ''"), ("lang", "has no /Lang"), ("script", "has /JS"),
        ("font", "lacks "), ("intent", "has no colour profile"), ("tags", "is not tagged"), ("page", "page 1 is no A4"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_pdf_a_is_found_out(broken: str, said: str, tellings: Tellings) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(amended(tellings, "en")))) as file:
        if broken == "metadata":
            del file.Root.Metadata
        elif broken == "lang":
            del file.Root.Lang
        elif broken == "script":
            file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
        elif broken == "font":
            for one in file.objects:
                if isinstance(one, pikepdf.Dictionary):
                    for key in ("/FontFile2", "/FontFile3"):
                        if key in one:
                            del one[key]
        elif broken == "intent":
            del file.Root.OutputIntents
        elif broken == "tags":
            del file.Root.MarkInfo
        else:
            file.pages[0].MediaBox = [0, 0, 612, 792]
        file.save(out)
    assert any(one.startswith(said) for one in faults(out.getvalue()))


def opened(documents: Mapping[str, Document], folder: Path) -> Mapping[str, tuple[str, bytes]]:
    """What LibreOffice reads in the Word files, as text, and its PDF of each."""
    for name, document in documents.items():
        (folder / f"{name}.docx").write_bytes(word(document))
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"  # a profile of its own: another may be running
    for form in ("txt:Text (encoded):UTF8", "pdf"):
        command = [str(OFFICE), home, "--headless", "--convert-to", form, "--outdir", str(folder)]
        files = [str(folder / f"{name}.docx") for name in documents]
        subprocess.run([*command, *files], check=True, capture_output=True, timeout=600)
    return {
        name: ((folder / f"{name}.txt").read_text(encoding="utf-8-sig"), (folder / f"{name}.pdf").read_bytes())
        for name in documents
    }


def same(documents: Mapping[str, Document], folder: Path) -> None:
    for name, (text, printed) in opened(documents, folder).items():
        read = " ".join(text.split())
        for asked in documents[name].texts():
            for line in asked.split("\n"):
                assert " ".join(line.split()) in read, (name, line)
        with pikepdf.open(io.BytesIO(printed)) as file:
            assert len(file.pages) > 1 and all(_a4(page.mediabox) for page in file.pages), name


@needs_office
def test_libreoffice_opens_word_and_reads_every_text(tellings: Tellings, tmp_path: Path) -> None:
    same({"amendment": amended(tellings, "nl")}, tmp_path)


@pytest.mark.slow
@needs_office
def test_libreoffice_opens_every_document_of_every_study(
    tellings: Tellings, requests: Mapping[tuple[str, str], Document], repo_root: Path, tmp_path: Path
) -> None:
    documents = {f"{study}.{lang}": one for (study, lang), one in requests.items()}
    for lang in ("nl", "fr", "en"):
        documents |= {f"{name}.{lang}": one for name, one in every(tellings, repo_root, lang)}
    same(documents, tmp_path)
