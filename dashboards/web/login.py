"""Logging in with a password and logging out; no script, no outside file."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlsplit

from tornado.ioloop import IOLoop

from dashboards.markup import address
from dashboards.web.base import COOKIE, PlainHandler
from dashboards.web.openid.provider import Provider, Silent
from workbench.access import PUBLIC, Throttle, Viewer, authenticate


def safe_next(target: str) -> str:
    """An address inside the portal; anything that a browser could read as another host becomes the portal."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if inside and "\\" not in target else "/"


def in_language(target: str, lang: str) -> str:
    """An address in the language of the form, unless it names one itself."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    return address(parts.path, **{**query, "lang": query.get("lang", lang)})


class LoginPage(PlainHandler):
    """What every way to log in shares: the page with its form and its link, and letting a person in."""

    @property
    def provider(self) -> Provider | None:
        """Who else proves who people are."""
        return cast(Provider | None, self.settings["provider"])

    @property
    def only_provider(self) -> bool:
        """Whether passwords of our own are not taken here."""
        return self.provider is not None and self.provider.settings.only

    def base_address(self) -> str:
        """Where browsers find the portal."""
        known = self.provider.settings.base if self.provider else ""
        return known or f"{self.request.protocol}://{self.request.host}"

    def form(self, status: int = 200, problem: str = "", login: str = "", target: str = "") -> None:
        house = self.house
        demo = house.demo
        known = house.open_state.accounts.hashes() if demo and not self.only_provider else {}
        people = [person for person in house.directory.people.values() if person.login in known]
        self.show(
            "login.html",
            status,
            people=people,
            demo=demo,
            provider=self.provider.settings.name if self.provider else "",
            only_provider=self.only_provider,
            organisations=house.directory.organisations,
            problem=problem,
            login=login or self.get_query_argument("user", ""),
            next_=safe_next(target or self.get_argument("next", "/")),
            xsrf=self.xsrf_form_html(),
        )

    async def let_in(self, viewer: Viewer, login: str, target: str, **how: str) -> None:
        """Open the log-in of a person who was proven to be it, and go where they wanted."""
        await self.record(viewer, "login", login, **how)
        self.house.logins.close(self.token())  # a log-in does not outlive the next one in the same browser
        self.set_cookie(
            COOKIE,
            self.house.logins.open(login),
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
        self.redirect(in_language(safe_next(target), self.lang()), status=303)

    def throttles(self) -> tuple[Throttle, Throttle]:
        """Attempts by name and address (someone guessing one password) and by address (guessing names)."""
        return cast(tuple[Throttle, Throttle], self.settings["throttles"])


class LoginHandler(LoginPage):
    """The form, and the check of what was filled in."""

    def get(self) -> None:
        self.form()

    async def post(self) -> None:
        self.check_xsrf_cookie()
        if self.only_provider:
            return self.form(403, "only_provider")
        login = self.get_body_argument("login", "").strip().lower()[:100]
        password = self.get_body_argument("password", "", strip=False)
        by_name, by_address = self.throttles()
        name, place = f"{self.request.remote_ip} {login}", str(self.request.remote_ip)
        if by_name.take(name) > 0 or by_address.take(place) > 0:
            return self.form(429, "too_many", login)
        accounts = self.house.open_state.accounts.hashes()
        # Hashing takes tens of milliseconds: off the event loop, so that other readers do not wait.
        if not await IOLoop.current().run_in_executor(None, authenticate, accounts, login, password):
            await self.refused(login)
            return self.form(403, "wrong", login)
        viewer = self.house.register.viewer(login)
        if viewer is None:  # somebody who may log in no longer
            await self.refused(login)
            return self.form(403, "wrong", login)
        by_name.forget(name)
        by_address.give_back(place)
        await self.let_in(viewer, login, self.get_argument("next", "/"))

    async def refused(self, login: str) -> None:
        """Tell of a failed attempt; a name that is nobody's may be a password typed in the wrong field."""
        await self.record(PUBLIC, "login.refused", login if login in self.house.directory.people else "")


class LogoutHandler(LoginPage):
    """Ends the log-in on the server, so that an open page and a copied cookie end with it."""

    async def get(self) -> None:
        # A link of our own page ends the log-in at once; from anywhere else the person is asked first, so
        # that no other site can log someone out. Browsers send this header, pages cannot set it.
        if self.request.headers.get("Sec-Fetch-Site") == "same-origin":
            return await self.leave()
        self.show("logout.html", xsrf=self.xsrf_form_html())

    async def post(self) -> None:
        self.check_xsrf_cookie()
        await self.leave()

    async def leave(self) -> None:
        viewer, elsewhere = self.viewer(), None
        if not viewer.is_public:
            everywhere = self.get_body_argument("everywhere", "") == "yes"
            ended = self.house.logins.close_all(str(viewer.person)) if everywhere else 1
            await self.record(viewer, "logout", str(viewer.person), ended=str(ended))
        self.house.logins.close(self.token())
        self.clear_cookie(COOKIE)
        if not viewer.is_public:
            elsewhere = await self.elsewhere(str(viewer.person))
        self.notice("signed_out", 200, elsewhere=elsewhere)

    async def elsewhere(self, person: str) -> tuple[str, str] | None:
        """Where somebody whom the provider knows may be logged in still, and how that ends, where the provider says.

        Nobody else waits for its answer.
        """
        if self.provider is None:
            return None
        if not self.house.open_state.subjects.known_at(self.provider.settings.issuer, person):
            return None
        try:
            end = await self.provider.end_address(self.base_address() + "/login")
        except Silent:
            return None
        return (self.provider.settings.name, end) if end else None
