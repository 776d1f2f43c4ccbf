"""What kinds of step that take, put together or part rows do with columns."""

from __future__ import annotations

from workbench.dataflow.schema import split_ref
from workbench.verify.rules.columns import Place
from workbench.verify.rules.reading import Reading


def select(step: Reading) -> None:
    output = step.words["output"]
    for part, body in step.words["parts"].items():
        for name, ref in body["columns"].items():
            table, _, field_name = ref.rpartition(".")
            step.copies((output, part, name), (table, "", field_name))
        for name in (*body["only"], *body["filled"]):
            table, _, field_name = body["columns"].get(name, "").rpartition(".")
            step.looks_at((table, "", field_name))
    if step.words["population"]:
        for criterion in step.flow.study.study.population.criteria:
            table, _, field_name = criterion.field.rpartition(".")
            step.looks_at((table, "", field_name))


def construct(step: Reading) -> None:
    entry = step.flow.catalog.derived.get(step.words["variable"])
    reads = [(table, "", field) for table, _, field in (ref.rpartition(".") for ref in (entry.inputs if entry else ()))]
    name, part = split_ref(step.words["output"])
    for new, old in step.words["keys"].items():
        same = [one for one in reads if one[2] == old]
        if same:
            step.copies((name, part, new), *same)
        else:
            step.computes((name, part, new), *reads)
    step.computes((name, part, step.words["variable"]), *reads)
    for one in reads:
        step.looks_at(one)


def consolidate(step: Reading) -> None:
    name, part = split_ref(step.words["output"])
    for new, old in step.words["columns"].items():
        step.copies((name, part, new), *(step.place(ref, old) for ref in step.words["inputs"]))


def pseudonymise(step: Reading) -> None:
    domain = step.flow.study.study.domain(step.words["domain"])
    name, part = split_ref(step.words["output"])
    for column in step.words["keep"]:
        if domain and column == domain.id:
            step.computes((name, part, column), step.place(step.words["input"], domain.of))
        else:
            step.copies((name, part, column), step.place(step.words["input"], column))
    if domain:
        step.looks_at(step.place(step.words["input"], domain.of))


def decode(step: Reading) -> None:
    domain = step.flow.study.study.domain(step.words["domain"])
    name, part = split_ref(step.words["output"])
    found = step.flow.datasets.get(name)
    for column in found.parts.get(part, ()) if found else ():
        if domain and column.name == domain.of:
            step.computes((name, part, column.name), step.place(step.words["input"], domain.id))
        else:
            step.copies((name, part, column.name), step.place(step.words["input"], column.name))
    if domain:
        step.looks_at(step.place(step.words["input"], domain.id))


def link(step: Reading) -> None:
    words = step.words
    sides = {"left": words["left"], "right": words["right"]}

    def place(ref: str) -> Place:
        side, _, column = ref.partition(".")
        return step.place(sides.get(side, ""), column)

    for mine, other in words["on"].items():
        step.looks_at(step.place(words["left"], mine))
        step.looks_at(step.place(words["right"], other))
    for date, bounds in words["between"].items():
        for ref in (date, *bounds):
            step.looks_at(place(ref))
    for ref in words["only_any"]:
        step.looks_at(place(ref))
    name, part = split_ref(words["output"])
    for new, ref in words["columns"].items():
        if ref.startswith("empty."):
            step.computes((name, part, new))
            step.traces.empty.add((name, part, new))
        else:
            step.copies((name, part, new), place(ref))


def rekey(step: Reading) -> None:
    words = step.words
    old, new = words["from"], words["to_identifier"]
    step.looks_at(step.place(words["concordance"], old))
    for part in step.parts(words["output"]):
        step.looks_at((words["input"], part, old))
        for column in step.flow.datasets[words["output"]].parts[part]:
            if column.name == new:
                step.copies((words["output"], part, new), step.place(words["concordance"], new))
            else:
                step.carries(words["input"], words["output"], part, column.name)


def split(step: Reading) -> None:
    words = step.words
    for output in (words["output"], words["rest"]):
        name, part = split_ref(output)
        found = step.flow.datasets.get(name)
        for column in found.parts.get(part, ()) if found else ():
            if column.name == words["reference"]:
                step.computes((name, part, column.name))
            else:
                step.copies((name, part, column.name), step.place(words["input"], column.name))
