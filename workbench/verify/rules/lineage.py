"""Lineage: every column comes from somewhere, and everything made or received serves something."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Story


@rule("column-without-source")
def column_without_source(story: Story) -> Iterator[FlowHit]:
    """A column that no source field and no step accounts for: nobody could say what it means."""
    for name in story.flow.datasets:
        for place, column in story.columns(name):
            counted = column.aggregate or (column.domain or "").startswith("ref:")  # made here, of nothing
            if column.known and not column.origin and not counted and not story.all_fields(place):
                at = ".".join(place)
                yield FlowHit(story.step_line(story.makers[name]), f"{at} comes from no source field", at=at)


@rule("unused-dataset")
def unused_dataset(story: Story) -> Iterator[FlowHit]:
    """A dataset that nobody reads, gets or keeps on purpose."""
    kept = {one.dataset for one in story.study.retention} | set(story.final_datasets)
    read = {name for _, name in story.readers}
    ends = {party for party, _ in story.finals}
    for name, maker in story.makers.items():
        product = story.dataset(name).aggregate and maker.step.actor in ends  # what the analysis is for
        if name not in kept and name not in read and not product:
            what = f"{maker.step.actor} makes '{name}' and nobody does anything with it"
            yield FlowHit(story.step_line(maker), what, at=name)


@rule("unused-column")
def unused_column(story: Story) -> Iterator[FlowHit]:
    """A column, of a dataset that is used, that no later step looks at and that ends in nothing the study is for.

    Told where the value was last of use: further copies of it follow from there. What researchers make of their own
    data is not judged.
    """
    steps = {entry.number: entry for entry in story.flow.steps}
    served = {name for _, name in story.readers}
    for name, maker in story.makers.items():
        if story.kind(maker.step.actor) == "researcher" or name not in served:
            continue
        dead: dict[str, int] = {}
        for place, column in story.columns(name):
            if place in story.live or column.aggregate:
                continue
            before = story.traces.copied_from(place)
            if all(one in story.live or one[0] in story.catalog.tables for one in before):
                dead.setdefault(column.name, story.traces.made_at.get(place, maker.number))
        to = sorted({one.receiver for one in story.deliveries if one.dataset == name}) if dead else []
        also = f", yet it goes to {', '.join(to)}" if to else ""
        for column_name, number in dead.items():
            step = steps.get(number, maker)
            what = f"column '{column_name}' of '{name}' serves nothing after '{step.step.id}'{also}"
            yield FlowHit(story.step_line(step), what, at=f"{name}.{column_name}")


@rule("receiver-without-use")
def receiver_without_use(story: Story) -> Iterator[FlowHit]:
    """A party that gets a dataset, does nothing with it, and is no recipient of it."""
    for delivery in story.deliveries:
        used = any(one.number > delivery.number for one in story.readers.get((delivery.receiver, delivery.dataset), ()))
        if used or (delivery.receiver, delivery.dataset) in story.finals:
            continue
        what = f"{delivery.receiver} gets '{delivery.dataset}' and does nothing with it"
        yield FlowHit(story.step_line(delivery.step, "to"), what, at=f"{delivery.receiver}:{delivery.dataset}")


@rule("delivered-twice")
def delivered_twice(story: Story) -> Iterator[FlowHit]:
    """A party that gets a dataset a second time: a copy beside the right to read it where it stands, say."""
    seen: dict[tuple[str, str], str] = {}
    for delivery in story.deliveries:
        key = (delivery.receiver, delivery.dataset)
        first = seen.setdefault(key, delivery.step.step.id)
        if first != delivery.step.step.id:
            what = f"{delivery.receiver} gets '{delivery.dataset}' by '{first}' and again by '{delivery.step.step.id}'"
            yield FlowHit(story.step_line(delivery.step, "to"), what, at=f"{delivery.receiver}:{delivery.dataset}")
