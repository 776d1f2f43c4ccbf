"""Printed names of parties, fields and identifiers, and what they stand for in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workbench.catalog.model import Catalog
from workbench.study.printed import Printed
from workbench.verify.facts import ATTRIBUTE, ID, Item

Tokens = frozenset[str]
NOTHING: Tokens = frozenset()


class Names:
    """Looks names up as they are printed: with or without their table, misspelt as the catalogue knows them."""

    def __init__(self, printed: Printed, catalog: Catalog) -> None:
        self.catalog = catalog
        self.parties = {one.name: one.party for one in printed.parties}
        self.domains = {one.name for one in printed.domains}
        self.fields = dict(self._fields())
        self.words = {word.lower(): id_ for id_, one in catalog.identifiers.items() for word in one.words}
        self.said = {word.lower(): id_ for id_, one in catalog.knowledge.attributes.items() for word in one.words}
        self._used: dict[str, None] = {}

    def _fields(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """References by the ways a document may write them: `STAYHOSP.STAYNUM`, and `STAYNUM`."""
        found: dict[str, dict[str, None]] = {}
        for table in self.catalog.tables.values():
            for field in table.fields:
                for name in (field.name, *field.aliases):
                    for written in (name, f"{table.table}.{name}", f"{table.ref}.{name}"):
                        found.setdefault(written.lower(), {})[f"{table.ref}.{field.name}"] = None
        yield from ((written, tuple(refs)) for written, refs in found.items())

    def party(self, name: str) -> str:
        """The catalogue's party of a printed name; a name the document never explains is a party of its own."""
        return self.parties.get(name) or name

    def organisation(self, party: str) -> str:
        """The body of a party."""
        entry = self.catalog.parties.get(party)
        return entry.organisation if entry else party

    def best(self, names: Iterable[str]) -> tuple[str, ...]:
        """Source tables by how many of the names are fields of theirs, the one with most first."""
        count: dict[str, int] = {}
        for name in names:
            for ref in self.fields.get(name.strip().lower(), ()):
                table = ref.rpartition(".")[0]
                count[table] = count.get(table, 0) + 1
        return tuple(sorted(count, key=lambda table: (-count[table], table)))

    def tokens(self, name: str, best: Sequence[str] = ()) -> Tokens:
        """What a printed name stands for: a pseudonym of the document, a derived variable, a field, an identifier.

        A field name of several tables is that of the first of `best` that has it.
        """
        written = name.strip()
        if written in self.domains and written in self.catalog.identifiers:
            return frozenset({ID + written})
        if written in self.catalog.derived and self._of(f"derived.{written}"):
            return self._of(f"derived.{written}")
        refs = self.fields.get(written.lower(), ())
        place = {table: number for number, table in enumerate(best)}
        ref = min(refs, key=lambda one: place.get(one.rpartition(".")[0], len(place)), default=None)
        if ref is not None:
            self._used[ref.rpartition(".")[0]] = None
            return self._of(ref)
        id_ = self.words.get(written.lower())
        if id_:
            return frozenset({ID + id_}) if self.catalog.identifiers[id_].personal else NOTHING
        said = self.said.get(written.lower())
        return frozenset({ATTRIBUTE + said}) if said else NOTHING

    def _of(self, ref: str) -> Tokens:
        known = self.catalog.knowledge
        domain = known.domain_of(ref)
        attributes = frozenset(ATTRIBUTE + one for one in known.attributes_of(ref))
        if domain is None or not known.identifiers[domain].personal:
            return attributes
        return attributes | {ID + domain}

    def tables(self) -> tuple[str, ...]:
        """Source tables whose fields the document names."""
        return tuple(self._used)

    def source(self, ref: str, party: str) -> Item:
        """A source table as a party has it."""
        columns = {field.name: self._of(f"{ref}.{field.name}") for field in self.catalog.tables[ref].fields}
        coded = {ID + one.id: ID + one.coded[party] for one in self.catalog.identifiers.values() if party in one.coded}
        columns = {name: frozenset(coded.get(one, one) for one in tokens) for name, tokens in columns.items()}
        return Item(ref, ref, NOTHING.union(*columns.values()), columns)
