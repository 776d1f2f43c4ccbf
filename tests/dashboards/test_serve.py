"""Starting and stopping the portal as `workbench demo` does."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from dashboards.server import host_of
from dashboards.web.base import COOKIE
from tests.dashboards.portal import PASSWORD, running
from tests.dashboards.sockets import connect, page_token
from workbench.errors import WorkbenchError

SERVE = """
import sys
from pathlib import Path
from workbench.main.serving import serve
releases, state, catalog, port = sys.argv[1:]
serve(Path(releases), Path(state), Path(catalog), int(port), lambda address: print(address, flush=True))
print("stopped")
"""


@contextmanager
def started(root: Path, home: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves a home from the first free port on, and its address."""
    command = [sys.executable, "-c", SERVE, *map(str, (home / "releases", home / "state", root / "catalog", port))]
    process = subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> None:
    """Stop it as a container does, or `kill`; Ctrl-C goes the same way."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "stopped\n"), err
    assert "Traceback" not in err


def asked(address: str, path: str) -> str:
    with urlopen(f"{address}{path}", timeout=60) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def test_it_serves_on_the_next_free_port_and_stops_cleanly(repo_root: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        with started(repo_root, tmp_path, busy) as (process, address):
            assert address.startswith("http://localhost:") and int(address.rsplit(":")[-1]) > busy
            # Before the first release and the first account there is a portal all the same.
            assert asked(address, "/?lang=en") and "Log in" in asked(address, "/login?lang=en")
            stopped(process)


def test_two_processes_over_one_state_are_each_well_and_one_stops_without_the_other(
    repo_root: Path, tmp_path: Path
) -> None:
    """As behind a proxy: each has its own health and figures, and a stop in good order is one process's own."""
    with started(repo_root, tmp_path, 5100) as (one, first), started(repo_root, tmp_path, 5100) as (other, second):
        assert first != second
        asked(first, "/login?lang=en")
        for address, pages in ((first, 1), (second, 0)):
            assert "ok" in asked(address, "/health")
            assert asked(address, "/metrics").count('page="/login"') >= pages
        assert 'page="/login"' not in asked(second, "/metrics"), "figures are of a process"
        stopped(one)
        assert other.poll() is None and "ok" in asked(second, "/health")
        assert "Log in" in asked(second, "/login?lang=en")
        stopped(other)


def test_nothing_that_is_stored_lets_anybody_in(repo_root: Path, tmp_path: Path) -> None:
    """A password is a hash, a log-in the hash of its token: who reads the state can log in with neither."""
    with running(tmp_path / "releases", tmp_path / "state", repo_root / "catalog") as portal:
        client = portal.client("an.peeters")
        assert client.get("/api/report", id="stroke-public").json()["error"] == "not_available"
        hashes = portal.house.open_state.accounts.hashes()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert hashes and all(one.startswith("$argon2id$") and one.encode() in kept for one in hashes.values())
    for secret in (PASSWORD, str(client.cookie(COOKIE)), portal.server._tornado.settings["cookie_secret"]):
        assert secret.encode() not in kept


def test_two_processes_share_log_ins_and_their_end(repo_root: Path, tmp_path: Path) -> None:
    places = (tmp_path / "releases", tmp_path / "state", repo_root / "catalog")
    with running(*places) as one, running(*places) as other:
        client = one.client("an.peeters")
        cookie = {"Cookie": f"{COOKIE}={client.cookie(COOKIE)}"}
        assert other.client().get("/access", headers=cookie).status == 200
        assert other.house.logins.close_all("an.peeters") == 1
        assert client.get("/access").status == 403, "the process that began it ends it too"
        statuses = [place.client().log_in("els.maes", "wrong").status for place in (one, other, one, other, one, other)]
        assert statuses == [403] * 5 + [429], "guesses count together"


def test_behind_a_proxy_the_address_of_browsers_is_its_own(repo_root: Path, tmp_path: Path) -> None:
    """Its websocket is accepted, who asks is whom the proxy names, and the cookie keeps to https."""
    folders = (tmp_path / "releases", tmp_path / "state", repo_root / "catalog")
    with running(*folders, outside=[host_of("https://Workbench.example/")]) as portal:
        told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        client = portal.client()
        page = client.get("/", headers=told).text
        token = page_token(page)
        assert "ACK" in connect(portal, "/ws", token, origin="https://workbench.example")
        assert connect(portal, "/ws", token, origin="https://other.example") == 403
        form = re.search(r'name="_xsrf" value="([^"]+)"', client.get("/login", headers=told).text)
        assert form
        hidden = form.group(1)
        for number in range(6):
            answer = client.post("/login", told, login="els.maes", password="wrong", _xsrf=hidden)
            assert answer.status == (403 if number < 5 else 429)
        elsewhere = {**told, "X-Forwarded-For": "203.0.113.10"}
        answer = client.post("/login", elsewhere, login="els.maes", password=PASSWORD, _xsrf=hidden)
        assert answer.status == 303, "nobody is locked out by another address"
        assert "; Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "wrong", ["workbench.example", "ftp://workbench.example", "https://a.example/path", "https://"]
)
def test_an_origin_that_is_no_address_is_told(wrong: str) -> None:
    with pytest.raises(WorkbenchError, match="is no address of a site"):
        host_of(wrong)
