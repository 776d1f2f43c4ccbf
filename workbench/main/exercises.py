"""Use cases of a workshop: which exercises there are, begin one, and have it graded."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from workbench.catalog.base import Lang
from workbench.errors import WorkbenchError
from workbench.main import terminal
from workbench.main.checks import open_study
from workbench.main.turns import turn
from workbench.paper.write import save
from workbench.stage.board import leave
from workbench.training import Exercise, Graded, begin, grade, read_exercises
from workbench.training.handout import handout
from workbench.training.workshops import workshop_of

BOARD = "WORKBENCH_BOARD"  # names the folder of the board, so that no participant has to type it


def one_of(root: Path, name: str) -> Exercise:
    """The exercise of that name. Raises `WorkbenchError` with those there are."""
    known = read_exercises(root)
    if name not in known:
        raise WorkbenchError(f"There is no exercise '{name}'. There are {', '.join(known)}.")
    return known[name]


def start(root: Path, name: str, out: Path | None, lang: str) -> Path:
    """Lay an exercise out in a folder (`exercises/NAME` by default); returns the file to work on."""
    exercise = one_of(root, name)
    return begin(exercise, root, out or Path("exercises", name), lang)


def check(root: Path, name: str, out: Path | None) -> Graded:
    """The grade of the work in a folder. Raises `WorkbenchError` where the exercise was not begun."""
    exercise, folder = one_of(root, name), out or Path("exercises", name)
    if not (folder / "catalog").is_dir():
        raise WorkbenchError(f"{folder} holds no work. Begin with: workbench exercise start {name}")
    return grade(exercise, folder / "catalog", folder / ".workbench")


def show_graded(graded: Graded, lang: str) -> None:
    """Every demand with what was seen, and the hint of the first that is not met."""
    marks = {True: "met", False: "not met", None: "not looked at: the study cannot be read"}
    rows = [(one.check, marks[one.met], one.said if one.met is False else "") for one in graded.verdicts]
    terminal.show_table(graded.exercise, ("demand", "", "what was seen"), rows)
    if graded.first is not None:
        terminal.out.print(f"Hint: {graded.first.hint[lang]}", markup=False)
    else:
        terminal.out.print("Solved.", markup=False)


def _list(chosen: argparse.Namespace) -> int:
    found = read_exercises(chosen.catalog).values()
    if chosen.format == "json":
        terminal.show_json([{"id": one.id, "level": one.level, "title": one.title[chosen.lang]} for one in found])
    else:
        rows = [(one.id, "*" * one.level, one.title[chosen.lang], one.study) for one in found]
        terminal.show_table(terminal.count(len(rows), "exercise"), ("exercise", "level", "title", "study"), rows)
        terminal.out.print("Begin with: workbench exercise start EXERCISE")
    return 0


def _start(chosen: argparse.Namespace) -> int:
    exercise = one_of(chosen.catalog, chosen.exercise)
    file = start(chosen.catalog, chosen.exercise, chosen.out, chosen.lang)
    terminal.out.print(f"{exercise.title[chosen.lang]}\n\n{exercise.task[chosen.lang]}\n", markup=False)
    where = f" --out {chosen.out}" if chosen.out else ""
    terminal.out.print(f"Edit {file}\nThen: workbench exercise check {exercise.id}{where}", markup=False)
    return 0


def check_on(board: Path, who: str, root: Path, name: str, out: Path | None) -> Graded:
    """As `check`, in turn with the others of a workshop; the result stands on the board that they share."""
    with turn(board, lambda: terminal.out.print("Others are being graded; yours begins when one of them is done.")):
        graded = check(root, name, out)
    met = sum(one.met is True for one in graded.verdicts)
    leave(board, who, name, met, len(graded.verdicts), graded.first.check if graded.first else "")
    return graded


def _check(chosen: argparse.Namespace) -> int:
    given = chosen.board or os.environ.get(BOARD)
    if given:
        who = chosen.who or os.environ.get("USER", "")
        graded = check_on(Path(given), who, chosen.catalog, chosen.exercise, chosen.out)
    else:
        graded = check(chosen.catalog, chosen.exercise, chosen.out)
    if chosen.format == "json":
        verdicts = [{**asdict(one), "hint": one.hint[chosen.lang]} for one in graded.verdicts]
        terminal.show_json({"exercise": graded.exercise, "passed": graded.passed, "verdicts": verdicts})
    else:
        show_graded(graded, chosen.lang)
    return 0 if graded.passed else 1


def write_handout(root: Path, name: str, lang: Lang, out: Path | None) -> Path:
    """Write the handout of a workshop as PDF, by default as `NAME.LANG.pdf`. Raises as `save`."""
    opened = workshop_of(root, name)
    flows = {study: open_study(study, root) for study in opened.workshop.studies}
    return save(handout(opened, flows, lang), "pdf", out or Path(f"{name}.{lang}.pdf"))


def _handout(chosen: argparse.Namespace) -> int:
    terminal.out.print(str(write_handout(chosen.catalog, chosen.workshop, chosen.lang, chosen.out)), markup=False)
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "start": _start,
    "check": _check,
    "handout": _handout,
}
