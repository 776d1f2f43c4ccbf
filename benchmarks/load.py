"""Fifty people on report pages at once: `python -m benchmarks.load [--people 50] [--sessions 1000] [--processes 1]`.

A portal runs in processes of its own over one state, as `workbench serve` starts them; each person stays at one, as a
proxy would keep them. Each person logs in, opens a report, and chooses
another year again and again over the websocket of the page, with a pause between two choices; printed are the median
and the 95th percentile of the milliseconds from a choice to its answer, and the memory of the server. Then so many
sessions are opened and closed, and the memory is looked at again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from bokeh.util.serialization import make_globally_unique_id
from tornado.escape import json_decode, json_encode
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.publish.releases import safe_table
from workbench.publish import write_release

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = ("an.peeters", "luc.dubois", "mia.janssens")
QUIET, LONGEST = 2.0, 60.0  # seconds without a message that end an answer, and until its first piece
ARRIVAL = 4  # pauses within which everybody comes: nobody opens a page in the same second as fifty others
HALF: set[int] = set()  # sockets of which a message has come in part
REPORT = "/report?id=stroke-hospitals&lang=en"


@dataclass
class Server:
    """The portal that is measured."""

    address: str
    password: str

    @property
    def megabytes(self) -> float:
        return self.figure("process_resident_memory_bytes") / 1e6

    def figure(self, name: str) -> float:
        with urlopen(f"{self.address}/metrics", timeout=60) as answer:
            found = re.search(rf"^{name} (\S+)$", answer.read().decode(), re.MULTILINE)
        assert found, name
        return float(found.group(1))


@contextmanager
def serving(folder: Path, processes: int = 1) -> Iterator[list[Server]]:
    """A portal with one release and the people of the demo, in so many processes."""
    write_release(safe_table(ROOT), "run-1", folder / "releases")
    password = secrets.token_urlsafe(12)
    with ExitStack() as all_of_them:
        yield [all_of_them.enter_context(_process(folder, password)) for _ in range(processes)]


@contextmanager
def _process(folder: Path, password: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "workbench", "serve", "--demo", "--home", str(folder), "--port", "5700"]
    environment = {**os.environ, "WORKBENCH_DEMO_PASSWORD": password, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = next(line.split()[1] for line in process.stdout if line.startswith("open http"))
        try:
            yield Server(address, password)
        finally:
            process.terminate()
            process.stdout.read()


@dataclass
class Reader:
    """One person with one browser; `took` are the milliseconds of each choice."""

    server: Server
    login: str
    cookies: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)

    async def log_in(self) -> None:
        form = await self.fetch("/login")
        hidden = re.search(r'name="_xsrf" value="([^"]+)"', form.body.decode())
        assert hidden
        fields = {"_xsrf": hidden.group(1), "login": self.login, "password": self.server.password}
        answer = await self.fetch("/login", urlencode(fields))
        assert answer.code == 303, answer.code

    async def fetch(self, path: str, body: str | None = None) -> HTTPResponse:
        request = HTTPRequest(
            self.server.address + path, "POST" if body else "GET", self._headers(), body, follow_redirects=False,
            request_timeout=120,
        )  # fmt: skip
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        for line in answer.headers.get_list("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    async def open(self) -> WebSocketClientConnection:
        """The page, and its websocket once the server has taken it up."""
        begin = time.perf_counter()
        page = (await self.fetch(REPORT)).body.decode()
        token = re.search(r'"token":\s*"([^"]+)"', page)
        assert token, page[:500]
        where = self.server.address.replace("http", "ws", 1) + "/report/ws"
        headers = {**self._headers(), "Origin": self.server.address}
        request = HTTPRequest(where, headers=headers, connect_timeout=120, request_timeout=120)
        socket = await websocket_connect(request, subprotocols=["bokeh", token[1]], max_message_size=1 << 30)
        await receive(socket, "ACK")
        self.pages.append(1000 * (time.perf_counter() - begin))
        return socket

    async def read(self, choices: int, pause: float, random: Random) -> None:
        """Open the report and choose again and again."""
        await asyncio.sleep(random.random() * ARRIVAL * pause)
        socket = await self.open()
        document = await ask(socket, "PULL-DOC-REQ", {})
        year = next(one for one in models(document) if "2018" in str(one["attributes"].get("options")))
        every = [one[0] if isinstance(one, list) else one for one in year["attributes"]["options"]]
        options = [one for one in every if one != year["attributes"]["value"]]  # the next is never the one that stands
        for number in range(choices):
            await asyncio.sleep(pause * (0.5 + random.random()))
            event = {"kind": "ModelChanged", "model": {"id": year["id"]}, "attr": "value"}
            begin = time.perf_counter()
            await send(socket, "PATCH-DOC", {"events": [{**event, "new": options[number % len(options)]}]})
            self.took.append(1000 * (await _last_piece(socket) - begin))
        socket.close()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


def models(found: Any) -> Iterator[dict[str, Any]]:
    """Every model in a document as it is sent."""
    if isinstance(found, dict):
        if isinstance(found.get("attributes"), dict) and "id" in found:
            yield found
        for value in found.values():
            yield from models(value)
    elif isinstance(found, list):
        for value in found:
            yield from models(value)


async def ask(socket: WebSocketClientConnection, kind: str, content: Any) -> Any:
    """Send a message and wait for its answer, past whatever else the server sends."""
    return await receive(socket, "", await send(socket, kind, content))


async def send(socket: WebSocketClientConnection, kind: str, content: Any) -> str:
    """Send a message of the page's protocol; returns its number."""
    number = str(make_globally_unique_id())
    await socket.write_message(json_encode({"msgid": number, "msgtype": kind}))
    await socket.write_message("{}")
    await socket.write_message(json_encode(content))
    return number


