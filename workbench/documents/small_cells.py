"""The section on small cells: by whom, with which threshold, and before which access."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import split_ref
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Heading, OpenPoint, Paragraph


def small_cells(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.cells"))
    if study.scra is None:
        yield OpenPoint(t("open.cells"))
    else:
        yield Paragraph(t("cells.who", who=about.party(study.scra.executor), cite=about.cited(study.scra.cite)))
        policy = about.flow.catalog.policies[study.scra.policy]
        yield Paragraph(t("cells.rule", k=policy.threshold, cite=about.cited(policy.cite)))
        if study.scra.report_to:
            yield Paragraph(t("cells.report", who=about.party(study.scra.report_to)))
        else:
            yield OpenPoint(t("open.report"))
    kinds = ("assess_small_cells", "protect")
    found = [entry for entry in about.flow.steps if entry.step.kind in kinds]
    yield from ([Bullets([_sentence(about, entry) for entry in found])] if found else [])
    last = max((entry.number for entry in found if entry.step.kind == "assess_small_cells"), default=None)
    if last is not None:
        yield _access(about, last)


def _sentence(about: Told, entry: FlowStep) -> str:
    step = entry.step
    said = {"number": about.number(entry), "label": step.label[about.lang], "who": about.party(step.actor)}
    if step.kind == "protect":
        return about.t("cells.protect", dataset=", ".join(map(about.dataset, entry.makes)), **said)
    columns = ", ".join(map(about.column, step.model_dump()["quasi_identifiers"]))
    return about.t("cells.step", dataset=about.dataset(split_ref(step.reads()[0][1])[0]), columns=columns, **said)


def _access(about: Told, after: int) -> Block:
    """The first delivery of rows of persons to a researcher or recipient once the analysis is done."""
    catalog, study = about.flow.catalog, about.flow.study.study
    told = {one.party for one in study.recipients if catalog.parties[one.party].kind != "supervisor"}
    told |= {party for party in study.parties if catalog.parties[party].kind == "researcher"}
    for entry in about.flow.steps[after + 1 :]:
        name, receivers = entry.step.delivers() or ("", ())
        who = [one for one in receivers if one in told]
        if who and not about.flow.datasets[name].aggregate:
            said = {
                "number": about.number(entry),
                "label": entry.step.label[about.lang],
                "dataset": about.dataset(name),
            }
            return Paragraph(about.t("cells.before", who=about.parties(who), **said))
    return OpenPoint(about.t("open.access"))
