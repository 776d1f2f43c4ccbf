"""What was planted beside what the indicators find: on synthetic people the true answer is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from workbench.catalog.answers import Answer, Answers, answered, read_answers
from workbench.catalog.indicator import Indicator
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError
from workbench.main import indicators
from workbench.main.checks import open_study
from workbench.main.runs import Progress, run_study, synthesise
from workbench.synth.parameters import Parameters, read_parameters

_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


@dataclass(frozen=True)
class Recovered:
    """One number: planted (true of these people, where it can be counted), drawn (the chance or figure behind it), and
    what the indicator gives with its 95% interval. n and value are empty where the indicator gives nothing.
    """

    study: str
    indicator: str
    statistic: str
    of: str
    n_planted: float
    planted: float | None
    drawn: float | None
    n: float | None
    value: float | None
    low: float | None
    high: float | None

    @property
    def what(self) -> str:
        """The statistic, and the level of a stratum when it is one level's."""
        return f"{self.statistic} of {self.of}" if self.of else self.statistic

    @property
    def sound(self) -> bool:
        """Whether nothing is missing or differs from what is true of these people; an interval may miss."""
        return self.verdict not in ("MISSING", "DIFFERS")

    @property
    def verdict(self) -> str:
        """equal or DIFFERS where the truth can be counted; else whether the interval holds what was drawn with."""
        if self.n is None or self.value is None:
            return "nobody" if not self.n_planted else "MISSING"
        if self.planted is not None:
            same = abs(self.planted - self.value) <= 1e-9 * max(1.0, abs(self.planted))
            return "equal" if same and self.n_planted == self.n else "DIFFERS"
        if self.drawn is None or self.low is None or self.high is None:
            return "DIFFERS"
        return "interval holds it" if self.low <= self.drawn <= self.high else "outside interval"


def recover(
    study: str,
    folder: Path,
    persons: int,
    seed: int,
    root: Path,
    progress: Progress,
) -> tuple[Recovered, ...]:
    """Make the people, run the study, and hold its indicators against the answer key; `folder` keeps data and run.

    progress hears what is being done, and the share of it all.
    """
    answers = read_answers(study, root)
    flow = open_study(study, root)
    data, out = folder / f"{study}-data", folder / study
    synthesise(data, persons, seed, answers.enrich, root, _part(progress, 0.0, 0.4), (study,))
    run, _ = run_study(flow, data, out, _part(progress, 0.4, 0.9), seed)
    found = indicators.as_document(flow, indicators.compute(flow, run, None, _part(progress, 0.9, 1.0)))
    return tuple(beside(answers, true_answers(answers, data, flow.catalog, read_parameters(root)), found["results"]))


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, share: progress(what, start + share * (end - start))


def known_indicators(root: Path) -> Mapping[str, Indicator]:
    """The definitions of the catalogue by name."""
    return load_catalog(root).indicators


def studies_to_recover(names: Sequence[str], root: Path) -> tuple[str, ...]:
    """The studies asked for, or all with answers. Raises `WorkbenchError` for one without."""
    known = answered(root)
    wrong = [name for name in names if name not in known]
    if wrong:
        raise WorkbenchError(f"There are no answers for {', '.join(wrong)}. catalog/answers has {', '.join(known)}.")
    return tuple(names) or known


def beside(
    answers: Answers, true: Sequence[tuple[Answer, tuple[Any, ...]]], results: Sequence[Mapping[str, Any]]
) -> Iterator[Recovered]:
    """Each answer with the result of the indicator over all hospitals and years."""
    there = {
        (one["indicator"], one["statistic"], one["stratum"], one["level"]): one
        for one in results
        if one["hospital"] == "ALL" and not one["year"]
    }
    for answer, (n, planted, drawn) in true:
        one = there.get((answer.indicator, answer.statistic, answer.stratum, answer.level), {})
        of = f"{answer.stratum} {answer.level}".strip()
        numbers = (one.get(name) for name in ("n", "value", "low", "high"))
        yield Recovered(answers.study, answer.indicator, answer.statistic, of, float(n or 0), planted, drawn, *numbers)


def true_answers(
    answers: Answers, data: Path, catalog: Catalog, parameters: Parameters
) -> list[tuple[Answer, tuple[Any, ...]]]:
    """(n, planted, drawn) of every answer, from the sources and the answer key of a data folder."""
    with duckdb.connect() as con:
        for path in sorted((data / "parties").glob("*/*.parquet")):
            con.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
        for path in sorted((data / "answer_key").glob("*.parquet")):
            con.execute(f"CREATE VIEW key_{path.stem} AS FROM '{path}'")
        con.execute(filled(answers.tables, catalog, parameters))
        found = []
        for answer in answers.answers:
            row = con.execute(filled(answer.sql(), catalog, parameters)).fetchone() or ()
            numbers = [None if value is None else float(value) for value in row]
            found.append((answer, (*numbers, *[None] * (3 - len(numbers)))))
        return found


def filled(sql: str, catalog: Catalog, parameters: Parameters) -> str:
    """SQL with codes and figures of the catalogue in the place of their names."""

    def value(found: re.Match[str]) -> str:
        kind, _, rest = found[1].partition(".")
        if kind not in ("codes", "values"):
            return str(parameters.number(found[1]))
        name, _, attribute = rest.partition(".")
        entries = catalog.codes[name].entries
        if kind == "values":
            told = {one.code: one.attributes[attribute] for one in entries if attribute in one.attributes}
            return ", ".join(f"('{code}', {number})" for code, number in told.items())
        chosen = [one.code for one in entries if not attribute or one.attributes.get(attribute)]
        return "(" + ", ".join(f"'{code}'" for code in chosen) + ")"

    return _PLACE.sub(value, sql)
