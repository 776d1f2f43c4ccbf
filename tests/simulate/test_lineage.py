"""Declared and executed lineage are one: planted edges fail the run, and sqlglot finds the same edges in the SQL."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pytest
import sqlglot
from rdflib import Graph, URIRef
from rdflib.namespace import PROV, RDF
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from workbench.catalog import Catalog
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.kinds.derive import Derive
from workbench.dataflow.lineage import declared
from workbench.errors import Refused, WorkbenchError
from workbench.simulate import Run, context, run_flow
from workbench.simulate.backends import DuckSession
from workbench.simulate.events import PROVENANCE, read_events
from workbench.simulate.lineage import Edge, Executed, Trace, beyond, unused
from workbench.study import load_study

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")
STUDIES = ("breast-clinics", "ima-microdata", "intego", "operating-theatre", "stroke-care", "stroke-selfreg-2022")


@pytest.mark.parametrize("name", STUDIES)
def test_steps_put_one_after_the_other_declare_what_the_flow_says_of_its_columns(
    name: str, catalog: Catalog, catalog_root: Path
) -> None:
    """The same origin by two ways: the compiler carries it along, and the lineage is chained step by step."""
    flow = compile_flow(load_study(name, catalog, catalog_root), catalog)
    behind: dict[str, frozenset[str]] = {}
    for entry in flow.steps:
        for ref, columns in declared(flow, entry.step).values.items():
            for column, places in columns.items():
                found = frozenset[str]().union(*(behind.get(place, frozenset({place})) for place in places))
                behind[f"{ref}.{column}"] = found
    for dataset in flow.datasets.values():
        for part, columns_ in dataset.parts.items():
            for column_ in columns_:
                found = behind[f"{dataset.name}.{part}.{column_.name}"]
                # Who decodes a pseudonym has what was behind it; one step alone does not show that.
                differ = found ^ column_.origin
                assert not [one for one in differ if not one.startswith("domain:")], (dataset.name, part, column_.name)


class Spied:
    """A run of the stroke-care study with the SQL of every table that a step kept or wrote."""

    def __init__(self) -> None:
        self.edges: list[tuple[str, str, Executed]] = []  # the SQL, the name it is kept under, what the trace says
        self.tables: dict[str, Executed] = {}  # lineage of each table that the engine knows by a name


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> Spied:
    """Every expression that reaches the engine, with its lineage as the trace sees it."""
    seen = Spied()
    traces: list[Trace] = []

    class Noted(Trace):
        def __init__(self) -> None:
            super().__init__()
            traces.append(self)
            seen.tables.clear()

        def given(self, rows: ir.Table, known: Executed) -> ir.Table:
            if type(rows.op()).__name__ == "DatabaseTable":
                seen.tables[rows.op().name] = known
            return super().given(rows, known)

    write = DuckSession.write

    def noted(self: DuckSession, rows: ir.Table, path: Path) -> int:
        if "$" not in str(rows.columns):
            seen.edges.append((self._typed(rows), path.name, traces[-1].of(rows)))
            check(self._typed(rows), dict(seen.tables), traces[-1].of(rows))
        return write(self, rows, path)

    monkeypatch.setattr(context, "Trace", Noted)
    monkeypatch.setattr(DuckSession, "write", noted)
    return seen


def check(sql: str, tables: dict[str, Executed], traced: Executed) -> None:
    """What sqlglot finds behind every column of the SQL is what the trace found in the expression."""
    query = sqlglot.parse_one(sql, dialect="duckdb")
    used = {one.name for one in query.find_all(exp.Table)} & set(tables)
    columns = {name: dict.fromkeys((one.lower() for one in tables[name].columns), "text") for name in used}
    schema = MappingSchema(columns, dialect="duckdb", normalize=False)
    qualified = qualify(query, schema=schema, dialect="duckdb", validate_qualify_columns=False)
    scope = build_scope(qualified)
    for column, edges in traced.columns.items():
        found = set()
        for node in lineage(column, qualified, scope=scope, dialect="duckdb").walk():
            if not node.downstream and isinstance(node.expression, exp.Table):
                known = {name.lower(): edges for name, edges in tables[node.expression.name].columns.items()}
                found |= {edge.place for edge in known[node.name.rpartition(".")[2].strip('"').lower()]}
        assert found == {edge.place for edge in edges}, (column, sql)


@pytest.mark.parametrize("study", [str(EVERY_KIND), pytest.param("stroke-care", marks=pytest.mark.slow)])
def test_the_sql_of_every_step_has_the_edges_of_its_expression(
    study: str, spied: Spied, catalog: Catalog, catalog_root: Path, data: Path, tmp_path: Path
) -> None:
    """An independent reader: sqlglot, over the very SQL that went to the engine."""
    run_flow(compile_flow(load_study(study, catalog, catalog_root), catalog), data, tmp_path / "out")
    assert len(spied.edges) > 10


def test_what_is_declared_and_not_computed_is_a_count_an_empty_column_or_an_input_that_only_decides(
    watched: Any, flow: Flow
) -> None:
    """A wider declaration never hides anything, so it fails no run; here is everything of that sort."""
    run, found = watched.run, set()
    for number, entry in enumerate(flow.steps):
        event = read_events(run.folder / "lineage" / f"{number + 1:03}-{entry.step.id}.jsonl")
        done = {one["name"]: as_executed(one) for one in event["outputs"]} if entry.makes else {}
        said = declared(flow, entry.step)
        if done:
            assert beyond(said, done) == []
        for one in unused(said, done) if done else ():
            if not one.place.startswith("domain:"):
                found.add((entry.step.id, one.made.rpartition(".")[2]))
    assert found == {("select-pharmacy", "SS00055")} | {
        ("assess-small-cells", name)
        for name in ("classes", "records", "records_below_threshold", "smallest_class", "threshold")
    }


def as_executed(output: dict[str, Any]) -> Executed:
    """The lineage as another program reads it back from an event."""
    facet = output["facets"]["columnLineage"]

    def edges(fields: list[dict[str, Any]]) -> frozenset[Edge]:
        ways = ((f"{one['name']}.{one['field']}", way["subtype"]) for one in fields for way in one["transformations"])
        return frozenset(Edge(*one) for one in ways)

    columns = {name: edges(field["inputFields"]) for name, field in facet["fields"].items()}
    return Executed(columns, edges(facet["dataset"]))


SEX, LOS = "mzg_rn.stay.A2_CODE_SEX", "LOS"
Change = Callable[[ir.Table], ir.Table]
PLANTED: dict[str, tuple[Change, str]] = {
    "value": (lambda t: t.mutate(LOS=t[LOS] + t["A2_CODE_SEX"].cast("int64")), f"stay.LOS from {SEX} (transf"),
    "condition": (lambda t: t.mutate(LOS=t["A2_CODE_SEX"].notnull().ifelse(t[LOS], 0)), f"LOS from {SEX} (cond"),
    "case": (lambda t: t.mutate(LOS=ibis.cases((t["A2_CODE_SEX"] == "1", 1), else_=t[LOS])), f"LOS from {SEX} (cond"),
    "window": (
        lambda t: t.mutate(LOS=t[LOS] + ibis.row_number().over(ibis.window(order_by=t["A2_CODE_SEX"])) * 0),
        f"LOS from {SEX} (window)",
    ),
    "total": (lambda t: t.mutate(LOS=t[LOS] + t["A2_CODE_SEX"].nunique()), f"LOS from {SEX} (agg"),
    "filter": (lambda t: t.filter(t["A2_CODE_SEX"] == "1"), f"rows of mzg_linkset.stay from {SEX} (filter)"),
    "first rows": (lambda t: t.order_by("A2_CODE_SEX").limit(3), f"stay from {SEX} (sort)"),
    "join": (
        lambda t: t.semi_join(t.filter(t["A2_CODE_SEX"] == "1").select("RN"), "RN"),
        f"rows of mzg_linkset.stay from {SEX} (filter)",
    ),
    "among others": (
        lambda t: t.filter(t["RN"].isin(t.filter(t["A2_CODE_SEX"] == "1")["RN"])),
        f"rows of mzg_linkset.stay from {SEX}",
    ),
    "each once": (lambda t: t.distinct(), "rows of mzg_linkset.stay from mzg_rn.stay.A1_YEAR_BIRTH (group_by)"),
    "not in": (
        lambda t: t.difference(t.filter(t["A2_CODE_SEX"] == "1")),
        "stay from mzg_rn.stay.A1_YEAR_BIRTH (group_by)",
    ),
    "a share": (lambda t: t.sample(0.5), "A1_YEAR_BIRTH from mzg_rn.stay.A2_CODE_ADM"),  # what nobody foresaw reads all
    "another key": (lambda t: t.mutate(RIZIV=t[LOS]).drop("RIZIV").mutate(LOS=t["STAYNUM"].cast("int64")), "LOS from"),
}


def mutated(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """The step `prepare-mzg` computes its part `stay` otherwise than the study says."""
    express = Derive.express

    def other(self: Derive, context: Any) -> dict[str, ir.Table]:
        made = express(self, context)
        if self.id == "prepare-mzg":
            made["mzg_linkset.stay"] = change(made["mzg_linkset.stay"])
        return made

    monkeypatch.setattr(Derive, "express", other)


@pytest.fixture(scope="module")
def to_the_step(flow: Flow, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that stopped just before the step that is then mutated."""
    out = tmp_path_factory.mktemp("lineage") / "out"

    def stop(now: Any) -> None:
        if now.begins and flow.steps[min(now.number, len(flow.steps) - 1)].step.id == "prepare-mzg":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_flow(flow, data, out, progress=stop)
    return out


