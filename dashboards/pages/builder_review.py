"""The last step: whether the draft may be submitted, its versions side by side, and the request written from it."""

from __future__ import annotations

from difflib import unified_diff
from hashlib import sha256

from dashboards.builder.desk import Desk
from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.room import Room
from dashboards.places import PLACES
from workbench.drafts.judge import Judgement, judge
from workbench.errors import Refused, WorkbenchError
from workbench.state import Event
from workbench.study.diff import diff
from workbench.study.load import read_study_text
from workbench.workflow import SUBMIT, act, allowed, may_be_written
from workbench.workflow import state_of as workflow_state

_VERSIONS = 40  # the last ones that the list offers


def state_of(room: Room, id_: str) -> str:
    """Where the draft is on its way."""
    house = room.house
    return workflow_state(house.library.workflow, house.open_state.events.of(id_))


def may_write(room: Room, id_: str) -> bool:
    """Whether the draft is in a state from which it can be submitted; in any other its text stands."""
    house = room.house
    return may_be_written(house.library.workflow, house.open_state.events.of(id_))


def give(room: Room, id_: str, desk: Desk, found: Judgement | None, command: str, why: str) -> Html:
    """Give a command of the workflow to the study; what is submitted was checked just now and has no error."""
    t, library = room.t, room.house.library
    wanted = library.workflow.command(command)
    if wanted is None:
        raise Refused("there is no such command")
    if command == SUBMIT:  # whoever is faster than the checker is checked here
        found = found or judge(desk.text, library.catalog, library.rules)
        if not found.clean:
            return tag("p", t.count("builder.not_submitted", len(found.errors)), class_="lost", role="alert")
    if wanted.why and not why.strip():
        return tag("p", t("review.why_first"), class_="lost", role="alert")
    content = sha256(desk.text.encode()).hexdigest()
    try:
        act(
            library.workflow, room.house.open_state, id_, command, room.viewer(), four_eyes=True, why=why,
            content=content,
        )  # fmt: skip
    except Refused as error:
        return tag("p", t("review.refused"), " ", tag("span", str(error), lang="en"), class_="lost", role="alert")
    return tag("p", t("review.done", what=wanted.label[t.lang]), class_="lost")


def review(room: Room, id_: str, desk: Desk, found: Judgement | None, compare: int) -> Html:
    """The three parts of the last step."""
    return join(_way(room, id_, found), _request(room, desk, found), _versions(room, desk, compare))


def _way(room: Room, id_: str, found: Judgement | None) -> Html:
    """How the study came to where it is, and what this person may do with it now."""
    t, workflow = room.t, room.house.library.workflow
    events = room.house.open_state.events.of(id_)
    now = workflow.stage(state_of(room, id_))
    told = tag("ol", *(_told(room, one) for one in events), class_="events") if events else Html("")
    stands = tag("p", t("review.now"), " ", tag("b", now.label[t.lang] if now else "?"), id="state")
    commands = allowed(workflow, events, room.viewer(), four_eyes=True)
    words = Html("")
    if any(one.id == SUBMIT for one in commands):
        clean = found is not None and found.clean
        wrong = len(found.errors) if found is not None else 0
        said = t("builder.submit.text") if clean else t.count("builder.not_submitted", wrong)
        words = tag("p", t("builder.checking") if found is None else said, id="submit-said")
    why = Html("")
    if any(one.why for one in commands):
        field = tag("textarea", "", id="why", rows="3", data_do="why", maxlength="5000")
        why = join(tag("label", t("review.why"), for_="why"), field)
    buttons = [
        tag(
            "button", one.label[t.lang], type="button", class_="button second" if one.why else "button", id=one.id,
            data_do="give", data_value=one.id, disabled=one.id == SUBMIT and (found is None or not found.clean),
        )
        for one in commands
    ]  # fmt: skip
    head = tag("h3", t("review.way"))
    return tag("section", head, told, stands, words, why, tag("div", *buttons, class_="tools"), class_="part")


