"""`/api/report`: a report as JSON or CSV, through the same query and for the same reader as the page."""

from __future__ import annotations

import json
from typing import Any

from dashboards.shown import as_csv, as_document, shown, told
from dashboards.texts import texts
from dashboards.web.base import PlainHandler, reference_of
from workbench.errors import Refused, WorkbenchError
from workbench.publish import DamagedRelease, UnknownChoice


class ReportApi(PlainHandler):
    """GET with `id`, `format` (json or csv) and the parameters of the page."""

    async def get(self) -> None:
        query = self.query()
        lang = self.lang()
        query.pop("lang", None)
        form = query.pop("format", "json")
        report_id = query.pop("id", "")
        if form not in ("json", "csv"):
            return self.refuse(400, "unknown_format", "the format is json or csv")
        viewer = self.viewer()
        try:
            view = self.house.read(viewer, report_id, query)
        except Refused as error:
            await self.record(viewer, "report.refused", report_id, format=form)
            return self.refuse(403, "refused", str(error))
        except UnknownChoice as error:
            return self.refuse(400, "unknown_choice", str(error))
        except DamagedRelease:
            raise
        except WorkbenchError as error:
            return self.refuse(404, "not_available", str(error))
        await self.record(viewer, "report.exported", report_id, format=form, **told(view))
        table = shown(view, self.house.labels, texts(lang))
        if form == "json":
            return self.answer(as_document(view, table))
        name = f"{view.report.id}-{view.release.number:04d}.csv"
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(as_csv(table))

    def refuse(self, status: int, code: str, message: str) -> None:
        self.set_status(status)
        self.answer({"error": code, "message": message})

    def answer(self, document: dict[str, Any]) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(document, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code < 500:
            return self.refuse(status_code, "bad_request", "this request cannot be answered")
        return self.refuse(status_code, "error", f"reference {reference_of(kwargs.get('exc_info'))}")
