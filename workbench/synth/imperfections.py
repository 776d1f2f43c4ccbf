"""Faults planted on purpose in the files of the parties, when a file of faults is given, and where they stand.

A row is spoiled or not by the digest of its key, so the same rows are on any number of threads and whatever else is
made. All faults of a table look at the row as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import WorkbenchError
from workbench.synth.sources import REFS

_KINDS = {"empty", "digit", "misprint", "shift", "repeat", "late", "cancel"}
_OF_A_FIELD = {"empty", "digit", "misprint", "shift"}


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one table; `field` for those of a field, `by` as the kind needs it."""

    id: str
    kind: str
    table: str
    share: float
    field: str
    by: Any


@dataclass(frozen=True)
class Imperfections:
    """The faults of a file, the keys of the tables, and the digest of the file."""

    faults: tuple[Fault, ...]
    keys: Mapping[str, Sequence[str]]
    seed: int
    sha256: str

    def of(self, table: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.table == table)

    def spoil(self, table: str, query: str) -> str:
        """The rows of a table with its faults."""
        faults = self.of(table)
        if not faults:
            return query
        flags = ", ".join(f'{self._hit(fault)} AS "${place}"' for place, fault in enumerate(faults))
        names = ", ".join(f'"${place}"' for place in range(len(faults)))
        replaced = _replacements(faults)
        kept = "".join(f' AND NOT "${place}"' for place, fault in enumerate(faults) if fault.kind == "late")
        marked = f"(SELECT *, {flags} FROM ({query}))"
        blocks = [f"SELECT * EXCLUDE ({names}){replaced} FROM {marked} WHERE true{kept}"]
        for place, fault in enumerate(faults):
            if fault.kind in ("repeat", "cancel"):
                changed = _replacements(faults, fault.by if fault.kind == "cancel" else ())
                blocks.append(f'SELECT * EXCLUDE ({names}){changed} FROM {marked} WHERE "${place}"{kept}')
        return " UNION ALL ".join(blocks)

    def key(self, queries: Mapping[str, str]) -> str:
        """The rows of the answer key: fault, table, field, key of the row as text, and the true value."""
        blocks = []
        for fault in self.faults:
            if fault.table in queries:
                by = fault.by if fault.kind == "late" else self.keys[fault.table]
                true = f"{fault.field}::VARCHAR" if fault.field else "NULL::VARCHAR"
                told = f"""'{fault.id}' AS fault, '{fault.kind}' AS kind, '{REFS[fault.table]}' AS "table",
                    '{fault.field}' AS field, {_text(by)} AS row_key, {true} AS true_value"""
                filled = f" AND {fault.field} IS NOT NULL" if fault.field else ""
                distinct = "DISTINCT " if fault.kind == "late" else ""
                blocks.append(f"SELECT {distinct}{told} FROM ({queries[fault.table]}) WHERE {self._hit(fault)}{filled}")
        nothing = """SELECT '' AS fault, '' AS kind, '' AS "table", '' AS field, '' AS row_key, '' AS true_value"""
        return " UNION ALL ".join([*blocks, f"{nothing} WHERE false"])

    def _hit(self, fault: Fault) -> str:
        by = fault.by if fault.kind == "late" else self.keys[fault.table]
        digest = f"md5_number_lower('{self.seed}:{fault.id}:' || {_text(by)})"
        return f"({digest} < {int(fault.share * 2**64)}::UBIGINT)"


def read_imperfections(path: Path, catalog_root: Path, seed: int) -> Imperfections:
    """The faults in a file. Raises `WorkbenchError` naming the entry that cannot be planted."""
    try:
        raw = path.read_bytes()
        listed = yaml.safe_load(raw)["faults"]["value"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise WorkbenchError(f"{path}: no list of faults ({error}); see catalog/synth/imperfections.yaml") from error
    faults = tuple(_faults(path, listed, catalog_root))
    keys = {fault.table: _layout(catalog_root, fault.table)["keys"] for fault in faults}
    for fault in faults:
        if not keys[fault.table] and fault.kind != "late":
            keys[fault.table] = [field["name"] for field in _layout(catalog_root, fault.table)["fields"]]
    return Imperfections(faults, keys, seed, hashlib.sha256(raw).hexdigest())


def _faults(path: Path, listed: Sequence[Mapping[str, Any]], catalog_root: Path) -> Iterator[Fault]:
    for entry in listed:
        name, kind = str(entry.get("id", "?")), str(entry.get("kind"))
        ref = str(entry.get("table"))
        table = ref.rpartition(".")[2]
        if kind not in _KINDS or REFS.get(table) != ref or not 0 <= float(entry.get("share", -1)) < 1:
            kinds = ", ".join(sorted(_KINDS))
            raise WorkbenchError(f"{path}: fault '{name}' needs a kind ({kinds}), a table that is made, and a share")
        by = entry.get("by")
        named = [str(entry.get("field", ""))] if kind in _OF_A_FIELD else list(by or [])
        fields = {field["name"] for field in _layout(catalog_root, table)["fields"]}
        if set(named) - fields or (kind in _OF_A_FIELD | {"late", "cancel"} and not named):
            raise WorkbenchError(f"{path}: fault '{name}' names {named or 'no field'}, which {ref} does not have")
        field = named[0] if kind in _OF_A_FIELD else ""
        yield Fault(name, kind, table, float(entry["share"]), field, by)


def _layout(catalog_root: Path, table: str) -> Mapping[str, Any]:
    source = REFS[table].partition(".")[0]
    path = catalog_root / "tables" / source / f"{table}.yaml"
    loaded: Mapping[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return loaded


def _replacements(faults: Sequence[Fault], negative: Sequence[str] = ()) -> str:
    """SQL for the fields as they are spoiled; several faults of one field come one after the other."""
    spoiled: dict[str, str] = {}
    for place, fault in enumerate(faults):
        if fault.field:
            value = spoiled.get(fault.field, fault.field)
            spoiled[fault.field] = f'CASE WHEN "${place}" THEN {_bad(fault, value)} ELSE {value} END'
    spoiled |= {name: f"-({spoiled.get(name, name)})" for name in negative}
    listed = ", ".join(f"{sql} AS {name}" for name, sql in spoiled.items())
    return f" REPLACE ({listed})" if listed else ""


def _bad(fault: Fault, value: str) -> str:
    if fault.kind == "empty":
        return "NULL"
    if fault.kind == "digit":
        return f"left({value}, -1) || ((right({value}, 1)::INTEGER + 1) % 10)::VARCHAR"
    if fault.kind == "shift":
        return f"{value} + ({int(fault.by)})"
    last = f"right({value}, 1)"
    letter = f"CASE WHEN {last} BETWEEN '0' AND '9' THEN chr(65 + {last}::INTEGER) ELSE '0' END"
    return f"left({value}, -1) || {letter}"


def _text(fields: Sequence[str]) -> str:
    """SQL for the values of fields as one text."""
    return "concat_ws('|', " + ", ".join(f"coalesce({name}::VARCHAR, '')" for name in fields) + ")"
