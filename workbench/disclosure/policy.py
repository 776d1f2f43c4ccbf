"""The small-cell policy: which counts are too small to show. A file under catalog/policies/, not code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from workbench.catalog.model import Policy
from workbench.catalog.salvage import salvage
from workbench.catalog.source import read_source
from workbench.disclosure.amounts.policy import AmountRule
from workbench.errors import Problems


class SmallCellPolicy(Policy):
    """A count of 1 to threshold - 1 stays, or of that many distinct persons, is never shown.

    zeros: "hide" when 0 counts as small too (the literal rule of 21/104, paragraph 29); "show" when a 0 may
           be shown. Even then a 0 may be withheld to protect another number.
    signatures: how many people must sign a release off before anybody can read it (2: four eyes).
    together: hospitals that are taken to put their knowledge together, group by group.
    amounts: when means and quantiles may be shown; without it none is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    unit: Literal["persons"]
    threshold: int = Field(ge=2, le=100)
    zeros: Literal["show", "hide"]
    signatures: int = Field(default=0, ge=0, le=5)
    together: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    amounts: AmountRule | None = None

    @property
    def smallest(self) -> int:
        """The lowest value that must stay possible for a withheld small count."""
        return 0 if self.zeros == "hide" else 1


def load_policy(path: Path) -> SmallCellPolicy:
    """Read a policy file; raises Problems with every error of the file."""
    source = read_source(path, path.parent)
    policy = None if source.problems else salvage(SmallCellPolicy, source.data, source)
    if policy is None or source.problems:
        raise Problems(source.problems)
    return policy
