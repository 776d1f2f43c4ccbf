"""Published tables that differ by one hospital: what their difference tells of a person, by nothing but subtraction."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.dataflow.schema import split_ref
from workbench.disclosure import SmallCellPolicy
from workbench.errors import WorkbenchError
from workbench.training.breaks import Difference
from workbench.training.seen import Seen
from workbench.training.sql import quoted, text


@dataclass(frozen=True)
class Told:
    """What two printed tables tell of one person, whom `hospital` had alone in `year` and `group` by its own files.

    first, second: stays and outcomes of that year and group as each table prints them; outcome: what the rest says.
    """

    hospital: str
    year: int
    group: str
    first: tuple[int, int]
    second: tuple[int, int]
    person: str
    outcome: bool


def stays_of(seen: Seen, asked: Difference, outcome: str) -> pa.Table:
    """The stays of the dataset: person, hospital, year, group, outcome. One of unknown outcome is in no table."""
    begin, end = asked.characters
    hospital = f"substr({quoted(asked.hospital)}::VARCHAR, {begin}, {end - begin + 1})"
    select = f"{quoted(asked.person)} AS person, {hospital} AS hospital, {quoted(asked.year)}::INTEGER AS year"
    select += f', {quoted(asked.group)}::VARCHAR AS "group"'
    rows = f"FROM {_file(seen, asked.party, asked.part)} WHERE {quoted(outcome)} IS NOT NULL"
    with duckdb.connect() as con:
        return con.execute(f"SELECT {select}, {quoted(outcome)}::BOOLEAN AS outcome {rows}").to_arrow_table()


def differ(
    seen: Seen, asked: Difference, outcome: str, policy: SmallCellPolicy, second: bool = True
) -> tuple[Told, ...]:
    """Everybody of whom two tables tell, whichever hospital the second leaves out; a death comes first.

    Each table prints a line only when no part of it is smaller than the policy lets through. Who reads them is a
    hospital, which knows its own patients and not what became of them afterwards. Without `second` only the table of
    all hospitals is published, and there is nothing to subtract.
    """
    stays, own, least = stays_of(seen, asked, outcome), asked.own, policy.threshold
    large = f"count(DISTINCT person) >= {least} AND count(DISTINCT person) FILTER (outcome) >= {least}"
    sql = f"""
        WITH left_out AS (SELECT '' AS gone UNION SELECT hospital FROM stays WHERE {second}),
        printed AS (
            SELECT gone, year, "group", count(*) AS n, count(*) FILTER (outcome) AS k
            FROM stays JOIN left_out ON hospital <> gone
            GROUP BY ALL HAVING {large} AND count(DISTINCT person) FILTER (NOT outcome) >= {least}
        ),
        patients AS (
            SELECT stay.{quoted(own.hospital)}::VARCHAR AS hospital, stay.{quoted(own.year)}::INTEGER AS year,
                stay.{quoted(own.group)}::VARCHAR AS "group",
                min(lpad(one.{quoted(own.person)}::VARCHAR, 11, '0')) AS person
            FROM {_file(seen, "hospitals", own.stays)} AS stay
            JOIN {_file(seen, "hospitals", own.persons)} AS one ON stay.{quoted(own.on)} = one.{quoted(own.on)}
            GROUP BY ALL HAVING count(DISTINCT one.{quoted(own.person)}) = 1
        )
        SELECT patients.hospital, patients.year, patients."group", whole.n, whole.k, less.n, less.k, patients.person
        FROM printed AS whole JOIN printed AS less ON whole.gone = '' AND less.gone <> ''
            AND whole.year = less.year AND whole."group" = less."group"
        JOIN patients ON patients.hospital = less.gone AND patients.year = less.year
            AND patients."group" = less."group"
        WHERE whole.n - less.n = 1 ORDER BY patients.hospital, patients.year
    """
    with duckdb.connect() as con:
        con.register("stays", stays)
        found = con.execute(sql).fetchall()
    told = (Told(h, y, g, (n, k), (m, j), person, k > j) for h, y, g, n, k, m, j, person in found)
    return tuple(sorted(told, key=lambda one: not one.outcome))


def _file(seen: Seen, party: str, ref: str) -> str:
    dataset, part = split_ref(ref)
    path = seen.parts.get((party, f"{dataset}.{part}"))
    if path is None:
        raise WorkbenchError(
            f"{party} never had {ref}, of which the fault speaks. Correct catalog/workshop/breaks.yaml."
        )
    return f"read_parquet({text(str(path))})"
