"""`/access`: one's own rights and requests, and for access managers and auditors those of others. Needs no script."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from tornado.ioloop import IOLoop

from dashboards.access.acts import Wrong, act
from dashboards.access.desk import Desk, Seen
from dashboards.access.log import GROUPS, LogPage
from dashboards.markup import address
from dashboards.places import strip
from dashboards.web.base import PlainHandler
from workbench.errors import Refused, WorkbenchError
from workbench.paper.spreadsheet import csv_field

VIEWS = ("mine", "requests", "people", "stale", "seen", "organisations", "log")
DONE = ("ask", "take_back", "approve", "refuse", "give", "withdraw", "keep", "activate", "deactivate")


class AccessHandler(PlainHandler):
    """GET shows a view; POST does one act and shows the view again, or the form with what is wrong in it."""

    async def get(self) -> None:
        if self.viewer().is_public:
            return self.notice("no_access", 403)
        query, desk = self.query(), self.desk()
        if query.get("view") == "seen" and query.get("format") == "csv" and desk.oversees:
            await self.record(desk.viewer, "audit.exported", query.get("person", ""), study=query.get("study", ""))
            return self.file(desk.seen(query.get("person", ""), query.get("study", "")))
        if query.get("view") == "log" and query.get("format") in ("csv", "jsonl") and desk.audits:
            log, form = desk.log(query), query["format"]
            filters = urlencode(log.filters) if form == "csv" else ""
            await self.record(desk.viewer, "audit.exported", format=form, filters=filters)
            return await self.log_file(log, form)
        done = query.get("done", "")
        await self.show_view(done=f"access.done.{done}" if done in DONE else "")

    async def post(self) -> None:
        self.check_xsrf_cookie()
        if self.viewer().is_public:
            return self.notice("no_access", 403)
        form = {key: self.get_body_argument(key) for key in self.request.body_arguments}
        name = form.get("act", "")
        desk = self.desk()
        try:
            await IOLoop.current().run_in_executor(None, act, desk, name, form)
        except Wrong as wrong:
            return await self.show_view(400, wrong.key, form)
        except Refused:
            return await self.show_view(403, "access.wrong.refused", form)
        except WorkbenchError:
            return await self.show_view(404, "access.wrong.gone", form)
        query = {**self.query(), "done": name, "lang": self.lang()}
        self.redirect(address("/access", **query), status=303)

    def file(self, seen: list[Seen]) -> None:
        """Who looked at what as a CSV, as the page shows it."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(("number", "at", "who", "what", "report", "detail"))
        for one in seen:
            entry = one.entry
            row = (entry.number, entry.at, entry.who, entry.what, entry.about, entry.detail)
            writer.writerow([csv_field(value) for value in row])
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="seen.csv"')
        self.finish(text.getvalue())

    async def log_file(self, log: LogPage, format: str) -> None:
        """The audit log as a file, written as it is read."""
        lines: Iterator[str] = log.table() if format == "csv" else log.whole()
        kind = "text/csv" if format == "csv" else "application/x-ndjson"
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="log.{format}"')
        while part := await IOLoop.current().run_in_executor(None, lambda: "".join(islice(lines, 1_000))):
            self.write(part)
            await self.flush()
        self.finish()

    def desk(self) -> Desk:
        return Desk(self.house, self.viewer(), self.lang())

    async def show_view(
        self, status: int = 200, problem: str = "", form: dict[str, str] | None = None, done: str = ""
    ) -> None:
        desk, query = self.desk(), self.query()
        views = VIEWS if desk.audits else VIEWS[:-1] if desk.oversees else VIEWS[:1]
        view = query.get("view", "")
        if view not in views:
            view = "requests" if "requests" in views and "collection" not in query and not view else "mine"
        shown = await IOLoop.current().run_in_executor(None, self.content, desk, view, query)
        self.show(
            "access.html", status, desk=desk, view=view, views=views, problem=problem, done=done, form=form or {},
            asked=query, log_groups=GROUPS, xsrf=self.xsrf_form_html(), strip=list(strip(desk.viewer)), address=address,
            **shown,
        )  # fmt: skip

    def content(self, desk: Desk, view: str, query: dict[str, str]) -> dict[str, Any]:
        """What the view shows, read in a thread; every name that the template uses is there."""
        person = query.get("person", "")
        found: dict[str, Any] = {"rights": [], "requests": [], "people": [], "stale": [], "seen": [], "bodies": []}
        found["log"] = None
        found["person"] = person if person in desk.rows and desk.may_see(desk.rows[person][1]) else ""
        if view == "mine":
            found["rights"], found["requests"] = desk.mine, desk.asked
        elif view == "requests":
            found["requests"] = desk.waiting
        elif view == "people":
            found["people"] = desk.people
            found["rights"] = desk.grants(found["person"])
        elif view == "stale":
            found["stale"] = desk.stale
        elif view == "seen":
            found["seen"], found["people"] = desk.seen(person, query.get("study", "")), desk.people
        elif view == "log":
            found["log"], found["people"] = desk.log(query), desk.people
            _ = found["log"].entries, found["log"].kinds, found["log"].verdict  # read here, in the thread
        else:
            found["bodies"] = desk.bodies
        return found
