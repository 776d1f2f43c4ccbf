"""What the environment may say of a provider, and the commands that link its names to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.web.openid.settings import is_safe, read_settings
from tests.house.test_operations import text
from workbench.__main__ import main
from workbench.errors import WorkbenchError
from workbench.state import open_state

RIGHT = {"WORKBENCH_OIDC_ISSUER": "https://log-in.example/be", "WORKBENCH_OIDC_CLIENT": "workbench"}


def test_nothing_said_is_no_provider() -> None:
    assert read_settings({}) is read_settings({"WORKBENCH_OIDC_ONLY": " "}) is None


def test_what_is_said_counts(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one\n", encoding="utf-8")
    found = read_settings(
        {**RIGHT, "WORKBENCH_OIDC_SECRET_FILE": str(tmp_path / "secret"), "WORKBENCH_OIDC_LEVELS": "a  b",
         "WORKBENCH_OIDC_ONLY": "Yes"}, "https://site.example/",
    )  # fmt: skip
    assert found and (found.secret, found.levels, found.only) == ("one", ("a", "b"), True)
    assert (found.name, found.base) == ("log-in.example", "https://site.example")
    assert "one" not in repr(found)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"WORKBENCH_OIDC_ISSUER": "http://log-in.example"}, ["ISSUER must be the https address"]),
        ({"WORKBENCH_OIDC_ISSUER": "", "WORKBENCH_OIDC_CLIENT": "", "WORKBENCH_OIDC_ONLY": "maybe"},
         ["ISSUER must", "CLIENT must", "ONLY is yes or no"]),
        ({"WORKBENCH_OIDC_SECRET": "x", "WORKBENCH_OIDC_SECRET_FILE": "there/is/none"}, ["not both", "cannot be read"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(wrong: dict[str, str], said: list[str]) -> None:
    with pytest.raises(WorkbenchError) as error:
        read_settings({**RIGHT, **wrong})
    assert all(one in str(error.value) for one in said)


def test_serve_does_not_start_with_a_wrong_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKBENCH_OIDC_CLIENT", "x")
    assert main(["serve", "--home", str(tmp_path)]) == 2
    assert "WORKBENCH_OIDC_ISSUER must be" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "safe"),
    [("https://a.example", True), ("http://127.0.0.1:9/x", True), ("http://[::1]/", True), ("http://a.example", False),
     ("https://", False), ("https://[", False), ("https://a\n", False), ("https://a#b", False), ("//a", False)],
)  # fmt: skip
def test_only_https_or_this_machine_is_asked(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


def test_a_person_is_linked_listed_and_unlinked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, there = ["--home", str(tmp_path)], ["--issuer", "https://log-in.example"]
    main(
        [
            "people",
            "organisation",
            "one",
            "--name",
            "One",
            "--kind",
            "other",
            "--manager",
            "M",
            "--contact",
            "m@x.example",
            *home,
        ]
    )
    for login in ("an.maes", "els.maes"):
        assert main(["people", "add", login, "--name", "A", "--organisation", "one", "--task", "t", *home]) == 0
    assert main(["people", "link", "an.maes", "--subject", "s-1", *there, *home]) == 0
    assert main(["people", "link", "els.maes", "--subject", "s-1", *there, *home]) == 2  # no account is taken over
    assert "'s-1' is an.maes already: nothing was changed" in " ".join(capsys.readouterr().err.split())
    assert main(["people", "link", "nobody", "--subject", "s-2", *there, *home]) == 2
    assert main(["people", "link", "an.maes", "--subject", "s-2", *home]) == 2
    assert "which provider?" in capsys.readouterr().err
    main(["people", "list", "--format", "json", *home])
    assert '"s-1"' in capsys.readouterr().out
    main(["people", "list", *home])
    assert "as s-1" in " ".join(capsys.readouterr().out.split())
    assert main(["people", "unlink", "--subject", "s-1", *there, *home]) == 0
    assert main(["people", "unlink", "--subject", "s-1", *there, *home]) == 2
    state = open_state(tmp_path / "state")
    assert not state.subjects.all()
    assert [one.what for one in state.audit.entries()][-2:] == ["access.linked", "access.unlinked"]
    state.close()


def test_every_variable_is_in_the_docs(repo_root: Path) -> None:
    page = text(repo_root, "operations")
    for name in ("ISSUER", "CLIENT", "SECRET", "SECRET_FILE", "NAME", "LEVELS", "ONLY"):
        assert f"`WORKBENCH_OIDC_{name}`" in page, name
