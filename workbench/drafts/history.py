"""Undo and redo over revisions that are only ever added: which earlier text to write again.

Undoing is a new revision with an older text. So nothing is lost, two people see the same history, and what was undone
can be looked at. Whether a revision undid the one before shows from the texts: a change taken back by hand is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class History:
    """Numbers of revisions: `past` up to the text that stands now, `future` what a redo would bring back."""

    past: list[int] = field(default_factory=list)
    future: list[int] = field(default_factory=list)
    _texts: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, revisions: Iterable[tuple[int, str]]) -> History:
        """From all revisions in order, each its number and its text."""
        made = cls()
        for number, text in revisions:
            made.add(number, text)
        return made

    def add(self, number: int, text: str) -> None:
        """A revision was saved."""
        digest = hash(text)
        self._texts[number] = digest
        if len(self.past) > 1 and self._texts[self.past[-2]] == digest:
            self.future.append(self.past.pop())
        elif self.future and self._texts[self.future[-1]] == digest:
            self.past.append(self.future.pop())
        else:
            self.past.append(number)
            self.future.clear()

    @property
    def undo(self) -> int | None:
        """The revision whose text an undo brings back; None when nothing was changed."""
        return self.past[-2] if len(self.past) > 1 else None

    @property
    def redo(self) -> int | None:
        """The revision whose text a redo brings back; None when nothing was undone."""
        return self.future[-1] if self.future else None
