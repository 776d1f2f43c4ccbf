"""Check an extract against the catalogue in one pass: rows that are right are set aside, only the others are looked at.

One expression per row tells whether everything in it is right (as for MZG files); fields are judged one by one only in
rows that fail it, and DuckDB gives back counts and first places, never the rows. Keys are remembered as 64-bit hashes:
among 10 million different keys two would be taken for one in some 3 of a million files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.catalog.model import Available, Catalog
from workbench.errors import Severity
from workbench.interchange.delivery import digits
from workbench.interchange.delivery.layout import Columns, columns_of
from workbench.interchange.delivery.read import Extract
from workbench.interchange.delivery.report import SHORT, SHOWN, Fault, Report, words
from workbench.interchange.facts import CATALOG
from workbench.interchange.mzg import expressions, patterns
from workbench.interchange.mzg.check import MEMORY, PART
from workbench.interchange.mzg.expressions import UNFIT, text_of
from workbench.interchange.mzg.lines import Flaw

RULES = (*expressions.RULES, "digits", "period")
Found = dict[tuple[int, str], tuple[int, list[tuple[int, str]]]]  # by position and rule: how often, and where first
Progress = Callable[[int, float], None]


def check_delivery(
    path: Path,
    ref: str,
    catalog: Catalog,
    year: int | None = None,
    root: Path = CATALOG,
    progress: Progress | None = None,
) -> Report:
    """Everything wrong in the extract at `path` of table `ref` (`mzg.STAYHOSP`), as counts with first places.

    Checked are columns, duty, types, lengths, complete code lists, characters, check digits, keys, repeated rows and
    the period: `year` is the year that was asked for, beside the years in which the catalogue has the field at all.
    `progress` hears the rows checked and the share done. Raises `Problems` when the file, its name or its columns fit
    no table.
    """
    columns = columns_of(path, ref, catalog, year, root)
    extract = Extract(path, columns)
    report = Report(path, ref, columns.form)
    found: Found = {}
    shapes: Found = {}
    sql = _Sql(columns, year)
    with tempfile.TemporaryDirectory() as spill:
        settings: dict[str, str | int] = {"memory_limit": MEMORY, "temp_directory": spill, "threads": 2}
        with duckdb.connect(config={**settings}) as connection:
            connection.execute("CREATE TABLE keys (key UBIGINT, line BIGINT)")
            for batch in extract.batches():
                _judge(connection, sql, batch, found, shapes)
                if progress:
                    progress(extract.rows, extract.share)
            repeated = list(_repeated(connection, sql))
    report.rows = extract.rows
    report.faults += [*_form(extract.flaws), *_shapes(shapes, columns)]
    report.faults += [_fault(at, rule, *told, sql) for (at, rule), told in sorted(found.items())]
    report.faults += repeated
    return report


class _Sql:
    """The expressions of one layout, made once: a record pattern alone is thousands of characters."""

    def __init__(self, columns: Columns, year: int | None) -> None:
        self.columns, self.year = columns, year
        self.lines = columns.form == "mzg"
        count = len(columns.cells)
        cells = [f"coalesce(CAST(c{at} AS VARCHAR), '')" for at in range(count)]
        text = "text" if self.lines else "concat(" + ", ".join(f"{cell}, '#'" for cell in cells) + ")"
        value = [f"split_part(text, '#', {at + 1})" for at in range(count)] if self.lines else cells
        record = "".join(f"{patterns.field(cell)}#" for cell in columns.cells)
        right = f"regexp_full_match({text}, {text_of(record)})"
        more = [*(digits.wrong(rule, value[at]) for at, rule in columns.checks.items())]
        more += [condition for condition in self._periods(value) if condition]
        split = "string_split(text, '#')" if self.lines else f"[{', '.join(cells)}]"
        self.suspects = f"SELECT line, {text} AS text, {split} AS cells FROM batch WHERE NOT {right}"
        self.suspects += "".join(f" OR {condition}" for condition in more)
        whole = f"len(cells) = {count + 1} AND cells[{count + 1}] = ''" if self.lines else "true"
        bits = ", ".join(self._bits(at) for at in range(count))
        unfit = f"regexp_matches(text, {UNFIT})"
        self.broken = f"""WITH judged AS (
                SELECT line, cells, [{bits}] AS bits FROM (SELECT *, {unfit} AS unfit FROM suspects WHERE {whole})
            ), one AS (
                SELECT line, place, bits[place + 1] AS broken, left(cells[place + 1], {SHORT}) AS value
                FROM (SELECT *, unnest(range({count})) AS place FROM judged WHERE list_max(bits) > 0)
            )
            SELECT place, rule, count(*), min(line, {SHOWN}), arg_min(value, line, {SHOWN})
            FROM (SELECT *, unnest(range({len(RULES)})) AS rule FROM one WHERE broken > 0)
            WHERE (broken >> rule) & 1 = 1 GROUP BY place, rule"""
        self.misshapen = f"SELECT count(*), min(line, {SHOWN}) FROM suspects WHERE NOT ({whole})"
        self.keys = f"INSERT INTO keys SELECT hash({self._key(value, text)}), line FROM batch"

    def _key(self, value: list[str], text: str) -> str:
        """What tells rows apart: the key, numbers without leading zeros; the whole row where there is no key."""
        numeric = {at for at, cell in enumerate(self.columns.cells) if cell.datatype == "N"}
        parts = [f"ltrim({value[at]}, '0')" if at in numeric else value[at] for at in self.columns.keys]
        return f"concat_ws('#', {', '.join(parts)})" if parts else text

    def _periods(self, value: list[str]) -> list[str]:
        """Conditions that the row, or a filled field, lies outside its years, by position; empty where none can."""
        at = self.columns.year
        conditions = [""] * len(self.columns.cells)
        if at is None:
            return conditions
        number = f"TRY_CAST({value[at]} AS INTEGER)"
        for place, field in enumerate(self.columns.fields):
            if field.available and place != at:
                conditions[place] = f"({value[place]} <> '' AND {_outside(number, field.available)})"
        wrong = [_outside(number, self.columns.table.available)] if self.columns.table.available else []
        wrong += [f"{number} <> {self.year}"] if self.year is not None and not self.lines else []
        conditions[at] = f"({' OR '.join(wrong)})" if wrong else ""
        return conditions

    def _bits(self, at: int) -> str:
        value, extra = f"cells[{at + 1}]", []
        if at in self.columns.checks:
            extra.append((6, digits.wrong(self.columns.checks[at], value)))
        period = self._periods([f"cells[{place + 1}]" for place in range(len(self.columns.cells))])[at]
        if period:
            extra.append((7, period))
        bits = expressions.bits_of(self.columns.cells[at], value)
        added = "".join(f" + CASE WHEN {condition} THEN {1 << bit} ELSE 0 END" for bit, condition in extra)
        return f"({bits}{added})::UTINYINT"

    def period(self, at: int) -> str:
        """Why a value of the column at that position may lie outside its period."""
        said = self.columns.fields[at].available if at != self.columns.year else self.columns.table.available
        years = f"the catalogue has it {_years(said)}" if said else ""
        return ", and ".join(
            filter(None, (years, f"{self.year} was asked for" if self.year and at == self.columns.year else ""))
        )


def _outside(number: str, said: Available) -> str:
    tests = [f"{number} < {said.from_year}"] if said.from_year else []
    tests += [f"{number} > {said.to_year}"] if said.to_year else []
    tests += [f"{number} IN ({', '.join(map(str, said.gaps))})"] if said.gaps else []
    return f"coalesce({' OR '.join(tests) or 'false'}, false)"


def _years(said: Available) -> str:
    upto = f" to {said.to_year}" if said.to_year else " on"
    gaps = f", without {', '.join(map(str, said.gaps))}" if said.gaps else ""
    return f"from {said.from_year}{upto}{gaps}" if said.from_year else f"until {said.to_year}{gaps}"


def _judge(connection: duckdb.DuckDBPyConnection, sql: _Sql, batch: pa.Table, found: Found, shapes: Found) -> None:
    """Add what is wrong in a batch to `found` and `shapes`, and its keys to table `keys`."""
    # In parts, because one part is read by one thread.
    connection.register("batch", pa.Table.from_batches(batch.to_batches(max_chunksize=PART)))
    suspects = connection.execute(sql.suspects).to_arrow_table()
    if suspects.num_rows:
        connection.register("suspects", suspects)
        for at, rule, count, lines, values in connection.execute(sql.broken).fetchall():
            _add(found, (at, RULES[rule]), count, list(zip(lines, values, strict=True)))
        if sql.lines:
            count, lines = connection.execute(sql.misshapen).fetchall()[0]
            if count:
                _add(shapes, (0, "fields"), count, [(line, "") for line in lines])
        connection.unregister("suspects")
    connection.execute(sql.keys)
    connection.unregister("batch")


def _add(found: Found, kind: tuple[int, str], count: int, places: list[tuple[int, str]]) -> None:
    before, first = found.get(kind, (0, []))
    found[kind] = before + count, sorted([*first, *places])[:SHOWN]


def _fault(at: int, rule: str, count: int, places: list[tuple[int, str]], sql: _Sql) -> Fault:
    field = sql.columns.fields[at]
    # A report travels further than the data: who a row is about is not said in it.
    hidden = field.role in ("direct_identifier", "pseudonym") or at in sql.columns.keys
    shown = tuple((line, "" if hidden else value) for line, value in places)
    return Fault(rule, field.name, count, shown, *words(rule, at, sql.columns, sql.period(at)))


def _form(flaws: list[Flaw]) -> Iterator[Fault]:
    """Flaws of the form of the file: each kind once."""
    kinds: dict[tuple[str, str, bool], list[Flaw]] = {}
    for flaw in flaws:
        kinds.setdefault((flaw.what, flaw.todo, flaw.warning), []).append(flaw)
    for (what, todo, warning), alike in kinds.items():
        places = tuple((flaw.line, "") for flaw in alike[:SHOWN])
        yield Fault("form", "", len(alike), places, what, alike[0].why, todo, "warning" if warning else "error")


def _shapes(shapes: Found, columns: Columns) -> Iterator[Fault]:
    for (_, rule), (count, places) in shapes.items():
        what, why = (
            f"the line has not {len(columns.cells)} fields, each ended by '#'",
            "its values cannot be told apart",
        )
        yield Fault(rule, "", count, tuple(places), what, why, "look for a '#' in a value, and for fields left out")


def _repeated(connection: duckdb.DuckDBPyConnection, sql: _Sql) -> Iterator[Fault]:
    """Rows whose key, or which as a whole, stand in the file before."""
    twice = "SELECT key, min(line) AS first, count(*) - 1 AS more FROM keys GROUP BY key HAVING count(*) > 1"
    connection.execute(f"CREATE TEMP TABLE twice AS {twice}")
    (count,) = connection.execute("SELECT coalesce(sum(more), 0) FROM twice").fetchall()[0]
    if not count:
        return
    places = connection.execute(
        f"""SELECT line, first FROM keys JOIN twice USING (key) WHERE line > first ORDER BY line LIMIT {SHOWN}"""
    ).fetchall()
    shown = tuple((line, f"as line {first}") for line, first in places)
    table, sure = sql.columns.table, sql.columns.sure
    if table.keys:
        keys = ", ".join(table.keys)
        why, todo = f"in {table.ref} {keys} identify one row", "remove or correct one of the two"
        if not sure:
            why, todo = f"{why} in most cases, and no key is printed", "check whether rows were delivered twice"
        severity: Severity = "error" if sure else "warning"
        yield Fault("key", keys, int(count), shown, "the row repeats the key of another", why, todo, severity)
    else:
        why, todo = f"{table.ref} has no key, so it may be right", "check whether rows were delivered twice"
        yield Fault("repeated", "", int(count), shown, "the row is the same as another", why, todo, "warning")
