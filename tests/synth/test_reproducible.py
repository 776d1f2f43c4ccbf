"""The same seed gives the same content on any number of threads; an unfinished folder is never valid."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.synth.conftest import CATALOG, PERSONS, ROOT, SEED, Data
from workbench.errors import WorkbenchError
from workbench.synth import ALL_TABLES, Manifest, fingerprint, generate, is_valid

SMALL = 3_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "data"
    generate(folder, SMALL, SEED, catalog_root=CATALOG, threads=2)
    return folder


def test_one_thread_and_two_give_the_same_content(data: Data, tmp_path: Path) -> None:
    alone = generate(tmp_path, PERSONS, SEED, catalog_root=CATALOG, threads=1, tables=ALL_TABLES)
    assert alone == data.manifest
    assert fingerprint(tmp_path, alone.tables) == fingerprint(data.folder, alone.tables)


def test_another_seed_gives_other_content_in_every_table(small: Path, tmp_path: Path) -> None:
    other = generate(tmp_path, SMALL, SEED + 1, catalog_root=CATALOG)
    before = Manifest.read(small)
    seen, now = fingerprint(small, before.tables), fingerprint(tmp_path, before.tables)
    assert [table for table in seen if seen[table] == now[table]] == []
    assert before.parameters_sha256 == other.parameters_sha256


def test_without_enrichment_strokes_are_as_rare_as_sourced(small: Path, tmp_path: Path) -> None:
    plain = generate(tmp_path, SMALL, SEED, enrich=None, catalog_root=CATALOG)
    assert plain.factor == 1.0 and "Nothing" in plain.enrichment
    assert plain.tables["episodes"] < Manifest.read(small).tables["episodes"] / 2


def test_progress_names_every_table_and_ends_at_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    manifest = generate(
        tmp_path, 1_000, 1, catalog_root=CATALOG, progress=lambda name, share: told.append((name, share))
    )
    assert set(manifest.tables) <= {name.partition(",")[0] for name, _ in told}
    assert told[-2][0].endswith(f", {sum(manifest.tables.values()):,} rows written")
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_manifest_survives_a_round_trip(small: Path) -> None:
    manifest = Manifest.read(small)
    assert Manifest.from_json(manifest.to_json()) == manifest
    said = json.loads((small / "manifest.json").read_text("utf-8"))
    wanted = {
        "seed",
        "persons",
        "enrich",
        "hospitals",
        "tables",
        "parameters_sha256",
        "version",
    }
    assert wanted <= set(said)


def test_a_finished_folder_is_valid_for_its_own_parameters_only(small: Path) -> None:
    assert is_valid(small, SMALL, SEED, "stroke-care", CATALOG)
    assert not is_valid(small, SMALL + 1, SEED, "stroke-care", CATALOG)
    assert not is_valid(small, SMALL, SEED + 1, "stroke-care", CATALOG)
    assert not is_valid(small, SMALL, SEED, None, CATALOG)


def test_a_changed_catalogue_makes_a_folder_invalid(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "catalog"
    shutil.copytree(CATALOG / "synth", other / "synth")
    shutil.copytree(CATALOG / "codes", other / "codes")
    assert is_valid(small, SMALL, SEED, "stroke-care", other)
    faults = other / "synth" / "faults.yaml"
    faults.write_text(faults.read_text("utf-8").replace("0.02", "0.03"), "utf-8")
    assert not is_valid(small, SMALL, SEED, "stroke-care", other)


def test_a_missing_or_torn_table_makes_a_folder_invalid(small: Path, tmp_path: Path) -> None:
    for spoil in (lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:-100])):
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(small, folder)
        assert is_valid(folder, SMALL, SEED, "stroke-care", CATALOG)
        spoil(folder / "parties/ima/FARMA.parquet")
        assert not is_valid(folder, SMALL, SEED, "stroke-care", CATALOG)


KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.synth import generate

def stop(name, share):
    if name.partition(",")[0] == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

generate(Path(sys.argv[1]), 3000, 41, catalog_root=Path("catalog"), progress=stop)
"""


@pytest.mark.parametrize("stage", ["persons", "HEALTH", "hospital_effects"])
def test_a_killed_generation_is_not_valid_and_can_be_repeated(small: Path, tmp_path: Path, stage: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)  # killed while replacing a finished folder: the harder case
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder), stage], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not is_valid(folder, SMALL, SEED, "stroke-care", CATALOG)
    with pytest.raises(FileNotFoundError):
        Manifest.read(folder)
    assert generate(folder, SMALL, SEED, catalog_root=CATALOG) == Manifest.read(small)
    assert is_valid(folder, SMALL, SEED, "stroke-care", CATALOG)


@pytest.mark.parametrize(
    ("persons", "seed", "enrich", "says"),
    [
        (10, 1, None, "1000"),
        (10**9, 1, None, "25000000"),
        (SMALL, -1, None, "negative"),
        (SMALL, 1, "hips", "stroke-care"),
    ],
)
def test_wrong_arguments_are_refused_with_a_sentence(
    tmp_path: Path, persons: int, seed: int, enrich: str | None, says: str
) -> None:
    with pytest.raises(WorkbenchError, match=says):
        generate(tmp_path, persons, seed, enrich, CATALOG)


def test_a_folder_without_parameters_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="catalogue has no"):
        generate(tmp_path / "out", SMALL, SEED, catalog_root=tmp_path)
