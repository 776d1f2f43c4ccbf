"""A websocket as a test opens it, with the token of a page and whatever cookie it is given."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from dashboards.web.base import COOKIE
from tests.dashboards.portal import Client, Portal

TOKEN = re.compile(r'"token":\s*"([^"]+)"')


def page_token(page: str) -> str:
    found = TOKEN.search(page)
    assert found, "the page holds the token of its websocket"
    return found.group(1)


def connect(portal: Portal, path: str, token: str, cookie: str | None = None, origin: str | None = None) -> Any:
    """Open a websocket; returns the first message, or the HTTP status of the refusal."""
    headers = {"Origin": origin or portal.address}
    if cookie:
        headers["Cookie"] = f"{COOKIE}={cookie}"

    async def go() -> Any:
        address = portal.address.replace("http", "ws", 1) + path
        request = HTTPRequest(address, headers=headers, connect_timeout=20)
        try:
            socket = await websocket_connect(request, subprotocols=["bokeh", token])
        except HTTPClientError as error:
            return error.code
        try:
            return await asyncio.wait_for(socket.read_message(), 20)
        finally:
            socket.close()
            while await socket.read_message() is not None:
                pass  # until the other side has closed too

    with ThreadPoolExecutor(1) as elsewhere:  # a loop of its own: the test has none
        return elsewhere.submit(lambda: asyncio.run(go())).result(60)


class Talk:
    """The websocket of an open page, spoken to by hand: what a browser could say, and what no page of ours says."""

    def __init__(self, portal: Portal, client: Client, path: str) -> None:
        self.heard: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        page = client.get(path)
        assert page.status == 200, page.status
        self._number, self._socket = 0, cast(Any, None)
        self._do(self._open(portal, path.split("?")[0], page_token(page.text), client.cookie(COOKIE)))

    def say(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Send a message of Bokeh's protocol; returns the content of its reply."""
        self._number += 1
        header = {"msgid": f"m{self._number}", "msgtype": kind}
        return self._do(self._said(header, content))  # type: ignore[no-any-return]

    def document(self) -> dict[str, Any]:
        """All of the page, as the server has it now."""
        return self.say("PULL-DOC-REQ", {})["doc"]  # type: ignore[no-any-return]

    def change(self, model: str, **attributes: object) -> dict[str, Any]:
        """Say that attributes of a model of the page have another value."""
        events = [
            {"kind": "ModelChanged", "model": {"id": model}, "attr": name, "new": value}
            for name, value in attributes.items()
        ]
        return self.say("PATCH-DOC", {"events": events})

    def close(self) -> None:
        self._do(self._closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _open(self, portal: Portal, path: str, token: str, cookie: str | None) -> None:
        headers = {"Origin": portal.address, **({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})}
        request = HTTPRequest(portal.address.replace("http", "ws", 1) + path + "/ws", headers=headers)
        self._socket = await websocket_connect(request, subprotocols=["bokeh", token])
        assert (await self._frame())["msgtype"] == "ACK" and await self._frame() == await self._frame() == {}

    async def _said(self, header: dict[str, str], content: dict[str, Any]) -> dict[str, Any]:
        for part in (header, {}, content):
            await self._socket.write_message(json.dumps(part))
        while True:
            head, _, body = [await self._frame() for _ in range(3)]
            for _ in range(head.get("num_buffers", 0)):
                await self._frame()
                await self._socket.read_message()
            if head.get("reqid") == header["msgid"]:
                return body

    async def _frame(self) -> Any:
        text = await asyncio.wait_for(self._socket.read_message(), 60)
        if text is None:
            raise ConnectionError("the page was closed")
        self.heard.append(text)
        return json.loads(text)

    async def _closed(self) -> None:
        self._socket.close()
        while self._socket.close_code is None and await self._socket.read_message() is not None:
            pass  # until the other side has closed too
