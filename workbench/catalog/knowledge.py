"""What the fields of the catalogue tell about a person: identifiers, attributes, and what follows from what.

These are the facts by which the verification decides what can be joined and what can be derived. Tokens name
them: `id:INSZ` for an identifier, `attr:diagnosis` for an attribute, `cohort:<study>` for membership of the
population of a study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.generalisation import Generalisation, Marginal

ANY = "*"


class Identifier(Entry):
    """A domain of identifiers: equal values of one domain mean the same person, stay or record.

    `fields` are references with `*` for a source, table or field. An `enumerable` domain is so small and regular
    that all its values can be tried. `issuer` keeps, for its own work, the table from this domain to those of
    `resolves_to`. A party of `coded` has another identifier in the place of this one in its own tables. Only domains
    of persons, stays and records join rows of persons.
    """

    id: Name
    identifies: Literal["person", "stay", "record", "provider", "hospital"]
    enumerable: bool = False
    issuer: Name | None = None
    resolves_to: tuple[Name, ...] = ()
    coded: Mapping[Name, Name] = Spec(default_factory=dict)
    label: Label
    fields: tuple[Text, ...] = ()
    derived: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    note: str | None = None
    cite: Cite

    @property
    def personal(self) -> bool:
        """Whether it tells persons, stays or records apart: what identifies a hospital joins no rows of persons."""
        return self.identifies in ("person", "stay", "record")


# Endings of attributes that hold a date or a part of one; the longer before those they end in.
DATE_FORMS = ("_month_of_year", "_day_of_month", "_week_weekend", "_day_night", "_month", "_year", "_time", "_date")


class Attribute(Entry):
    """A fact about a person or stay. `words` are what documents call it.

    A date has the forms <event>_date, _month (with its year), _year, _month_of_year, _day_of_month, _time,
    _week_weekend, _day_night, and _since_<other event> for the days between two. `quasi`: it helps to recognise a
    person; `sensitive`: a fact about health; `once`: a person has it once; `many_codes`: coded in a system of thousands
    of codes. `membership` names the attribute that being selected on this one gives away; being in one of `tables` at
    all gives it away too.
    """

    id: Name
    label: Label
    quasi: bool = False
    sensitive: bool = False
    once: bool = False
    many_codes: bool = False
    membership: Name | None = None
    tables: tuple[Text, ...] = ()
    fields: tuple[Text, ...] = ()
    derived: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    note: str | None = None
    cite: Cite


class QuasiKey(Entry):
    """Attributes that together single out a stay, person or tumour; `uniqueness` is the share for which they do."""

    id: Name
    label: Label
    attributes: tuple[Name, ...] = Spec(min_length=1)
    identifies: Literal["stay", "person", "tumour"]
    uniqueness: float | None = Spec(default=None, ge=0, le=1)
    cite: Cite


class Derivation(Entry):
    """Who knows all tokens of `from` knows those of `to`; `certainty` is the share for which that is so.

    `{event}` and `{other}` stand for any event that has a date.
    """

    id: Name
    known: tuple[Text, ...] = Spec(alias="from", min_length=1)
    gives: tuple[Text, ...] = Spec(alias="to", min_length=1)
    certainty: float | None = Spec(default=None, ge=0, le=1)
    why: Text
    cite: Cite


class DefaultTarget(Entry):
    """What nobody but a source should bring together, in any study."""

    id: Name
    of: tuple[Text, ...] = Spec(min_length=1)
    label: Label
    cite: Cite


@dataclass(frozen=True)
class Knowledge:
    """All of it, by id."""

    identifiers: Mapping[str, Identifier] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    quasi_keys: Mapping[str, QuasiKey] = field(default_factory=dict)
    derivations: Mapping[str, Derivation] = field(default_factory=dict)
    targets: Mapping[str, DefaultTarget] = field(default_factory=dict)
    generalisations: Mapping[str, Generalisation] = field(default_factory=dict)
    marginals: Mapping[str, Marginal] = field(default_factory=dict)

    @cached_property
    def _places(self) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
        return _index(self.identifiers), _index(self.attributes)

    @cached_property
    def enumerable(self) -> frozenset[str]:
        """Identifier domains whose values can all be tried."""
        return frozenset(one.id for one in self.identifiers.values() if one.enumerable)

    def domain_of(self, ref: str) -> str | None:
        """The identifier domain of a source field (`mzg.STAYHOSP.STAYNUM`) or `derived.<name>`, or None."""
        index = self._places[0]
        return next((index[one][0] for one in patterns(ref) if one in index), None)

    def attributes_of(self, ref: str) -> tuple[str, ...]:
        """Ids of the attributes that a source field or `derived.<name>` carries.

        What is said of a whole table does not hold for its identifiers.
        """
        wanted = patterns(ref)
        if self.domain_of(ref):
            wanted = (pattern for pattern in wanted if not pattern.endswith(f".{ANY}"))
        return next((self._places[1][one] for one in wanted if one in self._places[1]), ())


def _index(entries: Mapping[str, Identifier] | Mapping[str, Attribute]) -> Mapping[str, tuple[str, ...]]:
    """Ids by reference, the references with `*` as they stand."""
    found: dict[str, tuple[str, ...]] = {}
    for id_, entry in entries.items():
        for ref in (*entry.fields, *(f"derived.{name}" for name in entry.derived)):
            found[ref] = (*found.get(ref, ()), id_)
    return found


def patterns(ref: str) -> Iterator[str]:
    """The ways to write a reference, from the exact one to the most general: the first that is used counts."""
    source, _, rest = ref.partition(".")
    if source == "derived":
        yield ref
        return
    table, _, name = rest.partition(".")
    yield from (
        ref,
        f"{source}.{ANY}.{name}",
        f"{ANY}.{ANY}.{name}",
        f"{source}.{table}.{ANY}",
        f"{source}.{ANY}.{ANY}",
    )


Listed = Callable[[str, str, Any, str], Iterator[tuple[str, Any]]]
FOLDER = "knowledge"


def read(listed: Listed) -> Knowledge:
    """The knowledge of a catalogue; `listed(file, key, model, id)` gives the entries of a file that is one list."""
    return Knowledge(
        identifiers=dict(listed(f"{FOLDER}/identifiers.yaml", "identifiers", Identifier, "id")),
        attributes=dict(listed(f"{FOLDER}/attributes.yaml", "attributes", Attribute, "id")),
        quasi_keys=dict(listed(f"{FOLDER}/quasi_keys.yaml", "quasi_keys", QuasiKey, "id")),
        derivations=dict(listed(f"{FOLDER}/derivations.yaml", "derivations", Derivation, "id")),
        targets=dict(listed(f"{FOLDER}/targets.yaml", "targets", DefaultTarget, "id")),
        generalisations=dict(listed(f"{FOLDER}/generalisations.yaml", "generalisations", Generalisation, "id")),
        marginals=dict(listed(f"{FOLDER}/marginals.yaml", "marginals", Marginal, "id")),
    )
