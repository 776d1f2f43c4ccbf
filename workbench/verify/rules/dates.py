"""Dates: none that is exact reaches who analyses, as a date, as its three parts, or by adding up intervals."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import END_USERS, Story


@rule("exact-date")
def exact_date(story: Story) -> Iterator[FlowHit]:
    """A day of the calendar in data about persons that researchers get."""
    shown = {name for party, name in story.finals if story.kind(party) in END_USERS or party == "public"}
    shown |= {one.dataset for one in story.deliveries if story.kind(one.receiver) in END_USERS}
    for name in sorted(shown):
        told: set[str] = set()
        for place, column in story.columns(name):
            if column.aggregate or column.name in told:
                continue
            if column.type == "date" or _day_part(story, place):
                told.add(column.name)
                what = f"'{name}' has the exact date {column.name}"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")


def _day_part(story: Story, place: tuple[str, str, str]) -> bool:
    """Whether a column is the day of the month of some event, as the source writes it."""
    known = story.catalog.knowledge
    facts = {fact for ref in story.raw_fields(place) for fact in known.attributes_of(ref)}
    return any(fact.endswith(("_day_of_month", "_date")) for fact in facts)
