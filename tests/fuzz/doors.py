"""The doors: what takes a file in, with a good file for each to begin from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tests.interchange.small import FILES, write_small
from tests.whole.test_own_study import small_study
from workbench.catalog import Catalog, load_catalog
from workbench.catalog.load import read_catalog
from workbench.errors import Problem, Problems
from workbench.interchange.delivery import check_delivery
from workbench.interchange.mzg import check_mzg, read_mzg
from workbench.interchange.selfreg import read_selfreg, selfreg_facts, write_selfreg
from workbench.study.load import read_study_text

ROOT = Path(__file__).resolve().parents[2] / "catalog"
MZG = "001-Z-3.0-A-TINY-2019-1.TXT"
ROW = ("001", "2019", "1", "7", "20200229", "29.74", "A", "x", "ABCDEFG", "ABCDEFG")


@dataclass(frozen=True)
class Door:
    """`take` gets spoiled bytes and may raise `WorkbenchError` and nothing else; `share` tells how many come here."""

    name: str
    good: tuple[bytes, ...]
    take: Callable[[bytes], object]
    share: int


def doors(folder: Path) -> Iterator[Door]:
    """Every door, with its files under `folder`, where nothing may be written but the file that is taken in."""
    whole = load_catalog(ROOT)
    small = write_small(folder / "small")
    tiny = load_catalog(small)
    yield Door("study", (small_study().encode(),), lambda data: _study(data, whole), 30)
    yield from _catalogues(folder)
    yield _xml(folder, whole)
    lines = "".join("#".join((*ROW[:3], str(number), *ROW[4:])) + "#\n" for number in range(4)).encode()
    header = ",".join(field.name for field in tiny.tables["mzg.TINY"].fields)
    dated = [*ROW[:4], "2020-02-29", *ROW[5:]]
    table = (header + "\n" + "".join(",".join([*dated[:3], str(n), *dated[4:]]) + "\n" for n in range(4))).encode()
    text, extract = folder / MZG, folder / "extract.csv"
    yield Door("mzg", (lines,), lambda data: read_mzg(_written(text, data), tiny, small, typed=True).read_all(), 35)
    yield Door("mzg check", (lines,), lambda data: list(check_mzg(_written(text, data), tiny, small)), 1)
    yield Door("csv", (table,), lambda data: check_delivery(_written(extract, data), "mzg.TINY", tiny, 2019, small), 2)


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

        yield Door(f"catalogue {name}", (FILES[name].encode(),), take, 5)


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
    return Door("xml", (good.read_bytes(),), lambda data: read_selfreg(_written(file, data), form, catalog), 17)


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
