"""Guards around Panel's own handlers; measured bypasses of the framework are closed here.

Panel's `authorize_callback` does not cover `/page/ws` and `/page/autoload.js`, its session ids may be
chosen by the client, and its token holds the visitor's cookies. Here the server alone makes session
ids, a token holds no cookie and no header, a websocket is accepted only for a page that was served to
the same log-in, and the routes nobody needs do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from bokeh.server import urls
from bokeh.server.session import ServerSession
from bokeh.util.token import check_token_signature, generate_jwt_token, generate_session_id, get_session_id
from panel.io.server import ComponentResourceHandler, DocHandler, WSHandler
from tornado.ioloop import IOLoop
from tornado.web import HTTPError

from dashboards.places import PLACES
from dashboards.shown import told
from dashboards.visits import Visit
from dashboards.web.base import Asked, PlainHandler
from dashboards.web.security import headers, new_nonce, with_nonce
from workbench.errors import Refused, WorkbenchError
from workbench.publish import DamagedRelease, UnknownChoice

REPORT_PAGE, CATALOGUE_PAGE, FLOW_PAGE, BUILDER_PAGE = "/report", "/catalogue", "/flow", "/builder"


def page_path(path: str) -> str:
    """The path of a page without a slash at its end, by which the same page is also served."""
    return path.rstrip("/") or "/"


class GuardedPage(DocHandler, PlainHandler):
    """Serves a page: refuses before any session exists, then ties the session to the log-in."""

    async def get(self, *args: Any, **kwargs: Any) -> None:
        path = page_path(self.request.path)
        if not PLACES[path].admits(self.viewer()):
            self.notice("no_access", 403)
            return
        if path in (CATALOGUE_PAGE, FLOW_PAGE, BUILDER_PAGE):
            # In a thread: whoever comes before everything is read waits alone.
            await IOLoop.current().run_in_executor(None, self.house.library.read)
        if path == REPORT_PAGE and not await self.may_read_report():
            return
        if path == FLOW_PAGE and not await self.may_read_flow():
            return
        await DocHandler.get(self, *args, **kwargs)

    async def may_read_flow(self) -> bool:
        """True when the study of the address may be shown, and all that its page needs is ready."""
        studies = self.house.library.studies(self.viewer())
        name = self.query().get("study", next(iter(studies), ""))
        if name not in studies:
            self.notice("no_study", 403)
            return False
        await IOLoop.current().run_in_executor(None, studies[name].prepare, self.lang())
        return True

    async def may_read_report(self) -> bool:
        """True when the report may be shown; otherwise the answer has been given."""
        query = self.query()
        query.pop("lang", None)
        report_id = query.pop("id", "")
        viewer = self.viewer()
        try:
            view = self.house.read(viewer, report_id, query)
        except Refused:
            await self.record(viewer, "report.refused", report_id)
            self.notice("no_access", 403)
        except UnknownChoice:
            self.notice("bad_request", 400)
        except DamagedRelease:
            raise
        except WorkbenchError:
            self.notice("no_release", 404)
        else:
            await self.record(viewer, "report.opened", report_id, **told(view))
            return True
        return False

    async def get_session(self) -> ServerSession:
        app = self.application
        session_id = generate_session_id(secret_key=app.secret_key, signed=True)
        path = page_path(self.request.path)
        browser = self.give_browser() if path == CATALOGUE_PAGE else ""
        visit = Visit(self.live_token(), path, self.lang(), self.query(), browser)
        self.house.visits.enter(session_id, visit)
        payload: dict[str, Any] = {"headers": {}, "cookies": {}, "arguments": self.request.arguments}
        token = generate_jwt_token(
            session_id,
            secret_key=app.secret_key,
            signed=True,
            expiration=app.session_token_expiration,
            extra_payload=cast(Any, payload),
        )
        try:
            return await self.application_context.create_session_if_needed(session_id, self.request, token)
        except BaseException:
            self.house.visits.leave(session_id)
            raise

    def write(self, chunk: Any) -> None:
        if isinstance(chunk, str) and chunk.lstrip().startswith("<!DOCTYPE html>"):
            nonce = new_nonce()
            chunk = with_nonce(chunk, nonce, self.lang())
            for name, value in headers(nonce).items():
                self.set_header(name, value)
        super().write(chunk)


class GuardedSocket(Asked, WSHandler):
    """Accepts a websocket only for a page that was served to the same log-in at the same address."""

    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished and not self.may_connect():
            self.set_status(403)
            self.finish()

    def may_connect(self) -> bool:
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        token = offered[-1].strip()
        app = self.application
        try:
            signed = check_token_signature(token, secret_key=app.secret_key, signed=True)
            session_id = get_session_id(token)
        except Exception:  # whatever a forged token breaks, it is no token of ours
            return False
        path = page_path(self.request.path.removesuffix("/ws"))
        return signed and self.house.visits.may_connect(session_id, path, self.live_token())


class GuardedComponents(ComponentResourceHandler):
    """Panel serves files of any module that can be imported; here only those of its own components."""

    def parse_url_path(self, path: str) -> str:
        module = path.split("/")[0]
        if module.split(".")[0] not in ("panel", "panel_material_ui"):
            raise HTTPError(404)
        return str(super().parse_url_path(path))


@contextmanager
def guarded_routes() -> Iterator[None]:
    """While a server is built: our handlers for page and websocket, and no other route per page."""
    before = list(urls.per_app_patterns)
    urls.per_app_patterns[:] = [(r"/ws", GuardedSocket), (r"/?", GuardedPage)]
    try:
        yield
    finally:
        urls.per_app_patterns[:] = before
