"""A list of variables as a file: CSV for a spreadsheet, and the `variables` of a study file, to be completed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import yaml

from dashboards.catalogue.variables import Variable
from dashboards.texts import Texts
from workbench.catalog.base import LANGUAGES
from workbench.catalog.model import Derived, Field
from workbench.paper.spreadsheet import csv_field

COLUMNS = (
    "ref", "source", "table", "name", "label_nl", "label_fr", "label_en", "type", "length", "unit", "codes", "role",
    "sensitive", "from", "to", "gaps", "document", "line",
)  # fmt: skip


def variables_csv(variables: Iterable[Variable]) -> str:
    """RFC 4180, one line a variable, with the keys of `COLUMNS` as header; what is not known is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in variables:
        writer.writerow([csv_field(value) for value in _row(one)])
    return file.getvalue()


def _row(one: Variable) -> list[object]:
    available, entry = one.available, one.entry
    length = entry.length if isinstance(entry, Field) else None
    when = (available.from_year, available.to_year, " ".join(map(str, available.gaps))) if available else ("", "", "")
    return [
        one.ref, one.source, one.place, one.name, *(one.label[lang] for lang in LANGUAGES), one.type, length or "",
        entry.unit or "", entry.codes or "", one.role, "true" if one.sensitive else "false",
        *(value or "" for value in when), entry.cite.document, entry.cite.line or "",
    ]  # fmt: skip


def study_fragment(variables: Sequence[Variable], document: str, t: Texts) -> str:
    """The `variables` of a study file for a cart.

    Motivation and use are left empty on purpose: `workbench study check` then names every one that is still to be
    written. A derived variable is no field that a source delivers; it stands in a comment with what it is made from.
    """
    fields = [one for one in variables if one.table is not None]
    derived = [one for one in variables if one.table is None]
    lines = [f"# {line}" for line in t("cart.fragment").splitlines()]
    lines.append("variables:" if fields else "variables: []")
    for one in fields:
        sensitive = f" · {t('sensitive.yes')}" if one.sensitive else ""
        lines += [
            f"  # {_comment(one.label[t.lang])} · {t(f'role.{one.role}')}{sensitive}",
            f"  - ref: {_scalar(one.ref)}",
            '    motivation: {nl: "", fr: "", en: ""}',
            "    transformation: none",
            "    used_by: []",
            f"    cite: {{document: {_scalar(document)}}}",
        ]
    if derived:
        lines += ["", *(f"# {line}" for line in t("cart.derived").splitlines())]
        lines += [f"#   {one.name}: {_comment(one.label[t.lang])}{_made_from(one)}" for one in derived]
    return "".join(f"{line}\n" for line in lines)


def _made_from(one: Variable) -> str:
    inputs = one.entry.inputs if isinstance(one.entry, Derived) else ()
    return f" <- {', '.join(inputs)}" if inputs else ""


def _scalar(text: str) -> str:
    """A text as YAML writes it on one line."""
    return str(yaml.safe_dump(text, allow_unicode=True, width=10_000)).removesuffix("...\n").strip()


def _comment(text: str) -> str:
    return " ".join(text.split())
