"""Rights of the persons, retention and destruction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, columns, domains
from workbench.study.printed import Printed
from workbench.study.printed_statements import Retention, Rights


def _rights(paper: Printed) -> list[Rights]:
    return [one for one in paper.statements if isinstance(one, Rights)]


@rule("informed-and-exempt")
def informed_and_exempt(paper: Printed, known: Known) -> Iterator[Hit]:
    """The same persons are informed, and need not be."""
    first: dict[str, Rights] = {}
    for one in _rights(paper):
        other = first.setdefault(one.subject, one)
        if other.information != one.information:
            who = one.subject or "the persons"
            yield Hit(
                one.line,
                f"{who}: information {one.information} here, {other.information} elsewhere",
                lines=(other.line,),
            )


@rule("exempt-without-reason")
def exempt_without_reason(paper: Printed, known: Known) -> Iterator[Hit]:
    """Persons are not informed, and no place says why that is impossible or too much."""
    exempt = [one for one in _rights(paper) if one.information == "exempt"]
    if exempt and all(one.reason is None for one in exempt):
        yield Hit(exempt[0].line, "the persons are not informed, and no reason is given")


@rule("impossible-but-identified")
def impossible_but_identified(paper: Printed, known: Known) -> Iterator[Hit]:
    """Informing is called impossible while a party other than the sources has the identity of the persons."""
    tale = Tale(paper)
    holders: dict[str, int] = {}
    for party, names in tale.received().items():
        entry = known.catalog.parties.get(party)
        if entry is None or entry.kind in {"source", "ttp"}:
            continue
        for name in names:
            for column in columns(paper, name):
                if not column.transform and any(known.is_identity(key) for key in domains(column, paper, known)):
                    holders.setdefault(party, column.line)
    for one in _rights(paper):
        if one.information == "exempt" and one.reason == "impossible" and holders:
            who = known.catalog.parties[min(holders)].label.en
            what = f"informing the persons is called impossible, and {who} has a list of who they are"
            yield Hit(one.line, what, lines=tuple(sorted(set(holders.values()))))


def _retentions(paper: Printed) -> list[Retention]:
    return [one for one in paper.statements if isinstance(one, Retention)]


def _term(one: Retention) -> str:
    term = "for a term" if one.years is None else f"{one.years:g} years"
    return term + (f" from {one.from_}" if one.from_ else "")


@rule("retention-differs")
def retention_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """The same data are kept for two terms."""
    said: dict[str, list[Retention]] = defaultdict(list)
    for one in _retentions(paper):
        if one.years is not None:
            said[one.subject].append(one)
    for given in said.values():
        first = given[0]
        for one in given[1:]:
            if one.years != first.years or (one.from_ and first.from_ and one.from_ != first.from_):
                what = f"kept {_term(one)} here, {_term(first)} elsewhere"
                yield Hit(one.line, what, lines=(first.line,))


@rule("retention-without-end")
def retention_without_end(paper: Printed, known: Known) -> Iterator[Hit]:
    """Data are kept for a term, and nothing says that they are destroyed after it, or from when it runs."""
    destroyed = any(one.says == "destroy" for one in paper.statements) or bool(Tale(paper).does("destroy"))
    kept = _retentions(paper)
    started = {one.subject for one in kept if one.from_}
    for one in kept:
        if one.subject not in started:
            yield Hit(one.line, f"{one.subject or 'the data'}: kept {_term(one)}, from an event that no place names")
    if kept and not destroyed:
        yield Hit(kept[0].line, "the data are kept for a term, and no place says that they are destroyed after it")


@rule("retention-missing")
def retention_missing(paper: Printed, known: Known) -> Iterator[Hit]:
    """Researchers get data, and no place says how long they keep them."""
    access = Tale(paper).does("grant_access")
    if access and not _retentions(paper):
        yield Hit(access[0].line, "researchers get data, and no place says how long these are kept")
