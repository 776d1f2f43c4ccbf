"""One open draft: the steps, the fields of the step, findings and comments beside them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.builder.checking import soon
from dashboards.builder.choices import of_catalogue, of_draft
from dashboards.builder.desk import Desk, may_open
from dashboards.catalogue.cart import owner
from dashboards.markup import Html, address, join, tag
from dashboards.pages import builder_review, builder_side
from dashboards.pages.builder_form import LONGEST_COMMENT, MOST, Form, field_id, shown
from dashboards.pages.header import follow
from dashboards.pages.live import Live, filled
from dashboards.pages.room import Room
from workbench.access import Duty
from workbench.catalog.source import Loc
from workbench.dataflow.draw import draw
from workbench.dataflow.render import render
from workbench.drafts.acts import edit_of, loc_of, pointer
from workbench.drafts.counted import Counted
from workbench.drafts.edits import Add, Edit, NoSuchPlace
from workbench.drafts.judge import Judgement, Remark, judge
from workbench.drafts.shapes import fields
from workbench.drafts.starting import begun
from workbench.drafts.starts import flow_of, template_text, with_variables
from workbench.drafts.steps import FIRST, STEPS, step_of
from workbench.drafts.style import as_text
from workbench.errors import Refused
from workbench.study.model import Study

PATH = "/builder"
FIELD_ACTS = frozenset({"put", "add", "make", "drop", "up", "down"})


class DraftPage:
    """One person at one draft; step and open entry stand in the address, everything else in the draft."""

    def __init__(self, room: Room, id_: str) -> None:
        self.room, self.id = room, id_
        viewer = room.need(Duty.DESIGNER, Duty.REVIEWER)
        self.state = room.house.open_state
        self.desk = Desk(self.state.drafts, id_, str(viewer.person))
        self.judgement: Judgement | None = None
        self.judged_number = 0
        self.drawing = Html("")
        self.pointing = ""  # the id of what gets the focus once it stands in the page
        self.counted: Counted | None = None
        self.counted_of = ""
        self.told: Html = Html("")
        self.comment = self.why = ""
        self.compare = 0
        self.template = ""
        self.step, self.open = FIRST, ()
        self.go_to(room.visit.query)
        room.title = str(self.state.drafts.get(id_).title)
        library = room.house.library
        uses = (use.transformation for one in library.studies(viewer).values() for use in one.study.variables)
        self.lists = of_catalogue(library.catalog, room.t.lang, uses)
        self.meanings = {name: words for names in self.lists.values() for name, words in names.items() if words}
        frame = builder_side.frame(room, self.lists)
        self.live = Live(self.heard, longest=MOST, frame=str(frame), address=self.address())
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.judge_soon()
        self.show()

    def layout(self) -> list[Viewable]:
        return [self.column]

    def go_to(self, query: Any) -> None:
        """The step and entry that an address names."""
        step = query.get("step", FIRST)
        self.step = step if step in STEPS else FIRST
        self.open = loc_of(query.get("at", ""), self.desk.data)

    def address(self) -> str:
        """This very view."""
        at = pointer(self.open)
        return address(PATH, draft=self.id, step=self.step, at=at, lang=self.room.t.lang)

    @property
    def locked(self) -> bool:
        """Whether fields only show: for whoever is no designer, and once the draft was submitted."""
        return not self.room.viewer().has(Duty.DESIGNER) or not builder_review.may_write(self.room, self.id)

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the person does."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            viewer = room.need(Duty.DESIGNER, Duty.REVIEWER)
            if not may_open(self.state.drafts, self.id, viewer, room.house.directory):
                raise Refused("there is no such draft for this person")
            before, self.told = self.desk.revision.number, Html("")
            name, _, place = act.partition(":")
            if name in FIELD_ACTS:
                self.at_field(name, place, value, on)
            elif name in ("undo", "redo", "restore", "cart", "flow_template"):
                self.at_draft(name, value)
            else:
                self.look(name, value)
            if self.desk.merged:
                people = room.house.directory.people
                who = people[self.desk.merged].name if self.desk.merged in people else self.desk.merged
                self.told = tag("p", room.t("builder.merged", who=who), class_="lost")
            if self.desk.revision.number != before:
                self.judge_soon()
            self.show()

    def at_field(self, act: str, place: str, value: str, on: bool) -> None:
        """Change a field or an entry."""
        if self.locked:
            raise Refused("this draft cannot be changed by this person now")
        at = loc_of(place, self.desk.data)
        try:
            edit = edit_of(act, at, value, on, self.desk.data)
        except NoSuchPlace:
            edit = None
        if edit is not None and not self.desk.edit(edit):
            self.told = tag("p", self.room.t("builder.gone"), class_="lost")
            return
        self.follow_entry(edit, act)

    def follow_entry(self, edit: Edit | None, act: str) -> None:
        """The entry that was added or moved is the one that is open."""
        if edit is None:
            return
        if isinstance(edit, Add) and isinstance(edit.value, dict):
            held = self.desk.data
            for step in edit.at:
                held = held[step]
            self.open = (*edit.at, len(held) - 1)
            self.pointing = field_id(self.open)
        elif act in ("up", "down") and self.open:
            self.open = (*self.open[:-1], int(self.open[-1]) + (1 if act == "down" else -1))
            self.pointing = field_id(self.open)
        elif act == "drop" and self.open == edit.at:
            self.open = edit.at[:-1]
            self.pointing = field_id(self.open)

    def at_draft(self, act: str, value: str) -> None:
        """Change the whole draft."""
        if self.locked:
            raise Refused("this draft cannot be changed by this person now")
        room, library = self.room, self.room.house.library
        if act == "undo":
            self.desk.undo()
        elif act == "redo":
            self.desk.redo()
        elif act == "restore" and value.isdigit() and 0 < int(value) <= self.desk.revision.number:
            self.desk.restore(int(value))
        elif act == "cart":
            held = [ref for ref in self.cart() if library.catalog.field(ref) is not None]
            self.desk.change(lambda text: with_variables(text, held)[0])
        elif act == "flow_template" and self.template.startswith(builder_side.START):
            start = library.starts.get(self.template.removeprefix(builder_side.START))
            if start is not None:
                self.desk.change(lambda own: begun(own, start, library.catalog))
        elif act == "flow_template" and self.template in library.studies(room.viewer()):
            text = template_text(library.root, self.template)
            self.desk.change(lambda own: flow_of(own, text))

    def look(self, act: str, value: str) -> None:
        """Look at something else, or say something; the draft stays as it is."""
        room, viewer = self.room, self.room.viewer()
        if act == "address":
            self.go_to(dict(parse_qsl(value.removeprefix("?"))))
        elif act == "step" and value in STEPS:
            self.step, self.open = value, ()
            self.pointing = "step-title"
        elif act == "open":
            self.open = loc_of(value, self.desk.data)
        elif act == "goto":
            at = loc_of(value, self.desk.data)
            self.step, self.open = step_of(at), at
            self.pointing = self.nearest(at)
        elif act == "template":
            self.template = value
        elif act == "say":
            self.comment = value
        elif act == "comment" and self.comment.strip():
            self.state.drafts.comment(self.id, self.step, self.comment[:LONGEST_COMMENT], str(viewer.person))
            self.comment = ""
        elif act == "resolve" and value.isdigit():
            ours = {one.id: one for one in self.state.drafts.comments(self.id)}
            if int(value) in ours:
                done = ours[int(value)].resolved_at is None
                self.state.drafts.resolve(int(value), str(viewer.person), resolved=done)
        elif act == "compare":
            self.compare = int(value) if value.isdigit() else 0
        elif act == "why":
            self.why = value
        elif act == "give":
            self.told = builder_review.give(room, self.id, self.desk, self.current(), value, self.why)
            self.why = ""

    def nearest(self, at: Loc) -> str:
        """The id of the field that shows what was found at a place: of a cell of a formula, the whole formula."""
        return field_id(shown(at, self.desk.data))

    def judge_soon(self) -> None:
        """Check the draft, beside the event loop; what was found shows as soon as it is known."""
        library, number, text, lang = (
            self.room.house.library,
            self.desk.revision.number,
            self.desk.text,
            self.room.t.lang,
        )

        def work() -> tuple[Judgement, str]:
            found = judge(text, library.catalog, library.rules, lang)
            return found, drawn(found, lang)

        def done(made: tuple[Judgement, str] | Exception) -> None:
            if self.desk.revision.number != number:
                return  # a newer revision is being checked
            with hold(pn.state.curdoc), self.room.boundary(self.column):
                if isinstance(made, Exception):
                    raise made
                self.judgement, drawing = made
                self.drawing, self.judged_number = Html(drawing), number
                self.show()

        soon(pn.state.curdoc, work, done)

    def count_soon(self) -> None:
        """Count whom the population selects, when it is shown and is another than was counted last."""
        asked, counts = as_text(self.desk.data.get("population")), self.room.house.counts
        if self.step != "population" or asked == self.counted_of or not counts.possible:
            return
        self.counted, self.counted_of = None, asked
        population = self.desk.data.get("population")

        def done(made: Counted | Exception) -> None:
            if self.counted_of == asked:
                with hold(pn.state.curdoc), self.room.boundary(self.column):
                    self.counted = made if isinstance(made, Counted) else Counted(error=type(made).__name__)
                    self.show()

        soon(pn.state.curdoc, lambda: counts.ask(population), done)

    def current(self) -> Judgement | None:
        """What was found in the text that stands now; None while it is being checked."""
        return self.judgement if self.judged_number == self.desk.revision.number else None

    def cart(self) -> tuple[str, ...]:
        """Fields that the person has put aside and the draft does not have yet."""
        entries = self.desk.data.get("variables")
        held = {one.get("ref") for one in entries if isinstance(one, dict)} if isinstance(entries, list) else set()
        room = self.room
        refs = room.house.carts.of(owner(room.viewer().person, ""))
        return tuple(ref for ref in refs if ref not in held and room.house.library.catalog.field(ref) is not None)

    def remarks(self) -> tuple[Remark, ...]:
        """What is known to be wrong; while a new text is checked, what was wrong in the one before."""
        return self.judgement.remarks if self.judgement else ()

    def show(self) -> None:
        """Send what changed."""
        self.count_soon()
        room, desk = self.room, self.desk
        own = of_draft(desk.data, self.judgement, room.house.library.catalog, room.t.lang)
        form = Form(room.t, desk.data, self.remarks(), self.open, self.meanings, self.locked)
        checking = self.current() is None
        self.live.regions = filled(
            head=builder_side.head(room, desk, self.locked),
            told=self.told,
            lists=builder_side.lists(own),
            steps=builder_side.steps(room, self.step, self.remarks(), desk.data),
            form=self.form(form),
            findings=builder_side.findings(room, self.judgement, checking),
            comments=builder_side.comments(room, self.state.drafts.comments(self.id), self.step, self.comment),
        )
        if self.pointing:
            self.live.point_at(self.pointing)
            self.pointing = ""
        self.live.address = self.address()
        follow(room, PATH, {"draft": self.id, "step": self.step})

    def form(self, form: Form) -> Html:
        """The fields of the step, and what is special to it."""
        room, t = self.room, self.room.t
        shapes = {one.key: one for one in fields(Study)}
        sections = [form.section(shapes[key]) for key in STEPS[self.step]]
        above: list[str] = []
        if self.step == "population":
            above.append(builder_side.count(room, self.counted, self.room.house.counts.possible, self.desk.data))
        elif self.step == "variables":
            above.append(builder_side.from_cart(room, len(self.cart()), self.locked))
        elif self.step == "flow":
            library = room.house.library
            self.template = self.template or f"{builder_side.START}{next(iter(library.starts), '')}"
            if not self.locked:
                studies, empty = library.studies(room.viewer()), not self.desk.data.get("flow")
                above.append(builder_side.from_flow(room, library.starts, studies, self.template, empty))
            if self.drawing:
                above.append(builder_side.drawing(room, self.drawing))
        elif self.step == "review":
            above.append(builder_review.review(room, self.id, self.desk, self.current(), self.compare))
        title = tag("h2", t(f"step.{self.step}"), id="step-title", tabindex="-1")
        return join(
            title,
            tag("p", t(f"step.{self.step}.text"), class_="quiet"),
            *above,
            *sections,
            builder_side.on(room, self.step),
        )


def drawn(found: Judgement, lang: str) -> str:
    """The drawing of a flow that can be understood; nothing for one that cannot be drawn yet."""
    if found.flow is None or not found.flow.steps or any(one.severity == "error" for one in found.problems):
        return ""
    return render(draw(found.flow, lang), "svg").decode().partition("?>")[2]