async def receive(socket: WebSocketClientConnection, kind: str, answers: str = "") -> Any:
    """The content of the next message of a kind, or of the answer to a message."""
    while True:
        HALF.discard(id(socket))
        header = json_decode(await _frame(socket))
        HALF.add(id(socket))
        await _frame(socket)
        content = await _frame(socket)
        for _ in range(2 * int(header.get("num_buffers", 0))):
            await _frame(socket)
        if header.get("msgtype") == "ERROR":
            raise RuntimeError(content)
        if header.get("msgtype") == kind or (answers and header.get("reqid") == answers):
            return json_decode(content)


async def _last_piece(socket: WebSocketClientConnection) -> float:
    """When the last piece of an answer came: the one after which nothing is sent for a while."""
    last, piece = 0.0, asyncio.ensure_future(receive(socket, "PATCH-DOC"))
    while True:
        # Never cancelled while a message has come in part: the next reader would begin in its middle.
        done, _ = await asyncio.wait([piece], timeout=QUIET if last else LONGEST)
        if not done and not last:
            raise TimeoutError
        if not done and id(socket) not in HALF:
            piece.cancel()
            return last
        if done:
            await piece
            last, piece = time.perf_counter(), asyncio.ensure_future(receive(socket, "PATCH-DOC"))


async def _frame(socket: WebSocketClientConnection) -> Any:
    found = await socket.read_message()
    if found is None:
        raise RuntimeError("the server closed the page")
    return found


async def together(servers: list[Server], people: int, choices: int, pause: float) -> list[Reader]:
    """All of them at once."""
    AsyncHTTPClient.configure(None, max_clients=people + 10)
    # Whoever is the first of three at one process is so at the other too.
    readers = [
        Reader(servers[number % len(servers)], PEOPLE[number // len(servers) % len(PEOPLE)]) for number in range(people)
    ]
    for reader in readers:
        await reader.log_in()
    await asyncio.gather(*(one.read(choices, pause, Random(number)) for number, one in enumerate(readers)))
    return readers


async def one_after_the_other(server: Server, sessions: int) -> None:
    """Open a page and close it, so many times, eight at once."""
    reader, left = Reader(server, PEOPLE[0]), iter(range(sessions))
    await reader.log_in()

    async def work() -> None:
        for _ in left:
            (await reader.open()).close()

    await asyncio.gather(*(work() for _ in range(8)))


def forgotten(server: Server) -> None:
    """Wait until the server has dropped every page that was closed."""
    end = time.monotonic() + 120
    while server.figure("workbench_open_pages") and time.monotonic() < end:
        time.sleep(1)


def main() -> int:
    """Measure and print."""
    top = argparse.ArgumentParser(prog="python -m benchmarks.load")
    top.add_argument("--people", type=int, default=50)
    top.add_argument("--choices", type=int, default=8)
    top.add_argument("--pause", type=float, default=10.0, help="seconds between two choices of one person, on average")
    top.add_argument("--sessions", type=int, default=1000)
    top.add_argument("--processes", type=int, default=1)
    chosen = top.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), chosen.processes) as servers:
        for server in servers:  # what is made at the first page is there
            asyncio.run(one_after_the_other(server, 16))
            forgotten(server)
        before = sum(one.megabytes for one in servers)
        readers = asyncio.run(together(servers, chosen.people, chosen.choices, chosen.pause))
        with_all = sum(one.megabytes for one in servers)
        for name, took in (("choice", [t for one in readers for t in one.took]),
                           ("page", [t for one in readers for t in one.pages])):  # fmt: skip
            p95 = statistics.quantiles(took, n=20)[-1]
            print(
                f"{name:7} {len(took):5} times   median {statistics.median(took):6.0f} ms   p95 {p95:6.0f} ms",
                flush=True,
            )
        print(f"memory  {before:.0f} MB before, {with_all:.0f} MB with {chosen.people} open pages: "
              f"{(with_all - before) / chosen.people:.2f} MB each")  # fmt: skip
        for part in range(2):
            asyncio.run(one_after_the_other(servers[0], chosen.sessions // 2))
            forgotten(servers[0])
            print(f"memory  {servers[0].megabytes:.0f} MB after {(part + 1) * chosen.sessions // 2} sessions, "
                  f"{servers[0].figure('workbench_open_pages'):.0f} pages still open")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
