"""A websocket as a test opens it, with the token of a page and whatever cookie it is given."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from dashboards.web.base import COOKIE
from tests.dashboards.portal import Portal

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
