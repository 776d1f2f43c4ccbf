"""Population: who is selected follows from what is asked, and is no wider than the purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import split_ref
from workbench.verify.rules.columns import Place, columns_of
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import IDENTIFYING, Story, variable_key


@rule("selection-not-used")
def selection_not_used(story: Story) -> Iterator[FlowHit]:
    """A variable asked for selecting by which nothing selects.

    One that is for nothing else may also arrive, for then who analyses selects by it; but not one that says which
    disease somebody has, for by that the persons are chosen in whom the study looks.
    """
    known = story.catalog.knowledge
    seen = {
        variable_key(ref) for one in story.study.population.criteria for ref in (one.field, one.years_before) if ref
    }
    seen |= {variable_key(ref) for place in _filtered(story) for ref in story.all_fields(place)}
    there = {
        variable_key(ref)
        for name in story.final_datasets
        for at in columns_of(story.dataset(name))
        for ref in story.all_fields(at)
    }
    for number, use in enumerate(story.study.variables):
        disease = any(known.attributes[fact].membership for fact in known.attributes_of(use.ref))
        only = set(use.used_by) == {"selection"} and not disease
        if "selection" in use.used_by and variable_key(use.ref) not in (seen | there if only else seen):
            what = f"{use.ref} is asked for selecting and nothing selects by it"
            yield FlowHit(story.line("variables", number, "used_by"), what, at=use.ref)


def _filtered(story: Story) -> Iterator[Place]:
    """Places that decide which rows a step makes: filters, and identifiers by which lists of persons are joined."""
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        joined: list[Place] = []
        if entry.step.kind == "select":
            for part in words["parts"].values():
                for name in (*part["only"], *part["filled"]):
                    table, _, field = part["columns"].get(name, "").rpartition(".")
                    yield (table, "", field)
        elif entry.step.kind == "link":
            for side, names in (("left", words["on"]), ("right", words["on"].values())):
                joined += [_place(story, words[side], name) for name in names]
            for ref in (*words["only_any"], *words["between"]):
                yield _place(story, words["right"], ref.partition(".")[2])
        elif entry.step.kind == "pseudonymise":
            domain = story.study.domain(words["domain"])
            joined += [_place(story, words["input"], domain.of)] if domain else []
        elif entry.step.kind == "rekey":
            joined.append(_place(story, words["concordance"], words["from"]))
        yield from (place for place in joined if _of_person(story, place))


def _of_person(story: Story, place: Place) -> bool:
    column, field = story.column(place), story.catalog.field(f"{place[0]}.{place[2]}")
    return bool((column and column.role in IDENTIFYING) or (field and field.role in IDENTIFYING))


def _place(story: Story, ref: str, name: str) -> Place:
    return (ref, "", name) if ref in story.catalog.tables else (*split_ref(ref), name)


@rule("criterion-unmotivated")
def criterion_unmotivated(story: Story) -> Iterator[FlowHit]:
    """A field by which the population is chosen and that no variable names for selecting."""
    asked = {variable_key(use.ref) for use in story.study.variables if "selection" in use.used_by}
    for number, criterion in enumerate(story.study.population.criteria):
        for ref in (criterion.field, criterion.years_before):
            if ref and variable_key(ref) not in asked:
                what = f"criterion '{criterion.id}' looks at {ref}, which no variable asks for selecting"
                yield FlowHit(story.line("population", "criteria", number), what, at=f"{criterion.id}:{ref}")


@rule("empty-identifier")
def empty_identifier(story: Story) -> Iterator[FlowHit]:
    """Persons taken without the identifier by which the list is to be linked."""
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        if entry.step.kind != "select":
            continue
        for name, part in words["parts"].items():
            for column, ref in part["columns"].items():
                field = story.catalog.field(ref)
                if field and field.role == "direct_identifier" and not field.mandatory and column not in part["filled"]:
                    what = f"step '{entry.step.id}' also takes rows without {column}, which cannot be linked"
                    yield FlowHit(story.step_line(entry), what, at=f"{entry.step.id}.{name}.{column}")


@rule("period-not-selected")
def period_not_selected(story: Story) -> Iterator[FlowHit]:
    """A population that is not bound to the years of the study, though its unit or a filter could be."""
    period = story.study.period
    years = {one.between for one in story.study.population.criteria if one.between}
    if not story.study.population.criteria or (period.from_year, period.to_year) in years:
        return
    said = ", ".join(f"{first}-{last}" for first, last in sorted(years)) or "no year at all"
    what = f"the study is about {period.from_year}-{period.to_year} and the population is chosen by {said}"
    yield FlowHit(story.line("population", "criteria"), what, at="population")


@rule("whole-table")
def whole_table(story: Story) -> Iterator[FlowHit]:
    """All rows of a table about persons that leave their holder, though the study is about some of them."""
    if not story.study.population.criteria:
        return
    whole: dict[str, FlowStep] = {}  # a part with every row of its table, and the step that took them
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        if entry.step.kind == "select":
            for name, part in words["parts"].items():
                if not words["population"] and not part["only"]:
                    whole[f"{words['output']}.{name}"] = entry
        else:
            _pass_on(entry, words, whole, story)
    told: set[str] = set()
    for delivery in story.deliveries:
        for ref, entry in whole.items():
            if split_ref(ref)[0] == delivery.dataset and story.person_level(delivery.dataset) and ref not in told:
                told.add(ref)
                what = f"'{ref}' goes to {delivery.receiver} with every row that step '{entry.step.id}' found"
                yield FlowHit(story.step_line(entry), what, at=entry.step.id)


def _pass_on(entry: FlowStep, words: dict[str, Any], whole: dict[str, FlowStep], story: Story) -> None:
    """Mark what a step makes of parts that have every row: a join with a narrower part narrows it."""
    reads = [".".join(split_ref(ref)) for _, ref in entry.step.reads()]
    if entry.step.kind == "link":
        sides = [".".join(split_ref(words[side])) for side in ("left", "right")]
        wide = [
            ref in whole or words[side] in story.catalog.tables
            for ref, side in zip(sides, ("left", "right"), strict=True)
        ]
        if words["only_any"] or not (wide[0] and (wide[1] or words["keep_unmatched"])):
            return
    for output in entry.step.output_names():
        made, part = split_ref(output)
        for ref in (one for one in whole.copy() if one in reads or f"{split_ref(one)[0]}.rows" in reads):
            same = split_ref(ref)[1] if "." not in output and split_ref(ref)[1] in story.dataset(made).parts else part
            whole.setdefault(f"{made}.{same}", whole[ref])
