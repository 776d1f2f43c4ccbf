"""What a data holder does for users of its data, and under which rules."""

from __future__ import annotations

from typing import Literal

from workbench.catalog.base import Cite, Entry, Label, Name


class ServiceFact(Entry):
    """One rule of a service, or one step of it, said in one sentence."""

    id: Name
    label: Label
    cite: Cite


class Service(Entry):
    """A service of `party`; the rules of the service `under` hold as well. Steps stand in their order."""

    id: Name
    label: Label
    party: Name
    kind: Literal["access", "support"]
    under: Name | None = None
    rules: tuple[ServiceFact, ...] = ()
    steps: tuple[ServiceFact, ...] = ()
    cite: Cite
