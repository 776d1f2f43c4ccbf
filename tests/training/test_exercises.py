"""Every exercise: its start fails, each known wrong answer fails by its own hint, and the model solution passes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from workbench.catalog.base import LANGUAGES
from workbench.errors import Problems, WorkbenchError
from workbench.stage.board import read_board
from workbench.training import Exercise, Graded, apply, begin, grade, read_exercises
from workbench.training.exercise import FOLDER, Edit
from workbench.training.exercise import Exercise as Model

ROOT = Path(__file__).resolve().parents[2] / "catalog"
EXERCISES = read_exercises(ROOT)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People and runs, made once for all answers."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the catalogue for all answers, put back after each: only a study or an indicator differs."""
    root = tmp_path_factory.mktemp("copy") / "catalog"
    shutil.copytree(ROOT, root)
    return root


def answered(exercise: Exercise, edits: Sequence[Edit], root: Path, home: Path) -> Graded:
    """The grade of the start with these edits."""
    touched = {root / (edit.file or f"studies/{exercise.study}/study.yaml") for edit in (*exercise.start, *edits)}
    before = {path: (path.read_bytes(), path.stat()) for path in touched}
    try:
        apply(exercise, exercise.start, root)
        apply(exercise, edits, root)
        return grade(exercise, root, home)
    finally:
        for path, (content, _) in before.items():
            path.write_bytes(content)


def test_there_are_enough_and_all_levels() -> None:
    assert len(EXERCISES) >= 12
    assert {one.level for one in EXERCISES.values()} == {1, 2, 3}
    kinds = {check.kind for one in EXERCISES.values() for check in one.checks}
    assert {"rules", "apart", "rows", "risk", "truth"} <= kinds, (
        "graded by the verifier, a run, and the audit of its data"
    )


@pytest.mark.parametrize("name", EXERCISES)
def test_the_start_fails_every_wrong_answer_has_its_own_hint_and_the_solution_passes(
    name: str, shared: Path, home: Path
) -> None:
    exercise = EXERCISES[name]
    start = answered(exercise, (), shared, home)
    assert not start.passed, "there is nothing to do"
    shown = {}
    for wrong in exercise.wrong:
        graded = answered(exercise, wrong.edits, shared, home)
        assert graded.first is not None, f"{wrong.id} passes"
        assert graded.first.check == wrong.fails, f"{wrong.id}: {graded.first}"
        shown[wrong.id] = graded.first.hint
    assert len({hint.en for hint in shown.values()}) == len(shown), "two wrong answers get the same hint"
    solved = answered(exercise, exercise.solution, shared, home)
    assert solved.passed, [one for one in solved.verdicts if not one.met]


def test_no_participant_gets_the_answers(tmp_path: Path) -> None:
    exercise = EXERCISES["two-hats"]
    out = tmp_path / "mine"
    file = begin(exercise, ROOT, out, "nl")
    assert not (out / "catalog" / FOLDER).exists()
    assert "vikz-datateam, nic]" in file.read_text(encoding="utf-8")
    task = (out / "TASK.md").read_text(encoding="utf-8")
    assert task.startswith(f"# {exercise.title.nl}") and "catalog/studies/stroke-care/study.yaml" in task
    with pytest.raises(WorkbenchError, match="is not empty"):
        begin(exercise, ROOT, out, "nl")


def test_everything_is_said_in_three_languages() -> None:
    for one in EXERCISES.values():
        for said in (one.title, one.task, *one.hints, *(check.hint for check in one.checks)):
            assert len({said[lang] for lang in LANGUAGES}) == 3, said


def test_what_could_not_be_graded_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    (root / FOLDER).mkdir(parents=True)
    text = (ROOT / FOLDER / "two-hats.yaml").read_text(encoding="utf-8")
    text = text.replace("fails: apart", "fails: nowhere").replace("    file: true\n", "")
    (root / FOLDER / "two-hats.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as raised:
        read_exercises(root)
    said = str(raised.value)
    assert "there is no check 'nowhere'" in said and "check 'readable' is of no kind" in said


def test_an_unknown_party_is_no_pass(shared: Path, home: Path) -> None:
    """A demand that cannot be looked at is not met."""
    spec = EXERCISES["two-hats"].model_dump(by_alias=True)
    spec["checks"] = [{**spec["checks"][1], "apart": {"parties": ["nobody"], "target": "identity-and-diagnosis"}}]
    graded = answered(Model.model_validate({**spec, "wrong": spec["wrong"][1:]}), (), shared, home)
    assert not graded.passed and "nobody" in graded.verdicts[0].said


def test_a_participant_begins_works_and_is_graded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from workbench.__main__ import main

    out, command = tmp_path / "mine", ["--catalog", str(ROOT), "exercise"]
    assert main([*command, "list", "--lang", "fr"]) == 0
    assert EXERCISES["judge-and-party"].title.fr in capsys.readouterr().out
    assert main([*command, "start", "key-kept", "--out", str(out), "--lang", "nl"]) == 0
    assert EXERCISES["key-kept"].task.nl in capsys.readouterr().out
    board = ["--board", str(tmp_path / "board"), "--as", "Ann"]
    assert main([*command, "check", "key-kept", "--out", str(out), "--lang", "nl", *board]) == 1
    assert EXERCISES["key-kept"].checks[1].hint.nl in " ".join(capsys.readouterr().out.split())
    apply(EXERCISES["key-kept"], EXERCISES["key-kept"].solution, out / "catalog")
    assert main([*command, "check", "key-kept", "--out", str(out), *board]) == 0
    assert "Solved." in capsys.readouterr().out
    standing = read_board(tmp_path / "board")["Ann"]["key-kept"]
    assert (standing.mark.solved, standing.mark.demands, standing.tries) == (True, 2, 2)
    assert main([*command, "check", "nothing"]) == 2
    assert main([*command, "check", "key-kept", "--out", str(tmp_path / "other")]) == 2
    assert "Begin with" in capsys.readouterr().err
