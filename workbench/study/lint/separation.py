"""Separation of functions: zones, organisations, and parties that must not see each other's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, columns, domains
from workbench.study.lint.words import listed
from workbench.study.printed import Printed


@rule("zone-of-two")
def zone_of_two(paper: Printed, known: Known) -> Iterator[Hit]:
    """One zone is given to two parties, each as if it alone came there."""
    tale, zones = Tale(paper), defaultdict(list)
    for one in paper.statements:
        if one.says == "zone":
            zones[one.zone].append(one)
    for zone, said in zones.items():
        parties = {tale.who(one.party): one for one in said}
        if len(parties) > 1 and len({one.line for one in parties.values()}) > 1:
            first, *_, last = parties.values()
            what = f"zone '{zone}' is of {listed(one.party for one in parties.values())}"
            yield Hit(last.line, what, lines=(first.line,))


@rule("one-organisation")
def one_organisation(paper: Printed, known: Known) -> Iterator[Hit]:
    """One organisation has the identity of persons, and gets facts about their health that are not its own."""
    tale = Tale(paper)
    identity: dict[str, int] = {}
    payload: dict[str, int] = {}
    for party, names in tale.received().items():
        entry = known.catalog.parties.get(party)
        for column in (column for name in names for column in columns(paper, name)) if entry else ():
            # What is said to be replaced or removed does not travel.
            named = not column.transform and any(known.is_identity(one) for one in domains(column, paper, known))
            if entry and named:
                identity.setdefault(entry.organisation, column.line)
            if entry and entry.kind != "source" and _payload(column.describes, known):
                payload.setdefault(entry.organisation, column.line)
    for organisation in sorted(identity.keys() & payload.keys()):
        what = f"{organisation} has the identity of the persons, and gets facts about their health"
        yield Hit(identity[organisation], what, lines=(payload[organisation],))


def _payload(attributes: tuple[str, ...], known: Known) -> bool:
    told = (known.knowledge.attributes.get(one) for one in attributes)
    return any(one is not None and one.sensitive for one in told)


@rule("access-without-step")
def access_without_step(paper: Printed, known: Known) -> Iterator[Hit]:
    """A party is said to have access to a dataset that no step gives it."""
    tale = Tale(paper)
    has, made = tale.received(), tale.made()
    for one in paper.statements:
        if one.says == "access" and one.dataset in made and one.dataset not in has.get(tale.who(one.party) or "", ()):
            what = f"{one.party} has access to '{one.dataset}', and no step gives it to {one.party}"
            yield Hit(one.line, what, lines=(made[one.dataset].line,))


@rule("link-possible")
def link_possible(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two datasets are said not to be linkable, and share an identifier."""
    for one in paper.statements:
        if one.says == "link_impossible":
            ours, theirs = (
                {key for column in columns(paper, name or "") for key in domains(column, paper, known)}
                for name in (one.subject, one.with_)
            )
            shared = sorted(key for key in ours & theirs if known.identifies(key, "person", "stay"))
            if shared:
                yield Hit(one.line, f"'{one.subject}' and '{one.with_}' share the {known.called(shared)}")


@rule("separation-crossed")
def separation_crossed(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two parties are to be separated, and one gets from the other a dataset with an identifier of persons."""
    tale = Tale(paper)
    for one in paper.statements:
        if one.says != "separation":
            continue
        apart = {tale.who(name) for name in one.parties}
        for step in tale.does("send", "grant_access", "feed_back"):
            to = {tale.who(name) for name in step.to} & apart
            keys = {key for name in step.reads for col in columns(paper, name) for key in domains(col, paper, known)}
            if tale.who(step.actor) in apart and to - {tale.who(step.actor)} and keys:
                what = f"{step.actor} gives {listed(step.reads)} to {listed(step.to)}, though they are to be separate"
                yield Hit(step.line, what, lines=(one.line,))
