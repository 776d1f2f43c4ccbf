"""Who may do what with a study now. Each rule is a pair: one raises with the reason, one answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbench.access import Viewer
from workbench.errors import Refused, WorkbenchError
from workbench.state import Event, State
from workbench.study.retention import Kept
from workbench.workflow.table import Command, Workflow

SUBMIT = "submit"  # the command of the workflow that only a draft without errors is given


def state_of(workflow: Workflow, events: Sequence[Event]) -> str:
    """The state that the events of a study led to."""
    return events[-1].state if events else workflow.first


def may_be_written(workflow: Workflow, events: Sequence[Event]) -> bool:
    """Whether a study stands where it can be submitted from; in any other state its text stays as it is."""
    submit = workflow.command(SUBMIT)
    return submit is not None and state_of(workflow, events) in submit.from_


def check_can_act(
    workflow: Workflow,
    events: Sequence[Event],
    command: Command,
    viewer: Viewer,
    *,
    four_eyes: bool,
    kept: Sequence[Kept] = (),
    day: date | None = None,
) -> None:
    """Raises `Refused`, with the reason, unless `viewer` may give `command` now.

    `four_eyes` is what the study says; `kept` its retention on `day`, which a command after retention needs.
    """
    now = state_of(workflow, events)
    if now not in command.from_:
        raise Refused(
            f"'{command.id}' is for a study in state {' or '.join(command.from_)}; this one is in state {now}"
        )
    if not viewer.has(command.duty):
        raise Refused(f"'{command.id}' is for who has the duty {command.duty.value}")
    if four_eyes and command.not_by is not None:
        before = next((one for one in reversed(events) if one.command == command.not_by), None)
        if before is not None and before.by == viewer.person:
            raise Refused(f"four eyes: who gave '{command.not_by}' cannot give '{command.id}' as well")
    if command.after_retention:
        if day is None or not kept:
            raise Refused(f"'{command.id}' waits for the end of the retention, and that is not known")
        last = max(kept, key=lambda one: one.until)
        if day <= last.until:
            raise Refused(
                f"'{command.id}' waits for the end of the retention: {last.dataset} is kept until {last.until}"
            )


def allowed(
    workflow: Workflow,
    events: Sequence[Event],
    viewer: Viewer,
    *,
    four_eyes: bool,
    kept: Sequence[Kept] = (),
    day: date | None = None,
) -> list[Command]:
    """The commands that `viewer` may give now."""
    found = []
    for command in workflow.commands:
        try:
            check_can_act(workflow, events, command, viewer, four_eyes=four_eyes, kept=kept, day=day)
        except Refused:
            continue
        found.append(command)
    return found


def act(
    workflow: Workflow,
    state: State,
    study: str,
    command: str,
    viewer: Viewer,
    *,
    four_eyes: bool,
    why: str = "",
    content: str = "",
    kept: Sequence[Kept] = (),
    day: date | None = None,
) -> Event:
    """Give a command: the rules are asked, then the event is kept and the audit log told, in one transaction.

    `content` is the sha256 of the study file that it is about. Raises `Refused` by a rule and when somebody else
    acted in the meantime, `WorkbenchError` for an unknown command or a missing reason.
    """
    wanted = workflow.command(command)
    if wanted is None:
        known = ", ".join(one.id for one in workflow.commands)
        raise WorkbenchError(f"there is no command '{command}'. Known: {known}")
    if wanted.why and not why.strip():
        raise WorkbenchError(f"'{command}' needs a reason, the conditions or the place of the decision: write it")
    events = state.events.of(study)
    check_can_act(workflow, events, wanted, viewer, four_eyes=four_eyes, kept=kept, day=day)
    by = str(viewer.person)
    return state.events.add(study, command, wanted.to, by, after=len(events), why=why.strip(), content=content)
