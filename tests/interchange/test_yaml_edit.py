"""Small edits in YAML text: edit and the lines that go and come; the rest of the text stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from workbench.interchange.yaml_edit import CannotEdit, insert_item, remove_item, remove_value, set_value

ORDER = ["name", "label", "unit", "role", "note", "cite"]
BLOCK = """\
# head
things:
  - name: A  # first
    label: {nl: "a", en: "b"}   # words
    role: payload
    keys:
      - x
      - y
    # before the note
    note: >
      Folded
      text.

  - name: B
    role: payload
last: 1
"""
FLOW = """\
entries:
  - {code: "1", label: {nl: a}}  # one
  - {code: "2", label: {nl: b}, cite: {document: own}}
"""


LABEL = '    label: {nl: "a", en: "b"}   # words'


def edited(text: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are only in one of the two texts."""
    old, new = text.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("path", "value", "gone", "come"),
    [
        (("role",), "linkage", [], ["    role: linkage"]),  # the old line is still there for B
        (("unit",), "day", [], ["    unit: day"]),
        (("label", "en"), "c: d", [LABEL], ['    label: {nl: "a", en: "c: d"}   # words']),
        (("label", "fr"), "c", [LABEL], ['    label: {nl: "a", fr: "c", en: "b"}   # words']),
        (("cite", "line"), 5, [], ["    cite: {line: 5}"]),
        (("note",), "Short.", ["    note: >", "      Folded", "      text."], ['    note: "Short."']),
        (("keys",), ["z"], ["    keys:", "      - x", "      - y"], ["    keys: [z]"]),
        (("name",), "C", ["  - name: A  # first"], ["  - name: C  # first"]),
    ],
)  # fmt: skip
def test_set_in_a_block(path: tuple[str, ...], value: Any, gone: list[str], come: list[str]) -> None:
    after = set_value(BLOCK, ("things", 0), path, value, ORDER)
    assert edited(BLOCK, after) == (gone, come)
    found = yaml.safe_load(after)["things"][0]
    for step in path:
        found = found[step]
    assert found == value


def test_a_new_key_stands_where_the_order_has_it() -> None:
    after = set_value(BLOCK, ("things", 1), ("label", "nl"), "x", ORDER)
    lines = after.splitlines()
    assert lines.index('    label: {nl: "x"}') == lines.index("  - name: B") + 1
    assert list(yaml.safe_load(set_value(FLOW, ("entries", 0), ("note",), "x", ORDER))["entries"][0]) == [
        "code",
        "label",
        "note",
    ]


@pytest.mark.parametrize(
    ("path", "gone", "come"),
    [
        (("role",), [], []),  # the line is still there for B
        (("note",), ["    note: >", "      Folded", "      text."], []),
        (("label", "en"), [LABEL], ['    label: {nl: "a"}   # words']),
        (("keys",), ["    keys:", "      - x", "      - y"], []),
        (("name",), ["  - name: A  # first", LABEL], ['  - label: {nl: "a", en: "b"}   # words']),
        (("unit",), [], []),
    ],
)  # fmt: skip
def test_remove_from_a_block(path: tuple[str, ...], gone: list[str], come: list[str]) -> None:
    after = remove_value(BLOCK, ("things", 0), path)
    assert edited(BLOCK, after) == (gone, come)
    found: Any = yaml.safe_load(after)["things"][0]
    for step in path[:-1]:
        found = found[step]
    assert path[-1] not in found


def test_removing_the_last_key_of_a_part_removes_the_part() -> None:
    after = remove_value(FLOW, ("entries", 1), ("cite", "document"))
    assert yaml.safe_load(after)["entries"][1] == {"code": "2", "label": {"nl": "b"}}
    first = remove_value("x: {a: {b: 1}, c: 2}\n", ("x",), ("a", "b"))
    assert first == "x: {c: 2}\n"


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("text", "key"), [(BLOCK, "things"), (FLOW, "entries"), ("k: [{a: 1}, {a: 2}]\n", "k"), ("k: []\n", "k")]
)
def test_insert_and_remove_an_item(text: str, key: str, place: int) -> None:
    before = yaml.safe_load(text)[key]
    place = min(place, len(before))
    data = {"name": "N", "note": "a: b", "label": {"nl": "x"}}
    after = insert_item(text, (key,), place, data, in_flow=key == "entries")
    assert yaml.safe_load(after)[key] == [*before[:place], data, *before[place:]]
    assert edited(text, after)[0] == [] or text.startswith("k")
    back = remove_item(after, (key,), place)
    assert yaml.safe_load(back)[key] == before
    assert back == text


def test_removing_every_item_leaves_an_empty_list() -> None:
    text = FLOW
    for _ in range(2):
        text = remove_item(text, ("entries",), 0)
    assert yaml.safe_load(text) == {"entries": []}


def test_a_text_without_a_last_line_end() -> None:
    text = "k:\n  - name: A\n    role: x"
    assert yaml.safe_load(set_value(text, ("k", 0), ("note",), "n", ORDER))["k"][0]["note"] == "n"
    assert yaml.safe_load(insert_item(text, ("k",), 1, {"name": "B"}, False))["k"][1] == {"name": "B"}


@pytest.mark.parametrize(
    "edit",
    [
        lambda: set_value("- 1\n", (), ("a",), 1, []),
        lambda: set_value("a: {}\n", ("a",), ("b",), 1, []),
        lambda: set_value("a: 1\n", ("b",), ("b",), 1, []),
        lambda: insert_item("a: 1\n", ("a",), 0, {}, False),
        lambda: remove_item("a: 1\n", ("a",), 0),
        lambda: remove_value("k:\n  - a: 1\n", ("k", 0), ("a",)),
        lambda: set_value("", (), ("a",), 1, []),
    ],
)  # fmt: skip
def test_other_shapes_are_refused(edit: Any) -> None:
    with pytest.raises(CannotEdit):
        edit()
