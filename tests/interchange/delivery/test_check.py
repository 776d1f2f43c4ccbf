"""Checking a delivered extract: set against a plain reader, one value at a time, and against the check of MZG files."""

from __future__ import annotations

import csv
import datetime
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interchange.small import write_small
from workbench.catalog import Catalog, load_catalog
from workbench.errors import Problems, WorkbenchError
from workbench.interchange.delivery import Report, check_delivery, load_delivery
from workbench.interchange.mzg import check_mzg

NAME = "001-Z-3.0-A-TINY-2019-1.TXT"
CSV = ["001", "2019", "1", "7", "2020-02-29", "29.74", "A", "x", "ABCDEFG", "ABCDEFG"]
MZG = ["001", "2019", "1", "7", "20200229", "29.74", "A", "x", "ABCDEFG", "ABCDEFG"]
BAD = ["", "0", "-1", "01", "1.5", "1e3", "x" * 8, "é", " ", "2021-02-29", "2020-02-30", "20200229", "002", "2018"]
BAD += ["99999", "A" * 6, "AB", "Z", "\t", "a;b", '"', "1,5"]
SHOWN = 5
KEYS = "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, KEY"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Catalog]:
    root = write_small(tmp_path_factory.mktemp("small"))
    return root, load_catalog(root)


@pytest.fixture(scope="module")
def fields(small: tuple[Path, Catalog]) -> list[str]:
    return [field.name for field in small[1].tables["mzg.TINY"].fields]


def counts(report: Report) -> dict[tuple[str, str], tuple[int, tuple[int, ...]]]:
    return {(one.rule, one.field): (one.count, tuple(line for line, _ in one.places)) for one in report.faults}


def is_day(value: str) -> bool:
    try:
        return bool(re.fullmatch(r"[1-9]\d{3}-\d\d-\d\d", value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def not_yet(year: str) -> bool:
    """The day is delivered from 2012 on, not in 2015 and 2017; a year that is no number tells nothing."""
    try:
        return float(year) < 2012 or float(year) in (2015, 2017)
    except ValueError:
        return False


def plainly(rows: list[list[str]], fields: list[str]) -> dict[tuple[str, str], tuple[int, tuple[int, ...]]]:
    """What is wrong in rows of the small table, by hand: its duties, types, lengths, list and key."""
    mandatory = {"CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "KEY", "CODE"}
    whole, sizes = {"YEAR_REGISTR", "PERIOD_REGISTR", "KEY"}, {"CODE_AGR": {3}, "YEAR_REGISTR": {4}, "CODE": {1}}
    sizes |= {"PERIOD_REGISTR": {1, 2}, "KEY": {1, 2, 3, 4, 5}, "OPEN": {1}, "LONG": {1, 7}, "YEARLY": {3, 4, 5, 6, 7}}
    found: dict[tuple[str, str], list[int]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for line, row in enumerate(rows, start=2):
        for name, value in zip(fields, row, strict=True):
            broken = set()
            if not value:
                broken = {"mandatory"} if name in mandatory else set()
            else:
                if name in whole and not re.fullmatch(r"-?[0-9]+", value, re.ASCII):
                    broken.add("type")
                if name == "AMOUNT" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value, re.ASCII):
                    broken.add("type")
                if name == "DAY" and not is_day(value):
                    broken.add("type")
                if name in sizes and len(value) not in sizes[name]:
                    broken.add("length")
                if name == "CODE" and value not in ("1", "A", "é"):
                    broken.add("code")
                if re.search(r"[\x00-\x1f\x7f]", value):
                    broken.add("character")
            if name == "DAY" and value and not_yet(row[1]):
                broken.add("period")
            for rule in broken:
                found.setdefault((rule, name), []).append(line)
        key = tuple(value.lstrip("0") if name in whole else value for name, value in zip(fields, row, strict=True))[:4]
        if seen[key]:
            found.setdefault(("key", KEYS), []).append(line)
        seen[key] += 1
    return {kind: (len(lines), tuple(lines[:SHOWN])) for kind, lines in found.items()}


changes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8), st.sampled_from([*BAD, "2015"])), max_size=12)


