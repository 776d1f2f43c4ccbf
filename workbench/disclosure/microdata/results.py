"""What a small-cell risk analysis finds, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.disclosure.microdata.generalise import Ladder
from workbench.disclosure.microdata.measure import Classes, Sensitive
from workbench.disclosure.microdata.policy import MicrodataPolicy
from workbench.disclosure.microdata.population import Expected, Frame
from workbench.disclosure.microdata.roles import Variable
from workbench.disclosure.microdata.search import Found
from workbench.disclosure.microdata.uniques import MinimalUniques


@dataclass(frozen=True)
class Attacker:
    """Parties of the study that know the same of the persons in the table, from what they hold by another right.

    knows: columns of the table; holds: identifiers of it that they have themselves; names: whether they know who
    is behind their own numbers.
    """

    parties: tuple[str, ...]
    knows: tuple[str, ...]
    holds: tuple[str, ...]
    names: bool


@dataclass(frozen=True)
class Scenario:
    """What an attacker meets: the classes by the quasi-identifiers it knows, and what it would learn beside."""

    attacker: Attacker
    quasi: tuple[str, ...]
    classes: Classes
    learns: tuple[str, ...]


@dataclass(frozen=True)
class Adaptation:
    """Classes after less is told, and the share of detail lost per variable."""

    classes: Classes
    lost: Mapping[str, float]


@dataclass(frozen=True)
class Suggestion:
    """The least generalisation by the catalogue's ladders, and the classes it leaves; `steps` by variable."""

    found: Found
    steps: Mapping[str, str | None]
    ladders: tuple[Ladder, ...]
    classes: Classes
    lost: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Theory:
    """What the marginals lead to expect: for the persons of the run, and for the whole population; `measured` on the
    same variables, None before there are data."""

    frame: Frame
    run: Expected | None
    whole: Expected | None
    measured: Classes | None


@dataclass(frozen=True)
class Analysis:
    """Everything measured on one table."""

    variables: tuple[Variable, ...]
    policy: MicrodataPolicy
    persons: int
    classes: Classes
    all_quasi: Classes
    sensitive: tuple[Sensitive, ...]
    uniques: MinimalUniques
    scenarios: tuple[Scenario, ...]
    residents: tuple[tuple[str, ...], float, float] | None
    theory: Theory
    suggestion: Suggestion
    done: Adaptation | None = None

    @property
    def counted(self) -> tuple[str, ...]:
        """The quasi-identifiers that the study counts."""
        return counted(self.variables)

    def plain(self) -> dict[str, Any]:
        """As plain data, ready for JSON."""
        found = asdict(self)
        frame, chosen = self.theory.frame, self.suggestion
        found["theory"]["frame"] = {"covered": frame.covered, "missing": frame.missing, "persons": frame.persons}
        found["policy"] = self.policy.model_dump(mode="json")
        found["variables"] = [{**vars(one), "label": one.label and one.label.model_dump()} for one in self.variables]
        found["uniques"]["sets"] = [{"variables": list(k), "records": n} for k, n in self.uniques.sets.items()]
        tried = [{"levels": list(node), "below": below} for node, below in chosen.found.tried.items()]
        found["suggestion"] = {
            "steps": dict(chosen.steps),
            "loss": chosen.found.loss,
            "lost": dict(chosen.lost),
            "safe": chosen.found.safe,
            "best": chosen.found.best,
            "tried": tried,
            "classes": asdict(chosen.classes),
        }
        return found


def counted(variables: Sequence[Variable]) -> tuple[str, ...]:
    """Names of the variables that the study counts in its classes."""
    return tuple(one.name for one in variables if one.counted)
