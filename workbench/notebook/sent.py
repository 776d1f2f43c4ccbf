"""Studies on their way between a notebook and the study builder of the portal, and which version each came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog.card import Card
from workbench.errors import WorkbenchError
from workbench.notebook.opened import Findings
from workbench.notebook.sheet import Sheet, rows_of

if TYPE_CHECKING:
    from workbench.notebook.desk import Desk


class Post:
    """What went to and fro. It is kept beside data and runs, so that a new kernel goes on with the same draft."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def drafts(self, login: str) -> Sheet:
        """See `Desk.drafts`."""
        from workbench.main.portal_drafts import list_drafts

        found = list_drafts(login, Path(self.desk.portal), self.desk.root)
        rows = ((one.id, study, one.title, one.number, f"{one.changed:%Y-%m-%d %H:%M}", one.changed_by)
                for one, study in found)  # fmt: skip
        head = ("draft", "study", "title", "version", "changed", "by")
        facts = (("take one", f'wb.take("DRAFT", "{login}")'),) if found else (("none yet", "begin one in the portal"),)
        return Sheet((Card(f"Drafts that {login} may open", facts, head, rows_of(rows)),))

    def take(self, draft: str, login: str) -> Findings:
        """See `Desk.take`."""
        from workbench.main.portal_drafts import study_of, take_draft

        self.desk.only_in_a_copy()
        found = take_draft(draft, login, Path(self.desk.portal), self.desk.root)
        name = study_of(found.text)
        judged = self.desk.new_study(name, found.text)
        self._keep(name, login, found.draft, found.number)
        return judged

    def send(self, study: str, login: str, draft: str, after: int) -> Sheet:
        """See `Desk.send`."""
        from workbench.main.portal_drafts import send_draft

        text, kept = self.desk.studies[study].text, self._kept().get(self._key(study, login))
        to = (str(kept[0]), int(kept[1])) if kept else None
        if draft == "new":
            to = None
        elif draft and (to is None or to[0] != draft or to[1] < after):
            if not after:
                raise WorkbenchError(f"Say after which version of {draft} this was written: after=1, for example.")
            to = draft, after
        made = send_draft(text, login, Path(self.desk.portal), self.desk.root, to)
        self._keep(study, login, made.draft, made.number)
        same = to is not None and to[1] == made.number
        title = f"{study}: {'nothing new since' if same else 'sent as'} version {made.number} of draft {made.draft}"
        facts = (
            ("see it", f"log in to the portal as {login}: /builder?draft={made.draft}"),
            ("after a change", f'wb.send("{study}", "{login}") sends the next version of the same draft'),
        )
        return Sheet((Card(title, facts),))

    @property
    def _file(self) -> Path:
        return self.desk.home / "sent.json"

    def _key(self, study: str, login: str) -> str:
        return f"{Path(self.desk.portal).resolve()} {login} {study}"

    def _kept(self) -> dict[str, list[str | int]]:
        found: dict[str, list[str | int]] = {}
        if self._file.is_file():
            found = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _keep(self, study: str, login: str, draft: str, number: int) -> None:
        self.desk.home.mkdir(parents=True, exist_ok=True)
        kept = {**self._kept(), self._key(study, login): [draft, number]}
        self._file.write_text(json.dumps(kept, indent=1), encoding="utf-8")
