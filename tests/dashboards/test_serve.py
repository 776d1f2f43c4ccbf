"""Starting and stopping the portal as `workbench demo` does."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

SERVE = """
import sys
from pathlib import Path
from dashboards.server import serve
releases, state, catalog, port = sys.argv[1:]
serve(Path(releases), Path(state), Path(catalog), int(port), lambda address: print(address, flush=True))
print("stopped")
"""


def test_it_serves_on_the_next_free_port_and_stops_cleanly(repo_root: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        command = [sys.executable, "-c", SERVE, str(tmp_path / "releases"), str(tmp_path / "state")]
        command += [str(repo_root / "catalog"), str(busy)]
        process = subprocess.Popen(command, cwd=repo_root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://localhost:") and int(address.rsplit(":")[-1]) > busy
            with urlopen(f"{address}/?lang=en", timeout=60) as answer:
                assert answer.status == 200
            # Before the first release and the first account there is a portal all the same.
            with urlopen(f"{address}/login?lang=en", timeout=60) as answer:
                assert b"Log in" in answer.read()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert out == "stopped\n"
    assert "Traceback" not in err


def test_a_secret_is_made_for_each_start_and_stored_nowhere(repo_root: Path, tmp_path: Path) -> None:
    from tests.dashboards.portal import running

    with running(tmp_path / "releases", tmp_path / "state", repo_root / "catalog") as portal:
        client = portal.client("an.peeters")
        first = portal.server._tornado.settings["cookie_secret"]
        assert client.get("/api/report", id="stroke-public").json()["error"] == "not_available"
    with running(tmp_path / "releases", tmp_path / "state", repo_root / "catalog") as portal:
        assert portal.server._tornado.settings["cookie_secret"] != first
    stored = json.loads((tmp_path / "state" / "accounts.json").read_text())
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert len(kept) > 1
    assert not any(first.encode() in path.read_bytes() for path in kept)
    assert all(value.startswith("$argon2id$") for value in stored.values())
