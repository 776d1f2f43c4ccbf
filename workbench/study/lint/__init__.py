"""The linter: rules on what a document prints. Each finds what a careful reader of the committee would compare."""

from __future__ import annotations

from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.study.findings import Finding, finding
from workbench.study.lint import (
    classes,
    code_lists,
    code_years,
    codes,
    conditions,
    dates,
    fields,
    identifiers,
    indicators,
    labels,
    lineage,
    minimisation,
    names,
    parties,
    periods,
    rights,
    separation,
    small_cells,
    tellings,
    texts,
)
from workbench.study.lint.facts import read_facts
from workbench.study.lint.known import Known
from workbench.study.lint.registry import RULES
from workbench.study.printed_load import PrintedFile

# Importing a family registers its rules.
FAMILIES = (
    classes,
    code_lists,
    code_years,
    codes,
    conditions,
    dates,
    fields,
    identifiers,
    indicators,
    labels,
    lineage,
    minimisation,
    names,
    parties,
    periods,
    rights,
    separation,
    small_cells,
    tellings,
    texts,
)

__all__ = ["FAMILIES", "RULES", "lint"]


def lint(printed_file: PrintedFile, catalog: Catalog) -> list[Finding]:
    """All findings of a document in the order of its lines; their `file` is the document, not `printed.yaml`.

    Raises `Problems` when the rules or the facts about registers in the catalogue cannot be read.
    """
    paper, rules = printed_file.printed, study_rules(printed_file.root)
    known = Known(catalog, read_facts(printed_file.root))
    document = paper.document
    found = {finding(rules[id_], document, hit) for id_, function in RULES.items() for hit in function(paper, known)}
    return sorted(found, key=lambda one: (one.line, one.rule, one.what))
