"""The doors: what takes a file in, with a good file for each to begin from."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz.spoil import spoiled, spoiled_zip
from tests.interchange.small import FILES, write_small
from tests.whole.test_own_study import small_study
from workbench.catalog import Catalog, load_catalog
from workbench.catalog.load import read_catalog
from workbench.errors import Problem, Problems
from workbench.interchange.delivery import check_delivery
from workbench.interchange.delivery.layout import columns_of
from workbench.interchange.delivery.read import Extract
from workbench.interchange.excel_read import read_excel_changes
from workbench.interchange.excel_write import write_workbook
from workbench.interchange.mzg import check_mzg, read_mzg
from workbench.interchange.rocrate import METADATA, crate_faults
from workbench.interchange.selfreg import read_selfreg, selfreg_facts, write_selfreg
from workbench.main.audits import read_export
from workbench.simulate.ledger import Ledger, LedgerEntry, PartEntry
from workbench.state import Entry, backup, open_state, restore, verify
from workbench.study.load import read_study_text

ROOT = Path(__file__).resolve().parents[2] / "catalog"
MZG = "001-Z-3.0-A-TINY-2019-1.TXT"
ROW = ("001", "2019", "1", "7", "20200229", "29.74", "A", "x", "ABCDEFG", "ABCDEFG")
Spoil = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Door:
    """`take` gets spoiled bytes and may raise `WorkbenchError` and nothing else; `share` tells how many come here."""

    name: str
    good: tuple[bytes, ...]
    take: Callable[[bytes], object]
    share: int
    spoil: Spoil = spoiled


def doors(folder: Path) -> list[Door]:
    """Every door, with its files under `folder`, where nothing may be written but the file that is taken in."""
    whole, small = load_catalog(ROOT), write_small(folder / "small")
    tiny = load_catalog(small)
    study = Door("study", (small_study().encode(),), lambda data: _study(data, whole), 300)
    return [
        *(study, *_catalogues(folder), _xml(folder, whole), *_extracts(folder, tiny, small)),
        *(*_kept(folder), _excel(folder, tiny, small)),
    ]


def _study(data: bytes, catalog: Catalog) -> object:
    """A draft is text in the browser; that a file is text at all is asked by the reader of the catalogue too."""
    return _right(read_study_text(data.decode("utf-8", "replace"), "fuzz.yaml", catalog))


def _right(found: tuple[object, list[Problem]]) -> object:
    if found[1]:
        str(Problems(found[1]))  # what a user is told
        raise Problems(found[1])
    return found[0]


def _catalogues(folder: Path) -> Iterator[Door]:
    """One file of a catalogue is spoiled, the others stand beside it."""
    for name in ("tables/test/OTHER.yaml", "codes/chosen.yaml", "derived.yaml"):
        root = write_small(folder / name.replace("/", "-"))

        def take(data: bytes, root: Path = root, name: str = name) -> object:
            _written(root / name, data)
            return _right(read_catalog(root))

        yield Door(f"catalogue {name}", (FILES[name].encode(),), take, 40)


def _xml(folder: Path, catalog: Catalog) -> Door:
    form = selfreg_facts("selfreg.STROKE_2022", catalog, ROOT)
    rows = [
        {"ERK": "901", "Jaar": 2019 + number % 2, "Doorverwijzing": False, "InZiekenhuis": False,
         "DeurNaaldTijd": 30 + number, "Inclusie": True, "SITS": False}
        for number in range(3)
    ]  # fmt: skip
    (folder / "good").mkdir()
    good = write_selfreg(pa.Table.from_pylist(rows), form, folder / "good", datetime.date(2026, 11, 30), catalog)
    file = folder / good.name
    return Door("xml", (good.read_bytes(),), lambda data: read_selfreg(_written(file, data), form, catalog), 180)


def _extracts(folder: Path, tiny: Catalog, small: Path) -> Iterator[Door]:
    """MZG text, CSV and Parquet: the reader alone a hundred times for each time that the rules are asked too."""
    lines = "".join("#".join((*ROW[:3], str(number), *ROW[4:])) + "#\n" for number in range(4)).encode()
    fields = tiny.tables["mzg.TINY"].fields
    dated = [*ROW[:4], "2020-02-29", *ROW[5:]]
    texts = [[*dated[:3], str(number), *dated[4:]] for number in range(4)]
    table = "".join(",".join(row) + "\n" for row in [[field.name for field in fields], *texts]).encode()
    text = folder / MZG
    yield Door("mzg", (lines,), lambda data: read_mzg(_written(text, data), tiny, small, typed=True).read_all(), 240)
    yield Door("mzg check", (lines,), lambda data: list(check_mzg(_written(text, data), tiny, small)), 2)
    columns = {field.name: [row[at] for row in texts] for at, field in enumerate(fields)}
    for form, good in (("csv", (table,)), ("parquet", tuple(_parquet(pa.table(columns))))):
        file = folder / f"extract.{form}"

        def read(data: bytes, file: Path = file) -> object:
            return list(Extract(_written(file, data), columns_of(file, "mzg.TINY", tiny, 2019, small)).batches())

        def check(data: bytes, file: Path = file) -> object:
            return check_delivery(_written(file, data), "mzg.TINY", tiny, 2019, small)

        yield Door(form, good, read, {"csv": 90, "parquet": 25}[form])
        yield Door(f"{form} check", good, check, {"csv": 5, "parquet": 2}[form])


def _parquet(rows: pa.Table) -> Iterator[bytes]:
    """Packed and not: in the second kind what is spoiled reaches the values."""
    for packing in ("snappy", "none"):
        out = io.BytesIO()
        pq.write_table(rows, out, compression=packing)
        yield out.getvalue()


def _kept(folder: Path) -> Iterator[Door]:
    """What the workbench itself wrote, and somebody brings back."""
    state = open_state(folder / "state")
    state.drafts.create("mia", "x", "one")
    for number in range(3):
        state.audit.write("mia", "report.opened", f"r{number}")
    whole = folder / "backup.zip"
    backup(state.engine, whole)
    log = "".join(json.dumps(one.plain()) + "\n" for one in state.audit.entries()).encode()
    exported, crate, ledger = folder / "log.jsonl", folder / "crate", folder / "ledger.jsonl"

    def reads(data: bytes) -> object:
        found: list[Entry] = read_export(_written(exported, data))
        return verify(found, [])

    yield Door("audit log", (log,), reads, 12)
    # The state holds something already: what fits is refused at the last moment, what does not before.
    good = whole.read_bytes()
    yield Door("backup", (good,), lambda data: restore(state.engine, _written(whole, data)), 4, spoiled_zip)
    yield Door("forged backup", (good,), lambda data: restore(state.engine, _written(whole, data)), 4, _forged)
    crate.mkdir()
    (crate / "a file").write_bytes(b"x")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    said = [
        {"@id": METADATA, "about": {"@id": "./"}},
        {"@id": "./", "hasPart": [{"@id": "a%20file"}]},
        {"@id": "a%20file", "sha256": digest},
    ]
    described = json.dumps({"@graph": said}, indent=1).encode()
    yield Door("crate", (described,), lambda data: [*crate_faults(_written(crate / METADATA, data).parent)], 6)
    run = Ledger(ledger)
    for step in ("one", "two"):
        run.add(LedgerEntry(step, "join", "holder", "1", ("a",), (PartEntry("a", "b", ("c",), 3, digest),)))
    yield Door("ledger of a run", (ledger.read_bytes(),), lambda data: Ledger(_written(ledger, data)), 8)


def _forged(good: bytes, random: Random) -> bytes:
    """A backup with other rows, whose hash is right again."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        rows = spoiled(old.read("state.jsonl"), random)
        manifest = json.loads(old.read("manifest.json")) | {"sha256": hashlib.sha256(rows).hexdigest()}
        new.writestr("state.jsonl", rows)
        new.writestr("manifest.json", json.dumps(manifest))
    return made.getvalue()


def _excel(folder: Path, tiny: Catalog, small: Path) -> Door:
    file = folder / "catalogue.xlsx"
    write_workbook(tiny, file)
    good = file.read_bytes()
    return Door(
        "excel", (good,), lambda data: read_excel_changes(tiny, _written(file, data), small), 2, spoiled_zip
    )  # fmt: skip


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
