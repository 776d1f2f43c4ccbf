"""Amendments: every difference of meaning between two studies is told exactly once, and nothing else is told."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.study.conftest import CATALOG
from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import compile_flow
from workbench.study import Study, StudyFile, load_study
from workbench.study.diff import Changes, describe, diff, to_json
from workbench.verify import diff as exposure
from workbench.verify import knowledge_of

NAMES = ("stroke-care", "stroke-selfreg-2020", "stroke-selfreg-2022", "intego", "ima-microdata")
ROOT = load_catalog(CATALOG)
FILES = {name: load_study(name, ROOT, CATALOG) for name in NAMES}
Path_ = tuple[str | int, ...]
# Values of which the order counts, and keys under which a value is one of a few.
ORDERED = {"from", "date", "days_between", "between", "widths", "since"}
CHOICES = {"scope": ["study", "source"], "information": ["given", "exempt"]}


def plain(file: StudyFile) -> dict[str, Any]:
    return file.study.model_dump(mode="json", by_alias=True)


def again(file: StudyFile, data: dict[str, Any]) -> StudyFile:
    return replace(file, study=Study.model_validate(data), source=replace(file.source, data=data))


def leaves(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Every value of a study that says something: no ids, no citations."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in ("cite", "id"):
                yield from leaves(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*at, number))
    elif value is not None:
        yield at


def lists(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from lists(one, (*at, key))
    elif isinstance(value, list):
        yield at
        for number, one in enumerate(value):
            yield from lists(one, (*at, number))


def get(data: Any, at: Path_) -> Any:
    for key in at:
        data = data[key]
    return data


def put(data: dict[str, Any], at: Path_, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    get(changed, at[:-1])[at[-1]] = value
    return changed


def other(value: Any, key: str | int) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if key in CHOICES:
        return next(one for one in CHOICES[str(key)] if one != value)
    return f"{value}x"


def words(value: Any) -> Iterator[str]:
    """Every text of a study, and both halves of `dataset.part`."""
    if isinstance(value, str):
        yield from (value, *value.split("."))
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield str(key)
        yield from words(one)


def only_a_name(at: Path_, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """The edit gave a dataset another name that nothing else uses: that is no change."""
    if at[0] != "flow" or at[-1] not in ("output", "rest"):
        return False
    old, new = str(get(before, at)).partition(".")[0], str(get(after, at)).partition(".")[0]
    return old not in set(words(after)) and old != new


@pytest.mark.parametrize("name", NAMES)
def test_a_study_does_not_differ_from_itself(name: str) -> None:
    assert diff(FILES[name], FILES[name], ROOT).changes == ()
    assert describe(diff(FILES[name], FILES[name], ROOT), "fr") == "Rien n'a changé."


@settings(max_examples=160, deadline=None, derandomize=True)
@given(some.sampled_from(NAMES), some.integers(0, 10**6))
def test_every_edited_value_is_told_exactly_once(name: str, number: int) -> None:
    file = FILES[name]
    before = plain(file)
    places = list(leaves(before))
    at = places[number % len(places)]
    after = put(before, at, other(get(before, at), at[-1]))
    found = diff(file, again(file, after), ROOT).changes
    assert len(found) == (0 if only_a_name(at, before, after) else 1), (at, [str(one.text.en) for one in found])


@settings(max_examples=90, deadline=None, derandomize=True)
@given(some.sampled_from(NAMES), some.integers(0, 10**6), some.booleans())
def test_every_member_added_or_removed_is_told_exactly_once(name: str, number: int, adds: bool) -> None:
    file = FILES[name]
    before = plain(file)
    places = [at for at in lists(before) if get(before, at) and at[-1] not in ORDERED]
    at = places[number % len(places)]
    members = list(get(before, at))
    if adds:
        members.append(fresh(members[number % len(members)]))
    else:
        del members[number % len(members)]
    found = diff(file, again(file, put(before, at, members)), ROOT).changes
    assert len(found) == 1, (at, [str(one.text.en) for one in found])
    back = diff(again(file, put(before, at, members)), file, ROOT).changes
    assert [MIRROR[one.kind] for one in found] == [one.kind for one in back]


def fresh(value: Any) -> Any:
    """A member like another one, but of its own in every text and number."""
    if isinstance(value, dict):
        kept = ("kind", "cite", "scope", "actor")
        return {key: one if key in kept or isinstance(one, dict) else fresh(one) for key, one in value.items()}
    if isinstance(value, list):
        return [fresh(one) for one in value]
    return None if value is None else other(value, "")


MIRROR = {
    "added": "removed", "removed": "added", "renamed": "renamed", "moved": "moved", "replaced": "replaced",
    "reordered": "reordered", "changed": "changed",
}  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(some.sampled_from(NAMES), some.integers(0, 10**6))
def test_another_order_of_a_list_is_no_change(name: str, seed: int) -> None:
    file, chance = FILES[name], random.Random(seed)
    after = plain(file)
    for at in list(lists(after)):
        if at[-1] not in (*ORDERED, "flow"):
            chance.shuffle(get(after, at))
    assert diff(file, again(file, after), ROOT).changes == ()


@pytest.mark.parametrize("name", NAMES)
def test_other_ids_and_citations_are_no_change(name: str) -> None:
    file = FILES[name]
    text = plain(file)
    steps = {step["id"]: f"{step['id']}-as-it-was" for step in text["flow"]}
    datasets = {
        str(step[key]).partition(".")[0] for step in text["flow"] for key in ("output", "rest") if step.get(key)
    }

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            if key == "cite":
                return {**value, "line": 1}
            if key == "datasets":
                return {f"{name}_2" if name in datasets else name: renamed(one) for name, one in value.items()}
            return {name: renamed(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [renamed(one, key) for one in value]
        if not isinstance(value, str):
            return value
        head, dot, tail = value.partition(".")
        if key in ("id", "step", "used_by"):
            return steps.get(value, value)
        if key == "setting":
            return f"{head}{dot}{tail}_2" if tail in datasets else value
        plain_words = key not in ("nl", "fr", "en", "what", "why", "printed", "used", "columns", "on", "by")
        return f"{head}_2{dot}{tail}" if head in datasets and plain_words else value

    after = again(file, renamed(text))
    assert after.study != file.study
    assert [one.text.en for one in diff(file, after, ROOT).changes] == []


def test_steps_that_change_places() -> None:
    file = FILES["stroke-selfreg-2020"]
    text = plain(file)
    ids = [step["id"] for step in text["flow"]]

    def moved(step: str, after: str) -> Changes:
        flow = [one for one in text["flow"] if one["id"] != step]
        place = [one["id"] for one in flow].index(after) + 1
        flow.insert(place, text["flow"][ids.index(step)])
        return diff(file, again(file, {**text, "flow": flow}), ROOT)

    assert moved("report-scra", "return-analysis").changes == ()  # neither touches what the other does
    (change,) = moved("open-to-analysts", "check-files").changes  # access before the small-cell analysis
    assert change.kind == "reordered" and "access for the designated analysts" in change.text.en


def test_a_part_that_appears_or_goes() -> None:
    file = FILES["stroke-care"]
    text = plain(file)
    for name in ("scra", "analysis"):
        (gone,) = diff(file, again(file, {**text, name: None}), ROOT).changes
        (come,) = diff(again(file, {**text, name: None}), file, ROOT).changes
        assert (gone.kind, come.kind, gone.about) == ("removed", "added", name)


def _amendment() -> Changes:
    return diff(FILES["stroke-selfreg-2020"], FILES["stroke-selfreg-2022"], ROOT)


def test_the_amendment_of_2022_in_terms_of_the_field() -> None:
    said = [one.text.en for one in _amendment().changes]

    def once(*parts: str) -> None:
        found = [text for text in said if all(part in text for part in parts)]
        assert len(found) == 1, (parts, found)

    once("Changed: period", "2017-2019 becomes 2018-2021")
    once("Changed: criterion", "Jaar", "between", "2017-2019 becomes 2018-2021")
    once("Changed: population", "ischaemic stroke or TIA")
    once("Other name, same meaning", "STROKE_2020.CODE_AGR", "is now called selfreg.STROKE_2022.ERK")
    once("Other source, same variables", "Jaar", "Doorverwijzing", "InZiekenhuis", "DeurNaaldTijd", "STROKE_2022")
    once("Removed: variable", "BeroerteTijd")
    once("Removed: variable", "Slikscreening")
    once("Added: variable", "Inclusie")
    once("Added: variable", "SITS")
    once("Changed: retention analysis, years: 4 becomes 3")
    once("Changed: retention analysis, counted from", "made available")
    once("Added: party automated process of VIKZ")
    once("who does it: Smals becomes automated process of VIKZ")
    once("columns: gone BeroerteTijd, Slikscreening; new Inclusie, SITS")
    once("Added: step 'add the control data'")
    once("Removed: knowledge to prevent id:Cproject")
    assert not [text for text in said if "hospital certificates" in text], "what stayed is not told"
    assert not [one for one in _amendment().changes if one.about in ("domain", "scra", "recipient", "legal_basis")]


def test_the_amendment_looked_at_from_the_other_side() -> None:
    there, back = _amendment(), diff(FILES["stroke-selfreg-2022"], FILES["stroke-selfreg-2020"], ROOT)
    assert (back.before, back.after) == (there.after, there.before)
    mirrored = sorted((MIRROR[one.kind], one.about, one.facet or "", one.after, one.before) for one in there.changes)
    assert mirrored == sorted((one.kind, one.about, one.facet or "", one.before, one.after) for one in back.changes)


def test_places_lead_to_the_entries() -> None:
    for change in _amendment().changes:
        for place in (*change.before, *change.after):
            file, _, line = place.rpartition(":")
            text = (CATALOG.parent / file).read_text(encoding="utf-8").splitlines()
            assert 1 <= int(line) <= len(text) and text[int(line) - 1].strip(), place
    (retention,) = [one for one in _amendment().changes if (one.about, one.facet) == ("retention", "years")]
    file, _, line = retention.after[0].rpartition(":")
    assert "years: 3" in (CATALOG.parent / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_text_and_json_say_the_same(lang: Any, catalog: Catalog) -> None:
    changes = _amendment()
    found = to_json(changes)
    jsonschema.validate(found, Changes.model_json_schema())
    lines = describe(changes, lang).splitlines()
    assert len(lines) == len(found["changes"])
    assert all(line.startswith(one["text"][lang]) for line, one in zip(lines, found["changes"], strict=True))
    assert Changes.model_validate(found) == changes


def step_of(data: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in data["flow"] if step["id"] == id_)
    return found


def exposed(name: str, changed: dict[str, Any]) -> exposure.ExposureChanges:
    file = FILES[name]
    return exposure.diff_exposure(compile_flow(file, ROOT), compile_flow(again(file, changed), ROOT))


@pytest.mark.parametrize("name", NAMES)
def test_exposure_does_not_differ_from_itself(name: str) -> None:
    found = exposed(name, plain(FILES[name]))
    assert (found.learned, found.coalitions) == ((), ())
    assert exposure.describe(found, "nl") == "Niemand kan meer of minder leren dan voordien."


def test_what_the_amendment_does_to_exposure() -> None:
    """The process of VIKZ reads files as they arrive; for everybody else nothing changes in kind."""
    flows = [compile_flow(FILES[f"stroke-selfreg-{year}"], ROOT) for year in (2020, 2022)]
    found = exposure.diff_exposure(*flows)
    assert [(one.name, one.change) for one in found.learned] == [("vikz-transfer", "more")]
    assert {"attr:hospital", "attr:registration_year", "attr:stroke_care"} <= set(found.learned[0].new)
    assert found.coalitions == ()
    back = exposure.diff_exposure(*reversed(flows))
    assert [(one.name, one.change) for one in back.learned] == [("vikz-transfer", "less")]


def test_a_careless_delivery_makes_a_coalition_of_one() -> None:
    """The registry variables sent along with the code to the TTP: it then has number, code and care."""
    text = plain(FILES["intego"])
    step_of(text, "send-registry")["to"].append("ehealth")
    step_of(text, "destroy-at-ehealth")["datasets"].append("registry_stream")
    step_of(text, "encrypt-code")["keep"].append("registration_code")
    flow = [one["id"] for one in text["flow"]]
    text["flow"].append(text["flow"].pop(flow.index("destroy-at-ehealth")))
    found = exposed("intego", text)
    (told,) = [one for one in found.learned if (one.name, one.level) == ("ehealth", "party")]
    assert told.change == "more" and "attr:diagnosis" in told.new and "id:INSZ" in told.beside
    new = [one for one in found.coalitions if one.change == "appears" and one.level == "party"]
    assert ("ehealth",) in {one.names for one in new}
    chain = next(one.derivation for one in new if one.names == ("ehealth",))
    assert any("registry_stream" in link for link in chain), "the chain names the table that did it"
    gone = {one.names for one in found.coalitions if one.change == "disappears" and one.level == "party"}
    assert ("ehealth", "healthdata") in gone, "a coalition is no smallest one any more when its member can do it alone"


@pytest.mark.parametrize("party", ["microdata-users", "ima-room"])
def test_what_is_no_longer_given_is_no_longer_learnt(party: str) -> None:
    """Against the closure itself: what the party loses is what it had and has not."""
    file = FILES["ima-microdata"]
    text = plain(file)
    gone = ("construct-antidepressants", "join-medicines", "count-users")
    text["flow"] = [one for one in text["flow"] if one["id"] not in gone]
    text["conditions"] = text["indicators"] = []
    text["analysis"]["units"].pop("medicine_year")
    found = exposed("ima-microdata", text)
    told = [one for one in found.learned if one.name == party]
    old, new = (knowledge_of(compile_flow(one, ROOT)).exposure([party]).clusters for one in (file, again(file, text)))
    lost = frozenset().union(*(one.tokens for one in old)) - frozenset().union(*(one.tokens for one in new))
    assert "attr:medicine" in lost
    assert {token for one in told for token in one.new} == lost
    assert {one.change for one in told} == {"less"}


def test_exposure_as_text_and_json() -> None:
    flows = [compile_flow(FILES[f"stroke-selfreg-{year}"], ROOT) for year in (2020, 2022)]
    found = exposure.diff_exposure(*flows)
    jsonschema.validate(exposure.to_json(found), exposure.ExposureChanges.model_json_schema())
    assert "Automated process of VIKZ can now learn" in exposure.describe(found, "en")
    assert "Processus automatisé du VIKZ peut désormais apprendre" in exposure.describe(found, "fr")
    assert "Automatisch proces van VIKZ kan voortaan" in exposure.describe(found, "nl")


def test_no_and_nothing_are_one() -> None:
    text = plain(FILES["intego"])
    step_of(text, "log-processing")["decoys"] = False
    step_of(text, "open-register")["medium"] = None
    assert diff(FILES["intego"], again(FILES["intego"], text), ROOT).changes == ()


def test_a_text_is_told_in_the_language_asked_for() -> None:
    (title,) = [one for one in _amendment().changes if one.facet == "title"]
    assert title.old is not None and title.old.nl.startswith("'Zelfregistratie") and title.name is None
    assert "Zelfregistratie" not in title.text.en and "Self-registration" in title.text.en


def test_a_variable_that_has_little_in_common_is_another_one() -> None:
    text = plain(FILES["stroke-selfreg-2020"])
    (place,) = [n for n, one in enumerate(text["variables"]) if one["ref"].endswith("BeroerteTijd")]
    other_reason = {"nl": "x", "fr": "y", "en": "z"}
    text["variables"][place] |= {"ref": "hospital.PATIENT.PATNUM", "motivation": other_reason}
    found = diff(FILES["stroke-selfreg-2020"], again(FILES["stroke-selfreg-2020"], text), ROOT).changes
    assert sorted(one.kind for one in found) == ["added", "removed"]


def test_a_column_of_the_same_name_from_elsewhere() -> None:
    text = plain(FILES["intego"])
    step_of(text, "put-problems-beside-years")["columns"]["DiagnoseJaar"] = "left.registration_year"
    (change,) = diff(FILES["intego"], again(FILES["intego"], text), ROOT).changes
    told = "gone DiagnoseJaar = right.registration_year; new DiagnoseJaar = left.registration_year"
    assert told in change.text.en


def test_the_same_change_of_two_entries_is_told_of_both() -> None:
    text = plain(FILES["stroke-care"])
    assert len(text["retention"]) == 2
    for kept in text["retention"]:
        kept["years"] = 9
    found = diff(FILES["stroke-care"], again(FILES["stroke-care"], text), ROOT).changes
    assert [(one.about, one.facet) for one in found] == [("retention", "years")] * 2


def test_the_same_change_of_several_steps_is_told_once_with_all_of_them() -> None:
    text = plain(FILES["intego"])
    for id_ in ("send-pseudonyms", "send-registry"):
        step_of(text, id_)["to"] = ["intego-researchers"]
    (change,) = diff(FILES["intego"], again(FILES["intego"], text), ROOT).changes
    assert len(change.before) == len(change.after) == 2
    assert "gone healthdata.be (Sciensano); new INTEGO researchers" in change.text.en


def test_one_name_that_becomes_two_is_no_rename() -> None:
    """Two counts of one dataset get a dataset each: neither is the old one under a new name."""
    text = plain(FILES["intego"])
    step_of(text, "count-received")["output"] = "first_count.rows"
    step_of(text, "count-consolidated")["output"] = "second_count.rows"
    step_of(text, "log-processing")["datasets"] = ["register", "first_count"]
    text["datasets"] = {
        ("first_count" if name == "quality_control" else name): one for name, one in text["datasets"].items()
    }
    found = diff(FILES["intego"], again(FILES["intego"], text), ROOT).changes
    told = [one.text.en for one in found]
    assert sum("result:" in one for one in told) == 2, told
    assert any("gone quality_control; new first_count" in one for one in told), told


def test_another_id_of_the_study_changes_nothing() -> None:
    """Membership of the population is the same knowledge under another name of the study."""
    file = FILES["stroke-care"]
    tokens = {token for one in knowledge_of(compile_flow(file, ROOT)).holdings for token in one.tokens}
    assert "cohort:stroke-care" in tokens
    found = exposed("stroke-care", {**plain(file), "id": "stroke-care-again"})
    assert (found.after, found.learned, found.coalitions) == ("stroke-care-again", (), ())


def test_what_sources_hold_is_no_news() -> None:
    flows = [compile_flow(FILES[name], ROOT) for name in ("stroke-selfreg-2020", "stroke-care")]
    told = {one.name for one in exposure.diff_exposure(*flows, size=1).learned}
    assert "vikz-researchers" in told and not told & {"hospitals", "ima", "IMA"}
