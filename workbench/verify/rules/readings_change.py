"""What kinds of step that change the values of a dataset do with columns."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.dataflow.formula_names import parse
from workbench.dataflow.schema import split_ref
from workbench.verify.rules.columns import Place, Places
from workbench.verify.rules.reading import Reading


def derive(step: Reading) -> None:
    words = step.words
    full: dict[tuple[str, str], Places] = {}

    def sources(part: str, read: str) -> Places:
        other, dot, column = read.partition(".")
        where, name = (other, column) if dot else (part, read)
        if dot:
            for key in words["key"]:
                step.looks_at((words["input"], part, key))
                step.looks_at((words["input"], where, key))
        return full.get((where, name), frozenset({(words["input"], where, name)}))

    for part, change in words["parts"].items():
        for new, spec in change["add"].items():
            formula = parse(spec)[0]
            reads = formula.reads() if formula else ()
            full[part, new] = frozenset().union(*(sources(part, read) for read in reads))
    for part in step.parts(words["output"]):
        for column in step.flow.datasets[words["output"]].parts[part]:
            made = full.get((part, column.name))
            if made is None:
                step.carries(words["input"], words["output"], part, column.name)
            else:
                step.computes((words["output"], part, column.name), *made)


def recode_date(step: Reading) -> None:
    words = step.words
    made: dict[tuple[str, str], list[Place]] = {}
    for part, recodes in words["recode"].items():
        for new, recode in recodes.items():
            begin = recode["from"]
            reads = [begin] if isinstance(begin, str) else list(begin)
            sources = [(words["input"], part, read) for read in reads]
            since = recode.get("since") or ()
            for ref in [since] if isinstance(since, str) else since:
                other, dot, column = ref.partition(".")
                where = (other, column) if dot else (part, ref)
                sources.append((words["input"], *where))
                for key in (recode.get("key") or ()) if dot else ():
                    step.looks_at((words["input"], part, key))
                    step.looks_at((words["input"], where[0], key))
            made[part, new] = sources
    _change(step, made)


def categorise(step: Reading) -> None:
    words = step.words
    _change(
        step,
        {
            (part, new): [(words["input"], part, one["from"])]
            for part, classes in words["classes"].items()
            for new, one in classes.items()
        },
    )


def protect(step: Reading) -> None:
    words = step.words
    part, coarsen = words["part"], (words["input"], words["part"], words["coarsen"])
    _change(step, {(part, words["coarsen"]): [coarsen], (part, words["width_as"]): [coarsen]})
    for name in (words.get("person"), words["coarsen"], *words["within"]):
        if name:
            step.looks_at((words["input"], part, name))


def _change(step: Reading, made: Mapping[tuple[str, str], list[Place]]) -> None:
    """A dataset passes on, part by part, but for the columns that are `made`."""
    output = split_ref(step.words["output"])[0]
    for part in step.parts(output):
        for column in step.flow.datasets[output].parts[part]:
            if (part, column.name) in made:
                step.computes((output, part, column.name), *made[part, column.name])
            else:
                step.carries(step.words["input"], output, part, column.name)


def aggregate(step: Reading) -> None:
    words = step.words
    name, part = split_ref(words["output"])
    if words.get("person"):
        step.looks_at(step.place(words["input"], words["person"]))
    for column in words["by"]:
        step.computes((name, part, column), step.place(words["input"], column))
        step.looks_at(step.place(words["input"], column))
    for measure, spec in words["measures"].items():
        reads = list(spec.values()) if isinstance(spec, dict) else []
        read = [step.place(words["input"], str(one)) for one in reads if one]
        step.computes((name, part, measure), *read)
        for one in read:
            step.looks_at(one)


def assess(step: Reading) -> None:
    words = step.words
    named = (words.get("person"), *words["quasi_identifiers"])
    reads = [step.place(words["input"], name) for name in named if name]
    name, part = split_ref(words["output"])
    found = step.flow.datasets.get(name)
    for column in found.parts.get(part, ()) if found else ():
        step.computes((name, part, column.name), *reads)
    for one in reads:
        step.looks_at(one)
