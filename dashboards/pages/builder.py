"""The study builder: the list of drafts, or one draft that is open."""

from __future__ import annotations

from panel.viewable import Viewable

from dashboards.builder.desk import may_open
from dashboards.pages.builder_draft import DraftPage
from dashboards.pages.builder_drafts import DraftsPage
from dashboards.pages.room import Room
from workbench.access import Duty
from workbench.errors import Refused

PATH = "/builder"
DUTIES = (Duty.DESIGNER, Duty.REVIEWER)


def builder(room: Room) -> list[Viewable]:
    """The page of the draft in the address, or of all drafts."""
    viewer = room.need(*DUTIES)
    id_ = room.visit.query.get("draft", "")
    if not id_:
        return DraftsPage(room).layout()
    if not may_open(room.house.open_state.drafts, id_, viewer, room.house.directory):
        raise Refused("there is no such draft for this person")
    return DraftPage(room, id_).layout()
