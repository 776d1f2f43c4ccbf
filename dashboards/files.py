"""Where the files stand that pages are made with."""

from importlib.util import find_spec
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"


def fonts() -> Path:
    """Roboto with its style sheet, from a package of which nothing else is loaded."""
    spec = find_spec("panel_material_ui")
    return Path(str(spec and spec.origin)).parent / "dist"
