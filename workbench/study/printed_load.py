"""A file with what a document prints -> `PrintedFile`, with the place of every entry kept for messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc, SourceFile, read_source, validate
from workbench.errors import Problems, WorkbenchError
from workbench.study.printed import Printed


@dataclass(frozen=True)
class PrintedFile:
    """A printed document, the file it came from, and the catalogue folder whose rules apply."""

    printed: Printed
    source: SourceFile
    path: Path
    root: Path


def find_printed(name: str, root: Path) -> Path:
    """The file of a document given by the name of its study (`stroke-care`) or by path.

    Raises `WorkbenchError` with what exists when there is none.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        if path.is_file():
            return path
        raise WorkbenchError(f"There is no file {path}. Give the path of an existing file, or the name of a study.")
    inside = root / "studies" / name / "printed.yaml"
    if path.name == name and inside.is_file():
        return inside
    known = ", ".join(sorted(found.parent.name for found in root.glob("studies/*/printed.yaml"))) or "none"
    raise WorkbenchError(
        f"There is no printed document of '{name}' under {root / 'studies'}. Studies that have one: {known}."
    )


def load_printed(name: str, catalog: Catalog, root: Path) -> PrintedFile:
    """Read and check a printed document; raises `Problems` with all errors, each with file and line."""
    path = find_printed(name, root)
    source = read_source(path, root.parent)
    printed = validate(Printed, source.data, source) if source.data is not None else None
    if printed is not None:
        source.problems += [source.problem(*found) for found in _check(printed, catalog)]
    if source.problems or printed is None:
        raise Problems(source.problems)
    return PrintedFile(printed, source, path, root)


def _check(printed: Printed, catalog: Catalog) -> list[tuple[Loc, str, str, str]]:
    """What is wrong with the transcription itself; faults of the document are the linter's."""
    found: list[tuple[Loc, str, str, str]] = []
    if printed.document not in catalog.documents:
        what, why = f"document '{printed.document}' is unknown", "catalog/documents.yaml does not list it"
        found.append((("document",), what, why, "correct the id"))
    for number, party in enumerate(printed.parties):
        if party.party is not None and party.party not in catalog.parties:
            what, why = f"party '{party.party}' is unknown", "catalog/parties.yaml does not list it"
            found.append((("parties", number, "is"), what, why, "correct the name or add the party there"))
    return found
