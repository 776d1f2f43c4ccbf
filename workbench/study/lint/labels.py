"""Labels: where a document describes a table in words, each is the label of a field that the table has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed

Said = frozenset[str]


def said(label: str) -> Said:
    """The words of a label that say something: articles and prepositions are short."""
    return frozenset(word for word in re.findall(r"[^\W_]+", label.lower()) if len(word) > 3)


@rule("label-elsewhere")
def label_elsewhere(paper: Printed, known: Known) -> Iterator[Hit]:
    """A table is said to hold what the register has in other tables only. Words that no label has say nothing."""
    tables: dict[tuple[str, Said], set[str]] = defaultdict(set)
    for table in known.catalog.tables.values():
        for field in table.fields:
            tables[table.source, said(field.label[paper.language])].add(table.table)
    for entry in paper.datasets:
        source = (entry.source or "").lower()
        if f"{source}.{entry.name}" not in known.catalog.tables:
            continue
        for column in entry.columns:
            having = tables.get((source, said(column.name)), set()) if not column.fields else set()
            if having and entry.name not in having:
                what = f"{entry.name} has no field '{column.name}'"
                yield Hit(column.line, what, repair=f"name it of {listed(sorted(having))}")
