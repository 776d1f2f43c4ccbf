"""A run taken along as an RO-Crate, without any row of a person; run folders and crates held against their hashes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.interchange.rocrate import METADATA, Action, Crate, Node, crate_faults, write_metadata
from workbench.main.checks import open_study
from workbench.publish.ledger import standings
from workbench.simulate import Ledger, verify_run
from workbench.simulate.events import event_file, read_events
from workbench.simulate.folder import CARD

PROGRAM = "#study-workbench"
AGREEMENT = "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12"  # the licence of the program


def study_of(run: Path, root: Path, study: str | None = None) -> Flow:
    """The flow of the study that a run folder is of; `study` names a file outside the catalogue.

    Raises `WorkbenchError` when the folder is no run's.
    """
    try:
        name = json.loads((run / CARD).read_text(encoding="utf-8"))["study"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        what = f"{run} is no run folder: it has no {CARD}"
        raise WorkbenchError(f"{what}. Give a folder made by 'workbench run'.") from None
    return open_study(study or str(name), root)


def verify(
    folder: Path, root: Path, data: Path | None = None, noted: str | None = None, study: str | None = None
) -> list[str]:
    """What is not as it was written in a run folder or a crate; empty when all is well.

    `noted` is the hash noted elsewhere: of the metadata for a crate, of the last ledger entry for a run.
    """
    if (folder / METADATA).exists():
        return list(crate_faults(folder, noted))
    return verify_run(study_of(folder, root, study), folder, data, noted)


def write_crate(
    run: Path, out: Path, root: Path, releases: Path | None = None, study_file: str | None = None
) -> tuple[str, int]:
    """Write a run as a crate in `out`; returns the SHA-256 of its metadata and the number of files.

    In it: the study file, the card of the run (hashes of the inputs), ledger, lineage and provenance, and the
    releases made from this run with who signed them. Not in it: data of persons, keys, and exact results.
    Raises `WorkbenchError` when the run folder is not as the run left it, or `out` is not empty.
    """
    flow = study_of(run, root, study_file)
    faults = verify_run(flow, run)
    if faults:
        raise WorkbenchError("\n".join([f"{run} is not as the run left it, so no crate is made:", *faults]))
    if out.exists() and any(out.iterdir()):
        raise WorkbenchError(f"{out} is not empty. Give a new folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(run / "ledger.jsonl")
    study = flow.study.study
    files = {
        "study.yaml": ("The study as it ran", "application/yaml"),
        CARD: ("What the run was made from: hashes of study, catalogue and data", "application/json"),
        "ledger.jsonl": ("Who did what in the run, chained by hash", "application/x-ndjson"),
        "provenance.jsonld": ("W3C PROV of the run", "application/ld+json"),
    }
    shutil.copyfile(_file_of(flow, root), out / "study.yaml")
    for name in (CARD, "ledger.jsonl", "provenance.jsonld"):
        shutil.copyfile(run / name, out / name)
    events = []
    (out / "lineage").mkdir()
    for number, entry in enumerate(ledger.entries):
        path = event_file(run, number, entry.step)
        shutil.copyfile(path, out / "lineage" / path.name)
        files[f"lineage/{path.name}"] = (f"OpenLineage of step {entry.step}", "application/x-ndjson")
        events.append(read_events(path))
    steps = list(_steps(ledger, events))
    shown, signed = _releases(flow, ledger, out, releases)
    files |= shown
    ended = str(events[-1]["eventTime"])
    whole = Action(
        "#run", "CreateAction", f"Run of {study.id}", f"#party-{ledger.entries[0].actor}", ended, PROGRAM,
        ("study.yaml", CARD), ("ledger.jsonl", "provenance.jsonld", *shown),
    )  # fmt: skip
    crate = Crate(
        f"{study.id}: a run and what was released of it",
        f"{study.title.en}. Purpose: {study.purpose.en} Only what tells how it was done: no data of persons.",
        ended[:10], AGREEMENT, "#applicant", files, [whole, *steps, *signed],
        list(_others(flow, ledger, events, signed, run)),
    )  # fmt: skip
    return write_metadata(out, crate), len(files)


def _file_of(flow: Flow, root: Path) -> Path:
    """The study's own file: what is said of it is relative to the folder above the catalogue."""
    named = Path(flow.study.source.name)
    return named if named.is_absolute() else root.parent / named


