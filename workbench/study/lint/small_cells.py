"""Small-cell risk analysis: by whom, on what, with which threshold, before access, reported."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, domains
from workbench.study.lint.words import listed
from workbench.study.printed import Printed
from workbench.study.printed_statements import Scra

ASSESS = "assess_small_cells"


def _said(paper: Printed) -> list[Scra]:
    return [one for one in paper.statements if isinstance(one, Scra)]


@rule("scra-without-step")
def scra_without_step(paper: Printed, known: Known) -> Iterator[Hit]:
    """The document announces a small-cell analysis that the flow does not have."""
    tale = Tale(paper)
    actors = {tale.who(step.actor) for step in tale.does(ASSESS)}
    told: set[str | None] = set()
    for one in _said(paper):
        executor = tale.who(one.executor)
        if (executor and None not in actors and executor not in actors and executor not in told) or not actors:
            by = f" by {one.executor}" if one.executor else ""
            yield Hit(one.line, f"a small-cell analysis{by} is announced, the flow has no such step")
            if not actors:
                return
            told.add(executor)


@rule("scra-without-executor")
def scra_without_executor(paper: Printed, known: Known) -> Iterator[Hit]:
    """Nobody is named who does the small-cell analysis of a dataset."""
    named = {one.of or one.subject for one in _said(paper) if one.executor}
    for one in _said(paper):
        plain = one.kind is not None or one.before is not None
        if one.executor is None and plain and (one.of or one.subject) not in named:
            of = one.of or one.subject or "the data"
            yield Hit(one.line, f"nobody is said to do the small-cell analysis of {of}")


@rule("scra-without-threshold")
def scra_without_threshold(paper: Printed, known: Known) -> Iterator[Hit]:
    """No place says how small a cell is."""
    said = _said(paper)
    if said and all(one.threshold is None for one in said):
        yield Hit(said[0].line, "no place says from how many persons a cell may be shown")


@rule("scra-after-access")
def scra_after_access(paper: Printed, known: Known) -> Iterator[Hit]:
    """Researchers reach the data before the small-cell analysis."""
    tale, said = Tale(paper), _said(paper)
    assessed: set[str] = set()
    everything = tale.made().keys() | {name for step in paper.steps for name in step.reads}
    # A step without a number has no place in the order; an analysis of nothing in particular is one of everything.
    results = {step.makes for step in tale.does("aggregate")}
    for step in sorted(paper.steps, key=lambda one: one.does != ASSESS or one.number is not None):
        if step.does == ASSESS:
            assessed |= set(step.reads) or everything
        reached = step.does in {"grant_access", "send"} and "researcher" in tale.kinds(step.to, known)
        seen = [name for name in step.reads if name not in results and not tale.sources_of(name) & assessed]
        if reached and seen and (said or tale.does(ASSESS)) and not _is_key_file(step.reads, paper, known):
            what = f"'{listed(seen)}' reaches {listed(step.to)} before the small-cell analysis"
            yield Hit(step.line, what, lines=tuple(one.line for one in said))


def _is_key_file(names: tuple[str, ...], paper: Printed, known: Known) -> bool:
    entries = [entry for entry in paper.datasets if entry.name in names and entry.columns]
    return bool(entries) and all(domains(column, paper, known) for entry in entries for column in entry.columns)


@rule("scra-result-unsent")
def scra_result_unsent(paper: Printed, known: Known) -> Iterator[Hit]:
    """The result of the analysis is to be reported, and no step reports it."""
    tale = Tale(paper)
    told = {tale.who(name) for step in tale.does("send", "feed_back") for name in step.to}
    for one in _said(paper):
        if one.report_to and tale.who(one.report_to) not in told:
            yield Hit(one.line, f"the result goes to {one.report_to}, and no step of the flow brings it there")


@rule("scra-theoretical")
def scra_theoretical(paper: Printed, known: Known) -> Iterator[Hit]:
    """A theoretical analysis precedes the linkage: what linked records reveal is looked at by nobody."""
    tale = Tale(paper)
    links = tale.does("link")
    if any(one.kind == "on_data" for one in _said(paper)) or any(step.reads for step in tale.does(ASSESS)):
        return
    for one in _said(paper):
        if one.kind == "theoretical" and links:
            lines = tuple(step.line for step in links)
            yield Hit(one.line, "the analysis is theoretical, and the data are linked afterwards", lines=lines)
