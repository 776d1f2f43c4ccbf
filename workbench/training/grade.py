"""Grading: every demand of an exercise, answered by the check, the verifier, a run, or the audit of its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.catalog.base import Label
from workbench.errors import WorkbenchError
from workbench.notebook.desk import Desk
from workbench.notebook.opened import Opened
from workbench.notebook.ran import Ran
from workbench.training.exercise import Check, Columns, Exercise, Holds, Reach, Risk, Rows, Stands


@dataclass(frozen=True)
class Verdict:
    """What became of a demand: `said` is what was seen; None when an earlier one must be met first."""

    check: str
    met: bool | None
    said: str
    hint: Label


@dataclass(frozen=True)
class Graded:
    """All verdicts of an answer."""

    exercise: str
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether every demand is met; one that could not be looked at is not."""
        return all(one.met is True for one in self.verdicts)

    @property
    def first(self) -> Verdict | None:
        """The first demand that is not met: its hint is the one to read."""
        return next((one for one in self.verdicts if one.met is not True), None)


def grade(exercise: Exercise, root: Path, home: Path) -> Graded:
    """The grade of a catalogue that was worked in; `home` keeps synthetic people and runs.

    After a demand that is not met the others are still looked at, as far as the study can be read.
    """
    grader = _Grader(exercise, Desk(root, home, copy=True))
    return Graded(exercise.id, tuple(grader.verdict(check) for check in exercise.checks))


class _Grader:
    def __init__(self, exercise: Exercise, desk: Desk) -> None:
        self.exercise, self.desk = exercise, desk
        self._made: tuple[Opened, Ran] | None = None

    @property
    def study(self) -> Opened:
        return self.desk.studies[self.exercise.study]

    @property
    def ran(self) -> Ran:
        """A run of the answer, once for all demands."""
        if self._made is None:
            people = self.desk.people(self.exercise.persons, self.exercise.enrich, (self.exercise.study,))
            self._made = self.study, self.study.run(people)
        return self._made[1]

    def verdict(self, check: Check) -> Verdict:
        findings = self.study.findings
        if findings.rules is None and check.kind != "text":
            errors = [one for one in findings.problems if one.severity == "error"]
            said = f"line {errors[0].line}: {errors[0].what}" if errors else "the study cannot be read"
            return Verdict(check.id, False if check.file else None, said, check.hint)
        looks: dict[str, Callable[[Any], str]] = {
            "file": lambda asked: "",
            "text": self._text,
            "rules": self._rules,
            "apart": self._apart,
            "holds": self._holds,
            "columns": self._columns,
            "rows": self._rows,
            "risk": self._risk,
            "truth": self._truth,
        }
        try:
            wrong = looks[check.kind](getattr(check, check.kind))
        except WorkbenchError as error:
            wrong = str(error)
        return Verdict(check.id, not wrong, wrong, check.hint)

    def _text(self, asked: Stands) -> str:
        path = self.desk.root / asked.file if asked.file else self.study.file
        stands = path.is_file() and asked.has in path.read_text(encoding="utf-8")
        return "" if stands else f"{path.name} no longer has: {asked.has}"

    def _rules(self, asked: tuple[str, ...]) -> str:
        found = self.study.findings.rules
        standing = [one for one in found.findings if one.accepted is None] if found else []
        met = [one for one in standing if one.rule in asked or ("all" in asked and one.severity == "error")]
        return "; ".join(f"line {one.line}: {one.what} ({one.rule})" for one in met)

    def _apart(self, asked: Reach) -> str:
        exposed = self.study.exposure(*asked.parties)
        known = {one["id"]: one for one in exposed.report["targets"]}
        if asked.target not in known:
            return f"the study no longer names {asked.target} among what must stay apart"
        return " ".join(known[asked.target]["derivation"]) if asked.target in exposed.reached else ""

    def _holds(self, asked: Holds) -> str:
        last = self.study.flow.steps[-1].holdings
        holds = asked.dataset in last.get(asked.party, frozenset())
        if asked.at_end == holds:
            return ""
        return f"{asked.party} {'still holds' if holds else 'does not hold'} {asked.dataset} at the end"

    def _columns(self, asked: Columns) -> str:
        dataset, _, part = asked.part.partition(".")
        if dataset not in self.study.flow.datasets:
            return f"there is no {dataset}"
        names = {column.name for column in self.study.flow.datasets[dataset].parts.get(part or "rows", ())}
        missing, kept = [n for n in asked.has if n not in names], [n for n in asked.lacks if n in names]
        said = [f"{asked.part} has no {', '.join(missing)}"] if missing else []
        return "; ".join(said + ([f"{asked.part} has {', '.join(kept)}"] if kept else []))

    def _rows(self, asked: Rows) -> str:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        rows = pq.read_table(self.ran.run.part(asked.party, asked.part))
        if rows.num_rows < asked.at_least:
            return f"{asked.part} of {asked.party} has {rows.num_rows:,} rows"
        if asked.column is None or asked.column not in rows.column_names:
            return "" if asked.column is None else f"{asked.part} has no {asked.column}"
        values = {str(one) for one in pc.unique(rows[asked.column].drop_null()).to_pylist()}
        if not values:
            return f"{asked.column} of {asked.part} holds nothing"
        others = sorted(values - {str(one) for one in asked.only})
        return f"{asked.column} has {', '.join(others)} too" if others else ""

    def _risk(self, asked: Risk) -> str:
        found = self.ran.risk()
        missing = [name for name in asked.counts if name not in found.counted]
        seen = f"{found.classes.uniques:,} persons stand alone in what it does count"
        return f"the small-cell analysis does not count {', '.join(missing)}; {seen}" if missing else ""

    def _truth(self, asked: tuple[str, ...]) -> str:
        found = {one.indicator: one for one in self.ran.truth() if one.indicator in asked}
        lost = [f"{name} is not computed" for name in asked if name not in found]
        off = [
            f"{name} gives {one.value:.4g} where {one.planted:.4g} is true"
            for name, one in found.items()
            if not one.sound and one.value is not None and one.planted is not None
        ]
        return "; ".join(lost + off + [f"{n} differs" for n, one in found.items() if not one.sound and not off])
