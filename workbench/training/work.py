"""The work of a participant: a catalogue of one's own, in which an exercise stands as it begins."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.training.exercise import FOLDER, Edit, Exercise


def begin(exercise: Exercise, root: Path, out: Path, lang: str) -> Path:
    """Copy the catalogue to `out/catalog`, without the exercises and their answers; returns the file to work on.

    Raises `WorkbenchError` when `out` has something in it: somebody's work would be lost.
    """
    if out.exists() and any(out.iterdir()):
        raise WorkbenchError(f"{out} is not empty. Go on there with 'exercise check', or give another folder.")
    shutil.copytree(root, out / "catalog", ignore=shutil.ignore_patterns(FOLDER))
    apply(exercise, exercise.start, out / "catalog")
    file = file_of(exercise, out / "catalog", exercise.start[-1] if exercise.start else None)
    hints = [f"<details><summary>hint {n}</summary>{hint[lang]}</details>" for n, hint in enumerate(exercise.hints, 1)]
    text = "\n\n".join((f"# {exercise.title[lang]}", exercise.task[lang], f"`{file.relative_to(out)}`", *hints))
    (out / "TASK.md").write_text(text + "\n", encoding="utf-8")
    return file


def file_of(exercise: Exercise, root: Path, edit: Edit | None) -> Path:
    """The file that an edit is of."""
    named = edit.file if edit is not None else None
    return root / (named or f"studies/{exercise.study}/study.yaml")


def apply(exercise: Exercise, edits: Sequence[Edit], root: Path) -> None:
    """Make edits in a catalogue. Raises `WorkbenchError` where the words to replace do not stand there exactly once."""
    for edit in edits:
        path = file_of(exercise, root, edit)
        text = path.read_text(encoding="utf-8")
        if text.count(edit.find) != 1:
            raise WorkbenchError(
                f"exercise {exercise.id}: {edit.find!r} stands {text.count(edit.find)} times in {path.name}, not once."
            )
        path.write_text(text.replace(edit.find, edit.put), encoding="utf-8")
