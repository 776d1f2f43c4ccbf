"""Each fault of a workshop, made for real: it gives the right person away, the sound study nobody; the rule sees it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from workbench.main import plays
from workbench.main.checks import open_study
from workbench.stage import Story, read_recording, read_story
from workbench.training.breaks import read_breaks

ROOT = Path(__file__).resolve().parents[2] / "catalog"
FAULTS = read_breaks(ROOT)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module", params=FAULTS)
def story(request: pytest.FixtureRequest, home: Path) -> Story:
    fault = FAULTS[request.param]
    return plays.broken(fault.study, fault.id, None, None, home, ROOT)


def people(story: Story, home: Path) -> Path:
    return home / f"plays/people/{story.study}-{FAULTS[story.fault].persons}"


def test_the_sound_study_gives_nobody_away_and_the_broken_one_does(story: Story) -> None:
    assert story.sound == 0
    assert 0 < story.recognised <= FAULTS[story.fault].persons
    assert story.hops or story.difference


def test_the_person_who_was_found_is_the_one_of_the_answer_key(story: Story, home: Path) -> None:
    """The chain is walked here once more in plain Python, from the last table's record number to the key."""
    assert story.right > 0 and story.wrong == 0
    assert story.person.get("sex", "man") in ("man", "woman"), "a code would be read as the other sex"
    record = FAULTS[story.fault].record
    table = record.table if record else "stays"
    key = pq.read_table(people(story, home) / f"answer_key/{table}.parquet").to_pylist()
    insz = story.person["INSZ"]
    mine = [one for one in key if one["INSZ"] == insz]
    assert mine
    if record:
        place = story.told.columns.index(record.column)
        assert {row[place] for row in story.told.rows} <= {str(one[record.known]) for one in mine}
    else:
        said = story.difference
        assert said["person"] == insz
        assert any(
            (str(one["CODE_AGR"]), str(one["discharge"].year)) == (said["hospital"], said["year"]) for one in mine
        )


def test_the_named_rule_sees_the_fault(story: Story) -> None:
    assert story.rule == FAULTS[story.fault].rule
    assert story.rule_said


def test_the_rule_is_silent_on_the_sound_study() -> None:
    """But for two that collude, which is no change of the study: there the study says why it lets the finding stand."""
    from workbench.catalog.study_rule import study_rules
    from workbench.verify.check import check_flow

    at = {
        (study, one.finding.rule, one.at): one.accepted
        for study in {fault.study for fault in FAULTS.values()}
        for one in check_flow(open_study(study, ROOT), study_rules(ROOT))
    }
    for fault in FAULTS.values():
        mine = {(rule, where): why for (study, rule, where), why in at.items() if study == fault.study}
        hits = [reason for (rule, where), reason in mine.items() if rule == fault.rule and fault.at in ("", where)]
        assert hits == [] or (fault.together and all(hits)), fault.id


def test_what_came_of_it_is_kept_for_the_page(story: Story, home: Path) -> None:
    assert read_story(home / "plays" / f"{story.study}.{story.fault}.json") == story


def test_a_play_shows_what_every_vault_really_held(home: Path) -> None:
    path = plays.play("stroke-care", None, None, home, ROOT)
    found = read_recording(path)
    flow = open_study("stroke-care", ROOT)
    assert {ref.partition(".")[0] for ref in found.parts} == set(flow.datasets)
    kept = home / "plays/runs/stroke-care-seen"
    for entry in flow.steps:  # a table that was delivered is the same in the vault of who got it
        for receiver in (entry.step.delivers() or ("", ()))[1]:
            for part in flow.datasets[entry.step.delivers()[0]].parts:  # type: ignore[index]
                name = f"{entry.step.delivers()[0]}/{part}.parquet"  # type: ignore[index]
                assert pq.read_table(kept / receiver / name).equals(pq.read_table(kept / entry.step.actor / name))
    assert found.parts["insz_list.rows"].mine and found.parts["analysis.stay"].mine, "from the first list to the last"
    assert found.person["INSZ"] == found.numbers(1)["INSZ"]
    assert "INSZ" not in found.parts["analysis.stay"].columns
