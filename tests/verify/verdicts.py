"""How a verdict is put to a model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from workbench.verify import Derivation, Holding, Model, coalitions
from workbench.verify.model import Level

Coalition = frozenset[str]


def smallest(model: Model, target: Collection[str], level: Level = "party") -> set[Coalition]:
    """The smallest coalitions that the study makes; the answer must be complete."""
    answer = coalitions(model, target, level)
    assert answer.complete
    return set(answer.found)


def lawful(model: Model, target: Collection[str], level: Level = "party") -> set[Coalition]:
    """The smallest coalitions that had it before."""
    return set(coalitions(model, target, level).legal)


def chain(model: Model, coalition: Collection[str], target: Collection[str]) -> Derivation:
    """How the coalition gets there; fails when it does not."""
    derivation = model.exposure(coalition).reaches(target)
    assert derivation is not None, (sorted(coalition), sorted(target))
    return derivation


def joins_on(derivation: Derivation) -> set[str]:
    """The identifiers and quasi-keys that a chain joins on."""
    return {link.by.partition(" ")[0] for link in derivation.links if link.kind != "rule"}


def without(model: Model, token: str, dataset: str | None = None) -> Model:
    """The model without a token in the study's own tables, or in one dataset of it."""

    def less(one: Holding) -> Holding:
        if one.prior or (dataset is not None and one.item.dataset != dataset):
            return one
        return replace(one, item=replace(one.item, tokens=one.item.tokens - {token}))

    return replace(model, holdings=tuple(less(one) for one in model.holdings))


def some(*names: str) -> Coalition:
    return frozenset(names)
