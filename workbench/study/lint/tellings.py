"""The flow is told several times: in prose, in queries, in figures, in the headings of the annex."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from workbench.study.findings import Hit
from workbench.study.lint.known import Known, bare
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, columns, domains
from workbench.study.lint.words import listed
from workbench.study.printed import Printed, PrintedStep


@rule("told-differently")
def told_differently(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two tellings of one step name another actor, pseudonym or other columns."""
    tale = Tale(paper)
    for one, other in combinations(paper.steps, 2):
        if one.told_in == other.told_in or one.makes is None or one.makes != other.makes:
            continue
        for what in _differences(one, other, tale):
            yield Hit(other.line, f"'{one.makes}': {what}", lines=(one.line,))


def _differences(one: PrintedStep, other: PrintedStep, tale: Tale) -> Iterator[str]:
    pairs = [("step", one.number, other.number), ("pseudonym", one.domain, other.domain)]
    pairs.append(("actor", tale.who(one.actor), tale.who(other.actor)))
    for name, first, second in pairs:
        if first and second and first != second:
            yield f"{name} {second} in the {other.told_in}, {first} in the {one.told_in}"
    if one.columns and other.columns and set(one.columns) != set(other.columns):
        here, there = listed(other.columns), listed(one.columns)
        yield f"columns {here} in the {other.told_in}, {there} in the {one.told_in}"


@rule("told-once")
def told_once(paper: Printed, known: Known) -> Iterator[Hit]:
    """A dataset is made in the annex, a query or the figure, and prose knows nothing of it."""
    prose = {name for step in paper.steps if step.told_in == "prose" for name in (step.makes, *step.reads) if name}
    elsewhere = {step.makes for step in paper.steps if step.told_in != "prose" and step.makes}
    # Where the prose leaves the flow to a figure or an annex, it is not expected to tell it again.
    for step in paper.steps if 2 * len(elsewhere & prose) >= len(elsewhere) else ():
        if step.told_in != "prose" and step.makes and step.makes not in prose:
            yield Hit(step.line, f"'{step.makes}' of the {step.told_in} is told of nowhere in the prose")


SAFEGUARDS = {
    "assess_small_cells": "small-cell analysis",
    "approve": "release by several persons",
    "add_decoys": "addition of persons who are not meant",
    "destroy": "destruction",
    "protect": "protection of small cells",
}


@rule("safeguard-not-in-scheme")
def safeguard_not_in_scheme(paper: Printed, known: Known) -> Iterator[Hit]:
    """The prose tells of a safeguard that the scheme of the flow does not show."""
    scheme = [step for step in paper.steps if step.told_in == "figure"]
    shown = {step.does for step in scheme}
    told: set[str] = set()
    for step in paper.steps if scheme else ():
        if step.told_in == "prose" and step.does in SAFEGUARDS and step.does not in shown | told:
            told.add(step.does)
            what = f"the {SAFEGUARDS[step.does]} of the prose is no step of the scheme"
            yield Hit(step.line, what, lines=(scheme[0].line,))


@rule("columns-told-differently")
def columns_told_differently(paper: Printed, known: Known) -> Iterator[Hit]:
    """A step names columns that the description of its dataset lacks."""
    for step in paper.steps:
        described = columns(paper, step.makes or "")
        names = {bare(name) for column in described for name in (column.name, *column.fields)}
        missing = [name for name in step.columns if name not in names]
        if described and missing:
            what = f"the step makes '{step.makes}' with {listed(missing)}, its description has no such column"
            yield Hit(step.line, what, lines=(described[0].line,))


@rule("pseudonym-told-differently")
def pseudonym_told_differently(paper: Printed, known: Known) -> Iterator[Hit]:
    """A step says on which pseudonym its dataset is, and the description lists another."""
    own = {domain.name for domain in paper.domains}
    for step in paper.steps:
        described = columns(paper, step.makes or "")
        keys = {key for column in described for key in domains(column, paper, known)} & own
        if step.domain in own and keys and step.domain not in keys and step.told_in == "prose":
            what = f"the prose makes '{step.makes}' on {step.domain}, its description has {listed(sorted(keys))}"
            yield Hit(described[0].line, what, lines=(step.line,))
