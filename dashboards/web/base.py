"""What all our own handlers share: who asks, in which language, and how a refusal looks."""

from __future__ import annotations

import logging
import secrets
import traceback
from functools import partial
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from dashboards.catalogue.cart import DAYS, is_visitor, new_visitor
from dashboards.files import TEMPLATES
from dashboards.house import House
from dashboards.markup import address
from dashboards.places import PLACES
from dashboards.texts import LANGUAGES, NAMES, language, texts
from dashboards.web.security import headers
from workbench.access import PUBLIC, Viewer

COOKIE = "workbench_session"
BROWSER = "workbench_browser"
log = logging.getLogger("workbench.portal")


class Asked:
    """Reads the request: mixed into our handlers and into Panel's."""

    request: Any
    settings: Any

    @property
    def house(self) -> House:
        house: House = self.settings["house"]
        return house

    def token(self) -> str | None:
        """The log-in token of the cookie. No signature protects it: nobody guesses 192 random bits."""
        return self.get_cookie(COOKIE) or None  # type: ignore[attr-defined]

    def live_token(self) -> str | None:
        """The token when its log-in is live."""
        token = self.token()
        return token if self.house.logins.viewer(token) else None

    def give_browser(self) -> str:
        """The number of this browser, which gets one when it has none."""
        number = self.browser()
        if not number:
            number, secure = new_visitor(), self.request.protocol == "https"
            self.set_cookie(  # type: ignore[attr-defined]
                BROWSER, number, expires_days=DAYS, httponly=True, samesite="Lax", secure=secure
            )
        return number

    def viewer(self) -> Viewer:
        """Who asks; the public when nobody is logged in."""
        return self.house.logins.viewer(self.token()) or PUBLIC

    async def record(self, viewer: Viewer, what: str, about: str = "", **detail: str) -> None:
        """Tell the audit log, without holding up other readers; raises when it cannot be told."""
        write = partial(self.house.record, viewer, what, about, **detail)
        await IOLoop.current().run_in_executor(None, write)

    def browser(self) -> str:
        """The number under which this browser has a cart; empty when it has none."""
        number = self.get_cookie(BROWSER, "")  # type: ignore[attr-defined]
        return number if is_visitor(number) else ""

    def query(self) -> dict[str, str]:
        """The parameters of the address; of one given twice the last counts."""
        return dict(parse_qsl(self.request.query))

    def lang(self) -> str:
        return language(self.query().get("lang"), self.request.headers.get("Accept-Language", ""))


class PlainHandler(Asked, RequestHandler):
    """Pages that need no Panel: log-in, notices and errors; they work without any script."""

    def get_template_path(self) -> str:
        return str(TEMPLATES)

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in headers().items():
            self.set_header(name, value)

    def show(self, template: str, status: int = 200, **values: Any) -> None:
        """Answer with a page of `templates/`."""
        self.set_status(status)
        self.finish(self.render_string(template, **self.frame(), **values))

    def frame(self) -> dict[str, Any]:
        """What every template prints: language, links and who is logged in."""
        lang = self.lang()
        others = {**self.query(), "user": ""}
        links = [(one, NAMES[one], address(self.request.path, **{**others, "lang": one})) for one in LANGUAGES]
        return {"t": texts(lang), "lang": lang, "languages": links, "viewer": self.viewer()}

    def notice(self, kind: str, status: int, reference: str = "", elsewhere: tuple[str, str] | None = None) -> None:
        """A page that says what happened and what to do; `kind` names its texts.

        `elsewhere` is the name of a provider where the person is still logged in, and the address that ends it.
        """
        manager = self.house.directory.organisations.get(self.viewer().organisation or "")
        back = str(self.request.uri)
        report = self.house.reports.get(self.query().get("id", ""))
        collection = report.study if report else ""
        self.show(
            "notice.html", status, kind=kind, reference=reference, manager=manager, back=back, collection=collection,
            elsewhere=elsewhere, duties=self.lacking(),
        )  # fmt: skip

    def lacking(self) -> list[str]:
        """The duties of which one opens this page, when nobody without may: no access manager gives those."""
        place = PLACES.get(self.request.path.rstrip("/"))
        return [] if place is None or place.admits(self.viewer()) else sorted(one.value for one in place.duties)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        kind = {400: "bad_request", 403: "no_access", 404: "not_found", 405: "bad_request"}.get(status_code)
        self.notice(kind or "error", status_code, "" if kind else reference_of(kwargs.get("exc_info")))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(value, HTTPError):
            return  # written with its reference number by `reference_of`
        super().log_exception(typ, value, tb)


class NotFound(PlainHandler):
    """Every address that is none of ours."""

    def prepare(self) -> None:
        self.notice("not_found", 404)


def reference_of(
    exc_info: tuple[type[BaseException], BaseException, TracebackType] | None,
) -> str:
    """Log an error under a new reference number, which is all that the reader is told."""
    reference = secrets.token_hex(4).upper()
    detail = "".join(traceback.format_exception(*exc_info)) if exc_info else "no detail"
    log.error("error %s\n%s", reference, detail)
    return reference
