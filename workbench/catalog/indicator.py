"""An indicator as its file says it: who counts in the denominator, who falls out, who in the numerator."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Text


class Rule(Entry):
    """One named rule with its arguments, for example `{any_of: ...}`; a stay that meets it stays in."""

    id: Text
    label: Label
    rule: dict[str, Any]
    cite: Cite


class Proxy(Entry):
    """Says that the numerator stands for something that cannot be seen directly, and for what."""

    label: Label
    cite: Cite


class Adjustment(Entry):
    """Case-mix adjustment: expected deaths from a logistic model over these covariates."""

    covariates: tuple[Literal["age", "sex", "charlson"], ...]
    cite: Cite


class Indicator(Entry):
    """A quality indicator over the stays of an analysis dataset.

    `population` narrows all stays to the denominator, rule by rule in this order; `numerator` holds for the
    stays that count. `count_only`: a plain number of stays, without numerator.
    """

    id: Text
    label: Label
    question: Label
    direction: Literal["higher", "lower", "none"]
    unit: Literal["percent", "count"] = "percent"
    population: tuple[Rule, ...] = ()
    numerator: Rule | None = None
    proxy: Proxy | None = None
    adjustment: Adjustment | None = None
    note: str | None = None
    cite: Cite

    target: float | None = Spec(default=None, description="percent that the field aims at")
