"""Takes over what hospitals put on the server: only files in order, whose name and sender meet the requirements.

The server keeps accounts apart (one per hospital, with its own key); this runs after it, over a folder per account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalog.model import Catalog
from workbench.errors import Problem, Problems
from workbench.interchange.selfreg.read import read_selfreg
from workbench.interchange.selfreg.schema import SelfReg


@dataclass(frozen=True)
class Received:
    """One file of an account: taken over with its rows, or refused with the reasons."""

    account: str
    name: str
    rows: int
    problems: tuple[Problem, ...]

    @property
    def taken(self) -> bool:
        """Whether it was taken over."""
        return not self.problems


def receive(inbox: Path, form: SelfReg, catalog: Catalog, out: Path | None = None) -> list[Received]:
    """Check every file of `inbox/ACCOUNT/`, where the account is the hospital's recognition number.

    With `out` the rows of all files that are in order become `out/PROVIDER/TABLE.parquet`; a later file of a hospital
    replaces its earlier one. Nothing that was refused is in it. Raises `Problems` when there is no such folder.
    """
    if not inbox.is_dir():
        why, todo = "accounts are folders of it", "give the folder of the server that has the accounts"
        raise Problems([Problem(str(inbox), 1, "there is no such folder", why, todo)])
    found, tables = [], {}
    for account in sorted(path for path in inbox.iterdir() if path.is_dir()):
        for path in sorted(account.iterdir()):
            problems = _name(path, account.name, form)
            rows: pa.Table | None = None
            if not problems:
                try:
                    hospital, rows = read_selfreg(path, form, catalog)
                    if hospital != account.name:
                        problems = [
                            _problem(path, f"it is of hospital {hospital} and lies in the account of {account.name}")
                        ]
                except Problems as error:
                    problems = list(error.problems)
            if rows is not None and not problems:
                tables[account.name] = rows
            found.append(Received(account.name, path.name, rows.num_rows if rows else 0, tuple(problems)))
    if out is not None and tables:
        target = out / form.table.provider / f"{form.table.table}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        pq.write_table(pa.concat_tables(tables.values()), part)
        part.replace(target)
    return found


def _name(path: Path, account: str, form: SelfReg) -> list[Problem]:
    wanted = rf"{re.escape(form.table.table)}_([0-9]{{3}})_[0-9]{{8}}\.xml"
    match = re.fullmatch(wanted, path.name, re.ASCII)
    if path.is_symlink() or not path.is_file():
        return [_problem(path, "it is no plain file")]
    if match is None:
        return [_problem(path, f"its name is not as {form.table.table}_{account}_YYYYMMDD.xml")]
    if match[1] != account:
        return [_problem(path, f"its name says hospital {match[1]}, and it lies in the account of {account}")]
    return []


def _problem(path: Path, what: str) -> Problem:
    why, todo = "only files whose name and sender are known are taken over", "let the hospital send it again"
    return Problem(f"{path.parent.name}/{path.name}", 1, what, why, todo)
