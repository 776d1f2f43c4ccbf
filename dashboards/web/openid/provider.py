"""The provider: where it is asked for what, its keys, and a code exchanged for proof. Each answer is short and soon.

All requests are asynchronous and end after seconds: a slow provider makes only those wait who log in with it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from tornado.httpclient import AsyncHTTPClient, HTTPError

from dashboards.web.openid.settings import Settings, is_safe
from dashboards.web.openid.tokens import Identity, NotProven, UnknownKey, proven

CONNECT, WHOLE = 3, 5  # seconds until a connection stands, and until all that one page asks is answered
LARGEST = 200_000  # bytes of an answer
HOUR, MINUTE = 3600.0, 60.0
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Silent(Exception):
    """The provider does not answer, or not as one; the text is for the log."""


@asynccontextmanager
async def soon() -> AsyncIterator[None]:
    """All that is asked within it has `WHOLE` seconds together, however many answers it takes. Raises `Silent`."""
    try:
        async with asyncio.timeout(WHOLE):
            yield
    except TimeoutError as error:
        raise Silent("it did not answer in time") from error


@dataclass
class Provider:
    """One for each process; what it said is kept for an hour."""

    settings: Settings
    clock: Callable[[], float] = time.time
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)

    @cached_property
    def _client(self) -> AsyncHTTPClient:
        return AsyncHTTPClient(force_instance=True, max_body_size=LARGEST, max_header_size=20_000)

    async def metadata(self) -> Mapping[str, Any]:
        """Where it is asked for what (OpenID Connect Discovery 1.0). Raises `Silent`."""
        return await self._known("metadata", self._discovered)

    async def _discovered(self) -> Mapping[str, Any]:
        found = await self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.settings.issuer:
            raise Silent("it calls itself by another name than WORKBENCH_OIDC_ISSUER says")
        unsafe = [name for name in _NEEDED if not is_safe(found.get(name))]
        if unsafe:
            raise Silent(f"it gives no safe address for {', '.join(unsafe)}")
        return found

    async def end_address(self, after: str) -> str:
        """Where a browser logs out there and then goes to `after` (RP-Initiated Logout 1.0); empty for nowhere."""
        end = (await self.metadata()).get("end_session_endpoint")
        if not is_safe(end):
            return ""
        asked = urlencode({"client_id": self.settings.client, "post_logout_redirect_uri": after})
        return f"{end}{'&' if urlsplit(str(end)).query else '?'}{asked}"

    async def identity(self, code: str, verifier: str, nonce: str, back: str) -> Identity:
        """Exchange a code for proof of who it is. Raises `Silent` and `NotProven`."""
        metadata = await self.metadata()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers, fields = self._as_client(metadata, fields)
        answer = await self._get(str(metadata["token_endpoint"]), headers=headers, fields=fields)
        token = answer.get("id_token")
        try:
            return self._proven(token, await self._keys(), nonce)
        except UnknownKey:  # the keys may have been changed within the hour
            return self._proven(token, await self._keys(HOUR - MINUTE), nonce)

    def _proven(self, token: object, keys: KeySet, nonce: str) -> Identity:
        return proven(token, keys, self.settings, nonce, int(self.clock()))

    def _as_client(self, metadata: Mapping[str, Any], fields: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and fields that say which client asks; the secret goes where the provider wants it."""
        client, secret = self.settings.client, self.settings.secret
        if secret is None:
            return {}, {**fields, "client_id": client}
        if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            both = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            return {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}, fields
        return {}, {**fields, "client_id": client, "client_secret": secret}

    async def _keys(self, spared: float = 0.0) -> KeySet:
        """Its keys; `spared` seconds of the hour for which they are kept are taken off."""
        return await self._known("keys", self._published, spared)

    async def _published(self) -> KeySet:
        found = await self._get(str((await self.metadata())["jwks_uri"]))
        try:
            return KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Silent(f"its keys cannot be read ({type(error).__name__})") from error

    async def _known(self, what: str, ask: Callable[[], Any], spared: float = 0.0) -> Any:
        at, found = self._kept.get(what, (0.0, None))
        if found is None or not 0 <= self.clock() - at < HOUR - spared:
            found = await ask()
            self._kept[what] = (self.clock(), found)
        return found

    async def _get(
        self, address: str, headers: Mapping[str, str] | None = None, fields: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """The JSON object at an address, or the answer to a form. Raises `Silent`; a refused form is `NotProven`."""
        body = None if fields is None else urlencode(fields)
        try:
            answer = await self._client.fetch(
                address,
                method="GET" if body is None else "POST",
                headers={"Accept": "application/json", **(headers or {})},
                body=body,
                follow_redirects=False,  # the secret goes where the provider's own description says, nowhere else
                connect_timeout=CONNECT,
                request_timeout=WHOLE,
            )
        except HTTPError as error:
            if fields is not None and error.code in (400, 401):
                raise NotProven("it did not take the code") from error
            raise Silent("it did not answer in time" if error.code == 599 else f"it answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise Silent(f"it did not answer ({type(error).__name__})") from error
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise Silent("its answer is no JSON") from error
        if not isinstance(found, dict):
            raise Silent("its answer is no object")
        return found
