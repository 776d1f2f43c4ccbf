"""Checking MZG files: set against the oracle on generated files, and one line per way of being wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.interchange.mzg_oracle import FIELDS, violations
from tests.interchange.small import write_small
from workbench.catalog import Catalog, load_catalog
from workbench.errors import Problems
from workbench.interchange.mzg import Violation, check_mzg, lines

NAME = "001-Z-3.0-A-TINY-2019-1.TXT"
GOOD = ["001", "2019", "1", "7", "20200229", "29.74", "A", "x", "ABCDEFG", "ABCDEFG"]
WRONG = [
    "",
    "0",
    "00",
    "-",
    "-1",
    "01",
    "1.5",
    "+1",
    "1e3",
    "x" * 8,
    "é",
    "€",
    " ",
    "\t",
    "\x7f",
    "\r",
    "\x01",
    "1 ",
]
WRONG += [
    "20210229",
    "20201301",
    "19000229",
    "20000229",
    "00010101",
    "2020022",
    "12.345",
    "-12.34",
    ".50",
    "1.50",
]
WRONG += ["002", "2018", "99999", "100000", "A" * 7, "A" * 6, "AB"]


def run(data: bytes, folder: Path, name: str = NAME) -> list[Violation]:
    root = folder / "catalog" if (folder / "catalog").exists() else write_small(folder)
    file = folder / name
    file.write_bytes(data)
    return list(check_mzg(file, load_catalog(root), root))


def rules(found: list[Violation]) -> set[tuple[int, str, str]]:
    return {(one.line, one.field, one.rule) for one in found}


def line(**cells: str) -> bytes:
    record = dict(zip(FIELDS, GOOD, strict=True)) | cells
    return ("".join(f"{record[name]}#" for name in FIELDS)).encode("cp1252")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files of good lines with some fields spoilt, and here and there any bytes at all."""
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    out = []
    for number in range(draw(st.integers(0, 20))):
        record = dict(zip(FIELDS, GOOD, strict=True)) | {"KEY": str(number)}
        for name in draw(st.lists(st.sampled_from(FIELDS), max_size=3)):
            record[name] = draw(st.sampled_from(WRONG))
        text = line(**record)
        kind = draw(st.integers(0, 19))
        if kind == 0:
            text = draw(st.binary(max_size=40)).replace(b"\0", b"").replace(b"\n", b"")
        elif kind == 1:
            text += draw(st.sampled_from([b" ", b"\t \t", b"x", b"#", b"\r"]))
        elif kind == 2:
            text = text[: draw(st.integers(0, len(text)))]
        elif kind == 3:
            text = text.replace(b"7#", bytes([draw(st.sampled_from([0x81, 0x8D, 0x80, 0xE9]))]) + b"#", 1)
        out.append(text + (end if draw(st.integers(0, 19)) else b"\n"))
    data = b"".join(out)
    return data[:-1] if draw(st.integers(0, 9)) == 0 else data


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("tiny"))


tiny_catalog = cache(load_catalog)


@settings(max_examples=50)
@given(data=files(), chunk=st.sampled_from([300, 8 << 20]))
def test_every_violation_is_that_of_the_oracle(tiny: Path, data: bytes, chunk: int) -> None:
    assume(not data.startswith(tuple(lines.MARKS)))
    file = tiny.parent / NAME
    file.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK", chunk)
        found = list(check_mzg(file, tiny_catalog(tiny), tiny))
    assert rules(found) == violations(data)
    told = [one for one in found if one.rule != "form"]
    assert len(told) == len(rules(told)), "a violation is told once"
    in_order = [one.line for one in told if one.rule != "key"]
    assert in_order == sorted(in_order)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, set()),
        ({"DAY": "", "AMOUNT": "", "OPEN": "", "LONG": "", "YEARLY": ""}, set()),
        ({"KEY": ""}, {("KEY", "mandatory")}),
        ({"KEY": "7a"}, {("KEY", "type")}),
        ({"KEY": "123456"}, {("KEY", "length")}),
        ({"KEY": "12345x"}, {("KEY", "type"), ("KEY", "length")}),
        ({"DAY": "20210229"}, {("DAY", "type")}),
        ({"DAY": "2021"}, {("DAY", "type"), ("DAY", "length")}),
        ({"AMOUNT": "29,74"}, {("AMOUNT", "type")}),
        ({"AMOUNT": "29.7"}, {("AMOUNT", "type")}),
        ({"CODE": "B"}, {("CODE", "code")}),
        ({"CODE": "é"}, set()),
        ({"OPEN": "9"}, set()),  # its list has a working code, so it cannot say that 9 is wrong
        ({"LONG": "AB"}, {("LONG", "length")}),
        ({"LONG": "A"}, set()),
        ({"CODE_AGR": "002"}, {("CODE_AGR", "name")}),
        ({"YEAR_REGISTR": "2018"}, {("YEAR_REGISTR", "name")}),
        ({"PERIOD_REGISTR": "01"}, set()),
        ({"PERIOD_REGISTR": "2"}, {("PERIOD_REGISTR", "name")}),
        ({"YEARLY": "AB\tDE"}, {("YEARLY", "character")}),
    ],
)
def test_one_field_wrong(tmp_path: Path, cells: dict[str, str], expected: set[tuple[str, str]]) -> None:
    found = run(line(**cells) + b"\n", tmp_path)
    assert {(one.field, one.rule) for one in found} == expected
    for one in found:
        assert one.file == NAME and one.line == 1 and one.what and one.why and one.todo
        assert one.field in one.what


