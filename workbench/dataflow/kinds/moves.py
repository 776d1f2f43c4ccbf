"""send, grant_access and destroy: what makes a party hold a dataset, and what ends it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Spec

from workbench.catalog.source import Loc
from workbench.dataflow.kinds.base import Scope, Step
from workbench.dataflow.names import DatasetName
from workbench.dataflow.schema import Part


class Delivery(Step):
    """Base of the kinds that give a dataset to others; `medium` says how it travels."""

    dataset: DatasetName
    to: tuple[str, ...] = Spec(min_length=1)
    encrypted: bool = False
    medium: str | None = None

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return ((("dataset",), self.dataset),)

    def delivers(self) -> tuple[str, tuple[str, ...]]:
        return self.dataset, self.to


class Send(Delivery):
    """The receivers hold a copy from now on; the sender keeps its own until it destroys it."""

    kind: Literal["send"]
    icon: ClassVar[str] = "→"
    meaning: ClassVar[str] = "a dataset is delivered; receiver and sender both hold it from then on"


class GrantAccess(Delivery):
    """The receivers read the dataset where it stands: for what they can learn this equals holding it."""

    kind: Literal["grant_access"]
    icon: ClassVar[str] = "◉"
    meaning: ClassVar[str] = "a dataset may be read where it stands; for what one can learn this equals holding it"


class Destroy(Step):
    """The actor's copies, and the named keys it holds, end here."""

    kind: Literal["destroy"]
    icon: ClassVar[str] = "✕"
    meaning: ClassVar[str] = "the actor's copies of datasets, and pseudonym keys it holds, end"
    datasets: tuple[DatasetName, ...] = ()
    keys: tuple[str, ...] = ()

    def reads(self) -> tuple[tuple[Loc, str], ...]:
        return tuple((("datasets", number), name) for number, name in enumerate(self.datasets))

    def infer(self, scope: Scope) -> dict[str, Part]:
        for number, name in enumerate(self.keys):
            domain = scope.study.domain(name)
            at: Loc = ("keys", number)
            if domain is None or self.actor not in domain.keepers:
                why, todo = "only the issuer or key holder of a domain has its key", "correct the key or the actor"
                scope.find(at, f"{self.actor} holds no key of '{name}'", why, todo)
            elif domain.scope == "source":
                why = "the source is coded with it beyond the study"
                scope.find(at, f"the key of '{name}' is not this study's", why, "leave it")
        return {}

    def destroys(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.datasets, self.keys
