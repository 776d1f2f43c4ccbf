"""Code systems and years: a register uses one system in one year."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed, years
from workbench.study.lint.years import period_of
from workbench.study.printed import Printed
from workbench.study.printed_statements import Years


@rule("coding-not-of-years")
def coding_not_of_years(paper: Printed, known: Known) -> Iterator[Hit]:
    """Codes are asked for in a system that the register does not use in those years."""
    study = period_of(paper)
    sources = {(entry.source or "").lower() for entry in paper.datasets}
    for line, what, named, stated in _coded(paper, known):
        span = stated or study
        id_ = known.facts.system(named)
        used = [one for one in known.facts.coding_years if one.source in sources and what & set(one.of)]
        same = [one for one in used if one.system == id_]
        if span is None or not same:
            continue
        off = [at for at in range(span[0], span[1] + 1) if not any(one.covers(at) for one in same)]
        if off:
            others = {known.facts.called(one.system) for one in used for at in off if one.covers(at)}
            instead = f", but in {listed(sorted(others))}" if others else ""
            system = known.facts.called(same[0].system)
            yield Hit(line, f"{same[0].source.upper()} of {years(off)} is not coded in {system}{instead}")


def _closed(given: Years | None, study: tuple[int, int] | None) -> tuple[int, int] | None:
    """Years with the ends of the study where they are open."""
    first, last = given or (None, None)
    ends = study or (None, None)
    start, end = first if first is not None else ends[0], last if last is not None else ends[1]
    return (start, end) if start is not None and end is not None else None


def _coded(paper: Printed, known: Known) -> Iterator[tuple[int, set[str], str, tuple[int, int] | None]]:
    """Line, attributes, system and years of everything that is said to be coded in a system."""
    for one in paper.statements:
        if one.says == "coding":
            yield one.line, {one.of, *known.attributes(one.of)}, one.system, _closed(one.years, period_of(paper))
    for codes in paper.code_lists:
        if codes.field:
            yield codes.line, set(known.attributes(codes.field)), codes.system, codes.years
