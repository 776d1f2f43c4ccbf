"""Start a run, what goes on now, and the history."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import region
from dashboards.pages.room import Room
from dashboards.pages.runs_choice import choices, options
from dashboards.pages.runs_words import Words
from dashboards.runs.kept import FEWEST, LARGEST_SEED, MOST, Order, Runs
from dashboards.runs.told import left, stages, whole
from workbench.access import Duty, Viewer
from workbench.jobs import AT_ONCE, Job

REGIONS = ("head", "said", "start", "now", "history", "progress", "published", "ledger", "compare")
_SHOWN = 100  # runs of the history; older ones are still there, and found by their address


@dataclass(frozen=True)
class Form:
    """What stands in the form, as it was typed; `wrong` names the fields that cannot be taken."""

    study: str = ""
    persons: str = "20000"
    seed: str = "0"
    wrong: tuple[str, ...] = ()

    def with_field(self, name: str, value: str) -> Form:
        wrong = tuple(one for one in self.wrong if one != name)
        return replace(self, wrong=wrong, **{name: value.strip()[:100]})

    def checked(self, studies: Container[str]) -> Form:
        """With every field named that is wrong, all at once."""
        wrong = [] if self.study in studies else ["study"]
        # `isdecimal` takes digits of any script, and so does int(): both agree.
        numbers = {name: getattr(self, name) for name in ("persons", "seed")}
        wrong += [name for name, text in numbers.items() if not text.isdecimal() or len(text) > 12]
        if not wrong:
            wrong += Order(self.study, int(self.persons), int(self.seed)).problems()
        return replace(self, wrong=tuple(wrong))


def frame(room: Room) -> Html:
    """The page with its places; those that a view does not need stay empty."""
    places = [region(name) for name in REGIONS if name not in ("head", "said")]
    said = region("said", aria_live="polite")
    return tag("div", lost(room), region("head"), said, *places, class_="runs")


def parts(
    words: Words, runs: Runs, every: Sequence[Job], form: Form, picked: Sequence[str], viewer: Viewer
) -> dict[str, str]:
    """The regions of the list."""
    t = words.t
    going = [one for one in every if not one.is_over]
    over = [one for one in every if one.is_over]
    return {
        "head": join(tag("h1", t("runs.title")), tag("p", t("runs.lead"), class_="lead")),
        "start": _start(words, form),
        "now": _now(words, going, viewer),
        "history": _history(words, over, picked),
    }


def _start(words: Words, form: Form) -> Html:
    t, room = words.t, words.room
    known = choices(room, room.viewer())
    if not known:
        return tag("section", tag("h2", t("runs.start.title")), tag("p", t("runs.start.nothing")), class_="panel")
    study = options(room, known, form.study)
    persons = _number(form.persons, "persons", form.wrong)
    seed = _number(form.seed, "seed", form.wrong)
    fields = [
        _field(words, "study", study, form.wrong, t("runs.start.study.help")),
        _field(words, "persons", persons, form.wrong, _limits(words, FEWEST, MOST)),
        _field(words, "seed", seed, form.wrong, t("runs.start.seed.help", high=t.number(LARGEST_SEED))),
    ]
    button = tag(
        "button", icon("play"), tag("span", t("runs.start.go")), type="submit", id="start", data_do="start",
        class_="button",
    )  # fmt: skip
    body = tag("form", *fields, button, class_="order")
    return tag("section", tag("h2", t("runs.start.title")), body, class_="panel", aria_label=t("runs.start.title"))


def _number(value: str, name: str, wrong: Container[str]) -> Html:
    """A field for digits. Of a field of type "number" no browser tells what is selected, so that what is typed over a
    selection would be put beside the old number where the field is drawn anew in between."""
    return tag(
        "input", type="text", id=name, value=value, inputmode="numeric", autocomplete="off", data_do=name,
        aria_invalid="true" if name in wrong else None, aria_describedby=f"{name}-help",
    )  # fmt: skip


def _limits(words: Words, low: int, high: int) -> str:
    return words.t("runs.start.persons.help", low=words.t.number(low), high=words.t.number(high))


def _field(words: Words, name: str, field: Html, wrong: Container[str], help_: str) -> Html:
    t = words.t
    label = tag("label", t(f"runs.start.{name}"), for_=name)
    if name in wrong:
        said = tag("p", t(f"runs.start.{name}.wrong"), " ", help_, id=f"{name}-help", class_="wrong", role="alert")
    else:
        said = tag("p", help_, id=f"{name}-help", class_="hint")
    return tag("div", label, field, said, class_=f"field {name}")


def _now(words: Words, going: Sequence[Job], viewer: Viewer) -> Html:
    t = words.t
    title = tag("h2", t("runs.now.title"), " ", tag("small", t("runs.now.places", number=AT_ONCE)))
    if not going:
        return tag("section", title, tag("p", t("runs.now.nothing"), class_="quiet"), class_="panel")
    rows = [_going(words, one, viewer) for one in reversed(going)]
    return tag("section", title, tag("ul", *rows, class_="going"), class_="panel", aria_label=t("runs.now.title"))


def _going(words: Words, job: Job, viewer: Viewer) -> Html:
    t = words.t
    found = stages(job)
    share = whole(found)
    current = next((one for one in found if not one.is_over and (one.share or one.what)), None)
    what = join(t(f"runs.stage.{current.name}"), ": ", words.doing(job, current)) if current else begins(words, job)
    rest = left(job)
    about = t("runs.now.about", persons=words.number(job.about.get("persons")), who=words.person(job.who))
    more = [f" · {t('runs.now.left', time=words.seconds(rest))}"] if rest else []
    name = tag("a", words.study(job), href=words.room.link("/runs", job=job.id), data_do="open", data_value=job.id)
    mine = job.who == viewer.person or viewer.has(Duty.OPERATOR)
    return tag(
        "li",
        tag("div", tag("h3", name), words.state(job), class_="line"),
        tag("p", about, *more, class_="quiet"),
        bar(share, t("runs.progress.of", study=words.study(job))),
        tag("p", what, class_="small"),
        cancel(words, job) if mine else "",
    )


def bar(share: float, name: str) -> Html:
    """A bar that says its name and how far it is."""
    percent = f"{100 * share:.0f}"
    shown = tag("progress", max="100", value=percent, aria_label=name)
    return tag("div", shown, tag("span", f"{percent} %", aria_hidden="true"), class_="bar")


def begins(words: Words, job: Job) -> Html:
    """What is said of a job that has its place and told nothing yet: its libraries load."""
    return join(words.t("runs.begins")) if job.state == "running" and not job.progress else join()


def cancel(words: Words, job: Job) -> Html:
    """The button that stops a job; asked again it stops at once."""
    t = words.t
    text = t("runs.cancel.now") if job.cancelled_by else t("runs.cancel")
    name = f"{text}: {words.study(job)}"
    return tag(
        "button", icon("close"), tag("span", text), type="button", class_="button second", data_do="cancel",
        data_value=job.id, id=f"cancel-{job.id}", aria_label=name,
    )  # fmt: skip


def _history(words: Words, over: Sequence[Job], picked: Sequence[str]) -> Html:
    t = words.t
    if not over:
        nothing = tag("p", t("runs.history.nothing", persons=t.number(20_000)), class_="quiet")
        return tag("section", tag("h2", t("runs.history.title")), nothing, class_="panel")
    names = ("pick", "study", "when", "who", "persons", "seed", "state", "took")
    rows = [_row(words, one, picked) for one in over[:_SHOWN]]
    table = tag("table", tag("thead", tag("tr", *heads(words, names))), tag("tbody", *rows), class_="codes list")
    ready = len(picked) == 2
    button = tag(
        "button", t("runs.compare.go"), type="button", class_="button second", data_do="compare", id="compare",
        aria_disabled=None if ready else "true", aria_describedby="compare-help",
    )  # fmt: skip
    chosen = t.count("runs.compare.chosen", len(picked))
    hint = tag("span", chosen if picked else t("runs.compare.help"), id="compare-help", class_="quiet")
    head = tag("div", tag("h2", t("runs.history.title")), tag("div", hint, button, class_="tools"), class_="table-head")
    wide = tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("runs.history.title"))
    return tag("section", head, wide, class_="panel")


_NUMBERS = frozenset({"persons", "seed", "took", "read", "made", "seconds", "before", "after", "difference"})


def heads(words: Words, names: Sequence[str], words_too: Container[str] = ()) -> list[Html]:
    """The heads of a table's columns, those of numbers to the right; `words_too` are columns that hold words here."""
    return [
        tag(
            "th",
            words.t(f"runs.column.{name}"),
            scope="col",
            class_="number" if name in _NUMBERS and name not in words_too else None,
        )
        for name in names
    ]


def _row(words: Words, job: Job, picked: Sequence[str]) -> Html:
    name = words.study(job)
    when = words.moment(job.asked)
    box = tag(
        "input", type="checkbox", id=f"pick-{job.id}", data_do="pick", data_value=job.id, checked=job.id in picked,
        aria_label=words.t("runs.pick", study=name, when=when),
    )  # fmt: skip
    link = tag("a", name, href=words.room.link("/runs", job=job.id), data_do="open", data_value=job.id)
    draft = tag("span", words.t("runs.draft"), class_="tag") if job.about.get("draft") else ""
    numbers = [tag("td", words.number(job.about.get(one)), class_="number") for one in ("persons", "seed")]
    return tag(
        "tr",
        tag("td", box),
        tag("td", link, " ", draft),
        tag("td", when),
        tag("td", words.person(job.who)),
        *numbers,
        tag("td", words.state(job)),
        tag("td", words.took(job) or words.dash, class_="number"),
    )
