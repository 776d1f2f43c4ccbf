"""What the answer key says of who was recognised. It is read when an attack is over, and never by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.training.breaks import Record
from workbench.training.differencing import Told
from workbench.training.joins import Chain
from workbench.training.sql import quoted, text

_SAID = ("INSZ", "birth_date", "death_date")


@dataclass(frozen=True)
class Truth:
    """The person by the answer key, and of all that was told of anybody, how much is right and how much wrong."""

    person: Mapping[str, str] = field(default_factory=dict)
    right: int = 0
    wrong: int = 0


def truth(chain: Chain | None, told: Sequence[Told], data: Path, days: int = 0, record: Record | None = None) -> Truth:
    """Hold what an attack told beside the answer key.

    A chain is right about a record when the key, in the table that `record` names, gives it to that person; a
    difference is right when the key has that person in that hospital in that year, dead within `days` of an admission
    there or not, as it says.
    """
    if chain is None and not told:
        return Truth()
    person = chain.person if chain else told[0].person
    with duckdb.connect() as con:
        for name in {"persons", "stays", record.table if record else "stays"}:
            con.execute(
                f"CREATE VIEW {quoted(name)} AS FROM read_parquet({text(str(data / 'answer_key' / f'{name}.parquet'))})"
            )
        known = _person(con, person)
        if not known and record:  # who died before the others begin stands in the registry alone, where sex is a code
            known = {name: value for name, value in _person(con, person, record.table).items() if name in _SAID}
        if chain and record:
            said = pa.table({"who": [one for one, _ in chain.pairs], "number": [two for _, two in chain.pairs]})
            right = (
                f"EXISTS (FROM {quoted(record.table)} WHERE INSZ = who AND {quoted(record.known)}::VARCHAR = number)"
            )
        else:
            columns = ("person", "hospital", "year", "outcome")
            said = pa.table({one: [getattr(line, one) for line in told] for one in columns})
            died = f"coalesce(death_date <= admission + {days}, false)"
            same = "stays.INSZ = person AND CODE_AGR::VARCHAR = hospital AND year(discharge) = said.year"
            right = f"EXISTS (FROM stays JOIN persons USING (INSZ) WHERE {same} AND {died} = outcome)"
        con.register("said", said)
        counted = con.execute(f"SELECT count(*) FILTER ({right}), count(*) FROM said").fetchone()
    good, every = counted or (0, 0)
    return Truth(known, good, every - good)


def person_of(insz: str, data: Path) -> Mapping[str, str]:
    """What the answer key says of a person, as text; empty for one that it does not have."""
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW persons AS FROM read_parquet({text(str(data / 'answer_key' / 'persons.parquet'))})")
        return _person(con, insz)


def _person(con: duckdb.DuckDBPyConnection, insz: str, table: str = "persons") -> Mapping[str, str]:
    found = con.execute(f"SELECT * FROM {quoted(table)} WHERE INSZ = ?", [insz.rjust(11, "0")]).fetchone()
    names = [one[0] for one in con.description or ()]
    return {name: str(value) for name, value in zip(names, found or (), strict=bool(found)) if value is not None}
