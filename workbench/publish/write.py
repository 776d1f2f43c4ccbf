"""Publishing: a `SafeTable` becomes an immutable, numbered, content-addressed folder.

`<root>/<study>/0001/` holds `cube.parquet` (the protected rows), `policy.json`, `certificate.json` and
`manifest.json` with the sha256 of the other three. The folder is written under another name and renamed
at the end, so a killed write leaves no half release; what it does leave is cleared by a later write.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.disclosure.release import SafeTable
from workbench.errors import Refused, WorkbenchError
from workbench.publish.shelf import (
    FILES,
    Manifest,
    Release,
    content_address,
    list_releases,
    release_numbers,
    sha256,
    study_folder,
)

COLUMNS: Mapping[str, pa.DataType] = {
    "indicator": pa.string(), "hospital": pa.string(), "year": pa.int32(),
    "n": pa.int64(), "k": pa.int64(), "rest": pa.int64(),
    "rate": pa.float64(), "rate_low": pa.float64(), "rate_high": pa.float64(),
    "expected": pa.float64(), "ratio": pa.float64(), "ratio_low": pa.float64(), "ratio_high": pa.float64(),
    "mean": pa.float64(), "q1": pa.float64(), "median": pa.float64(), "q3": pa.float64(),
    "withheld": pa.bool_(),
}  # fmt: skip
_PARTIAL = ".partial-"
_STALE_SECONDS = 3600
_SHOWN = ("cube.parquet", "policy.json")


def write_release(safe: SafeTable, run_id: str, root: Path) -> Release:
    """Publish `safe` under `root` and return the release.

    Publishing the same rows under the same policy a second time returns the release that exists: one
    content never has two numbers. (The certificate is salted anew each time, so it is not compared.)

    Raises `Refused` for anything that is not exactly a `SafeTable`, and `WorkbenchError` when the table
    lacks a column of the contract or the study name cannot be a folder.
    """
    if type(safe) is not SafeTable:  # a subclass could show other rows than those that were certified
        raise Refused(f"only a table that passed disclosure control can be published, not {type(safe).__name__}")
    shelf = root / study_folder(safe.study)
    shelf.mkdir(parents=True, exist_ok=True)
    _clear_stale(shelf)
    partial = shelf / f"{_PARTIAL}{secrets.token_hex(8)}"
    partial.mkdir()
    try:
        files = _write_files(safe, partial)
        for release in list_releases(root, safe.study):
            if all(release.files[name] == files[name] for name in _SHOWN):
                return release
        return _place(root, partial, safe.study, run_id, files)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_files(safe: SafeTable, folder: Path) -> dict[str, str]:
    missing = [name for name in COLUMNS if name not in safe.rows.column_names]
    if missing:
        raise WorkbenchError(f"the protected table lacks the columns {', '.join(missing)}")
    rows = safe.rows.select(list(COLUMNS)).cast(pa.schema(list(COLUMNS.items())))
    rows = rows.sort_by([("indicator", "ascending"), ("hospital", "ascending"), ("year", "ascending")])
    pq.write_table(rows, folder / "cube.parquet", compression="zstd", compression_level=1)
    _write_json(folder / "policy.json", safe.policy)
    _write_json(folder / "certificate.json", safe.certificate)
    return {name: sha256(folder / name) for name in FILES}


def _place(root: Path, partial: Path, study: str, run_id: str, files: dict[str, str]) -> Release:
    """Write the manifest and give the folder the next free number; another writer may come between."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    content = content_address(files)
    while True:
        number = max(release_numbers(root, study), default=0) + 1
        manifest = Manifest(study=study, number=number, run_id=run_id, created=created, content=content, files=files)
        _write_json(partial / "manifest.json", manifest.model_dump())
        for path in partial.iterdir():
            path.chmod(0o444)
            _to_disk(path)
        target = partial.parent / f"{number:04d}"
        try:
            partial.rename(target)  # fails when the number was taken meanwhile: a release is never empty
        except OSError:
            if not target.exists():
                raise
            (partial / "manifest.json").unlink()
            continue
        _to_disk(target.parent)
        return Release(study, number, run_id, created, content, files, target)


def _clear_stale(shelf: Path) -> None:
    for path in shelf.glob(f"{_PARTIAL}*"):
        if time.time() - path.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written in a release")
