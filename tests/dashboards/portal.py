"""A running portal for tests, and a client that keeps cookies as a browser does."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tornado.ioloop import IOLoop

from dashboards.house import House, open_house
from dashboards.server import build
from tests.publish.releases import safe_table
from workbench.access import start_demo_accounts
from workbench.publish import write_release

PASSWORD = "only for tests"


@dataclass(frozen=True)
class Portal:
    """A portal on a port of this machine."""

    house: House
    port: int
    server: Any

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def client(self, login: str | None = None) -> Client:
        """A new browser's worth of cookies, logged in when a login is given."""
        client = Client(self.address)
        if login:
            answer = client.log_in(login, PASSWORD)
            assert answer.status == 303, answer.text
        return client


@dataclass(frozen=True)
class Answer:
    """One response; redirects are not followed."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Client:
    """Requests with a cookie jar of their own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar), _Stay)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        full = f"{path}?{urlencode(query)}" if query else path
        return self._send(Request(self.address + full, headers=headers or {}))

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        body = urlencode(fields).encode()
        return self._send(Request(self.address + path, body, headers or {}, method="POST"))

    def log_in(self, login: str, password: str, **more: str) -> Answer:
        """Fill in the form as a browser would, with the hidden field of the page."""
        hidden = re.search(r'name="_xsrf" value="([^"]+)"', self.get("/login").text)
        assert hidden, "the log-in page has its form"
        return self.post("/login", _xsrf=hidden.group(1), login=login, password=password, **more)

    def cookie(self, name: str) -> str | None:
        return next((cookie.value for cookie in self.jar if cookie.name == name), None)

    def _send(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())


@contextmanager
def with_release(repo_root: Path, root: Path) -> Iterator[Portal]:
    """A portal over the catalogue with one release, of which state and releases are made in `root`."""
    write_release(safe_table(repo_root), "run-1", root / "releases")
    with running(root / "releases", root / "state", repo_root / "catalog") as portal:
        yield portal


@contextmanager
def running(releases: Path, state: Path, catalog: Path, **more: Any) -> Iterator[Portal]:
    """A portal in a thread of this process, with its own event loop; `more` goes to the server."""
    house = open_house(releases, state, catalog)
    start_demo_accounts(house.register.files, house.open_state, {"WORKBENCH_DEMO_PASSWORD": PASSWORD})
    ready = threading.Event()
    made: dict[str, Any] = {}

    def work() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            made["loop"] = IOLoop.current()
            made["server"] = build(house, 0, **more)
            made["server"].start()
            made["loop"].add_callback(ready.set)
            made["loop"].start()
            made["server"].stop(wait=False)
        except BaseException as error:
            made["error"] = error
            ready.set()
        finally:
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(60), "the portal did not start"
    if "error" in made:
        raise made["error"]
    try:
        yield Portal(house, made["server"].port, made["server"])
    finally:
        made["loop"].add_callback(made["loop"].stop)
        thread.join(20)


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """What `work` returns, run beside this thread, in which the browser of other tests may keep a loop of its own."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


def wait_until(holds: Callable[[], bool]) -> None:
    """Until something has come about, for at most 60 seconds: a busy machine is no fault of the portal."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
