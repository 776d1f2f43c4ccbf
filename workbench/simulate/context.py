"""What a step sees while it runs: its actor's tables, its actor's keys, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from workbench.catalog.model import Catalog, Table
from workbench.crypto import pseudonymise, read_key
from workbench.dataflow.schema import IBIS_TYPES, split_ref
from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends import Session
from workbench.simulate.vault import Vault
from workbench.study.model import Study


class VaultContext:
    """The `Context` of one step of one actor (see `workbench.dataflow.kinds.base.Context`)."""

    def __init__(self, study: Study, catalog: Catalog, vault: Vault, sources: Path, session: Session) -> None:
        self.study = study
        self.catalog = catalog
        self._vault = vault
        self._sources = sources
        self._session = session

    def source(self, ref: str) -> ir.Table:
        """A source table of the actor. Raises `Refused` when its provider is another party."""
        table = self.catalog.tables[ref]
        if table.provider != self._vault.party:
            raise Refused(f"{self._vault.party} does not hold {ref}: its provider is {table.provider}.")
        path = self._sources / table.provider / f"{table.table}.parquet"
        if not path.exists():
            raise WorkbenchError(f"{path} is missing: the data folder has no table {ref}. Generate the data again.")
        rows = self._session.read(path)
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
        return {part: self._session.read(path) for part, path in self._vault.parts(dataset).items()}

    def part(self, ref: str) -> ir.Table:
        """One part of a dataset the actor holds."""
        dataset, part = split_ref(ref)
        paths = self._vault.parts(dataset)
        if part not in paths:
            raise Refused(f"{self._vault.party} holds '{dataset}' without the part '{part}'.")
        return self._session.read(paths[part])

    def concordance(self, identifiers: ir.Table, column: str, domain: str) -> ir.Table:
        """Each distinct identifier beside its pseudonym: (`column`, `domain`), one row per identifier."""
        declared = self.study.domain(domain)
        if declared is None or declared.issuer != self._vault.party:
            raise Refused(f"{self._vault.party} does not issue '{domain}': only its issuer holds the key.")
        key = self._key(domain, declared.scope == "study")
        distinct = identifiers.select(column).filter(identifiers[column].notnull()).distinct()
        values = self._session.arrow(distinct)[column]
        try:
            numbers = np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64)
            pseudonyms = pseudonymise(numbers, key, domain)
        except ValueError as error:  # not a number, or two identifiers with one number
            raise WorkbenchError(f"'{column}' cannot be turned into '{domain}': {error}.") from error
        return self._session.register(pa.table({column: values, domain: pa.array(pseudonyms)}))

    def keep(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once."""
        return self._session.keep(rows)

    def threshold(self, policy: str) -> int:
        """Smallest number a cell may show under the policy."""
        return self.catalog.policies[policy].threshold

    def _key(self, domain: str, study_key: bool) -> bytes:
        if study_key:
            return self._vault.key(domain, make=True)
        path = self._sources / self._vault.party / "keys" / f"{domain}.key"
        if not path.exists():
            raise WorkbenchError(f"{path} is missing: the source's key of '{domain}'. Generate the data again.")
        return read_key(path)