@settings(max_examples=60)
@given(changes=changes, count=st.integers(1, 31), twice=st.booleans())
def test_counts_and_first_places_are_those_of_a_plain_reader(
    changes: list[tuple[int, int, str]], count: int, twice: bool, small: tuple[Path, Catalog], fields: list[str]
) -> None:
    rows = [[*CSV[:3], str(number), *CSV[4:]] for number in range(1, count + 1)]
    for row, column, value in changes:
        rows[row % count][column] = value
    if twice:
        rows.append(list(rows[0]))
    expected = plainly(rows, fields)
    with TemporaryDirectory() as folder:
        file, other = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([fields, *rows])
        pq.write_table(pa.table(dict(zip(fields, map(list, zip(*rows, strict=True)), strict=True))), other)
        found = counts(check_delivery(file, "mzg.TINY", small[1], root=small[0]))
        # The same rows in Parquet: a row number is one less than the line below the head.
        shifted = counts(check_delivery(other, "mzg.TINY", small[1], root=small[0]))
    assert found == expected
    assert shifted == {kind: (n, tuple(line - 1 for line in lines)) for kind, (n, lines) in expected.items()}


@settings(max_examples=40)
@given(changes=changes, count=st.integers(1, 31))
def test_an_mzg_file_has_the_faults_that_its_own_check_lists_one_by_one(
    changes: list[tuple[int, int, str]], count: int, small: tuple[Path, Catalog]
) -> None:
    rows = [[*MZG[:3], str(number), *MZG[4:]] for number in range(1, count + 1)]
    for row, column, value in changes:
        rows[row % count][column] = value
    with TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        text = "".join("".join(f"{value}#" for value in row) + "\n" for row in rows)
        file.write_bytes(text.encode("cp1252"))
        single = [one for one in check_mzg(file, small[1], small[0])]
        found = check_delivery(file, "mzg.TINY", small[1], root=small[0])
    expected: dict[tuple[str, str], list[int]] = {}
    for one in single:
        expected.setdefault((one.rule, one.field), []).append(one.line)
    # The years of a field are checked in deliveries only.
    alike = {kind: told for kind, told in counts(found).items() if kind[0] != "period"}
    assert alike == {kind: (len(lines), tuple(sorted(lines)[:SHOWN])) for kind, lines in expected.items()}


