"""Minimisation: no more codes, events, columns or detail than the study needs."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.graph import FlowStep
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Story


@rule("codes-unlimited")
def codes_unlimited(story: Story) -> Iterator[FlowHit]:
    """Codes of a system with thousands of them, delivered by a source without a list of those that matter."""
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        if entry.step.kind == "select":
            for part, body in words["parts"].items():
                limited = set(body["only"])
                refs = {name: ref for name, ref in body["columns"].items() if name not in limited}
                open_ = {} if any(_open(story, body["columns"][name]) for name in limited) else refs
                yield from _unlimited(story, entry, open_, part)
        elif entry.step.kind == "link" and words["right"] in story.catalog.tables and not words["only_any"]:
            refs = {
                name: f"{words['right']}.{ref.partition('.')[2]}"
                for name, ref in words["columns"].items()
                if ref.startswith("right.")
            }
            yield from _unlimited(story, entry, refs, "")


def _open(story: Story, ref: str) -> bool:
    known = story.catalog.knowledge
    return any(known.attributes[one].many_codes for one in known.attributes_of(ref))


def _unlimited(story: Story, entry: FlowStep, refs: dict[str, str], part: str) -> Iterator[FlowHit]:
    for name, ref in refs.items():
        table = story.catalog.tables.get(ref.rpartition(".")[0])
        # A code that is no key of its table stands once per row: a stay's admission diagnosis, say.
        if table and _open(story, ref) and ref.rpartition(".")[2] in table.keys:
            what = f"step '{entry.step.id}' takes every code of {ref}"
            yield FlowHit(story.step_line(entry), what, at=f"{entry.step.id}.{part or name}")


@rule("window-missing")
def window_missing(story: Story) -> Iterator[FlowHit]:
    """Dated events taken from a source for a list of persons, over all years the source has."""
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        if entry.step.kind != "link" or words["between"]:
            continue
        table = story.catalog.tables.get(words["right"])
        if table is None or set(table.keys) <= set(words["on"].values()):
            continue
        taken = {ref.partition(".")[2] for ref in words["columns"].values() if ref.startswith("right.")}
        dates = [field.name for field in table.fields if field.type == "date" and field.name in table.keys]
        if dates and taken:
            what = f"step '{entry.step.id}' takes rows of {table.ref} of every date"
            yield FlowHit(story.step_line(entry), what, at=entry.step.id)


@rule("filler-column")
def filler_column(story: Story) -> Iterator[FlowHit]:
    """A column that is always empty in what somebody gets."""
    for name in dict.fromkeys(one.dataset for one in story.deliveries):
        told: set[str] = set()
        for place, column in story.columns(name):
            if column.name not in told and _always_empty(story, place):
                told.add(column.name)
                what = f"column '{column.name}' of '{name}' is always empty"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")


def _always_empty(story: Story, place: tuple[str, str, str]) -> bool:
    if place in story.traces.empty:
        return True
    before = story.traces.copied.get(place, frozenset())
    return bool(before) and all(_always_empty(story, one) for one in before)


@rule("coarser-form")
def coarser_form(story: Story) -> Iterator[FlowHit]:
    """A trait by which persons can be recognised, in a finer form than another that follows from it."""
    known = story.catalog.knowledge
    coarser = {
        rule.known[0].removeprefix("attr:"): rule.gives[0].removeprefix("attr:")
        for rule in known.derivations.values()
        if len(rule.known) == 1 and len(rule.gives) == 1 and "{" not in rule.known[0] + rule.gives[0]
    }
    for party, name in sorted(story.finals):
        if story.kind(party) != "researcher" or not story.person_level(name):
            continue
        for place, column in story.columns(name):
            if column.role != "quasi_identifier":
                continue
            facts = {fact for ref in story.raw_fields(place) for fact in known.attributes_of(ref)}
            for fact in sorted(facts & set(coarser)):
                fine, coarse = fact.replace("_", " "), coarser[fact].replace("_", " ")
                what = f"'{name}' has {column.name} ({fine}); {coarse} is coarser"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")