def _steps(ledger: Ledger, events: list[dict[str, Any]]) -> Iterator[Action]:
    for entry, event in zip(ledger.entries, events, strict=True):
        made = [_data(one) for one in event["outputs"]]
        used = [_data(one) for one in event["inputs"]]
        more = {"description": entry.remark} if entry.remark else {}
        agent = f"#party-{entry.actor}"
        name = f"{entry.number + '. ' if entry.number else ''}{entry.step} ({entry.kind})"
        yield Action(f"#step-{entry.step}", "CreateAction", name, agent, event["eventTime"], PROGRAM, used, made, more)


def _data(dataset: dict[str, Any]) -> str:
    return f"#data-{dataset['namespace'].replace('/', '-')}-{dataset['name']}"


def _releases(
    flow: Flow, ledger: Ledger, out: Path, shelf: Path | None
) -> tuple[dict[str, tuple[str, str]], list[Action]]:
    """Releases made from this run, copied, and one action for each signature or withdrawal."""
    files: dict[str, tuple[str, str]] = {}
    actions: list[Action] = []
    study = flow.study.study.id
    for standing in standings(shelf, study) if shelf else ():
        release = standing.release
        if release.run_id != ledger.entries[-1].sha256:
            continue
        folder = f"release/{release.number:04d}"
        (out / folder).mkdir(parents=True)
        # What nobody signed, or somebody withdrew, is told of and not taken along.
        shown = [name for name in sorted(release.files) if name != release.cube.name or standing.state == "public"]
        for name in (*shown, "manifest.json"):
            shutil.copyfile(release.folder / name, out / folder / name)
            media = "application/vnd.apache.parquet" if name.endswith(".parquet") else "application/json"
            files[f"{folder}/{name}"] = (f"Release {release.number}: {name} ({standing.state})", media)
        for number, line in enumerate(standing.lines):
            more = {"description": line.why} if line.why else {}
            name = f"Release {release.number} {line.action} by {line.by}"
            id_ = f"#release-{release.number}-{number}"
            kind, manifest = "AuthorizeAction", f"{folder}/manifest.json"
            actions.append(Action(id_, kind, name, f"#person-{line.by}", line.when, None, (manifest,), (), more))
    return files, actions


def _others(
    flow: Flow, ledger: Ledger, events: list[dict[str, Any]], signed: list[Action], run: Path
) -> Iterator[Node]:
    """Everything that files and actions name: program, parties, persons, datasets by hash, and the inputs."""
    study, catalog = flow.study.study, flow.catalog
    home = "https://study-workbench.example/"
    yield {
        "@id": PROGRAM, "@type": "SoftwareApplication", "name": "Study Workbench", "version": __version__,
        "softwareVersion": __version__, "url": {"@id": home},
    }  # fmt: skip
    licence = "Licence of the program and of this description"
    yield {"@id": AGREEMENT, "@type": "CreativeWork", "name": "EUPL-1.2", "description": licence}
    yield {"@id": "#applicant", "@type": "Organization", "name": study.applicant.organisation}
    named = {entry.actor for entry in ledger.entries} | {one for entry in ledger.entries for one in entry.receivers}
    for party in sorted(named):
        known = catalog.parties.get(party)
        yield {"@id": f"#party-{party}", "@type": "Organization", "name": known.label.en if known else party}
    for agent in sorted({action.agent for action in signed}):
        yield {"@id": agent, "@type": "Person", "name": agent.removeprefix("#person-")}
    made = {(entry.actor, f"{one.dataset}.{one.part}"): one for entry in ledger.entries for one in entry.made}
    seen: set[str] = set()
    for event in events:
        for one in (*event["inputs"], *event["outputs"]):
            if _data(one) in seen:
                continue
            seen.add(_data(one))
            known_part = made.get((one["namespace"].rpartition("/")[2], one["name"]))
            told: Node = {"sha256": known_part.sha256, "size": f"{known_part.rows} rows"} if known_part else {}
            holder = one["namespace"].rpartition("/")[2]
            name = f"{one['name']} ({'source table' if holder == 'catalogue' else f'held by {holder}'})"
            why = "Not in this crate: data of persons stay where they are."
            yield {"@id": _data(one), "@type": "CreativeWork", "name": name, "description": why, **told}
    inputs = json.loads((run / CARD).read_text(encoding="utf-8"))["inputs"]
    for name, value in inputs.items():
        yield {"@id": f"#input-{name}", "@type": "PropertyValue", "name": f"input of the run: {name}", "value": value}
