"""How use cases look in a terminal: one bar per stage, tables, and JSON where asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from workbench.jobs import Writer
from workbench.main.results import Checked, Demo

if TYPE_CHECKING:  # its libraries load when a command needs them
    from workbench.simulate import Now

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Bars:
    """One progress bar per stage; where there is no terminal, one line per stage when it ends.

    Where the environment names a file for it (WORKBENCH_PROGRESS), every moment is a line there too.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.writer = Writer.asked()
        self.as_json = as_json  # then nothing but the result may be printed

    @contextmanager
    def stage(
        self, title: str, by_step: bool = False
    ) -> Iterator[tuple[Callable[[str, float], None], Callable[[str], None]]]:
        """See `workbench.main.demo.Stages`; with `by_step` the caller tells the writer of each step itself."""
        words: list[str] = []
        columns = (
            TextColumn("{task.fields[title]:<8}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with Progress(*columns, console=out, disable=self.as_json or not out.is_terminal) as bars:
            task = bars.add_task("", total=1.0, title=title)

            def progress(what: str, share: float) -> None:
                bars.update(task, completed=share, description=what)
                if not by_step:
                    self.writer.tell(title, share, what)

            self.writer.tell(title, 0.0)
            yield progress, words.append
            closing = " ".join(word for word in words if word)
            self.writer.tell(title, 1.0, ends=True)
            bars.update(task, completed=1.0, description=closing)
        if not (self.as_json or out.is_terminal):
            out.print(f"{title:<8} {closing}", markup=False)

    def watch(self, now: Now) -> None:
        """A moment of a run: for the writer always, as a line where it ends a step."""
        if now.number == now.steps:
            return
        ends = now.made is not None
        if ends:
            line(_ended(now))
        facts = {"number": now.number + 1, "steps": now.steps, "actor": now.actor, "rows": now.rows, "made": now.made}
        left = None if now.left is None else round(now.left, 1)
        self.writer.tell("run", now.done, now.label, ends, **facts, seconds=round(now.seconds, 3), left=left)


def _ended(now: Now) -> str:
    rows = f"{now.rows:,} rows read, {now.made:,} made, " if now.rows or now.made else ""
    left = f", {_left(now.left)}" if now.left and now.number + 1 < now.steps else ""
    return f"step {now.number + 1} of {now.steps} ({now.actor}): {now.label}: {rows}{now.seconds:.1f} s{left}"


def _left(seconds: float) -> str:
    return f"{seconds:.0f} s left" if seconds < 90 else f"{seconds / 60:.0f} min left"


def line(text: str) -> None:
    """What a bar would have shown for a moment, where there is no terminal: beside the results, not among them."""
    if not out.is_terminal:
        err.print(text, markup=False)


def show_demo(demo: Demo) -> None:
    """The table at the end of the demo."""
    table = Table(title="What was made", title_justify="left", show_header=False)
    for name, value in demo.figures.items():
        table.add_row(name, value)
    for stage, seconds in demo.seconds.items():
        table.add_row(f"seconds: {stage}", f"{seconds:.1f}")
    table.add_row("seconds: together", f"{sum(demo.seconds.values()):.1f}")
    out.print(table)
    for note in demo.notes:
        out.print(note, markup=False)


def show_checked(checked: Sequence[Checked], as_json: bool) -> None:
    """Findings of checks, every problem on a line of its own, or as JSON."""
    if as_json:
        show_json(
            [
                {
                    "subject": one.subject,
                    "fine": one.fine,
                    "counts": one.counts,
                    "problems": [p.__dict__ for p in one.problems],
                }
                for one in checked
            ]
        )
        return
    for one in checked:
        for problem in one.problems:
            err.print(str(problem), markup=False)
        counts = ", ".join(f"{number:,} {name}" for name, number in one.counts.items())
        verdict = "in order" if not one.problems else count(len(one.problems), "problem")
        out.print(f"{one.subject}: {verdict} ({counts})" if counts else f"{one.subject}: {verdict}", markup=False)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")  # a name that is too long goes on below; none of it is lost
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    out.print(table)


def count(number: int, thing: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def show_json(value: Any) -> None:
    """JSON on standard output, nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
