"""The study as its document prints it beside the study as it runs: every departure with its reason, every column."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.flows.compared import Compared, compare
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, join, tag
from dashboards.pages.room import Room


def printed(room: Room, study: OpenedStudy) -> Html:
    """Departures first, then the columns of each dataset, side by side."""
    t = room.t
    errata = study.study.errata
    heading = tag("h3", t("printed.errata"), " ", tag("small", t.count("printed.count", len(errata))))
    found = compare(study)
    columns = [
        tag("h3", t("printed.columns"), " ", tag("small", t("printed.columns.hint"))),
        *(_columns(room, one) for one in found),
    ]
    return join(tag("p", t("printed.lead"), class_="quiet"), heading, _errata(room, study), *(columns if found else []))


def _errata(room: Room, study: OpenedStudy) -> Html:
    """Texts of departures are in the language of the study files."""
    t = room.t
    if not study.study.errata:
        return tag("p", t("printed.none"))
    rows = [
        tag(
            "tr",
            tag(
                "th",
                one.id,
                tag("small", " ", t("detail.line", line=one.cite.line)) if one.cite.line else "",
                scope="row",
            ),
            tag("td", tag("del", one.printed), lang="en"),
            tag("td", tag("ins", one.used), lang="en"),
            tag("td", tag("b", one.what), tag("br"), one.why, lang="en"),
        )
        for one in study.study.errata
    ]
    head = tag("tr", *(tag("th", t(f"printed.{key}"), scope="col") for key in ("id", "printed", "used", "why")))
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="codes errata")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("printed.errata"))


def _columns(room: Room, one: Compared) -> Html:
    t = room.t
    same = t("printed.same") if not one.different else t.count("printed.different", one.different)
    head = tag("tr", *(tag("th", t(f"printed.{key}"), scope="col") for key in ("printed", "used")))
    table = tag("table", tag("thead", head), tag("tbody", *_lines(room, one)), class_="codes beside")
    where = t("detail.line", line=one.line)
    summary = tag("summary", tag("code", one.dataset), f" {one.printed_as}, {where}: {same}")
    return tag("details", summary, table, id=f"columns-{one.dataset}", open=bool(one.different))


def _lines(room: Room, one: Compared) -> Iterator[Html]:
    for left, right in one.lines:
        if left == right:
            yield tag("tr", tag("td", tag("code", left)), tag("td", tag("code", right)))
        else:
            empty = tag("span", "–", aria_label=room.t("printed.lacks"))
            before = tag("del", tag("code", left)) if left else empty
            after = tag("ins", tag("code", right)) if right else empty
            yield tag("tr", tag("td", before), tag("td", after), class_="different")
