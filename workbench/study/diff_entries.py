"""A study as entries that can be compared: what each is about, what identifies it, and its facets.

Citations, ids and the order of lists say nothing of their own; they are no facets. Where the order of a list
means something (a date of year, month and day; the first table of an extract), it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.catalog.source import Loc
from workbench.study.model import Study

Plain = dict[str, Any]
NO_FACET = frozenset({"cite", "id"})
ORDERED = frozenset({"from", "date", "days_between", "between", "widths", "since", "part"})


class Words(NamedTuple):
    """A text in the languages of the workbench, compared as one value."""

    nl: str
    fr: str
    en: str


@dataclass(frozen=True)
class Section:
    """Entries of one kind: where they stand, the facets that identify one, and whether an id does as well."""

    about: str
    path: tuple[str, ...]
    key: tuple[str, ...] = ()
    ids: bool = False


@dataclass(frozen=True)
class Item:
    """One entry: `key` empty where its section has only one; `data` is the entry as the file has it."""

    section: Section
    loc: Loc
    data: Mapping[str, Any]
    facets: Mapping[str, Hashable]

    @property
    def about(self) -> str:
        return self.section.about

    @property
    def key(self) -> tuple[Hashable, ...]:
        return tuple(self.facets.get(name) for name in self.section.key)

    @property
    def id(self) -> str | None:
        return self.data.get("id") if self.section.ids else None


SECTIONS = (
    Section("study", ()),
    Section("applicant", ("applicant",)),
    Section("legal_basis", ("legal_basis",), ("text",)),
    Section("period", ("period",)),
    Section("population", ("population",)),
    Section("criterion", ("population", "criteria"), ids=True),
    Section("party", ("parties",), ("party",)),
    Section("domain", ("domains",), ids=True),
    Section("variable", ("variables",), ("ref",)),
    Section("step", ("flow",), ids=True),
    Section("indicator", ("indicators",), ("indicator",)),
    Section("analysis", ("analysis",)),
    Section("scra", ("scra",)),
    Section("retention", ("retention",), ("dataset",)),
    Section("recipient", ("recipients",), ("party", "receives")),
    Section("report", ("reports",), ("report",)),
    Section("target", ("targets",), ("of",)),
    Section("condition", ("conditions",), ids=True),
    Section("rights", ("rights",)),
    Section("hosting", ("hosting",), ("host", "of")),
    Section("dataset", ("datasets",), ("dataset",)),
    Section("accepted", ("accepted",), ("rule", "at")),
    Section("erratum", ("errata",), ("what",)),
)
STEP = next(section for section in SECTIONS if section.about == "step")
VARIABLE = next(section for section in SECTIONS if section.about == "variable")


def plain(study: Study) -> Plain:
    """The study as mappings, lists and values, under the keys of its file."""
    dumped: Plain = study.model_dump(mode="json", by_alias=True)
    return dumped


def entries(data: Plain, section: Section) -> list[Item]:
    """The entries of a section in the order of the file."""
    return [Item(section, loc, entry, facets(section, entry)) for loc, entry in _raw(data, section)]


def sections_of(data: Plain) -> Iterator[Section]:
    """The sections above, and one for every further list or value that a study may have."""
    yield from SECTIONS
    known = {section.path[0] for section in SECTIONS if section.path} | {"id", "title", "document", "purpose"}
    for name in data:
        if name not in known:
            yield Section(name, (name,))


def _raw(data: Plain, section: Section) -> Iterator[tuple[Loc, Plain]]:
    if not section.path:
        yield (), {name: data[name] for name in ("title", "document", "purpose")}
        return
    value: Any = data
    for name in section.path:
        value = (value or {}).get(name)
    at: Loc = section.path
    if section.about == "population":
        yield at, {name: one for name, one in value.items() if name != "criteria"}
    elif section.about == "period":
        yield at, {"years": f"{value['from']}-{value['to']}"}
    elif section.about == "dataset":
        for name, label in (value or {}).items():
            yield (*at, name), {"dataset": name, "label": label}
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield (*at, number), one if isinstance(one, dict) else {section.about: one}
    elif value is not None:
        yield at, value if isinstance(value, dict) else {section.about: value}


def facets(section: Section, entry: Mapping[str, Any]) -> dict[str, Hashable]:
    """What of an entry may differ: its keys without citation and id; nothing, no and an empty list are left out.

    The id of a pseudonym domain is a name that columns carry, so there it counts.
    """
    hidden = NO_FACET if section.about != "domain" else frozenset({"cite"})
    return {name: frozen(value, name) for name, value in entry.items() if name not in hidden and _says(value)}


def _says(value: Any) -> bool:
    return value is not None and value is not False and value != [] and value != {}


def frozen(value: Any, key: str = "") -> Hashable:
    """A value that can be compared; lists as bags unless the order under that key counts."""
    if isinstance(value, dict):
        if set(value) == {"nl", "fr", "en"}:
            return Words(**value)
        kept = ((name, frozen(one, name)) for name, one in value.items() if name != "cite" and _says(one))
        return frozenset(kept)
    if isinstance(value, list | tuple):
        parts = [frozen(one) for one in value]
        return tuple(parts) if key in ORDERED else frozenset(Counter(parts).items())
    return (type(value).__name__, value) if isinstance(value, bool) else value
