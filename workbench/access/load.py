"""`catalog/access/*.yaml` -> `Directory`; every problem of every file is reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from workbench.access.directory import Directory, Organisation, Person, StudyEntry
from workbench.access.profiles import Role
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problem, Problems

E = TypeVar("E", Organisation, Person, StudyEntry)


def load_directory(catalog_root: Path) -> Directory:
    """Read every file of `catalog_root/access`.

    Raises `Problems` with all problems at once: a reference to an unknown organisation, a provider
    outside a hospital, two grants in one collection, one hospital year registered twice, a study listed twice.
    """
    reader = _Reader()
    for path in sorted((catalog_root / "access").glob("*.yaml")):
        reader.read(read_source(path, catalog_root.parent))
    reader.check()
    if reader.problems:
        raise Problems(reader.problems)
    return Directory(reader.organisations, reader.people, reader.studies)


class _Reader:
    """Collects the entries of all files and where each stands."""

    def __init__(self) -> None:
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, Person] = {}
        self.studies: dict[str, StudyEntry] = {}
        self.places: dict[str, tuple[SourceFile, tuple[str | int, ...]]] = {}
        self.problems: list[Problem] = []

    def read(self, source: SourceFile) -> None:
        for organisation, at in self._entries(source, "organisations", Organisation):
            if self._new(f"organisations:{organisation.id}", source, ("organisations", at)):
                self.organisations[organisation.id] = organisation
        for person, at in self._entries(source, "people", Person):
            if self._new(f"people:{person.login}", source, ("people", at)):
                self.people[person.login] = person
        for study, at in self._entries(source, "studies", StudyEntry):
            if self._new(f"studies:{study.study}", source, ("studies", at)):
                self.studies[study.study] = study
        self.problems += source.problems

    def _entries(self, source: SourceFile, key: str, model: type[E]) -> Iterator[tuple[E, int]]:
        items: Any = source.data.get(key, []) if isinstance(source.data, dict) else None
        if not isinstance(items, list):
            if not source.problems:
                source.problems.append(
                    source.problem((), f"'{key}' is not a list", "the file lists them", f"start with '{key}:'")
                )
            return
        for number, item in enumerate(items):
            entry = validate(model, item, source, (key, number))
            if entry is not None:
                yield entry, number

    def _new(self, key: str, source: SourceFile, at: tuple[str | int, ...]) -> bool:
        """Remember where `key` stands; a second entry with the same key is a problem and is dropped."""
        if key in self.places:
            source.problems.append(source.problem(at, f"{key} exists already", "a key names one entry", "rename one"))
            return False
        self.places[key] = (source, at)
        return True

    def check(self) -> None:
        registered: dict[tuple[str, str, int], str] = {}
        for person in self.people.values():
            organisation = self.organisations.get(person.organisation)
            if organisation is None:
                self._wrong(person, "organisation", f"there is no '{person.organisation}'", "no file lists it")
                continue
            collections = [grant.collection for grant in person.grants]
            if len(set(collections)) != len(collections):
                self._wrong(person, "grants", "two profiles in one collection", "one is allowed")
            needs_hospital = person.registered or any(g.profile.role is Role.PROVIDER for g in person.grants)
            if organisation.hospital is None and needs_hospital:
                self._wrong(person, "organisation", "a provider outside a hospital", "it has no own rows")
            for entry in person.registered:
                for year in entry.years:
                    key = (entry.collection, organisation.hospital or "", year)
                    if registered.setdefault(key, person.login) != person.login:
                        self._wrong(person, "registered", f"{year} is also of '{registered[key]}'", "one registers")

    def _wrong(self, person: Person, key: str, what: str, why: str) -> None:
        source, at = self.places[f"people:{person.login}"]
        self.problems.append(source.problem((*at, key), what, why, "correct the entry"))
