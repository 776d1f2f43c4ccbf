"""The authorisation request: its sections in the order in which a committee reads, numbered; then the annexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.documents.annexes import datasets, variables
from workbench.documents.assembled import document
from workbench.documents.exposure import exposure, findings, open_findings
from workbench.documents.flow import drawing, steps
from workbench.documents.question import applicant, indicators, legal_basis, parties, population, purpose
from workbench.documents.safeguards import conditions, pseudonyms, recipients, retention, rights
from workbench.documents.security import security
from workbench.documents.small_cells import small_cells
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Document

Section = Callable[[Told], Iterator[Block]]
SECTIONS: tuple[Section, ...] = (
    applicant, purpose, legal_basis, population, parties, drawing, steps, pseudonyms, small_cells, retention,
    recipients, conditions, rights, security, indicators, exposure, findings,
)  # fmt: skip


def request(about: Told) -> Document:
    """The request of a study. What it lacks stands as an open point in its place, and again in the last section."""
    t = about.t
    blocks = [block for section in SECTIONS for block in section(about)]
    said = t("about", study=about.flow.study.study.id)
    return document(about, t("title"), said, blocks, open_findings(about), [*variables(about), *datasets(about)])
