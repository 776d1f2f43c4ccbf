"""Pages outside the portal: the same classes in a notebook, for the designer whose machine it is.

There is no log-in to ask: whoever runs the kernel can read and write every file here. So one person stands behind these
pages, `PERSON`, who is a designer and nothing else and has no right to a figure of anybody; rights of the portal's
people are not touched. Drafts and cart live in a state of their own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboards.builder.desk import title_of
from dashboards.catalogue.cart import Carts
from dashboards.house import House
from dashboards.labels import load_labels
from dashboards.library import Library
from dashboards.markup import tag
from dashboards.pages.builder_draft import DraftPage
from dashboards.pages.catalogue import CataloguePage
from dashboards.pages.flow import FlowPage
from dashboards.pages.room import Room
from dashboards.texts import texts
from dashboards.visits import Logins, Visit
from workbench.access import Directory, Duty, Organisation, Person, Register, Viewer, seed
from workbench.catalog.model import Catalog
from workbench.drafts.starts import empty, from_file
from workbench.drafts.writing import read
from workbench.errors import Problems
from workbench.state import open_state

HERE = Organisation(id="here", name="This machine", kind="other", access_manager="designer", contact="nobody else")
PERSON = Person(
    login="designer", name="The designer at this machine", organisation=HERE.id, task="designs studies in a notebook",
    duties=(Duty.DESIGNER,),
)  # fmt: skip
CELLS = "cells"  # by whom a text is that came into the file from elsewhere: a cell, an editor
YEAR = 2020  # what an empty study begins with; its first field to fill in
# What a library keeps that no study file changes.
_OF_CATALOGUE = frozenset({"catalog", "rules", "starts", "workflow", "search", "variables"})


class _Own(Register):
    """Of this catalogue every study may be read: it is the designer's own folder."""

    def may_read_study(self, viewer: Viewer, study: str) -> bool:
        return not viewer.is_public


class _Written(Library):
    """Studies are being written here, so that one with errors is no news: the builder shows them at their fields."""

    def _left_out(self, study: str, why: str) -> None:
        pass


class _Here(Logins):
    """Whoever runs the kernel is logged in for as long as it runs."""

    def viewer(self, token: str | None, *, uses: bool = True) -> Viewer | None:
        return self.directory.viewer(PERSON.login)


class Alone:
    """The pages of one catalogue folder; `state` is a folder for drafts and cart, made when missing."""

    def __init__(self, catalog: Path, state: Path) -> None:
        opened = open_state(state)
        files = Directory({HERE.id: HERE}, {PERSON.login: PERSON}, {})
        seed(opened, files)
        register = _Own(opened, files)
        library = _Written(catalog, register)
        # No releases and no reports: figures are read in the portal, by whoever has the right.
        logins, labels = _Here(register, opened.log_ins), load_labels(catalog)
        self.house = House(state / "releases", state, opened, register, {}, labels, logins, library, Carts(state))

    def read_again(self, facts: Catalog) -> None:
        """A study or the catalogue (`facts`) changed; what the catalogue alone decides is kept while it is the same."""
        old = self.house.library
        new = _Written(old.root, self.house.register)
        kept = vars(old) if vars(old).get("catalog") is facts else {"catalog": facts}
        vars(new).update({key: made for key, made in kept.items() if key in _OF_CATALOGUE})
        self.house = replace(self.house, library=new)

    def flow(self, study: str, lang: str) -> FlowPage:
        """The player of a study's flow. Raises `Refused` for a study that is not there or has errors."""
        return _outside(FlowPage(self._room("/flow", lang, study=study, step="0")))

    def catalogue(self, lang: str) -> CataloguePage:
        """The catalogue, with the cart of this state."""
        return _outside(CataloguePage(self._room("/catalogue", lang)))

    def builder(self, file: Path, lang: str) -> FilePage:
        """The study builder on a file. Raises `Problems` for a file that is no mapping of sections."""
        text = file.read_text(encoding="utf-8")
        text = from_file(text) if text.strip() else empty(file.parent.name, YEAR)
        draft = self.house.open_state.drafts.create(PERSON.login, title_of(read(text)), text)
        return _outside(FilePage(self._room("/builder", lang), draft.id, file))

    def _room(self, path: str, lang: str, **query: str) -> Room:
        return Room(self.house, Visit(PERSON.login, path, lang, query), texts(lang))


class FilePage(DraftPage):
    """The study builder on a file: changes are written to it, and what a cell or an editor wrote is taken up."""

    def __init__(self, room: Room, id_: str, file: Path) -> None:
        self.file = file
        super().__init__(room, id_)
        self.written = file.read_text(encoding="utf-8")

    @property
    def text(self) -> str:
        """The study file as it stands in the builder."""
        return self.desk.text

    def heard(self, act: str, value: str, on: bool) -> None:
        self._take_up()
        super().heard(act, value, on)
        if self.desk.text != self.written:
            self.file.write_text(self.desk.text, encoding="utf-8")
            self.written = self.desk.text

    def _take_up(self) -> None:
        """A text from elsewhere becomes a revision, so that what is done next is done on it, and undo knows both."""
        now = self.file.read_text(encoding="utf-8")
        if now == self.written:
            return
        self.written = now
        try:
            now = from_file(now)
        except Problems:
            return  # no study any more: it stays in its cell, and the builder goes on with what it has
        self.state.drafts.append(self.id, now, CELLS, self.desk.revision.number, title_of(read(now)))
        self.desk.load()
        self.judge_soon()

    def look(self, act: str, value: str) -> None:
        if act == "give":  # nobody here could review it
            self.told = tag("p", self.room.t("alone.no_way"), class_="lost", role="status")
        else:
            super().look(act, value)


def _outside(page: Any) -> Any:
    page.live.portal = False
    # The ground is white like that of every drawing in a notebook, whatever theme the notebook has.
    page.column.styles = {"color-scheme": "light", "background": "white", "padding": "8px"}
    return page
