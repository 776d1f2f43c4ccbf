"""One vault per party: a folder with the datasets it holds, and the keys of the domains it issues."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from workbench.crypto import KEY_BYTES, write_key
from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends.session import SPILL
from workbench.study.retention import check_can_read, kept_in, today

KEYS = ".keys"  # no dataset can have this name


class Vault:
    """What one party holds during a run. Reading what it does not hold is refused."""

    def __init__(self, root: Path, party: str) -> None:
        self.party = party
        self.folder = root / party
        self.folder.mkdir(parents=True, exist_ok=True)

    def datasets(self) -> frozenset[str]:
        """Names of the datasets held."""
        return frozenset(path.name for path in self.folder.iterdir() if not path.name.startswith("."))

    def holds(self, dataset: str) -> bool:
        """Whether the dataset is here."""
        return dataset in self.datasets()

    def parts(self, dataset: str) -> dict[str, Path]:
        """Files of a dataset by part. Raises `Refused` when the party does not hold it, or its retention is over."""
        if not self.holds(dataset):
            raise Refused(f"{self.party} does not hold '{dataset}': a step reads only what its actor holds.")
        check_can_read(kept_in(self.folder.parent.parent / "run.json"), dataset, today())
        return {path.stem: path for path in sorted((self.folder / dataset).glob("*.parquet"))}

    def place(self, dataset: str, part: str) -> Path:
        """Where a part of a dataset is to be written."""
        folder = self.folder / dataset
        folder.mkdir(exist_ok=True)
        return folder / f"{part}.parquet"

    def receive(self, dataset: str, sender: Vault) -> None:
        """Take over a copy of the sender's dataset.

        The carrier, not a step, does this: vaults never read each other.
        """
        for part, path in sender.parts(dataset).items():
            target = self.place(dataset, part)
            carried = target.with_name(f".{target.name}.part")
            carried.unlink(missing_ok=True)
            try:
                os.link(path, carried)  # files are written once, so sharing the bytes is a copy that costs nothing
            except OSError:
                shutil.copyfile(path, carried)
            carried.replace(target)
            # Renaming one link over another of the same file does nothing; so it is when a send is done again.
            carried.unlink(missing_ok=True)

    def destroy(self, dataset: str) -> None:
        """End this party's copy.

        Raises `WorkbenchError` when a file resists: nothing may pass for destroyed that is not.
        """
        folder = self.folder / dataset
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as error:
            raise WorkbenchError(f"{folder} could not be destroyed: {error.strerror}.") from error

    def sweep(self) -> None:
        """Remove what an interrupted step left behind."""
        for leftover in (*self.folder.glob("*/.*.part"), *self.folder.glob(f"{KEYS}/*.part")):
            leftover.unlink()
        shutil.rmtree(self.folder / SPILL, ignore_errors=True)

    def key(self, domain: str, make: bool) -> bytes:
        """The key of a domain this party issues, made at first use when `make`.

        Raises `Refused` when there is none, or none any more: a second key would give other pseudonyms.
        """
        path = self.folder / KEYS / f"{domain}.key"
        if self._ended(domain).exists():
            raise Refused(f"{self.party} destroyed its key of '{domain}'.")
        if not path.exists():
            if not make:
                raise Refused(f"{self.party} has no key of '{domain}': only its issuer holds it.")
            written = path.with_suffix(".part")
            write_key(written, secrets.token_bytes(KEY_BYTES))
            path.parent.chmod(0o700)
            written.replace(path)
        return path.read_bytes()

    def receive_key(self, domain: str, issuer: Vault) -> None:
        """Take over a copy of the issuer's key: the study names this party as a holder of it."""
        path = self.folder / KEYS / f"{domain}.key"
        if path.exists() or self._ended(domain).exists():
            return
        written = path.with_suffix(".part")
        write_key(written, issuer.key(domain, make=False))
        path.parent.chmod(0o700)
        written.replace(path)

    def destroy_key(self, domain: str) -> None:
        """End a key: its pseudonyms can no longer be made or traced back."""
        (self.folder / KEYS).mkdir(mode=0o700, exist_ok=True)
        self._ended(domain).touch()
        (self.folder / KEYS / f"{domain}.key").unlink(missing_ok=True)

    def _ended(self, domain: str) -> Path:
        return self.folder / KEYS / f"{domain}.ended"
