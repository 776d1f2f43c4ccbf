"""The studies of the catalogue: no error stands in any of them, and what is said of them is JSON as documented."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from workbench.main.checks import study_names
from workbench.main.flows import Question, flow_exposure, verify_flow, verify_printed
from workbench.verify.export import FindingExport, VerifyExport

CATALOG = Path(__file__).resolve().parents[3] / "catalog"
STUDIES = study_names(CATALOG)


@pytest.mark.parametrize("study", STUDIES)
def test_no_error_stands(study: str) -> None:
    """Every error is repaired, or accepted by the study with its reason; and no acceptance is left over."""
    found = verify_flow(study, CATALOG)
    assert [f"{one.line}: {one.rule} {one.at}" for one in found.findings if _stands(one)] == []
    assert found.fine and found.unused == ()
    jsonschema.validate(json.loads(found.model_dump_json()), VerifyExport.model_json_schema())


def _stands(one: FindingExport) -> bool:
    return one.severity == "error" and one.accepted is None


def test_the_seven_studies_are_there() -> None:
    flows = {"stroke-care", "stroke-selfreg-2020", "stroke-selfreg-2022", "breast-clinics", "operating-theatre"}
    assert flows | {"intego", "ima-microdata"} <= set(STUDIES)


def test_what_stroke_care_accepts_and_why() -> None:
    """The verdicts that a reader of the document must meet: double coding undone by the stay, VIKZ as one body."""
    found = verify_flow("stroke-care", CATALOG).findings
    accepted = {(one.rule, one.at) for one in found if one.accepted}
    assert ("raw-record-key", "analysis.STAYNUM") in accepted
    assert ("target-in-organisation", "VIKZ:identity-and-diagnosis") in accepted
    assert ("target-in-organisation", "IMA:C2-and-diagnosis") in accepted
    assert {one.at for one in found if one.rule == "list-without-decoys"} == {"vikz-datamanager", "ehealth", "nic"}
    assert all(one.derivation for one in found if one.rule.startswith("target-"))


def test_the_printed_document_is_not_sound() -> None:
    """The same flow as it is printed keeps its tables and tells its diagnoses."""
    printed = verify_printed("stroke-care", CATALOG)
    assert not printed.fine and printed.printed
    rules = {one.rule for one in printed.findings}
    assert {"list-without-decoys", "target-in-organisation"} <= rules
    lines = [one.line for one in printed.findings]
    assert lines == sorted(lines) and min(lines) >= 1


@pytest.mark.parametrize("printed", [False, True])
def test_every_claim_of_exposure_has_a_derivation(printed: bool) -> None:
    report = flow_exposure("stroke-care", CATALOG, Question(), printed)
    claims = [
        one
        for target in report["targets"]
        for level in ("party", "organisation")
        for one in target[level]["coalitions"]
    ]
    assert claims and all(one["derivation"] and one["derivation"][-1].startswith("so ") for one in claims)
    alone = flow_exposure("stroke-care", CATALOG, Question(organisation="VIKZ"), printed)
    assert all(bool(target["derivation"]) == target["reached"] for target in alone["targets"])
    assert any(target["reached"] for target in alone["targets"])


def test_exposure_grows_with_the_steps() -> None:
    """What a coalition reached at a step it still has reached later, since what is seen is remembered."""
    reached = []
    for step in (0, 3, 20, None):
        report = flow_exposure("stroke-care", CATALOG, Question(coalition=("nic", "vikz-datateam"), step=step))
        reached.append({target["id"] for target in report["targets"] if target["reached"]})
    assert all(before <= after for before, after in pairwise(reached))
    assert "identity-and-diagnosis" not in reached[0] and "identity-and-diagnosis" in reached[-1]
