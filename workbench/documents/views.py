"""Views of a study in the order of a law: EHDS application, GDPR record and impact assessment (catalog/views.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workbench.catalog.request import View, ViewSection
from workbench.catalog.source import SourceFile
from workbench.documents.annexes import variables
from workbench.documents.assembled import document
from workbench.documents.exposure import exposure, open_findings
from workbench.documents.flow import drawing, steps
from workbench.documents.processing import categories, environment, minimised, risks
from workbench.documents.question import applicant, indicators, legal_basis, parties, population, purpose
from workbench.documents.safeguards import conditions, pseudonyms, recipients, retention, rights
from workbench.documents.security import security
from workbench.documents.small_cells import small_cells
from workbench.documents.told import Told
from workbench.errors import Problem, Problems
from workbench.paper.blocks import Block, Document, Heading, OpenPoint, Paragraph

PARTS: Mapping[str, Callable[[Told], Iterator[Block]]] = {
    part.__name__: part
    for part in (
        applicant, categories, conditions, drawing, environment, exposure, indicators, legal_basis, minimised, parties,
        population, pseudonyms, purpose, recipients, retention, rights, risks, security, small_cells, steps, variables,
    )
}  # fmt: skip


def checked(views: tuple[View, ...], source: SourceFile) -> Mapping[str, View]:
    """The views by id. Raises `Problems` for parts that no code tells."""
    problems: list[Problem] = [
        source.problem(("views", v, "sections", s, "tells", n), f"there is no part '{name}' of a request",
                       "nothing would stand there", f"choose from {', '.join(sorted(PARTS))}")
        for v, view in enumerate(views)
        for s, section in enumerate(view.sections)
        for n, name in enumerate(section.tells) if name not in PARTS
    ]  # fmt: skip
    if problems:
        raise Problems(problems)
    return {view.id: view for view in views}


def view(about: Told, asked: View) -> Document:
    """A view of a study. How sure the order of its sections is, stands first."""
    t, lang = about.t, about.lang
    blocks: list[Block] = [Heading(t("h.view.notice")), Paragraph(asked.notice[lang], lead=True)]
    blocks += [block for section in asked.sections for block in _section(about, section)]
    told = {name for section in asked.sections for name in section.tells}
    points = open_findings(about) if "risks" in told else ()
    return document(about, asked.title[lang], t("about", study=about.flow.study.study.id), blocks, points)


def _section(about: Told, section: ViewSection) -> Iterator[Block]:
    """The parts that tell it, each under its own head; a part alone needs none beside that of the section."""
    lang = about.lang
    yield Heading(section.title[lang])
    yield Paragraph(about.t("view.basis", basis=section.basis[lang], cite=about.cited(section.cite)))
    for name in section.tells:
        blocks = list(PARTS[name](about))
        for block, then in zip(blocks, (*blocks[1:], None), strict=True):
            if not isinstance(block, Heading):
                yield block
            elif not isinstance(then, Heading) and (len(section.tells) > 1 or block.level > 1):
                yield Heading(block.text, max(block.level, 2))  # of two heads in a row, the one that says what follows
    yield from (OpenPoint(one[lang]) for one in section.open)
