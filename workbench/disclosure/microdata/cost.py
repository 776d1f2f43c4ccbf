"""What was done and what it costs, for the report: the study's own step, and the least that suffices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workbench.catalog.texts import Texts
from workbench.disclosure.microdata.pictures import cloud
from workbench.disclosure.microdata.results import Analysis
from workbench.paper.blocks import Block, Heading, Paragraph, Picture, Table


def cost(found: Analysis, adaptation: str | None, t: Texts) -> Iterator[Block]:
    """Blocks of that part; `adaptation` is what the study calls its step."""
    yield Heading(t("h.done"))
    if found.done is None or adaptation is None:
        yield Paragraph(t("done.none"))
    else:
        before, after = t.number(found.classes.below), t.number(found.done.classes.below)
        yield Paragraph(t("done.text", step=adaptation, before=before, after=after))
    yield Paragraph(_suggested(found, t))
    yield _steps(found, t)
    if len(found.suggestion.found.tried) > 1:
        yield Picture(t("pic.tradeoff"), partial(_tradeoff, found, t), name="cost")


def _suggested(found: Analysis, t: Texts) -> str:
    suggestion = found.suggestion.found
    below = t.number(suggestion.below)
    if not suggestion.safe:
        return t("suggest.unsafe", below=below)
    steps = [f"{name}: {label}" for name, label in _labels(found, t).items() if label != t("step.exact")]
    said = t(
        "suggest.text",
        allowed=t.percent(found.policy.withheld),
        steps=", ".join(steps) or t("suggest.exact"),
        below=below,
    )
    sure = t("suggest.best") if suggestion.best else t("suggest.open", tried=len(suggestion.tried))
    return f"{said} {sure}"


def _labels(found: Analysis, t: Texts) -> dict[str, str]:
    """By variable, the suggested step as the catalogue calls it."""
    labels = {}
    for one, level in zip(found.suggestion.ladders, found.suggestion.found.levels, strict=True):
        step = one.step(level)
        labels[one.column] = step.label[t.lang] if step else t("step.exact")
    return labels


def _steps(found: Analysis, t: Texts) -> Table:
    suggestion, labels = found.suggestion, _labels(found, t)
    levels = dict(zip(suggestion.found.variables, suggestion.found.levels, strict=True))
    rows = []
    for name in found.counted:
        study = t.percent(found.done.lost.get(name, 0.0)) if found.done else ""
        lost = t.percent(suggestion.lost[name][levels[name]]) if name in levels else t.percent(0)
        rows.append((name, study, labels.get(name, t("step.exact")), lost))
    head = (t("col.variable"), t("col.study"), t("col.suggested"), t("col.lost"))
    return Table(head, rows, numbers=frozenset({1, 3}))


def _tradeoff(found: Analysis, t: Texts) -> bytes:
    suggestion, records = found.suggestion.found, max(found.classes.records, 1)
    lost = [found.suggestion.lost[name] for name in suggestion.variables]

    def place(node: tuple[int, ...], below: int) -> tuple[float, float]:
        share = sum(one[level] for one, level in zip(lost, node, strict=True)) / max(len(lost), 1)
        return share, below / records

    points = [place(node, below) for node, below in suggestion.tried.items()]
    names = (t("pic.lost"), t("pic.below"), t("pic.chosen"))
    ticks = [(at / 4, t.percent(at / 4, 0)) for at in range(5)]
    return cloud(t("pic.tradeoff"), points, place(suggestion.levels, suggestion.below), names, (ticks, ticks))
