"""The confidential half of every release, kept beside the shelf so that later releases can be audited with it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.disclosure import Told, Witnesses, hash_of, load_amounts, load_witnesses, told_again
from workbench.disclosure.amounts.told import amounts_again
from workbench.disclosure.arrays import Arrays
from workbench.errors import WorkbenchError
from workbench.publish import Release


def confidential_folder(releases: Path, witnesses_sha256: str) -> Path:
    """Where the half with this hash stands: a folder beside the shelf, for the owner alone."""
    return releases.with_name(f"{releases.name}-confidential") / witnesses_sha256[:16]


def keep(witnesses: Witnesses, releases: Path) -> Path:
    """Save the confidential half before its release is written: a release without it could never be audited."""
    folder = confidential_folder(releases, witnesses.sha256)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    witnesses.save(folder)
    return folder


def half_of(release: Release, releases: Path) -> tuple[Arrays, str]:
    """The witnesses and the published text behind a release.

    Raises `WorkbenchError` when they are missing or are not those that the certificate names.
    """
    return _checked(release, releases, load_witnesses, release.certificate())


def _checked(
    release: Release, releases: Path, load: Callable[[Path], tuple[Arrays, str]], hashes: Mapping[str, Any]
) -> tuple[Arrays, str]:
    folder = confidential_folder(releases, release.certificate()["witnesses_sha256"])
    try:
        arrays, text = load(folder)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise WorkbenchError(
            f"release {release.number} of {release.study} has no confidential half in {folder}: nothing can be "
            "audited together with it. Bring that folder back from where it was published"
        ) from error
    same = hash_of(arrays) == hashes["witnesses_sha256"]
    if not same or hashlib.sha256(text.encode()).hexdigest() != hashes["rows_sha256"]:
        raise WorkbenchError(f"{folder} is not what release {release.number} of {release.study} was certified with")
    return arrays, text


def told_by(release: Release, releases: Path) -> Told:
    """What a release was made from and showed, for the audit of a later one."""
    told, amounts = told_again(*half_of(release, releases), release.number), amounts_of(release, releases)
    return replace(told, amounts=amounts_again(*amounts, release.number)) if amounts else told


def amounts_of(release: Release, releases: Path) -> tuple[Arrays, str] | None:
    """The confidential half of the amounts of a release; None when it shows none. Raises as `half_of` does."""
    certified = release.certificate().get("amounts")
    return _checked(release, releases, load_amounts, certified) if certified else None
