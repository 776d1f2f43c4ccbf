"""Drafts of the portal from outside its pages: a notebook takes one, and sends one, as the person who owns it.

There is no log-in here. Whoever can write the file of the state can write anything in it, so asking for a password
would protect nothing; on a server the state is not theirs to open, and the study travels as a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dashboards.builder.desk import may_see, title_of
from workbench.access import Directory, Duty, Register, Viewer, load_directory
from workbench.drafts.starts import from_file, name_of
from workbench.drafts.writing import read
from workbench.errors import Refused, WorkbenchError
from workbench.state import Conflict, Draft, Revision, State, open_state
from workbench.state.store import FILE, URL_VARIABLE
from workbench.workflow import load_workflow, may_be_written


def list_drafts(login: str, portal: Path, root: Path) -> Sequence[tuple[Draft, str]]:
    """Drafts that a designer may open, the one changed last first, each with the id of its study.

    `portal` is the folder of the state. Raises `WorkbenchError` where there is none, or nobody of that name;
    `Refused` for somebody who designs nothing.
    """
    with _opened(login, portal, root) as (state, viewer, directory):
        seen = [one for one in state.drafts.list() if may_see(one, viewer, directory)]
        return [(one, study_of(state.drafts.read(one.id).text)) for one in seen]


def take_draft(draft: str, login: str, portal: Path, root: Path) -> Revision:
    """The newest version of a draft. Raises as `list_drafts`, and `Refused` for a draft that is not theirs to open."""
    with _opened(login, portal, root) as (state, viewer, directory):
        return _theirs(state, draft, viewer, directory)


def send_draft(text: str, login: str, portal: Path, root: Path, to: tuple[str, int] | None = None) -> Revision:
    """A study file as a new draft, or as the next version of one: `to` is the draft and the version that was read.

    Nothing is overwritten: raises `WorkbenchError` when somebody saved another version since, `Refused` when the draft
    was submitted; otherwise as `take_draft`, and `Problems` for a text that is no mapping of sections.
    """
    text = from_file(text)
    title = title_of(read(text))
    with _opened(login, portal, root) as (state, viewer, directory):
        if to is None:
            return state.drafts.read(state.drafts.create(login, title, text).id)
        draft, number = to
        _theirs(state, draft, viewer, directory)
        if not may_be_written(load_workflow(root), state.events.of(draft)):
            raise Refused(
                f"Draft {draft} was submitted, and what is being reviewed does not change. Send the study as a new "
                "draft, or wait until it is sent back."
            )
        try:
            return state.drafts.append(draft, text, login, number, title)
        except Conflict as conflict:
            raise WorkbenchError(
                f"{conflict.theirs.by} saved version {conflict.theirs.number} of draft {draft}, and this study was "
                f"written after version {number}. Nothing was sent. Take that version, and make the change in it."
            ) from conflict


def study_of(text: str) -> str:
    """What a study file calls itself, as the name of a folder."""
    return name_of(read(text))


def _theirs(state: State, draft: str, viewer: Viewer, directory: Directory) -> Revision:
    known = {one.id for one in state.drafts.list() if may_see(one, viewer, directory)}
    if draft not in known:
        raise Refused(f"There is no draft '{draft}' that {viewer.person} may open.")
    return state.drafts.read(draft)


@contextmanager
def _opened(login: str, portal: Path, root: Path) -> Iterator[tuple[State, Viewer, Directory]]:
    if not os.environ.get(URL_VARIABLE) and not (portal / FILE).is_file():
        raise WorkbenchError(
            f"There is no portal whose state is in {portal}. `workbench demo` makes one; of another, say "
            "wb.portal = 'FOLDER/state'."
        )
    state = open_state(portal)
    try:
        register = Register(state, load_directory(root))
        directory, viewer = register.now(), register.viewer(login)
        designers = [one.login for one in directory.people.values() if Duty.DESIGNER in one.duties]
        if viewer is None:
            raise WorkbenchError(f"Nobody logs in as '{login}'. Designers are {', '.join(designers)}.")
        if not viewer.has(Duty.DESIGNER):
            raise Refused(f"{login} is no designer, and drafts are theirs: {', '.join(designers)}.")
        yield state, viewer, directory
    finally:
        state.close()
