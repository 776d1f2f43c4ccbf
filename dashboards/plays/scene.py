"""One screen of a play: who acts, what moves, what stands in the vaults of those concerned, and what they know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree as ET

from dashboards.flows.moments import held, marks, step_at
from dashboards.flows.opened import OpenedStudy
from dashboards.flows.said import Said
from dashboards.texts import Texts
from workbench.dataflow import FlowStep
from workbench.stage import Recording, SyntheticRows
from workbench.verify import Cluster
from workbench.verify.facts import COHORT, ID

FEW = 8  # facts that are named of what a party can bring together


@dataclass(frozen=True)
class Shown:
    """A table in a vault, with some of its rows; `new` when it came there at this step."""

    ref: str
    rows: SyntheticRows
    new: bool


@dataclass(frozen=True)
class Known:
    """What a party can bring together about the same persons; `new` when it could not a step before."""

    identifiers: tuple[str, ...]
    facts: str
    tables: str
    new: bool


@dataclass(frozen=True)
class Vault:
    """A party of this screen: its tables, those that are gone, and what it knows."""

    party: str
    name: str
    tables: tuple[Shown, ...]
    gone: tuple[str, ...]
    knows: tuple[Known, ...]

    @property
    def learned(self) -> tuple[str, ...]:
        """In words, what is new."""
        return tuple(" + ".join((*one.identifiers, one.facts)) for one in self.knows if one.new)


@dataclass(frozen=True)
class Scene:
    """A step of a study, counted from 1 (0: before it), with the recorded rows."""

    study: OpenedStudy
    recording: Recording
    t: Texts
    step: int

    @cached_property
    def said(self) -> Said:
        """Parties, datasets and facts in words."""
        return Said(self.study, self.t)

    def name(self, party: str) -> str:
        """A party in words."""
        return self.said.party(party)

    @property
    def entry(self) -> FlowStep | None:
        return step_at(self.study, self.step)

    @property
    def actor(self) -> str:
        return self.entry.step.actor if self.entry else ""

    @property
    def receivers(self) -> tuple[str, ...]:
        delivered = self.entry.step.delivers() if self.entry else None
        return delivered[1] if delivered else ()

    @property
    def moved(self) -> tuple[str, ...]:
        """What goes from one to another."""
        delivered = self.entry.step.delivers() if self.entry else None
        return (delivered[0],) if delivered else ()

    @property
    def numbers(self) -> Mapping[str, str]:
        """Under which numbers the followed person is known now."""
        return self.recording.numbers(self.step)

    @property
    def mine(self) -> bool:
        """Whether a row of the followed person is on this screen."""
        return any(one.rows.mine for vault in self.vaults for one in vault.tables if one.new)

    @cached_property
    def vaults(self) -> tuple[Vault, ...]:
        """Who acts, and who receives."""
        return tuple(self._vault(party) for party in dict.fromkeys((self.actor, *self.receivers)) if party)

    def _vault(self, party: str) -> Vault:
        now, before = held(self.study, self.step, party), held(self.study, self.step - 1, party)
        made = set(self.entry.makes) if self.entry and party == self.actor else set()
        tables = [
            Shown(ref, rows, name in (now - before) | made)
            for ref, rows in self.recording.parts.items()
            if (name := ref.partition(".")[0]) in now and self._is_there(ref)
        ]
        tables.sort(key=lambda one: not one.new)
        return Vault(party, self.name(party), tuple(tables), tuple(sorted(before - now)), tuple(self._knows(party)))

    def _is_there(self, ref: str) -> bool:
        """Whether a part was made by now: the parts of a dataset may be made one after the other."""
        return self.recording.made.get(ref, 0) <= self.step

    def _knows(self, party: str) -> Iterator[Known]:
        found = self.study.clusters(party, self.step, "ever")
        before = self.study.clusters(party, self.step - 1, "ever") if self.step else ()
        for one in found:
            new = bool(self.step) and not any(one.tokens <= old.tokens for old in before)
            tables = ", ".join(map(self.said.dataset, one.items))
            yield Known(one.identifiers, self._facts(one), tables, new)

    def _facts(self, one: Cluster) -> str:
        facts = sorted(self.said.token(token) for token in one.tokens if not token.startswith((ID, COHORT)))
        more = f", +{len(facts) - FEW}" if len(facts) > FEW else ""
        return (", ".join(facts[:FEW]) + more) or self.t("flow.no_facts")

    def drawing(self) -> str:
        """The drawing with what is there at this step, what is not yet, and what is gone."""
        root = ET.fromstring(self.study.svg(self.t.lang))
        now = marks(self.study, self.step)
        for part in root.iter():
            for name in ("tabindex", "data-stop", "data-do", "data-value"):
                part.attrib.pop(name, None)  # here it is a picture, and nothing in it is chosen
            if part.get("role") == "button":
                part.set("role", "img")
            if part.get("id", "") in now:
                part.set("class", f"{part.get('class', '')} {now[part.get('id', '')]}".strip())
        return ET.tostring(root, encoding="unicode")
