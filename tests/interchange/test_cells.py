"""Values as the texts of cells: nothing is lost, and no cell is ever a formula."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.interchange.test_yaml_writer import texts, values
from workbench.catalog import Catalog
from workbench.interchange.cells import from_text, to_text
from workbench.interchange.sections import SECTIONS, cells_of, data_from, entries
from workbench.paper.spreadsheet import disarmed, restored

any_text = (
    texts | st.text(max_size=30) | st.sampled_from(["", '""', '"a"', "_x0041_", "a; b", ";", "[1]", "\r\n", "\x07"])
)


@given(text=any_text)
@example(text="_x000D_")
def test_a_text_comes_back(text: str) -> None:
    cell = to_text(text, "text")
    assert cell != "" and from_text(cell, "text") == text
    assert "\r" not in cell and all(ord(c) >= 32 or c in "\t\n" for c in cell), "a spreadsheet file keeps it"


@given(items=st.lists(any_text, max_size=4))
@example(items=["CO DE; broken", ""])
@example(items=["[a"])
def test_a_list_comes_back(items: list[str]) -> None:
    assert from_text(to_text(items, "list"), "list") == items


@given(items=st.lists(st.integers(), min_size=1, max_size=4))
def test_a_list_of_numbers_comes_back(items: list[int]) -> None:
    assert from_text(to_text(items, "numbers"), "numbers") == items


@given(value=st.dictionaries(texts, values, min_size=1, max_size=3))
def test_anything_else_comes_back(value: dict[str, Any]) -> None:
    assert from_text(to_text(value, "other"), "other") == value


@pytest.mark.parametrize(("value", "kind"), [(True, "boolean"), (False, "boolean"), (415, "number"), (-1.5, "number")])
def test_plain_values_come_back(value: Any, kind: Any) -> None:
    assert from_text(to_text(value, kind), kind) == value
    assert from_text("", kind) is None and to_text(None, kind) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [("x", "number"), ("maybe", "boolean"), ("{a: ", "other"), ("[" * 500, "other"), ("*a", "other")],
)
def test_what_cannot_be_read_stays_text(text: str, kind: Any) -> None:
    """So that the model refuses it with its own words."""
    assert from_text(text, kind) == text


@given(text=any_text | st.text("=+-@\t\r\n＝＋－＠'1a.", max_size=5))
def test_no_text_of_a_csv_file_is_a_formula(text: str) -> None:
    safe = disarmed(text)
    assert restored(safe) == text
    assert not safe.startswith(("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert not safe.startswith("-") or float(safe) <= 0


def test_every_entry_of_the_catalogue_comes_back(real: Catalog, small: Catalog) -> None:
    for catalog in (real, small):
        for section in SECTIONS:
            columns = section.columns
            for _, entry in entries(catalog, section):
                data = data_from(cells_of(entry, columns), columns)
                if section.inside:
                    data[section.inside] = getattr(entry, section.inside)
                assert type(entry).model_validate(data) == entry


def test_every_key_of_every_model_has_a_column() -> None:
    """A key added to a model is in the exports without another line of code."""
    for section in SECTIONS:
        found = {column.path[0] for column in section.columns}
        keys = {info.alias or name for name, info in section.model.model_fields.items()}
        assert found == keys - {section.inside}
