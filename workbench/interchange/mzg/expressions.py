"""The rules of a layout as SQL over a batch of lines: `lines(line, text)`, numbered from 1.

First one expression per line sets the correct records aside; only the others are split into fields. There a
rule is a bit, so that each field costs one small number, and fields without a bit do not come out.
"""

from __future__ import annotations

from workbench.interchange.mzg import patterns
from workbench.interchange.mzg.layout import Cell, Layout

RULES = ("mandatory", "type", "length", "code", "name", "character")
BLANKS = r"e' \t\r'"


def text_of(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


UNFIT = text_of(f"[{patterns.UNFIT}]")


def suspects(layout: Layout) -> str:
    """Lines that are not correct records: (line, text)."""
    correct = text_of(patterns.record(layout))
    return f"SELECT line, text FROM lines WHERE NOT regexp_full_match(text, {correct})"


def misshapen(layout: Layout) -> str:
    """Lines that are no plain records: (line, number of '#', is blank, blanks behind it, ends with '#')."""
    return f"""SELECT line, length(bare) - length(replace(bare, '#', '')) AS marks, bare = '' AS blank,
            bare <> rtrim(text, e'\\r') AS behind, ends_with(bare, '#') AS ends
        FROM (SELECT line, text, rtrim(text, {BLANKS}) AS bare FROM suspects)
        WHERE marks <> {len(layout.cells)} OR behind OR NOT ends ORDER BY line"""


def broken(layout: Layout) -> str:
    """Fields that break a rule: (line, position from 0, bits of `RULES`, value), in that order."""
    bits = ", ".join(bits_of(cell, f"cells[{place}]") for place, cell in enumerate(layout.cells, start=1))
    unfit = f"regexp_matches(text, {UNFIT})"
    records = _records(layout, "suspects")
    return f"""WITH records AS MATERIALIZED (SELECT *, {unfit} AS unfit FROM ({records})),
        judged AS MATERIALIZED (SELECT line, cells, [{bits}] AS bits FROM records),
        wrong AS (
            SELECT line, cells, bits, unnest(range(len(bits))) AS place FROM judged WHERE list_max(bits) > 0
        )
        SELECT line, place, bits[place + 1], left(cells[place + 1], 100) FROM wrong WHERE bits[place + 1] > 0
        ORDER BY line, place"""


def keys(layout: Layout) -> str:
    """(line, key as one text) of every record; numbers without leading zeros, as 01 and 1 are one number."""
    parts = []
    for place in layout.keys:
        value = f"cells[{place + 1}]"
        number = f"""CASE WHEN NOT starts_with({value}, '0') THEN {value}
            WHEN regexp_full_match({value}, '[0-9]+') THEN coalesce(nullif(ltrim({value}, '0'), ''), '0')
            ELSE {value} END"""
        parts.append(number if layout.cells[place].datatype == "N" else value)
    return f"SELECT line, concat_ws('#', {', '.join(parts)}) FROM ({_records(layout, 'lines')})"


def _records(layout: Layout, lines: str) -> str:
    """The lines with the right number of fields: (line, text, cells)."""
    wanted = len(layout.cells) + 1
    bare = f"CASE WHEN ends_with(text, '#') THEN text ELSE rtrim(text, {BLANKS}) END"
    split = f"SELECT line, text, string_split({bare}, '#') AS cells FROM {lines}"
    return f"SELECT line, text, cells FROM ({split}) WHERE len(cells) = {wanted} AND cells[{wanted}] = ''"


def bits_of(cell: Cell, value: str) -> str:
    """Which `RULES` the text `value` of a field breaks, a bit for each; reads `unfit`, whether its record has a bad
    character.
    """
    wrong = [_wrong_type(cell.datatype, value), _wrong_length(cell.sizes, value)]
    wrong += [_outside(cell.codes, value), _outside(cell.named, value)]
    wrong.append(f"unfit AND regexp_matches({value}, {UNFIT})")
    filled = " + ".join(f"(CASE WHEN {rule} THEN {2 << bit} ELSE 0 END)" for bit, rule in enumerate(wrong) if rule)
    return f"(CASE WHEN {value} = '' THEN {int(cell.mandatory)} ELSE {filled} END)::UTINYINT"


def _wrong_type(datatype: str, value: str) -> str:
    if datatype == "C":
        return ""
    return f"NOT regexp_full_match({value}, {text_of(patterns.TYPES[datatype])})"


def _wrong_length(sizes: frozenset[int] | None, value: str) -> str:
    if not sizes:
        return ""
    low, high = min(sizes), max(sizes)
    if len(sizes) == high - low + 1:
        return f"length({value}) NOT BETWEEN {low} AND {high}"
    return f"length({value}) NOT IN ({', '.join(map(str, sorted(sizes)))})"


def _outside(allowed: frozenset[str] | None, value: str) -> str:
    if allowed is None:
        return ""
    return f"{value} NOT IN ({', '.join(map(text_of, sorted(allowed)))})"
