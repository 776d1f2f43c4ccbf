"""`docs/rules.md`: every rule on documents and flows, made from the data in `catalog/rules`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from workbench.catalog.base import Cite
from workbench.catalog.study_rule import StudyRule, study_rules

HEAD = """\
# Rules

Made from `catalog/rules` by `python -m workbench.study.lint.page`; a test keeps the two equal.

A rule *reads* either what a document prints (`printed.yaml`, by `workbench study check STUDY --printed`) or the flow
of a study that can be executed (`study.yaml`). An **error** contradicts the document, the register or the law; a
**warning** needs an answer; a **note** is open. No rule knows a document: it must find the same fault in the next one.
"""
READS = {"printed": "document", "flow": "flow"}


def rule_page(rules: Mapping[str, StudyRule]) -> str:
    """The page in Markdown: a table per family, in the order of the families' names."""
    families = sorted({rule.family for rule in rules.values()})
    parts = [HEAD, f"\n{_counted(rules.values())}\n"]
    for family in families:
        mine = [rule for rule in rules.values() if rule.family == family]
        rows = "".join(_row(rule) for rule in sorted(mine, key=lambda one: (one.reads, one.id)))
        head = "| rule | reads | severity | finds | why | repair | source |\n|---|---|---|---|---|---|---|\n"
        parts.append(f"\n## {family.capitalize()}\n\n{head}{rows}")
    return "".join(parts)


def _counted(rules: Iterable[StudyRule]) -> str:
    given = list(rules)
    printed = sum(rule.reads == "printed" for rule in given)
    return f"{len(given)} rules: {printed} on documents, {len(given) - printed} on flows."


def _row(rule: StudyRule) -> str:
    cells = (
        f"`{rule.id}`",
        READS[rule.reads],
        rule.severity,
        rule.title.en,
        rule.reason.en,
        rule.repair.en,
        _source(rule.cite),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def _source(cite: Cite) -> str:
    place = f" line {cite.line}" if cite.line is not None else f" {cite.key}" if cite.key else ""
    return f"{cite.document}{place}"


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[3]
    (here / "docs" / "rules.md").write_text(rule_page(study_rules(here / "catalog")), "utf-8")
