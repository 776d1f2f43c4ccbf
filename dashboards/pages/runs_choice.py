"""What a visitor may run: the studies they may read, and the drafts they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.builder.desk import may_see
from dashboards.builder.titles import called
from dashboards.markup import Html, tag
from dashboards.pages.room import Room
from workbench.access import Viewer

_DRAFT = "draft/"  # no study has a slash in its name


@dataclass(frozen=True)
class Choice:
    """A study by its name, or a draft by its number."""

    value: str
    title: str
    draft: str = ""


def choices(room: Room, viewer: Viewer) -> Mapping[str, Choice]:
    """By what stands in the form: studies in the order of the catalogue, then drafts, the one last changed first."""
    lang, house = room.t.lang, room.house
    found = [Choice(name, one.study.title[lang]) for name, one in house.library.studies(viewer).items()]
    seen = (one for one in house.open_state.drafts.list() if may_see(one, viewer, house.directory))
    drafts = sorted(seen, key=lambda one: one.changed, reverse=True)
    found += [Choice(_DRAFT + one.id, called(house.open_state.drafts, one, lang), one.id) for one in drafts]
    return {one.value: one for one in found}


def options(room: Room, known: Mapping[str, Choice], chosen: str) -> Html:
    """The list to choose from, in two groups where there are drafts."""
    made = {
        draft: [
            tag("option", one.title, value=one.value, selected=one.value == chosen)
            for one in known.values()
            if bool(one.draft) == draft
        ]
        for draft in (False, True)
    }
    groups = [
        tag("optgroup", *made[draft], label=room.t(key))
        for draft, key in ((False, "runs.start.studies"), (True, "runs.start.drafts"))
        if made[draft]
    ]
    return tag("select", *groups, id="study", data_do="study", aria_describedby="study-help")