def test_a_length_is_that_of_the_year_in_the_name(tmp_path: Path) -> None:
    """Seven characters are right from 2015 on and wrong before."""
    data = line(YEAR_REGISTR="2014") + b"\n"
    assert rules(run(data, tmp_path, "001-Z-3.0-A-TINY-2014-1.TXT")) == {(1, "YEARLY", "length")}


def test_keys_are_compared_over_the_whole_file(tmp_path: Path) -> None:
    data = line(KEY="1") + b"\n" + line(KEY="2") + b"\n" + line(KEY="01") + b"\n" + line(KEY="2", CODE="1") + b"\n"
    found = run(data, tmp_path)
    assert [(one.line, one.rule, one.what) for one in found] == [
        (3, "key", "the record repeats the key of line 1"),
        (4, "key", "the record repeats the key of line 2"),
    ]


@pytest.mark.parametrize(
    ("data", "line_number", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"\x7fELF\0\0", 1, "not a text file"),
        (line() + b"\n\0" + line(), 2, "not a text file"),
        ("001#2019".encode("utf-16"), 1, "mark of UTF-16"),
        (b"\xef\xbb\xbf" + line() + b"\n", 1, "mark of UTF-8"),
        (b"x" * (2 << 20), 1, "longer than"),
        (line() + b"\n" + b"#" * (3 << 20), 2, "longer than"),
        (line() + b"\r\n" + line(KEY="8") + b"\n", 2, "the line ends differ"),
        (line() + b"\n" + line(KEY="8") + b"\r\n", 2, "the line ends differ"),
        (line(), 1, "the last line does not end"),
        (line() + b"\n\n" + line(KEY="8") + b"\n", 2, "the line is blank"),
        (line() + b" \n", 1, "blanks follow"),
        (line() + b"#\n", 1, "the line has 11 '#'"),
        (line()[:-1] + b"\n", 1, "the line has 9 '#'"),
        (line()[:-1] + b"#x\n", 1, "the line goes on after"),
        (b"#" * 10 + b"\n", 1, "CODE_AGR is empty"),
    ],
)
def test_hostile_files_get_words(tmp_path: Path, data: bytes, line_number: int, words: str) -> None:
    found = run(data, tmp_path)
    assert any(one.line == line_number and words in one.what for one in found), found


def test_a_utf8_mark_does_not_spoil_the_first_field(tmp_path: Path) -> None:
    assert rules(run(b"\xef\xbb\xbf" + line() + b"\n", tmp_path)) == {(1, "", "form")}


def test_a_missing_file_is_a_message(small: Catalog, root: Path) -> None:
    (found,) = check_mzg(root / NAME, small, root)
    assert "cannot be read" in found.what


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("001-Z-3.0-A-TINY-2019-1.txt", "does not follow"),
        ("001-Z-3.0-A-TINY-19-1.TXT", "does not follow"),
        ("001-Z-3.0-A-TINY-2019-1.TXT.gz", "does not follow"),
        ("٠٠١-Z-3.0-A-TINY-2019-1.TXT", "does not follow"),
        ("001-Z-3.0-A-OTHER-2019-1.TXT", "no layout is known for table OTHER"),
        ("001-Z-3.0-A-NONE-2019-1.TXT", "no layout is known for table NONE"),
        ("001-Z-3.0-S-TINY-2019-1.TXT", "the name says domain S"),
        ("001-Z-2.1-A-TINY-2019-1.TXT", "version 2.1 is not known"),
    ],
)
def test_a_name_that_gives_no_layout_is_refused(small: Catalog, root: Path, name: str, words: str) -> None:
    with pytest.raises(Problems, match=words):
        check_mzg(root / name, small, root)


def test_another_kind_in_the_name_is_only_worth_a_look(tmp_path: Path) -> None:
    (found,) = run(line() + b"\n", tmp_path, "001-Q-3.0-A-TINY-2019-1.TXT")
    assert (found.rule, found.severity) == ("name", "warning")


def test_every_file_of_the_facts_has_a_layout_when_its_table_is_there(real: Catalog, real_root: Path) -> None:
    """Written against the loader: tables still to come are checked as soon as they are."""
    from workbench.interchange.mzg.layout import file_name, layout_of, read_format

    parts = [part for part in read_format(real_root).files if f"mzg.{part.table}" in real.tables]
    assert {"PATHOSPI", "STAYHOSP", "STAYSPEC", "STAYINDX", "DIAGNOSE"} <= {part.table for part in parts}
    for part in parts:
        layout = layout_of(file_name(part.table, "001", 2019, 1, real_root), real, real_root)
        assert [cell.name for cell in layout.cells] == [f.name for f in real.tables[f"mzg.{part.table}"].fields]
        assert all(cell.sizes for cell in layout.cells), part.table
