"""The report of a release for people: what was at risk, for whom, what was done, what it cost."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from workbench.disclosure.arrays import Arrays
from workbench.disclosure.recheck import View
from workbench.errors import WorkbenchError
from workbench.indicators.table import ALL_HOSPITALS
from workbench.main.confidential import half_of
from workbench.main.release_words import WORDS, Words
from workbench.main.releases import attack_release

_COLOURS = {"shown": "#1f6f8b", "small": "#c8553d", "secondary": "#d9b26f"}
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
    release, words = standing.release, WORDS[lang]
    arrays, text = half_of(release, releases)
    split = split_of(arrays, text)
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
    attackers = [
        (one.attacker, f"{one.secrets:,}", str(one.learned), one.target,
         f"{one.low} {words['to']} {one.high}" if one.secrets else "")
        for one in tries
    ]  # fmt: skip
    blocks: list[tuple[str, Any]] = [
        ("h1", words["title"]), ("p", words["confidential"]), ("h2", words["risk"]), ("p", words["risk.text"]),
        ("svg", split), ("h2", words["whom"]), ("p", words["whom.text"]),
        ("table", ([words[key] for key in ("attacker", "secrets", "learned", "nearest", "open")], attackers)),
        ("h2", words["done"]), ("p", words["done.text"]), ("h2", words["cost"]), ("p", words["cost.text"]),
        ("table", ([words[key] for key in ("indicator", "shown", "small", "secondary")],
                   [(name, *map(str, part)) for name, part in split.items()])),
        ("p", words["next"]),
    ]  # fmt: skip
    filled = [(kind, body.format(**facts) if isinstance(body, str) else body) for kind, body in blocks]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch(mode=0o600)
    out.write_text(_html(filled, lang, words) if out.suffix == ".html" else _markdown(filled, words), encoding="utf-8")
    return out


def split_of(arrays: Arrays, text: str) -> Split:
    """Numbers per indicator of the last release: shown, small, withheld for others."""
    view = View(text, arrays)
    last = len(arrays["release"]) - 1
    seen = {(row["indicator"], row["hospital"], int(row["year"]), part)
            for row in csv.DictReader(io.StringIO(text)) for part in ("n", "k", "rest") if row[part] != ""}  # fmt: skip
    small = view.small()
    found: Split = {}
    for place, (release, name, part, year) in enumerate(view.rows):
        if release != last:
            continue
        for h, hospital in enumerate(view.hospitals):
            if hospital != ALL_HOSPITALS and not arrays["at"][last][h]:
                continue
            kind = 0 if (name, hospital, year, part) in seen else 1 if small[h, place] else 2
            counts = list(found.get(name, (0, 0, 0)))
            counts[kind] += 1
            found[name] = (counts[0], counts[1], counts[2])
    return found


def _svg(split: Split, words: Words) -> str:
    """One bar per indicator, with a legend; words beside the colours, so the picture reads in grey too."""
    width, left, bar, top = 760, 190, 26, 40
    most = max((sum(part) for part in split.values()), default=1)
    marks, x = [], left
    for key, colour in _COLOURS.items():
        marks.append(f'<rect x="{x}" y="8" width="14" height="14" fill="{colour}"/>')
        marks.append(f'<text x="{x + 20}" y="20">{html.escape(words[key])}</text>')
        x += 40 + 8 * len(words[key])
    for place, (name, part) in enumerate(split.items()):
        y, x = top + place * (bar + 10), left
        marks.append(f'<text x="{left - 10}" y="{y + 18}" text-anchor="end">{html.escape(name)}</text>')
        for count, colour in zip(part, _COLOURS.values(), strict=True):
            wide = round((width - left - 20) * count / most)
            if count:
                marks.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{bar}" fill="{colour}"/>')
                if wide > 34:
                    marks.append(
                        f'<text x="{x + wide / 2:g}" y="{y + 18}" text-anchor="middle" fill="#fff">{count}</text>'
                    )
            x += wide
    height = top + len(split) * (bar + 10)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{html.escape(words["picture"])}" font-family="sans-serif" font-size="14">{"".join(marks)}</svg>'
    )


def _html(blocks: Sequence[tuple[str, Any]], lang: str, words: Words) -> str:
    body = []
    for kind, content in blocks:
        if kind == "svg":
            body.append(
                f"<figure>{_svg(content, words)}<figcaption>{html.escape(words['picture'])}</figcaption></figure>"
            )
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


def _markdown(blocks: Sequence[tuple[str, Any]], words: Words) -> str:
    lines = []
    for kind, content in blocks:
        if kind == "svg":
            lines.append(_svg(content, words))
        elif kind == "table":
            heads, rows = content
            table = [heads, ["---"] * len(heads), *rows]
            lines.append("\n".join("| " + " | ".join(row) + " |" for row in table))
        else:
            lines.append({"h1": "# ", "h2": "## "}.get(kind, "") + str(content))
    return "\n\n".join(lines) + "\n"
