"""What the catalogue knows of a printed name: fields, tables, identifiers, attributes, the nearest right name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from workbench.catalog.knowledge import Knowledge
from workbench.catalog.model import Catalog
from workbench.study.lint.facts import Facts, squashed
from workbench.study.lint.words import listed

NEAR = 0.72  # below this similarity a suggestion misleads more than it helps


def bare(name: str) -> str:
    """The field of a printed reference: `CODE_AGR` of `PATHOSPI.CODE_AGR`."""
    return name.rpartition(".")[2].strip("[] ")


class Known:
    """Look-ups of printed names in a catalogue and its facts about registers."""

    def __init__(self, catalog: Catalog, facts: Facts) -> None:
        self.catalog = catalog
        self.facts = facts
        self.knowledge: Knowledge = catalog.knowledge

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """References by official name of a field or derived variable."""
        found: dict[str, tuple[str, ...]] = {}
        for table in self.catalog.tables.values():
            for field in table.fields:
                found[field.name] = (*found.get(field.name, ()), f"{table.ref}.{field.name}")
        for name in self.catalog.derived:
            found[name] = (*found.get(name, ()), f"derived.{name}")
        return found

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Official names by the printed name that stands for them."""
        derived = self.catalog.derived.values()
        fields = (field for table in self.catalog.tables.values() for field in table.fields)
        found = {alias: entry.name for entry in derived for alias in entry.aliases}
        return found | {alias: field.name for field in fields for alias in field.aliases}

    @cached_property
    def tables(self) -> dict[str, str]:
        """References of tables by name."""
        return {table.table: table.ref for table in self.catalog.tables.values()}

    @cached_property
    def _squashed(self) -> dict[str, str]:
        return {squashed(name): name for name in (*self.names, *self.tables)}

    def is_key(self, name: str) -> bool:
        """Whether most tables of a source have the field in their key: each may need it for a reason of its own."""
        tables = list(self.catalog.tables.values())
        sources = Counter(table.source for table in tables)
        keyed = Counter(table.source for table in tables if name in table.keys)
        return any(2 * keyed[source] > count > 1 for source, count in sources.items())

    def official(self, name: str) -> str:
        """The official field name of a printed one, itself where it is unknown."""
        plain = bare(name)
        return plain if plain in self.names else self.aliases.get(plain, plain)

    def refs(self, name: str, source: str | None = None) -> tuple[str, ...]:
        """References that a printed name may stand for; those of its table or its source where it has one."""
        found = self.names.get(self.official(name), ())
        table = name.rpartition(".")[0].rpartition(".")[2]
        narrow = [ref for ref in found if table and ref.split(".")[-2] == table] or [
            ref for ref in found if source and ref.startswith(f"{source.lower()}.")
        ]
        return tuple(narrow) or found

    def suggestion(self, name: str, among: Iterable[str]) -> str | None:
        """The nearest of these names, or None where none is near; a name that is only broken off is nearest."""
        plain = squashed(name)
        if plain in self._squashed and self._squashed[plain] != name:
            return self._squashed[plain]
        by_spelling = {squashed(one): one for one in among if one != name}
        near = process.extractOne(plain, list(by_spelling), scorer=OSA.normalized_similarity, score_cutoff=NEAR)
        return by_spelling[near[0]] if near else None

    def domain(self, name: str) -> str | None:
        """The identifier domain (INSZ, STAYNUM) whose values a printed name has, or None."""
        for ref in self.refs(name):
            found = self.knowledge.domain_of(ref)
            if found:
                return found
        return name if name in self.knowledge.identifiers else None

    def is_called_identifier(self, words: str) -> bool:
        """Whether these are words by which documents call an identifier."""
        return any(words.lower() in entry.words for entry in self.knowledge.identifiers.values())

    def identifies(self, domain: str, *kinds: str) -> bool:
        """Whether an identifier domain is one of persons, stays, ...; a pseudonym of a document may be of any."""
        entry = self.knowledge.identifiers.get(domain)
        return entry is None or entry.identifies in kinds

    def called(self, ids: Iterable[str]) -> str:
        """Attributes and identifier domains in words; a word of the transcription stands for itself."""
        return listed(sorted(self._labels.get(one) or one.replace("_", " ") for one in ids))

    @cached_property
    def _labels(self) -> dict[str, str]:
        attributes = {entry.id: entry.label.en for entry in self.knowledge.attributes.values()}
        return attributes | {entry.id: entry.label.en for entry in self.knowledge.identifiers.values()}

    def is_identity(self, domain: str) -> bool:
        """Whether an identifier domain names a person to anybody who can try all its values."""
        entry = self.knowledge.identifiers.get(domain)
        return entry is not None and entry.enumerable and entry.identifies == "person"

    def attributes(self, name: str, source: str | None = None) -> frozenset[str]:
        """Attributes that the catalogue gives to a printed field; of a computed one, also what computes it."""
        refs = self.refs(name, source)
        found = {one for ref in refs for one in self.knowledge.attributes_of(ref)}
        derived = self.catalog.derived.get(self.official(name)) if f"derived.{self.official(name)}" in refs else None
        return frozenset(found | ({derived.algorithm} if derived and derived.algorithm else set()))

    @cached_property
    def about(self) -> frozenset[str]:
        """Every attribute that some field of the catalogue carries."""
        computed = {entry.algorithm for entry in self.catalog.derived.values() if entry.algorithm}
        return frozenset(self.knowledge.attributes) | computed

    @cached_property
    def catch_alls(self) -> frozenset[str]:
        """Attributes of whatever a table has besides what is named: they say nothing of one field."""
        entries = self.knowledge.attributes.values()
        return frozenset(entry.id for entry in entries if any(ref.endswith(".*") for ref in entry.fields))
