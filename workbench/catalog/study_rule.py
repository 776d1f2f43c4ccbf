"""The rules that documents and flows are checked by, as data: what each is for, why, and how to repair.

The check itself is a function registered under the same id, in `study/lint` (printed documents) or in
`verify/rules` (flows); a test keeps the two one to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems

FOLDER = "rules"
RuleSeverity = Literal["error", "warning", "note"]
Family = Literal[
    "lineage",
    "identifiers",
    "separation",
    "minimisation",
    "dates",
    "periods",
    "codes",
    "consistency",
    "small-cells",
    "conditions",
    "rights",
]


class Words(Entry):
    """A sentence in English, and in the other languages where it was translated."""

    en: Text
    nl: str | None = None
    fr: str | None = None

    def in_language(self, lang: str) -> str | None:
        """The sentence in a language; None where nobody translated it."""
        return {"nl": self.nl, "fr": self.fr, "en": self.en}[lang]


class StudyRule(Entry):
    """One rule. An `error` contradicts the document or the law, a `warning` needs an answer, a `note` is open."""

    id: Name
    family: Family
    severity: RuleSeverity
    reads: Literal["printed", "flow"]
    title: Label
    reason: Words
    repair: Words
    cite: Cite


class _File(Entry):
    rules: tuple[StudyRule, ...]


@cache
def study_rules(root: Path) -> Mapping[str, StudyRule]:
    """Every rule under `root/rules` by id, in the order of files and entries. Raises `Problems`."""
    problems: list[Problem] = []
    rules: dict[str, StudyRule] = {}
    for path in sorted((root / FOLDER).glob("*.yaml")):
        source = read_source(path, root.parent)
        file = validate(_File, source.data, source) if not source.problems else None
        for number, rule in enumerate(file.rules if file else ()):
            if rule.id in rules:
                what, todo = f"rule '{rule.id}' exists already", "rename or remove one of them"
                why = "a finding names its rule"
                source.problems.append(source.problem(("rules", number), what, why, todo))
            rules[rule.id] = rule
        problems += source.problems
    if problems:
        raise Problems(problems)
    return rules
