"""What stands behind the flow page: steps, parts of the drawing, sentences, and the printed version."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dashboards.flows.asked import Asked, last
from dashboards.flows.compared import _aligned, compare
from dashboards.flows.drawing import GROUP, with_stops
from dashboards.flows.moments import held, marks, parts, step_at
from dashboards.flows.opened import OpenedStudy
from dashboards.flows.said import Said
from dashboards.library import Library
from dashboards.texts import LANGUAGES, texts
from workbench.access import PUBLIC, load_directory
from workbench.dataflow.ids import element_id


@pytest.fixture(scope="session")
def studies(repo_root: Path) -> dict[str, OpenedStudy]:
    library = Library(repo_root / "catalog", load_directory(repo_root / "catalog"))
    return dict(library.studies(PUBLIC))


@pytest.fixture
def stroke(studies: dict[str, OpenedStudy]) -> OpenedStudy:
    return studies["stroke-care"]


def test_everything_that_can_be_chosen_stands_in_the_drawing_as_a_button(studies: dict[str, OpenedStudy]) -> None:
    for study in studies.values():
        root = ET.fromstring(study.svg("en"))
        buttons = [group for group in root.iter(GROUP) if group.get("role") == "button"]
        assert {group.get("id") for group in buttons} == set(parts(study))
        assert all(group.get("aria-label") and group.get("tabindex") == "-1" for group in buttons)
        for group in buttons:
            inside = [one for one in group.iter(GROUP) if one is not group and one.get("role") == "button"]
            assert inside == [], "a button in a button cannot be reached"
        ids = [one.get("id") for one in root.iter() if one.get("id")]
        assert len(ids) == len(set(ids))


def test_a_drawing_holds_no_script_and_no_link() -> None:
    odd = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1pt" height="2pt" viewBox="0 0 1 2"><g id="dataset-a-b">'
        "<title>&lt;script&gt;</title><polygon/></g></svg>"
    )
    made = with_stops(odd)
    assert "<script" not in made and 'width="1pt"' not in made and "&lt;script&gt;" in made


def test_marks_follow_the_holdings_of_every_step(stroke: OpenedStudy) -> None:
    """Against the holdings of the flow itself, party by party and step by step."""
    for number in range(last(stroke) + 1):
        found = marks(stroke, number)
        for party, names in stroke.picture.holders.items():
            for name in names:
                state = found.get(element_id("dataset", party, name), "")
                had = any(name in step.holdings.get(party, ()) for step in stroke.flow.steps[:number])
                has = number > 0 and name in stroke.flow.steps[number - 1].holdings.get(party, ())
                assert ("later" in state) == (not had), (number, party, name)
                assert ("gone" in state) == (had and not has), (number, party, name)
                assert not (has and {"later", "gone"} & set(state.split()))
    assert marks(stroke, 0, "party-ksz")["party-ksz"] == "chosen"


def test_a_delivery_is_marked_in_its_step_and_not_before(stroke: OpenedStudy) -> None:
    for delivery in stroke.picture.deliveries:
        number = delivery.step.number + 1
        assert marks(stroke, number)[delivery.id] == "now"
        assert marks(stroke, number - 1)[delivery.id] == "later"
        assert delivery.id not in marks(stroke, min(number + 1, last(stroke))) or number == last(stroke)


def test_before_the_study_nobody_holds_anything_of_it(stroke: OpenedStudy) -> None:
    assert step_at(stroke, 0) is None and step_at(stroke, last(stroke) + 1) is None
    assert all(held(stroke, 0, party) == frozenset() for party in stroke.study.parties)


ADDRESS = {
    "study": "stroke-care", "step": "20", "choose": "dataset-ksz-linked", "tab": "together",
    "who": "ksz,ehealth", "what": "identity-and-diagnosis", "mode": "now",
}  # fmt: skip


def test_the_address_gives_the_view_again(stroke: OpenedStudy) -> None:
    assert Asked.read(ADDRESS, stroke, parts(stroke)).query() == ADDRESS


def test_what_the_study_does_not_have_is_not_asked(stroke: OpenedStudy) -> None:
    odd = {"step": "²", "choose": "<script>", "tab": "x", "who": "nobody,ksz", "what": "x", "mode": "x", "dataset": "y"}
    asked = Asked.read(odd, stroke, parts(stroke))
    assert (asked.step, asked.choose, asked.tab, asked.who, asked.what, asked.mode) == (
        last(stroke), "", "chosen", ("ksz",), "", "ever",
    )  # fmt: skip
    assert Asked.read({"step": "9999"}, stroke, parts(stroke)).step == last(stroke)
    assert Asked.read({"dataset": "linked"}, stroke, parts(stroke)).choose.endswith("-linked")
    for act, value in (
        ("step", "x"),
        ("choose", "x"),
        ("tab", "x"),
        ("who", "x"),
        ("what", "x"),
        ("mode", "x"),
        ("x", ""),
    ):
        assert asked.after(act, value, True) == asked


def test_an_act_changes_what_it_says(stroke: OpenedStudy) -> None:
    asked = Asked.read({}, stroke, parts(stroke))
    assert asked.after("step", "3", False).step == 3
    chosen = asked.after("tab", "knows", False).after("choose", "party-ksz", False)
    assert (chosen.choose, chosen.tab) == ("party-ksz", "chosen")
    both = asked.after("who", "ksz", True).after("who", "ehealth", True)
    assert both.who == ("ksz", "ehealth") and both.after("who", "ksz", False).who == ("ehealth",)
    assert asked.after("group", "nic,nobody", False).who == ("nic",)


# -- what parties can know ---------------------------------------------------------------------


def test_the_answer_depends_on_the_step(stroke: OpenedStudy) -> None:
    """In 20/284 the first pseudonym is made in step 5: before it, identity and RN stand nowhere together."""
    assert stroke.answer(frozenset({"ehealth"}), "INSZ-and-RN", 4) is None
    found = stroke.answer(frozenset({"ehealth"}), "INSZ-and-RN", 5)
    assert found is not None and found.exact
    assert stroke.answer(frozenset({"vikz-researchers"}), "identity-and-diagnosis", last(stroke)) is None


def test_smallest_groups_reach_and_nothing_smaller_does(stroke: OpenedStudy) -> None:
    for group in stroke.smallest("identity-and-diagnosis").found:
        assert stroke.answer(group, "identity-and-diagnosis", last(stroke)) is not None
        for one in group:
            assert len(group) == 1 or stroke.answer(group - {one}, "identity-and-diagnosis", last(stroke)) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chain_is_told_in_the_language_of_the_page(stroke: OpenedStudy, lang: str) -> None:
    """Same tables and identifiers in every language, and as many sentences as the verifier has."""
    said = Said(stroke, texts(lang))
    for target in stroke.model.targets:
        for group in (*stroke.smallest(target.id).found, *stroke.smallest(target.id).legal):
            found = stroke.answer(group, target.id, last(stroke))
            assert found is not None
            lines = list(said.chain(found))
            assert len(lines) == len(found.lines())
            whole = " ".join(lines)
            assert not re.search(r"chain\.|\{|attr:|id:|cohort:", whole), whole
            for one in found.evidence:
                assert said.party(one.party) in whole or one.party == "*"
    assert said.target(stroke.model.targets[0])


def test_languages_say_different_things(stroke: OpenedStudy) -> None:
    group = stroke.smallest("identity-and-diagnosis").found[0]
    found = stroke.answer(group, "identity-and-diagnosis", last(stroke))
    assert found is not None
    told = [tuple(Said(stroke, texts(lang)).chain(found)) for lang in LANGUAGES]
    assert len(set(told)) == 3
    assert "holds" not in " ".join(told[0] + told[1]), "a sentence of the verifier stayed English"


# -- printed and corrected ---------------------------------------------------------------------


def test_the_errata_are_the_differences_side_by_side(stroke: OpenedStudy) -> None:
    """Every column that an erratum says is printed and not used stands left without a twin, and the other way."""
    beside = {one.dataset: one for one in compare(stroke)}
    base = beside["mzg_base"]
    lefts = {left for left, right in base.lines if left and left != right}
    rights = {right for left, right in base.lines if right and left != right}
    assert {"A2_DESTINATE", "A4_YEAR_SPEC_IN"} <= lefts
    assert {"A2_CODE_DESTINATE", "A4_YEAR_BEDINDEX_IN", "A2_YEAR_HOSP_OUT"} <= rights
    assert base.different == sum(left != right for left, right in base.lines)


def test_two_lists_are_laid_beside_each_other() -> None:
    left, right = ("a", "x", "b", "moved", "c"), ("a", "y", "z", "b", "c", "moved")
    lines = list(_aligned(left, right))
    assert [one for one, _ in lines if one and one != "moved"] == ["a", "x", "b", "c"]
    assert ("x", "y") in lines and ("", "z") in lines and ("moved", "moved") in lines
    assert list(_aligned((), ("a",))) == [("", "a")] and list(_aligned((), ())) == []


def test_every_dataset_of_every_document_can_be_compared(studies: dict[str, OpenedStudy]) -> None:
    for study in studies.values():
        for one in compare(study):
            assert {right for _, right in one.lines if right} == set(study.flow.datasets[one.dataset].columns())
