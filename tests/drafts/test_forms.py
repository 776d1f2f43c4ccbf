"""Forms come from the model: every value of every study of the catalogue has a field, and every field an edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.drafts.test_edits import STUDIES, places
from workbench.catalog.source import Loc
from workbench.dataflow.kinds import KINDS
from workbench.drafts.acts import edit_of, loc_of, pointer
from workbench.drafts.edits import Drop, NoSuchPlace, Put, apply, at, get
from workbench.drafts.shapes import fields, shape_at
from workbench.drafts.starts import empty, template_text
from workbench.drafts.style import as_text
from workbench.drafts.writing import read
from workbench.study.model import Study


@pytest.mark.parametrize("study", STUDIES)
def test_every_value_of_a_study_is_in_a_field_and_typing_it_again_changes_nothing(study: str, repo_root: Path) -> None:
    """Walks the file as the page does: what a field shows, put back, is the value that it was made from."""
    data = read(template_text(repo_root / "catalog", study))
    seen = 0
    for place in places(data):
        shape = shape_at(place, data)
        value = at(data, place)
        if shape is None or shape.kind in ("group", "groups", "label", "words"):
            continue
        edit = edit_of("put", place, as_text(value), value is True, data)
        if edit is not None:
            assert at(apply(data, edit), place) == value, (place, value)
        seen += 1
    assert seen > 100
    whole = {place[:1] for place in places(data)}
    assert whole <= {(one.key,) for one in fields(Study)}
    for place in places(data):
        assert _shown(place, data), place


def _shown(place: Loc, data: Any) -> bool:
    """Whether a place is a field, or lies in one that shows all that is in it."""
    for length in range(len(place), 0, -1):
        shape = shape_at(place[:length], data)
        if shape is not None:
            below = place[length:]
            return shape.kind not in ("group",) or not below
    return False


def test_pointers_lead_back_to_their_place() -> None:
    data = {"a/b": [{"~c": 1, "0": 2}], "x": {"0": 1}}
    for place in (("a/b",), ("a/b", 0), ("a/b", 0, "~c"), ("a/b", 0, "0"), ("x", "0")):
        assert loc_of(pointer(place), data) == place


DATA = {
    "document": "20/284",
    "parties": ["x"],
    "flow": [{"id": "s", "kind": "send", "actor": "x", "dataset": "d", "to": []}],
}


def test_another_kind_keeps_what_both_kinds_have() -> None:
    edit = edit_of("put", ("flow", 0, "kind"), "grant_access", False, DATA)
    step = apply(DATA, edit)["flow"][0]
    assert step == {
        "id": "s",
        "kind": "grant_access",
        "actor": "x",
        "dataset": "d",
        "to": [],
        "label": {"nl": "", "fr": "", "en": ""},
        "cite": {"document": "20/284"},
    }
    other = apply(DATA, edit_of("put", ("flow", 0, "kind"), "pseudonymise", False, DATA))["flow"][0]
    assert "dataset" not in other and other["id"] == "s"


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_new_step_of_each_kind_has_its_required_keys(kind: str) -> None:
    data = read(empty("mine", 2020))
    made = apply(data, edit_of("add", ("flow",), kind, False, data))["flow"][0]
    required = {info.alias or name for name, info in KINDS[kind].model_fields.items() if info.is_required()}
    assert required <= set(made) and made["kind"] == kind and made["id"]


@pytest.mark.parametrize(
    ("act", "place", "value", "edit"),
    [
        ("put", ("period", "from"), "2017", Put(("period", "from"), 2017)),
        ("put", ("period", "from"), "x", Put(("period", "from"), "x")),
        ("put", ("title", "nl"), "<b>", Put(("title", "nl"), "<b>")),
        ("put", ("applicant", "responsible"), "", Drop(("applicant", "responsible"))),
        (
            "put",
            ("population", "criteria", 0, "between"),
            "[1, 2]",
            Put(("population", "criteria", 0, "between"), [1, 2]),
        ),
        ("put", ("population", "criteria", 0, "having"), "a: [", Put(("population", "criteria", 0, "having"), "a: [")),
        ("add", ("parties",), "x", None),
        ("add", ("parties",), " ", None),
        ("up", ("flow", 0), "", None),
    ],
)
def test_acts_become_edits(act: str, place: Loc, value: str, edit: Any) -> None:
    data = {**DATA, "population": {"criteria": [{}]}, "applicant": {}, "title": {"nl": ""}}
    assert edit_of(act, place, value, False, data) == edit


@pytest.mark.parametrize(
    ("act", "place"),
    [("put", ("surplus",)), ("put", ()), ("add", ("id",)), ("make", ("id",)), ("dance", ("id",)), ("up", ("id",)),
     ("put", ("flow", 0, "surplus"))],
)  # fmt: skip
def test_what_no_form_offers_is_refused(act: str, place: Loc) -> None:
    with pytest.raises(NoSuchPlace):
        edit_of(act, place, "1", False, DATA)
    assert get(DATA, ("no", "such", 1)) is None
