"""The last step: whether the draft may be submitted, its versions side by side, and the request written from it."""

from __future__ import annotations

from hashlib import sha256

from dashboards.builder.desk import Desk
from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.room import Room
from workbench.access import Duty
from workbench.drafts.judge import Judgement, judge
from workbench.errors import WorkbenchError
from workbench.state import State
from workbench.study.diff import diff

_VERSIONS = 40  # the last ones that the list offers


def state_of(state: State, id_: str) -> str:
    """Where the draft is on its way; a draft that was never submitted is one."""
    events = state.events.of(id_)
    return events[-1].state if events else "draft"


def submit(room: Room, state: State, id_: str, desk: Desk, found: Judgement | None) -> Html:
    """Hand the draft in for review. Only a text that was checked just now and has no error is taken."""
    room.need(Duty.DESIGNER)
    t = room.t
    if found is None:  # whoever is faster than the checker is checked here
        found = judge(desk.text, room.house.library.catalog, room.house.library.rules)
    if not found.clean:
        return tag("p", t.count("builder.not_submitted", len(found.errors)), class_="lost", role="alert")
    events = state.events.of(id_)
    if events and events[-1].state != "draft":
        return tag("p", t("builder.submitted_before"), class_="lost", role="alert")
    content = sha256(desk.text.encode()).hexdigest()
    state.events.add(id_, "submit", "in_review", desk.by, after=len(events), content=content)
    return tag("p", t("builder.submitted"), class_="lost")


def review(room: Room, state: State, id_: str, desk: Desk, found: Judgement | None, compare: int) -> Html:
    """The three parts of the last step."""
    return join(_submit(room, state, id_, found), _request(room, desk, found), _versions(room, desk, compare))


def _submit(room: Room, state: State, id_: str, found: Judgement | None) -> Html:
    t = room.t
    now = state_of(state, id_)
    words = t("builder.submit.text") if now == "draft" else t(f"state.{now}.text")
    if found is not None and now == "draft" and not found.clean:
        words = t.count("builder.not_submitted", len(found.errors))
    may = now == "draft" and room.viewer().has(Duty.DESIGNER)
    button = tag(
        "button", t("builder.submit"), type="button", class_="button", id="submit", data_do="submit",
        disabled=found is None or not found.clean,
    ) if may else Html("")  # fmt: skip
    return tag("section", tag("h3", t("builder.submit")), tag("p", words, id="submit-said"), button, class_="part")


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
    return tag("section", tag("h3", t("builder.request")), tag("div", *links, class_="tools"), class_="part")


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
    from workbench.study.load import read_study_text

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
    from difflib import unified_diff

    return list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
