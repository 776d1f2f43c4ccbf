"""The collection of a study that is not in the catalogue: made from the study itself when it is first released.

Beside its releases stand `collection.yaml`, as one of catalog/reports is written, and for each release the study file
that was run, letter by letter: `study-0001.yaml` belongs to release 1.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from workbench.access import Level
from workbench.catalog.base import Cite, Entry, Label
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems
from workbench.publish.reports import OWN, Collection, Parameter, Report
from workbench.publish.shelf import Release
from workbench.study.model import Study


class OwnReport(Entry):
    """`catalog/own_report.yaml`: the report that such a study gets."""

    level: Annotated[Level, BeforeValidator(lambda value: Level(value))]
    label: Label
    description: Label
    parameters: tuple[Parameter, ...]
    cite: Cite


def keep_own(release: Release, study: Study, text: str, indicators: Iterable[str], catalog_root: Path) -> None:
    """Write beside `release` the study file it was made from, and the collection whose report shows `indicators`.

    The text of a release is written once and never again. Raises `Problems` for a wrong `own_report.yaml`.
    """
    shelf = release.folder.parent
    kept = shelf / f"study-{release.number:04d}.yaml"
    if not kept.exists():
        _place(kept, text)
        kept.chmod(0o444)
    source = read_source(catalog_root / "own_report.yaml", catalog_root.parent)
    own = validate(OwnReport, source.data, source) if not source.problems else None
    if own is None:
        raise Problems(source.problems)
    report = Report(id=f"{release.study}-hospitals", indicators=tuple(indicators), **dict(own))
    found = Collection(
        study=release.study,
        label=study.title,
        description=study.purpose,
        cite=Cite(document="own", note="Made from the study when it was released."),
        reports=(report,),
    )
    plain = found.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    _place(shelf / OWN, json.dumps(plain, ensure_ascii=False, indent=1) + "\n")  # JSON is YAML


def own_files(releases: Path) -> Mapping[Path, int]:
    """The files of all such collections on a shelf, with what changes when one is written anew."""
    return {path: path.stat().st_mtime_ns for path in sorted(releases.glob(f"*/{OWN}"))}


def _place(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
