"""The list of drafts, and the four ways to begin one: empty, as a known study, from a file, from the cart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.builder.desk import may_see, title_of
from dashboards.builder.titles import called
from dashboards.catalogue.cart import owner
from dashboards.markup import Html, join, tag
from dashboards.pages.builder_review import state_of
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import Live, filled, region
from dashboards.pages.room import Room
from workbench.access import Duty
from workbench.drafts.edits import Put
from workbench.drafts.starts import empty, free_name, from_file, from_template, template_text, with_variables
from workbench.drafts.writing import edited, read
from workbench.errors import Problems
from workbench.state import Draft

PATH = "/builder"
MOST_CHARACTERS = 5_000_000


class DraftsPage:
    """One person's list of drafts."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.title = room.t("builder.title")
        self.told: Html = Html("")
        self.template = ""
        self.live = Live(self.heard, longest=MOST_CHARACTERS, frame=str(self.frame()))
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.show()

    def layout(self) -> list[Viewable]:
        return [self.column]

    def frame(self) -> Html:
        t = self.room.t
        head = join(tag("h1", t("builder.title")), tag("p", t("builder.lead"), class_="lead"))
        left = tag("section", region("drafts"), class_="panel", aria_label=t("builder.title"))
        return tag(
            "div", lost(self.room), head, region("told", role="status"), tag("div", left, region("new"), class_="desk"),
            class_="builder",
        )  # fmt: skip

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the person does."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            self.told = Html("")
            if act == "template":
                self.template = value
            elif act in ("bin", "unbin"):
                self.bin(act, value)
            else:
                self.begin(act, value)
            self.show()

    def bin(self, act: str, id_: str) -> None:
        """Throw a draft of one's own away, or take it back."""
        room, t = self.room, self.room.t
        viewer, drafts = room.need(Duty.DESIGNER), room.house.open_state.drafts
        if id_ not in {one.id for one in drafts.list(viewer.person, binned=act == "unbin")}:
            return
        if act == "unbin":
            drafts.take_back(id_)
            return
        drafts.throw_away(id_)
        back = tag("button", t("builder.unbin"), type="button", class_="plain", data_do="unbin", data_value=id_)
        self.told = tag("p", t("builder.binned"), " ", back, class_="lost")

    def begin(self, act: str, value: str) -> None:
        """Make a draft, and lead to it."""
        room, t = self.room, self.room.t
        viewer = room.need(Duty.DESIGNER)
        drafts, library = room.house.open_state.drafts, room.house.library
        taken = {*library.studies(viewer), *(str(read(drafts.read(one.id).text).get("id")) for one in self.mine())}
        year = datetime.now().year - 1
        if act == "empty":
            text = empty(free_name("study", taken), year)
        elif act == "cart":
            text, _ = with_variables(empty(free_name("study", taken), year), self.cart())
        elif act == "begin_template":
            if self.template not in library.studies(viewer):
                return
            text = from_template(template_text(library.root, self.template), free_name(self.template, taken))
        elif act == "file":
            try:
                text = from_file(value)
            except Problems as error:
                lines = [tag("li", str(one), lang="en") for one in error.problems[:20]]
                self.told = tag("div", tag("p", t("builder.not_read")), tag("ul", *lines), class_="lost", role="alert")
                return
            name = str(read(text).get("id") or "study")
            if name in taken:
                text = edited(text, Put(("id",), free_name(name, taken)))
        else:
            return
        made = drafts.create(str(viewer.person), title_of(read(text)), text)
        self.told = tag(
            "p", t("builder.made"), " ", tag("a", t("builder.open"), href=room.link(PATH, draft=made.id), id="made"),
            class_="lost",
        )  # fmt: skip
        self.live.go = room.link(PATH, draft=made.id)

    def mine(self) -> Sequence[Draft]:
        """The drafts of whoever looks."""
        return self.room.house.open_state.drafts.list(self.room.viewer().person)

    def cart(self) -> Sequence[str]:
        """Fields that the person has put aside; derived variables are no fields that a source delivers."""
        room = self.room
        fields = room.house.library.catalog.field
        held = room.house.carts.of(owner(room.viewer().person, ""))
        return [ref for ref in held if fields(ref) is not None]

    def show(self) -> None:
        """Send what changed."""
        room = self.room
        viewer = room.need(Duty.DESIGNER, Duty.REVIEWER)
        every = room.house.open_state.drafts.list()
        mine = [one for one in every if one.owner == viewer.person]
        others = [one for one in every if one.owner != viewer.person and may_see(one, viewer, room.house.directory)]
        self.live.regions = filled(
            told=self.told,
            drafts=join(self.table("mine", mine), self.table("others", others) if others else ""),
            new=self.new() if viewer.has(Duty.DESIGNER) else Html(""),
        )

    def table(self, which: str, drafts: Sequence[Draft]) -> Html:
        t = self.room.t
        title = tag("h2", t(f"builder.{which}"), " ", tag("small", t.number(len(drafts))))
        if not drafts:
            return join(title, tag("p", t("builder.no_drafts"), class_="quiet"))
        return join(title, tag("ul", *(self.line(one, which == "mine") for one in drafts), class_="drafts"))

    def line(self, one: Draft, mine: bool) -> Html:
        t, room = self.room.t, self.room
        people = room.house.directory.people
        by = people[one.changed_by].name if one.changed_by in people else one.changed_by
        owner_ = people[one.owner].name if one.owner in people else one.owner
        title = called(room.house.open_state.drafts, one, t.lang)
        link = tag("a", title, href=room.link(PATH, draft=one.id))
        when = t("builder.changed", date=t.date(one.changed.isoformat()), time=f"{one.changed:%H:%M}", by=by)
        about = tag("small", when if mine else f"{owner_} · {when}")
        now = room.house.library.workflow.stage(state_of(room, one.id))
        state = tag("span", now.label[t.lang] if now else "?", class_="tag")
        drop = tag(
            "button", t("builder.bin"), type="button", class_="plain", data_do="bin", data_value=one.id,
            aria_label=t("builder.bin_it", name=title),
        ) if mine else Html("")  # fmt: skip
        return tag("li", tag("div", link, about), state, drop)

    def new(self) -> Html:
        """The ways to begin."""
        room, t = self.room, self.room.t
        studies = room.house.library.studies(room.viewer())
        if self.template not in studies:
            self.template = next(iter(studies), "")
        options = [
            tag("option", one.study.title[t.lang], value=name, selected=name == self.template)
            for name, one in studies.items()
        ]
        cart = self.cart()
        ways = [
            tag(
                "div", tag("h3", t("builder.from_template")), tag("p", t("builder.from_template.text"), class_="quiet"),
                tag("label", t("flow.study"), for_="template"),
                tag("select", *options, id="template", data_do="template"),
                self.way("begin_template", t("builder.begin")),
            ),
            tag("div", tag("h3", t("builder.from_cart")), self.from_cart(cart)),
            tag(
                "div", tag("h3", t("builder.from_file")),
                tag("label", t("builder.from_file.text"), for_="file"),
                tag("input", type="file", id="file", accept=".yaml,.yml", data_do="file", data_file=True),
            ),
            tag(
                "div", tag("h3", t("builder.from_nothing")), tag("p", t("builder.from_nothing.text"), class_="quiet"),
                self.way("empty", t("builder.begin_empty"), second=True),
            ),
        ]  # fmt: skip
        title = t("builder.new")
        return tag("section", tag("h2", title), *ways, class_="panel beginnings", aria_label=title)

    def from_cart(self, cart: Sequence[str]) -> Html:
        t, room = self.room.t, self.room
        if not cart:
            link = tag("a", t("builder.to_catalogue"), href=room.link("/catalogue"))
            return tag("p", t("builder.cart_empty"), " ", link, class_="quiet")
        return join(
            tag("p", t.count("builder.cart_holds", len(cart)), class_="quiet"),
            self.way("cart", t("builder.begin_cart")),
        )

    def way(self, act: str, words: str, second: bool = False) -> Html:
        look = "button second" if second else "button"
        return tag("button", words, type="button", class_=look, id=f"begin-{act}", data_do=act)
