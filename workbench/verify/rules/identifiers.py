"""Identifiers: what joins them, and which of them reach who analyses."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.schema import Column
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import END_USERS, IDENTIFYING, Story


@rule("joined-unlike")
def joined_unlike(story: Story) -> Iterator[FlowHit]:
    """Columns put equal that do not mean the same: other domains, or other facts."""
    for entry in story.flow.steps:
        words = entry.step.model_dump(by_alias=True)
        if entry.step.kind == "link":
            pairs = [(words["left"], mine, words["right"], other) for mine, other in words["on"].items()]
        elif entry.step.kind == "rekey":
            part = next(iter(story.dataset(words["input"]).parts), "")
            pairs = [(f"{words['input']}.{part}", words["from"], words["concordance"], words["from"])]
        else:
            continue
        for left, mine, right, other in pairs:
            why = _unlike(story, (left, mine), (right, other))
            if why:
                what = f"step '{entry.step.id}' takes {left}.{mine} to be {right}.{other}"
                yield FlowHit(story.step_line(entry), what, why, at=f"{entry.step.id}.{mine}")


def _unlike(story: Story, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Why two columns cannot be the same thing; empty when they can, or the catalogue does not say what they are."""
    mine, theirs = _seen(story, *one), _seen(story, *other)
    if mine is None or theirs is None:
        return ""
    if mine.domain and theirs.domain:
        same = mine.domain == theirs.domain
        return "" if same else f"one is an identifier of {mine.domain}, the other of {theirs.domain}"
    if mine.origin & theirs.origin or _fields(mine) & _fields(theirs):
        return ""
    facts, others = _facts(story, mine), _facts(story, theirs)
    if facts and others and not facts & others:
        return f"one says {', '.join(sorted(facts))}, the other {', '.join(sorted(others))}"
    silent = mine if theirs.domain else theirs
    if (mine.domain or theirs.domain) and silent.role not in (*IDENTIFYING, "linkage"):
        return f"one is an identifier of {mine.domain or theirs.domain}, the other is none"
    return ""


def _fields(column: Column) -> frozenset[str]:
    """Names of the fields a column comes from: several tables repeat one field."""
    return frozenset(ref.rpartition(".")[2] for ref in column.origin if not ref.startswith("domain:"))


def _seen(story: Story, ref: str, name: str) -> Column | None:
    table = story.catalog.tables.get(ref)
    if table:
        field = table.field(name)
        return Column.of_field(f"{ref}.{name}", field, story.catalog) if field else None
    dataset, _, part = ref.partition(".")
    return story.column((dataset, part or "rows", name))


def _facts(story: Story, column: Column) -> frozenset[str]:
    """Attributes that a column carries: of its name when it is derived, else of the fields it comes from."""
    known = story.catalog.knowledge
    named = known.attributes_of(f"derived.{column.name}")
    if named:
        return frozenset(named)
    return frozenset(fact for ref in column.origin for fact in known.attributes_of(ref))


@rule("raw-record-key")
def raw_record_key(story: Story) -> Iterator[FlowHit]:
    """A number under which a source knows its records, as it was, beside a pseudonym made for the study."""
    for name in story.final_datasets:
        pseudonyms = {one.domain for _, one in story.columns(name) if one.domain and story.study.domain(one.domain)}
        if not pseudonyms:
            continue
        told: set[str] = set()
        beside = ", ".join(sorted(pseudonyms))
        for place, column in story.columns(name):
            key = _record_key(story, column)
            if key and column.name not in told:
                told.add(column.name)
                others = sorted(_suppliers(story, story.all_fields(place)))
                what = f"'{name}' carries {column.name} as {' and '.join(others)} know it, beside {beside}"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")


def _record_key(story: Story, column: Column) -> bool:
    """Whether a column identifies a person, stay or record in a domain that is no pseudonym of the study."""
    if column.domain is None or story.study.domain(column.domain) or column.domain.startswith("ref:"):
        return False
    found = story.catalog.identifiers.get(column.domain)
    return found is None or found.personal


def _suppliers(story: Story, fields: frozenset[str]) -> frozenset[str]:
    tables = (story.catalog.tables.get(ref.rpartition(".")[0]) for ref in fields)
    return frozenset(holder for table in tables if table for holder in table.holders if holder in story.study.parties)


@rule("shared-pseudonym")
def shared_pseudonym(story: Story) -> Iterator[FlowHit]:
    """The pseudonym under which researchers get data is also known to who delivered it, or links it to identity."""
    for party, name in sorted(story.finals):
        if story.kind(party) not in END_USERS:
            continue
        for domain_id in sorted(story.domains(name)):
            domain = story.study.domain(domain_id)
            if domain is None:
                continue
            allowed = {*domain.keepers, party}
            for other, held in story.held.items():
                if other in allowed or other in {one for one, _ in story.finals}:
                    continue
                for dataset in sorted(held):
                    if domain_id in story.domains(dataset) and story.identity(dataset):
                        identity = story.identity(dataset)[0]
                        what = f"{other} holds '{dataset}', which ties {domain_id} of {party} to {identity}"
                        yield FlowHit(story.line("domains"), what, at=f"{other}:{domain_id}")


@rule("link-number-kept")
def link_number_kept(story: Story) -> Iterator[FlowHit]:
    """A number made only to put two halves together again, still there afterwards."""
    for party, names in story.held_at_end.items():
        for name in sorted(names):
            for column in _references(story, name):
                what = f"{party} still holds '{name}' with the link number {column.name}"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{party}:{name}")
    for name in story.final_datasets:
        for column in _references(story, name):
            what = f"the link number {column.name} stays in '{name}'"
            yield FlowHit(story.step_line(story.makers[name]), what, at=f"{name}.{column.name}")


def _references(story: Story, name: str) -> list[Column]:
    found = {one.name: one for _, one in story.columns(name) if one.domain and one.domain.startswith("ref:")}
    return list(found.values())
