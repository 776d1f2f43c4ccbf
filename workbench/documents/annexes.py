"""The annexes: every variable with its reason, and every dataset of the flow with its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.dataflow.schema import ROWS, Column
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Heading, Paragraph, Table
from workbench.study.model import VariableUse


def variables(about: Told) -> Iterator[Block]:
    t, catalog = about.t, about.flow.catalog
    yield Heading(t("h.variables"))
    yield Paragraph(t("variables.intro"))
    tables: dict[str, list[VariableUse]] = {}
    for one in about.flow.study.study.variables:
        tables.setdefault(one.ref.rpartition(".")[0], []).append(one)
    head = tuple(t(f"col.{name}") for name in ("variable", "description", "motivation", "transformation"))
    for ref, uses in tables.items():
        table = catalog.tables[ref]
        yield Heading(ref, 3)
        label = table.label[about.lang]
        yield Paragraph(t("source.provider", table=ref, label=label, who=about.party(table.provider)))
        yield Table(head, [_variable(about, one) for one in uses], (25, 20, 36, 19))


def _variable(about: Told, one: VariableUse) -> tuple[str, ...]:
    field = about.flow.catalog.field(one.ref)
    label = field.label[about.lang] if field else ""
    name = one.ref.rpartition(".")[2]
    uses = about.t("variables.for", what=", ".join(_uses(about, one)))
    motivation = f"{one.motivation[about.lang]}\n{uses}" if one.used_by else one.motivation[about.lang]
    return name, label, motivation, about.transformation(one.transformation)


def _uses(about: Told, one: VariableUse) -> list[str]:
    """What a variable serves; a list of every indicator of the study is said in two words."""
    every = set(about.flow.study.study.indicators)
    named = [name for name in one.used_by if not (len(every) > 1 and every <= set(one.used_by) and name in every)]
    said = list(dict.fromkeys(map(about.purpose, named)))
    return [*said, about.t("variables.every")] if len(named) < len(one.used_by) else said


def datasets(about: Told) -> Iterator[Block]:
    t = about.t
    yield Heading(t("h.datasets"))
    yield Paragraph(t("datasets.intro"))
    head = (t("col.variable"), t("col.description"), t("col.from"))
    for name, dataset in about.flow.datasets.items():
        yield Heading(about.dataset(name), 3)
        for part, columns in dataset.parts.items():
            if part != ROWS:
                yield Paragraph(f"{name}.{part}")
            yield Table(head, [(one.name, *column(about, one)) for one in columns], (27, 38, 35))


def sources(refs: Iterable[str]) -> str:
    """Source fields, those of a table behind its name said once: a count may come from sixty of one."""
    tables: dict[str, list[str]] = {}
    for ref in sorted(refs):
        table, _, name = ref.rpartition(".")
        tables.setdefault(table, []).append(name)
    return "\n".join(f"{table}.{names[0]}" if len(names) == 1 else f"{table}: {', '.join(names)}"
                     for table, names in tables.items())  # fmt: skip


def column(about: Told, one: Column) -> tuple[str, str]:
    """What a column is, and the source fields it comes from."""
    t, catalog, study = about.t, about.flow.catalog, about.flow.study.study
    origin = sorted(one.origin)
    come = sources(origin) or t("column.computed")
    domain = study.domain(one.domain) if one.domain else None
    if domain is not None:
        return t("column.pseudonym", name=domain.id, who=about.party(domain.issuer)), come
    if one.name in catalog.derived:
        return catalog.derived[one.name].label[about.lang], come
    same = [ref for ref in origin if ref.rpartition(".")[2] == one.name] or origin
    field = catalog.field(same[0]) if same and (len(same) == 1 or same[0].endswith(f".{one.name}")) else None
    return (field.label[about.lang] if field else t("column.computed")), come
