"""Two runs side by side: inputs, rows by step, and indicators where that is allowed, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboards.markup import Html, join, tag
from dashboards.pages.runs_detail import crumb, gone, short
from dashboards.pages.runs_list import heads
from dashboards.pages.runs_words import Words
from dashboards.runs.compared import Pair, indicators, inputs, steps
from dashboards.runs.kept import Runs
from dashboards.runs.ledger import Papers
from workbench.errors import WorkbenchError
from workbench.jobs import Job


def parts(words: Words, runs: Runs, before: Job, after: Job) -> dict[str, str]:
    """The regions of a comparison."""
    t = words.t
    try:
        was, now = (Papers(runs.folder(one) / "run") for one in (before, after))
    except WorkbenchError:
        return {"head": gone(words.room)}
    head = join(crumb(words, t("runs.compare.title")), tag("h1", t("runs.compare.title")))
    sides = tag("div", _side(words, before, "before"), _side(words, after, "after"), class_="sides")
    body = join(_inputs(words, was, now), _steps(words, before, after, was, now), _indicators(words, was, now))
    return {"head": join(head, sides), "compare": body}


def _side(words: Words, job: Job, which: str) -> Html:
    t = words.t
    link = tag("a", words.study(job), href=words.room.link("/runs", job=job.id), data_do="open", data_value=job.id)
    heading = tag("h2", t(f"runs.compare.{which}"), " ", words.state(job))
    return tag("section", heading, tag("p", link), tag("p", words.facts(job), class_="quiet"), class_="panel")


def _table(words: Words, name: str, columns: Sequence[str], rows: Iterable[Html]) -> Html:
    table = tag(
        "table", tag("thead", tag("tr", *heads(words, columns, ("made",)))), tag("tbody", *rows), class_="codes list"
    )
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=words.t(name))


def _inputs(words: Words, was: Papers, now: Papers) -> Html:
    t = words.t
    found = inputs(was, now)
    rows = [
        _row(words, tag("td", t(f"runs.input.{one.name}")), one, lambda value: short(value or "–")) for one in found
    ]
    different = sum(one.differs for one in found)
    text = t.count("runs.compare.inputs.differ", different) if different else t("runs.compare.inputs.same")
    title = tag("h2", t("runs.compare.inputs"))
    table = _table(words, "runs.compare.inputs", ("input", "before", "after", "difference"), rows)
    return tag("section", title, tag("p", text), table, class_="panel")


def _steps(words: Words, before: Job, after: Job, was: Papers, now: Papers) -> Html:
    t = words.t
    found = steps(was, now)
    labels = {**words.steps(before), **words.steps(after)}
    rows = [
        _row(words, join(tag("td", labels.get(step, step)), tag("td", tag("code", one.name))), one, _count(words))
        for step, one in found
    ]
    title = tag("h2", t("runs.compare.steps"))
    if not rows:
        return tag("section", title, tag("p", t("runs.compare.steps.none"), class_="quiet"), class_="panel")
    different = sum(one.differs for _, one in found)
    text = t.count("runs.compare.steps.differ", different) if different else t("runs.compare.steps.same")
    table = _table(words, "runs.compare.steps", ("label", "made", "before", "after", "difference"), rows)
    return tag("section", title, tag("p", text), table, class_="panel")


def _indicators(words: Words, was: Papers, now: Papers) -> Html:
    t = words.t
    title = tag("h2", t("runs.compare.indicators"))
    found = indicators(was, now)
    if not found:
        return tag("section", title, tag("p", t("runs.compare.indicators.none"), class_="quiet"), class_="panel")
    labels = words.room.house.labels
    rows = [
        _row(words, join(tag("td", labels.indicator(name, t.lang)), tag("td", one.name)), one, _value(words))
        for name, one in found
    ]
    table = _table(words, "runs.compare.indicators", ("indicator", "statistic", "before", "after", "difference"), rows)
    note = tag("p", t("runs.compare.indicators.note"), class_="said")
    return tag("section", title, note, table, class_="panel")


def _count(words: Words) -> Any:
    return lambda value: words.dash if value is None else words.t.number(value)


def _value(words: Words) -> Any:
    return lambda value: words.dash if value is None else words.t.number(value, 3)


def _row(words: Words, first: Html, pair: Pair, shown: Any) -> Html:
    """`first` are the cells before the two values; the last says the difference in a number, or that there is one."""
    t = words.t
    if not pair.differs:
        difference = tag("span", t("runs.compare.equal"), class_="quiet")
    elif isinstance(pair.before, int | float) and isinstance(pair.after, int | float):
        by = pair.after - pair.before
        decimals = 0 if isinstance(by, int) else 3
        difference = tag("b", ("+" if by > 0 else "") + t.number(by, decimals))
    else:
        difference = tag("b", t("runs.compare.other"))
    cells = [tag("td", shown(value), class_="number") for value in (pair.before, pair.after)]
    return tag("tr", first, *cells, tag("td", difference, class_="number"), class_="differs" if pair.differs else None)
