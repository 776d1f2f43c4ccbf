"""A study's purpose, legal basis, conditions and retention in the terms that other systems read."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.interchange.terms import Said, study_terms
from workbench.main.checks import open_study


def export_terms(name: str, root: Path, out: Path) -> list[str]:
    """Write the DPV and DUO terms of a study as JSON-LD to `out`; returns the texts for which no term is known."""
    flow = open_study(name, root)
    study = flow.study.study
    labels = {party: entry.label.en for party, entry in flow.catalog.parties.items()}
    said = Said(
        study.id, study.title, study.applicant.organisation, study.purpose, [one.text for one in study.legal_basis],
        [(one.dataset, one.years, one.from_event) for one in study.retention],
        [labels.get(one.party, one.party) for one in study.recipients],
    )  # fmt: skip
    document, untold = study_terms(said, root)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return untold
