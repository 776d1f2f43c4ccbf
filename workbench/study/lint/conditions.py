"""Conditions of the committee: each has a step or a setting that satisfies it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale
from workbench.study.printed import Printed
from workbench.study.printed_statements import Condition

Check = Callable[[Printed, Known, Condition], bool]


def _report(paper: Printed, known: Known, one: Condition) -> bool:
    if any(other.says == "scra" and other.report_to for other in paper.statements):
        return True  # the small-cell rules look for that step
    tale = Tale(paper)
    return any("supervisor" in tale.kinds(step.to, known) for step in tale.does("send", "feed_back"))


def _scra(paper: Printed, known: Known, one: Condition) -> bool:
    said = any(other.says == "scra" for other in paper.statements)  # as above
    return said or bool(Tale(paper).does("assess_small_cells"))


def _destroy(paper: Printed, known: Known, one: Condition) -> bool:
    """A step destroys, or the identifier that is to go is said to go."""
    wanted = known.domain(one.of or "")
    said = [other.what for other in paper.statements if other.says == "destroy"]
    gone = [name for step in Tale(paper).does("drop") for name in step.columns] + said
    return bool(Tale(paper).does("destroy")) or (wanted is not None and wanted in map(known.domain, gone))


def _encryption(paper: Printed, known: Known, one: Condition) -> bool:
    sends = Tale(paper).does("send", "grant_access")
    named = [step for step in sends if one.of in (*step.reads, step.makes)]
    return all(step.encrypted for step in named) if named else any(step.encrypted for step in sends)


def _separation(paper: Printed, known: Known, one: Condition) -> bool:
    """Two parties are said to be apart, or have zones of their own; two names of one party are one party."""
    who = Tale(paper).who
    zoned = {who(other.party) for other in paper.statements if other.says == "zone"}
    apart = [{who(name) for name in other.parties} for other in paper.statements if other.says == "separation"]
    return any(len(parties) > 1 for parties in (zoned, *apart))


# A further authorisation is asked for later, outside the flow: no step of the document can show it.
SATISFIED: Mapping[str, Check] = {
    "decoys": lambda paper, known, one: bool(Tale(paper).does("add_decoys")) or any(s.decoys for s in paper.steps),
    "destroy": _destroy,
    "scra": _scra,
    "report": _report,
    "four_eyes": lambda paper, known, one: (
        bool(Tale(paper).does("approve")) or any((s.persons or 0) > 1 for s in paper.steps)
    ),
    "log": lambda paper, known, one: bool(Tale(paper).does("log")),
    "encryption": _encryption,
    "separation": _separation,
    "authorisation": lambda paper, known, one: True,
}
NEEDED: Mapping[str, str] = {
    "decoys": "identities of persons who are not meant among those sent",
    "destroy": "destruction",
    "scra": "a small-cell analysis",
    "report": "the result brought to its knowledge",
    "four_eyes": "release by two persons",
    "log": "logging",
    "encryption": "encryption of what is sent",
    "separation": "separation of functions",
    "authorisation": "a further authorisation",
}


@rule("condition-without-step")
def condition_without_step(paper: Printed, known: Known) -> Iterator[Hit]:
    """The committee asks for something that no step of the document does."""
    told: set[tuple[str, str | None]] = set()
    for one in paper.statements:
        if not isinstance(one, Condition) or (one.needs, one.of) in told:
            continue
        told.add((one.needs, one.of))
        if not SATISFIED[one.needs](paper, known, one):
            of = f" ({one.of})" if one.of else ""
            yield Hit(one.line, f"the committee wants {NEEDED[one.needs]}{of}, and no step does it")
