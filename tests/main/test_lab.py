"""JupyterLab opens where the notebooks are, with our Python as its kernel whatever else is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.main.lab import START, lab_command


def test_it_opens_the_start_page_that_is_there(repo_root: Path) -> None:
    command, _ = lab_command(repo_root / "catalog", ["--port", "8890"])
    opened = {one.partition("=")[0]: one.partition("=")[2] for one in command}
    assert opened["--ServerApp.root_dir"] == str(repo_root)
    page = opened["--LabApp.default_url"].removeprefix("/lab/tree/")
    assert (repo_root / page).is_file()
    assert command[:4] == [sys.executable, "-m", "jupyter", "lab"] and command[-2:] == ["--port", "8890"]


def test_somebody_elses_kernel_of_the_same_name_does_not_come_first(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoy = tmp_path / "kernels" / "python3"
    decoy.mkdir(parents=True)
    decoy.joinpath("kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    _, environment = lab_command(repo_root / "catalog")

    def found(env: object) -> str:
        listing = [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"]
        told = subprocess.run(listing, env=env, capture_output=True, text=True, check=True)  # type: ignore[call-overload]
        return str(json.loads(told.stdout)["kernelspecs"]["python3"]["resource_dir"])

    assert found({**environment, "JUPYTER_PREFER_ENV_PATH": "0"}) == str(decoy), "the decoy must be able to win"
    assert Path(found(environment)).is_relative_to(sys.prefix)


def test_nobody_is_asked_about_news(repo_root: Path) -> None:
    """As Jupyter itself reads its settings: a toast over the first page is the first thing that a newcomer meets."""
    _, environment = lab_command(repo_root / "catalog")
    asked = "import json, jupyterlab_server.config as c; print(json.dumps(c.get_page_config([])))"
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert "@jupyterlab/apputils-extension:announcements" in json.loads(told.stdout)["disabledExtensions"]


def test_without_notebooks_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match=START.name):
        lab_command(tmp_path / "catalog")
