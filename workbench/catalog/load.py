"""Files under `catalog/` -> `Catalog`; every problem of every file is reported at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from workbench.catalog import knowledge
from workbench.catalog.base import Entry
from workbench.catalog.indicator import Indicator
from workbench.catalog.life_table import LifeTable
from workbench.catalog.model import Catalog, CodeList, Derived, Document, Party, Place, Policy, Table
from workbench.catalog.references import check_references
from workbench.catalog.salvage import salvage
from workbench.catalog.service import Service
from workbench.catalog.source import Loc, SourceFile, read_source
from workbench.errors import Problem, Problems

E = TypeVar("E", bound=Entry)
Sources = Mapping[str, tuple[SourceFile, Loc]]


def load_catalog(root: Path) -> Catalog:
    """Read the catalogue under `root`.

    Raises `Problems` with all syntax, type and reference problems, each with file and line.
    """
    catalog, problems = read_catalog(root)
    if problems:
        raise Problems(problems)
    return catalog


def read_catalog(root: Path) -> tuple[Catalog, list[Problem]]:
    """The catalogue as far as it can be read, and what is wrong with it."""
    catalog, problems, _ = read_sources(root)
    return catalog, problems


def read_sources(root: Path) -> tuple[Catalog, list[Problem], Sources]:
    """As `read_catalog`, with the file and place of each entry by `kind:id`, for checks that go further."""
    if not root.is_dir():
        what, todo = "there is no catalogue folder here", "give the folder with --catalog"
        return Catalog({}, {}, {}, {}, {}), [Problem(str(root), 1, what, "studies are made from it", todo)], {}
    # The nodes of the files are a hundred thousand small objects that all live until the end: the collector took
    # a third of the whole reading.
    with without_collector():
        return _read(root)


@contextmanager
def without_collector() -> Iterator[None]:
    """For work that makes many objects and no circles of them: the collector would go over all of them for nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(root: Path) -> tuple[Catalog, list[Problem], Sources]:
    reader = _Reader(root)
    documents = dict(reader.listed("documents.yaml", "documents", Document, "id"))
    tables = dict(reader.each("tables/*/*.yaml", Table, "ref"))
    codes = dict(reader.each("codes/*.yaml", CodeList, "id"))
    parties = dict(reader.listed("parties.yaml", "parties", Party, "id"))
    derived = dict(reader.listed("derived.yaml", "derived", Derived, "name"))
    policies = dict(reader.each("policies/*.yaml", Policy, "id"))
    indicators = dict(reader.each("indicators/*.yaml", Indicator, "id"))
    services = dict(reader.listed("services.yaml", "services", Service, "id"))
    life_tables = dict(reader.each("life_tables/*.yaml", LifeTable, "id"))
    known = knowledge.read(reader.listed)
    catalog = Catalog(
        documents, tables, codes, parties, derived, policies, indicators, reader.places, services, known, life_tables
    )
    return catalog, reader.problems + check_references(catalog, reader.sources), reader.sources


class _Reader:
    """Reads the files one by one and remembers the place of every entry."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.places: dict[str, Place] = {}
        self.sources: dict[str, tuple[SourceFile, Loc]] = {}

    def listed(self, name: str, key: str, model: type[E], id_: str) -> Iterator[tuple[str, E]]:
        """Entries of a file that is one list under `key`."""
        path = self.root / name
        if not path.exists():
            return
        source = read_source(path, self.root.parent)
        data = source.data.get(key) if isinstance(source.data, dict) else None
        if not source.problems and not isinstance(data, list):
            why, todo = f"{name} holds a list of them", f"start with '{key}:'"
            source.problems.append(source.problem((key,), f"'{key}' is not a list", why, todo))
        for number, item in enumerate(data if isinstance(data, list) else ()):
            yield from self._entry(source, (key, number), item, model, id_)
        self.problems += source.problems

    def each(self, pattern: str, model: type[E], id_: str) -> Iterator[tuple[str, E]]:
        """Entries of files that hold one each."""
        for path in sorted(self.root.glob(pattern)):
            source = read_source(path, self.root.parent)
            if source.data is not None:
                yield from self._entry(source, (), source.data, model, id_)
            self.problems += source.problems

    def _entry(self, source: SourceFile, at: Loc, data: Any, model: type[E], id_: str) -> Iterator[tuple[str, E]]:
        entry = salvage(model, data, source, at)
        ref = str(getattr(entry, id_)) if entry is not None else ""
        if entry is None or not ref.strip("."):
            return
        name = f"{model.__name__.lower()}:{ref}"
        if name in self.places:
            first = self.places[name]
            why = f"it stands in {first.file}:{first.line}"
            todo = "rename or remove one of them"
            source.problems.append(source.problem(at, f"'{ref}' exists already", why, todo))
            return
        self.places[name] = Place(source.name, source.line(at))
        self.sources[name] = (source, at)
        if isinstance(entry, Table):
            for number, one in enumerate(entry.fields):
                line = source.line((*at, "fields", number))
                self.places.setdefault(f"field:{ref}.{one.name}", Place(source.name, line))
        if isinstance(entry, Indicator):
            rules = (loc for loc, _ in (*entry.rules(), *entry.amounts()))
            strata = (("strata", number) for number in range(len(entry.strata)))
            for loc in (
                *rules,
                *strata,
                ("period",),
                ("groups_of",),
                ("proxy",),
                ("adjustment",),
                ("volume",),
                ("of",),
            ):
                place = Place(source.name, source.line((*at, *loc)))
                self.places[f"{name}:{'.'.join(map(str, loc))}"] = place
        yield ref, entry
