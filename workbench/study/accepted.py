"""Findings that a study accepts: what a rule says stands, and the study says why it stays so."""

from __future__ import annotations

from workbench.catalog.base import Cite, Entry, Label, Name, Text


class Accepted(Entry):
    """A finding of `rule` about `at` (a step, party, dataset or column, as the finding names it), and why it stays."""

    rule: Name
    at: Text
    reason: Label
    cite: Cite
