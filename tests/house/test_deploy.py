"""What `deploy/` documents: no more rights than serving needs, nothing downloaded by address, options that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from workbench.__main__ import parser

LEAST = {
    "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateDevices": "yes", "PrivateTmp": "yes", "RestrictNamespaces": "yes", "UMask": "0077", "User": "workbench",
    "SystemCallFilter": "@system-service", "IPAddressDeny": "any", "StateDirectoryMode": "0700",
}  # fmt: skip


@pytest.fixture
def unit(repo_root: Path) -> dict[str, str]:
    lines = (repo_root / "deploy/workbench@.service").read_text(encoding="utf-8").splitlines()
    return dict(line.partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))


def test_the_unit_has_no_more_rights_than_serving_needs(unit: dict[str, str]) -> None:
    assert {name: unit.get(name) for name in LEAST} == LEAST
    program, *arguments = shlex.split(unit["ExecStart"].replace("%i", "5006").replace("${ORIGIN}", "https://a.example"))
    assert program.endswith("/.venv/bin/workbench")
    assert parser().parse_args(arguments).command == "serve"
    assert unit["KillSignal"] == "SIGINT", "what ends serving in order"


def test_systemd_understands_the_unit(repo_root: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not on this machine")
    text = (repo_root / "deploy/workbench@.service").read_text(encoding="utf-8")
    file = tmp_path / "workbench@5006.service"
    file.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, timeout=120)
    assert "Unknown" not in done.stderr and str(file) not in done.stderr, done.stderr


def test_the_container_is_nobodys_root_and_takes_only_what_the_lock_names(repo_root: Path) -> None:
    lines = (repo_root / "deploy/Containerfile").read_text(encoding="utf-8").splitlines()
    told = " ".join(line for line in lines if not line.startswith("#"))
    assert "://" not in told and "curl" not in told and "apt-get" not in told
    assert "--require-hashes" in told and "--no-deps -r requirements.lock" in told
    user = next(n for n, line in enumerate(lines) if line == "USER workbench")
    assert not any(line.startswith(("RUN", "COPY", "ADD")) for line in lines[user:])
    for line in lines:
        if line.startswith("COPY"):
            for name in line.split()[1:-1]:
                assert (repo_root / name).exists(), name


def test_an_unreachable_list_of_holes_is_no_all_clear(repo_root: Path) -> None:
    recipe = (
        (repo_root / "Makefile").read_text(encoding="utf-8").partition("\naudit-libraries:")[2].partition("\n\n")[0]
    )
    assert "--strict" in recipe and "||" not in recipe and "--require-hashes" in recipe
