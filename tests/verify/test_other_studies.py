"""Verdicts on the other studies: operating theatre, INTEGO, microdata of the IMA, self-registration."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verify.verdicts import chain, lawful, smallest, some
from workbench.dataflow import Flow
from workbench.verify import Model, knowledge_of

INSZ_DIAGNOSIS = {"id:INSZ", "attr:diagnosis"}


@pytest.fixture(scope="module")
def model_of(flow_of: Callable[[str], Flow]) -> Callable[[str], Model]:
    return lambda study: knowledge_of(flow_of(study))


def test_the_split_keeps_identity_and_data_of_the_theatre_apart(model_of: Callable[[str], Model]) -> None:
    """eHealth sees component A, the receiver component B; the reference of a record is all they share (R6)."""
    theatre = model_of("operating-theatre")
    assert theatre.exposure(["ehealth"]).reaches({"id:INSZ", "attr:procedure"}) is None
    receiver = next(party for party in theatre.parties if party.startswith("occ"))
    assert theatre.exposure([receiver]).reaches({"id:INSZ", "attr:procedure"}) is None
    both = chain(theatre, ["ehealth", receiver], {"id:INSZ", "attr:procedure"})
    assert both.exact
    assert some("hospitals") in lawful(theatre, {"id:INSZ", "attr:procedure"})


def test_references_of_two_splits_are_two_domains(model_of: Callable[[str], Model]) -> None:
    theatre = model_of("operating-theatre")
    references = {token for one in theatre.holdings for token in one.tokens if token.startswith("id:ref:")}
    assert len(references) > 1


def test_the_record_system_of_the_practices_sees_both_streams(model_of: Callable[[str], Model]) -> None:
    intego = model_of("intego")
    found = smallest(intego, INSZ_DIAGNOSIS)
    assert some("careconnect") in found  # it sends both, as processor of the practices
    assert some("ehealth", "healthdata") in found and some("ehealth") not in found and some("healthdata") not in found
    assert some("gp-practices") in lawful(intego, INSZ_DIAGNOSIS)
    assert intego.exposure(["intego-researchers"]).reaches({"id:INSZ"}) is None


def test_users_of_microdata_never_meet_an_identity(model_of: Callable[[str], Model]) -> None:
    microdata = model_of("ima-microdata")
    assert not any("id:INSZ" in one.tokens for one in microdata.holdings)
    users = [party for party in microdata.parties if party.startswith("microdata")]
    assert users and microdata.exposure(users).reaches({"id:C2"}) is None
    outside = microdata.exposure([party for party in users if party.endswith("applicant")])
    assert all(not cluster.identifiers for cluster in outside.clusters)


@pytest.mark.parametrize("study", ["stroke-selfreg-2020", "stroke-selfreg-2022"])
def test_self_registration_shares_no_identifier_with_the_linked_set(
    study: str, model_of: Callable[[str], Model], stroke: Model
) -> None:
    """I11: "linkage impossible" holds on keys; whether rows of a small hospital are unique is another question."""
    selfreg = model_of(study)
    linked = {t for one in stroke.held(["vikz-researchers"]) for t in one.tokens if t.startswith("id:")}
    mine = {t for one in selfreg.holdings if not one.prior for t in one.tokens if t.startswith("id:")}
    assert not linked & mine
    others = [party for party in selfreg.parties if party not in selfreg.sources]
    assert selfreg.exposure(others).reaches({"id:INSZ"}) is None
