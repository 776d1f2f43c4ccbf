"""MZG physical files: read, write, and check against the catalogue field by field."""

from workbench.interchange.mzg.check import check_mzg
from workbench.interchange.mzg.layout import FileName, Layout, file_name, layout_of
from workbench.interchange.mzg.rows import read_mzg, write_mzg
from workbench.interchange.mzg.violation import Violation

__all__ = ["FileName", "Layout", "Violation", "check_mzg", "file_name", "layout_of", "read_mzg", "write_mzg"]
