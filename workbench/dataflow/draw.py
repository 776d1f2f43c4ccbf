"""A flow as a drawing: one frame per party, its datasets inside, one numbered arrow per delivery."""

from __future__ import annotations

from html import escape

import graphviz

from workbench.catalog.base import LANGUAGES
from workbench.catalog.model import Party
from workbench.dataflow.graph import Flow
from workbench.dataflow.ids import element_id
from workbench.dataflow.kinds.moves import GrantAccess
from workbench.dataflow.legend import BACKSLASH, COLOURS, GREY, MARKS, clean, ground, legend, rich
from workbench.dataflow.picture import Delivery, Making, Picture, identifiers, sensitivity
from workbench.dataflow.room import room_for
from workbench.dataflow.words import WORDS
from workbench.errors import WorkbenchError

FONT = "Helvetica,Arial,sans-serif"
SMALL = "9.5"
LONG = 18  # letters of a long word
PAGE = "11.3,7.8"  # inches: A4 landscape within narrow margins; a larger drawing is made to fit
GRAPH = {
    "rankdir": "LR", "size": PAGE, "pad": "0.15", "ranksep": "0.12", "labelloc": "b",
    "fontname": FONT, "fontsize": "10", "bgcolor": "white", "outputorder": "edgesfirst",
}  # fmt: skip
NODE = {
    "shape": "box", "style": "filled", "fontname": FONT, "fontsize": "10", "margin": "0.05,0.03",
    "height": "0.1", "width": "0.1",
}  # fmt: skip
EDGE = {"arrowsize": "0.7"}


def draw(flow: Flow, lang: str = "en") -> str:
    """Graphviz source of the drawing, the same for the same flow.

    `render` gives its groups the ids `party-<id>`, `dataset-<party>-<name>` and `step-<id>`; a step that
    delivers to several receivers has `step-<id>` for the first and `step-<id>+<party>` for the others.
    No link is ever set. Raises `WorkbenchError` for an unknown language.
    """
    if lang not in LANGUAGES:
        raise WorkbenchError(f"There is no drawing in '{lang}'. Choose from {', '.join(LANGUAGES)}.")
    return _Drawing(flow, lang).source()


