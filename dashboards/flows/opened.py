"""A study that was read: its flow, its drawing, what its parties can know, and what its document prints.

All but the flow is made when it is first asked for and then kept, for every visitor together.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from threading import RLock

from dashboards.flows.drawing import with_stops
from workbench.dataflow import Flow
from workbench.dataflow.draw import draw
from workbench.dataflow.picture import Picture
from workbench.dataflow.render import render
from workbench.study.model import Study
from workbench.study.printed import Printed
from workbench.study.printed_load import load_printed
from workbench.verify import Cluster, Coalitions, Derivation, Model, Target, coalitions, knowledge_of
from workbench.verify.model import Mode

_MANY = 4096


class OpenedStudy:
    """The design of one study. Steps are counted from 1; step 0 is before the study."""

    def __init__(self, flow: Flow, root: Path) -> None:
        self.flow = flow
        self.root = root
        self._lock = RLock()
        self._svg: dict[str, str] = {}
        self.clusters = lru_cache(_MANY)(self._clusters)
        self.answer = lru_cache(_MANY)(self._answer)
        self.smallest = lru_cache(_MANY)(self._smallest)

    @property
    def study(self) -> Study:
        return self.flow.study.study

    @property
    def id(self) -> str:
        return self.study.id

    @cached_property
    def picture(self) -> Picture:
        return Picture(self.flow)

    @cached_property
    def model(self) -> Model:
        """What every party can come to know."""
        return knowledge_of(self.flow)

    @cached_property
    def printed(self) -> Printed | None:
        """The document as it is printed; None when nobody transcribed it."""
        if not (self.root / "studies" / self.id / "printed.yaml").is_file():
            return None
        return load_printed(self.id, self.flow.catalog, self.root).printed

    def svg(self, lang: str) -> str:
        """The drawing, ready for a page; takes a fraction of a second the first time, so not on the event loop."""
        with self._lock:
            if lang not in self._svg:
                self._svg[lang] = with_stops(render(draw(self.flow, lang), "svg").decode())
            return self._svg[lang]

    def prepare(self, lang: str) -> None:
        """Make everything that takes longer than an answer may."""
        with self._lock:
            self.svg(lang)
            _ = self.model.bits, self.model.exact.bits, self.printed, self.picture.numbers

    def target(self, id_: str) -> Target | None:
        """The target of that name, or None."""
        return next((one for one in self.model.targets if one.id == id_), None)

    def _clusters(self, party: str, step: int, mode: Mode) -> tuple[Cluster, ...]:
        return self.model.exposure([party], step, mode).clusters

    def _answer(self, parties: frozenset[str], target: str, step: int) -> Derivation | None:
        """How these parties bring a target together with all they have had up to a step; None when they cannot."""
        return self.model.exposure(parties, step).reaches(self.model.target(target).tokens)

    def _smallest(self, target: str) -> Coalitions:
        """The smallest coalitions of parties that reach a target at the end."""
        return coalitions(self.model, self.model.target(target).tokens, "party")
