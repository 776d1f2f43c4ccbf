"""For whoever keeps the machine: does it answer, how much does it do, and a line per request without personal data."""

from __future__ import annotations

import hmac
import json
import logging
import os
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

from dashboards.house import House
from dashboards.places import PLACES
from dashboards.web.security import headers

TOKEN_VARIABLE = "WORKBENCH_METRICS_TOKEN"
OWN = ("/login", "/logout", "/health", "/metrics")
FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")
log = logging.getLogger("workbench.requests")
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Measures:
    """What one server counts; its names of pages are a fixed few, whatever addresses are asked for."""

    def __init__(self, house: House) -> None:
        self.house, self.registry = house, CollectorRegistry()
        self.requests = Counter(
            "workbench_requests", "Requests answered", ("page", "status"), registry=self.registry
        )  # fmt: skip
        self.seconds = Histogram(
            "workbench_request_seconds", "From request to answer", ("page",), registry=self.registry, buckets=_SECONDS
        )
        gauges = {
            "workbench_open_pages": ("Pages open in browsers", lambda: len(house.vigil)),
            "workbench_log_ins": ("Live log-ins", lambda: len(house.logins)),
            "workbench_audit_entries": ("Entries of the audit log", lambda: house.open_state.audit.receipt().number),
        }
        for name, (text, value) in gauges.items():
            Gauge(name, text, registry=self.registry).set_function(value)
        ProcessCollector(registry=self.registry)

    def request(self, handler: RequestHandler) -> None:
        """Count a request and write its line: page, status and time; never who, from where, or what was chosen."""
        page, status, took = page_of(handler.request.path), handler.get_status(), handler.request.request_time()
        self.requests.labels(page, str(status)).inc()
        self.seconds.labels(page).observe(took)
        line = {"method": handler.request.method, "page": page, "status": status, "ms": round(1000 * took)}
        log.log(logging.ERROR if status >= 500 else logging.INFO, json.dumps(line))


def page_of(path: str) -> str:
    """The page that an address belongs to: one of ours, a kind of file, or `other`."""
    path = path.rstrip("/") or "/"
    if path in PLACES or path in OWN:
        return path
    first = path.split("/")[1]
    return f"/{first}/" if first in ("api", "assets", "fonts", "static", "components") else "other"


class _Operators(RequestHandler):
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in headers().items():
            self.set_header(name, value)

    @property
    def house(self) -> House:
        house: House = self.settings["house"]
        return house


class HealthHandler(_Operators):
    """200 while the state and the shelf of releases can be read, else 503 with which of them cannot."""

    async def get(self) -> None:
        wrong = await IOLoop.current().run_in_executor(None, self._wrong)
        self.set_status(503 if wrong else 200)
        self.finish({"status": "down" if wrong else "ok", **({"what": wrong} if wrong else {})})

    def _wrong(self) -> str:
        try:
            self.house.open_state.people.changes()
        except Exception:  # whatever keeps it from answering, it does not answer
            logging.getLogger("workbench.portal").exception("the state does not answer")
            return "state"
        releases = self.house.releases
        return "releases" if releases.exists() and not os.access(releases, os.R_OK | os.X_OK) else ""


class MetricsHandler(_Operators):
    """Figures for Prometheus: with the token of the environment, or asked on this machine and not through a proxy."""

    async def get(self) -> None:
        if not self._may():
            self.set_status(404)
            self.finish()
            return
        measures: Measures = self.settings["measures"]
        figures = await IOLoop.current().run_in_executor(None, generate_latest, measures.registry)
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(figures)

    def _may(self) -> bool:
        token, given = os.environ.get(TOKEN_VARIABLE, ""), self.request.headers.get("Authorization", "")
        if token:
            return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
        near = self.request.remote_ip in ("127.0.0.1", "::1")
        return near and not any(name in self.request.headers for name in FORWARDED)


def settings(house: House) -> dict[str, Any]:
    """What the server is given so that it counts."""
    measures = Measures(house)
    return {"measures": measures, "log_function": measures.request}
