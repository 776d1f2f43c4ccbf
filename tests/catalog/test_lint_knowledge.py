"""Every name in catalog/knowledge leads somewhere: the verification would silently not use one that does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.catalog.lint import lint
from workbench.catalog.load import read_sources

CITE = "cite: {document: own, note: For this test.}"
LABEL = "label: {nl: proef, fr: essai, en: trial}"
WRONG = {
    "identifiers.yaml": [
        ("fields: [mzg.*.NONESUCH]", "no field of the catalogue is 'mzg.*.NONESUCH'"),
        ("fields: [STAYNUM]", "no field of the catalogue is 'STAYNUM'"),
        ("derived: [Nonesuch]", "it names derived variable 'Nonesuch'"),
        ("issuer: nobody", "it names party 'nobody'"),
        ("resolves_to: [Nonesuch]", "it names identifier 'Nonesuch'"),
        ("coded: {nobody: INSZ}", "it names party 'nobody'"),
        ("coded: {ima: Nonesuch}", "it names identifier 'Nonesuch'"),
    ],
    "attributes.yaml": [
        ("fields: [mzg.STAYHOSP.NONESUCH]", "no field of the catalogue is 'mzg.STAYHOSP.NONESUCH'"),
        ("membership: nonesuch", "it names attribute 'nonesuch'"),
        ("tables: [mzg.NONESUCH]", "it names table 'mzg.NONESUCH'"),
    ],
    "quasi_keys.yaml": [("attributes: [sex, nonesuch]", "it names attribute 'nonesuch'")],
    "derivations.yaml": [
        ('from: ["attr:nonesuch"]', "'attr:nonesuch' is not known"),
        ('to: ["id:Nonesuch"]', "'id:Nonesuch' is not known"),
        ('to: ["sex"]', "'sex' is no token"),
    ],
    "targets.yaml": [('of: ["id:Nonesuch"]', "'id:Nonesuch' is not known"), ('of: ["x:INSZ"]', "'x:INSZ' is no token")],
}
RIGHT = {
    "identifiers.yaml": "identifies: person",
    "attributes.yaml": "quasi: true",
    "quasi_keys.yaml": "identifies: stay",
    "derivations.yaml": "why: For this test.",
    "targets.yaml": "",
}
NEEDED = {
    "quasi_keys.yaml": ("attributes: [sex]",),
    "derivations.yaml": ('from: ["attr:sex"]', 'to: ["attr:birth_date"]'),
    "targets.yaml": ('of: ["id:INSZ"]',),
}
CASES = [(file, line, said) for file, wrong in WRONG.items() for line, said in wrong]


@pytest.fixture(scope="module")
def root(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(repo_root / "catalog", tmp_path_factory.mktemp("known") / "catalog"))


def found(root: Path, file: str, wrong: str) -> list[str]:
    """What is said of an entry added at the end of a file, with `wrong` in the place of what an entry needs."""
    path = root / "knowledge" / file
    before = path.read_text(encoding="utf-8")
    key = wrong.partition(":")[0]
    lines = [RIGHT[file], *(line for line in NEEDED.get(file, ()) if line.partition(":")[0] != key), wrong, CITE]
    lines += [LABEL] if file != "derivations.yaml" else []
    try:
        added = "".join(f"    {line}\n" for line in lines if line)
        path.write_text(f"{before}  - id: trial\n{added}", encoding="utf-8")
        catalog, problems, sources = read_sources(root)
        assert problems == []
        return [str(one) for one in lint(catalog, sources, None)]
    finally:
        path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(("file", "line", "said"), CASES, ids=[line for _, line, _ in CASES])
def test_a_name_that_leads_nowhere_is_told_at_its_line(root: Path, file: str, line: str, said: str) -> None:
    told = [one for one in found(root, file, line) if f"knowledge/{file}:" in one]
    assert len(told) == 1 and said in told[0], told


@pytest.mark.parametrize("file", list(RIGHT))
def test_an_entry_in_order_is_not_told(root: Path, file: str) -> None:
    harmless = {"targets.yaml": 'of: ["id:INSZ"]', "quasi_keys.yaml": "attributes: [sex]"}.get(file, "")
    wrong = harmless or {"derivations.yaml": 'to: ["attr:{event}_date"]'}.get(file, "fields: [mzg.*.STAYNUM]")
    assert [one for one in found(root, file, wrong) if "knowledge/" in one] == []