BROKEN: dict[str, tuple[str, str, str]] = {  # a row with one fault: what is put in, which rule, which field
    "a column less": ("001,2019,1,7,2020-02-29,29.74,A,x,ABCDEFG", "form", ""),
    "a column more": ("001,2019,1,7,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG,1", "form", ""),
    "another delimiter": ("001;2019;1;7;2020-02-29;29.74;A;x;ABCDEFG;ABCDEFG", "form", ""),
    "no hospital": (",2019,1,7,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG", "mandatory", "CODE_AGR"),
    "a hospital without its zeros": ("1,2019,1,7,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG", "length", "CODE_AGR"),
    "a day that is none": ("001,2019,1,7,2019-02-29,29.74,A,x,ABCDEFG,ABCDEFG", "type", "DAY"),
    "a comma in a number": ('001,2019,1,7,2020-02-29,"29,74",A,x,ABCDEFG,ABCDEFG', "type", "AMOUNT"),
    "a code of another list": ("001,2019,1,7,2020-02-29,29.74,B,x,ABCDEFG,ABCDEFG", "code", "CODE"),
    "a year in which it was not delivered": ("001,2017,1,7,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG", "period", "DAY"),
    "an earlier key": (
        "001,2019,01,1,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG",
        "key",
        "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, KEY",
    ),
    "the first row again": (
        "001,2019,1,1,2020-02-29,29.74,A,x,ABCDEFG,ABCDEFG",
        "key",
        "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, KEY",
    ),
    "a control character": ("001,2019,1,7,2020-02-29,29.74,A,\x07,ABCDEFG,ABCDEFG", "character", "OPEN"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_each_way_of_being_wrong_is_told_with_its_line_and_nothing_is_loaded(
    kind: str, small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    row, rule, field = BROKEN[kind]
    file = tmp_path / "rows.csv"
    good = [",".join([*CSV[:3], str(number), *CSV[4:]]) for number in range(1, 4)]
    file.write_text("\n".join([",".join(fields), *good, row, *good[:0]]) + "\n", encoding="utf-8")
    report = check_delivery(file, "mzg.TINY", small[1], root=small[0])
    assert counts(report) == {(rule, field): (1, (5,))}
    assert all(one.what and one.why and one.todo for one in report.faults)
    with pytest.raises(WorkbenchError, match="not loaded"):
        load_delivery(report, small[1], tmp_path / "parties", root=small[0])
    assert not (tmp_path / "parties").exists()


def test_a_fine_extract_is_loaded_with_its_types_whatever_its_form(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    rows = [[*CSV[:3], str(number), *CSV[4:]] for number in range(1, 40)]
    texts = tmp_path / NAME
    texts.write_text("".join("".join(f"{v}#" for v in [*MZG[:3], row[3], *MZG[4:]]) + "\n" for row in rows))
    commas = tmp_path / "rows.csv"
    with commas.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([list(reversed(one)) for one in (fields, *rows)])  # the order of columns is the sender's
    found = []
    for file in (texts, commas):
        report = check_delivery(file, "mzg.TINY", small[1], root=small[0])
        assert report.fine and report.rows == len(rows) and not report.faults
        loaded = load_delivery(report, small[1], tmp_path / file.suffix, root=small[0])
        assert loaded == tmp_path / file.suffix / "holder" / "TINY.parquet"
        found.append(pq.read_table(loaded))
    assert found[0] == found[1]
    first = found[0].slice(0, 1).to_pylist()[0]
    assert (first["DAY"], first["AMOUNT"], first["KEY"]) == (datetime.date(2020, 2, 29), 29.74, 1)
    again = check_delivery(loaded, "mzg.TINY", small[1], root=small[0])
    assert again.fine and again.rows == len(rows)


def test_the_year_that_was_asked_for_is_the_only_one(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("\n".join([",".join(fields), ",".join(CSV), ",".join([CSV[0], "2018", *CSV[2:]])]) + "\n")
    assert check_delivery(file, "mzg.TINY", small[1], root=small[0]).fine
    assert counts(check_delivery(file, "mzg.TINY", small[1], 2018, small[0])) == {("period", "YEAR_REGISTR"): (1, (2,))}


def test_who_a_row_is_about_is_not_in_the_report(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    bad = [*CSV[:3], "1234567", *CSV[4:7], "toolong", *CSV[8:]]
    file.write_text("\n".join([",".join(fields), ",".join(bad)]) + "\n")
    places = {one.field: one.places for one in check_delivery(file, "mzg.TINY", small[1], root=small[0]).faults}
    assert places == {"KEY": ((2, ""),), "OPEN": ((2, "toolong"),)}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rows.csv", "A,B\n1,2\n", "A, B are not asked for"),
        ("rows.csv", "A,B\n1,2\n", "column CODE_AGR is missing"),
        ("rows.csv", b"CODE_AGR,\xe9\n", "no UTF-8"),
        ("rows.csv", None, "No such file"),
        ("rows.csv", b"\rCODE_AGR,KEY\n001,1\n  ", "the head is no line"),
        ("rows.xlsx", "", "no ending of an extract"),
        ("rows.parquet", "no parquet", "cannot be read"),
        ("001-Z-3.0-A-OTHER-2019-1.TXT", "", "no layout is known"),
        ("rows.txt", "", "does not follow"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_in_one_sentence(
    name: str, text: str | bytes | None, told: str, small: tuple[Path, Catalog], tmp_path: Path
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(Problems) as caught:
        check_delivery(file, "mzg.TINY", small[1], root=small[0])
    assert told in str(caught.value)


def test_a_parquet_file_with_a_name_that_is_no_text_is_refused_in_one_sentence(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    """Found by wrong files: the library names its columns as text before it looks whether they are."""
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({name: ["1"] for name in fields}), file)
    file.write_bytes(file.read_bytes().replace(fields[0].encode(), b"\x9f" * len(fields[0])))
    with pytest.raises(Problems, match="the file cannot be read"):
        check_delivery(file, "mzg.TINY", small[1], root=small[0])


def test_an_empty_file_is_an_error_and_one_without_rows_is_not(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("")
    assert not check_delivery(file, "mzg.TINY", small[1], root=small[0]).fine
    file.write_text(",".join(fields) + "\n")
    report = check_delivery(file, "mzg.TINY", small[1], root=small[0])
    assert report.fine and report.rows == 0


def test_a_row_that_is_no_text_is_told_with_its_line(
    small: tuple[Path, Catalog], fields: list[str], tmp_path: Path
) -> None:
    """The library hands a row with too few values to us as text; where it is none, it printed a traceback."""
    root, catalog = small
    row, file = ",".join(CSV).encode() + b"\n", tmp_path / "extract.csv"
    half = "001,é".encode()[:-1]
    for wrong, after in ((b"001,2019\xb5\n", row), (row.replace(b"x", b"\xe9"), row), (half, row), (half, b"")):
        file.write_bytes(",".join(fields).encode() + b"\n" + row + wrong + after)
        with pytest.raises(Problems, match=r"extract\.csv:3: the row is not UTF-8 text"):
            check_delivery(file, "mzg.TINY", catalog, 2019, root)
