"""The smallest coalitions that bring a target together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from workbench.verify.closure import Laws, MaskRule, Masks, close, reaches, without_parts
from workbench.verify.facts import COHORT, Key
from workbench.verify.model import Level, Mode, Model
from workbench.verify.search import bits, smallest_sets

Coalition = frozenset[str]


@dataclass(frozen=True)
class Coalitions:
    """`found` are the smallest coalitions by which the study makes the target reachable.

    `legal` are those that had all of it before the study, by another right. Both are complete when `complete`;
    else no coalition of at most `size` members is missing, and there may be larger ones.
    """

    found: tuple[Coalition, ...]
    legal: tuple[Coalition, ...]
    complete: bool
    size: int
    questions: int  # closures it took


def minimal_coalitions(
    model: Model, target: Collection[str], level: Level = "party", size: int = 4
) -> tuple[Coalition, ...]:
    """The smallest coalitions of at most `size` parties (or organisations), those of legal sources left out."""
    found = coalitions(model, target, level, size).found
    return tuple(one for one in found if len(one) <= size)


def coalitions(
    model: Model,
    target: Collection[str],
    level: Level = "party",
    size: int = 4,
    at: int | None = None,
    mode: Mode = "ever",
) -> Coalitions:
    """All smallest coalitions for a target, the legal ones apart; see `Coalitions` for how complete."""
    wanted = model.bits.mask(target)
    ask = _Asker(model, wanted, level, at, mode)
    answer = smallest_sets(ask, len(ask.units), size)
    found: list[Coalition] = []
    legal: list[Coalition] = []
    for one in answer.sets:
        names = frozenset(unit for place, unit in enumerate(ask.units) if one >> place & 1)
        parties = frozenset[str]().union(*(model.members(name, level) for name in names))
        (legal if lawful(model, parties, target) else found).append(names)
    return Coalitions(tuple(found), tuple(legal), answer.complete, answer.size, answer.questions)


def lawful(model: Model, parties: Collection[str], target: Collection[str]) -> bool:
    """Whether the parties had all of the target before the study, by another right.

    Of membership of its population they had what gives it away: who holds all diagnoses can select as well.
    """
    given_away = {token: rule.gives for rule in model.rules for token in rule.known if token.startswith(COHORT)}
    wanted = frozenset[str]().union(*(given_away.get(token, frozenset({token})) for token in target))
    return reaches(model.before.clusters(parties), model.before.bits.mask(wanted))


class _Asker:
    """Whether a set of units (as bits) reaches the target.

    Only what can matter for the target is kept of every table: tokens that it, a quasi-key or a rule on the way to
    it asks for, and identifiers that some other table has too. Units that have nothing of that do not take part.
    """

    def __init__(self, model: Model, wanted: int, level: Level, at: int | None, mode: Mode) -> None:
        self.wanted = wanted
        names = model.units(level)
        members = [model.members(name, level) for name in names]
        masks = [model.clusters(one, at, mode) for one in members]
        keys = [model.keys_of(one, at, mode) for one in members]
        every = model.bits.rules(key for own in keys for key in own)  # more keys never give fewer rules
        laws = model.bits.laws
        useful = _useful(wanted, laws, every, [mask for one in masks for mask in one])
        self.laws = replace(laws, ids=laws.ids & useful)
        alone = wanted if wanted.bit_count() == 1 else 0  # tokens that are of use without another beside them
        for asks, _ in (*laws.rules, *every):
            alone |= asks
        self.units: list[str] = []
        self.masks: list[Masks] = []
        self.keys: list[tuple[Key, ...]] = []
        for name, tables, own in zip(names, masks, keys, strict=True):
            kept = without_parts(mask & useful for mask in tables)
            kept = [mask for mask in kept if mask.bit_count() > 1 or mask & alone]
            if kept or own:
                self.units.append(name)
                self.masks.append(tuple(kept))
                self.keys.append(own)
        self._bits = model.bits
        self._keyed = sum(1 << place for place, own in enumerate(self.keys) if own)
        self._rules: dict[int, tuple[MaskRule, ...]] = {}

    def __call__(self, units: int) -> bool:
        masks = [mask for bit in bits(units) for mask in self.masks[bit.bit_length() - 1]]
        return reaches(close(masks, self.laws, self._together(units & self._keyed)), self.wanted)

    def _together(self, units: int) -> tuple[MaskRule, ...]:
        """The rules of the keys of several units: together they can turn back what none of them can."""
        if units not in self._rules:
            self._rules[units] = self._bits.rules(key for bit in bits(units) for key in self.keys[bit.bit_length() - 1])
        return self._rules[units]


def _useful(wanted: int, laws: Laws, keys: Sequence[MaskRule], masks: list[int]) -> int:
    """Tokens that can matter for a target, as a mask."""
    asked = wanted
    for key in laws.quasi:
        asked |= key
    before = -1
    while asked != before:  # what gives something asked for is asked for too; a key's pseudonym may join tables
        before = asked
        for asks, gives in (*laws.rules, *keys):
            if gives & (asked | laws.ids):
                asked |= asks
    once = twice = 0
    for mask in masks:
        twice |= once & mask
        once |= mask
    made = 0
    for _, gives in (*laws.rules, *keys):
        made |= gives
    return asked | (laws.ids & (twice | made))