class _Drawing:
    def __init__(self, flow: Flow, lang: str) -> None:
        self.flow = flow
        self.lang = lang
        self.words = WORDS[lang]
        self.picture = Picture(flow)
        self.room = room_for(max(map(len, self.picture.holders.values()), default=0), self.picture.longest)

    def source(self) -> str:
        study = self.flow.study.study
        title = f"{study.title[self.lang]} – {self.words['dataflow']} {study.document}"
        graph = graphviz.Digraph(name="flow", graph_attr=GRAPH, node_attr=NODE, edge_attr=EDGE)
        graph.attr(id=element_id("flow", study.id), tooltip=_plain(title), nodesep=self.room.between)
        graph.attr(label=legend(self.picture, self.lang, self.room))
        with graph.subgraph(name="cluster_page") as page:
            page.attr(id="page", tooltip=" ", label=f"<<B>{rich(title)}</B>>", labelloc="t", fontsize="15")
            page.attr(peripheries="0")
            for party in self.picture.holders:
                # The frame in an invisible room keeps it apart from the next one.
                with page.subgraph(name=f"cluster_{element_id('room', party)}") as room:
                    room.attr(id=element_id("room", party), tooltip=" ", label="", peripheries="0", margin="2")
                    self._party(room, party)
            for delivery in self.picture.deliveries:
                self._delivery(page, delivery)
        return str(graph.source)

    def _party(self, room: graphviz.Digraph, id_: str) -> None:
        party = self.flow.catalog.parties[id_]
        name = f"<B>{rich(party.label[self.lang], self.room.party)}</B>"
        if max(map(len, party.label[self.lang].split()), default=0) > LONG:  # a word that would make the frame wide
            name = f'<FONT POINT-SIZE="{SMALL}">{name}</FONT>'
        lines = [name]
        lines += [f'<FONT POINT-SIZE="{SMALL}">{rich(text, self.room.place)}</FONT>' for text in self._body(party)]
        said = [party.label[self.lang], party.organisation, *([party.zone[self.lang]] if party.zone else [])]
        with room.subgraph(name=f"cluster_{element_id('party', id_)}") as frame:
            frame.attr(
                id=element_id("party", id_), label=f"<{'<BR/>'.join(lines)}>", tooltip=_plain(*said), fontsize="11",
                style="rounded,filled",
                fillcolor=ground(self.picture, party.organisation), color="#666666", margin="4",
                peripheries="1",
            )  # fmt: skip
            if not party.zone:
                self._inside(frame, id_)
                return
            place = party.zone[self.lang]
            with frame.subgraph(name=f"cluster_{element_id('zone', id_)}") as zone:
                zone.attr(
                    id=element_id("zone", id_), tooltip=_plain(f"{self.words['zone']}: {place}"), fontsize=SMALL,
                    label=f"<{rich(place, self.room.place)}>", fontcolor="#555555", style="rounded,dashed",
                    color="#9A9A9A", margin="2", peripheries="1",
                )  # fmt: skip
                self._inside(zone, id_)

    def _inside(self, frame: graphviz.Digraph, id_: str) -> None:
        """Own records and datasets of a party, one above the other."""
        with frame.subgraph() as column:
            column.attr(rank="same")
            if tables := self.picture.own_tables(id_):
                column.node(
                    element_id("source", id_), id=element_id("source", id_), tooltip=_plain(*tables), shape="cylinder",
                    fillcolor="white", color=GREY, label=f"<{rich(self.words['own'])}>", fontsize=SMALL,
                )  # fmt: skip
            for name in self.picture.holders[id_]:
                self._dataset(column, id_, name)
        for making in self.picture.makings(id_):
            self._making(frame, id_, making)

    def _body(self, party: Party) -> list[str]:
        """The organisation, unless the party's name says it in some language or its ground does."""
        names = _letters(" ".join((party.label["nl"], party.label["fr"], party.label["en"])))
        told = _letters(party.organisation) in names or party.organisation in self.picture.organisations
        return [] if told else [party.organisation]

    def _dataset(self, column: graphviz.Digraph, party: str, name: str) -> None:
        dataset = self.flow.datasets[name]
        kind = sensitivity(dataset, self.flow.catalog)
        told = identifiers(dataset, self.flow.catalog)
        ended = self.picture.ended(party, name)
        fill, line = COLOURS[kind]
        label = self.picture.name(name, self.lang)
        said = [name, *([label] if label else []), self.words[kind]]
        said += [f"{self.words['ended']} {ended}"] if ended else []
        said += [f"{part}: {', '.join(c.name for c in columns)}" for part, columns in dataset.parts.items()]
        travel = rich(" · ".join(told), self.room.travel) if told else rich(self.words["none"])
        mark = f"   <B>✕ {rich(ended)}</B>" if ended else ""
        # A name that only repeats the identifiers, which stand below it, gives way to what the dataset is.
        redundant = {word.lower() for word in told} == set(name.lower().split("_"))
        shown = label or (self.words["concordance"] if redundant else name.replace("_", " "))
        title = f"<B>{MARKS[kind]} {rich(shown, self.room.label if label else self.room.name)}</B>"
        column.node(
            element_id("dataset", party, name), id=element_id("dataset", party, name), tooltip=_plain(*said),
            label=f'<{title}<BR/><FONT POINT-SIZE="{SMALL}">{travel}{mark}</FONT>>',
            fillcolor=fill, color=line, penwidth="1" if ended else "2.5",
        )  # fmt: skip

    def _making(self, frame: graphviz.Digraph, party: str, making: Making) -> None:
        tail = element_id("dataset", party, making.source) if making.source else element_id("source", party)
        numbers = self.picture.numbers
        said = [f"{numbers[entry.number]} {entry.step.label[self.lang]}" for entry in making.steps]
        frame.edge(
            tail, element_id("dataset", party, making.target), tooltip=_plain(*said),
            id=element_id("made", party, making.source or "", making.target), color=GREY, arrowsize="0.5",
            penwidth="0.8", constraint="false",
        )  # fmt: skip

    def _delivery(self, page: graphviz.Digraph, delivery: Delivery) -> None:
        """A numbered badge, a line from the sender, an arrow to the receiver; `render` groups the three."""
        step = delivery.step.step
        dataset = self.flow.datasets[delivery.dataset]
        kind = sensitivity(dataset, self.flow.catalog)
        travel = identifiers(dataset, self.flow.catalog)
        number = self.picture.numbers[delivery.step.number]
        parties = self.flow.catalog.parties
        ways = f"{parties[step.actor].label[self.lang]} → {parties[delivery.receiver].label[self.lang]}"
        carried = f"{delivery.dataset} ({', '.join(travel) or self.words['none']})"
        tooltip = _plain(f"{number} {step.label[self.lang]}", ways, carried)
        badge = delivery.id
        sender = element_id("dataset", step.actor, delivery.dataset)
        receiver = element_id("dataset", delivery.receiver, delivery.dataset)
        colour = COLOURS[kind][1]
        page.node(
            badge, id=badge, label=f"<<B>{rich(number)}</B>>", style="rounded,filled",
                fillcolor="white",
            color=colour, fontcolor=colour, tooltip=tooltip, margin="0.03,0.01", fontsize="11",
        )  # fmt: skip
        line = {
            "color": colour, "tooltip": tooltip, "style": "dashed" if travel else "solid",
            "penwidth": "2" if kind == "identity" else "1.3", "tailport": "e", "headport": "w",
        }  # fmt: skip
        head = "empty" if isinstance(step, GrantAccess) else "normal"
        if delivery.backward:  # laid out from receiver to sender with the arrow turned: parties stay in order
            page.edge(receiver, badge, id=f"{badge}++head", dir="back", arrowtail=head, **line)
            page.edge(badge, sender, id=f"{badge}++tail", dir="none", **line)
        else:
            page.edge(sender, badge, id=f"{badge}++tail", dir="none", **line)
            page.edge(badge, receiver, id=f"{badge}++head", arrowhead=head, **line)


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _plain(*lines: str) -> str:
    """Text of a tooltip; nothing in it is an entity, an escape sequence or an HTML-like label."""
    text = "\n".join(escape(clean(line), quote=False) for line in lines)
    # Graphviz reads the escapes of a tooltip twice.
    return str(graphviz.nohtml(text.replace("\\", BACKSLASH * 4)))
