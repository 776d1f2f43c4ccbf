"""Everything a verification says of a study, as plain data that can be written as JSON.

Keys: `study`; `steps` (number, id, printed, actor, label, and `changes`: what each party can bring together from that
step on and could not before); `parties` and `organisations` (name, source, and `ever` and `now`: clusters at the end,
deleted tables remembered or not, each with identifiers, attributes, membership, tables); `targets` (id, label, tokens,
and for `party` and `organisation`: complete, size, legal, and `coalitions` with parties, exact, certainty, derivation
and repair).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from workbench.verify.coalitions import coalitions
from workbench.verify.explain import Derivation
from workbench.verify.exposure import Cluster
from workbench.verify.facts import Moment, Target
from workbench.verify.model import Level, Mode, Model
from workbench.verify.repairs import Repairs

Plain = dict[str, Any]


def exposure_report(model: Model, size: int = 4, repair: bool = True) -> Plain:
    """The exposure of every party and organisation, step by step, and the smallest coalitions of every target.

    Repairs take most of the time; without `repair` they are left out.
    """
    return _Report(model, size, repair).all()


class _Report:
    def __init__(self, model: Model, size: int, repair: bool) -> None:
        self.model = model
        self.size = size
        self.repair = repair
        self.repairs = Repairs(model)
        self.exact_repairs = Repairs(model.exact)

    def all(self) -> Plain:
        return {
            "study": self.model.study,
            "steps": [self._step(moment) for moment in self.model.steps],
            "parties": [self._unit(name, "party") for name in self.model.units("party")],
            "organisations": [self._unit(name, "organisation") for name in self.model.units("organisation")],
            "targets": [self._target(target) for target in self.model.targets],
        }

    def _step(self, moment: Moment) -> Plain:
        return {
            "number": moment.number,
            "id": moment.id,
            "printed": moment.printed,
            "actor": moment.actor,
            "label": moment.label,
            "changes": self._changes(moment.number),
        }

    def _changes(self, number: int) -> list[Plain]:
        """What parties that get a table or key at a step learn by it."""
        gained = {one.party for one in self.model.holdings if one.since == number}
        gained |= {key.party for key in self.model.keys if key.since == number}
        changes: list[Plain] = []
        for party in (party for party in self.model.parties if party in gained):
            known = [one.tokens for one in self.model.exposure([party], number - 1).clusters]
            after = self.model.exposure([party], number).clusters
            new = [one for one in after if not any(one.tokens <= old for old in known)]
            if new:
                changes.append({"party": party, "learns": [_cluster(one) for one in new]})
        return changes

    def _unit(self, name: str, level: Level) -> Plain:
        members = self.model.members(name, level)

        def clusters(mode: Mode) -> list[Plain]:
            return [_cluster(one) for one in self.model.exposure(members, mode=mode).clusters]

        source = bool(members & self.model.sources)
        return {"name": name, "source": source, "ever": clusters("ever"), "now": clusters("now")}

    def _target(self, target: Target) -> Plain:
        return {
            "id": target.id,
            "label": target.label,
            "tokens": sorted(target.tokens),
            "party": self._level(target, "party"),
            "organisation": self._level(target, "organisation"),
        }

    def _level(self, target: Target, level: Level) -> Plain:
        answer = coalitions(self.model, target.tokens, level, self.size)
        return {
            "complete": answer.complete,
            "size": answer.size,
            "legal": [sorted(one) for one in answer.legal],
            "coalitions": [self._coalition(target, level, one) for one in answer.found],
        }

    def _coalition(self, target: Target, level: Level, names: Collection[str]) -> Plain:
        parties = frozenset[str]().union(*(self.model.members(name, level) for name in names))
        derivation = self.model.exposure(parties).reaches(target.tokens)
        assert derivation is not None, "a coalition was found for it"
        return {
            "parties": sorted(names),
            "exact": derivation.exact,
            "certainty": derivation.certainty,
            "derivation": derivation.lines(),
            "repair": self._repair(target, parties, derivation),
        }

    def _repair(self, target: Target, parties: frozenset[str], derivation: Derivation) -> list[str]:
        """What stops the exact chains, if there are any; else what stops the probable ones."""
        if not self.repair:
            return []
        found = (self.exact_repairs if derivation.exact else self.repairs).of(target.tokens, parties)
        return [one.text for one in found]


def _cluster(one: Cluster) -> Plain:
    return {
        "identifiers": list(one.identifiers),
        "attributes": list(one.attributes),
        "membership": list(one.membership),
        "tables": list(one.items),
    }
