"""What to change so that a coalition no longer reaches a target: the cheapest changes that break every chain.

A chain is broken by leaving out of one of its datasets what it joins on, reads or concludes from; membership of the
population by adding decoys. Tables of sources cannot be changed. The chains are not listed beforehand: each round
breaks those found so far at least cost (a smallest hitting set) and looks for one that is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.verify.explain import Derivation, derive_any
from workbench.verify.facts import COHORT, ID, SOME, Holding, Key
from workbench.verify.hitting import cheapest_hitting_set
from workbench.verify.model import Model
from workbench.verify.trace import Evidence, words
from workbench.verify.uses import ANALYSIS

Drop = tuple[str, str]  # dataset, token
NEEDED = 10.0  # what a step works with costs this much more, for each such step
ROUNDS = 100


@dataclass(frozen=True)
class Repair:
    """Leave what a token stands for out of a dataset; `needed_by` are the steps that work with it now."""

    dataset: str
    token: str
    needed_by: tuple[str, ...]

    @property
    def text(self) -> str:
        """The repair as one sentence."""
        if self.token.startswith(COHORT):
            return f"add decoys to {self.dataset}, so that being in it proves nothing."
        name = words(self.token)
        if self.token.startswith(SOME):
            return f"leave groups of one and classes of one value of {name} out of {self.dataset}: name a policy there."
        if not self.token.startswith(ID):
            return f"leave {name} out of {self.dataset}; {self._lost()}."
        what = f"replace {name} in {self.dataset} by a code made for its receiver, or leave it out"
        return f"{what}; {'the analysis can go by that code' if self.needed_by == (ANALYSIS,) else self._lost()}."

    def _lost(self) -> str:
        return f"{', '.join(self.needed_by)} must then do without" if self.needed_by else "nothing needs it"


def repairs(model: Model, target: Collection[str], coalition: Collection[str]) -> tuple[Repair, ...]:
    """The cheapest changes after which a coalition does not reach the target; empty when none can prevent it."""
    return Repairs(model).of(target, coalition)


class Repairs:
    """Repairs for one model. What is left out of a dataset is also left out of everything made from it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.made: dict[str, int] = {}  # the step after which a dataset is there
        self.tokens: dict[str, set[str]] = {}
        for one in model.holdings:
            if not one.prior:
                name = one.item.dataset
                self.made[name] = min(one.since, self.made.get(name, one.since))
                self.tokens.setdefault(name, set()).update(one.tokens)
        self.before = {name: self._before(name) for name in self.made}

    def _before(self, name: str) -> frozenset[str]:
        """A dataset and all it is made from, near and far."""
        found, todo = {name}, [name]
        while todo:
            for parent in set(self.model.lineage.get(todo.pop(), ())) - found:
                found.add(parent)
                todo.append(parent)
        return frozenset(found)

    def of(self, target: Collection[str], coalition: Collection[str]) -> tuple[Repair, ...]:
        """See `repairs`."""
        model, wanted = self.model, frozenset(target)
        evidence: tuple[Evidence, ...] = (*model.held(coalition), *model.keys_of(coalition))
        chains: list[frozenset[Drop]] = []
        chosen: frozenset[Drop] = frozenset()
        for _ in range(ROUNDS):
            left = [self._without(one, chosen) for one in evidence]
            chain = derive_any(model, model.bits, wanted, left)
            if chain is None:
                return tuple(Repair(*drop, model.needs.get(drop, ())) for drop in sorted(chosen))
            breaks = frozenset(self._breaks(chain))
            if not breaks:
                return ()
            chains.append(breaks)
            chosen = cheapest_hitting_set(chains, self._costs(chains, wanted))
        return ()

    def _without(self, one: Evidence, drops: frozenset[Drop]) -> Evidence:
        """A table without what is dropped from its dataset, or before; those of sources stay whole."""
        if isinstance(one, Key) or one.prior:
            return one
        before = self.before[one.item.dataset]
        gone = one.tokens & {token for dataset, token in drops if dataset in before}
        return replace(one, item=replace(one.item, tokens=one.tokens - gone)) if gone else one

    def _breaks(self, chain: Derivation) -> Iterator[Drop]:
        """What could be left out of the datasets of a chain, or before, so that it no longer holds."""
        used = set(chain.target)
        for link in chain.links:
            used |= set(link.right if link.kind == "rule" else link.gives)
        for one in chain.evidence:
            if isinstance(one, Holding) and not one.prior:
                for name in self.before[one.item.dataset] & self.tokens.keys():
                    yield from ((name, token) for token in one.tokens & used & self.tokens[name])

    def _costs(self, chains: Sequence[frozenset[Drop]], target: frozenset[str]) -> dict[Drop, float]:
        """Every change in question with its cost; of equal cost, what is made last comes first: it disturbs least.

        An identifier that the analysis only counts by can be replaced by another code at no loss, unless the
        target asks for it: another code in its place would do the same harm.
        """
        drops = sorted(frozenset[Drop]().union(*chains), key=lambda drop: (-self.made[drop[0]], drop))
        return {drop: 1.0 + NEEDED * len(self._lost(drop, target)) for drop in drops}

    def _lost(self, drop: Drop, target: frozenset[str]) -> list[str]:
        replaceable = drop[1].startswith(ID) and drop[1] not in target
        needed_by = self.model.needs.get(drop, ())
        return [] if drop[1].startswith(COHORT) else [one for one in needed_by if one != ANALYSIS or not replaceable]
