"""The model of a compiled flow: who holds its datasets, its sources and its keys, and who hosts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.dataflow.graph import Flow
from workbench.dataflow.schema import split_ref
from workbench.study.model import Domain
from workbench.verify.facts import BEFORE, ID, Holding, Item, Key, Moment
from workbench.verify.laws import quasi_keys, rules_for, targets_for, told_of_some
from workbench.verify.meanings import Meanings, made_by
from workbench.verify.membership import Membership
from workbench.verify.model import Model
from workbench.verify.registers import registers
from workbench.verify.uses import lineage, uses


def knowledge_of(flow: Flow) -> Model:
    """What every party of a flow can come to know, step by step."""
    reader = _Reader(flow)
    study = flow.study.study
    datasets = list(reader.datasets())
    keys = tuple(reader.keys())
    issued = list(registers(flow.catalog, frozenset(token for one in datasets for token in one.tokens)))
    parties = dict.fromkeys((*study.parties, *(one.party for one in (*datasets, *issued))))
    holdings = [*reader.sources(tuple(parties)), *issued, *reader.key_tables(), *datasets]
    holdings += reader.hosted(holdings)
    tokens = frozenset(token for one in holdings for token in one.tokens)
    tokens |= {ID + domain for key in keys for domain in (key.domain, key.of)}
    alone = told_of_some(tokens)
    tokens = tokens.union(*(rule.gives for rule in alone))
    rules = rules_for(flow.catalog.knowledge, tokens, (*reader.told.rules(), *alone))
    reachable = tokens.union(*(rule.gives for rule in rules))
    parties.update(dict.fromkeys(one.party for one in holdings))
    return Model(
        study=study.id,
        organisations={party: reader.organisation(party) for party in parties},
        holdings=tuple(holdings),
        keys=keys,
        rules=rules,
        quasi=quasi_keys(flow.catalog.knowledge),
        targets=targets_for(study, flow.catalog.knowledge, reader.told.cohort, reachable),
        steps=tuple(reader.steps()),
        needs=uses(flow, reader.meanings),
        lineage=lineage(flow),
        enumerable=flow.catalog.knowledge.enumerable,
    )


class _Reader:
    """Reads one flow; steps are numbered from 1, as a person counts them."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.study = flow.study.study
        self.meanings = Meanings(flow)
        self.told = Membership(flow)
        self.makers = made_by(flow)
        self.items = {ref: self._item(ref, split_ref(ref)[0]) for ref in self.makers}

    def _item(self, ref: str, dataset: str) -> Item:
        columns = self.meanings.table(ref)
        tokens = frozenset[str]().union(*columns.values())
        return Item(ref, dataset, tokens | self.told.of(ref) if tokens else tokens, columns)

    def organisation(self, party: str) -> str:
        """The body of a party; a party outside the catalogue is one by itself."""
        entry = self.flow.catalog.parties.get(party)
        return entry.organisation if entry else party

    def steps(self) -> Iterator[Moment]:
        """The steps as reports name them."""
        for one in self.flow.steps:
            yield Moment(one.number + 1, one.step.id, one.step.actor, one.step.label.en, one.step.number)

    def datasets(self) -> Iterator[Holding]:
        """R0: every part of every dataset that a party makes, receives or may read, while it has it."""
        held: dict[tuple[str, str], tuple[int, str]] = {}  # since when, and why, a party has a dataset
        parts: dict[str, list[str]] = {}
        for ref in self.items:
            parts.setdefault(split_ref(ref)[0], []).append(ref)

        def end(party: str, name: str, until: int | None) -> Iterator[Holding]:
            since, why = held.pop((party, name))
            for ref in parts.get(name, ()):
                start = max(since, self.makers[ref].number + 1)
                if until is None or start < until:
                    yield Holding(party, self.items[ref], start, until, why)

        for one in self.flow.steps:
            for party, names in one.holdings.items():
                for gone in [key for key in held if key[0] == party and key[1] not in names]:
                    yield from end(*gone, one.number + 1)
                for name in sorted(names):
                    why = f"{one.step.actor} does step '{one.step.id}' ({one.step.kind})"
                    held.setdefault((party, name), (one.number + 1, why))
        for party, name in list(held):
            yield from end(party, name, None)

    def sources(self, parties: Sequence[str]) -> Iterator[Holding]:
        """R0: the source tables that the flow reads, at every party that holds them anyway."""
        read = dict.fromkeys(ref for one in self.flow.steps for _, ref in one.step.reads())
        for table in (self.flow.catalog.tables[ref] for ref in read if ref in self.flow.catalog.tables):
            for party in table.holders:
                if party in parties:
                    why = "it is the source" if party == table.provider else "it has a copy for its own work"
                    yield Holding(party, self._source(table.ref, party), BEFORE, None, why)

    def _source(self, ref: str, party: str) -> Item:
        """A source table as a party has it: some have another identifier in it than is delivered."""
        known = self.flow.catalog.identifiers
        coded = {ID + one.id: ID + one.coded[party] for one in known.values() if party in one.coded}
        item = self._item(ref, ref)
        columns = {name: frozenset(coded.get(one, one) for one in tokens) for name, tokens in item.columns.items()}
        return replace(item, tokens=frozenset(coded.get(one, one) for one in item.tokens), columns=columns)

    def keys(self) -> Iterator[Key]:
        """R1: the key of every domain the study makes pseudonyms in, from first use until each keeper ends it."""
        ends = {(one.step.actor, name): one.number + 1 for one in self.flow.steps for name in one.step.destroys()[1]}
        for domain, of, first in self._domains():
            if domain.scope == "study":
                why = f"it keeps the key of {domain.id}"
                if not domain.reversible and of not in self.flow.catalog.knowledge.enumerable:
                    why += ", which turns nothing back by itself"
                for party in domain.keepers:
                    yield Key(party, domain.id, of, domain.reversible, first, ends.get((party, domain.id)), why)

    def key_tables(self) -> Iterator[Holding]:
        """R5: who codes its sources in a domain for its own work has coded everybody, before any study."""
        for domain, of, _ in self._domains():
            if domain.scope == "source":
                tokens = frozenset({ID + of, ID + domain.id})
                name = f"operational key {of}/{domain.id}"
                for party in domain.keepers:
                    item = Item(name, name, tokens, {of: frozenset({ID + of}), domain.id: frozenset({ID + domain.id})})
                    yield Holding(party, item, BEFORE, None, "it codes its own sources with this key")

    def _domains(self) -> Iterator[tuple[Domain, str, int]]:
        """Domains that the flow uses, with the identifier domain they are of and the step of their first use."""
        for domain in self.study.domains:
            users = [one for one in self.flow.steps if domain.id in one.step.uses_keys()]
            if users:
                yield domain, self._of(domain), users[0].number + 1

    def _of(self, domain: Domain) -> str:
        """The identifier domain behind the column that a domain is `of`."""
        for columns in self.meanings.of.values():
            found = [token[len(ID) :] for token in columns.get(domain.of, ()) if token.startswith(ID)]
            if found:
                return found[0]
        return domain.of

    def hosted(self, holdings: Sequence[Holding]) -> list[Holding]:
        """R0: who runs the machines reads what stands on them, unless it is encrypted under a key it lacks.

        Machines that run on those of another host are on that host's too.
        """
        found: dict[tuple[str, Item, int, int | None], Holding] = {}
        new = [one for one in holdings if not one.prior]
        while new:
            step = [
                Holding(hosting.host, one.item, one.since, one.until, f"it runs the machines of {hosting.of}")
                for hosting in self.study.hosting
                if not hosting.encrypted
                for one in new
                if one.party == hosting.of
            ]
            new = [one for one in step if (one.party, one.item, one.since, one.until) not in found]
            found.update({(one.party, one.item, one.since, one.until): one for one in new})
        return list(found.values())
