"""Indicators of a run: computed in the analysing party's vault, on its analysis dataset and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from workbench.catalog.indicator import Indicator
from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.indicators.adjusting import adjusted_results
from workbench.indicators.charlson import charlson_scores
from workbench.indicators.curves import Curve, curves
from workbench.indicators.flags import OWN_COVARIATES, Flags, Maker, age
from workbench.indicators.frame import Frame, Keep
from workbench.indicators.measures import MEASURES, Result
from workbench.indicators.proxies import proxy_results
from workbench.indicators.release import release_table
from workbench.indicators.survival.measure import survival_results
from workbench.indicators.table import IndicatorTable
from workbench.indicators.used import analysis_columns, used_columns
from workbench.simulate.backends import EngineSettings, Session, open_session
from workbench.simulate.run import Run
from workbench.simulate.vault import Vault
from workbench.study.model import Unit

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FlowLine:
    """Units left after a rule of an indicator, and how many it took out, all hospitals and years together.

    kind: all, denominator (who does not meet the rule falls out), exclusion (who meets it falls out), known (whose
    amount is not known falls out) or numerator (counted, nobody falls out).
    """

    indicator: str
    rule: str
    label: str
    stays: int
    excluded: int = 0
    kind: str = "denominator"


@dataclass(frozen=True)
class Computed:
    """What one run's indicators give, none of it releasable.

    results: every number with its interval. flow: the flow of patients. used: the columns of the analysis dataset
    that each indicator reads. curves: what pictures of survivals and distributions need. table: the counts that
    disclosure control protects; None where no indicator has both a hospital and a single year, so that nothing can be
    shown by them.
    """

    table: IndicatorTable | None
    flow: tuple[FlowLine, ...]
    results: tuple[Result, ...] = ()
    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()


def compute_indicators(
    flow: Flow,
    run: Run,
    settings: EngineSettings | None = None,
    progress: Progress | None = None,
    released: Collection[str] | None = None,
) -> Computed:
    """All indicators of the study of `run`, per hospital and year with all margins.

    `released` narrows the table for disclosure control to these: two indicators that differ by a few patients tell
    those few when both are shown, so one of them stays inside. None takes all that can be released.

    Raises `WorkbenchError` for a study that says nowhere where they are computed.
    """
    study, analysis = flow.study.study, flow.study.study.analysis
    if analysis is None:
        raise WorkbenchError(f"Study {study.id} has no 'analysis', so nothing says what its indicators are made from.")
    vault = Vault(run.folder / "vaults", analysis.party)
    session = open_session([vault.folder], settings or EngineSettings())
    try:
        parts = {part: session.read(path) for part, path in vault.parts(analysis.dataset).items()}
        for more in analysis.more:
            parts |= {f"{more}.{part}": session.read(path) for part, path in vault.parts(more).items()}
        coded = coded_columns(flow)
        made: list[Flags] = []
        for name, unit in analysis.units.items():
            chosen = tuple(one for one in _definitions(flow.catalog, study.indicators) if one.of == name)
            if chosen:
                keep = _keeper(vault, session, name)
                made.append(make_flags(unit, parts, flow.catalog, chosen, session, keep, coded, progress))
        results = tuple(result for flags in made for result in measured(flags, flow.catalog, session))
        return Computed(
            table=release_table(study.id, made, analysis.units, results, session, released),
            flow=tuple(line for flags in made for line in patient_flow(flags, session)),
            results=results,
            curves=tuple(curve for flags in made for curve in curves(flags, session)),
            used={one.id: used_columns(one, analysis.units[one.of]) for flags in made for one in flags.definitions},
        )
    finally:
        session.close()


def coded_columns(flow: Flow) -> dict[str, str]:
    """Code list of every coded column of the analysis datasets, as `part.column`."""
    return {ref: one.codes for ref, one in analysis_columns(flow).items() if one.codes}


def make_flags(
    unit: Unit,
    parts: Mapping[str, ir.Table],
    catalog: Catalog,
    definitions: tuple[Indicator, ...],
    session: Session,
    keep: Keep,
    coded: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Flags:
    """One row per unit with what the indicators need, computed once."""
    frame = Frame(unit, parts, catalog, keep, coded)
    maker = Maker(frame)
    for number, definition in enumerate(definitions):
        if progress:
            progress(definition.label.en, number, len(definitions))
        maker.add(definition)
    wanted = {name for one in definitions if one.adjustment for name in one.adjustment.covariates}
    if any(one.relative_to for one in definitions):
        wanted |= {"age", "sex"}
    if "charlson" in wanted:
        scores = charlson_scores(parts["diagnosis"], catalog, session, unit.key)
        maker.columns["charlson"] = frame.join(scores, "charlson", 0)
    rows = frame.table
    extra: dict[str, ir.Value] = {
        "hospital": hospital(unit, rows),
        "year": _year(unit, rows),
        "person": rows[unit.person] if unit.person else ibis.null("int64"),
    }
    if "age" in wanted:
        extra["age"] = age(frame)
    if "sex" in wanted:
        extra["sex"] = rows[unit.sex] if unit.sex else ibis.null("string")
    extra |= {name: rows[name] for name in wanted if name not in OWN_COVARIATES}
    return Flags(keep("flags", maker.flags(definitions, extra)), definitions, tuple(maker.steps))


def measured(flags: Flags, catalog: Catalog, session: Session) -> Iterator[Result]:
    """Every number of the indicators, adjusted ones included."""
    for kind, measure in MEASURES.items():
        chosen = [one for one in flags.definitions if one.type == kind]
        if chosen:
            yield from measure(flags, chosen, session)
    yield from proxy_results(flags, session)
    yield from survival_results(flags, catalog, session)
    yield from adjusted_results(flags, session)


def patient_flow(flags: Flags, session: Session) -> Iterator[FlowLine]:
    """Units after each rule, in the order of the definitions, and in the end those in the numerator."""
    columns = {step.column for step in flags.steps} | {f"{one.id}.k" for one in flags.definitions if one.numerator}
    wanted = {name: flags.rows[name].cast("int64").sum().cast("int64") for name in sorted(columns)}
    left = {
        name: int(value or 0) for name, value in session.arrow(flags.rows.aggregate(**wanted)).to_pylist()[0].items()
    }
    for definition in flags.definitions:
        before: int | None = None
        for step in (one for one in flags.steps if one.indicator == definition.id):
            stays = left[step.column]
            excluded = 0 if before is None else before - stays
            yield FlowLine(definition.id, step.rule, step.label.en, stays, excluded, step.kind)
            before = stays
        if definition.numerator:
            rule = definition.numerator
            yield FlowLine(definition.id, rule.id, rule.label.en, left[f"{definition.id}.k"], 0, "numerator")


def hospital(unit: Unit, rows: ir.Table) -> ir.Value:
    """The hospital of a unit as results name it."""
    if unit.hospital is None:
        return ibis.null("string")
    if unit.hospital_characters is None:
        return rows[unit.hospital].cast("string")
    first, last = unit.hospital_characters
    return rows[unit.hospital].cast("string").substr(first - 1, last - first + 1)


def _year(unit: Unit, rows: ir.Table) -> ir.Value:
    """The year, empty where only a class of several years is known."""
    if unit.year is None:
        return ibis.null("int32")
    year = rows[unit.year].cast("int32")
    return year if unit.year_width is None else ibis.ifelse(rows[unit.year_width] == 1, year, ibis.null("int32"))


def _definitions(catalog: Catalog, names: tuple[str, ...]) -> Iterator[Indicator]:
    for name in names:
        if name not in catalog.indicators:
            known = ", ".join(catalog.indicators)
            raise WorkbenchError(f"There is no indicator '{name}' under catalog/indicators. Known: {known}.")
        yield catalog.indicators[name]


def _keeper(vault: Vault, session: Session, unit: str) -> Keep:
    def keep(name: str, rows: ir.Table) -> ir.Table:
        path = vault.place("indicators", f"{unit}-{name}")
        session.write(rows, path)
        return session.read(path)

    return keep