@pytest.mark.parametrize("planted", PLANTED)
def test_a_step_that_reads_one_more_column_fails_the_run_and_leaves_nothing(
    planted: str, to_the_step: Path, flow: Flow, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, told = PLANTED[planted]
    mutated(monkeypatch, change)
    before = (to_the_step / "ledger.jsonl").read_bytes()
    with pytest.raises(Refused, match="step 'prepare-mzg' computes ") as caught:
        run_flow(flow, data, to_the_step)
    assert told in str(caught.value)
    assert (to_the_step / "ledger.jsonl").read_bytes() == before
    assert not list(to_the_step.glob("vaults/*/mzg_linkset/*"))
    assert not list(to_the_step.glob("lineage/*prepare-mzg*"))


def test_the_step_as_the_study_says_it_goes_on_from_there(
    to_the_step: Path, flow: Flow, data: Path, tmp_path: Path
) -> None:
    """Or the tests above would also pass where the step always fails."""
    out = Path(shutil.copytree(to_the_step, tmp_path / "out"))
    run = run_flow(flow, data, out)
    assert run.resumed > 0
    assert len(run.ledger.entries) == len(flow.steps)
    assert len(list((out / "lineage").iterdir())) == len(flow.steps)


def test_rows_from_beside_the_context_are_refused(
    to_the_step: Path, flow: Flow, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutated(monkeypatch, lambda rows: rows.union(ibis.memtable(rows.schema().to_pyarrow().empty_table())))
    with pytest.raises(WorkbenchError, match="InMemoryTable is no table that the step was given"):
        run_flow(flow, data, to_the_step)


def test_events_are_open_lineage_and_the_ledger_has_their_hash(watched: Any, flow: Flow) -> None:
    """Keys and forms of the OpenLineage specification 2-0-2 and of its facet for column lineage."""
    run: Run = watched.run
    for number, entry in enumerate(run.ledger.entries):
        path = run.folder / "lineage" / f"{number + 1:03}-{entry.step}.jsonl"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry.lineage
        start, complete = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
        assert start["run"] == complete["run"] and UUID(start["run"]["runId"])
        assert datetime.fromisoformat(start["eventTime"]) <= datetime.fromisoformat(complete["eventTime"])
        assert complete["job"] == {"namespace": "stroke-care", "name": entry.step}
        made = {f"{one.dataset}.{one.part}": one for one in entry.made}
        for output in complete["outputs"]:
            facet = output["facets"]["columnLineage"]
            if output["name"] in made:
                assert output["outputFacets"]["outputStatistics"]["rowCount"] == made[output["name"]].rows
                assert list(facet["fields"]) == list(made[output["name"]].columns)
            inputs = {(one["namespace"], one["name"]) for one in complete["inputs"]}
            read = [one for field in facet["fields"].values() for one in field["inputFields"]] + facet["dataset"]
            assert {(one["namespace"], one["name"]) for one in read} <= inputs
            ways = [way for one in read for way in one["transformations"]]
            assert {way["type"] for way in ways} <= {"DIRECT", "INDIRECT"}
    sent = json.loads((run.folder / "lineage" / "002-deliver-selection.jsonl").read_text().splitlines()[1])
    assert [one["namespace"] for one in sent["outputs"]] == ["stroke-care/vikz-datamanager"]


def test_a_pseudonym_is_masked_and_nothing_else_of_that_step(watched: Any) -> None:
    path = next((watched.run.folder / "lineage").glob("*pseudonymise-rn.jsonl"))
    fields = read_events(path)["outputs"][0]["facets"]["columnLineage"]["fields"]
    masked = {
        name for name, field in fields.items() for one in field["inputFields"] if one["transformations"][0]["masking"]
    }
    assert masked == {"RN"} and fields["INSZ"]["inputFields"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own
def test_provenance_is_prov_o_and_leads_from_the_analysis_back_to_the_sources(watched: Any, flow: Flow) -> None:
    run: Run = watched.run
    graph = Graph().parse(data=(run.folder / PROVENANCE).read_text(encoding="utf-8"), format="json-ld")
    for predicate in set(graph.predicates()):
        if str(predicate).startswith(str(PROV)):
            assert predicate in PROV, predicate
    activities = set(graph.subjects(RDF.type, PROV.Activity))
    assert len(activities) == len(flow.steps)
    for activity in activities:
        assert list(graph.objects(activity, PROV.wasAssociatedWith))
    base = str(next(iter(activities))).partition("step/")[0]
    decided = set()
    equal = {"mzg.PATHOSPI.CODE_AGR": "mzg.STAYHOSP.CODE_AGR"}  # a key by which rows were looked up
    analysis = flow.study.study.analysis
    assert analysis is not None
    for part, columns in flow.datasets[analysis.dataset].parts.items():
        for column in columns:
            name = f"party/{analysis.party}/{analysis.dataset}.{part}/{column.name}"
            start = URIRef(f"{base}{quote(name)}")
            behind = {unquote(str(one)) for one in graph.transitive_objects(start, PROV.wasDerivedFrom)}
            sources = {one.rpartition("source/")[2].replace("/", ".") for one in behind if "source/" in one}
            said = {equal.get(one, one) for one in column.origin if not one.startswith("domain:")}
            assert sources <= said, name
            if sources < said:
                decided.add(column.name)
    # What finds the stay before decides, and only its hospital is the value; a width is one of those the study lists.
    assert decided == {"VorigZiekenhuis", "VorigVerblijf", "VolgendZiekenhuis", "VolgendVerblijf", "A1_CLASS_WIDTH"}
