"""Identifiers: who issues them, who can turn them back, and whether the tables between them go away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, analysed, domains
from workbench.study.lint.words import listed
from workbench.study.printed import Printed, PrintedDataset, PrintedStep

MAKES_PSEUDONYMS = ("pseudonymise", "rekey", "link", "split", "decode")


@rule("pseudonym-without-issuer")
def pseudonym_without_issuer(paper: Printed, known: Known) -> Iterator[Hit]:
    """The document uses a pseudonym and never says who makes it."""
    for domain in paper.domains:
        if domain.issuer is None:
            yield Hit(domain.line, f"nobody is said to issue the pseudonym {domain.name} of {domain.of}")


@rule("pseudonym-never-made")
def pseudonym_never_made(paper: Printed, known: Known) -> Iterator[Hit]:
    """A pseudonym of an identifier of persons or stays has no step that makes it."""
    tale = Tale(paper)
    made = {name for step in tale.does(*MAKES_PSEUDONYMS) for name in (step.domain, *step.columns) if name}
    for domain in paper.domains:
        if domain.issuer is not None and domain.name not in made and known.domain(domain.of) and paper.steps:
            yield Hit(domain.line, f"no step makes {domain.name} out of {domain.of}")


@rule("concordance-kept")
def concordance_kept(paper: Printed, known: Known) -> Iterator[Hit]:
    """The link with the identity need not be kept, yet a table between two identifiers is never destroyed."""
    said = [one for one in paper.statements if one.says == "condition" and one.needs == "destroy"]
    if not said:
        return
    gone = {name for step in Tale(paper).does("destroy") for name in step.reads}
    gone |= {one.what for one in paper.statements if one.says == "destroy"}
    for entry in paper.datasets:
        if entry.name not in gone and _is_concordance(entry, paper, known):
            what = f"'{entry.name}' links {listed(_linked(entry, paper, known))}, and no step destroys it"
            yield Hit(entry.line, what, lines=tuple(one.line for one in said))


def _is_person(domain: str, paper: Printed, known: Known) -> bool:
    """Whether an identifier is one of persons; a pseudonym is of what it was made of."""
    made_of = {one.name: one.of for one in paper.domains}
    while domain in made_of and known.domain(domain) is None and made_of[domain] != domain:
        domain = made_of.pop(domain)
    entry = known.knowledge.identifiers.get(known.domain(domain) or domain)
    return entry is None or entry.identifies == "person"


def _linked(entry: PrintedDataset, paper: Printed, known: Known) -> list[str]:
    return sorted({one for column in entry.columns for one in domains(column, paper, known)})


def _is_concordance(entry: PrintedDataset, paper: Printed, known: Known) -> bool:
    """Two or more identifiers of persons: the same persons under two numbers."""
    keyed = [domains(column, paper, known) for column in entry.columns]
    of_persons = [keys for keys in keyed if keys and all(_is_person(one, paper, known) for one in keys)]
    return len(of_persons) > 1


@rule("second-name-for-number")
def second_name_for_number(paper: Printed, known: Known) -> Iterator[Hit]:
    """One row is given two names that the catalogue knows as two different numbers."""
    for entry in paper.datasets:
        for column in entry.columns:
            found = {name: known.domain(name) for name in column.fields}
            kinds = {one for one in found.values() if one}
            if len(kinds) > 1 and len(column.fields) > 1:
                what = f"{listed(column.fields)} stand for one number, but they are {known.called(kinds)}"
                yield Hit(column.line, what)


@rule("identifier-not-recoded")
def identifier_not_recoded(paper: Printed, known: Known) -> Iterator[Hit]:
    """A dataset is pseudonymised, and an identifier that has a pseudonym in this study keeps its value."""
    coded: dict[str, set[str]] = defaultdict(set)
    for domain in paper.domains:
        coded[domain.of].add(domain.name)
    steps = Tale(paper).does("pseudonymise")
    for entry in paper.datasets:
        mine = [step for step in steps if entry.name in step.reads]
        done = {name for step in steps if entry.name in (*step.reads, step.makes) for name in _coded_by(step)}
        done |= {name for column in entry.columns for name in column.fields if name not in coded}
        for column in entry.columns if mine else ():
            for name in column.fields:
                if name in coded and not done & coded[name] and name not in done:
                    what = f"'{entry.name}' is pseudonymised, and no step turns its {name} into {listed(coded[name])}"
                    yield Hit(mine[0].line, what, lines=(column.line,))


def _coded_by(step: PrintedStep) -> set[str]:
    return {name for name in (step.domain, *step.columns) if name}


@rule("reversible-without-end")
def reversible_without_end(paper: Printed, known: Known) -> Iterator[Hit]:
    """A pseudonym can be turned back, and nobody is named who keeps the key, or no end is set."""
    for domain in paper.domains:
        told = {"who keeps the key": domain.key_holder, "until when it is kept": domain.key_years}
        missing = [what for what, value in told.items() if not value]
        if domain.reversible and missing:
            yield Hit(domain.line, f"{domain.name} can be turned back; the document does not say {listed(missing)}")


@rule("key-outlives-data")
def key_outlives_data(paper: Printed, known: Known) -> Iterator[Hit]:
    """A key is kept longer than the data that were made with it."""
    kept = [one for one in paper.statements if one.says == "retention" and one.years]
    longest = max((one.years or 0 for one in kept), default=0)
    for domain in paper.domains:
        if domain.key_years and kept and domain.key_years > longest:
            what = f"the key of {domain.name} is kept {domain.key_years:g} years, the data {longest:g}"
            yield Hit(domain.line, what, lines=tuple(one.line for one in kept))


@rule("source-key-to-researcher")
def source_key_to_researcher(paper: Printed, known: Known) -> Iterator[Hit]:
    """Researchers get a number that a source uses in its own records: it undoes every recoding of other numbers."""
    own = {domain.name for domain in paper.domains}
    for entry in analysed(paper, Tale(paper), known):
        for column in entry.columns:
            raw = sorted(one for one in domains(column, paper, known) - own if known.identifies(one, "person", "stay"))
            # A row that names a pseudonym beside the raw number says that it was recoded.
            if raw and not domains(column, paper, known) & own and not column.transform:
                yield Hit(
                    column.line,
                    f"researchers get '{column.name}', the {known.called(raw)}, as the source itself has it",
                )
