"""Indicators of a run: computed in the analysing party's vault, on its analysis dataset and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.catalog.indicator import Indicator
from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.indicators.adjust import expected_counts
from workbench.indicators.charlson import charlson_scores
from workbench.indicators.frame import KEY, Frame, Keep
from workbench.indicators.rules import parse_rule
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, IndicatorTable
from workbench.simulate.backends import EngineSettings, Session, open_session
from workbench.simulate.run import Run
from workbench.simulate.vault import Vault

Progress = Callable[[str, int, int], None]
SCOPES = ((("hospital", "year")), ("hospital",), ("year",), ())


@dataclass(frozen=True)
class FlowLine:
    """Stays left after a rule of an indicator's population, all hospitals and years together."""

    indicator: str
    rule: str
    label: str
    stays: int


@dataclass(frozen=True)
class Computed:
    """What one run's indicators give: the exact table (not releasable), and the flow of patients."""

    table: IndicatorTable
    flow: tuple[FlowLine, ...]


def compute_indicators(
    flow: Flow, run: Run, settings: EngineSettings | None = None, progress: Progress | None = None
) -> Computed:
    """All indicators of the study of `run`, per hospital and year with all margins.

    Raises `WorkbenchError` for a study that says nowhere where they are computed.
    """
    study, analysis = flow.study.study, flow.study.study.analysis
    if analysis is None:
        raise WorkbenchError(f"Study {study.id} has no 'analysis', so nothing says what its indicators are made from.")
    vault = Vault(run.folder / "vaults", analysis.party)
    session = open_session([vault.folder], settings or EngineSettings())
    try:
        parts = {part: session.read(path) for part, path in vault.parts(analysis.dataset).items()}
        definitions = [
            _definition(flow.catalog, "deliveries"),
            *(_definition(flow.catalog, name) for name in study.indicators),
        ]

        def keep(name: str, rows: ir.Table) -> ir.Table:
            path = vault.place("indicators", name)
            session.write(rows, path)
            return session.read(path)

        flagged, steps = _flags(parts, definitions, flow.catalog, session, keep, progress)
        flags = keep("flags", flagged)
        names = tuple(definition.id for definition in definitions)
        table = IndicatorTable(
            study=study.id,
            indicators=names,
            cells=_cells(flags, names, session),
            counts=_counts(flags, definitions, session),
            adjusted=_adjusted(flags, definitions, session),
        )
        return Computed(table, _patient_flow(flags, steps, session))
    finally:
        session.close()


def _definition(catalog: Catalog, name: str) -> Indicator:
    if name not in catalog.indicators:
        raise WorkbenchError(
            f"There is no indicator '{name}' under catalog/indicators. Known: {', '.join(catalog.indicators)}."
        )
    return catalog.indicators[name]


def _flags(
    parts: dict[str, ir.Table],
    definitions: list[Indicator],
    catalog: Catalog,
    session: Session,
    keep: Keep,
    progress: Progress | None,
) -> tuple[ir.Table, list[tuple[str, str, str, str]]]:
    """One row per stay: hospital, year, person, case mix, and for every indicator .n, .k and its population's steps."""
    frame = Frame(parts, catalog, keep)
    results: dict[str, str] = {}
    steps: list[tuple[str, str, str, str]] = []
    made: dict[str, str] = {}

    def column(spec: dict[str, object]) -> str:
        key = repr(spec)
        if key not in made:
            rule, trouble = parse_rule(spec)
            if rule is None:
                raise WorkbenchError(f"A rule cannot be computed: {trouble}.")
            made[key] = rule.apply(frame)
        return made[key]

    for number, definition in enumerate(definitions):
        if progress:
            progress(definition.label.en, number, len(definitions))
        kept: str | None = None
        for rule in definition.population:
            one = column(rule.rule)
            kept = one if kept is None else frame.combine([kept, one], any_of=False)
            steps.append((definition.id, rule.id, rule.label.en, kept))
        kept = kept or frame.add(ibis.literal(True) & frame.table["STAYNUM"].notnull())
        results[f"{definition.id}.n"] = kept
        results[f"{definition.id}.k"] = (
            frame.combine([kept, column(definition.numerator.rule)], any_of=False)
            if definition.numerator
            else frame.add(frame.table["STAYNUM"].isnull())
        )
    rows = frame.table
    scores = charlson_scores(parts["diagnosis"], catalog, session)
    rows = rows.left_join(scores, list(KEY)).select(*rows.columns, "charlson")
    middle = (rows["A1_CLASS_WIDTH"].cast("float64") - 1) / 2
    return rows.select(
        hospital=rows["SS00075"].substr(3, 3),
        year=rows["Jaar"].cast("int32"),
        person=rows["Cproject"],
        age=rows["Jaar"].cast("float64") - (rows["A1_YEAR_BIRTH"].cast("float64") + middle),
        sex=rows["A2_CODE_SEX"],
        charlson=rows["charlson"].fill_null(0),
        **{name: rows[mark] for name, mark in results.items()},
        **{mark: rows[mark] for *_, mark in steps if mark not in results.values()},
    ), [(i, r, label, _shown(mark, results)) for i, r, label, mark in steps]


