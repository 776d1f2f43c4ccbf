"""Who holds what, step after step: what an actor may read, make and destroy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.dataflow.kinds import Step
from workbench.dataflow.schema import Dataset, split_ref

Finding = tuple[Loc, str, str, str]


class Custody:
    """The datasets each party holds, and the keys that have ended, as the steps go by."""

    def __init__(self, parties: Sequence[str], catalog: Catalog) -> None:
        self.catalog = catalog
        self.sources = {table.source for table in catalog.tables.values()}
        self.held: dict[str, set[str]] = {party: set() for party in parties}
        self.delivered: dict[str, str] = {}
        self.ended: dict[tuple[str, str], str] = {}

    def now(self) -> Mapping[str, frozenset[str]]:
        """What every party holds at this moment."""
        return {party: frozenset(names) for party, names in self.held.items()}

    def reads(self, step: Step, datasets: Mapping[str, Dataset], unclear: set[str]) -> Iterator[Finding]:
        """What the actor reaches for without holding it."""
        for loc, ref in step.reads():
            table = self.catalog.tables.get(ref)
            name = split_ref(ref)[0]
            if table is not None:
                if step.actor not in table.holders:
                    copies = f", and {', '.join(table.copies)} has a copy" if table.copies else ""
                    why, todo = f"its provider is {table.provider}{copies}", "let the provider select and deliver it"
                    yield loc, f"{step.actor} does not hold {ref}", why, todo
            elif name in self.sources and name not in datasets:
                why = "the catalogue has no such table"
                yield loc, f"table '{ref}' does not exist", why, "correct the reference"
            elif name in datasets and name not in unclear and name not in self.held.get(step.actor, set()):
                holders = ", ".join(party for party, held in self.held.items() if name in held)
                why = f"it is held by {holders or 'nobody any more'}"
                todo = "deliver it first, or correct the actor"
                yield loc, f"{step.actor} does not hold '{name}'", why, todo
        for domain in step.uses_keys():
            ended = self.ended.get((step.actor, domain))
            if ended is not None:
                why = f"'{ended}' destroyed it before"
                yield ("domain",), f"the key of '{domain}' is gone", why, "move one of the two steps"

    def makes(self, step: Step, made: Sequence[str], datasets: Mapping[str, Dataset]) -> Iterator[Finding]:
        """What the actor would write over, or take out of another's hands."""
        for ref in made:
            name, part = split_ref(ref)
            existing = datasets.get(name)
            if existing is None:
                continue
            if part in existing.parts:
                why, todo = "a dataset is made once and then not changed", "choose another name"
                yield ("output",), f"dataset '{ref}' is made a second time", why, todo
            elif name not in self.held.get(step.actor, set()):
                what = f"'{name}' is another party's dataset"
                yield ("output",), what, f"{step.actor} does not hold it", "choose another name"
            elif name in self.delivered:
                what = f"'{name}' gets a part after it was delivered"
                why = f"'{self.delivered[name]}' delivered it without this part"
                yield ("output",), what, why, "deliver it when it is whole"

    def after(self, step: Step, made: Sequence[str]) -> None:
        """Follow what the step makes, delivers and ends."""
        self.held.setdefault(step.actor, set()).update(made)
        delivered = step.delivers()
        if delivered:
            self.delivered.setdefault(delivered[0], step.id)
            for receiver in delivered[1]:
                self.held.setdefault(receiver, set()).add(delivered[0])
        datasets, keys = step.destroys()
        self.held[step.actor] -= set(datasets)
        self.ended.update({(step.actor, key): step.id for key in keys})
