"""Rows of MZG files in and out: nothing is lost on either way round."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interchange.mzg_oracle import FIELDS, violations
from tests.interchange.small import write_small
from tests.interchange.test_mzg_check import GOOD, NAME, line
from workbench.catalog import Catalog, load_catalog
from workbench.errors import Problems
from workbench.interchange.mzg import check_mzg, file_name, layout_of, read_mzg, write_mzg

# Everything code page 1252 has, without what ends a field or a record and without control characters.
CP1252 = "".join(
    character
    for character in (bytes([byte]).decode("cp1252", "replace") for byte in range(32, 256))
    if character not in "#\x7f\ufffd"
)
texts = st.text(CP1252, min_size=1, max_size=8)
catalog_at = cache(load_catalog)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("tiny"))


@settings(max_examples=50)
@given(
    rows=st.lists(st.lists(st.none() | texts, min_size=10, max_size=10), max_size=20),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_to_a_file_and_back(tiny: Path, rows: list[list[str | None]], end: str) -> None:
    """Texts of any kind that a field can hold; the file is the one that plain Python writes."""
    catalog, file = catalog_at(tiny), tiny.parent / NAME
    columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(FIELDS)}
    table = pa.table(columns).replace_schema_metadata({"mzg.newline": end})
    assert write_mzg(table, file, catalog, tiny) == len(rows)
    assert file.read_bytes() == "".join("".join(f"{value or ''}#" for value in row) + end for row in rows).encode(
        "cp1252"
    )
    back = read_mzg(file, catalog, tiny).read_all()
    assert [list(row.values()) for row in back.to_pylist()] == rows
    again = tiny.parent / "002-Z-3.0-A-TINY-2020-2.TXT"
    write_mzg(read_mzg(file, catalog, tiny), again, catalog, tiny)
    assert again.read_bytes() == file.read_bytes()


@given(
    rows=st.lists(
        st.tuples(
            st.integers(-99_999, 99_999),
            st.none() | st.dates(datetime.date(1000, 1, 1)),
            st.none() | st.decimals(-9999, 9999, places=2, allow_nan=False, allow_infinity=False),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=40)
def test_typed_rows_to_a_file_and_back(
    tiny: Path, rows: list[tuple[int, datetime.date | None, Decimal | None]]
) -> None:
    catalog, file = catalog_at(tiny), tiny.parent / NAME
    table = pa.table(
        {
            "CODE_AGR": ["001"] * len(rows),
            "YEAR_REGISTR": pa.array([2019] * len(rows), pa.int16()),
            "PERIOD_REGISTR": pa.array([1] * len(rows), pa.int64()),
            "KEY": pa.array([row[0] for row in rows], pa.int32()),
            "DAY": pa.array([row[1] for row in rows], pa.date32()),
            "AMOUNT": pa.array([row[2] for row in rows], pa.decimal128(9, 2)),
            "CODE": pa.array(["A"] * len(rows)).dictionary_encode(),
            "OPEN": pa.array(["x"] * len(rows)),
            "LONG": pa.array(["A"] * len(rows)),
            "YEARLY": pa.nulls(len(rows)),
        }
    )
    write_mzg(table, file, catalog, tiny)
    back = read_mzg(file, catalog, tiny, typed=True).read_all().to_pylist()
    assert [(row["KEY"], row["DAY"], row["AMOUNT"]) for row in back] == rows
    assert {(row["CODE_AGR"], row["YEAR_REGISTR"], row["YEARLY"]) for row in back} == {("001", 2019, None)}
    wrong = {rule for _, field, rule in violations(file.read_bytes()) if field in ("DAY", "AMOUNT")}
    assert wrong <= {"length"}, "what typed rows write is of its type"


def test_the_columns_of_typed_rows(small: Catalog, root: Path) -> None:
    file = root.parent / NAME
    file.write_bytes(line() + b"\n\n" + line(DAY="", AMOUNT="", KEY="08") + b" \n")
    rows = read_mzg(file, small, root, typed=True).read_all()
    kinds = [str(rows.schema.field(name).type) for name in ("CODE_AGR", "KEY", "DAY", "AMOUNT")]
    assert kinds == ["large_string", "int64", "date32[day]", "decimal128(38, 2)"]
    assert rows.column("KEY").to_pylist() == [7, 8]
    assert rows.column("DAY").to_pylist() == [datetime.date(2020, 2, 29), None]
    assert rows.column("AMOUNT").to_pylist() == [Decimal("29.74"), None]


def test_a_file_without_violations_comes_back_byte_for_byte(small: Catalog, root: Path) -> None:
    for end in (b"\n", b"\r\n"):
        data = b"".join(line(KEY=str(key), DAY="" if key % 3 else "20191231") + end for key in range(1, 500))
        file, copy = root.parent / NAME, root.parent / "999-Z-3.0-A-TINY-2019-1.TXT"
        file.write_bytes(data)
        assert list(check_mzg(file, small, root)) == []
        write_mzg(read_mzg(file, small, root), copy, small, root)
        assert copy.read_bytes() == data


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("OPEN", "a#b", "OPEN has a value that cannot stand in a field"),
        ("OPEN", "a\nb", "OPEN has a value that cannot stand in a field"),
        ("OPEN", "a\x01b", "OPEN has a value that cannot stand in a field"),
        ("OPEN", "Ω", "cp1252 does not have this character"),
        ("OPEN", "\x81", "cp1252 does not have this character"),
        ("AMOUNT", 1.1, "AMOUNT cannot be written"),
        ("CODE", True, "CODE cannot be written"),
        ("AMOUNT", Decimal("1.234"), "AMOUNT cannot be written"),
    ],
)
def test_a_value_that_cannot_stand_in_a_file_is_refused(
    small: Catalog, root: Path, column: str, value: object, words: str
) -> None:
    """And nothing is written: an older file of that name stays as it was."""
    file = root.parent / NAME
    file.write_bytes(b"older")
    cells = {name: [text] for name, text in zip(FIELDS, GOOD, strict=True)} | {column: [value]}
    with pytest.raises(Problems, match=words):
        write_mzg(pa.table(cells), file, small, root)
    assert file.read_bytes() == b"older"
    assert sorted(path.name for path in root.parent.iterdir()) == sorted([NAME, "catalog"])


def test_the_row_that_cannot_be_written_is_named(small: Catalog, root: Path) -> None:
    cells = {name: [text] * 3 for name, text in zip(FIELDS, GOOD, strict=True)}
    cells["OPEN"] = ["a", "b", "Ω"]
    with pytest.raises(Problems) as caught:
        write_mzg(pa.table(cells), root.parent / NAME, small, root)
    assert [problem.line for problem in caught.value.problems] == [3]


def test_columns_must_be_those_of_the_layout(small: Catalog, root: Path) -> None:
    cells = {name: [text] for name, text in zip(FIELDS, GOOD, strict=True)}
    del cells["KEY"]
    with pytest.raises(Problems, match="KEY is missing") as caught:
        write_mzg(pa.table({**cells, "OTHER": ["x"]}), root.parent / NAME, small, root)
    assert "OTHER is no field of TINY" in str(caught.value)


def test_the_order_of_columns_does_not_matter(small: Catalog, root: Path) -> None:
    cells = {name: [text] for name, text in reversed(list(zip(FIELDS, GOOD, strict=True)))}
    file = root.parent / NAME
    write_mzg(pa.table(cells), file, small, root)
    assert file.read_bytes() == line() + b"\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (line() + b"\nx#y#\n", ":2: the line is not a record"),
        (b"\0", "not a text file"),
        (line(KEY="x") + b"\n", "KEY has values that are not of type N"),
        (line(KEY="9" * 30) + b"\n", "KEY has values that are not of type N"),
        (line(DAY="20190230") + b"\n", "DAY has values that are not of type D"),
    ],
)
def test_reading_refuses_what_it_cannot_tell_apart(small: Catalog, root: Path, data: bytes, words: str) -> None:
    file = root.parent / NAME
    file.write_bytes(data)
    with pytest.raises(Problems, match=words):
        read_mzg(file, small, root, typed=True).read_all()


def test_reading_a_file_that_is_not_there(small: Catalog, root: Path) -> None:
    with pytest.raises(Problems, match="cannot be read"):
        read_mzg(root.parent / NAME, small, root)


def test_a_folder_that_is_not_there(small: Catalog, root: Path) -> None:
    cells = {name: [text] for name, text in zip(FIELDS, GOOD, strict=True)}
    with pytest.raises(Problems, match="cannot be written"):
        write_mzg(pa.table(cells), root / "none" / NAME, small, root)


def test_names_are_made_from_the_facts(small: Catalog, root: Path) -> None:
    assert file_name("TINY", "001", 2019, 1, root) == NAME
    assert layout_of(NAME, small, root).name.period == 1
    with pytest.raises(Problems, match="no physical file"):
        file_name("OTHER", "001", 2019, 1, root)
