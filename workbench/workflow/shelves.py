"""Where the results of a study from the builder stand, and whether its text was authorised.

The name that a designer gives a study is not unique and may be that of a study of the catalogue; the number of its
draft is. So its data collection and its shelf of releases are named after that.
"""

from __future__ import annotations

from workbench.access import Viewer
from workbench.errors import Refused
from workbench.state import State
from workbench.workflow.act import act, state_of
from workbench.workflow.table import Workflow

_PREFIX = "draft-"
AUTHORISE, START, RELEASE = "authorise", "start", "release"  # commands of the workflow


def shelf_of(draft: str) -> str:
    """The data collection of a draft."""
    return f"{_PREFIX}{draft}".lower()


def draft_of(study: str) -> str | None:
    """The draft behind a data collection; None for a study of the catalogue."""
    return study.removeprefix(_PREFIX) if study.startswith(_PREFIX) else None


def is_authorised(workflow: Workflow, state: State, draft: str, content: str) -> bool:
    """Whether the text with this sha256 is what was authorised of a draft, and can be started or released now."""
    events = state.events.of(draft)
    decided = [one.content for one in events if one.command == AUTHORISE]
    return bool(decided) and decided[-1] == content and state_of(workflow, events) in _from(workflow, START, RELEASE)


def authorised_draft(workflow: Workflow, state: State, content: str) -> str:
    """The started draft whose text with this sha256 was authorised.

    Raises `Refused` when there is none: nothing says then that anybody but the designer read what was run.
    """
    for draft, last in state.events.newest().items():
        if last.state in _from(workflow, RELEASE) and is_authorised(workflow, state, draft, content):
            return draft
    raise Refused(
        "A study file that is not in the catalogue is published only as it was authorised, and of this very text no "
        "authorisation stands. In the study builder submit it; reviewers hand it in and record the authorisation; then "
        "run it, and publish that run on the page of runs."
    )


def start(workflow: Workflow, state: State, draft: str, viewer: Viewer, content: str) -> None:
    """Record that an authorised study was started; of one that was, nothing. Raises `Refused` as `act` does."""
    if state_of(workflow, state.events.of(draft)) in _from(workflow, START):
        act(workflow, state, draft, START, viewer, four_eyes=True, content=content)


def release(workflow: Workflow, state: State, study: str, viewer: Viewer, content: str) -> None:
    """Record that who signs releases a study of a draft; of the catalogue, nothing. Raises `Refused` as `act` does.

    `content` is the content address of the release.
    """
    draft = draft_of(study)
    if draft is not None:
        act(workflow, state, draft, RELEASE, viewer, four_eyes=True, content=content)


def _from(workflow: Workflow, *commands: str) -> set[str]:
    """The states from which one of these commands can be given."""
    return {state for one in workflow.commands if one.id in commands for state in one.from_}
