"""The dataflow: its drawing, and every step as who does what with which data, and to whom they go."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workbench.dataflow.draw import draw
from workbench.dataflow.graph import FlowStep
from workbench.dataflow.render import render
from workbench.dataflow.schema import split_ref
from workbench.dataflow.words import kind_name
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Heading, Paragraph, Picture, Table, Turn


def drawing(about: Told) -> Iterator[Block]:
    yield Turn(wide=True)
    yield Heading(about.t("h.flow"))
    yield Heading(about.t("h.drawing"), 2)
    dot = draw(about.flow, about.lang)
    yield Picture(about.t("flow.caption"), partial(render, dot, "svg"), partial(render, dot, "png"), "flow")
    yield Turn(wide=False)


def steps(about: Told) -> Iterator[Block]:
    t = about.t
    yield Heading(t("h.steps"), 2)
    yield Paragraph(t("flow.intro"))
    head = tuple(t(f"col.{name}") for name in ("number", "who", "what", "data", "whom"))
    rows = [_step(about, entry) for entry in about.flow.steps]
    yield Table(head, rows, (7, 20, 28, 26, 19))


def _step(about: Told, entry: FlowStep) -> tuple[str, ...]:
    step = entry.step
    delivered = step.delivers()
    whom = about.parties(delivered[1]) if delivered else ""
    if delivered and getattr(step, "encrypted", False):
        whom += f" ({about.t('step.encrypted')})"
    what = f"{step.label[about.lang]} ({kind_name(step.kind, about.lang)})"
    return about.number(entry), about.party(step.actor), what, _data(about, entry), whom


def _data(about: Told, entry: FlowStep) -> str:
    """What a step reads, makes, delivers or ends; what is delivered or ended is not read for its own sake."""
    t, step = about.t, entry.step
    gone, keys = step.destroys()
    if gone or keys:
        names = [*gone, *(t("step.key", name=key) for key in keys)]
        return t("step.ends", names=", ".join(names))
    delivered = step.delivers()
    if delivered:
        return t("step.opens" if step.kind == "grant_access" else "step.gives", names=delivered[0])
    read = dict.fromkeys(ref if ref in about.flow.catalog.tables else split_ref(ref)[0] for _, ref in step.reads())
    said = [t("step.reads", names=", ".join(read))] if read else []
    made = dict.fromkeys(split_ref(name)[0] for name in step.output_names())
    said += [t("step.makes", names=", ".join(made))] if made else []
    return about.listed(said)
