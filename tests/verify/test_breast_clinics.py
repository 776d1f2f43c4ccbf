"""The verdicts on deliberation 21/194, each by name, as it is printed and on the study as it runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify.verdicts import chain, joins_on, lawful, smallest, some, without
from workbench.catalog import Catalog
from workbench.study.printed_load import load_printed
from workbench.verify import Model, knowledge_of_printed

INSZ_DIAGNOSIS = {"id:INSZ", "attr:diagnosis"}
MEMBER = {"id:INSZ", "cohort:breast-clinics"}
BIRTH = {"attr:birth_date", "attr:diagnosis_group"}
FINAL = {"id:INSZ", "id:IDprojectfinaal"}


@pytest.fixture(scope="module")
def printed(repo_root: Path, catalog: Catalog) -> Model:
    """As printed, with the BCR that links after receipt read as its output department, where the set arrives."""
    document = load_printed("breast-clinics", catalog, repo_root / "catalog").printed
    steps = tuple(
        step.model_copy(update={"actor": "BCR OUTPUT"}) if step.does == "link" and step.actor == "BCR" else step
        for step in document.steps
    )
    return knowledge_of_printed(document.model_copy(update={"steps": steps}), catalog)


def test_membership_is_known_to_ehealth_alone(printed: Model) -> None:
    assert some("ehealth") in smallest(printed, MEMBER)
    assert some("bcr") in lawful(printed, MEMBER)


def test_the_federal_service_gains_birth_date_and_membership_on_its_own_code(printed: Model) -> None:
    assert printed.exposure(["fps-health"]).reaches({"id:Hnew", "attr:birth_date", "cohort:breast-clinics"})


def test_the_registry_as_an_organisation_joins_its_two_departments(printed: Model) -> None:
    assert some("Belgian Cancer Registry") in smallest(printed, INSZ_DIAGNOSIS, "organisation")
    # The stay number of the IMA data is delivered as it is: an exact key that both departments have.
    derivation = chain(printed, ["bcr", "bcr-output"], INSZ_DIAGNOSIS)
    assert derivation.exact and joins_on(derivation) == {"IMA_STAY"}
    # Without it the payload, kept word for word across the change of pseudonym, still joins.
    left = chain(without(printed, "id:IMA_STAY"), ["bcr", "bcr-output"], INSZ_DIAGNOSIS)
    assert not left.exact
    departments = replace(
        without(printed, "id:IMA_STAY"), quasi=tuple(one for one in printed.quasi if one.id == "tumour-fingerprint")
    )
    assert joins_on(chain(departments, ["bcr", "bcr-output"], INSZ_DIAGNOSIS)) >= {"tumour-fingerprint"}


def test_pairs_by_exact_keys_only(printed: Model) -> None:
    exact = smallest(without(printed, "id:IMA_STAY").exact, INSZ_DIAGNOSIS)
    assert exact == {some("bcr", "ksz"), some("ksz", "ehealth"), some("fps-health", "ehealth")}
    assert smallest(printed.exact, INSZ_DIAGNOSIS) == exact | {some("bcr", "bcr-output")}
    assert lawful(printed.exact, INSZ_DIAGNOSIS) == {some("hospitals")}


def test_pairs_by_the_date_of_birth(printed: Model) -> None:
    # Their own tables join by the dates of the stays; what the study adds shows without that.
    study = replace(printed, quasi=tuple(one for one in printed.quasi if one.id != "stay-dates"))
    found = smallest(study, INSZ_DIAGNOSIS)
    assert {some("bcr", "fps-health"), some("bcr-output", "ehealth"), some("bcr", "bcr-output")} <= found
    two = chain(study, ["bcr", "fps-health"], INSZ_DIAGNOSIS)
    assert joins_on(two) >= {"birth-and-incidence"} and two.certainty == pytest.approx(0.515)
    derived = chain(printed, ["bcr-output", "ehealth"], INSZ_DIAGNOSIS)
    assert any(link.by == "birth-by-interval-and-month" for link in derived.links)
    assert derived.certainty is not None and derived.certainty < 0.3


def test_month_and_year_of_birth_do_not_hide_the_day(printed: Model) -> None:
    """Paragraph 22 fails I5: intervals counted from birth, beside calendar months, pin the day of birth."""
    derivation = chain(printed, ["bcr-output"], BIRTH)
    assert not derivation.exact and any(link.by == "birth-by-interval-and-month" for link in derivation.links)
    assert printed.exact.exposure(["bcr-output"]).reaches(BIRTH) is None


def test_the_final_code_is_traced_through_the_stay_number(printed: Model) -> None:
    found = smallest(printed, FINAL)
    assert {some("bcr-output", "hospitals"), some("ksz", "hospitals")} <= found
    for other in ("bcr-output", "ksz"):
        assert "STAYNUM" in joins_on(chain(printed, [other, "hospitals"], FINAL))


def test_the_kce_gets_nothing_of_persons(breast: Model, printed: Model) -> None:
    for model in (breast, printed):
        assert all(not cluster.tokens for cluster in model.exposure(["kce-researchers"]).clusters)


def test_keys_are_never_destroyed_as_printed(printed: Model) -> None:
    assert {key.party for key in printed.keys} == {"ehealth", "ksz"}
    assert all(key.until is None for key in printed.keys)


# -- the study as it runs, with its errata ------------------------------------------------------------------------


def test_decoys_hide_the_breast_tumour(breast: Model) -> None:
    assert breast.exposure(["ehealth"]).reaches(MEMBER) is None


def test_corrected_the_researchers_cannot_count_back_to_the_day_of_birth(breast: Model) -> None:
    assert breast.exposure(["bcr-output"]).reaches(BIRTH) is None


def test_corrected_the_stay_number_traces_nobody(breast: Model) -> None:
    assert breast.exact.exposure(["bcr-output", "hospitals"]).reaches(FINAL) is None
    left = breast.exposure(["bcr-output", "hospitals"]).reaches(FINAL)
    assert left is None or not left.exact


def test_the_registry_still_joins_its_departments(breast: Model) -> None:
    """No coding helps where the payload stays as it was: the two departments are separated by procedure only."""
    derivation = chain(breast, ["bcr", "bcr-output"], INSZ_DIAGNOSIS)
    assert not derivation.exact and "tumour-fingerprint" in joins_on(derivation)


def test_pairs_that_remain(breast: Model) -> None:
    found = smallest(breast, INSZ_DIAGNOSIS) | lawful(breast, INSZ_DIAGNOSIS)
    assert {some("bcr", "ksz"), some("ehealth", "ksz"), some("ehealth", "fps-health")} <= found


def test_what_two_sources_can_do_is_listed_apart(breast: Model) -> None:
    """The registry's copy of the stays has identity and both dates, as the MZG has the dates: no study needed."""
    assert some("bcr", "fps-health") in lawful(breast, INSZ_DIAGNOSIS)
    assert joins_on(chain(breast.before, ["bcr", "fps-health"], INSZ_DIAGNOSIS)) >= {"stay-dates"}


def test_the_ima_has_its_own_data_under_its_own_code(breast: Model) -> None:
    """What the registry's copy has under the social security number, the IMA itself has under C2."""
    assert breast.before.exposure(["bcr"]).can({"id:INSZ", "id:IMA_STAY"})
    held = {token for one in breast.held(["ima"]) for token in one.tokens}
    assert "id:C2" in held and "id:INSZ" not in held
