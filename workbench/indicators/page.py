"""The page of indicators: every definition in words, with its example beside it.

`python -m workbench.indicators.page` writes docs/indicators.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.catalog.indicator import Indicator
from workbench.catalog.load import load_catalog
from workbench.indicators.words import definition

PAGE = Path("docs/indicators.md")
HEAD = """# Indicators

Made from `catalog/indicators` by `python -m workbench.indicators.page`; a test keeps it in step. The tables under a
definition are its examples: each patient's rows with the expected place in the denominator and the numerator (or the
amount) beside them. They are run as tests, and every rule of a definition takes at least one row out.

A new indicator is a new file: copy one that is near, change the rules, name it under `indicators` of the study, and run
`workbench study check STUDY`; then `workbench catalog seal`. Give it an example under `catalog/indicators/examples`,
and what was planted for it under `catalog/answers`: [recovered.md](recovered.md) holds that beside what is found.

**Intervals.** Of 6,000 hospitals in 500 synthetic worlds, the 95% interval held what was planted for 94.6 % of the odds
ratios and 96.0 % of the crude proportions (`pytest -m slow -s tests/indicators/test_calibration.py`). That of observed
over expected held it for 98.3 %: it is the exact Poisson interval, as is usual, and who dies with a chance of one in
six varies less than Poisson says. With the variance p(1 - p) of each patient the same worlds give 94.9 %, so nothing
else widens it. It errs on the side of not naming a hospital; who wants the narrower answer reads the odds ratio. The
hazard for every doubling of a volume takes the larger of two standard errors and held it for 97.6 % of 500 cohorts.
"""


def indicator_page(indicators: Mapping[str, Indicator], examples: Path) -> str:
    """The whole page."""
    return HEAD + "".join(_section(one, examples / f"{one.id}.txt") for one in _ordered(indicators))


def _ordered(indicators: Mapping[str, Indicator]) -> Sequence[Indicator]:
    return sorted(indicators.values(), key=lambda one: (one.cite.document, one.of, one.id))


def _section(one: Indicator, example: Path) -> str:
    said = definition(one, "en").splitlines()
    text = f"\n## {one.label.en}\n\n{said[1]}\n\n```\n" + "\n".join([one.id, *said[2:]]) + "\n```\n"
    if example.is_file():
        text += f"\n```\n{example.read_text(encoding='utf-8').strip()}\n```\n"
    return text


if __name__ == "__main__":
    root = Path("catalog")
    PAGE.write_text(indicator_page(load_catalog(root).indicators, root / "indicators" / "examples"), encoding="utf-8")
