"""What a step sees while it runs: its actor's tables, its actor's keys, and no more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.catalog.model import Catalog, Table
from workbench.crypto import Identifiers, decode, pseudonymise, pseudonymise_reversibly, read_key, repeated
from workbench.dataflow.schema import IBIS_TYPES, split_ref
from workbench.dataflow.written import GUARD, fixed_length
from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends import Session
from workbench.simulate.lineage import Edge, Executed, Trace, as_read
from workbench.simulate.vault import Vault
from workbench.study.model import Study

PLACE = "$place of the row"  # no column of a table can have this name


def source_file(table: Table, party: str, sources: Path) -> Path:
    """Where a party finds a source table: in its own folder, or else, for a copy of it, in the provider's."""
    own = sources / party / f"{table.table}.parquet"
    return own if own.exists() else sources / table.provider / f"{table.table}.parquet"


def _numbers(values: pa.ChunkedArray, guard: str = "") -> Identifiers:
    """Identifiers as numbers, each with the digit `guard` before it when there is one."""
    if guard:
        values = pc.binary_join_element_wise(guard, values, "")
    return np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64)


class VaultContext:
    """The `Context` of one step of one actor (see `workbench.dataflow.kinds.base.Context`)."""

    def __init__(
        self, study: Study, catalog: Catalog, vault: Vault, sources: Path, session: Session, seed: int = 0
    ) -> None:
        self.study = study
        self.catalog = catalog
        self._vault = vault
        self._sources = sources
        self._session = session
        self._seed = seed
        self.trace = Trace()

    def source(self, ref: str) -> ir.Table:
        """A source table of the actor. Raises `Refused` when it neither provides the table nor has a copy."""
        table = self.catalog.tables[ref]
        if self._vault.party not in table.holders:
            raise Refused(f"{self._vault.party} does not hold {ref}: its provider is {table.provider}.")
        path = source_file(table, self._vault.party, self._sources)
        if not path.exists():
            raise WorkbenchError(f"{path} is missing: the data folder has no table {ref}. Generate the data again.")
        rows = self.trace.leaf(self._session.read(path), ref)
        missing = [name for name in self._asked(table) if name not in rows.columns]
        if missing:
            raise WorkbenchError(f"{path} has no {', '.join(missing)}: the study asks for it. Generate the data again.")
        return rows.cast({field.name: IBIS_TYPES[field.type] for field in table.fields if field.name in rows.columns})

    def _asked(self, table: Table) -> list[str]:
        """Keys of a table and the fields the study names; a data folder may lack what nobody asks for."""
        named = {use.ref for use in self.study.variables} | {one.field for one in self.study.population.criteria}
        fields = (field.name for field in table.fields)
        return [name for name in fields if name in table.keys or f"{table.ref}.{name}" in named]

    def parts(self, dataset: str) -> Mapping[str, ir.Table]:
        """All parts of a dataset the actor holds."""
        parts = self._vault.parts(dataset).items()
        return {part: self.trace.leaf(self._session.read(path), f"{dataset}.{part}") for part, path in parts}

    def part(self, ref: str) -> ir.Table:
        """One part of a dataset the actor holds."""
        dataset, part = split_ref(ref)
        paths = self._vault.parts(dataset)
        if part not in paths:
            raise Refused(f"{self._vault.party} holds '{dataset}' without the part '{part}'.")
        return self.trace.leaf(self._session.read(paths[part]), f"{dataset}.{part}")

    def concordance(self, identifiers: ir.Table, column: str, domain: str) -> ir.Table:
        """Each distinct identifier beside its pseudonym: (`column`, `domain`), one row per identifier."""
        declared = self.study.domain(domain)
        if declared is None or declared.issuer != self._vault.party:
            raise Refused(f"{self._vault.party} does not issue '{domain}': only its issuer holds the key.")
        key = self._key(domain, declared.scope == "study")
        values = self._distinct(identifiers, column)
        try:
            guarded = declared.reversible and not fixed_length(declared.of, self.catalog)
            numbers = _numbers(values, GUARD if guarded and pa.types.is_string(values.type) else "")
            if repeated(numbers):
                raise ValueError("two identifiers are one number")
            make = pseudonymise_reversibly if declared.reversible else pseudonymise
            pseudonyms = make(numbers, key, domain)
        except ValueError as error:  # not a number, or two identifiers with one number
            raise WorkbenchError(f"'{column}' cannot be turned into '{domain}': {error}.") from error
        pairs = self._session.register(pa.table({column: values, domain: pa.array(pseudonyms)}))
        return self._keyed(pairs, identifiers, column, domain, domain)

    def identifiers(self, pseudonyms: ir.Table, column: str, domain: str) -> ir.Table:
        """Each distinct pseudonym beside the identifier behind it; `Refused` for who has no key of the domain."""
        declared = self.study.domain(domain)
        if declared is None or not declared.reversible:
            raise Refused(f"'{domain}' is not reversible: nobody can turn its pseudonyms back.")
        if self._vault.party not in declared.keepers:
            raise Refused(f"{self._vault.party} has no key of '{domain}': {' and '.join(declared.keepers)} has it.")
        key = self._key(domain, declared.scope == "study", make=False)
        values = self._distinct(pseudonyms, column)
        try:
            found = decode(_numbers(values), key, domain)
        except ValueError as error:
            raise WorkbenchError(f"'{column}' is no pseudonym of '{domain}': {error}.") from error
        pairs = self._session.register(pa.table({column: values, declared.of: pa.array(found)}))
        return self._keyed(pairs, pseudonyms, column, declared.of)

    def _keyed(self, pairs: ir.Table, rows: ir.Table, column: str, made: str, domain: str | None = None) -> ir.Table:
        """`pairs` with the lineage of column `column` of `rows` and of what the key of a domain made from it."""
        read = self.trace.of(rows)
        values = read.columns[column]
        key = {Edge(f"domain:{domain}", "TRANSFORMATION")} if domain else set()
        columns = {column: values, made: as_read(values, "TRANSFORMATION") | key}
        return self.trace.given(pairs, Executed(columns, read.rows | as_read(values, "GROUP_BY")))

    def _distinct(self, rows: ir.Table, column: str) -> pa.ChunkedArray:
        return self._session.arrow(rows.select(column).filter(rows[column].notnull()).distinct())[column]

    def numbered(self, rows: ir.Table, name: str, step: str) -> ir.Table:
        """The rows, computed once, with the numbers from 1 on in an order drawn from the run's seed and the step."""
        order = [rows[column] for column in rows.columns]
        placed = self._session.keep(rows.mutate(**{PLACE: ibis.row_number().over(ibis.window(order_by=order))}))
        count = int(self._session.arrow(placed.aggregate(count=placed.count()))["count"][0].as_py())
        seed = [self._seed, *hashlib.sha256(step.encode()).digest()]
        drawn = np.random.default_rng(seed).permutation(count).astype(np.int64) + 1
        numbers = self._session.register(pa.table({PLACE: pa.array(range(count), pa.int64()), name: pa.array(drawn)}))
        read = self.trace.of(rows)  # the order is drawn, so neither the place nor the number comes from a column
        self.trace.given(placed, Executed({**read.columns, PLACE: frozenset()}, read.rows))
        made = frozenset({Edge(f"domain:ref:{step}", "TRANSFORMATION")})
        self.trace.given(numbers, Executed({PLACE: frozenset(), name: made}))
        return placed.join(numbers, PLACE).drop(PLACE)

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once."""
        return self.trace.given(self._session.keep(rows), self.trace.of(rows))

    def threshold(self, policy: str) -> int:
        """Smallest number a cell may show under the policy."""
        return self.catalog.policies[policy].threshold

    def _key(self, domain: str, study_key: bool, make: bool = True) -> bytes:
        if study_key:
            return self._vault.key(domain, make=make)
        path = self._sources / self._vault.party / "keys" / f"{domain}.key"
        if not path.exists():
            raise WorkbenchError(f"{path} is missing: the source's key of '{domain}'. Generate the data again.")
        return read_key(path)
