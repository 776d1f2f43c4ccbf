"""The handout of a workshop: the drawings, the exercises without their answers, the faults, and the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from workbench.catalog.base import Lang
from workbench.dataflow import Flow
from workbench.dataflow.draw import draw
from workbench.dataflow.render import render
from workbench.paper.blocks import Block, Bullets, Document, Heading, Paragraph, Picture, Table, Turn
from workbench.training.workshops import Opened, Paper


def handout(opened: Opened, flows: Mapping[str, Flow], lang: Lang) -> Document:
    """The handout of a workshop; `flows` has those of its studies, by id."""
    workshop = opened.workshop
    subtitle = opened.paper.hours[lang].format(hours=workshop.hours)
    blocks = tuple(_blocks(opened, flows, lang))
    return Document(lang, workshop.title[lang], subtitle, opened.paper.about[lang], "", opened.paper.page[lang], blocks)


def _blocks(opened: Opened, flows: Mapping[str, Flow], lang: Lang) -> Iterator[Block]:
    paper = opened.paper
    yield Paragraph(opened.workshop.lead[lang], lead=True)
    yield Heading(paper.exercises[lang])
    yield Paragraph(paper.begin[lang])
    for one in opened.exercises:
        yield Heading(f"{one.title[lang]} ({one.id}) {'★' * one.level}", 3)
        yield Paragraph(one.task[lang])
    if opened.faults:
        yield Heading(paper.faults[lang])
        yield Bullets([f"{one.title[lang]}. {one.happens[lang]}" for one in opened.faults])
    yield Heading(paper.words[lang])
    words = [(one.word[lang], one.means[lang]) for one in opened.words]
    yield Table((paper.word[lang], paper.means[lang]), words, (1, 3))
    for name in opened.workshop.studies:
        yield from _study(flows[name], paper, lang)


def _study(flow: Flow, paper: Paper, lang: Lang) -> Iterator[Block]:
    title = flow.study.study.title[lang]
    yield Turn(wide=True)
    yield Heading(f"{paper.flow[lang]}: {title}")
    dot = draw(flow, lang)
    yield Picture(title, partial(render, dot, "svg"), partial(render, dot, "png"), flow.study.study.id)
    yield Turn(wide=False)
    yield Heading(paper.steps[lang])
    parties = flow.catalog.parties
    rows = [
        (entry.step.number or "", parties[entry.step.actor].label[lang], entry.step.label[lang]) for entry in flow.steps
    ]
    yield Table((paper.number[lang], paper.who[lang], paper.does[lang]), rows, (1, 4, 8))
