"""The tables that printed steps make: what their columns tell, by the rows a document gives for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workbench.catalog.model import Catalog
from workbench.study.printed import GIVES, Printed, PrintedDataset, PrintedDomain, PrintedStep
from workbench.verify.facts import ATTRIBUTE, COHORT, ID, Item
from workbench.verify.forms import event
from workbench.verify.printed_names import Names

Tokens = frozenset[str]
NOTHING: Tokens = frozenset()
TELLS_NOTHING = ("assess_small_cells", "aggregate", "approve", "log")


class Tables:
    """Each dataset as the last step left it (`now`), while the steps are read one by one.

    `cohort` is the token of the population, when being selected into it gives something away (`gives`).
    """

    def __init__(self, printed: Printed, catalog: Catalog, names: Names, told: tuple[str, ...]) -> None:
        self.printed = printed
        self.catalog = catalog
        self.names = names
        self.steps = [step for step in printed.steps if step.told_in in told]
        self.gives = self._gives_away()
        self.cohort = COHORT + printed.study if self.gives else None
        self.now: dict[str, Item] = {}
        self._mixed: set[str] = set()  # datasets with decoys in them, and what is made from these alone

    def _gives_away(self) -> Tokens:
        """What the population is selected on: by the code lists printed for it, or a register of one disease."""
        fields = [one.field for one in self.printed.code_lists if one.field]
        found = NOTHING.union(*(self.names.tokens(field) for field in fields))
        tables = set(self.names.best(column.name for one in self.printed.datasets for column in one.columns))
        return frozenset(
            ATTRIBUTE + one.membership
            for one in self.catalog.knowledge.attributes.values()
            if one.membership and (ATTRIBUTE + one.id in found or tables & set(one.tables))
        )

    def made(self, step: PrintedStep) -> Iterator[Item]:
        """What a step makes; without a name for it, what it makes of the datasets it reads."""
        domain = self.domain(step.domain)
        before = [self.now[name] for name in step.reads if name in self.now]
        if step.makes and step.does not in TELLS_NOTHING:
            yield self._item(step, step.makes, before, domain)
        elif step.does == "pseudonymise" and domain is not None:
            for one in before:
                yield self._version(one, domain.name, {**one.columns, domain.name: self.names.tokens(domain.name)})
        elif step.does == "drop":
            gone = NOTHING.union(*(self.names.tokens(name) for name in step.columns))
            for one in before:
                kept = {name: tokens for name, tokens in one.columns.items() if not tokens & gone}
                yield self._version(one, "dropped", kept)
        elif domain is not None and step.does in ("rekey", *GIVES):
            for one in before:
                if self.names.tokens(domain.name) - one.tokens:
                    yield self._version(one, domain.name, self._under(domain, one.columns))

    def _version(self, one: Item, what: str, columns: Mapping[str, Tokens]) -> Item:
        told = frozenset(token for token in one.tokens if token.startswith(COHORT))
        return Item(f"{one.name} ({what})", one.dataset, NOTHING.union(told, *columns.values()), columns)

    def _under(self, domain: PrintedDomain, columns: Mapping[str, Tokens]) -> dict[str, Tokens]:
        """The columns with this pseudonym in the place of what identified the person."""
        known = self.catalog.identifiers
        persons = {ID + one.id for one in known.values() if one.identifies == "person"}
        kept = {name: tokens - persons for name, tokens in columns.items()}
        return {
            **{name: tokens for name, tokens in kept.items() if tokens},
            domain.name: self.names.tokens(domain.name),
        }

    def _item(self, step: PrintedStep, name: str, before: list[Item], domain: PrintedDomain | None) -> Item:
        listed = self._listed(name, step)
        if listed:
            columns = dict(column for dataset in listed for column in self._columns(dataset))
        elif step.columns:
            columns = {one: self.names.tokens(one) for one in step.columns}
        else:
            columns = {key: tokens for one in before for key, tokens in one.columns.items()}
            columns = self._under(domain, columns) if domain is not None and step.does == "rekey" else columns
        if domain is not None:
            columns[domain.name] = self.names.tokens(domain.name)
        tokens = NOTHING.union(*columns.values())
        if step.decoys or (before and all(one.dataset in self._mixed for one in before)):
            self._mixed.add(name)
        told = frozenset({self.cohort}) if self.cohort and tokens and name not in self._mixed else NOTHING
        return Item(name, name, tokens | told, columns)

    def _listed(self, name: str, step: PrintedStep) -> list[PrintedDataset]:
        """The rows a document gives for a dataset; of a selection named after its source, all of that source."""
        dataset = self.printed.dataset(name)
        if dataset is not None and dataset.columns:
            return [dataset]
        words = set(re.findall(r"\w+", name.lower()))
        made = {one.makes for one in self.steps}
        listed = [one for one in self.printed.datasets if one.columns and one.name not in made]
        named = [one for one in listed if one.source and one.source.lower() in words]
        return named if step.does == "select" else []

    def _columns(self, dataset: PrintedDataset) -> Iterator[tuple[str, Tokens]]:
        """The tokens of each row; fields of several tables are those of the table with most of the rows' fields."""
        best = self.names.best(field for column in dataset.columns for field in (*column.fields, column.name))
        for column in dataset.columns:
            said = frozenset(ATTRIBUTE + one for one in column.describes if one in self.catalog.knowledge.attributes)
            fields = [self.names.tokens(field, best) for field in (*column.fields, column.name)]
            since = re.search(r"(?:days|interval) since (\w+)", column.transform or "")
            yield column.name, _relative(NOTHING.union(*fields) or said, since.group(1) if since else None)

    def domain(self, name: str | None) -> PrintedDomain | None:
        """The pseudonym of that printed name, or None."""
        return next((one for one in self.printed.domains if one.name == name), None)


def _relative(tokens: Tokens, since: str | None) -> Tokens:
    """What dates tell when only the days since another event are delivered."""
    named = event(tokens)
    if since is None or named is None:
        return tokens
    return frozenset({f"{ATTRIBUTE}{named}_since_{since}"})
