"""Names of indicators and hospitals in the reader's language, from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from workbench.catalog.indicator import Indicator
from workbench.catalog.model import CodeList, Label
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problem, Problems

Model = TypeVar("Model", bound=BaseModel)


class Measure(Enum):
    """What kind of number an indicator is; decides the columns and the drawings of its reports."""

    COUNT = "count"
    RATE = "rate"
    RATIO = "ratio"
    SPREAD = "spread"


@dataclass(frozen=True)
class Labels:
    """Looks up names; what has no name is shown by its code."""

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    hospitals: Mapping[str, Label] = field(default_factory=dict)

    def indicator(self, id_: str, lang: str) -> str:
        return self.indicators[id_].label[lang] if id_ in self.indicators else id_

    def question(self, id_: str, lang: str) -> str:
        """What the indicator asks, in a sentence; empty when it has no file."""
        return self.indicators[id_].question[lang] if id_ in self.indicators else ""

    def direction(self, id_: str) -> str:
        """Which way is better."""
        return self.indicators[id_].direction if id_ in self.indicators else "none"

    def measure(self, id_: str) -> Measure:
        """A rate, unless its file says that it is a count or a distribution, or adjusts it for the case mix."""
        indicator = self.indicators.get(id_)
        if indicator is None:
            return Measure.RATE
        if indicator.type == "count":
            return Measure.COUNT
        if indicator.type == "distribution":
            return Measure.SPREAD
        return Measure.RATIO if indicator.adjustment else Measure.RATE

    def unit(self, id_: str) -> str:
        """What the numbers of the indicator are in: minutes, days, euro, ..."""
        return self.indicators[id_].unit if id_ in self.indicators else "count"

    def hospital(self, code: str, lang: str) -> str:
        return self.hospitals[code][lang] if code in self.hospitals else code


def load_labels(catalog_root: Path) -> Labels:
    """Read `indicators/*.yaml` and `codes/hospitals.yaml`; raises `Problems` when one is wrong."""
    problems: list[Problem] = []
    indicators: dict[str, Indicator] = {}
    for path in sorted((catalog_root / "indicators").glob("*.yaml")):
        source = read_source(path, catalog_root.parent)
        found = _validated(Indicator, source)
        if found is not None:
            indicators[found.id] = found
        problems += source.problems
    hospitals: dict[str, Label] = {}
    path = catalog_root / "codes" / "hospitals.yaml"
    if path.exists():
        source = read_source(path, catalog_root.parent)
        codes = _validated(CodeList, source)
        hospitals = {entry.code: entry.label for entry in codes.entries if entry.code} if codes else {}
        problems += source.problems
    if problems:
        raise Problems(problems)
    return Labels(indicators, hospitals)


def _validated(model: type[Model], source: SourceFile) -> Model | None:
    return validate(model, source.data, source) if not source.problems else None
