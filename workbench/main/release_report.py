"""The report of a release for people: what was at risk, for whom, what was done, what it cost."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from workbench.disclosure.amounts.tries import AmountTry
from workbench.disclosure.arrays import Arrays
from workbench.disclosure.recheck import View
from workbench.errors import WorkbenchError
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS
from workbench.main.confidential import half_of
from workbench.main.release_pictures import KINDS, SECRETS, bars
from workbench.main.release_words import WORDS, Words
from workbench.main.releases import attack_figures, attack_release

Split = dict[str, tuple[int, int, int]]  # indicator -> shown, small, withheld to protect


def write_report(
    releases: Path,
    study: str,
    number: int | None,
    lang: str,
    out: Path,
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write the report as HTML or Markdown, by the ending of `out`; readable by the owner only.

    Raises `WorkbenchError` for another ending, and when the confidential half of the release is missing.
    """
    if out.suffix not in (".html", ".md"):
        raise WorkbenchError(f"{out}: a report is .html or .md. Give such a file name.")
    standing, tries = attack_release(releases, study, number, progress)
    figures = attack_figures(releases, study, number)
    release, words = standing.release, WORDS[lang]
    arrays, text = half_of(release, releases)
    numbers_found = list(kinds_of(arrays, text))
    split = split_by((name, kind) for name, _, _, kind in numbers_found)
    cut = sorted(numbers_found, key=lambda one: (one[1] != ALL_HOSPITALS, one[2] != ALL_YEARS))
    levels = split_by((_level(hospital, year, words), kind) for _, hospital, year, kind in cut)
    shown, small, secondary = (sum(part[place] for part in split.values()) for place in range(3))
    rows = [row for row in pq.read_table(release.cube).to_pylist() if row["k"] is not None or row["withheld"]]
    plain = {str(name) for place, name in enumerate(arrays["indicators"]) if arrays["plain"][-1][place]}
    rows = [row for row in rows if row["indicator"] not in plain]
    totals = [row for row in rows if row["hospital"] == ALL_HOSPITALS]
    before = ", ".join(str(one) for one in arrays["release"][:-1].tolist())
    numbers = shown + small + secondary
    facts = {
        "number": release.number, "study": study, "numbers": f"{numbers:,}", "small": f"{small:,}",
        "secondary": f"{secondary:,}", "shown": f"{shown:,}", "share": round(100 * shown / max(numbers, 1)),
        "threshold": int(arrays["threshold"]), "zeros": words["zeros"] if arrays["zeros_hidden"] else "",
        "attackers": len(tries), "secrets": f"{sum(one.secrets for one in tries):,}",
        "earlier": words["earlier"].format(releases=before) if before else "", "witnesses": int(arrays["witnesses"]),
        "rates": sum(row["rate"] is not None for row in rows), "allrates": len(rows),
        "national": sum(row["rate"] is not None for row in totals), "allnational": len(totals),
    }  # fmt: skip
    sought = {one.attacker: (one.secrets - one.learned, one.learned) for one in tries}
    attackers = [
        (one.attacker, f"{one.secrets:,}", str(one.learned), one.target,
         f"{one.low} {words['to']} {one.high}" if one.secrets else "")
        for one in tries
    ]  # fmt: skip
    blocks: list[tuple[str, Any]] = [
        ("h1", words["title"]), ("p", words["confidential"]), ("h2", words["risk"]), ("p", words["risk.text"]),
        ("svg", bars(levels, KINDS, words["picture.levels"], words)), ("h2", words["whom"]), ("p", words["whom.text"]),
        *([("svg", bars(sought, SECRETS, words["picture.whom"], words))] if any(map(sum, sought.values())) else []),
        ("table", ([words[key] for key in ("attacker", "secrets", "learned", "nearest", "open")], attackers)),
        ("h2", words["done"]), ("p", words["done.text"]), ("h2", words["cost"]), ("p", words["cost.text"]),
        ("svg", bars(split, KINDS, words["picture"], words)),
        ("table", ([words[key] for key in ("indicator", "shown", "small", "secondary")],
                   [(name, *map(str, part)) for name, part in split.items()])),
        *_figures(figures, words), ("p", words["next"]),
    ]  # fmt: skip
    filled = [(kind, body.format(**facts) if isinstance(body, str) else body) for kind, body in blocks]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch(mode=0o600)
    out.write_text(_html(filled, lang) if out.suffix == ".html" else _markdown(filled), encoding="utf-8")
    return out


