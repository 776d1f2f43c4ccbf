"""Rows of persons reach a page only with a proof that they are made up, and a file that lost it is not shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import Refused, WorkbenchError
from workbench.stage import Proof, SyntheticRows, proven, read_recording, write_recording

MANIFEST = {"seed": 7, "persons": 3, "parameters_sha256": "ab", "version": "3"}
PEOPLE = ("52043012345", "60010112345", "71112312345")


def folder(at: Path, held: tuple[str | None, ...] = PEOPLE, key: tuple[str, ...] | None = PEOPLE) -> Path:
    """A data folder in which a hospital knows `held`, and the answer key has `key`."""
    (at / "parties/hospitals").mkdir(parents=True)
    (at / "answer_key").mkdir()
    (at / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    pq.write_table(pa.table({"INSZ": pa.array(held, pa.string())}), at / "parties/hospitals/PATIENT.parquet")
    if key is not None:
        pq.write_table(pa.table({"INSZ": pa.array(key, pa.string())}), at / "answer_key/persons.parquet")
    return at


def test_people_of_the_answer_key_are_proven_and_a_missing_number_is_nobody(tmp_path: Path) -> None:
    proof = proven(folder(tmp_path / "data", (*PEOPLE[:2], None)))
    assert (proof.persons, proof.seed, len(proof.sha256)) == (3, 7, 64)


def test_a_number_without_its_leading_nought_is_the_same_person(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", (), ("01020312345",))
    pq.write_table(pa.table({"INSZ": pa.array([1020312345], pa.int64())}), data / "parties/hospitals/PATIENT.parquet")
    assert proven(data).persons == 3


@pytest.mark.parametrize(
    ("held", "key", "manifest", "said"),
    [
        ((*PEOPLE, "85073003328"), PEOPLE, MANIFEST, "1 persons whom the generator did not make"),
        (PEOPLE, None, MANIFEST, "no answer key"),
        (PEOPLE, PEOPLE, {"persons": 3}, "not the manifest of the generator"),
        (PEOPLE, PEOPLE, [], "not the manifest of the generator"),
    ],
)
def test_people_who_may_be_real_are_refused(
    tmp_path: Path, held: tuple[str, ...], key: tuple[str, ...] | None, manifest: Any, said: str
) -> None:
    data = folder(tmp_path / "data", held, key)
    (data / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Refused, match=said):
        proven(data)


def test_nobody_makes_rows_or_a_proof_without_looking_at_the_data() -> None:
    with pytest.raises(TypeError, match="looking at the data"):
        Proof(3, 7, "0" * 64, object())
    with pytest.raises(TypeError, match="proven synthetic people"):
        SyntheticRows.of("synthetic", ("INSZ",), [(PEOPLE[0],)], 1, 1)  # type: ignore[arg-type]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    proof = proven(folder(tmp_path / "data"))
    rows = SyntheticRows.of(proof, ("INSZ", "RN"), [(PEOPLE[0], "-17"), (PEOPLE[1], "4")], 3, 1)
    path = tmp_path / "plays/some-study.json"
    write_recording(
        path,
        proof,
        ("some-study", "cd"),
        {"INSZ": PEOPLE[0]},
        {2: {"RN": "-17"}},
        {"list.rows": rows},
        {"list.rows": 2},
    )
    return path


def test_a_recording_comes_back_as_it_was_written(recorded: Path) -> None:
    found = read_recording(recorded)
    rows = found.parts["list.rows"]
    assert (found.study, found.persons, found.made) == ("some-study", 3, {"list.rows": 2})
    assert rows.rows == ((PEOPLE[0], "-17"), (PEOPLE[1], "4"))
    assert (rows.count, rows.mine) == (3, frozenset({0}))
    assert [found.numbers(step) for step in (1, 2, 9)] == [{}, {"RN": "-17"}, {"RN": "-17"}]


def test_a_recording_that_was_changed_is_not_shown(recorded: Path) -> None:
    body = json.loads(recorded.read_text(encoding="utf-8"))
    body["parts"]["list.rows"]["rows"][0][0] = "85073003328"  # somebody puts a row of their own in
    recorded.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(Refused, match="was changed"):
        read_recording(recorded)


def test_a_recording_that_does_not_say_synthetic_is_not_shown(recorded: Path) -> None:
    body = json.loads(recorded.read_text(encoding="utf-8"))
    del body["synthetic"]
    recorded.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(Refused, match="does not say that its people are synthetic"):
        read_recording(recorded)


def test_a_damaged_or_missing_recording_says_how_to_make_it(recorded: Path) -> None:
    recorded.write_text("{", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="workbench flow play some-study"):
        read_recording(recorded)
    recorded.unlink()
    with pytest.raises(WorkbenchError, match="workbench flow play some-study"):
        read_recording(recorded)
