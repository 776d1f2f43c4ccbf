"""Purposes: every variable is asked for with a reason, taken, and reaches what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.schema import split_ref
from workbench.verify.rules.columns import columns_of, source_of
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Story, variable_key

# What a variable may serve beside the indicators and steps of its study.
PURPOSES = frozenset({"selection", "linkage", "scra", "analysis"})


@rule("variable-not-taken")
def variable_not_taken(story: Story) -> Iterator[FlowHit]:
    """A variable that is asked for and that no step takes or looks at."""
    taken = {source_of(place, story.catalog) for place in story.traces.looked_at}
    for name in story.flow.datasets:
        for place in columns_of(story.dataset(name)):
            taken |= story.all_fields(place)
    for criterion in story.study.population.criteria:
        taken |= {criterion.field, criterion.years_before}
    keys = {variable_key(ref) for ref in taken if ref}
    for number, use in enumerate(story.study.variables):
        if use.ref not in taken and variable_key(use.ref) not in keys:
            yield FlowHit(story.line("variables", number), f"{use.ref} is asked for and no step takes it", at=use.ref)


@rule("purpose-unknown")
def purpose_unknown(story: Story) -> Iterator[FlowHit]:
    """A variable that is used by something the study does not have; one without indicators says it in its own words."""
    if not story.study.indicators:
        return
    known = PURPOSES | set(story.study.indicators) | {one.id for one in story.study.flow}
    known |= {one.number for one in story.study.flow if one.number}
    known |= set(story.study.datasets)
    for number, use in enumerate(story.study.variables):
        for name in use.used_by:
            if name not in known:
                what = f"{use.ref} is used by '{name}', which is no indicator, step or purpose of the study"
                yield FlowHit(story.line("variables", number, "used_by"), what, at=f"{use.ref}:{name}")


@rule("purpose-not-reached")
def purpose_not_reached(story: Story) -> Iterator[FlowHit]:
    """A variable that an indicator or the analysis needs and that does not arrive where it is computed."""
    analysis = story.study.analysis
    names = [analysis.dataset, *analysis.more] if analysis else list(story.final_datasets)
    if not names:
        return
    there = {
        variable_key(ref)
        for name in names
        for place in columns_of(story.dataset(name))
        for ref in story.all_fields(place)
    }
    there |= {variable_key(ref) for place in story.traces.looked_at if (ref := source_of(place, story.catalog))}
    there |= {variable_key(ref) for name in names for ref in _looked_at_before(story, name)}
    steps = {one.id for one in story.study.flow} | {one.number for one in story.study.flow if one.number}
    for number, use in enumerate(story.study.variables):
        wanted = sorted(set(use.used_by) - (PURPOSES - {"analysis"}) - steps - set(story.study.datasets))
        if wanted and variable_key(use.ref) not in there:
            what = f"{use.ref} is for {', '.join(wanted)} and does not reach '{names[0]}'"
            yield FlowHit(story.line("variables", number), what, at=use.ref)


def _looked_at_before(story: Story, name: str) -> frozenset[str]:
    """Fields that steps on the way to a dataset look at: they decide which rows come, and need not arrive."""
    before = story.ancestors.get(name, frozenset())
    return frozenset(ref for place in story.traces.looked_at if place[0] in before for ref in story.all_fields(place))


@rule("field-unmotivated")
def field_unmotivated(story: Story) -> Iterator[FlowHit]:
    """A field that a step takes or looks at in one table and that is motivated for another table only.

    Identifiers that the tables of a source repeat need one reason.
    """
    asked = {use.ref for use in story.study.variables}
    keys = {variable_key(ref) for ref in asked}
    known = story.catalog.knowledge
    for ref, number in _taken(story).items():
        repeated = variable_key(ref) in keys and known.domain_of(ref) is not None
        if ref not in asked and not repeated:
            step = story.study.flow[number]
            what = f"step '{step.id}' looks at {ref}, for which no variable gives a reason"
            yield FlowHit(story.line("flow", number), what, at=f"{step.id}:{ref}")


def _taken(story: Story) -> dict[str, int]:
    """Source fields that steps take or look at, each with the first step that does."""
    found: dict[str, int] = {}
    for place, numbers in story.traces.looked_at.items():
        ref = source_of(place, story.catalog)
        if ref and place[2]:
            found.setdefault(ref, min(numbers))
    for new, olds in story.traces.copied.items():
        for old in olds:
            ref = source_of(old, story.catalog)
            if ref:
                found.setdefault(ref, story.traces.made_at[new])
    return found


@rule("asked-and-not-shown")
def asked_and_not_shown(story: Story) -> Iterator[FlowHit]:
    """A column researchers get though no variable that the study asks for accounts for it."""
    asked = {variable_key(use.ref) for use in story.study.variables}
    for name in story.final_datasets:
        told: set[str] = set()
        for place, column in story.columns(name):
            fields = story.all_fields(place)
            if fields and not any(variable_key(ref) in asked for ref in fields) and column.name not in told:
                told.add(column.name)
                what = f"'{name}' has {column.name}, made from {', '.join(sorted(fields))}, which nobody asked for"
                yield FlowHit(story.step_line(story.makers[split_ref(name)[0]]), what, at=f"{name}.{column.name}")
