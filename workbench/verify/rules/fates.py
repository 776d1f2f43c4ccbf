"""Fates: what becomes of a variable is stated once, and is what happens."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.study.model import VariableUse
from workbench.verify.rules.columns import Place
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import Story, variable_key


@rule("linkage-variable-kept")
def linkage_variable_kept(story: Story) -> Iterator[FlowHit]:
    """A variable asked for linking only, still there as it was in what researchers get."""
    uses = {variable_key(one.ref): one for one in story.study.variables}
    for name in story.final_datasets:
        parts = story.dataset(name).parts.values()
        told: set[str] = set()
        for place, column in story.columns(name):
            # What stands in several parts joins the parts of the set itself, and is needed as long as the set is.
            joins = sum(any(one.name == column.name for one in part) for part in parts) > 1
            if joins or column.name in told or is_pseudonym(story, place):
                continue
            for ref in sorted(story.raw_fields(place)):
                use = uses.get(variable_key(ref))
                if use and set(use.used_by) == {"linkage"}:
                    told.add(column.name)
                    what = f"{ref} was asked for linking and stays in '{name}' as {column.name}"
                    yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")
                    break


def is_pseudonym(story: Story, place: Place) -> bool:
    """Whether the column is a pseudonym of the study, which stands for the person and not for the field."""
    column = story.column(place)
    return bool(column and column.domain and story.study.domain(column.domain))


@rule("fate-differs")
def fate_differs(story: Story) -> Iterator[FlowHit]:
    """A variable that is said to be recoded, and arrives as it was.

    Not one that its source already has in that form, nor a key that other tables of the source bring as it is.
    """
    whole = {variable_key(use.ref) for use in story.study.variables if use.transformation == "none"}
    there: dict[str, list[tuple[str, str]]] = {}
    for name in story.final_datasets:
        for place, column in story.columns(name):
            for ref in story.raw_fields(place) if not is_pseudonym(story, place) else ():
                there.setdefault(ref, []).append((name, column.name))
    for number, use in enumerate(story.study.variables):
        if use.transformation == "none" or variable_key(use.ref) in whole or _already(story, use):
            continue
        for name, column_name in dict.fromkeys(there.get(use.ref, ())):
            what = f"{use.ref} should become {use.transformation} and stands in '{name}' as it was, as {column_name}"
            yield FlowHit(story.line("variables", number, "transformation"), what, at=f"{name}.{column_name}")


FORMS = {
    "relative": ("_since_",),
    "interval": ("_since_",),
    "month": ("_month", "_month_of_year", "_year"),
    "year": ("_year",),
    "class": ("_class",),
}


def _already(story: Story, use: VariableUse) -> bool:
    """Whether the field has the form it should get: a month that is to become month and year, say."""
    facts = story.catalog.knowledge.attributes_of(use.ref)
    forms = [form for word in use.transformation.split("_") for form in FORMS.get(word, ())]
    return any(form in fact if form == "_since_" else fact.endswith(form) for fact in facts for form in forms)


@rule("fate-twice")
def fate_twice(story: Story) -> Iterator[FlowHit]:
    """An identifier of persons or stays that is to stay in one table and to be recoded in another."""
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for number, use in enumerate(story.study.variables):
        known = story.catalog.identifiers.get(story.catalog.knowledge.domain_of(use.ref) or "")
        if known is None or not known.personal:
            continue
        first = seen.setdefault(variable_key(use.ref), (use.transformation, number))
        if (first[0] == "none") != (use.transformation == "none"):
            what = f"{use.ref} is to become {use.transformation}, and in another table {first[0]}"
            line = story.line("variables", number)
            yield FlowHit(line, what, at=use.ref, lines=(story.line("variables", first[1]),))
