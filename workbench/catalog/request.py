"""Words in which documents say what study files say by a name, and the documents that are views of a study."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problems

WORDS, VIEWS = "request.yaml", "views.yaml"


class Security(Entry):
    """The fields of action in which measures are taken, by id."""

    cite: Cite
    domains: dict[str, Label]


class Inhabitants(Entry):
    """How many people a count in synthetic data is scaled up to."""

    number: int
    cite: Cite


class Words(Entry):
    """Names of study files in words: of transformations, purposes, moments and the like, by the name."""

    cite: Cite
    party_kinds: dict[str, Label]
    transformations: dict[str, Label]
    purposes: dict[str, Label]
    attributes: dict[str, Label]
    events: dict[str, Label]
    organisations: dict[str, Label]
    code_lists: dict[str, Label]
    security: Security
    inhabitants: Inhabitants


def read_words(root: Path) -> tuple[Words, SourceFile]:
    """The words of `root/request.yaml` and their file. Raises `Problems` with everything wrong in it."""
    source = read_source(root / WORDS, root.parent)
    words = validate(Words, source.data, source) if not source.problems else None
    if words is None:
        raise Problems(source.problems)
    return words, source


class ViewSection(Entry):
    """A section: what it rests on (`basis`), the parts of a request that tell it, and what no study says (`open`)."""

    title: Label
    basis: Label
    tells: tuple[Text, ...] = ()
    open: tuple[Label, ...] = ()
    cite: Cite


class View(Entry):
    """A document that tells a study in the order of a law; `notice` says how sure that order is."""

    id: Name
    title: Label
    notice: Label
    sections: tuple[ViewSection, ...] = Spec(min_length=1)
    cite: Cite


class _Views(Entry):
    views: tuple[View, ...]


def read_views(root: Path) -> tuple[tuple[View, ...], SourceFile]:
    """The views of `root/views.yaml` and their file. Raises `Problems` with everything wrong in it."""
    source = read_source(root / VIEWS, root.parent)
    file = validate(_Views, source.data, source) if not source.problems else None
    if file is None:
        raise Problems(source.problems)
    return file.views, source
