"""Use cases of a workshop: which exercises there are, begin one, and have it graded."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.main import terminal
from workbench.training import Exercise, Graded, begin, grade, read_exercises


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


def _check(chosen: argparse.Namespace) -> int:
    graded = check(chosen.catalog, chosen.exercise, chosen.out)
    if chosen.format == "json":
        verdicts = [{**asdict(one), "hint": one.hint[chosen.lang]} for one in graded.verdicts]
        terminal.show_json({"exercise": graded.exercise, "passed": graded.passed, "verdicts": verdicts})
    else:
        show_graded(graded, chosen.lang)
    return 0 if graded.passed else 1


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {"list": _list, "start": _start, "check": _check}
