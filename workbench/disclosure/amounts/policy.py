"""When a mean or a quantile may be shown: the part `amounts` of a small-cell policy."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from workbench.catalog.base import Cite, Entry


class AmountRule(Entry):
    """What must hold of a group of people before a figure about their amounts, times or days is shown.

    contributors: persons behind a mean, at least.
    beside:       persons on either side of a quantile, at least: a quartile needs four times as many in all.
    p:            p% rule: what remains of the total after the two largest contributions is at least this share of the
                  largest, or the second largest person could work out the largest to within it.
    largest, share: N-K rule: the N largest contributions make up at most the share K of the total.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    contributors: int = Field(ge=3, le=1000)
    beside: int = Field(ge=1, le=1000)
    p: float = Field(gt=0, le=1)
    largest: int = Field(ge=1, le=10)
    share: float = Field(gt=0, lt=1)
    cite: Cite
