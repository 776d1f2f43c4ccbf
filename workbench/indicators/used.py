"""Which columns an indicator really reads: of its rules and amounts, its unit, its strata and its case mix."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.indicator import Indicator, Stratum
from workbench.dataflow.graph import Flow
from workbench.dataflow.schema import Column
from workbench.indicators.charlson import READS as CHARLSON
from workbench.study.model import Unit


def analysis_columns(flow: Flow) -> dict[str, Column]:
    """Columns of the datasets that indicators are computed from, as `part.column`; further datasets in front."""
    analysis = flow.study.study.analysis
    found: dict[str, Column] = {}
    for name in (analysis.dataset, *analysis.more) if analysis else ():
        before = "" if analysis and name == analysis.dataset else f"{name}."
        dataset = flow.datasets.get(name)
        for part, columns in dataset.parts.items() if dataset else ():
            found |= {f"{before}{part}.{one.name}": one for one in columns}
    return found


def used_columns(definition: Indicator, unit: Unit) -> tuple[str, ...]:
    """Columns of the analysis dataset as `part.column`, each once, in order."""
    return tuple(sorted(set(_used(definition, unit))))


def stratum_columns(stratum: Stratum) -> tuple[str, ...]:
    """The columns whose values are the classes of a stratum."""
    return (stratum.column, *stratum.columns) if stratum.column else stratum.columns


def _used(definition: Indicator, unit: Unit) -> Iterator[str]:
    own: list[str] = [name for name in (*unit.key, unit.person, unit.hospital, unit.year, unit.year_width) if name]
    parts = [rule.rule for _, rule in definition.rules()] + [one.amount for _, one in definition.amounts()]
    for part in parts:
        yield from part.reads(unit.part)
    if unit.chain and any(part.chained() for part in parts):
        own += [*unit.chain.next, unit.chain.days]
    covariates = definition.adjustment.covariates if definition.adjustment else ()
    if definition.relative_to or "age" in covariates or any(one.ages_from for one in definition.strata):
        own += [name for name in (unit.birth_year, unit.birth_width) if name]
    if (definition.relative_to or "sex" in covariates) and unit.sex:
        own.append(unit.sex)
    if "charlson" in covariates:
        yield from CHARLSON
    own += [name for name in covariates if name not in ("age", "sex", "charlson")]
    for stratum in definition.strata:
        own += stratum_columns(stratum)
    yield from (f"{unit.part}.{name}" for name in own)
