"""Where datasets and their columns come from: nobody works on what he never got, no column appears from nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, columns, domains, field_names
from workbench.study.lint.words import listed
from workbench.study.printed import Printed, PrintedColumn, PrintedStep
from workbench.study.printed_statements import Access, Delivers

ISSUES = frozenset({"pseudonymise", "split"})


@rule("unreceived-dataset")
def unreceived_dataset(paper: Printed, known: Known) -> Iterator[Hit]:
    """A step reads a dataset that its actor neither made nor received before."""
    tale = Tale(paper)
    made = tale.made()
    for moment in tale.moments():
        step = moment.step
        for name in step.reads:
            if moment.actor is None or name not in made or name in moment.has or made[name] is step:
                continue
            if step.does == "assess_small_cells" and tale.who(made[name].actor) is None:
                continue
            what = f"{step.actor} works on '{name}', which no earlier step gives to {step.actor}"
            yield Hit(step.line, what, lines=(made[name].line,))


@rule("key-never-received")
def key_never_received(paper: Printed, known: Known) -> Iterator[Hit]:
    """A dataset carries a pseudonym that its maker neither received nor issues."""
    tale = Tale(paper)
    # Of a pseudonym that nobody is said to issue nothing can be said here either.
    issuers = {domain.name: tale.who(domain.issuer) for domain in paper.domains if domain.issuer}
    for moment in tale.moments():
        step, actor = moment.step, moment.actor
        if actor is None or step.makes is None or tale.made()[step.makes] is not step:
            continue
        got = {one for name in moment.has for column in columns(paper, name) for one in domains(column, paper, known)}
        for column in columns(paper, step.makes):
            for name in sorted(domains(column, paper, known) & set(issuers)):
                makes_it = step.does in ISSUES and step.domain == name
                if name not in got and issuers[name] != actor and not makes_it:
                    what = f"'{step.makes}' is keyed on {name}, which {step.actor} never received"
                    repair = f"key it on {listed(sorted(got & set(issuers)))}" if got & set(issuers) else ""
                    yield Hit(column.line, what, repair=repair, lines=(step.line,))


@rule("column-without-origin")
def column_without_origin(paper: Printed, known: Known) -> Iterator[Hit]:
    """A column of a made dataset occurs in nothing it was made from, and nothing says how it is derived."""
    tale = Tale(paper)
    for step in tale.made().values():
        inputs = [columns(paper, name) for name in step.reads]
        if step.makes is None or not inputs or not all(inputs) or _takes_from_source(step, paper):
            continue
        before = [column for part in inputs for column in part]
        names = {name for column in before for name in field_names(column, known)}
        told = {one for column in before for one in column.describes}
        for column in columns(paper, step.makes):
            if not (field_names(column, known) & names) and not _made_here(column, step, paper, known, told):
                what = f"'{column.name}' of '{step.makes}' is in none of {listed(step.reads)}"
                yield Hit(column.line, what, lines=(step.line,))


def _takes_from_source(step: PrintedStep, paper: Printed) -> bool:
    return step.does == "select" and any(entry.source for entry in paper.datasets if entry.name == step.makes)


def _made_here(column: PrintedColumn, step: PrintedStep, paper: Printed, known: Known, told: set[str]) -> bool:
    if column.transform or (column.describes and set(column.describes) <= told):
        return True
    pseudonyms = domains(column, paper, known)
    if step.domain in pseudonyms or column.name in step.columns:
        return True
    derived = known.catalog.derived.get(column.name)
    return derived is not None and bool(derived.inputs)


@rule("described-never-made")
def described_never_made(paper: Printed, known: Known) -> Iterator[Hit]:
    """The document lists the columns of a dataset that no step makes, reads or sends.

    A dataset with an `id` is part of one that the study makes: a table of a register, say.
    """
    used = {name for step in paper.steps for name in (*step.reads, step.makes) if name}
    said = {one.dataset for one in paper.statements if isinstance(one, Delivers | Access)}
    told: set[str] = set()
    for entry in paper.datasets:
        if entry.columns and entry.id is None and entry.name not in used | said | told and paper.steps:
            told.add(entry.name)
            yield Hit(entry.line, f"no step makes or reads '{entry.name}', though its columns are listed")


@rule("delivered-differs")
def delivered_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two places say what a party delivers, and name other parts."""
    tale = Tale(paper)
    first: dict[tuple[str | None, str], tuple[int, tuple[str, ...]]] = {}
    for one in paper.statements:
        if one.says == "delivers" and one.columns and not columns(paper, one.dataset):
            line, names = first.setdefault((tale.who(one.party), one.dataset), (one.line, one.columns))
            if not set(names) & set(one.columns):
                what = f"{one.party} delivers {listed(one.columns)} here, {listed(names)} elsewhere"
                yield Hit(one.line, what, lines=(line,))


@rule("promised-not-listed")
def promised_not_listed(paper: Printed, known: Known) -> Iterator[Hit]:
    """A party is said to deliver fields that the description of the dataset does not list."""
    for one in paper.statements:
        if one.says != "delivers" or not one.columns:
            continue
        entries = columns(paper, one.dataset)
        listed_names = {name for column in entries for name in field_names(column, known)}
        missing = [name for name in one.columns if known.official(name) not in listed_names]
        if entries and missing:
            what = f"{listed(missing)} asked for here, absent from '{one.dataset}'"
            yield Hit(one.line, what, lines=(entries[0].line,))
