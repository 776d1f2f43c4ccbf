"""Each rule of flows against a small study that breaks it and little else, and one that comes close and does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.verify.rules.small import CITE, LABEL, Data, Sketch, compiled, found, small
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule
from workbench.dataflow.schema import Column, Dataset
from workbench.verify.check import check_flow, checked, unused
from workbench.verify.rules import EXPOSURE_RULES, FLOW_RULES, Story
from workbench.verify.rules.lineage import column_without_source

Change = Callable[[Sketch], object]
DESTINATION = "mzg.STAYHOSP.A2_CODE_DESTINATE"


def every(*changes: Change) -> Change:
    """One change after the other."""

    def change(sketch: Sketch) -> None:
        for one in changes:
            one(sketch)

    return change


def put(place: str, value: object) -> Change:
    """Set a top-level key, or `key.inner` of a mapping, or `step:key` of a step."""

    def change(sketch: Sketch) -> None:
        step, _, key = place.rpartition(":")
        target: Data = sketch.step(step) if step else sketch.data
        *parents, last = key.split(".")
        for parent in parents:
            target = target[int(parent)] if parent.isdigit() else target[parent]
        target[int(last) if last.isdigit() else last] = value

    return change


def more(place: str, value: object) -> Change:
    """Append to a list at a place as in `put`."""

    def change(sketch: Sketch) -> None:
        step, _, key = place.rpartition(":")
        target = sketch.step(step) if step else sketch.data
        for name in key.split("."):
            target = target[int(name)] if name.isdigit() else target[name]
        target.append(value)

    return change


def keep_to_the_end(name: str, ref: str, *used_by: str, transformation: str = "none") -> Change:
    """Take a field and carry it to the researchers."""
    return every(
        lambda one: one.column("stays", "stay", name, ref),
        more("code-again:keep", name),
        lambda one: one.ask(ref, *(used_by or ("analysis",)), transformation=transformation),
    )


def recipient(party: str, dataset: str) -> Change:
    return more("recipients", {"party": party, "receives": dataset, "cite": CITE})


def term(dataset: str, years: int = 4) -> Change:
    return more("retention", {"dataset": dataset, "years": years, "from": "the delivery", "cite": CITE})


def count(policy: str | None) -> Change:
    """Researchers count and tell the committee."""
    words = {"measures": {"verblijven": "count"}, "by": ["A2_CODE_SEX"], "input": "safe.stay", "output": "table"}
    limit = {"policy": policy} if policy else {}
    return every(
        lambda one: one.add(id="count", kind="aggregate", actor="vikz-researchers", **words, **limit),
        lambda one: one.add(id="out", kind="send", actor="vikz-researchers", dataset="table", to=["committee"]),
        recipient("committee", "table"),
    )


def count_at_home(sketch: Sketch) -> None:
    """Researchers count for themselves, groups of any size; the one group of everybody is none."""
    measures = {"measures": {"verblijven": "count"}}
    words = {**measures, "input": "safe.stay", "kind": "aggregate", "actor": "vikz-researchers"}
    sketch.add(id="count", by=["A2_CODE_SEX"], output="table", **words)
    sketch.add(id="count-all", by=[], output="total", **words)
    sketch.data["recipients"] += [
        {"party": "vikz-researchers", "receives": name, "cite": CITE} for name in ("table", "total")
    ]


def approve(before: str) -> Change:
    words = {"dataset": "safe", "persons": 2, "purpose": LABEL}
    return every(
        lambda one: one.add(before, id="look", kind="approve", actor="kce", **words),
        more("conditions.0.satisfied_by", {"step": "look"}),
    )


def chosen_by_disease(sketch: Sketch) -> None:
    field = "mzg.DIAGNOSE.CODE_DIAGNOSE"
    criterion = {"id": "stroke", "field": field, "in_codes": "stroke_inclusion", "cite": CITE}
    sketch.data["population"]["criteria"].append(criterion)
    sketch.ask(field, "selection", transformation="selection")


def decoys(sketch: Sketch) -> None:
    words = {"input": "persons", "from_": "hospital.PATIENT", "column": "INSZ", "output": "mixed"}
    sketch.add("send-list", id="decoys", kind="add_decoys", actor="hospitals", **words)
    sketch.step("send-list")["dataset"] = "mixed"
    sketch.step("code")["input"] = "mixed"
    sketch.step("end-ehealth")["datasets"] = ["mixed", "insz_rn"]
    sketch.step("end-hospitals")["datasets"].append("mixed")
    sketch.data["conditions"][0]["satisfied_by"].append({"step": "decoys"})


def one_pseudonym(sketch: Sketch) -> None:
    """The researchers get the pseudonym that hospitals have beside identities."""
    columns = {name: name for name in ("RN", "A2_CODE_SEX", "A1_YEAR_BIRTH", "A2_CODE_ADM")}
    again = sketch.step("code-again")
    again.update(kind="consolidate", inputs=["coded.stay"], columns=columns)
    for key in ("input", "domain", "keep"):
        del again[key]
    sketch.step("assess")["person"] = sketch.step("mend")["person"] = "RN"
    del sketch.step("end-ksz")["keys"]
    del sketch.data["domains"][1]


def reference(kept: bool) -> Change:
    """Identifiers and data go apart and come together again, with or without the number that joins them."""

    def change(sketch: Sketch) -> None:
        split = {"input": "raw.stay", "identifiers": ["INSZ"], "reference": "REF_NR"}
        sketch.add("recode", id="halve", kind="split", actor="hospitals", output="half.a", rest="other.b", **split)
        names = ["A2_CODE_SEX", "A1_YEAR_BIRTH", "A2_CODE_ADM"]
        columns = {"INSZ": "left.INSZ", **{name: f"right.{name}" for name in names}}
        if kept:
            columns["REF_NR"] = "left.REF_NR"
            sketch.step("code-again")["keep"].append("REF_NR")
        join = {"left": "half.a", "right": "other.b", "on": {"REF_NR": "REF_NR"}, "columns": columns}
        sketch.add("recode", id="join", kind="link", actor="hospitals", output="whole.stay", **join)
        sketch.step("recode")["input"] = "whole"
        sketch.step("end-hospitals")["datasets"] += ["half", "other", "whole"]

    return change


def joined_on(key: str) -> Change:
    """Stays are joined with the patient file once more, on the right or the wrong column."""

    def change(sketch: Sketch) -> None:
        names = ("INSZ", "A2_CODE_SEX", "A1_YEAR_BIRTH", "A2_CODE_ADM")
        words = {"left": "raw.stay", "right": "hospital.PATIENT", "on": {"INSZ": key}, "output": "paired.stay"}
        columns = {name: f"left.{name}" for name in names}
        sketch.add("recode", id="pair", kind="link", actor="hospitals", columns=columns, **words)
        sketch.step("recode")["input"] = "paired"
        sketch.step("end-hospitals")["datasets"].append("paired")
        sketch.ask("hospital.PATIENT.PATNUM", "linkage", transformation="link_only")
        sketch.data["parties"] = list(sketch.data["parties"])

    return change


def by_link(**columns: str) -> Change:
    """Pseudonyms are put in by a join instead of a recoding."""

    def change(sketch: Sketch) -> None:
        recode = sketch.step("recode")
        for key in ("input", "concordance", "from", "to_identifier"):
            del recode[key]
        names = ("A2_CODE_SEX", "A1_YEAR_BIRTH", "A2_CODE_ADM")
        taken = {"RN": "right.RN", **{name: f"left.{name}" for name in names}, **columns}
        words = {"left": "raw.stay", "right": "insz_rn", "on": {"INSZ": "INSZ"}, "output": "coded.stay"}
        recode.update(kind="link", columns=taken, **words)
        sketch.step("code-again")["keep"] += list(columns)

    return change


def second_set(sketch: Sketch) -> None:
    """Researchers get a second set and link it with the first."""
    columns = {"Cproject": "Cproject", "A2_CODE_ADM": "A2_CODE_ADM"}
    sketch.add(
        "give-back",
        id="also",
        kind="consolidate",
        actor="kce",
        inputs=["safe.stay"],
        output="more.stay",
        columns=columns,
    )
    sketch.add(
        "give-back", id="send-more", kind="send", actor="kce", dataset="more", to=["vikz-researchers"], encrypted=True
    )
    sketch.step("end-kce")["datasets"].append("more")
    words = {
        "left": "safe.stay",
        "right": "more.stay",
        "on": {"Cproject": "Cproject"},
        "columns": {"A2_CODE_ADM": "left.A2_CODE_ADM"},
    }
    sketch.add(id="join-more", kind="link", actor="vikz-researchers", output="both", **words)
    every(term("more"), term("both"), recipient("vikz-researchers", "more"), recipient("vikz-researchers", "both"))(
        sketch
    )


def all_by_ehealth(sketch: Sketch) -> None:
    for step in ("code-again", "place", "end-ksz"):
        sketch.step(step)["actor"] = "ehealth"
    sketch.step("send-stays")["to"] = ["ehealth"]
    sketch.data["domains"][1]["issuer"] = "ehealth"


def not_reported(sketch: Sketch) -> None:
    sketch.without("tell")
    del sketch.data["recipients"][1]


def access_first(sketch: Sketch) -> None:
    for id_ in ("assess", "tell", "end-kce"):
        step = sketch.step(id_)
        sketch.data["flow"].remove(step)
        sketch.data["flow"].append(step)


def not_mended(sketch: Sketch) -> None:
    sketch.without("mend", "give-back", "end-dwh")
    sketch.step("end-kce")["datasets"] = ["final"]
    sketch.step("open")["dataset"] = "final"
    sketch.data["recipients"][0]["receives"] = sketch.data["retention"][0]["dataset"] = "final"


def bare_and_mended(sketch: Sketch) -> None:
    sketch.without("end-dwh").add(
        id="open-bare", kind="grant_access", actor="ima-project-dwh", dataset="final", to=["vikz-researchers"]
    )
    every(term("final"), recipient("vikz-researchers", "final"))(sketch)


def all_rows(sketch: Sketch) -> None:
    sketch.step("stays")["population"] = False


def spare(sketch: Sketch) -> None:
    columns = {"A2_CODE_SEX": "A2_CODE_SEX"}
    sketch.add(
        "end-hospitals",
        id="spare",
        kind="consolidate",
        actor="hospitals",
        inputs=["raw.stay"],
        output="spare",
        columns=columns,
    )
    sketch.step("end-hospitals")["datasets"].append("spare")


def feed_back(**own: str) -> Change:
    return every(
        lambda one: one.add(
            "end-kce", id="back", kind="feed_back", actor="kce", dataset="safe", to=["hospitals"], encrypted=True, **own
        ),
        recipient("hospitals", "safe"),
    )


# For each rule the change that breaks it, and other rules that the same mistake cannot but break.
BREAKS: dict[str, tuple[Change, set[str]]] = {
    "unused-dataset": (spare, set()),
    "unused-column": (
        every(
            lambda one: one.column("stays", "stay", "A2_CODE_DESTINATE", DESTINATION),
            lambda one: one.ask(DESTINATION, "linkage"),
        ),
        set(),
    ),
    "receiver-without-use": (every(more("send-stays:to", "kce"), more("end-kce:datasets", "coded")), set()),
    "delivered-twice": (more("give-back:to", "vikz-researchers"), set()),
    "joined-unlike": (joined_on("PATNUM"), set()),
    "mapping-kept": (put("end-hospitals:datasets", ["persons", "raw", "coded"]), set()),
    "key-kept": (put("end-ehealth:keys", []), set()),
    "key-end-undone": (
        every(put("end-ehealth:keys", []), put("domains.0.key_until", {"years": 4, "from": "x"})),
        set(),
    ),
    "reversible-key-open": (put("domains.0.reversible", True), set()),
    "raw-record-key": (keep_to_the_end("STAYNUM", "mzg.STAYHOSP.STAYNUM"), {"target-without-ttp"}),
    "shared-pseudonym": (one_pseudonym, set()),
    "link-number-kept": (reference(True), {"target-without-ttp"}),
    "linkage-variable-kept": (put("variables.4.used_by", ["linkage"]), set()),
    "fate-differs": (put("variables.4.transformation", "group"), set()),
    "fate-twice": (lambda one: one.ask("hospital.THEATRE.INSZ", "selection", "linkage"), set()),
    "end-user-holds-identity": (
        every(more("send-list:to", "kce"), recipient("kce", "persons"), term("persons")),
        {"fate-differs"},
    ),
    "ttp-identity-and-payload": (all_by_ehealth, set()),
    "output-meets-identity": (every(more("give-back:to", "hospitals"), recipient("hospitals", "safe")), set()),
    "sent-in-clear": (put("send-stays:encrypted", False), set()),
    "four-eyes-single": (approve("end-kce"), set()),
    "host-can-read": (
        put("hosting", [{"host": "smals", "of": "ima-project-dwh", "encrypted": False, "cite": CITE}]),
        set(),
    ),
    "variable-not-taken": (lambda one: one.ask(DESTINATION, "linkage"), set()),
    "purpose-unknown": (
        every(put("indicators", ["ivt"]), put("variables.4.used_by", ["analysis", "curiosity"])),
        set(),
    ),
    "purpose-not-reached": (
        every(
            lambda one: one.column("stays", "stay", "A2_CODE_DESTINATE", DESTINATION),
            lambda one: one.ask(DESTINATION, "analysis"),
        ),
        {"unused-column"},
    ),
    "selection-not-used": (put("variables.2.used_by", ["selection", "analysis"]), set()),
    "criterion-unmotivated": (
        every(
            more(
                "population.criteria",
                {"id": "here", "field": "mzg.STAYHOSP.CODE_AGR", "in_codes": "hospitals", "cite": CITE},
            ),
            lambda one: one.ask("mzg.STAYHOSP.CODE_AGR", "linkage", transformation="link_only"),
        ),
        set(),
    ),
    "field-unmotivated": (
        every(
            lambda one: one.column("stays", "stay", "YEAR_REGISTR", "mzg.PATHOSPI.YEAR_REGISTR"),
            more("code-again:keep", "YEAR_REGISTR"),
            lambda one: one.ask("mzg.STAYHOSP.YEAR_REGISTR", "analysis"),
        ),
        set(),
    ),
    "empty-identifier": (put("stays:parts.stay.filled", []), set()),
    "period-not-selected": (put("population.criteria.0.between", [2017, 2018]), set()),
    "whole-table": (all_rows, set()),
    "filler-column": (by_link(A2_CODE_DESTINATE=f"empty.{DESTINATION}"), set()),
    "coarser-form": (
        every(
            lambda one: one.column("stays", "stay", "Born", "mzg.PATHOSPI.A1_YEAR_BIRTH"),
            more("code-again:keep", "Born"),
            more("assess:quasi_identifiers", "Born"),
        ),
        set(),
    ),
    "exact-date": (keep_to_the_end("A2_DAY_HOSP_OUT", "mzg.STAYHOSP.A2_DAY_HOSP_OUT"), {"scra-misses-trait"}),
    "scra-undeclared": (
        every(lambda one: one.data.pop("scra"), put("conditions.0.satisfied_by", [{"step": "assess"}])),
        set(),
    ),
    "scra-missing": (put("scra.executor", "committee"), set()),
    "access-before-scra": (access_first, {"scra-reported-late"}),
    "linked-after-scra": (second_set, {"unprotected-access"}),
    "unprotected-access": (bare_and_mended, {"coarser-form"}),
    "scra-unmended": (not_mended, {"coarser-form"}),
    "scra-not-reported": (not_reported, {"unused-dataset"}),
    "scra-reported-late": (
        lambda one: one.data["flow"].append(one.data["flow"].pop(one.data["flow"].index(one.step("tell")))),
        set(),
    ),
    "scra-misses-trait": (put("assess:quasi_identifiers", ["A2_CODE_SEX"]), set()),
    "person-level-leaves": (
        every(
            lambda one: one.add(
                id="out", kind="send", actor="vikz-researchers", dataset="safe", to=["committee"], encrypted=True
            ),
            recipient("committee", "safe"),
        ),
        set(),
    ),
    "aggregate-unprotected": (count(None), set()),
    "count-without-policy": (count_at_home, set()),
    "feed-back-unfiltered": (feed_back(), {"output-meets-identity"}),
    "condition-unmet": (put("conditions.0.satisfied_by", []), set()),
    "safeguard-unclaimed": (
        lambda one: one.add(id="log", kind="log", actor="kce", datasets=["safe"], what=LABEL, before="end-kce"),
        set(),
    ),
    "no-conditions": (put("conditions", []), set()),
    "list-without-decoys": (chosen_by_disease, set()),
    "kept-without-term": (put("end-hospitals:datasets", ["persons", "insz_rn", "coded"]), set()),
    "copy-kept": (put("end-kce:datasets", ["final"]), set()),
    "retention-twice": (term("safe", 9), set()),
    "retention-of-nothing": (term("raw"), set()),
    "key-longer-than-data": (put("domains.0.key_until", {"years": 9, "from": "x"}), set()),
    "rights-unstated": (lambda one: one.data.pop("rights"), set()),
    "exemption-with-identity": (
        every(
            put("rights", {"information": "exempt", "reason": LABEL, "cite": CITE}),
            put("applicant.organisation", "hospitals"),
        ),
        set(),
    ),
}
# Changes that come close to breaking a rule, or use a kind of step that the small study does not have.
SOUND: dict[str, Change] = {
    "as it is": lambda one: None,
    "a join on the identifier": every(joined_on("INSZ"), lambda one: one.data["variables"].pop()),
    "a link number that goes": reference(False),
    "a join instead of a recoding": by_link(),
    "two approve": approve("give-back"),
    "counts under a policy": count("small-cells"),
    "an encrypted host": put("hosting", [{"host": "smals", "of": "ima-project-dwh", "encrypted": True, "cite": CITE}]),
    "a list with decoys": every(chosen_by_disease, decoys),
    "an exemption of a body without identities": put(
        "rights", {"information": "exempt", "reason": LABEL, "cite": CITE}
    ),
    "a key with an end": put("domains.0.key_until", {"years": 4, "from": "x"}),
}
ELSEWHERE = {
    "column-without-source",
    "asked-and-not-shown",
    "ttps-one-body",
    "identity-crosses-zones",
    "window-missing",
    "codes-unlimited",
}


def names(data: Data, catalog: Catalog, rules: Mapping[str, StudyRule]) -> set[str]:
    return {one.finding.rule for one in found(data, catalog, rules)}


@pytest.mark.parametrize("rule", BREAKS)
def test_the_rule_and_little_else_is_found(rule: str, catalog: Catalog, rules: Mapping[str, StudyRule]) -> None:
    sketch = Sketch()
    change, also = BREAKS[rule]
    change(sketch)
    assert names(sketch.data, catalog, rules) == {rule} | also


@pytest.mark.parametrize("change", SOUND)
def test_nothing_is_found(change: str, catalog: Catalog, rules: Mapping[str, StudyRule]) -> None:
    sketch = Sketch()
    SOUND[change](sketch)
    assert [str(one) for one in found(sketch.data, catalog, rules)] == []


def test_every_rule_is_tested() -> None:
    assert set(FLOW_RULES) | {"list-without-decoys"} == set(BREAKS) | ELSEWHERE


def test_rules_and_checks_are_one_to_one(rules: Mapping[str, StudyRule]) -> None:
    checked(rules)
    assert not set(FLOW_RULES) & set(EXPOSURE_RULES)


def test_a_finding_says_where_what_why_and_how(catalog: Catalog, rules: Mapping[str, StudyRule]) -> None:
    sketch = Sketch()
    sketch.step("send-stays")["encrypted"] = False
    (one,) = found(sketch.data, catalog, rules)
    assert one.at == "send-stays:ksz" and not one.open
    assert str(one).startswith("warning: small.yaml:1: [sent-in-clear] 'coded' goes to ksz")
    assert one.finding.why and one.finding.repair and one.finding.severity == "warning"


def test_an_accepted_error_stays_with_its_reason(catalog: Catalog, rules: Mapping[str, StudyRule]) -> None:
    """It stands there as accepted; the same rule about something else is still an error."""
    sketch = Sketch()
    change, _ = BREAKS["kept-without-term"]
    change(sketch)
    word = {"rule": "kept-without-term", "reason": {**LABEL, "en": "they are its own"}, "cite": CITE}
    sketch.data["accepted"] = [{**word, "at": "hospitals:raw"}, {**word, "at": "hospitals:coded"}]
    flow = compiled(sketch.data, catalog)
    (one,) = check_flow(flow, rules)
    assert one.accepted and not one.open and str(one).endswith("Accepted: they are its own")
    assert [lost.at for lost in unused(flow, [one])] == ["hospitals:coded"]
    sketch.data["accepted"] = [{**word, "at": "hospitals:coded"}]
    (one,) = found(sketch.data, catalog, rules)
    assert one.open


def test_a_column_that_comes_from_nowhere(catalog: Catalog) -> None:
    """No kind of step makes one, so it is put into a flow by hand."""
    flow = compiled(small(), catalog)
    ghost = Dataset("ghost", {"rows": (Column("x", "string", "payload", False, frozenset()),)})
    steps = tuple(replace(one, makes=("ghost",)) if one.step.id == "assess" else one for one in flow.steps)
    haunted = replace(flow, datasets={**flow.datasets, "ghost": ghost}, steps=steps)
    assert [hit.at for hit in column_without_source(Story(haunted))] == ["ghost.rows.x"]
    assert list(column_without_source(Story(flow))) == []


def test_what_nobody_asked_for(catalog: Catalog, rules: Mapping[str, StudyRule]) -> None:
    """The study's own check refuses this too, so the variable goes after it."""
    flow = compiled(small(), catalog)
    asked = tuple(one for one in flow.study.study.variables if not one.ref.endswith("A2_CODE_ADM"))
    study = replace(flow.study, study=flow.study.study.model_copy(update={"variables": asked}))
    told = {one.finding.rule for one in check_flow(replace(flow, study=study), rules)}
    assert told == {"asked-and-not-shown", "field-unmotivated"}


