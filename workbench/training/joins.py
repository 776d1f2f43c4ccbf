"""Recognise persons by joining tables on the numbers they share: executed on the rows, never looked up.

A join is one on an identifier of persons, of the same domain in both tables. Records that match on dates, sex and
hospital are another attack, which `workbench scra` measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from workbench.dataflow.schema import Column
from workbench.training.seen import Held
from workbench.training.sql import quoted, text
from workbench.verify.rules.story import IDENTIFYING, IDENTITY

LONGEST = 5  # tables in a chain; the longest of the shown faults takes three


@dataclass(frozen=True)
class Link:
    """Two tables of a chain are joined on `left` of the one and `right` of the next; `value` is that of the person."""

    left: str
    right: str
    value: str


@dataclass(frozen=True)
class Chain:
    """Tables that lead from an identity to what is told, with the values of one person.

    persons: how many are recognised so. pairs: identity and record of every row that was reached, when the last table
    has the column of records. told: the person's rows of the last table, the columns of `told_of`.
    """

    tables: tuple[Held, ...]
    links: tuple[Link, ...]
    persons: int
    person: str
    told_of: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]
    pairs: frozenset[tuple[str, str]]


def recognise(tables: Sequence[Held], tells: str, record: str, shows: Sequence[str] = ()) -> Chain | None:
    """The shortest chain of joins from an identity to column `tells` that leads anywhere; None when none does.

    `record` is the column of the last table that the answer key knows too, `shows` are those that are told beside it.
    """
    with duckdb.connect() as con:
        for path in _paths(tables, tells):
            found = _follow(con, path, tells, record, shows)
            if found is not None:
                return found
    return None


Path = tuple[tuple[Held, str, str], ...]  # each table with the column it is entered by, and that of the one before


def _paths(tables: Sequence[Held], tells: str) -> Iterator[Path]:
    """Every chain that could lead from an identity to what is told, the shortest first; no table comes twice."""
    starts: list[Path] = [((one, "", ""),) for one in tables if _identity(one)]
    while starts:
        longer: list[Path] = []
        for path in starts:
            last = path[-1][0]
            if any(column.name == tells for column in last.columns):
                yield path
                continue
            refs = {one.ref for one, _, _ in path}
            if len(path) < LONGEST:
                for after in tables:
                    if after.ref not in refs:
                        longer += [(*path, (after, right, left)) for left, right in _shared(last, after)]
        starts = longer


def _shared(one: Held, other: Held) -> Iterator[tuple[str, str]]:
    for left in one.columns:
        for right in other.columns:
            if left.domain and left.domain == right.domain and _personal(left) and _personal(right):
                yield left.name, right.name


def _personal(column: Column) -> bool:
    return column.role in IDENTIFYING


def _identity(table: Held) -> str | None:
    return next((one.name for one in table.columns if one.role == IDENTITY and one.domain == "INSZ"), None)


def _follow(con: duckdb.DuckDBPyConnection, path: Path, tells: str, record: str, shows: Sequence[str]) -> Chain | None:
    first, last = path[0][0], path[-1][0]
    identity = f"t0.{quoted(_identity(first) or '')}"
    joins = [f"read_parquet({text(str(first.path))}) t0"]
    for n, (table, right, left) in enumerate(path[1:], start=1):
        joins.append(
            f"JOIN read_parquet({text(str(table.path))}) t{n} ON t{n - 1}.{quoted(left)} = t{n}.{quoted(right)}"
        )
    end = f"t{len(path) - 1}"
    names = {column.name for column in last.columns}
    rows = f"FROM {' '.join(joins)} WHERE {end}.{quoted(tells)} IS NOT NULL AND {identity} IS NOT NULL"
    counted = con.execute(f"SELECT count(DISTINCT {identity}), min({identity}) {rows}").fetchone()
    if counted is None or not counted[0]:
        return None
    persons, person = counted
    chosen = f"{rows} AND {identity} = ?"
    values = [f"any_value(t{n}.{quoted(right)})" for n, (_, right, _) in enumerate(path) if n]
    found = con.execute(f"SELECT {', '.join(values) or '1'} {chosen}", [person]).fetchone() if values else ()
    told_of = tuple(dict.fromkeys(name for name in (*shows, record, tells) if name in names))
    columns = ", ".join(f"{end}.{quoted(name)}" for name in told_of)
    told = con.execute(f"SELECT DISTINCT {columns} {chosen} ORDER BY ALL LIMIT 8", [person]).fetchall()
    pairs: frozenset[tuple[str, str]] = frozenset()
    if record in names:
        select = f"SELECT DISTINCT lpad({identity}::VARCHAR, 11, '0'), {end}.{quoted(record)}::VARCHAR"
        pairs = frozenset((one, two) for one, two in con.execute(f"{select} {rows}").fetchall())
    links = zip(path[1:], found or (), strict=True)
    return Chain(
        tuple(table for table, _, _ in path),
        tuple(Link(left, right, str(value)) for (_, right, left), value in links),
        persons,
        str(person).rjust(11, "0"),
        told_of,
        tuple(tuple("" if value is None else str(value) for value in row) for row in told),
        pairs,
    )
