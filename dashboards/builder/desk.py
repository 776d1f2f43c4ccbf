"""One draft that somebody has open: what is edited is saved at once, as a new revision after the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workbench.access import Directory, Duty, Viewer
from workbench.catalog.base import LANGUAGES
from workbench.drafts.edits import Edit, NoSuchPlace
from workbench.drafts.history import History
from workbench.drafts.writing import edited, read
from workbench.errors import WorkbenchError
from workbench.state import Conflict, Draft, Drafts, Revision

Change = Callable[[str], str]  # a text into the next one


@dataclass
class Desk:
    """The draft `id` as it was last read or saved. `merged` names who else saved while this person worked."""

    drafts: Drafts
    id: str
    by: str
    revision: Revision = field(init=False)
    data: Any = field(init=False)
    history: History = field(init=False)
    merged: str = ""

    def __post_init__(self) -> None:
        self.load()

    def load(self) -> None:
        """Read the newest revision, and which ones an undo or redo leads to."""
        revisions = self.drafts.history(self.id)
        self.history = History.of((one.number, one.text) for one in revisions)
        self._stand(revisions[-1])

    @property
    def text(self) -> str:
        return self.revision.text

    def edit(self, edit: Edit) -> bool:
        """Save an edit; False when it is about a place that is gone."""
        return self.change(lambda text: edited(text, edit))

    def change(self, change: Change) -> bool:
        """Save what `change` makes of the text.

        When somebody saved in the meantime the change is made again on their text, so that neither is lost; False
        when it cannot be, because the place that it is about is gone.
        """
        self.merged = ""
        try:
            try:
                self._save(change(self.text))
            except Conflict as conflict:
                self.merged = conflict.theirs.by
                self.load()
                self._save(change(self.text))
        except NoSuchPlace:
            return False
        return True

    def undo(self) -> None:
        """Bring back the text before the last change."""
        if self.history.undo is not None:
            self.restore(self.history.undo)

    def redo(self) -> None:
        """Bring back what was undone."""
        if self.history.redo is not None:
            self.restore(self.history.redo)

    def restore(self, number: int) -> None:
        """Write the text of an earlier revision again."""
        text = self.drafts.read(self.id, number).text
        self.change(lambda _: text)

    def _save(self, text: str) -> None:
        if text == self.text:
            return
        saved = self.drafts.append(self.id, text, self.by, self.revision.number, title_of(read(text)))
        self.history.add(saved.number, saved.text)
        self._stand(saved)

    def _stand(self, revision: Revision) -> None:
        self.revision, self.data = revision, read(revision.text)


def title_of(data: Any) -> str:
    """What a list calls a draft: its title in the first language that has one, else its id."""
    title = data.get("title") if isinstance(data, dict) else None
    if isinstance(title, dict):
        for lang in LANGUAGES:
            if isinstance(title.get(lang), str) and title[lang].strip():
                return str(title[lang])[:200]
    return str(data.get("id") or "?")[:200] if isinstance(data, dict) else "?"


def may_see(draft: Draft, viewer: Viewer, directory: Directory) -> bool:
    """Drafts are shown to their owner, to designers of the owner's organisation, and to reviewers."""
    if draft.owner == viewer.person or viewer.has(Duty.REVIEWER):
        return not viewer.is_public
    owner = directory.people.get(draft.owner)
    return viewer.has(Duty.DESIGNER) and owner is not None and owner.organisation == viewer.organisation


def may_open(drafts: Drafts, id_: str, viewer: Viewer, directory: Directory) -> bool:
    """Whether there is such a draft and `viewer` may read it."""
    try:
        return may_see(drafts.get(id_), viewer, directory)
    except WorkbenchError:
        return False
