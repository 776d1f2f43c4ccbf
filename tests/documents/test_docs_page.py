"""Every command of docs/documents.md does what its row says, and its names are those of the files."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from workbench.__main__ import main
from workbench.documents.dossier import Dossier

pytestmark = pytest.mark.xdist_group("documents")
PAGE = Path(__file__).parents[2] / "docs/documents.md"
COMMANDS = re.findall(r"\| `workbench ([^`]+)` \|", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_writes_a_document(
    command: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["--catalog", str(repo_root / "catalog"), *shlex.split(command)])
    except SystemExit as error:  # --help
        code = int(error.code or 0)
    assert code == 0, capsys.readouterr().err
    made = [path for path in tmp_path.rglob("*") if path.suffix in (".docx", ".pdf")]
    assert len(made) == (0 if "--help" in command else 1)
    for path in made:
        assert path.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF")


def test_all_documents_are_in_the_table() -> None:
    assert len(COMMANDS) == 8


def test_the_parts_of_a_dossier_are_named(repo_root: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in Dossier.model_fields if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["document", "stroke-care", "--kind", "poem"], "no document 'poem'. Choose from request, summary, ehds"),
        (["document", "stroke-care", "--party", "kce"], "--party goes with --kind summary"),
        (["document", "intego", "--kind", "summary"], "'hospitals' delivers no data in intego"),
        (["amendment", "stroke-care", "nonesuch"], "nonesuch"),
        (["size", "stroke-care", "--data", "nowhere"], "nowhere holds no finished data"),
    ],
)
def test_wrong_use_gives_one_error(
    arguments: list[str], said: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["--catalog", str(repo_root / "catalog"), "study", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err and list(tmp_path.iterdir()) == []


def test_every_source_that_documents_name_is_known(repo_root: Path) -> None:
    import yaml

    root = repo_root / "catalog"
    known = {one["id"] for one in yaml.safe_load((root / "documents.yaml").read_text(encoding="utf-8"))["documents"]}
    for file in [root / "request.yaml", root / "views.yaml", *root.glob("studies/*/dossier.yaml")]:
        cited = set(re.findall(r'cite: {document: "?([^",}]+)', file.read_text(encoding="utf-8")))
        assert cited and cited <= known, file


def test_a_wording_that_changes_by_a_slip_is_noticed(repo_root: Path, tmp_path: Path) -> None:
    """The seal covers the words of documents and their sections."""
    from workbench.catalog.lint import check

    root = tmp_path / "catalog"
    shutil.copytree(repo_root / "catalog", root)
    slips = (("views.yaml", "article 35(7)(c)", "article 35(7)(d)"), ("request.yaml", "11521238", "11521288"))
    for name, old, new in slips:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert any(name in one.file and "was changed here" in one.what for one in check(root)[1]), (name, old)
        path.write_text(text, encoding="utf-8")
