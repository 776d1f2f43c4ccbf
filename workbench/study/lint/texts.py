"""Descriptions, motivations and references: each stands where it belongs and says what it should."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from workbench.study.findings import Hit
from workbench.study.lint.dates import event_of
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import domains
from workbench.study.lint.words import listed
from workbench.study.printed import Printed, PrintedColumn


def _sorts(attributes: Iterable[str]) -> set[str]:
    """Attributes by what they are about: a date, month or year of one event is about that event, an age of birth."""
    return {"birth" if one.startswith("age") else event_of(one) for one in attributes}


def _expected(column: PrintedColumn, source: str | None, known: Known) -> set[str]:
    """What the catalogue says that the fields of a row are about."""
    found = {one for name in column.fields for one in known.attributes(name, source)}
    return {one for one in found if one not in known.catch_alls}


@rule("description-misfit")
def description_misfit(paper: Printed, known: Known) -> Iterator[Hit]:
    """The description is that of another field."""
    for entry in paper.datasets:
        for column in entry.columns:
            expected = _expected(column, entry.source, known)
            told = set(column.describes) - known.catch_alls
            if expected and told and told <= known.about and not _sorts(expected) & _sorts(told):
                what = f"'{column.name}' is described as {known.called(told)}, its field is {known.called(expected)}"
                yield Hit(column.line, what)


@rule("motivation-misfit")
def motivation_misfit(paper: Printed, known: Known) -> Iterator[Hit]:
    """The motivation asks for an attribute that this variable does not give and another of the dataset does."""
    for entry in paper.datasets:
        for column in entry.columns:
            own = _sorts([*column.describes, *_expected(column, entry.source, known)])
            for one in sorted(set(column.motivates or ())):
                attribute = known.knowledge.attributes.get(one)
                # What a person has once, one variable gives: a motivation that names it is about that one.
                if attribute and attribute.once and own and not _sorts([one]) & own:
                    givers = [
                        other
                        for other in entry.columns
                        if other is not column and _sorts([one]) & _sorts(other.describes)
                    ]
                    if givers:
                        asked = known.called([one])
                        what = f"the motivation of '{column.name}' asks for {asked}, which '{givers[0].name}' gives"
                        yield Hit(column.line, what, lines=(givers[0].line,))


@rule("motivation-without-key")
def motivation_without_key(paper: Printed, known: Known) -> Iterator[Hit]:
    """Fields are motivated by telling persons or stays apart, in a dataset that has neither."""
    for entry in paper.datasets:
        keys = {key for column in entry.columns for key in domains(column, paper, known)}
        for kind in ("person", "stay"):
            asking = [column for column in entry.columns if kind in (column.motivates or ())]
            given = any(kind in column.describes for column in entry.columns)
            if asking and not given and not any(known.identifies(key, kind) for key in keys):
                what = f"{listed(column.name for column in asking)} of '{entry.name}' cannot tell a {kind} apart"
                yield Hit(asking[0].line, what, lines=tuple(column.line for column in asking[1:]))


@rule("motivation-differs")
def motivation_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One field has another motivation in another dataset: often the text of a neighbouring row."""
    said: dict[str, list[tuple[int, str, frozenset[str]]]] = defaultdict(list)
    for entry in paper.datasets:
        for column in entry.columns:
            if column.motivates and len(column.fields) == 1:
                name = known.official(column.fields[0])
                if known.is_key(name):
                    continue
                said[name].append((column.line, entry.name, frozenset(column.motivates)))
    for name, given in said.items():
        counts = Counter(motives for _, _, motives in given)
        usual, often = counts.most_common(1)[0]
        for line, dataset, motives in given:
            if motives != usual and counts[motives] < often:
                others = tuple(at for at, _, same in given if same == usual)
                here, elsewhere = known.called(motives), known.called(usual)
                what = f"{name} of '{dataset}' is motivated by {here}, elsewhere by {elsewhere}"
                yield Hit(line, what, lines=others)


@rule("reference-nowhere")
def reference_nowhere(paper: Printed, known: Known) -> Iterator[Hit]:
    """A reference leads to nothing in the document."""
    for one in paper.statements:
        if one.says == "reference" and not one.exists:
            yield Hit(one.line, f"the reference to '{one.to}' leads nowhere")


@rule("enclosed-absent")
def enclosed_absent(paper: Printed, known: Known) -> Iterator[Hit]:
    """A text is promised as an annex, and none is there."""
    referred = {one.to for one in paper.statements if one.says == "reference" and one.exists}
    there = {one.line for one in paper.statements if one.says == "reference" and one.exists}
    for one in paper.statements:
        if one.says != "enclosed":
            continue
        later = [entry for entry in paper.datasets if entry.line > one.line]
        motivated = any(column.has_motivation for entry in later for column in entry.columns)
        if one.name not in referred and one.line not in there and not motivated:
            yield Hit(one.line, f"'{one.name}' is said to be enclosed and is not there")