def _told(room: Room, one: Event) -> Html:
    """One step on the way of the study: what, who, when and why."""
    t, people = room.t, room.house.directory.people
    command = room.house.library.workflow.command(one.command)
    what = command.label[t.lang] if command else one.command
    who = people[one.by].name if one.by in people else one.by
    words = t("review.told", what=what, who=who, date=t.date(one.at.isoformat()), time=f"{one.at:%H:%M}")
    return tag("li", words, f" “{one.why}”" if one.why else "")


def _request(room: Room, desk: Desk, found: Judgement | None) -> Html:
    t = room.t
    if found is None or found.flow is None or any(one.severity == "error" for one in found.problems):
        return tag(
            "section",
            tag("h3", t("builder.request")),
            tag("p", t("builder.request.later"), class_="quiet"),
            class_="part",
        )
    links = [
        tag(
            "a", icon("download"), t(f"builder.request.{form}"), class_="tool", id=f"request-{form}",
            href=address("/api/draft", draft=desk.id, what="request", format=form, lang=t.lang),
            target="_blank" if form == "html" else None, download=True if form != "html" else None,
        )
        for form in ("html", "docx", "pdf")
    ]  # fmt: skip
    runs = Html("")
    if PLACES["/runs"].admits(room.viewer()):
        runs = tag("a", icon("play"), t("builder.run"), class_="tool", href=room.link("/runs"))
    return tag("section", tag("h3", t("builder.request")), tag("div", *links, runs, class_="tools"), class_="part")


def _versions(room: Room, desk: Desk, compare: int) -> Html:
    t, people = room.t, room.house.directory.people
    revisions = [one for one in desk.drafts.history(desk.id) if one.number != desk.revision.number][-_VERSIONS:]
    if not revisions:
        return tag(
            "section",
            tag("h3", t("builder.versions")),
            tag("p", t("builder.one_version"), class_="quiet"),
            class_="part",
        )
    options = [tag("option", t("builder.choose_version"), value="0")]
    for one in reversed(revisions):
        who = people[one.by].name if one.by in people else one.by
        words = t(
            "builder.version",
            number=t.number(one.number),
            date=t.date(one.at.isoformat()),
            time=f"{one.at:%H:%M}",
            who=who,
        )
        options.append(tag("option", words, value=str(one.number), selected=one.number == compare))
    choice = tag("select", *options, id="compare", data_do="compare")
    body = _compared(room, desk, compare) if any(one.number == compare for one in revisions) else Html("")
    return tag(
        "section", tag("h3", t("builder.versions")), tag("label", t("builder.compare"), for_="compare"), choice, body,
        class_="part",
    )  # fmt: skip


def _compared(room: Room, desk: Desk, number: int) -> Html:
    """What changed since a version, in sentences; as lines where one of the two is no study that can be read."""
    t, catalog = room.t, room.house.library.catalog
    back = tag("button", t("builder.restore", number=t.number(number)), type="button", class_="button second",
               id="restore", data_do="restore", data_value=str(number))  # fmt: skip
    old = desk.drafts.read(desk.id, number).text
    before, _ = read_study_text(old, f"version {number}", catalog)
    after, _ = read_study_text(desk.text, "now", catalog)
    try:
        changes = diff(before, after, catalog).changes if before and after else ()
        lines = [tag("li", one.text[t.lang]) for one in changes]
    except (WorkbenchError, ValueError, KeyError, AttributeError, TypeError):
        lines = []  # half-written entries have no meaning to compare
    if not lines:
        lines = [tag("li", tag("code", line)) for line in _lines(old, desk.text)]
    listed = tag("ul", *lines[:200], class_="changes") if lines else tag("p", t("builder.same"))
    return join(listed, back)


def _lines(old: str, new: str) -> list[str]:
    return list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
