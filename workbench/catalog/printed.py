"""The names that the documents print, misprints and broken lines included, and the fields they stand for.

`catalog/named_fields.yaml` lists every field that the five documents name, with document, dataset and line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.catalog.base import Entry, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problems

FILE = "named_fields.yaml"


class _Named(Entry):
    printed: Text
    line: int
    refs: tuple[Text, ...] = ()
    unknown: str | None = None
    note: str | None = None


class _Dataset(Entry):
    dataset: Text
    line: int | None = None
    note: str | None = None
    fields: tuple[_Named, ...]


class _Document(Entry):
    document: Text
    note: str | None = None
    datasets: tuple[_Dataset, ...]


class _File(Entry):
    documents: tuple[_Document, ...]


@dataclass(frozen=True)
class PrintedName:
    """One name in a document; `refs` are what it stands for, `unknown` says why there is none."""

    document: str
    dataset: str
    printed: str
    line: int
    refs: tuple[str, ...]
    unknown: str | None


def read_printed_names(root: Path) -> tuple[PrintedName, ...]:
    """Every named field of the documents; none where the catalogue has no such file. Raises `Problems`."""
    return tuple(_flat(read_printed_file(root)[0]))


def read_printed_file(root: Path) -> tuple[tuple[_Document, ...], SourceFile | None]:
    """The documents of the file as it stands, with their source for its lines. Raises `Problems`."""
    path = root / FILE
    if not path.exists():
        return (), None
    source = read_source(path, root.parent)
    found = validate(_File, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found.documents, source


def _flat(documents: tuple[_Document, ...]) -> Iterator[PrintedName]:
    for document in documents:
        for dataset in document.datasets:
            for named in dataset.fields:
                yield PrintedName(
                    document.document, dataset.dataset, named.printed, named.line, named.refs, named.unknown
                )
