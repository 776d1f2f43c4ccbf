"""A PostgreSQL server for the tests, on a socket in a folder of its own, where the programs for it are installed."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOW = "PostgreSQL is not installed (on Debian: apt-get install postgresql): the state was tested on SQLite alone"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name))
    return next((one for one in reversed(folders) if (one / "initdb").exists()), None)


@dataclass(frozen=True)
class Server:
    """A running server; it listens on no port."""

    folder: Path
    programs: Path

    def new(self, like: str = "template1") -> str:
        """The URL of a database that nobody has used, a copy of the database `like`."""
        name = "state_" + secrets.token_hex(6)
        self.run("createdb", "-h", str(self.folder), "-U", "tests", "-T", like, name)
        return f"postgresql://tests@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start")

    def run(self, program: str, *arguments: str) -> None:
        """As an ordinary user: the server refuses to run as root."""
        user = {"user": "nobody", "extra_groups": ()} if os.getuid() == 0 else {}
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True, capture_output=True, timeout=120, cwd="/", **user,  # type: ignore[call-overload]
        )  # fmt: skip


@contextmanager
def running() -> Iterator[Server | None]:
    """A server that is stopped and removed at the end; None where there are no programs for it."""
    found = programs()
    if found is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="wbpg"))  # short: the path of a socket has at most 107 characters
    try:
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        server = Server(folder, found)
        server.run("initdb", "-D", str(folder / "data"), "-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
