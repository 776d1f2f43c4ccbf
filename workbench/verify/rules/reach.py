"""What the exposure rules ask of a model, each question once: they all speak of the same smallest coalitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from workbench.catalog.model import Catalog
from workbench.verify.coalitions import Coalition, coalitions
from workbench.verify.explain import Derivation
from workbench.verify.facts import Target
from workbench.verify.model import Level, Model

LARGEST = 3  # members of the coalitions that rules speak of; the exposure report goes further


class Reach:
    """A model with its answers; `line_of` gives the line of a step or party by its name."""

    def __init__(self, model: Model, catalog: Catalog, line_of: Callable[[str], int]) -> None:
        self.model = model
        self.catalog = catalog
        self.line_of = line_of
        self._smallest: dict[tuple[str, Level], tuple[Coalition, ...]] = {}

    def kind(self, party: str) -> str:
        """source, ttp, processor, researcher, assessor or supervisor; empty when the catalogue does not say."""
        entry = self.catalog.parties.get(party)
        return entry.kind if entry else ""

    def smallest(self, target: Target, level: Level) -> tuple[Coalition, ...]:
        """The smallest coalitions that reach a target by what the study gives them."""
        key = (target.id, level)
        if key not in self._smallest:
            self._smallest[key] = coalitions(self.model, target.tokens, level, LARGEST).found
        return self._smallest[key]

    @cached_property
    def alone(self) -> tuple[tuple[Target, str, Derivation], ...]:
        """(target, party, how) for every party that reaches a target by itself."""
        found = []
        for target in self.model.targets:
            for one in self.smallest(target, "party"):
                derivation = self.model.exposure(one).reaches(target.tokens) if len(one) == 1 else None
                if derivation:
                    found.append((target, next(iter(one)), derivation))
        return tuple(found)
