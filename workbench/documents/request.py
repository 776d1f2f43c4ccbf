"""The authorisation request: its sections in the order in which a committee reads, numbered; then the annexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from workbench.documents.annexes import datasets, variables
from workbench.documents.exposure import exposure, findings, open_findings
from workbench.documents.flow import drawing, steps
from workbench.documents.question import applicant, indicators, legal_basis, parties, population, purpose
from workbench.documents.safeguards import conditions, pseudonyms, recipients, retention, rights
from workbench.documents.security import security
from workbench.documents.small_cells import small_cells
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph

Section = Callable[[Told], Iterator[Block]]
SECTIONS: tuple[Section, ...] = (
    applicant, purpose, legal_basis, population, parties, drawing, steps, pseudonyms, small_cells, retention,
    recipients, conditions, rights, security, indicators, exposure, findings,
)  # fmt: skip


def request(about: Told) -> Document:
    """The request of a study. What it lacks stands as an open point in its place, and again in the last section."""
    t, study = about.t, about.flow.study.study
    blocks = [block for section in SECTIONS for block in section(about)]
    points = [block.text for block in blocks if isinstance(block, OpenPoint)] + list(open_findings(about))
    blocks.append(Heading(t("h.open")))
    blocks.append(Bullets(points) if points else Paragraph(t("open.none")))
    blocks = list(_numbered(blocks))
    blocks += [*variables(about), *datasets(about)]
    shown = tuple(replace(one, text=t("open", what=one.text)) if isinstance(one, OpenPoint) else one for one in blocks)
    return Document(
        lang=about.lang,
        title=study.title[about.lang],
        subtitle=t("title"),
        about=t("about", study=study.id),
        contents=t("contents"),
        page=t("page"),
        blocks=shown,
    )


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Sections as 1., 2. and their parts as 1.1, in the text itself, so that every format has the same."""
    first = second = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            first, second = first + 1, 0
            yield replace(block, text=f"{first}. {block.text}")
        elif isinstance(block, Heading):
            second += 1
            yield replace(block, text=f"{first}.{second} {block.text}")
        else:
            yield block
