"""One run: how far it is, what moved from whom to whom, and what one can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from dashboards.pages.runs_list import bar, begins, cancel, heads
from dashboards.pages.runs_words import Words
from dashboards.places import PLACES
from dashboards.runs.kept import Runs
from dashboards.runs.ledger import INPUTS, Papers, Row
from dashboards.runs.told import Stage, left, stages, steps
from workbench.errors import WorkbenchError
from workbench.jobs import Job, Moment
from workbench.workflow import is_authorised

RELEASES = "/release"


@dataclass(frozen=True)
class Rights:
    """Whether the viewer may stop, go on with or remove this run, and whether removing was asked once already."""

    mine: bool
    asked_to_remove: bool


def parts(words: Words, runs: Runs, job: Job, every: Sequence[Job], rights: Rights) -> dict[str, str]:
    """The regions of one run."""
    try:
        papers = Papers(runs.folder(job) / "run")
    except WorkbenchError:
        return {"head": gone(words.room)}
    published = runs.publications(job)
    return {
        "head": _head(words, job, every, rights),
        "progress": _progress(words, job),
        "published": _published(words, runs, job, published, rights) if job.state == "done" else "",
        "ledger": _ledger(words, job, papers) if papers.entries else "",
    }


def crumb(words: Words, here: str) -> Html:
    """The way back to the list."""
    t = words.t
    back = tag("a", t("runs.title"), href=words.room.link("/runs"), data_do="back", data_value="list")
    return tag("nav", back, " / ", tag("span", here), class_="crumb", aria_label=t("site.crumb"))


def gone(room: Room) -> Html:
    """What stands there for a run that is not, or is not for this reader."""
    t = room.t
    back = tag("a", t("runs.gone.back"), class_="button", href=room.link("/runs"), data_do="back", data_value="list")
    return tag("section", tag("h1", t("runs.gone.title")), tag("p", t("runs.gone.text")), back, class_="card notice")


def _head(words: Words, job: Job, every: Sequence[Job], rights: Rights) -> Html:
    t = words.t
    name = words.study(job)
    took = words.took(job)
    state = tag("p", words.state(job), " ", t("runs.took", time=took) if took and job.started else "", class_="line")
    return join(
        crumb(words, name),
        tag("h1", name),
        state,
        tag("p", words.facts(job), class_="quiet"),
        _why(words, job),
        _actions(words, job, rights),
        _beside(words, job, every),
    )


def _why(words: Words, job: Job) -> Html:
    """What went wrong, in the words of the command, with its log to unfold."""
    t = words.t
    if job.state not in ("failed", "refused"):
        return join()
    known = job.reason if job.code is not None else t("runs.died")
    log = tag(
        "details", tag("summary", t("runs.log")), tag("pre", job.log, tabindex="0"), id=f"log-{job.id}", open=True
    )
    text = join(tag("b", t(f"runs.why.{job.state}")), " ", known or t("runs.no_words"))
    return tag("div", tag("p", text), log if job.log.strip() else "", class_="verdict yes", role="alert")


def _actions(words: Words, job: Job, rights: Rights) -> Html:
    t = words.t
    if not rights.mine:
        return join()
    if not job.is_over:
        return tag("div", cancel(words, job), class_="actions")
    found = []
    if job.state in ("failed", "cancelled"):
        found.append(_button("again", job, t("runs.again"), "play", "button"))
    if rights.asked_to_remove:
        sure = _button("remove", job, t("runs.remove.sure"), "close", "button danger")
        keep = tag(
            "button", t("runs.remove.keep"), type="button", class_="button second", data_do="keep", id=f"keep-{job.id}"
        )
        return tag("div", *found, tag("p", t("runs.remove.ask"), role="alert"), sure, keep, class_="actions")
    found.append(_button("remove", job, t("runs.remove"), "close", "button second"))
    return tag("div", *found, class_="actions")


def _button(act: str, job: Job, text: str, picture: str, look: str) -> Html:
    return tag(
        "button", icon(picture), tag("span", text), type="button", class_=look, data_do=act, data_value=job.id,
        id=f"{act}-{job.id}",
    )  # fmt: skip


def _beside(words: Words, job: Job, every: Sequence[Job]) -> Html:
    """Another run of the same study to compare with."""
    t = words.t
    others = [
        one for one in every if one.id != job.id and one.about.get("study") == job.about.get("study") and one.is_over
    ]
    if not others:
        return join()
    options = [tag("option", t("runs.beside.none"), value="")] + [
        tag(
            "option",
            t("runs.beside.one", when=words.moment(one.asked), persons=words.number(one.about.get("persons"))),
            value=one.id,
        )
        for one in others
    ]
    choice = tag("select", *options, id="beside", data_do="beside")
    return tag("div", tag("label", t("runs.beside"), for_="beside"), choice, class_="which")


def _progress(words: Words, job: Job) -> Html:
    t = words.t
    if job.state == "waiting":
        text = tag("p", t("runs.waiting"), class_="quiet")
        return tag("section", tag("h2", t("runs.progress.title")), text, class_="panel")
    rest = left(job)
    title = tag(
        "h2", t("runs.progress.title"), " ", tag("small", t("runs.now.left", time=words.seconds(rest))) if rest else ""
    )
    rows = [_stage(words, job, one) for one in stages(job)]
    done = steps(job)
    table = _steps(words, job, done) if done else ""
    soon = tag("p", begins(words, job), class_="small") if not job.progress else ""
    return tag("section", title, tag("ul", *rows, class_="stages"), soon, table, class_="panel")


def _stage(words: Words, job: Job, stage: Stage) -> Html:
    t = words.t
    name = t(f"runs.stage.{stage.name}")
    seconds = tag("small", words.seconds(stage.seconds)) if stage.seconds else ""
    what = tag("p", words.doing(job, stage), class_="small") if stage.what and not job.is_over else ""
    return tag("li", tag("div", tag("h3", name), seconds, class_="line"), bar(stage.share, name), what)


def _steps(words: Words, job: Job, done: Sequence[Moment]) -> Html:
    """The steps one by one; once the run is over they fold away, since the ledger says the same and more."""
    t = words.t
    names = ("step", "label", "actor", "read", "made", "seconds")
    rows = [_step(words, job, one) for one in done]
    table = tag("table", tag("thead", tag("tr", *heads(words, names))), tag("tbody", *rows), class_="codes list")
    last = done[-1]
    summary = t("runs.steps", done=sum(one.made is not None for one in done), steps=last.steps or len(done))
    box = tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("runs.steps.label"))
    return tag("details", tag("summary", summary), box, id=f"steps-{job.state}", open=not job.is_over)


def _step(words: Words, job: Job, one: Moment) -> Html:
    over = one.made is not None
    now = not over and job.state == "running"
    return tag(
        "tr",
        tag("td", f"{one.number}", class_="number"),
        tag("td", words.step(job, one)),
        tag("td", words.party(one.actor or "")),
        tag("td", words.t.number(one.rows) if one.rows else words.dash, class_="number"),
        tag("td", words.t.number(one.made) if one.made else words.dash, class_="number"),
        tag("td", words.seconds(one.seconds or 0.0), class_="number"),
        aria_current="step" if now else None,
    )


def _authorised(words: Words, runs: Runs, job: Job, draft: str) -> bool:
    house = words.room.house
    return is_authorised(house.library.workflow, house.open_state, draft, runs.content(job))


def _published(words: Words, runs: Runs, job: Job, published: Sequence[Job], rights: Rights) -> Html:
    t = words.t
    title = tag("h2", t("runs.publish.title"))
    if (draft := job.about.get("draft")) and not _authorised(words, runs, job, draft):
        return tag("section", title, tag("p", t("runs.publish.draft"), class_="quiet"), class_="panel")
    going = next((one for one in published if not one.is_over), None)
    rows = [_publication(words, one) for one in published]
    action = None
    if going is None and rights.mine and not any(one.state == "done" for one in published):
        action = tag("div", _button("publish", job, t("runs.publish.go"), "shield", "button"), class_="actions")
    text = tag("p", t("runs.publish.text"), class_="quiet")
    return tag("section", title, text, *rows, action or "", class_="panel")


def _publication(words: Words, job: Job) -> Html:
    t = words.t
    head = tag("p", words.state(job), " ", words.moment(job.asked), " · ", words.person(job.who), class_="line")
    if not job.is_over:
        (stage,) = stages(job)
        what = tag("p", stage.what, class_="small")
        return tag(
            "div", head, bar(stage.share, t("runs.stage.release")), what, cancel(words, job), class_="publication"
        )
    if job.state == "done":
        place = RELEASES if RELEASES in PLACES else "/"
        link = words.room.link(place, study=job.about.get("study") if place == RELEASES else None)
        return tag(
            "div", head, tag("a", t("runs.publish.open"), href=link, class_="button second"), class_="publication"
        )
    return tag("div", head, _why(words, job), class_="publication")


def _ledger(words: Words, job: Job, papers: Papers) -> Html:
    t = words.t
    chain = "unbroken" if papers.unbroken else "broken"
    mark = tag("p", icon("shield"), " ", t(f"runs.ledger.{chain}"), class_=f"chain-mark {chain}")
    inputs = [
        tag("div", tag("dt", t(f"runs.input.{name}")), tag("dd", short(papers.inputs.get(name, ""))))
        for name in INPUTS
        if papers.inputs.get(name)
    ]
    names = ("step", "label", "actor", "read", "made", "delivered", "seconds")
    columns = heads(words, names, ("read", "made"))
    labels = words.steps(job)
    rows = [_entry(words, one, labels.get(one["step"], one["step"])) for one in papers.entries]
    table = tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *rows), class_="codes list ledger")
    return tag(
        "section",
        tag("h2", t("runs.ledger.title"), " ", tag("small", t.count("runs.ledger.entries", len(papers.entries)))),
        tag("p", t("runs.ledger.text"), class_="quiet"),
        mark,
        tag("dl", *inputs, class_="inputs"),
        tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("runs.ledger.title")),
        class_="panel",
    )


def short(value: str) -> Html:
    """The first characters of a hash, all of it for who points at it; anything else as it is."""
    if len(value) < 40:
        return tag("code", value)
    return tag("code", value[:12], title=value)


def _entry(words: Words, entry: Row, label: str) -> Html:
    t = words.t
    made = [
        tag("li", tag("code", f"{one['dataset']}.{one['part']}"), " ", t.count("runs.rows", one["rows"]), " ",
            tag("span", short(one["sha256"]), class_="quiet"))
        for one in entry["made"]
    ]  # fmt: skip
    gone_ = [*entry["destroyed"], *entry["keys_destroyed"]]
    if gone_:
        made.append(tag("li", t("runs.ledger.destroyed", what=", ".join(gone_)), class_="gone"))
    to = ", ".join(words.party(one) for one in entry["receivers"])
    sent = join(tag("code", ", ".join(entry["delivered"])), " → ", to) if to else words.dash
    remark = tag("p", entry["remark"], class_="small quiet") if entry["remark"] else ""
    return tag(
        "tr",
        tag("td", entry["number"] or ""),
        tag("td", label, remark),
        tag("td", words.party(entry["actor"])),
        tag("td", tag("span", ", ".join(entry["read"]), class_="refs") if entry["read"] else words.dash),
        tag("td", tag("ul", *made, class_="made") if made else words.dash),
        tag("td", sent),
        tag("td", words.seconds(entry["seconds"]), class_="number"),
    )
