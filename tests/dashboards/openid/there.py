"""A provider on this machine that does as it is told, also what no provider should."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from dashboards.web.openid.provider import Provider
from tests.dashboards.portal import Portal

CLIENT, SECRET = "workbench", "se cret/+%"


@dataclass
class There:
    """What it answers can be changed between two requests; `asked` tells what it was asked, `codes` what it gave."""

    port: int
    subject: str = "subject-7"
    keys: list[Key] = field(default_factory=lambda: [key("first")])
    claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    signed: Callable[[dict[str, Any], There], str] = lambda claims, there: sign(claims, there.keys[-1])
    description: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[str], Any] = lambda path: None  # anything else that a path answers; an exception to say nothing
    pause: float = 0.0  # seconds before each answer
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def described(self) -> dict[str, Any]:
        usual = {name: f"{self.issuer}/{name.split('_')[0]}" for name in
                 ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")}  # fmt: skip
        return {"issuer": self.issuer, **usual, **self.description}

    def agree(self, address: str, **more: str) -> str:
        """What a browser does there whose person logs in: returns the address that it is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **more})}"

    def token(self, fields: dict[str, str], basic: str) -> dict[str, Any] | None:
        """The answer to a code, once, to the client that it was given to."""
        asked = self.codes.pop(fields["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(fields["code_verifier"].encode()).digest()).decode().rstrip("=")
        right = asked and asked["code_challenge"] == proof and asked["redirect_uri"] == fields["redirect_uri"]
        if not asked or not right or basic != "Basic " + base64.b64encode(b"workbench:se%20cret%2F%2B%25").decode():
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        return {"id_token": self.signed(self.claims({**claims, "nonce": asked["nonce"]}), self), "access_token": "x"}


def ours(portal: Portal) -> Provider:
    """What a portal knows of it, to be changed between two requests."""
    found = portal.server._tornado.settings["provider"]
    assert isinstance(found, Provider)
    return found


def key(name: str) -> Key:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


def sign(claims: dict[str, Any], with_: Key, alg: str = "ES256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": with_.kid, **header}, claims, with_, algorithms=[alg])


class _Handler(RequestHandler):
    async def get(self, path: str) -> None:
        there: There = self.settings["there"]
        there.asked.append(path)
        await asyncio.sleep(there.pause)
        told = there.answer(path)
        if told is not None:
            if isinstance(told, float):
                await asyncio.sleep(told)
                told = ""
            if isinstance(told, int):
                self.set_status(told)
                self.set_header("Location", f"{there.issuer}/elsewhere")
                told = ""
            self.finish(told)
        elif path == "jwks":
            self.finish({"keys": [one.as_dict(private=False) for one in there.keys]})
        elif path == ".well-known/openid-configuration":
            self.finish(there.described())
        elif path == "token":
            fields = dict(parse_qsl(self.request.body.decode()))
            found = there.token(fields, self.request.headers.get("Authorization", ""))
            if found is None:
                self.set_status(400)
            self.finish(found or {"error": "invalid_grant"})
        else:
            self.set_status(404)
            self.finish({})

    post = get


@contextmanager
def provider() -> Iterator[There]:
    """One that runs until the end of the test."""
    ready, made = threading.Event(), dict[str, Any]()

    def work() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        sockets = bind_sockets(0, "127.0.0.1")
        there = There(sockets[0].getsockname()[1])
        server = HTTPServer(Application([(r"/(.*)", _Handler)], there=there))
        server.add_sockets(sockets)
        made.update(loop=IOLoop.current(), there=there)
        IOLoop.current().add_callback(ready.set)
        IOLoop.current().start()
        server.stop()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield made["there"]
    finally:
        made["loop"].add_callback(made["loop"].stop)
        thread.join(20)
