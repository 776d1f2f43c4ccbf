"""Checks of `catalog/knowledge`: what an entry names must exist, or the verification would silently not use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.catalog.generalisation import Generalisation
from workbench.catalog.knowledge import ANY, Attribute, Identifier
from workbench.catalog.lint_texts import Finding, check_label, check_source
from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc

KINDS = ("identifier", "attribute", "quasikey", "derivation", "defaulttarget", "generalisation", "marginal")
REPAIR = "correct the name, or add what it names"


def check_knowledge(kind: str, ref: str, catalog: Catalog) -> Iterator[Finding]:
    """All that is wrong with one entry of a kind of `KINDS`."""
    known = catalog.knowledge
    if kind == "identifier":
        one = known.identifiers[ref]
        yield from check_label(one.label, ("label",))
        yield from check_source(one.cite, ("cite",), catalog)
        yield from _places(one, catalog)
        yield from _known(((("issuer",), one.issuer),) if one.issuer else (), "party", catalog.parties)
        domains: list[tuple[Loc, str]] = [(("resolves_to", n), name) for n, name in enumerate(one.resolves_to)]
        domains += [(("coded", party), name) for party, name in one.coded.items()]
        yield from _known(domains, "identifier", known.identifiers)
        yield from _known(((("coded", party), party) for party in one.coded), "party", catalog.parties)
    elif kind == "attribute":
        fact = known.attributes[ref]
        yield from check_label(fact.label, ("label",))
        yield from check_source(fact.cite, ("cite",), catalog)
        yield from _places(fact, catalog)
        given = ((("membership",), fact.membership),) if fact.membership else ()
        yield from _known(given, "attribute", known.attributes)
        yield from _known(((("tables", n), name) for n, name in enumerate(fact.tables)), "table", catalog.tables)
    elif kind == "quasikey":
        key = known.quasi_keys[ref]
        yield from check_label(key.label, ("label",))
        yield from check_source(key.cite, ("cite",), catalog)
        named = ((("attributes", number), name) for number, name in enumerate(key.attributes))
        yield from _known(named, "attribute", known.attributes)
    elif kind == "derivation":
        rule = known.derivations[ref]
        yield from check_source(rule.cite, ("cite",), catalog)
        for part, tokens in (("from", rule.known), ("to", rule.gives)):
            yield from _tokens(part, tokens, catalog)
    elif kind == "defaulttarget":
        target = known.targets[ref]
        yield from check_label(target.label, ("label",))
        yield from check_source(target.cite, ("cite",), catalog)
        yield from _tokens("of", target.of, catalog)
    elif kind == "generalisation":
        yield from _ladder(known.generalisations[ref], catalog)
    elif kind == "marginal":
        known_counts = known.marginals[ref]
        yield from check_label(known_counts.label, ("label",))
        yield from check_source(known_counts.cite, ("cite",), catalog)
        lists: list[tuple[Loc, str]] = [(("ages", column), name) for column, name in known_counts.ages.items()]
        lists += [(("codes",), known_counts.codes)] if known_counts.codes else []
        yield from _known(lists, "code list", catalog.codes)
        told: list[tuple[Loc, str]] = [(("columns", column), name) for column, name in known_counts.columns.items()]
        told += [(("attribute",), known_counts.attribute)] if known_counts.attribute else []
        yield from _known(told, "attribute", known.attributes)


def _ladder(ladder: Generalisation, catalog: Catalog) -> Iterator[Finding]:
    """A step that looks up what no list has would put everybody in one class, and look safe."""
    yield from check_label(ladder.label, ("label",))
    yield from check_source(ladder.cite, ("cite",), catalog)
    yield from _known(((("attributes", n), one) for n, one in enumerate(ladder.attributes)), "attribute",
                      catalog.knowledge.attributes)  # fmt: skip
    for number, step in enumerate(ladder.steps):
        if step.codes:
            yield from _known([(("steps", number), step.codes)], "code list", catalog.codes)
            entries = catalog.codes[step.codes].entries if step.codes in catalog.codes else ()
            if step.to and not all(step.to in entry.attributes for entry in entries):
                what = f"not every code of '{step.codes}' has an attribute '{step.to}'"
                yield Finding(("steps", number, "to"), what, "its persons would be in no class", REPAIR)


def _places(entry: Identifier | Attribute, catalog: Catalog) -> Iterator[Finding]:
    """Fields (a `*` stands for any source, table or field) and derived variables."""
    for number, ref in enumerate(entry.fields):
        parts = ref.split(".")
        if len(parts) != 3 or not any(_fits(parts, table, catalog) for table in catalog.tables):
            what = f"no field of the catalogue is '{ref}'"
            yield Finding(("fields", number), what, "the verification would not see what it is", REPAIR)
    named = ((("derived", number), name) for number, name in enumerate(entry.derived))
    yield from _known(named, "derived variable", catalog.derived)


def _fits(parts: list[str], table: str, catalog: Catalog) -> bool:
    source, _, name = table.partition(".")
    return (
        parts[0] in (ANY, source)
        and parts[1] in (ANY, name)
        and (parts[2] == ANY or catalog.tables[table].field(parts[2]) is not None)
    )


def _tokens(part: str, tokens: Iterable[str], catalog: Catalog) -> Iterator[Finding]:
    """`id:` names an identifier and `attr:` an attribute; one with `{event}` stands for the dates of all events."""
    for number, token in enumerate(tokens):
        kind, _, name = token.partition(":")
        known = {"id": catalog.knowledge.identifiers, "attr": catalog.knowledge.attributes}.get(kind)
        if known is None:
            why = "a token is 'id:' and an identifier, or 'attr:' and an attribute"
            yield Finding((part, number), f"'{token}' is no token", why, REPAIR)
        elif name not in known and "{" not in name and not _of_a_date(name, catalog):
            why = "catalog/knowledge has none of this name, so nothing would ever follow"
            yield Finding((part, number), f"'{token}' is not known", why, REPAIR)


def _of_a_date(name: str, catalog: Catalog) -> bool:
    """Whether it is a form of a date (`birth_month`) whose event some attribute is about."""
    event = name.partition("_")[0]
    return any(attribute.startswith(f"{event}_") for attribute in catalog.knowledge.attributes)


def _known(named: Iterable[tuple[Loc, str]], kind: str, known: Iterable[str]) -> Iterator[Finding]:
    names = frozenset(known)
    for loc, name in named:
        if name not in names:
            yield Finding(loc, f"it names {kind} '{name}'", "the catalogue has none of this name", REPAIR)
