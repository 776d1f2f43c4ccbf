"""The words of the drawing in three languages, its colours, its legend and its list of steps."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from textwrap import wrap

from workbench.dataflow.picture import Picture, Sensitivity

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
BACKSLASH = "&#92;"
COLUMNS, WIDTH = 3, 64  # of the list of steps: columns, and characters in a line

_NL = {
    "dataflow": "gegevensstroom van",
    "identity": "bevat een directe identificator",
    "pseudonym": "gecodeerde personen, zonder gezondheidsvariabelen",
    "health": "gezondheidsgegevens van gecodeerde personen",
    "aggregate": "aantallen, geen personen",
    "none": "geen identificator",
    "concordance": "concordantie",
    "own": "eigen gegevens",
    "dashed": "levering waarin identificatoren meereizen",
    "solid": "levering zonder identificatoren",
    "access": "mag ter plaatse lezen",
    "made": "binnen de partij gemaakt uit",
    "ended": "vernietigd na stap",
    "kept": "aan het einde nog in bezit",
    "extra": "4+: na stap 4, niet zelf genummerd",
    "colon": ":",
}
_FR = {
    "dataflow": "flux de données de",
    "identity": "contient un identifiant direct",
    "pseudonym": "personnes codées, sans variables de santé",
    "health": "données de santé de personnes codées",
    "aggregate": "effectifs, sans personnes",
    "none": "aucun identifiant",
    "concordance": "concordance",
    "own": "données propres",
    "dashed": "livraison avec des identifiants",
    "solid": "livraison sans identifiants",
    "access": "peut lire sur place",
    "made": "fait chez la partie à partir de",
    "ended": "détruit après l'étape",
    "kept": "encore détenu à la fin",
    "extra": "4+ : après l'étape 4, sans numéro propre",
    "colon": "\u00a0:",
}
_EN = {
    "dataflow": "dataflow of",
    "identity": "holds a direct identifier",
    "pseudonym": "coded persons, no health variables",
    "health": "health data of coded persons",
    "aggregate": "counts, no persons",
    "none": "no identifier",
    "concordance": "concordance",
    "own": "own records",
    "dashed": "delivery in which identifiers travel",
    "solid": "delivery without identifiers",
    "access": "may read it where it stands",
    "made": "made inside the party from",
    "ended": "destroyed after step",
    "kept": "still held at the end",
    "extra": "4+: after step 4, without a number of its own",
    "colon": ":",
}
WORDS: Mapping[str, Mapping[str, str]] = {"nl": _NL, "fr": _FR, "en": _EN}


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


def legend(picture: Picture, lang: str) -> str:
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
    tables = (_table([fills], spacing=6, padding=3), _table([cells], spacing=2, padding=2))
    top = "".join(f"<TR><TD>{table}</TD></TR>" for table in tables)
    bottom = f"<HR/><TR><TD>{_steps(picture, lang)}</TD></TR>"
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{top}{bottom}</TABLE>>'


def _table(rows: list[list[str]], spacing: int, padding: int) -> str:
    body = "".join(f"<TR>{''.join(row)}</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="{padding}">{body}</TABLE>'


def _steps(picture: Picture, lang: str) -> str:
    """Every numbered step in words, in columns of about equal length."""
    colon = WORDS[lang]["colon"]
    said: dict[str, dict[str, list[str]]] = {}
    for entry, number in zip(picture.flow.steps, picture.numbers, strict=True):
        if entry.step.number or entry.step.delivers():
            who = clean(picture.flow.catalog.parties[entry.step.actor].label[lang])
            said.setdefault(number, {}).setdefault(who, []).append(clean(entry.step.label[lang]))
    lines = {
        number: wrap("; ".join(f"{who}{colon} {', '.join(does)}" for who, does in by.items()), WIDTH)
        for number, by in said.items()
    }
    most = -(-sum(map(len, lines.values())) // COLUMNS)
    columns: list[list[list[str]]] = [[]]
    height = 0
    for number, broken in lines.items():
        if height and height + len(broken) / 2 > most and len(columns) < COLUMNS:
            columns.append([])
            height = 0
        height += len(broken)
        text = '<BR ALIGN="LEFT"/>'.join(map(markup, broken))
        columns[-1].append(
            [
                f'<TD VALIGN="TOP" ALIGN="RIGHT"><B>{rich(number)}</B></TD>',
                f'<TD VALIGN="TOP" ALIGN="LEFT" BALIGN="LEFT">{text}</TD>',
            ]
        )
    tables = [_table(rows, spacing=0, padding=1) for rows in columns if rows]
    cells = [f'<TD VALIGN="TOP">{table}</TD>' for table in tables] or ["<TD> </TD>"]
    return _table([cells], spacing=6, padding=2)
