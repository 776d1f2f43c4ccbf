"""Whether a data folder is complete and the one that was asked for."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from workbench.synth.files import rows_on_disk
from workbench.synth.imperfections import read_imperfections
from workbench.synth.keys import KEY_PLACES
from workbench.synth.manifest import VERSION, Manifest
from workbench.synth.parameters import read_parameters
from workbench.synth.sources import read_asked


def is_valid(
    folder: Path,
    persons: int = 100_000,
    seed: int = 20284,
    enrich: str | None = "stroke-care",
    catalog_root: Path = Path("catalog"),
    tables: Collection[str] | None = None,
    first_year: int | None = None,
    imperfections: Path | None = None,
) -> bool:
    """Whether a folder holds a finished generation of exactly these parameters and this catalogue, with the
    asked tables and fields at least.

    Looks at the manifest, the keys and the row counts of the files, not at their content.
    """
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError, TypeError):
        return False
    faults = None if imperfections is None else read_imperfections(imperfections, catalog_root, seed).sha256
    wanted = (persons, seed, enrich, first_year, faults, read_parameters(catalog_root).sha256, VERSION)
    made = (
        manifest.persons, manifest.seed, manifest.enrich, manifest.first_year, manifest.imperfections,
        manifest.parameters_sha256, manifest.version,
    )  # fmt: skip
    keys_there = all((folder / place).is_file() for _, place in KEY_PLACES)
    asked = read_asked(tables)
    if wanted != made or not keys_there or not set(asked.tables) <= set(manifest.tables):
        return False
    fields_there = all(set(names) <= set(manifest.columns[table]) for table, names in asked.columns.items())
    return fields_there and dict(rows_on_disk(folder, manifest.tables)) == dict(manifest.tables)
