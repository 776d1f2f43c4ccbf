"""A broken study as a story that is shown: on a page, and in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.study_rule import StudyRule
from workbench.stage import Hop, Story, SyntheticRows
from workbench.training.broken import Broken


def told(found: Broken, rule: StudyRule | None) -> Story:
    """The story of a broken study; `rule` is the one that sees the fault, None for the audit of publications."""
    fault, chain, caught = found.fault, found.broken.chain, found.caught
    seen_by = rule.title if rule else fault.rule_title
    first = found.broken.told[0] if found.broken.told else None
    hops: tuple[Hop, ...] = ()
    rows = SyntheticRows.of(found.proof, (), (), 0, 0)
    if chain:
        entered = [("", ""), *((link.right, link.value) for link in chain.links)]
        hops = tuple(Hop(one.party, one.ref, *by) for one, by in zip(chain.tables, entered, strict=True))
        rows = SyntheticRows.of(found.proof, chain.told_of, chain.told, len(chain.told), len(chain.told))
    difference = {}
    if first and fault.difference:
        names = ("hospital", "year", "group", "person", "outcome")
        difference = {name: str(getattr(first, name)) for name in names} | {
            "days": str(fault.difference.days),
            "by": fault.difference.group,
        }
        for name, (n, k) in (("first", first.first), ("second", first.second)):
            difference |= {f"{name}_n": str(n), f"{name}_k": str(k)}
    return Story(
        study=fault.study,
        fault=fault.id,
        title=fault.title.model_dump(),
        happens=fault.happens.model_dump(),
        who=fault.who,
        people=found.proof.persons,
        sound=found.sound.persons,
        recognised=found.broken.persons,
        hops=hops,
        told=rows,
        difference=difference,
        person=found.truth.person,
        right=found.truth.right,
        wrong=found.truth.wrong,
        rule=caught.rule,
        rule_title=seen_by.model_dump() if seen_by else {},
        rule_said=caught.said,
        rule_line=caught.line,
        accepted=caught.accepted,
    )


def lines(story: Story) -> Iterator[str]:
    """The chain in words, one join a line, with the person's own values."""
    for number, hop in enumerate(story.hops):
        if number == 0:
            yield f"{hop.party} had {hop.ref}: INSZ {story.person.get('INSZ', '?')}"
        else:
            yield f"join with {hop.ref} of {hop.party} on {hop.by} = {hop.value}"
    for row in story.told.rows:
        yield "  it says: " + ", ".join(f"{name} {value}" for name, value in zip(story.told.columns, row, strict=True))
    if story.difference:
        one = story.difference
        died = f"died within {one['days']} days"
        line = f"{one['year']}, {one['by']} {one['group']}"
        yield f"table of all hospitals, {line}: {one['first_n']} stays, {one['first_k']} {died}"
        yield f"the same without hospital {one['hospital']}: {one['second_n']} stays, {one['second_k']} died"
        n, k = (int(one[f"first_{part}"]) - int(one[f"second_{part}"]) for part in "nk")
        yield f"the difference: {n} stay, {k} died"
        yield f"hospital {one['hospital']} had one such patient, by its own files: INSZ {one['person']}"
