"""The colours of the drawing, its legend and its list of steps."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from textwrap import wrap

from workbench.dataflow.picture import Picture, Sensitivity
from workbench.dataflow.room import Room, columns_for
from workbench.dataflow.words import WORDS, kind_name

# Fill and line. Each kind also has a mark of its own, and identity is the darkest fill, so that neither
# colour blindness nor a grey print hides what a dataset holds.
COLOURS: Mapping[Sensitivity, tuple[str, str]] = {
    "identity": ("#E98F80", "#7E0F00"),
    "pseudonym": ("#FFE9A0", "#9C6400"),
    "health": ("#A6CBF0", "#0B4A86"),
    "aggregate": ("#E3F6E8", "#1B6B43"),
}
MARKS: Mapping[Sensitivity, str] = {"identity": "▲", "pseudonym": "●", "health": "■", "aggregate": "Σ"}
GREY = "#8A8A8A"
PLAIN = "#F7F7F7"  # ground of a party that is alone in its organisation
# Grounds of the parties of one organisation: hardly a colour, so that the datasets on them keep theirs.
GROUNDS = ("#EFE9F7", "#E6F1EF", "#F6EEDF", "#F3E6EC", "#E7ECF3", "#EDF2DE")
BACKSLASH = "&#92;"
KINDS = 120  # characters in a line of the kinds of step


def clean(text: str) -> str:
    """One line of printable characters: what an XML file can hold and a reader can see."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def rich(text: str, width: int | None = None) -> str:
    """Text for an HTML-like label, every character meaning itself; in lines of about `width` characters."""
    lines = [clean(text)]
    if width:
        whole = wrap(lines[0], width, break_long_words=False)  # only a monstrous word is cut
        lines = [piece for line in whole for piece in wrap(line, 3 * width)]
    return "<BR/>".join(map(markup, lines)) or " "


def markup(text: str) -> str:
    """Text without markup or sequences such as `\\N`; Graphviz reads escapes after entities."""
    return escape(text).replace("\\", BACKSLASH * 2)


def legend(picture: Picture, lang: str, room: Room) -> str:
    """What colours, lines and marks mean, and below it what happens in each step: an HTML-like table."""
    words = {key: rich(text) for key, text in WORDS[lang].items()}
    blue, green = COLOURS["health"][1], COLOURS["aggregate"][1]
    fills = [
        f'<TD BGCOLOR="{fill}" BORDER="1" COLOR="{line}">{MARKS[kind]} {words[kind]}</TD>'
        for kind, (fill, line) in COLOURS.items()
    ]
    lines = [
        f'<FONT COLOR="{blue}">– – –►</FONT> {words["dashed"]}',
        f'<FONT COLOR="{green}">——►</FONT> {words["solid"]}',
        f'<FONT COLOR="{blue}">– – –▷</FONT> {words["access"]}',
        f'<FONT COLOR="{GREY}">—►</FONT> {words["made"]}',
        f"<B>✕ 5</B> {words['ended']} 5",
    ]
    if any(picture.numbers[delivery.step.number].endswith("+") for delivery in picture.deliveries):
        lines.append(words["extra"])
    cells = [f"<TD>{line}   </TD>" for line in lines]
    cells.append(f'<TD BORDER="3" COLOR="{GREY}">  {words["kept"]}  </TD>')
    tables = [_table([fills], spacing=6, padding=3), _table([cells], spacing=2, padding=2), _kinds(picture, lang)]
    top = "".join(f"<TR><TD>{table}</TD></TR>" for table in tables)
    bottom = f"<HR/><TR><TD>{_steps(picture, lang, room)}</TD></TR>"
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{top}{bottom}</TABLE>>'


def ground(picture: Picture, organisation: str) -> str:
    """The colour behind the parties of an organisation."""
    if organisation not in picture.organisations:
        return PLAIN
    return GROUNDS[picture.organisations.index(organisation) % len(GROUNDS)]


def _kinds(picture: Picture, lang: str) -> str:
    """The icons of the kinds of step that this flow has, and the grounds of its organisations."""
    words = WORDS[lang]
    icons = {entry.step.kind: entry.step.icon for entry in picture.flow.steps}
    named = [f"{icon}\u00a0{kind_name(kind, lang).replace(' ', chr(0xA0))}" for kind, icon in icons.items()]
    lines = wrap("   ".join(named), KINDS, break_long_words=False, break_on_hyphens=False)
    cells = [f'<TD><FONT POINT-SIZE="9.5">{"<BR/>".join(map(markup, lines))}</FONT></TD>'] if lines else []
    for name in picture.organisations:
        said = rich(f"{words['organisation']}{words['colon']} {name}", 24)
        cells.append(f'<TD BGCOLOR="{ground(picture, name)}"><FONT POINT-SIZE="9.5"> {said} </FONT></TD>')
    return _table([cells or ["<TD> </TD>"]], spacing=6, padding=2)


def _table(rows: list[list[str]], spacing: int, padding: int) -> str:
    body = "".join(f"<TR>{''.join(row)}</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="{padding}">{body}</TABLE>'


def _steps(picture: Picture, lang: str, room: Room) -> str:
    """Every numbered step in words, in columns of about equal length."""
    colon = WORDS[lang]["colon"]
    said: dict[str, dict[str, list[str]]] = {}
    for entry, number in zip(picture.flow.steps, picture.numbers, strict=True):
        if entry.step.number or entry.step.delivers():
            who = clean(picture.flow.catalog.parties[entry.step.actor].label[lang])
            does = f"{entry.step.icon}\u00a0{clean(entry.step.label[lang])}"
            said.setdefault(number, {}).setdefault(who, []).append(does)
    lines: list[str] = []
    for number, by in said.items():
        told = "; ".join(f"{who}{colon} {', '.join(does)}" for who, does in by.items())
        first, *more = wrap(told, room.steps) or [""]
        lines.append(f"<B>{rich(number)}</B>\u2002{markup(first)}")
        lines += [f"\u2003{markup(line)}" for line in more]
    columns = columns_for(len(lines))
    length = max(-(-len(lines) // columns), 1)
    cells = [
        f'<TD VALIGN="TOP" ALIGN="LEFT" BALIGN="LEFT">{"<BR/>".join(lines[start : start + length])}</TD>'
        for start in range(0, len(lines), length)
    ]
    return _table([cells or ["<TD> </TD>"]], spacing=8, padding=2)
