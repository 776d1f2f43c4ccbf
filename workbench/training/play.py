"""Record a play: one synthetic person is followed through every table of a run, with some others beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.dataflow import Flow
from workbench.dataflow.schema import Column
from workbench.stage import Proof, SyntheticRows, write_recording
from workbench.training.key import person_of
from workbench.training.seen import Progress, Seen, watch
from workbench.verify.rules.story import IDENTIFYING

ROWS, MINE = 6, 4  # rows of a table that are shown, and how many of them at most are of who is followed
CANDIDATES = 24  # persons of whom the one is taken who is in most tables
MOST = 40  # numbers of one kind that one person may have; more means that they are not of one person


@dataclass
class _Trace:
    """What is found of one person: rows by table, and numbers by domain as they become known."""

    known: dict[str, set[str]]
    rows: dict[str, pa.Table] = field(default_factory=dict)
    by_step: dict[int, dict[str, str]] = field(default_factory=dict)


def record(flow: Flow, data: Path, out: Path, path: Path, study_sha256: str, progress: Progress | None = None) -> Path:
    """Run a flow on synthetic people in `out` and write what was seen to `path`.

    Raises `Refused` when the people of `data` are not proven to be synthetic, and what a run raises.
    """
    seen = watch(flow, data, out, progress)
    made = list(_made(seen))
    trace = _follow(made)
    parts = {ref: _shown(seen.proof, table, trace.rows.get(ref)) for _, ref, _, table in made}
    insz = next(iter(sorted(trace.known.get("INSZ", ()))), "")
    person = person_of(insz, data) if insz else {}
    steps = {ref: step for step, ref, _, _ in made}
    write_recording(path, seen.proof, (flow.study.study.id, study_sha256), person, trace.by_step, parts, steps)
    return path


Made = tuple[int, str, tuple[Column, ...], pa.Table]  # step from 1, dataset.part, columns, rows as its maker had them


def _made(seen: Seen) -> Iterator[Made]:
    """Every table in the order in which it was made."""
    for number, entry in enumerate(seen.run.ledger.entries, start=1):
        for part in entry.made:
            ref = f"{part.dataset}.{part.part}"
            table = pq.read_table(seen.parts[entry.actor, ref])
            yield number, ref, seen.flow.datasets[part.dataset].parts[part.part], table


def _follow(made: list[Made]) -> _Trace:
    """The person, among the first in the first table of persons, of whom most tables tell."""
    start = next(((column, table) for _, _, columns, table in made for column in _numbers(columns)), None)
    if start is None:
        return _Trace({})
    column, table = start
    values = sorted(str(one) for one in pc.unique(pc.drop_null(table[column.name])).to_pylist())
    traces = [_trace(made, column.domain or "", one) for one in values[:: max(1, len(values) // CANDIDATES)]]
    return max(traces, key=lambda one: len(one.rows), default=_Trace({}))


def _numbers(columns: tuple[Column, ...]) -> list[Column]:
    """Columns that tell persons apart."""
    return [one for one in columns if one.role in IDENTIFYING and one.domain and not one.aggregate]


def _trace(made: list[Made], domain: str, value: str) -> _Trace:
    """Follow one number through every table by the numbers that stand beside it."""
    trace = _Trace({domain: {value}})
    for step, ref, columns, table in made:
        numbers = _numbers(columns)
        masks = [
            pc.is_in(table[one.name].cast(pa.string()), pa.array(sorted(trace.known[one.domain or ""]), pa.string()))
            for one in numbers
            if one.domain in trace.known
        ]
        if not masks:
            continue
        mask = masks[0]
        for more in masks[1:]:
            mask = pc.or_(mask, more)
        mine = table.filter(mask)
        if not mine.num_rows:
            continue
        trace.rows[ref] = mine
        for one in numbers:
            beside = {str(found) for found in pc.unique(mine[one.name]).to_pylist() if found is not None}
            known = trace.known.setdefault(one.domain or "", set())
            if len(known | beside) <= MOST:
                known |= beside
        trace.by_step[step] = {name: ", ".join(sorted(found)[:3]) for name, found in trace.known.items() if found}
    return trace


def _shown(proof: Proof, table: pa.Table, mine: pa.Table | None) -> SyntheticRows:
    """Rows of who is followed, then the first of others, as text."""
    own = mine.slice(0, MINE).to_pylist() if mine is not None else []
    others = [row for row in table.slice(0, ROWS + 8).to_pylist() if row not in own][: ROWS - len(own)]
    rows = [[_text(value) for value in row.values()] for row in (*own, *others)]
    return SyntheticRows.of(proof, table.column_names, rows, table.num_rows, len(own))


def _text(value: object) -> str:
    return "" if value is None else str(value)
