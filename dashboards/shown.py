"""What a view shows, as one table: the page, the CSV and the JSON are all made from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.labels import Labels, Measure
from dashboards.texts import Texts
from workbench.paper.spreadsheet import csv_field
from workbench.publish import TOTAL, ReportView, Scope

Row = Mapping[str, Any]


_MEASURED: Mapping[Measure, tuple[str, ...]] = {
    Measure.COUNT: ("n",),
    Measure.RATE: ("n", "k", "rate", "rate_low", "rate_high"),
    Measure.RATIO: (
        "n", "k", "rate", "rate_low", "rate_high", "expected", "ratio", "ratio_low", "ratio_high",
    ),
    Measure.SPREAD: ("n", "mean", "q1", "median", "q3", "unit"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """`rows` as dictionaries of plain values with the keys of `keys`; a withheld number is None."""

    measure: Measure
    keys: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def withheld(self) -> int:
        """Number of rows of which something is withheld."""
        return sum(1 for row in self.rows if row["withheld"])

    @property
    def numbers(self) -> tuple[str, ...]:
        """The keys that hold measured numbers."""
        return _MEASURED[self.measure]


def shown(view: ReportView, labels: Labels, t: Texts) -> Shown:
    """The rows of a view with names, in the order of the query: hospitals, then the total."""
    rows = view.rows.to_pylist()
    measure = labels.measure(view.chosen.indicator or "")
    person = ("registered_by",) if view.scope in (Scope.OWN_REGISTRATIONS, Scope.EVERY_REGISTRATION) else ()
    keys = (
        "indicator", "indicator_name", "hospital", "hospital_name", "year", *person,
        *_MEASURED[measure], "withheld",
    )  # fmt: skip
    for row in rows:
        row["indicator_name"] = labels.indicator(row["indicator"], t.lang)
        row["hospital_name"] = (
            t("hospital.all") if row["hospital"] == TOTAL else labels.hospital(row["hospital"], t.lang)
        )
        row["year"] = row["year"] or None
        row["unit"] = labels.unit(row["indicator"])
    return Shown(measure, keys, tuple({key: row[key] for key in keys} for row in rows))


def told(view: ReportView) -> dict[str, str]:
    """What the audit log keeps of a look at a report: which release, and what was chosen."""
    return {"release": str(view.release.number), "study": view.report.study, **view.chosen.query()}


def as_csv(table: Shown) -> str:
    """RFC 4180 with a header of keys; a withheld number is an empty field and `withheld` is true."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.keys)
    for row in table.rows:
        writer.writerow([csv_field(row[key]) for key in table.keys])
    return file.getvalue()


def as_document(view: ReportView, table: Shown) -> dict[str, Any]:
    """The view as a JSON document: report, release, parameters, choices and rows."""
    release = view.release
    return {
        "report": view.report.id,
        "study": release.study,
        "release": {
            "number": release.number, "run_id": release.run_id,
            "created": release.created, "content": release.content,
        },
        "parameters": view.chosen.query(),
        "choices": {
            "indicator": list(view.choices.indicators),
            "hospital": list(view.choices.hospitals),
            "year": list(view.choices.years),
        },
        "measure": table.measure.value,
        "columns": list(table.keys),
        "rows": [dict(row) for row in table.rows],
    }  # fmt: skip
