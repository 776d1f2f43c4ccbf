"""Rules on what parties can put together, against small models made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule
from workbench.verify.check import check_model
from workbench.verify.facts import Holding, Item, Moment, Quasi, Rule, Target
from workbench.verify.model import Model

BODIES = {"ehealth": "eHealth platform", "vikz-datateam": "VIKZ", "vikz-researchers": "VIKZ", "kce": "KCE"}
SECRET = Target("secret", frozenset({"id:INSZ", "attr:diagnosis"}), "identity and diagnosis")
PAIR = Target("pair", frozenset({"id:INSZ", "id:RN"}), "INSZ and RN")
COHORT = Rule("cohort", frozenset({"cohort:x"}), frozenset({"attr:diagnosis"}), "selected on it")


def held(party: str, name: str, *tokens: str, since: int = 1) -> Holding:
    return Holding(party, Item(name, name, frozenset(tokens)), since, None, "it was sent")


def model(*holdings: Holding, targets: tuple[Target, ...] = (SECRET,), rules: tuple[Rule, ...] = ()) -> Model:
    steps = tuple(Moment(number, f"step-{number}", "ehealth", "x") for number in (1, 2))
    return Model("x", BODIES, holdings, targets=targets, rules=rules, steps=steps)


def told(found: Model, catalog: Catalog) -> dict[str, str]:
    """The subject of each finding by its rule."""
    return {id_: hit.at for id_, hit in check_model(found, catalog, lambda name: 1)}


def test_nobody_can(catalog: Catalog) -> None:
    """Without anything to join on, identities and diagnoses stay apart."""
    apart = model(held("ehealth", "list", "id:INSZ"), held("kce", "data", "id:RN", "attr:diagnosis"))
    assert told(apart, catalog) == {}


def test_one_party(catalog: Catalog) -> None:
    alone = model(held("kce", "list", "id:INSZ", "id:RN"), held("kce", "data", "id:RN", "attr:diagnosis", since=2))
    assert told(alone, catalog) == {"target-alone": "kce:secret"}
    (hit,) = [hit for _, hit in check_model(alone, catalog, {"step-1": 10, "step-2": 20}.__getitem__)]
    assert hit.line == 20, "the step that completes the chain"
    assert any("joins" in line for line in hit.derivation)


def test_one_organisation_is_told_once(catalog: Catalog) -> None:
    """Its parties do it together; that two parties do is then no news."""
    body = model(
        held("vikz-datateam", "list", "id:INSZ", "id:RN"), held("vikz-researchers", "data", "id:RN", "attr:diagnosis")
    )
    assert told(body, catalog) == {"target-in-organisation": "VIKZ:secret"}


@pytest.mark.parametrize(("keeper", "rules"), [("ehealth", {}), ("vikz-datateam", {"target-without-ttp": "secret"})])
def test_a_third_party_may_stand_between(keeper: str, rules: dict[str, str], catalog: Catalog) -> None:
    two = model(held(keeper, "list", "id:INSZ", "id:RN"), held("kce", "data", "id:RN", "attr:diagnosis"))
    assert told(two, catalog) == rules


def test_a_list_tells_by_itself_until_others_are_on_it(catalog: Catalog) -> None:
    listed = model(held("ehealth", "list", "id:INSZ", "cohort:x"), rules=(COHORT,))
    assert told(listed, catalog) == {"list-without-decoys": "ehealth"}
    mixed = model(held("ehealth", "list", "id:INSZ"), rules=(COHORT,))
    assert told(mixed, catalog) == {}


def test_a_table_of_two_identifiers_is_meant(catalog: Catalog) -> None:
    """Who is given the table has it on purpose; who puts it together from two does not."""
    given = model(held("kce", "table", "id:INSZ", "id:RN"), targets=(PAIR,))
    assert told(given, catalog) == {}
    pieced = model(held("kce", "a", "id:INSZ", "id:C1"), held("kce", "b", "id:C1", "id:RN"), targets=(PAIR,))
    assert told(pieced, catalog) == {"target-alone": "kce:pair"}


def test_what_was_known_before_is_not_the_study(catalog: Catalog) -> None:
    before = model(held("kce", "own", "id:INSZ", "attr:diagnosis", since=0))
    assert told(before, catalog) == {}


def test_a_date_that_can_be_computed(catalog: Catalog) -> None:
    rule = Rule(
        "arithmetic", frozenset({"attr:stay_since_birth", "attr:stay_date"}), frozenset({"attr:birth_date"}), "x"
    )
    data = held("vikz-researchers", "data", "id:RN", "attr:stay_since_birth", "attr:stay_date")
    assert told(model(data, rules=(rule,)), catalog) == {"date-recoverable": "vikz-researchers:attr:birth_date"}
    assert told(model(replace(data, party="vikz-datateam"), rules=(rule,)), catalog) == {}
    given = replace(data, item=replace(data.item, tokens=data.item.tokens | {"attr:birth_date"}))
    assert told(model(given, rules=(rule,)), catalog) == {}, "what is handed over openly is another rule's"


def test_what_rests_on_a_quasi_key_says_so(catalog: Catalog) -> None:
    quasi = Quasi("stay", frozenset({"attr:hospital", "attr:day"}), None, "x")
    one = held("kce", "list", "id:INSZ", "attr:hospital", "attr:day")
    other = held("kce", "data", "attr:diagnosis", "attr:hospital", "attr:day")
    (hit,) = [hit for _, hit in check_model(replace(model(one, other), quasi=(quasi,)), catalog, lambda name: 1)]
    assert hit.what.endswith("for some persons")


def test_every_rule_on_exposure_is_tested(rules: Mapping[str, StudyRule]) -> None:
    from workbench.verify.rules import EXPOSURE_RULES

    tested = {"target-alone", "target-in-organisation", "target-without-ttp", "list-without-decoys", "date-recoverable"}
    assert set(EXPOSURE_RULES) == tested <= set(rules)
