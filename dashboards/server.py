"""Starts the portal: one process, one port on this machine, everything served from here."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import panel as pn
from panel.io.server import Server, get_server
from tornado.ioloop import PeriodicCallback
from tornado.web import StaticFileHandler

from dashboards.files import ASSETS, fonts
from dashboards.heap import EACH, give_back, stays
from dashboards.house import House, open_house
from dashboards.pages import PAGES, served
from dashboards.visits import TOKEN_SECONDS
from dashboards.web.access import AccessHandler
from dashboards.web.api import ReportApi
from dashboards.web.base import NotFound
from dashboards.web.board import BoardHandler
from dashboards.web.builder_api import DraftApi
from dashboards.web.catalogue_api import CatalogueApi
from dashboards.web.flow_api import FlowApi
from dashboards.web.guards import GuardedComponents, guarded_routes
from dashboards.web.health import HealthHandler, MetricsHandler, settings
from dashboards.web.login import LoginHandler, LogoutHandler
from dashboards.web.openid.begun import PATH
from dashboards.web.openid.handlers import BACK, BackHandler, BeginHandler
from dashboards.web.openid.provider import Provider
from dashboards.web.openid.settings import read_settings
from dashboards.web.play import PlayHandler
from workbench.access import Throttle
from workbench.errors import WorkbenchError

HOST = "localhost"
_DAY = 24 * 3600  # seconds
_PORTS_TO_TRY = 50
# Browsers refuse to open these, whoever serves them (from 1024 on, the list of the Fetch standard).
_BLOCKED_BY_BROWSERS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)


def serve(
    releases_root: Path,
    state_dir: Path,
    catalog_root: Path,
    port: int = 5006,
    open_address: Callable[[str], None] = print,
    origin: str | None = None,
) -> None:
    """Serve the portal until interrupted.

    `releases_root` is what `workbench.publish.write_release` fills, `state_dir` is the folder of the
    state. A busy port gives the next free one. `open_address` is called once with the address when the portal answers.
    `origin` is the address for browsers of a proxy before it, whose word is then taken for who asks and whether by
    https. Raises `Problems` for a wrong catalogue, and what `read_settings` raises for a provider of log-ins.
    """
    outside = [host_of(origin)] if origin else []
    openid = read_settings(base=origin or "")
    house = open_house(releases_root, state_dir, catalog_root)
    server = build(house, free_port(port), outside, provider=Provider(openid) if openid else None)
    server.start()
    house.library.read_soon(then=stays)
    PeriodicCallback(lambda: server.io_loop.run_in_executor(None, give_back), EACH).start()
    server.io_loop.add_callback(open_address, f"http://{HOST}:{server.port}")
    try:
        server.io_loop.start()
    finally:
        server.stop(wait=False)
        house.open_state.close()
        house.counts.close()


def free_port(wanted: int) -> int:
    """`wanted`, or the next port above it that is free and that browsers open; 0 asks the system for any."""
    if wanted == 0:
        return 0
    for port in range(wanted, min(wanted + _PORTS_TO_TRY, 65_536)):
        if port in _BLOCKED_BY_BROWSERS:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise WorkbenchError(f"no port from {wanted} on is free: give another with --port")


def host_of(origin: str) -> str:
    """`host[:port]` of an address as browsers name it; raises `WorkbenchError` for anything else."""
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise WorkbenchError(f"'{origin}' is no address of a site: give --origin as https://workbench.hospital.example")
    return parts.netloc.lower()


def build(
    house: House, port: int, outside: Sequence[str] = (), provider: Provider | None = None, **more: Any
) -> Server:
    """The server with all guards, not yet started; `outside` names the hosts by which a proxy is reached, `provider`
    is who else proves who people are.

    Its secrets are new at each start and tie a page to this process; log-ins do not hang on them.
    """
    attempts = house.open_state.attempts
    pn.extension(inline=False, browser_info=False)
    with guarded_routes():
        server = get_server(
            {path: served(house, page) for path, page in PAGES.items()},
            port=port,
            address=HOST,
            show=False,
            start=False,
            verbose=False,
            admin=False,
            cookie_secret=secrets.token_urlsafe(32),
            secret_key=secrets.token_bytes(32),
            sign_sessions=True,
            generate_session_ids=True,
            session_token_expiration=TOKEN_SECONDS,
            include_headers=[],
            include_cookies=[],
            use_index=False,
            ico_path=ASSETS / "favicon.ico",
            extra_patterns=[
                (r"/health", HealthHandler),
                (r"/metrics", MetricsHandler),
                (r"/access", AccessHandler),
                (r"/play", PlayHandler),
                (r"/board", BoardHandler),
                (r"/login", LoginHandler),
                (r"/logout", LogoutHandler),
                (PATH, BeginHandler),
                (BACK, BackHandler),
                (r"/api/report", ReportApi),
                (r"/api/catalogue", CatalogueApi),
                (r"/api/flow", FlowApi),
                (r"/api/draft", DraftApi),
                (r"/assets/(.*)", StaticFileHandler, {"path": str(ASSETS)}),
                (r"/fonts/(.*)", Fonts, {"path": str(fonts())}),
                (r"/components/(.*)", GuardedComponents, {}),
            ],
            default_handler_class=NotFound,
            house=house,
            provider=provider,
            **settings(house),
            throttles=(Throttle(attempts, limit=5), Throttle(attempts, limit=30)),
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax"},
            **{**({"use_xheaders": True} if outside else {}), **more},
        )
    house.vigil.start()
    resources = server._tornado.resources
    server._tornado.resources = lambda *given: _no_more_than_needed(resources(*given))
    names = (HOST, "127.0.0.1")
    server._tornado._websocket_origins = {*(f"{name}:{server.port}" for name in names), *outside}
    return server


def _no_more_than_needed(resources: Any) -> Any:
    """The files of Bokeh without formulas and WebGL, which no page has: 2 MB of script."""
    return resources.clone(components=["bokeh", "bokeh-widgets", "bokeh-tables"])


class Fonts(StaticFileHandler):
    """Files that change with an upgrade only, so a browser need not ask for them at every page."""

    def get_cache_time(self, path: str, modified: Any, mime_type: str) -> int:
        return _DAY
