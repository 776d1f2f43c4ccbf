"""A real JupyterLab over a folder of its own, and a watch on what a browser does in it: for scripts and tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import ConsoleMessage, Page, Request

from scripts import browser
from workbench.main.lab import lab_command
from workbench.notebook.desk import HOME

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
WHOLE = '{"windowingMode": "none"}'  # cells out of sight are drawn too, so that a picture can hold them
OPENED = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady"
# A kernel that hangs tells nothing, so the wait has an end.
RUN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget
    await panel.sessionContext.ready
    await panel.sessionContext.session.kernel.info
    const before = performance.now()
    const late = new Promise((_, lost) => setTimeout(() => lost(new Error("no end after ten minutes")), 600000))
    await Promise.race([window.jupyterapp.commands.execute("notebook:run-all-cells"), late])
    const seconds = (performance.now() - before) / 1000
    const cells = panel.content.widgets.map((cell) => cell.model).filter((one) => one.type === "code")
    return {
        seconds,
        skipped: cells.filter((one) => one.sharedModel.source.trim() && !one.executionCount).length,
        errors: cells.flatMap((one) => one.outputs.toJSON()).filter((one) => one.output_type === "error")
            .map((one) => `${one.ename}: ${one.evalue}`),
    }
}"""
HEIGHT = """() => Math.max(...[...document.querySelectorAll(".jp-WindowedPanel-outer")]
    .map((one) => one.scrollHeight))"""


@dataclass
class Seen:
    """Errors that a page told its console, and requests that left this machine."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if browser.is_outside(request.url):
            self.outside.append(request.url)


def furnish(home: Path) -> Path:
    """A copy of what JupyterLab sees, so that nothing it saves is saved here. Returns the folder of its notebooks."""
    for name in ("catalog", "notebooks", "scripts/jupyter"):
        shutil.copytree(ROOT / name, home / name)
    for name in ("docs", "GLOSSARY.md"):  # what links of notebooks lead to
        (home / name).symlink_to(ROOT / name)
    settings = home / NOTEBOOK
    settings.parent.mkdir(parents=True)
    settings.write_text(WHOLE, encoding="utf-8")
    return home / "notebooks"


@contextmanager
def lab(home: Path) -> Iterator[str]:
    """JupyterLab as `workbench lab` starts it, over a folder of `furnish`; gives the address of its notebooks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (f"--ServerApp.port={port}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True")
    command, environment = lab_command(home / "catalog", ("--no-browser", *options))
    own = {"HOME": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), HOME: str(home / "desk")}
    with (home / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=home, env={**environment, **own}, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/api", server)
            yield f"http://127.0.0.1:{port}/lab/tree/notebooks"
        finally:
            server.terminate()
            server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urlopen(address, timeout=10):
                return
        except (URLError, OSError) as error:
            if server.poll() is not None:
                raise RuntimeError("JupyterLab ended before it answered") from error
            time.sleep(0.2)
    raise RuntimeError("JupyterLab does not answer")
