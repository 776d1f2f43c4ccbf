"""Why a coalition can bring tokens together: the fewest tables that do it, and the chain of joins, as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.verify.bits import Bits
from workbench.verify.closure import reaches
from workbench.verify.facts import SOME, Facts, Key
from workbench.verify.search import needed
from workbench.verify.trace import Evidence, Link, listed, trace


@dataclass(frozen=True)
class Derivation:
    """How `target` is reached: `evidence` are the tables and keys used, none of which can be missed.

    `certainty` is the product of the measured shares of its parts, 1.0 when the chain is exact, and None when it
    rests on a quasi-key whose uniqueness was not measured.
    """

    target: frozenset[str]
    evidence: tuple[Evidence, ...]
    links: tuple[Link, ...]

    @property
    def certainty(self) -> float | None:
        """See the class."""
        product = 1.0
        for link in self.links:
            if link.certainty is None:
                return None
            product *= link.certainty
        return product

    @property
    def exact(self) -> bool:
        """Whether it rests on identifiers, keys and logic only."""
        return self.certainty == 1.0

    @property
    def parties(self) -> tuple[str, ...]:
        """Parties whose tables or keys it needs."""
        return tuple(dict.fromkeys(one.party for one in self.evidence))

    def lines(self) -> list[str]:
        """The chain as sentences, in an order in which each can be checked from those before it."""
        said = [_held(one) for one in self.evidence]
        said += [_link(link) for link in self.links]
        end = f"so {listed(self.target)} stand together"
        if not self.exact:
            share = self.certainty
            end += " for some persons" if share is None else f" for about {share:.0%} of the persons"
        return [*said, f"{end}."]


def _held(one: Evidence) -> str:
    when = "before the study" if one.prior else f"from step {one.since} on"
    until = "" if one.until is None else f", until step {one.until}"
    if isinstance(one, Key):
        return f"{one.party} can make {one.domain} from {one.of} {when}{until}: {one.why}."
    return f"{one.party} holds {one.item.name} {when}{until}: {one.why}."


def _link(link: Link) -> str:
    if link.kind == "rule":
        return f"In {' + '.join(link.left)}: {link.why}, which gives {listed(link.gives)}."
    by = "identifier" if link.kind == "identifier" else "quasi-key"
    return f"{' + '.join(link.left)} joins {' + '.join(link.right)} on the {by} {link.by}."


def derive(facts: Facts, bits: Bits, target: frozenset[str], evidence: Sequence[Evidence]) -> Derivation | None:
    """A derivation from some of the evidence, of which no part can be left out; None when it is not enough.

    Of the chain that uses least of the sources' own tables and the one that uses most, the shorter is given.
    """
    ordered = _widest(bits, evidence)
    if not reaches(bits.close_evidence(ordered), bits.mask(target)):
        return None
    first = _chain(facts, bits, target, ordered)
    if len(first.evidence) <= 2:
        return first
    return min(first, _chain(facts, bits, target, ordered[::-1]), key=lambda one: len(one.evidence) + len(one.links))


def derive_any(facts: Facts, bits: Bits, target: frozenset[str], evidence: Sequence[Evidence]) -> Derivation | None:
    """As `derive`, but the first chain found, whatever its length."""
    ordered = _widest(bits, evidence)
    if not reaches(bits.close_evidence(ordered), bits.mask(target)):
        return None
    return _chain(facts, bits, target, ordered)


def _chain(facts: Facts, bits: Bits, target: frozenset[str], evidence: list[Evidence]) -> Derivation:
    wanted = bits.mask(target)
    # Large pieces are left out first: what is left says least beside the target.
    used = needed(evidence, lambda rest: reaches(bits.close_evidence(rest), wanted))
    return Derivation(target, tuple(used), tuple(trace(facts, target, used)))


def _widest(bits: Bits, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Without tables that say no more than another, for they add nothing; the study's own data come last."""
    kept: dict[int, Evidence] = {}
    keys: list[Evidence] = []
    for one in sorted(dict.fromkeys(evidence), key=_size, reverse=True):
        if isinstance(one, Key):
            keys.append(one)
            continue
        mask = bits.mask(one.tokens)
        if not any(mask & other == mask and kept[other].prior <= one.prior for other in kept):
            kept[mask] = one
    return [*sorted(kept.values(), key=_size, reverse=True), *keys]


def _size(one: Evidence) -> tuple[int, int]:
    """Tables of sources last, for a chain through the study's own data shows what the study adds."""
    if isinstance(one, Key):
        return 0, 0
    return int(one.prior), sum(1 for token in one.tokens if not token.startswith(SOME))
