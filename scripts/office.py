"""Find LibreOffice, with which tests open the documents in Word; where it is missing they are left out, and say so."""

from __future__ import annotations

import shutil

from scripts.debian import install

PROGRAM = "soffice"


def main() -> None:
    """Make sure that it is there, where it can be installed."""
    if not shutil.which(PROGRAM):
        install("LibreOffice", "libreoffice-writer")


if __name__ == "__main__":
    main()
