"""Checks of indicator definitions against the study that asks for them and the flow's analysis dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import groupby

from workbench.catalog.indicator import Indicator
from workbench.catalog.model import Catalog
from workbench.catalog.rule import Amount, Condition, Last, Rows, RuleSpec
from workbench.dataflow.graph import read_flow
from workbench.dataflow.schema import Column
from workbench.errors import Problem
from workbench.indicators.groups import group_names
from workbench.indicators.needed import unmotivated
from workbench.indicators.used import analysis_columns, stratum_columns, used_columns
from workbench.indicators.within import outside
from workbench.study.load import StudyFile
from workbench.study.model import Study, Unit

Words = tuple[str, str, str]  # what, why, what to do


def check_indicators(file: StudyFile, catalog: Catalog) -> Iterator[Problem]:
    """Every indicator exists, its rules can be computed, and the analysis dataset has what they read."""
    study = file.study
    flow, _ = read_flow(file, catalog)
    if study.indicators and study.analysis is None and not file.left_out(("analysis",)):
        what, why = "the study has indicators and no 'analysis'", "it says who computes them from which dataset"
        yield file.problem(("indicators",), what, why, "add 'analysis', or leave out the indicators")
    columns = analysis_columns(flow)
    for name, unit in study.analysis.units.items() if study.analysis else ():
        for what, why, todo in _unit(name, unit, study, columns):
            yield file.problem(("analysis", "units", name), what, why, todo)
    dated = not file.source.left_out_below(("period",))  # else every field would be missing in years nobody asked for
    for number, name in enumerate(study.indicators):
        definition = catalog.indicators.get(name)
        if definition is None:
            near = get_close_matches(name, catalog.indicators, n=3, cutoff=0.5)
            like = f", and these are like it: {', '.join(near)}" if near else ""
            what, why = f"indicator '{name}' does not exist", f"catalog/indicators has no such file{like}"
            yield file.problem(("indicators", number), what, why, "correct the name or add its file")
            continue
        for loc, (what, why, todo) in _definition(definition, study, columns, catalog, dated=dated):
            place = catalog.places.get(
                f"indicator:{name}:{'.'.join(map(str, loc))}", catalog.places[f"indicator:{name}"]
            )
            yield Problem(place.file, place.line, what, why, todo)
    yield from unmotivated(flow)


def _unit(name: str, unit: Unit, study: Study, columns: Mapping[str, Column]) -> Iterator[Words]:
    if not columns:
        return
    parts = sorted({ref.rpartition(".")[0] for ref in columns})
    if unit.part not in parts:
        yield f"unit '{name}' is of part '{unit.part}'", f"the analysis has {', '.join(parts)}", "name one of these"
        return
    for column in unit.columns():
        if f"{unit.part}.{column}" not in columns:
            what = f"unit '{name}' names column '{column}'"
            yield what, f"'{unit.part}' of the analysis dataset of {study.id} does not have it", "correct the name"
    if unit.chain and len(unit.chain.next) != len(unit.key):
        why = f"the key has {len(unit.key)} columns and 'next' {len(unit.chain.next)}"
        yield (
            f"unit '{name}' cannot follow its chain",
            why,
            "give one column of 'next' for each of the key, in its order",
        )


def _definition(
    one: Indicator, study: Study, columns: Mapping[str, Column], catalog: Catalog, *, dated: bool
) -> Iterator[tuple[tuple[str | int, ...], Words]]:
    unit = study.analysis.units.get(one.of) if study.analysis else None
    if unit is None:
        known = ", ".join(study.analysis.units) if study.analysis and study.analysis.units else "none"
        todo = f"define it under 'analysis: units', or let '{one.id}' count another"
        yield ("of",), (f"'{one.id}' counts '{one.of}'", f"the analysis of {study.id} has these units: {known}", todo)
        return
    for at, condition in one.conditions():
        for words in _lists(condition, one.id, catalog):
            yield at, words
    parts: list[tuple[tuple[str | int, ...], str, RuleSpec | Amount]] = [
        (at, rule.id, rule.rule) for at, rule in one.rules()
    ]
    parts += [(at, str(at[0]), measured.amount) for at, measured in one.amounts()]
    for at, id_, part in parts:
        for ref in sorted(set(part.reads(unit.part)) - set(columns)) if columns else ():
            what, why = (
                f"rule '{id_}' of '{one.id}' reads {ref}",
                f"the analysis dataset of {study.id} does not have it",
            )
            yield at, (what, why, "add it to the flow or change the rule")
        if part.chained() and unit.chain is None:
            what = f"rule '{id_}' of '{one.id}' looks along a chain of stays"
            yield (
                at,
                (what, f"unit '{one.of}' of {study.id} has no 'chain'", "give the unit its chain, or use along: own"),
            )
        if isinstance(part, Rows | Last) and not unit.key:
            what = f"rule '{id_}' of '{one.id}' asks for rows of another table"
            yield at, (what, f"unit '{one.of}' of {study.id} has no key to find them by", "give the unit a 'key'")
    if one.proxy and one.proxy.beside:
        direct = catalog.indicators.get(one.proxy.beside)
        why = "it does not exist" if direct is None else ""
        if direct and (direct.of, direct.type) != (one.of, "proportion"):
            why = f"it is a {direct.type} of '{direct.of}', not a proportion of '{one.of}'"
        if why:
            what = f"'{one.id}' is a proxy beside '{one.proxy.beside}'"
            yield ("proxy",), (what, why, "name an indicator that sees the same directly")
    for number, stratum in enumerate(one.strata):
        for name in stratum_columns(stratum) if columns else ():
            if f"{unit.part}.{name}" not in columns:
                what = f"'{one.id}' is shown apart by {unit.part}.{name}"
                why = f"the analysis dataset of {study.id} does not have it"
                yield ("strata", number), (what, why, "correct the name, or leave the stratum out")
    if one.groups_of:
        told = {condition.codes for condition in one.numerator.rule.conditions()} if one.numerator else set()
        if not group_names(one, catalog) or one.groups_of not in told:
            why = (
                "its numerator asks for no code of that list"
                if group_names(one, catalog)
                else "no such list has groups"
            )
            what = f"'{one.id}' is told apart by the groups of '{one.groups_of}'"
            yield ("groups_of",), (what, why, "name a list of the numerator whose entries have groups")
    if one.volume:
        for why in _volume(one.volume.count, one.of, unit, study, catalog):
            what = f"'{one.id}' compares hospitals by their number of '{one.volume.count}'"
            yield ("volume",), (what, why, "name a count of the same units that the study computes too")
    if one.period and unit.year is None:
        what = f"'{one.id}' has a period"
        yield ("period",), (what, f"unit '{one.of}' of {study.id} has no 'year'", "give the unit its year")
    trouble = outside(one, catalog)
    if trouble:
        todo = "narrow the numerator, or widen the denominator"
        yield ("numerator",), (f"the numerator of '{one.id}' is not within its denominator", trouble, todo)
    if dated:
        yield from _years(one, study, unit, columns, catalog)


def _volume(count: str, of: str, unit: Unit, study: Study, catalog: Catalog) -> Iterator[str]:
    counted = catalog.indicators.get(count)
    if counted is None or count not in study.indicators:
        yield f"{study.id} has no such indicator"
    elif (counted.of, counted.type) != (of, "count"):
        yield f"it is a {counted.type} of '{counted.of}', not a count of '{of}'"
    elif not (unit.hospital and unit.year):
        yield f"unit '{of}' of {study.id} has no 'hospital' and 'year' to count it by"


def _lists(condition: Condition, name: str, catalog: Catalog) -> Iterator[Words]:
    if condition.codes is None:
        return
    if condition.codes not in catalog.codes:
        yield f"'{name}' names code list '{condition.codes}'", "catalog/codes has no such file", "correct the name"
        return
    listed = catalog.codes[condition.codes].entries
    known = {str(entry.attributes.get("group")) for entry in listed if "group" in entry.attributes}
    for group in condition.groups:
        if group not in known:
            why = f"'{condition.codes}' has the groups {', '.join(sorted(known)) or 'none'}"
            yield f"'{name}' names group '{group}'", why, "correct the name"
    for attribute, value in condition.having.items():
        if not any(entry.attributes.get(attribute) == value for entry in listed):
            what = f"'{name}' asks for entries with {attribute}: {value}"
            yield what, f"no entry of '{condition.codes}' has that", "correct the attribute or its value"


def _spans(years: Sequence[int]) -> str:
    """Rising years as a reader says them: `2011 to 2014, 2016`."""
    runs = [[year for _, year in run] for _, run in groupby(enumerate(years), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _years(
    one: Indicator, study: Study, unit: Unit, columns: Mapping[str, Column], catalog: Catalog
) -> Iterator[tuple[tuple[str | int, ...], Words]]:
    """The indicator's years lie in those of the study, and every field it reads is delivered in them."""
    first, last = study.period.from_year, study.period.to_year
    at: tuple[str | int, ...] = ("of",)
    if one.period:
        at = ("period",)
        if one.period.from_year < first or one.period.to_year > last or one.period.from_year > one.period.to_year:
            what = f"'{one.id}' is about {one.period.from_year} to {one.period.to_year}"
            yield at, (what, f"{study.id} has data of {first} to {last}", "keep within the study's period")
            return
        first, last = one.period.from_year, one.period.to_year
    for ref in used_columns(one, unit):
        for field in sorted(columns[ref].origin) if ref in columns else ():
            found = catalog.field(field)
            table = catalog.tables.get(field.rpartition(".")[0])
            available = (found.available if found else None) or (table.available if table else None)
            if available is None:
                continue
            missing = [
                year
                for year in range(first, last + 1)
                if year < (available.from_year or year) or year > (available.to_year or year) or year in available.gaps
            ]
            if missing:
                what = f"'{one.id}' reads {ref} in {_spans(missing)}"
                yield at, (what, f"{field} is not delivered for those years", "shorten 'period' or use another field")
