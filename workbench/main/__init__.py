"""One plain function per use case: what the command line, the notebooks and the demo all call.

`main.run_study(...)` loads what that use case needs and no more, so that a check does not wait for the libraries of
a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "check_catalog": "checks",
    "compute": "indicators",
    "show_indicator": "pictures",
    "check_study": "checks",
    "open_study": "checks",
    "study_names": "checks",
    "check_printed": "flows",
    "diff_studies": "flows",
    "flow_exposure": "flows",
    "mutate_flow": "flows",
    "verify_flow": "flows",
    "verify_printed": "flows",
    "run_demo": "demo",
    "draw_flow": "runs",
    "draw_frames": "runs",
    "flow_json_schema": "runs",
    "flow_schema": "runs",
    "publish_run": "runs",
    "run_study": "runs",
    "synthesise": "runs",
    "demo_password": "serving",
    "people": "serving",
    "read_as": "serving",
    "serve": "serving",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"workbench.main has no use case '{name}'; it has {', '.join(__all__)}")
    return getattr(import_module(f"workbench.main.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