def _figures(tries: Sequence[AmountTry], words: Words) -> list[tuple[str, Any]]:
    """What was asked of means and quantiles; nothing when the release has none."""
    if not tries:
        return []
    heads = [words[key] for key in ("attacker", "indicator", "groups", "learned", "nearest", "persons", "over")]
    rows = [
        (one.attacker, one.indicator, str(one.groups), str(one.learned), one.target,
         f"{one.persons:g}" if isfinite(one.persons) else "-", f"{one.over:.0%}" if isfinite(one.over) else "-")
        for one in tries
    ]  # fmt: skip
    return [("h2", words["amounts"]), ("p", words["amounts.text"]), ("table", (heads, rows))]


def kinds_of(arrays: Arrays, text: str) -> Iterator[tuple[str, str, int, int]]:
    """Indicator, hospital and year of every number of the last release, and 0 shown, 1 small, 2 withheld for others."""
    view = View(text, arrays)
    last = len(arrays["release"]) - 1
    seen = {(row["indicator"], row["hospital"], int(row["year"]), part)
            for row in csv.DictReader(io.StringIO(text)) for part in ("n", "k", "rest") if row[part] != ""}  # fmt: skip
    small = view.small()
    for place, (release, name, part, year) in enumerate(view.rows):
        if release != last:
            continue
        for h, hospital in enumerate(view.hospitals):
            if hospital == ALL_HOSPITALS or arrays["at"][last][h]:
                kind = 0 if (name, hospital, year, part) in seen else 1 if small[h, place] else 2
                yield name, hospital, year, kind


def split_by(kinds: Iterable[tuple[str, int]]) -> Split:
    """How many numbers of each name are shown, small, and withheld for others."""
    found: Split = {}
    for name, kind in kinds:
        counts = list(found.get(name, (0, 0, 0)))
        counts[kind] += 1
        found[name] = (counts[0], counts[1], counts[2])
    return found


def _level(hospital: str, year: int, words: Words) -> str:
    """How fine a number is cut."""
    if hospital == ALL_HOSPITALS:
        return words["level.all"] if year == ALL_YEARS else words["level.year"]
    return words["level.hospital"] if year == ALL_YEARS else words["level.both"]


def _html(blocks: Sequence[tuple[str, Any]], lang: str) -> str:
    body = []
    for kind, content in blocks:
        if kind == "svg":
            caption, drawn = content
            body.append(f"<figure>{drawn}<figcaption>{html.escape(caption)}</figcaption></figure>")
        elif kind == "table":
            heads, rows = content
            cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows]
            body.append(
                f"<table><tr>{''.join(f'<th>{html.escape(head)}</th>' for head in heads)}</tr>"
                f"{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
            )
        else:
            body.append(f"<{kind}>{html.escape(str(content))}</{kind}>")
    style = (
        "body{font:16px/1.5 sans-serif;color:#1b2733;max-width:860px;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;margin:1em 0}"
        "td,th{border-bottom:1px solid #cbd2d9;padding:.3em .8em;text-align:left}"
        "figure{margin:1em 0}svg{max-width:100%;height:auto}figcaption{color:#52606d}"
    )
    title = html.escape(str(blocks[0][1]))
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f"<body>{''.join(body)}</body></html>\n"
    )


def _markdown(blocks: Sequence[tuple[str, Any]]) -> str:
    lines = []
    for kind, content in blocks:
        if kind == "svg":
            lines += [content[1], content[0]]
        elif kind == "table":
            heads, rows = content
            table = [heads, ["---"] * len(heads), *rows]
            lines.append("\n".join("| " + " | ".join(row) + " |" for row in table))
        else:
            lines.append({"h1": "# ", "h2": "## "}.get(kind, "") + str(content))
    return "\n\n".join(lines) + "\n"
