"""To the provider and back: both are plain addresses that a browser is sent to."""

from __future__ import annotations

import hmac
import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

from tornado.web import HTTPError

from dashboards.markup import address
from dashboards.texts import LANGUAGES, NAMES
from dashboards.web.login import LoginPage, safe_next
from dashboards.web.openid import begun
from dashboards.web.openid.provider import Provider, Silent, soon
from dashboards.web.openid.tokens import Identity, NotProven
from workbench.access import PUBLIC

BACK = f"{begun.PATH}/back"
log = logging.getLogger("workbench.portal")


class _Openid(LoginPage):
    @property
    def there(self) -> Provider:
        """The provider; the address is none of ours where there is no other than ourselves."""
        if self.provider is None:
            raise HTTPError(404)
        return self.provider

    def back_address(self) -> str:
        """Where the provider sends people back to: as it is known there, letter for letter."""
        return self.base_address() + BACK

    def silent(self, error: Silent, target: str) -> None:
        log.warning("log-in by OpenID Connect: %s: %s", self.there.settings.issuer, error)
        self.form(503, "provider_silent", target=target)


class BeginHandler(_Openid):
    """Sends a browser to the provider, with a cookie that says what it will come back for."""

    async def get(self) -> None:
        target, settings = safe_next(self.get_query_argument("next", "/")), self.there.settings
        try:
            metadata = await self.there.metadata()
        except Silent as error:
            return self.silent(error, target)
        one = begun.begin(target, self.lang(), self.there.clock())
        # Lax, or it would not come along when the provider sends the browser back.
        self.set_cookie(
            begun.COOKIE,
            one.cookie(),
            path=begun.PATH,
            max_age=begun.MINUTES_10,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
        asked = {
            "response_type": "code",
            "client_id": settings.client,
            "redirect_uri": self.back_address(),
            "scope": "openid",
            "state": one.state,
            "nonce": one.nonce,
            "code_challenge": one.challenge,
            "code_challenge_method": "S256",
            "ui_locales": one.lang,
            **({"acr_values": " ".join(settings.levels)} if settings.levels else {}),
        }
        there = str(metadata["authorization_endpoint"])
        self.redirect(there + ("&" if urlsplit(there).query else "?") + urlencode(asked), status=303)


class BackHandler(_Openid):
    """Takes a browser back from the provider: its code is exchanged for proof, once."""

    _begun: begun.Begun | None = None

    def lang(self) -> str:
        """As it was when the person left; the address of this page has no room for it."""
        one = self._begun
        return one.lang if one and one.lang in LANGUAGES else super().lang()

    def frame(self) -> dict[str, Any]:
        """The links to other languages begin anew: what stands in this address serves once."""
        links = [(one, NAMES[one], address("/login", lang=one)) for one in LANGUAGES]
        return {**super().frame(), "languages": links}

    async def get(self) -> None:
        there, (_, by_address), place = self.there, self.throttles(), str(self.request.remote_ip)
        self._begun = one = begun.read(self.get_cookie(begun.COOKIE), there.clock())
        self.clear_cookie(begun.COOKIE, path=begun.PATH)  # it serves once
        if by_address.take(place) > 0:
            return self.form(429, "too_many")
        state, code = self.get_query_argument("state", ""), self.get_query_argument("code", "")
        if one is None or not hmac.compare_digest(state.encode(), one.state.encode()):
            return self.form(403, "not_begun")
        try:
            async with soon():
                self._check_sender(await there.metadata())
                if not code:  # the person thought better of it, or the provider knows better
                    raise NotProven("it gave no code")
                found = await there.identity(code, one.verifier, one.nonce, self.back_address())
        except Silent as error:
            return self.silent(error, one.target)
        except NotProven as error:
            log.warning("log-in by OpenID Connect: %s: refused: %s", there.settings.issuer, error)
            await self.record(PUBLIC, "login.refused", through=there.settings.issuer, why=str(error))
            return self.form(403, "not_proven", target=one.target)
        await self._enter(found, one.target)
        by_address.give_back(place)

    def _check_sender(self, metadata: object) -> None:
        """Who sends people back may say who it is (RFC 9207): then it must be who they were sent to."""
        said = self.get_query_argument("iss", None)
        must = isinstance(metadata, dict) and metadata.get("authorization_response_iss_parameter_supported") is True
        if said != self.there.settings.issuer and (must or said is not None):
            raise NotProven("sent back by another provider")

    async def _enter(self, found: Identity, target: str) -> None:
        """Let the person in whom the state knows under this subject; whoever is unknown here learns what to do."""
        login = self.house.open_state.subjects.person(found.issuer, found.subject)
        viewer = self.house.register.viewer(login) if login else None
        if login is None or viewer is None:
            about = login or ""
            await self.record(PUBLIC, "login.refused", about, through=found.issuer, subject=found.subject)
            if login is None:
                return self.notice("unknown_here", 403, found.subject)
            return self.form(403, "not_active")
        await self.let_in(viewer, login, target, through=found.issuer)
