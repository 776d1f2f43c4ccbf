"""Results: what leaves who analyses are counts without small cells, and each reads its own."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import split_ref
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.small_cells import ASSESS, weighs
from workbench.verify.rules.story import Story


@rule("person-level-leaves")
def person_level_leaves(story: Story) -> Iterator[FlowHit]:
    """Data about persons that researchers hand on, or that are published."""
    executor = story.study.scra.executor if story.study.scra else None
    for delivery in story.deliveries:
        own = story.organisation(delivery.sender) == story.organisation(delivery.receiver)
        analysed = story.kind(delivery.sender) == "researcher" and delivery.receiver != executor and not own
        if (analysed or delivery.step.step.kind == "publish") and weighs(story, delivery.dataset):
            what = f"{delivery.sender} hands '{delivery.dataset}' to {delivery.receiver}, with data about persons"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{delivery.receiver}:{delivery.dataset}")


@rule("aggregate-unprotected")
def aggregate_unprotected(story: Story) -> Iterator[FlowHit]:
    """Counts of persons that leave an organisation with their small cells."""
    for delivery in story.deliveries:
        if story.organisation(delivery.sender) == story.organisation(delivery.receiver):
            continue
        if _bare_counts(story, delivery.dataset):
            what = f"'{delivery.dataset}' goes to {delivery.receiver} with cells of any size"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{delivery.receiver}:{delivery.dataset}")


@rule("count-without-policy")
def count_without_policy(story: Story) -> Iterator[FlowHit]:
    """Groups of persons counted with their small cells, other than in tables that go out, of which a rule tells.

    The one group of everybody is no cell.
    """
    out = {
        one.dataset
        for one in story.deliveries
        if story.dataset(one.dataset).aggregate and story.organisation(one.sender) != story.organisation(one.receiver)
    }
    for entry in story.flow.steps:
        grouped = entry.step.kind == "aggregate" and entry.step.model_dump()["by"]
        if grouped and _bare_step(story, entry) and not out & set(entry.makes):
            what = f"step '{entry.step.id}' counts groups of any size in '{' and '.join(entry.makes)}'"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


def _bare_counts(story: Story, name: str) -> bool:
    """Whether a dataset of counts only holds some made from rows about persons, small cells and all."""
    return story.dataset(name).aggregate and any(
        _bare_step(story, entry) for entry in story.flow.steps if name in entry.makes
    )


def _bare_step(story: Story, entry: FlowStep) -> bool:
    if entry.step.kind == ASSESS:
        return False  # how many stand in small cells is told to who has to know it
    refs = [ref for _, ref in entry.step.reads()]
    if entry.step.kind == "aggregate":
        persons = any(ref in story.catalog.tables or weighs(story, split_ref(ref)[0]) for ref in refs)
        return persons and not entry.step.protects(story.flow.datasets)
    return any(_bare_counts(story, split_ref(ref)[0]) for ref in refs if not _own(entry, ref))


def _own(entry: FlowStep, ref: str) -> bool:
    """Whether a reference is to a dataset the step adds a part to."""
    return split_ref(ref)[0] in entry.makes


@rule("feed-back-unfiltered")
def feed_back_unfiltered(story: Story) -> Iterator[FlowHit]:
    """What goes back to those who delivered, without the rows being limited to each one's own."""
    for entry in story.flow.steps:
        words = entry.step.model_dump()
        if entry.step.kind == "feed_back" and not words.get("own") and weighs(story, words["dataset"]):
            what = f"step '{entry.step.id}' lets each receiver read the rows of all"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)
