"""Groups of one, classes of one value, and chains of keys: what seems to hide somebody and does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.verify.rules.small import Sketch, compiled
from workbench.catalog import Catalog
from workbench.verify import Model, knowledge_of, minimal_coalitions
from workbench.verify.facts import Holding, Item, Key
from workbench.verify.repairs import repairs

TARGET = frozenset({"id:INSZ", "attr:diagnosis"})


def model(sketch: Sketch, catalog: Catalog) -> Model:
    return knowledge_of(compiled(sketch.data, catalog))


# -- a chain of keys -----------------------------------------------------------------------------------------------


def chain(holders: tuple[str, str], reversible: bool = False, tried: str = "INSZ") -> Model:
    """`reader` has diagnoses under B, which is made of A, which is made of the INSZ."""
    rows = Holding("reader", Item("rows", "rows", frozenset({"id:B", "attr:diagnosis"})), 1, None, "")
    first = Key(holders[0], "A", "INSZ", reversible, 1, 2, "")
    keys = (first, Key(holders[1], "B", "A", False, 1, None, ""))
    names = dict.fromkeys(("reader", *holders))
    return Model("chain", {one: one for one in names}, (rows,), keys, enumerable=frozenset({tried}))


def test_a_chain_of_keys_held_by_one_party_is_followed() -> None:
    one = chain(("coder", "coder"))
    assert minimal_coalitions(one, TARGET) == (frozenset({"reader", "coder"}),)
    derivation = one.exposure(["reader", "coder"]).reaches(TARGET)
    assert derivation is not None and derivation.exact
    assert [link.by for link in derivation.links] == ["key:B", "key:A"]
    assert derivation.lines()[3].startswith("In rows: every A there is can be tried with the key until")


def test_a_chain_of_keys_held_by_several_takes_them_all() -> None:
    assert minimal_coalitions(chain(("first", "second")), TARGET) == (frozenset({"reader", "first", "second"}),)


def test_no_chain_turns_back_what_cannot_be_tried() -> None:
    assert minimal_coalitions(chain(("coder", "coder"), tried="OTHER"), TARGET) == ()
    # Reversible from A to the INSZ, but nothing leads from B to A.
    assert minimal_coalitions(chain(("coder", "coder"), reversible=True, tried="OTHER"), TARGET) == ()


# -- groups of one ---------------------------------------------------------------------------------------------------


def counted(by: list[str], policy: str | None = None, measures: dict[str, Any] | None = None) -> Sketch:
    """Researchers count and tell the committee."""
    sketch = Sketch()
    words: dict[str, Any] = {"by": by, "measures": measures or {"verblijven": "count"}, "input": "safe.stay"}
    limit = {"policy": policy} if policy else {}
    sketch.add(id="count", kind="aggregate", actor="vikz-researchers", output="table", **words, **limit)
    return sketch.add(id="out", kind="send", actor="vikz-researchers", dataset="table", to=["committee"])


@pytest.mark.parametrize(
    ("by", "policy", "measures", "told"),
    [
        (["A2_CODE_SEX", "A2_CODE_ADM"], None, None, {"attr:sex", "attr:way_in"}),
        (["A2_CODE_SEX", "A2_CODE_ADM"], "small-cells", None, set()),
        ([], None, None, set()),
        (["A2_CODE_SEX"], None, {"patienten": {"count_distinct": "Cproject"}}, {"attr:sex"}),
    ],
)
def test_a_group_of_one_tells_of_some(
    by: list[str], policy: str | None, measures: dict[str, Any] | None, told: set[str], catalog: Catalog
) -> None:
    known = model(counted(by, policy, measures), catalog)
    found = {f"attr:{one}" for cluster in known.exposure(["committee"]).clusters for one in cluster.attributes}
    fields = {"attr:way_in": "mzg.STAYHOSP.A2_CODE_ADM", "attr:sex": "mzg.STAYHOSP.A2_CODE_SEX"}
    wanted = {f"attr:{one}" for name in told for one in catalog.knowledge.attributes_of(fields[name])}
    assert wanted <= found and bool(wanted) == bool(found)
    assert not any(cluster.identifiers for cluster in known.exposure(["committee"]).clusters)
    for one in wanted:  # of some persons only: nothing of it is exact
        derivation = known.exposure(["committee"]).reaches({one})
        assert derivation is not None and derivation.certainty is None and not derivation.exact
        assert known.exact.exposure(["committee"]).reaches({one}) is None


def test_a_mean_of_one_is_the_value(catalog: Catalog) -> None:
    known = model(counted(["A2_CODE_SEX"], measures={"gemiddelde_deur_naaldtijd": {"mean": "A1_YEAR_BIRTH"}}), catalog)
    assert known.exposure(["committee"]).can({"attr:birth_class", "attr:sex"})


def test_what_mends_a_group_of_one_is_a_policy(catalog: Catalog) -> None:
    known = model(counted(["A2_CODE_SEX"]), catalog)
    (one,) = repairs(known, {"attr:sex"}, ["committee"])
    assert one.text == "leave groups of one and classes of one value of sex out of table: name a policy there."


# -- classes of one value --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("widths", "told"), [([1], True), ([1, 5, 10], True), ([5, 10], False)])
def test_a_width_of_one_hides_no_year(widths: list[int], told: bool, catalog: Catalog) -> None:
    sketch = Sketch()
    sketch.step("mend")["widths"] = widths
    known = model(sketch, catalog)
    assert known.exposure(["vikz-researchers"]).can({"id:Cproject", "attr:birth_class"})
    assert known.exposure(["vikz-researchers"]).can({"id:Cproject", "attr:birth_year"}) is told
    assert not known.exact.exposure(["vikz-researchers"]).can({"id:Cproject", "attr:birth_year"})


@pytest.mark.parametrize(("last", "told"), [(1900, True), (1999, False)])
def test_a_class_of_one_value_tells_it(last: int, told: bool, catalog: Catalog) -> None:
    decades = catalog.codes["birth_decade"]
    bounds = ({"lower": 1900, "upper": last}, {"lower": last + 1, "upper": None})
    pairs = zip(decades.entries[:2], bounds, strict=True)
    entries = tuple(one.model_copy(update={"attributes": bound}) for one, bound in pairs)
    codes = {**catalog.codes, "birth_decade": decades.model_copy(update={"entries": entries})}
    sketch = Sketch()
    classes = {"stay": {"GeboorteDecennium": {"from": "A1_YEAR_BIRTH", "codes": "birth_decade"}}}
    sketch.add("end-kce", id="class", kind="categorise", actor="kce", input="final", output="classed", classes=classes)
    sketch.add("end-kce", id="show", kind="send", actor="kce", dataset="classed", to=["committee"])
    known = model(sketch, replace(catalog, codes=codes))
    assert known.exposure(["committee"]).can({"id:Cproject", "attr:birth_class"})
    assert known.exposure(["committee"]).can({"id:Cproject", "attr:birth_year"}) is told