def _shown(mark: str, results: dict[str, str]) -> str:
    return next((name for name, column in results.items() if column == mark), mark)


def _cells(flags: ir.Table, names: tuple[str, ...], session: Session) -> pa.Table:
    marks = [f"{name}.{part}" for name in names for part in ("n", "k")]
    cells = flags.group_by(["hospital", "year", *marks]).aggregate(stays=flags.count().cast("int64"))
    return session.arrow(cells.select("hospital", "year", *marks, "stays").order_by(["hospital", "year", *marks]))


def _counts(flags: ir.Table, definitions: list[Indicator], session: Session) -> pa.Table:
    """Stays and distinct persons behind every number a report can show."""
    found = []
    for definition in definitions:
        inside, counted = flags[f"{definition.id}.n"], flags[f"{definition.id}.k"]
        parts = {"n": inside}
        if definition.numerator:
            parts |= {"k": counted, "rest": inside & ~counted}
        for part, condition in parts.items():
            rows = flags.filter(condition)
            for scope in SCOPES:
                sums = {
                    "stays": rows.count().cast("int64"),
                    "persons": rows["person"].nunique().cast("int64"),
                }
                grouped = rows.group_by(list(scope)).aggregate(**sums) if scope else rows.aggregate(**sums)
                found.append(
                    grouped.select(
                        indicator=ibis.literal(definition.id),
                        hospital=grouped["hospital"] if "hospital" in scope else ibis.literal(ALL_HOSPITALS),
                        year=grouped["year"] if "year" in scope else ibis.literal(ALL_YEARS, "int32"),
                        part=ibis.literal(part),
                        stays=grouped["stays"],
                        persons=grouped["persons"],
                    )
                )
    return session.arrow(ibis.union(*found).order_by(["indicator", "hospital", "year", "part"]))


def _adjusted(flags: ir.Table, definitions: list[Indicator], session: Session) -> pa.Table:
    rows: list[dict[str, object]] = []
    for definition in definitions:
        if definition.adjustment:
            chosen = flags.filter(flags[f"{definition.id}.n"])
            grouped = chosen.group_by(["hospital", "year", "age", "sex", "charlson"]).aggregate(
                stays=chosen.count().cast("int64"),
                events=chosen[f"{definition.id}.k"].cast("int64").sum().cast("int64"),
            )
            rows += expected_counts(session.arrow(grouped), definition.id, definition.adjustment.covariates)
    schema = pa.schema(
        [
            ("indicator", pa.string()),
            ("hospital", pa.string()),
            ("year", pa.int32()),
            ("expected", pa.float64()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _patient_flow(flags: ir.Table, steps: list[tuple[str, str, str, str]], session: Session) -> tuple[FlowLine, ...]:
    wanted = {mark: flags[mark].cast("int64").sum() for *_, mark in steps}
    sums = session.arrow(flags.aggregate(total=flags.count(), **wanted)).to_pylist()[0]
    lines: list[FlowLine] = []
    for indicator, rule, label, mark in steps:
        if not any(line.indicator == indicator for line in lines):
            lines.append(FlowLine(indicator, "all", "all linked stays", int(sums["total"])))
        lines.append(FlowLine(indicator, rule, label, int(sums[mark] or 0)))
    return tuple(lines)
