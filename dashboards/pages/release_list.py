"""The frame of the page of releases, the list of them, and what can be done to the one that is open."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.markup import Html, join, tag
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import region
from dashboards.pages.room import Room
from dashboards.releases.asked import TABS
from workbench.access import Viewer
from workbench.publish.ledger import Standing


def frame(room: Room) -> Html:
    """The page with its places."""
    t = room.t
    return join(
        lost(room),
        tag("h1", t("release.title")),
        tag("p", t("release.lead"), class_="lead"),
        region("which"),
        region("said", role="status", aria_live="polite"),
        tag("section", region("list"), class_="panel"),
        tag("section", region("head"), region("tabs"), region("panel", id="panel"), region("job"), class_="open"),
    )


def which(room: Room, studies: Sequence[str], chosen: str) -> Html:
    """The choice of a collection, of those whose sponsor this person is."""
    t, known = room.t, room.house.collections
    if not studies:
        return tag("p", t("release.no_collection"), class_="card notice")
    options = [tag("option", known[one].label[t.lang], value=one, selected=one == chosen or None) for one in studies]
    choice = tag("select", *options, id="study", data_do="study")
    return tag("div", tag("label", t("release.collection"), for_="study"), choice, class_="which")


def damaged(room: Room) -> Html:
    """What stands in place of the list when a file on the shelf is not what was published."""
    t = room.t
    return tag("div", tag("h2", t("release.damaged.title")), tag("p", t("release.damaged.text")), class_="bad")


def listed(room: Room, every: Sequence[Standing], chosen: Standing | None) -> Html:
    """Every release, the newest first."""
    t = room.t
    title = tag("h2", t("release.list"), " ", tag("small", t.count("release.count", len(every))))
    if not every:
        return join(title, tag("p", t("release.empty"), class_="quiet"))
    heads = ("number", "made", "state", "signed", "numbers", "withheld")
    head = tag("tr", *(tag("th", t(f"release.column.{key}"), scope="col", class_=_side(key)) for key in heads))
    rows = [_row(room, one, chosen is not None and one.release.number == chosen.release.number) for one in every[::-1]]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="codes releases")
    return join(title, tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("release.list")))


def _side(key: str) -> str | None:
    return "right" if key in ("numbers", "withheld") else None


def _row(room: Room, one: Standing, opened: bool) -> Html:
    t, release = room.t, one.release
    certificate = release.certificate()
    name = t("release.one", number=release.number)
    pick = tag(
        "a", name, href=room.link("/release", study=release.study, number=str(release.number)),
        id=f"release-{release.number}", data_do="number", data_value=str(release.number),
        aria_current="true" if opened else None,
    )  # fmt: skip
    names = ", ".join(_name(room, login) for login in one.signed) or "–"
    return tag(
        "tr",
        tag("th", pick, scope="row"),
        tag("td", t.date(release.created)),
        tag("td", state(room, one)),
        tag("td", names),
        tag("td", t.number(int(certificate["numbers"])), class_="right"),
        tag("td", t.number(int(certificate["withheld"])), class_="right"),
        class_="opened" if opened else None,
    )


def _name(room: Room, login: str) -> str:
    person = room.house.directory.people.get(login)
    return person.name if person else login


def state(room: Room, one: Standing) -> Html:
    """Where a release stands, in a word; how many signatures are there where it waits."""
    t = room.t
    words = t(f"release.state.{one.state}")
    if one.state == "waiting":
        words = t("release.state.waiting_for", have=len(set(one.signed)), needed=one.needed)
    return tag("span", words, class_=f"tag state {one.state}")


def head(room: Room, chosen: Standing, viewer: Viewer, withdrawing: bool) -> Html:
    """The release that is open, and what this person can do to it."""
    t, release = room.t, chosen.release
    title = tag("h2", t("release.one", number=release.number), " ", state(room, chosen))
    content = release.content[:12]
    made = tag("p", t("release.made", date=t.date(release.created), run=release.run_id[:12], content=content),
               class_="quiet")  # fmt: skip
    if chosen.state == "withdrawn":
        line = chosen.lines[-1]
        said = t("release.withdrawn_by", name=_name(room, line.by), date=t.date(line.when))
        return join(title, made, tag("p", said, " ", tag("q", line.why), class_="why-withdrawn"))
    if withdrawing:
        return join(title, made, _withdrawing(room, release.number))
    actions = []
    if chosen.state == "waiting":
        if viewer.person in chosen.signed:
            actions.append(tag("p", t("release.you_signed"), class_="quiet"))
        else:
            text = t("release.sign")
            actions.append(tag("button", text, type="button", class_="button", id="sign", data_do="sign"))
    asks = tag(
        "button", t("release.withdraw"), type="button", class_="button second", id="withdraw", data_do="withdraw"
    )
    return join(title, made, tag("div", *actions, asks, class_="actions"))


def _withdrawing(room: Room, number: int) -> Html:
    """Asks once, and what for: others will read the reason."""
    t = room.t
    why = tag("textarea", id="why", data_do="why", data_live=True, rows="3", maxlength="500", required=True)
    now = tag("button", t("release.withdraw_now", number=number), type="button", class_="button danger",
              id="withdraw-now", data_do="withdraw-now")  # fmt: skip
    keep = tag("button", t("release.keep"), type="button", class_="button second", id="keep", data_do="keep")
    return tag(
        "div",
        tag("h3", t("release.withdraw_sure", number=number)),
        tag("p", t("release.withdraw_text")),
        tag("label", t("release.why"), for_="why"),
        why,
        tag("div", now, keep, class_="actions"),
        class_="sure",
    )


def tabs(room: Room, opened: str) -> Html:
    """What can be read of the release that is open."""
    t = room.t
    buttons = [
        tag(
            "button", t(f"release.tab.{name}"),
            type="button", role="tab", id="tab-current" if name == opened else f"tab-{name}", data_stop=True,
            data_do="tab", data_value=name, aria_selected="true" if name == opened else "false",
            aria_controls="panel", aria_current="true" if name == opened else None,
        )
        for name in TABS
    ]  # fmt: skip
    return tag("div", *buttons, class_="tabs", role="tablist", data_rove=True, aria_label=t("release.tabs"))
