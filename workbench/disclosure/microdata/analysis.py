"""The small-cell risk analysis of one person-level table: every measure of it, by the policy and roles of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis.expr.types as ir

from workbench.catalog.model import Catalog
from workbench.disclosure.microdata import measure, population
from workbench.disclosure.microdata.generalise import Ladder, detail, losses, told
from workbench.disclosure.microdata.measure import Classes
from workbench.disclosure.microdata.policy import MicrodataPolicy
from workbench.disclosure.microdata.results import Adaptation, Analysis, Attacker, Scenario, Suggestion, Theory, counted
from workbench.disclosure.microdata.roles import Variable, ladder
from workbench.disclosure.microdata.search import search
from workbench.disclosure.microdata.uniques import Keep, minimal_uniques

MOST_TOGETHER = 8  # quasi-identifiers searched for minimal uniques; each one more doubles the sets


def analyse(
    rows: ir.Table,
    variables: Sequence[Variable],
    person: str | None,
    policy: MicrodataPolicy,
    attackers: Sequence[Attacker],
    catalog: Catalog,
    root: Path,
    keep: Keep,
) -> Analysis:
    """Measure a table. `root` is the catalogue folder; `keep` gives back rows computed once (a session's).

    Cost: a grouping per measure, and one per set of quasi-identifiers for the minimal uniques.
    """
    names = counted(variables)
    quasi = [one.name for one in variables if one.role == "quasi_identifier"]
    together = list(dict.fromkeys([*names, *quasi]))[:MOST_TOGETHER]
    by_name = {one.name: one for one in variables}
    k = policy.threshold
    persons = int((rows.count() if person is None else rows[person].nunique()).to_pyarrow().as_py())
    classes = measure.classes(rows, names, k, person)
    delicate = [one for one in variables if one.role == "sensitive"]
    return Analysis(
        variables=tuple(variables),
        policy=policy,
        persons=persons,
        classes=classes,
        all_quasi=measure.classes(rows, together, k, person),
        sensitive=tuple(measure.sensitive(rows, names, one.name, policy.diversity, one.number) for one in delicate),
        uniques=minimal_uniques(rows, together, keep, person, policy.largest_combination),
        scenarios=tuple(_scenario(rows, one, by_name, k, person) for one in attackers),
        residents=_residents(rows, [by_name[name] for name in names], catalog, root),
        theory=theory([by_name[name] for name in names], catalog, root, k, persons, rows, person),
        suggestion=suggest(rows, variables, person, policy, catalog),
    )


def _scenario(
    rows: ir.Table, attacker: Attacker, by_name: Mapping[str, Variable], k: int, person: str | None
) -> Scenario:
    known = [name for name in attacker.knows if name in by_name and by_name[name].role == "quasi_identifier"]
    learns = [n for n, one in by_name.items() if one.role in ("sensitive", "payload") and n not in attacker.knows]
    return Scenario(attacker, tuple(known), measure.classes(rows, known, k, person), tuple(learns))


def _residents(
    rows: ir.Table, quasi: Sequence[Variable], catalog: Catalog, root: Path
) -> tuple[tuple[str, ...], float, float] | None:
    known = population.frame(quasi, catalog, root, residents=True)
    if not known.covered:
        return None
    return known.covered, *population.population_risk(rows, known, known.persons)


def theory(
    quasi: Sequence[Variable],
    catalog: Catalog,
    root: Path,
    threshold: int,
    persons: int | None = None,
    rows: ir.Table | None = None,
    person: str | None = None,
) -> Theory:
    """What the catalogue's marginals lead to expect; with `rows`, beside what they show on the same variables."""
    known = population.frame(quasi, catalog, root)
    measured = measure.classes(rows, known.covered, threshold, person) if rows is not None and known.covered else None
    return Theory(
        known,
        population.expected(known, persons, threshold) if persons and known.covered else None,
        population.expected(known, known.persons, threshold) if known.of_residents else None,
        measured,
    )


def ladders_of(variables: Sequence[Variable], catalog: Catalog) -> tuple[Ladder, ...]:
    """The ladders of the counted variables that have one."""
    found = ((one.name, ladder(one, catalog)) for one in variables if one.counted)
    return tuple(Ladder(name, source) for name, source in found if source is not None)


def suggest(
    rows: ir.Table, variables: Sequence[Variable], person: str | None, policy: MicrodataPolicy, catalog: Catalog
) -> Suggestion:
    """The generalisation that loses least detail and leaves at most the policy's share of records in small classes."""
    names, ladders = counted(variables), ladders_of(variables, catalog)
    lost = losses(rows, ladders, catalog)
    columns = [one.column for one in ladders]

    def at(node: Sequence[int]) -> Classes:
        levels = dict(zip(columns, node, strict=True))
        return measure.classes(told(rows, ladders, levels, catalog), names, policy.threshold, person)

    allowed = int(policy.withheld * int(rows.count().to_pyarrow().as_py()))
    found = search(lost, lambda node: at(node).below, allowed, policy.evaluations)
    steps = {
        one.column: rung.id if (rung := one.step(level)) else None
        for one, level in zip(ladders, found.levels, strict=True)
    }
    return Suggestion(found, steps, ladders, at(found.levels), lost)


def adapted(before: ir.Table, after: ir.Table, quasi: Sequence[str], width: str | None, coarsened: str | None,
            threshold: int, person: str | None) -> Adaptation:  # fmt: skip
    """What the study's own step did: the classes of the table after it, and the detail lost per variable.

    A widened year is told by its class and the width of that together.
    """
    names = [*quasi, *([width] if width else [])]
    lost = {}
    for name in quasi:
        whole = detail(before, name)
        now = after
        if name == coarsened and width:
            pair = after[name].cast("string").fill_null("") + "/" + after[width].cast("string").fill_null("")
            now = after.mutate(**{name: pair})
        lost[name] = max(1 - detail(now, name) / whole, 0.0) if whole else 0.0
    return Adaptation(measure.classes(after, names, threshold, person), lost)
