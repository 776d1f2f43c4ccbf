"""Who can know what: every party by itself at a step, and whether several together can bring two things together."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dashboards.flows.asked import Asked, last
from dashboards.flows.opened import OpenedStudy
from dashboards.flows.said import Said
from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from workbench.verify import Cluster
from workbench.verify.coalitions import lawful
from workbench.verify.facts import COHORT, ID

_FEW = 6  # facts that are named before the rest is folded


def knows(room: Room, study: OpenedStudy, asked: Asked) -> Html:
    """What every party can bring together by itself once the step is done."""
    t, said = room.t, Said(study, room.t)
    ways = [
        tag(
            "label",
            tag(
                "input",
                type="radio",
                name="mode",
                id=f"mode-{mode}",
                value=mode,
                data_do="mode",
                checked=asked.mode == mode,
            ),
            t(f"flow.mode.{mode}"),
            for_=f"mode-{mode}",
        )
        for mode in ("ever", "now")
    ]
    choice = tag("fieldset", tag("legend", t("flow.mode"), class_="quiet"), *ways, class_="ways")
    lead = tag("p", t("flow.knows.lead"), class_="quiet")
    return join(lead, choice, *(_party(room, study, said, asked, party) for party in study.model.parties))


def _party(room: Room, study: OpenedStudy, said: Said, asked: Asked, party: str) -> Html:
    t = room.t
    found = study.clusters(party, asked.step, asked.mode)
    before = study.clusters(party, asked.step - 1, asked.mode) if asked.step else ()
    new = [one for one in found if asked.step and not any(one.tokens <= old.tokens for old in before)]
    source = party in study.model.sources
    marks = [tag("span", t("flow.source"), class_="tag")] if source else []
    marks += [tag("span", t("flow.learns"), class_="tag new")] if new else []
    body = [
        tag(
            "ul",
            *(_cluster(room, said, party, place, one, one in new) for place, one in enumerate(found)),
            class_="clusters",
        )
    ]
    if not found:
        body = [tag("p", t("flow.knows.nothing"), class_="quiet")]
    return tag("article", tag("h3", said.party(party), " ", *marks), *body, class_="knower")


def _cluster(room: Room, said: Said, party: str, place: int, one: Cluster, new: bool) -> Html:
    """Tables that join, and what is known of the same persons by that."""
    t = room.t
    identifiers = [tag("span", name, class_="tag id") for name in one.identifiers]
    facts = sorted(said.token(token) for token in one.tokens if not token.startswith((ID, COHORT)))
    facts = [said.token(token) for token in sorted(one.tokens) if token.startswith(COHORT)] + facts
    shown = ", ".join(facts[:_FEW]) or t("flow.no_facts")
    rest = facts[_FEW:]
    words = [
        tag("span", *([join(each, " ") for each in identifiers] or [t("flow.no_identifier")])),
        " ",
        tag("span", shown),
    ]
    if rest:
        more = tag("summary", t.count("catalogue.more", len(rest)))
        words.append(tag("details", more, tag("p", ", ".join(rest)), id=f"facts-{party}-{place}"))
    tables = tag("p", t("flow.tables"), " ", ", ".join(map(said.dataset, one.items)), class_="quiet small")
    return tag("li", *words, tables, class_="new" if new else None)


def together(room: Room, study: OpenedStudy, asked: Asked) -> Html:
    """Can these parties together reach that? With the chain of joins, and the smallest groups that can."""
    t, said = room.t, Said(study, room.t)
    if not study.model.targets:
        return tag("p", t("flow.no_targets"))
    people = [
        tag(
            "label",
            tag("input", type="checkbox", id=f"who-{place}", value=party, data_do="who", checked=party in asked.who),
            said.party(party),
            for_=f"who-{place}",
        )
        for place, party in enumerate(study.model.parties)
    ]
    who = tag("fieldset", tag("legend", t("flow.who")), *people, class_="people")
    options = [tag("option", t("flow.what.choose"), value="")]
    options += [
        tag("option", said.target(one), value=one.id, selected=one.id == asked.what) for one in study.model.targets
    ]
    what = tag(
        "p",
        tag("label", t("flow.what"), for_="what"),
        tag("select", *options, id="what", data_do="what"),
        class_="what",
    )
    return join(
        tag("p", t("flow.together.lead"), class_="quiet"),
        who,
        what,
        tag("div", *_answer(room, study, said, asked), aria_live="polite"),
    )


def _answer(room: Room, study: OpenedStudy, said: Said, asked: Asked) -> Iterator[Html]:
    t, target = room.t, study.target(asked.what)
    if target is None:
        yield tag("p", icon("info"), tag("span", t("flow.together.choose")), class_="note")
        return
    named = said.target(target)
    if asked.who:
        found = study.answer(frozenset(asked.who), target.id, asked.step)
        who = ", ".join(map(said.party, asked.who))
        when = t("flow.until_step", step=said.step(asked.step)) if asked.step != last(study) else t("flow.until_end")
        if found is None:
            yield tag(
                "p", tag("b", t("flow.no")), " ", t("flow.no.text", who=who, what=named, when=when), class_="verdict no"
            )
        else:
            legal = t("flow.legal") if lawful(study.model, asked.who, target.tokens) else ""
            text = t("flow.yes.text", who=who, what=named, when=when)
            yield tag("p", tag("b", t("flow.yes")), " ", text, *([" ", legal] if legal else []), class_="verdict yes")
            yield tag("h3", t("flow.chain"))
            yield tag("ol", *(tag("li", line) for line in said.chain(found)), class_="chain")
    yield from _smallest(room, study, said, target.id)


def _smallest(room: Room, study: OpenedStudy, said: Said, target: str) -> Iterator[Html]:
    t, found = room.t, study.smallest(target)
    yield tag("h3", t("flow.smallest"))
    yield from _groups(room, said, found.found, t("flow.smallest.none"))
    if found.legal:
        yield tag("h3", t("flow.smallest.legal"))
        yield from _groups(room, said, found.legal, "")
    if not found.complete:
        yield tag("p", t("flow.smallest.more", size=found.size), class_="quiet")


def _groups(room: Room, said: Said, groups: Collection[frozenset[str]], none: str) -> Iterator[Html]:
    if not groups:
        yield tag("p", none, class_="quiet")
        return
    lines = [
        tag(
            "li",
            tag(
                "button",
                " + ".join(map(said.party, sorted(one))),
                type="button",
                class_="plain",
                data_do="group",
                data_value=",".join(sorted(one)),
            ),
        )
        for one in sorted(groups, key=lambda one: (len(one), sorted(one)))
    ]
    yield tag("ul", *lines, class_="groups")
