"""The model of what a document prints, mistakes included: its steps, its datasets, and names as it writes them.

A printed flow has no row of data behind it. A dataset tells what the fields in its rows tell, or, where the
document gives no rows for it, what the step that makes it names, codes or passes on. A party that the document never
explains is a party of its own. Nothing is destroyed unless a step says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workbench.catalog.model import Catalog
from workbench.study.printed import GIVES, Printed
from workbench.verify.facts import BEFORE, ID, Holding, Item, Key, Moment, Rule
from workbench.verify.laws import default_targets, quasi_keys, rules_for
from workbench.verify.model import Model
from workbench.verify.printed_names import Names
from workbench.verify.printed_tables import Tables
from workbench.verify.registers import registers

Tokens = frozenset[str]
NOBODY = "(nobody named)"
TOLD = ("prose", "figure")  # an annex repeats the steps, and a query is one of them in full


def knowledge_of_printed(printed: Printed, catalog: Catalog) -> Model:
    """What every party could come to know if everything went as the document prints it."""
    reader = _Reader(printed, catalog)
    datasets = tuple(reader.datasets())
    issued = tuple(registers(catalog, frozenset(token for one in datasets for token in one.tokens)))
    sources = reader.sources(frozenset(one.party for one in (*datasets, *issued)))
    holdings = (*sources, *issued, *datasets)
    keys = tuple(reader.keys())
    tokens = frozenset(token for one in holdings for token in one.tokens)
    tokens |= {ID + domain for key in keys for domain in (key.domain, key.of)}
    rules = rules_for(catalog.knowledge, tokens, reader.rules())
    named = [reader.names.party(name) for step in reader.steps for name in step.to]
    parties = dict.fromkeys((*(one.party for one in holdings), *(one.actor for one in reader.moments), *named))
    return Model(
        study=printed.study,
        organisations={party: reader.names.organisation(party) for party in parties},
        holdings=holdings,
        keys=keys,
        rules=rules,
        quasi=quasi_keys(catalog.knowledge),
        targets=default_targets(catalog.knowledge, reader.tables.cohort, tokens.union(*(rule.gives for rule in rules))),
        steps=tuple(reader.moments),
        enumerable=catalog.knowledge.enumerable,
    )


class _Reader:
    def __init__(self, printed: Printed, catalog: Catalog) -> None:
        self.printed = printed
        self.catalog = catalog
        self.names = Names(printed, catalog)
        self.tables = Tables(printed, catalog, self.names, TOLD)
        self.steps = self.tables.steps
        self.moments = [
            Moment(number, f"line {step.line}", self.names.party(step.actor or NOBODY), step.does, step.number)
            for number, step in enumerate(self.steps, start=1)
        ]

    def rules(self) -> tuple[Rule, ...]:
        """Who knows that a person is in the population knows why it was selected."""
        why = "the population of the study was selected on it"
        cohort = self.tables.cohort
        return (Rule("cohort", frozenset({cohort}), self.tables.gives, why),) if cohort else ()

    # -- tables ------------------------------------------------------------------------------------------------------

    def datasets(self) -> Iterator[Holding]:
        """R0: who makes, gets or reads a dataset has it, until it destroys it."""
        held: dict[tuple[str, str, str], Holding] = {}
        now = self.tables.now

        def hold(party: str, item: Item, number: int, why: str) -> None:
            held.setdefault((party, item.dataset, item.name), Holding(party, item, number, None, why))

        for number, step in enumerate(self.steps, start=1):
            actor = self.names.party(step.actor or NOBODY)
            why = f"line {step.line}: {step.actor or 'nobody is named'} ({step.does})"
            for item in (now[name] for name in step.reads if name in now):
                hold(actor, item, number, why)
            for item in self.tables.made(step):
                now[item.dataset] = item
                hold(actor, item, number, why)
            if step.does in GIVES:
                for item in (now[name] for name in step.reads if name in now):
                    for party in step.to:
                        hold(self.names.party(party), item, number, why)
            if step.does == "destroy":
                for key in [key for key in held if key[0] == actor and key[1] in step.reads]:
                    yield replace(held.pop(key), until=number)
        yield from held.values()

    def sources(self, parties: Tokens) -> Iterator[Holding]:
        """R0: the source tables that the document's fields stand in, at the parties that hold them."""
        for ref in self.names.tables():
            table = self.catalog.tables[ref]
            for party in (one for one in table.holders if one in parties):
                item = self.names.source(ref, party)
                yield Holding(party, item, BEFORE, None, "it is the source, or has a copy for its own work")

    # -- keys --------------------------------------------------------------------------------------------------------

    def keys(self) -> Iterator[Key]:
        """R1: who makes pseudonyms keeps the key; nothing printed ends it but its destruction."""
        for number, step in enumerate(self.steps, start=1):
            domain = self.tables.domain(step.domain)
            if domain is not None and step.does in ("pseudonymise", "decode"):
                of = self._identifier(domain.of)
                name = self._identifier(domain.name)
                why = f"line {step.line}"
                for party in dict.fromkeys((step.actor, domain.key_holder)):
                    if party:
                        yield Key(self.names.party(party), name, of, domain.reversible, number, None, why)

    def _identifier(self, name: str) -> str:
        """The domain behind a printed name; a name that stands for no identifier is one of its own."""
        ids = sorted(token[len(ID) :] for token in self.names.tokens(name) if token.startswith(ID))
        return ids[0] if ids else name