@pytest.mark.parametrize(
    ("party", "organisation", "rule"),
    [("ksz", "eHealth platform", "ttps-one-body"), ("ehealth", "hospitals", "identity-crosses-zones")],
)
def test_one_body_with_two_roles(
    party: str, organisation: str, rule: str, catalog: Catalog, rules: Mapping[str, StudyRule]
) -> None:
    moved = catalog.parties[party].model_copy(update={"organisation": organisation})
    joined = replace(catalog, parties={**catalog.parties, party: moved})
    assert rule in names(small(), joined, rules)
    assert rule not in names(small(), catalog, rules)


def bills(**limits: object) -> Data:
    """The sickness funds look up the bills of their members."""
    sketch = Sketch()
    sketch.data["parties"].append("ima")
    columns = {"PP0010": "ima.POPULATION.PP0010", "PP0040": "ima.POPULATION.PP0040"}
    parts = {"rows": {"from": ["ima.POPULATION"], "columns": columns}}
    sketch.add(id="members", kind="select", actor="ima", output="members", parts=parts)
    words = {"left": "members", "right": "ima.HEALTH", "on": {"PP0010": "SS00010"}, "output": "bills"}
    sketch.add(id="bills", kind="link", actor="ima", columns={"SS00020": "right.SS00020"}, **words, **limits)
    for ref in ("ima.POPULATION.PP0010", "ima.POPULATION.PP0040", "ima.HEALTH.SS00020"):
        sketch.ask(ref, "selection", transformation="link_only")
    return sketch.data


WINDOW = {"right.SS00015": ["left.PP0040", "left.PP0040"]}
CODES = {"right.SS00020": ["nomenclature_stroke"]}


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({}, {"window-missing", "codes-unlimited"}),
        ({"between": WINDOW}, {"codes-unlimited"}),
        ({"only_any": CODES}, {"window-missing"}),
        ({"between": WINDOW, "only_any": CODES}, set()),
    ],
)
def test_events_of_every_date_and_code(
    limits: Data, told: set[str], catalog: Catalog, rules: Mapping[str, StudyRule]
) -> None:
    assert names(bills(**limits), catalog, rules) & {"window-missing", "codes-unlimited"} == told
