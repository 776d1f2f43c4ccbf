"""Entries as YAML: what is written reads back as the same entry, by a reader that is not ours."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.catalog import Catalog, CodeList, Table
from workbench.catalog.nodes import Nodes, compose
from workbench.interchange.yaml_writer import data_of, flow, write_entry, write_list

ODD = """yes no null ~ 1 01 1e3 2012-01-01 0x1 1_000 .inf [ {x} *a &a !x % @ ` ' " = << é 😀 a: I63.-"""
SPACED = [
    "",
    "a: b",
    "a #b",
    "- a",
    "a\n",
    " a",
    "a ",
    "\\",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x7f",
    "\ud7ff",
    "\ue000",
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(ODD.split() + SPACED)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.dates(datetime.date(1000, 1, 1))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(value=values)
@example(value={"note": "a\nb: #c", "code": "1", "": ""})
@example(value=[1e20, -1e-20, 1e300, 0.1, float("inf"), -0.0])
def test_any_value_on_one_line_reads_back(value: Any) -> None:
    text = f"key: {flow(value, 'key', inside=False)}\n"
    assert text.count("\n") == 1
    assert yaml.safe_load(text) == {"key": value}
    assert Nodes(text).plain(compose(text)) == {"key": value}, "the catalogue's own reader agrees"


@given(data=st.dictionaries(st.sampled_from(["id", "note", "length", "attributes", "label"]), values, min_size=1))
def test_entries_in_a_list_read_back(data: dict[str, Any]) -> None:
    assert yaml.safe_load(write_list("things", [data, data])) == {"things": [data, data]}


def test_an_empty_list() -> None:
    assert yaml.safe_load(write_list("things", [])) == {"things": []}


def test_every_entry_of_the_catalogue_reads_back_equal(real: Catalog) -> None:
    for table in real.tables.values():
        assert Table.model_validate(yaml.safe_load(write_entry(data_of(table)))) == table
    for codes in real.codes.values():
        assert CodeList.model_validate(yaml.safe_load(write_entry(data_of(codes)))) == codes
    for name, some in (("derived", real.derived), ("parties", real.parties), ("documents", real.documents)):
        back = yaml.safe_load(write_list(name, [data_of(entry) for entry in some.values()]))[name]
        assert [type(entry).model_validate(one) for entry, one in zip(some.values(), back, strict=True)] == [
            *some.values()
        ]


def test_the_style_is_that_of_the_files(real: Catalog, real_root: Path) -> None:
    """Nearly every file without comments is what the writer would write; the rest has a style of its own."""
    kinds = {"table": real.tables, "codelist": real.codes}
    files = [(entry, real.places[f"{kind}:{ref}"].file) for kind, some in kinds.items() for ref, entry in some.items()]
    written = {file: write_entry(data_of(entry)) for entry, file in files}
    found = {file: (real_root.parent / file).read_text(encoding="utf-8") for file in written}
    plain = [file for file, text in found.items() if not text.startswith("#")]
    same = [file for file in plain if found[file] == written[file]]
    assert len(same) >= 0.9 * len(plain), sorted(set(plain) - set(same))
