"""Data, drawing, run and release: each a function that says what it did and what it could reuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.catalog.model import Catalog
from workbench.dataflow.draw import draw
from workbench.dataflow.export import FlowExport, export_flow
from workbench.dataflow.frames import frames
from workbench.dataflow.graph import Flow
from workbench.dataflow.kinds.aggregate import Aggregate
from workbench.dataflow.kinds.approve import Approve
from workbench.dataflow.render import render
from workbench.disclosure import SafeTable, SmallCellPolicy, load_policy, protect
from workbench.errors import WorkbenchError
from workbench.indicators import Computed, compute_indicators
from workbench.main import audits
from workbench.main.checks import open_study
from workbench.main.confidential import keep
from workbench.main.own_studies import collection_of, named, own_text
from workbench.main.releases import earlier_releases, registered
from workbench.publish import Release, keep_own, list_releases, load_collections, publishing, write_release
from workbench.simulate import EngineSettings, Now, Run, open_run, run_flow
from workbench.synth import Figure, Manifest, generate, is_valid, realism, write_realism
from workbench.synth.sources import tables_for

Progress = Callable[[str, float], None]  # what is being done, and the share done (0 to 1)


@dataclass(frozen=True)
class Released:
    """A release, what it was made from, and whether it stood there already."""

    release: Release
    safe: SafeTable | None
    computed: Computed | None
    reused: bool


def synthesise(
    out: Path,
    persons: int,
    seed: int,
    enrich: str | None,
    root: Path,
    progress: Progress | None = None,
    studies: Sequence[str] = (),
    first_year: int | None = None,
    imperfections: Path | None = None,
) -> tuple[Manifest, bool]:
    """Synthetic data in `out`; the second value tells whether valid data of the same make stood there.

    With `studies`, all source tables and fields that they read; else those of stays and sickness funds. `first_year`
    and `imperfections` are those of `generate`.
    """
    asked = [ref for name in studies for ref in read_by(open_study(name, root))]
    tables = tables_for(asked) if studies else None
    what = (out, persons, seed, enrich, root)
    if is_valid(*what, tables=tables, first_year=first_year, imperfections=imperfections):
        return Manifest.read(out), True
    return generate(*what, progress=progress, tables=tables, first_year=first_year, imperfections=imperfections), False


def realism_report(data: Path, out: Path | None, root: Path) -> tuple[Manifest, tuple[Figure, ...], tuple[Path, ...]]:
    """Synthetic beside sourced figures of a data folder, and with `out` the files of the page with pictures."""
    manifest, figures = realism(data, root)
    return manifest, figures, () if out is None else write_realism(data, out, root)


def read_by(flow: Flow) -> set[str]:
    """Source tables that a flow reads, and the fields its study names."""
    population = flow.study.study.population
    refs = {use.ref for use in flow.study.study.variables} | {one.field for one in population.criteria}
    reads = {ref for entry in flow.steps for _, ref in entry.step.reads()}
    return refs | {population.unit} | (reads & set(flow.catalog.tables))


def draw_flow(flow: Flow, out: Path, lang: str = "en") -> Path:
    """Write the drawing of a flow; the ending of `out` decides the format (svg, png or pdf)."""
    kinds: dict[str, Literal["svg", "png", "pdf"]] = {".svg": "svg", ".png": "png", ".pdf": "pdf"}
    if out.suffix not in kinds:
        raise WorkbenchError(f"{out}: a drawing is .svg, .png or .pdf. Give such a file name.")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(render(draw(flow, lang), kinds[out.suffix]))
    return out


def draw_frames(flow: Flow, folder: Path, lang: str = "en") -> tuple[Path, ...]:
    """One SVG per step in `folder`, each the whole drawing with that step lit; returns the files in order."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbenchError(f"{folder} cannot hold the pictures: {error.strerror}. Give a folder.") from error
    made = []
    for name, picture in frames(flow, lang):
        made.append(folder / name)
        made[-1].write_bytes(picture)
    return tuple(made)


def flow_json_schema() -> dict[str, Any]:
    """The JSON Schema of what `flow_schema` returns."""
    return FlowExport.model_json_schema()


def flow_schema(name: str, root: Path) -> dict[str, Any]:
    """Parties, steps, datasets with their columns, and holdings of a study's flow, ready for JSON."""
    return export_flow(open_study(name, root)).model_dump(mode="json")


def run_study(
    flow: Flow,
    data: Path,
    out: Path,
    progress: Progress | None = None,
    seed: int = 0,
    settings: EngineSettings | None = None,
    watch: Callable[[Now], None] | None = None,
) -> tuple[Run, str]:
    """Run a flow; the second value tells what stood in `out`: new, resumed, finished or discarded.

    `progress` hears what is being done and the share of it in words, `watch` the same moments as they are.
    """
    _, state = open_run(flow, data, out, seed)
    tell = progress or _silent

    def now(moment: Now) -> None:
        tell(_going(moment), moment.done)
        if watch:
            watch(moment)

    return run_flow(flow, data, out, settings, now, seed), state


def _going(now: Now) -> str:
    if now.number == now.steps:
        return now.label
    rows = f"{_many(now.rows)} rows" if now.rows else ""
    return ", ".join(filter(None, (f"{now.number + 1}/{now.steps} {now.label}", rows)))  # the bar has the time left


def _many(rows: int) -> str:
    return f"{rows / 1e6:,.1f} M" if rows >= 1e6 else f"{rows:,}"


