"""`/api/report`: a report as JSON, CSV, workbook or PDF, through the same query and for the same reader as the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop

from dashboards.exported import TYPES, as_pdf, as_xlsx
from dashboards.shown import as_csv, as_document, shown, told
from dashboards.texts import texts
from dashboards.web.base import PlainHandler, reference_of
from workbench.errors import Refused, WorkbenchError
from workbench.publish import DamagedRelease, UnknownChoice


class ReportApi(PlainHandler):
    """GET with `id`, `format` (json, csv, xlsx or pdf) and the parameters of the page."""

    async def get(self) -> None:
        query = self.query()
        lang = self.lang()
        query.pop("lang", None)
        form = query.pop("format", "json")
        report_id = query.pop("id", "")
        if form not in TYPES:
            return self.refuse(400, "unknown_format", f"the format is one of {', '.join(TYPES)}")
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
        t, labels = texts(lang), self.house.labels
        table = shown(view, labels, t)
        if form == "json":
            return self.answer(as_document(view, table))
        made: dict[str, Callable[[], str | bytes]] = {
            "csv": lambda: as_csv(table),
            "xlsx": lambda: as_xlsx(view, table, viewer, t),
            "pdf": lambda: as_pdf(view, table, viewer, labels, t),
        }
        # In a thread: drawing for paper takes a second, in which others would wait.
        content = await IOLoop.current().run_in_executor(None, made[form])
        name = f"{view.report.id}-{view.release.number:04d}.{form}"
        self.set_header("Content-Type", TYPES[form])
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)

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
