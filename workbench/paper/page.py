"""A document as one HTML file that needs no other: read on a screen, printed on A4 with page numbers."""

from __future__ import annotations

import json
import re
from html import escape

from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph, Picture, Table, Turn, listed

STYLE = """body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.9rem;line-height:1.2;margin-bottom:.3rem}h2{font-size:1.35rem;margin-top:2.2rem}
h3{font-size:1.1rem;margin-top:1.6rem}p.subtitle{font-size:1.2rem;color:#52606d;margin-top:0}
nav ol{list-style:none;padding-left:0}nav li.part{padding-left:1.5rem;font-size:.95em}a{color:#0b4f8a}
p.lead{font-size:1.1rem}td.number{text-align:right}
p.open{border-left:4px solid #b45309;background:#fff7ed;padding:.4rem .8rem}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.85rem;margin:.8rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border:1px solid #cbd2d9;overflow-wrap:break-word;
hyphens:auto;white-space:pre-line}th{background:#e4e9f0}figure{margin:1rem 0}figcaption{color:#52606d}
svg{max-width:100%;height:auto}
@page{size:A4;margin:18mm 16mm 20mm;
@bottom-right{content:PAGE " " counter(page) " / " counter(pages);font:9pt sans-serif}}
@media print{body{margin:0;max-width:none;font-size:9.5pt;padding:0}
table{font-size:7.5pt}p:has(+table){break-after:avoid}h2,h3,h4{break-after:avoid}nav{break-after:page}
tr,figure{break-inside:avoid}thead{display:table-header-group}a{color:inherit;text-decoration:none}}"""


def html(document: Document) -> bytes:
    """The document as UTF-8 bytes; every text in it is text, never markup."""
    style = STYLE.replace("PAGE", json.dumps(document.page, ensure_ascii=False))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}</style>'
    head += f"<title>{escape(document.title)}</title>"
    parts = [
        f'<!doctype html>\n<html lang="{document.lang}"><head>{head}</head><body>',
        f"<h1>{escape(document.title)}</h1>",
        f'<p class="subtitle">{escape(document.subtitle)}</p>' if document.subtitle else "",
        f"<p>{escape(document.about)}</p>",
        _contents(document) if document.contents else "",
    ]
    number = 0
    for block in document.blocks:
        number += listed(block)
        parts.append(_block(block, number))
    return ("\n".join([*parts, "</body></html>"]) + "\n").encode()


def _contents(document: Document) -> str:
    lines = [
        f'<li{" class=part" if one.level > 1 else ""}><a href="#h{number}">{escape(one.text)}</a></li>'
        for number, one in enumerate(document.headings(), start=1)
    ]
    return f"<nav><h2>{escape(document.contents)}</h2><ol>{''.join(lines)}</ol></nav>"


def _block(block: Block, number: int) -> str:
    if isinstance(block, Heading):
        level = block.level + 1
        place = f' id="h{number}"' if listed(block) else ""
        return f"<h{level}{place}>{escape(block.text)}</h{level}>"
    if isinstance(block, OpenPoint):
        return f'<p class="open">{escape(block.text)}</p>'
    if isinstance(block, Paragraph):
        return f"<p{' class=lead' if block.lead else ''}>{escape(block.text)}</p>"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in block.items)}</ul>"
    if isinstance(block, Picture):
        drawn = re.sub(r"^\s*<\?xml.*?\?>", "", block.svg().decode())
        return f"<figure>{drawn}<figcaption>{escape(block.caption)}</figcaption></figure>"
    return "" if isinstance(block, Turn) else _table(block)


def _table(table: Table) -> str:
    widths = "".join(f'<col style="width:{width}%">' for width in table.shares)
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.head)
    rows = "\n".join(f"<tr>{''.join(_cell(table, at, one) for at, one in enumerate(row))}</tr>" for row in table.rows)
    return f"<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(table: Table, at: int, told: str) -> str:
    return f"<td{' class=number' if at in table.numbers else ''}>{escape(told)}</td>"