def publish_run(flow: Flow, run: Run, releases: Path, root: Path, progress: Progress | None = None) -> Released:
    """Compute the indicators, protect them, and write a release; a release of the same run is reused.

    It is audited together with all earlier releases, against every hospital, every person who registered stays
    and the hospitals that the policy takes to know each other's. Its confidential half is kept beside the shelf.

    A study that is not in the catalogue is published under the name of its draft, with a report of its own.

    Raises `Refused` for such a study without authorisation, while somebody else publishes the same study, and when no
    certificate can be given: then nothing is published; `WorkbenchError` for a study without indicators, which has
    nothing to release, and what `release_policy` raises.
    """
    study = flow.study.study
    if not study.indicators:
        raise WorkbenchError(
            f"Study {study.id} has no indicators, so there is nothing to release. Its run is complete as it is."
        )
    policy = release_policy(flow, root)
    text = own_text(flow, root)
    if text is not None:  # its own name is not unique; its four eyes are the signature of another than who started it
        flow = named(flow, collection_of(text, releases, root))
        study = flow.study.study
        policy = policy.model_copy(update={"signatures": max(policy.signatures, 1)})
    with publishing(releases, study.id):
        return _publish(flow, run, releases, root, text, policy, progress or _silent)


def _publish(
    flow: Flow, run: Run, releases: Path, root: Path, text: str | None, policy: SmallCellPolicy, tell: Progress
) -> Released:
    """What is done while nobody else publishes this study."""
    study, run_id = flow.study.study, run.ledger.entries[-1].sha256
    for release in list_releases(releases, study.id):
        if release.run_id == run_id:  # what a kill kept from being written beside it is written now
            _keep_own(release, flow, text, root)
            _tell_made(releases, release)
            return Released(release, None, None, True)
    collection = load_collections(root).get(study.id)
    asked = {name for report in collection.reports for name in report.indicators} if collection else None
    computed = compute_indicators(
        flow, run, progress=lambda label, done, total: tell(label, 0.3 * done / total), released=asked
    )
    if computed.table is None:
        raise WorkbenchError(
            f"Study {study.id} has no proportion, count or distribution that its reports show, so nothing is released."
        )
    protected = protect(
        computed.table,
        policy,
        lambda stage, done, total: tell(stage, 0.3 + 0.65 * done / max(total, 1)),
        earlier=earlier_releases(releases, study.id),
        registered=registered(releases, root, study.id),
    )
    keep(protected.witnesses, releases)
    release = write_release(protected.safe, run_id, releases)
    _keep_own(release, flow, text, root)
    _tell_made(releases, release)
    return Released(release, protected.safe, computed, False)


def _tell_made(releases: Path, release: Release) -> None:
    """Tell the audit log once."""
    told = audits.listed(audits.beside(releases), None, ["release.made"], release.study, None, None)
    if not any(one.details["content"] == release.content for one in told):
        detail = {"number": str(release.number), "run": release.run_id, "content": release.content}
        audits.tell(releases, None, "release.made", release.study, **detail)


def _keep_own(release: Release, flow: Flow, text: str | None, root: Path) -> None:
    if text is not None:
        shown = set(pq.read_table(release.cube, columns=["indicator"])["indicator"].to_pylist())
        keep_own(release, flow.study.study, text, [one for one in flow.study.study.indicators if one in shown], root)


def release_policy(flow: Flow, root: Path) -> SmallCellPolicy:
    """The policy by which a study releases: that of its small-cell analysis, else the one of its own aggregates.

    Where the flow lets several persons approve such aggregates before they leave, as many must sign the release.

    Raises `WorkbenchError` for a study that names no policy, or aggregates by several: nothing says which then.
    """
    study = flow.study.study
    counted = [entry.step for entry in flow.steps if isinstance(entry.step, Aggregate) and entry.step.policy]
    named = {study.scra.policy} if study.scra else {str(step.policy) for step in counted}
    if len(named) != 1:
        who = study.analysis.party if study.analysis else "who made them"
        found = f"aggregates by several policies ({', '.join(sorted(named))})" if named else "names no policy"
        raise WorkbenchError(
            f"Study {study.id} {found}, so nothing says by which rule its results may be released. They stay with "
            f"{who}; name one under 'scra', or as the 'policy' of the steps that make its aggregates."
        )
    policy = load_policy(root / "policies" / f"{named.pop()}.yaml")
    results = {step.output.split(".")[0] for step in counted}
    eyes = [entry.step.persons for entry in flow.steps
            if isinstance(entry.step, Approve) and entry.step.dataset.split(".")[0] in results]  # fmt: skip
    return policy.model_copy(update={"signatures": max(policy.signatures, *eyes)}) if eyes else policy


def _silent(what: str, share: float) -> None:
    return None


def cells_of(release: Release, catalog: Catalog) -> tuple[int, int]:
    """How many counts of a release are shown, and how many withheld (a plain count has no numerator)."""
    rows = pq.read_table(release.cube, columns=["indicator", "n", "k", "rest"])
    plain = pa.array([name for name, one in catalog.indicators.items() if one.numerator is None])
    with_numerator = rows.filter(pc.invert(pc.is_in(rows["indicator"], plain)))
    withheld = rows["n"].null_count + with_numerator["k"].null_count + with_numerator["rest"].null_count
    return rows.num_rows + 2 * with_numerator.num_rows - withheld, withheld
