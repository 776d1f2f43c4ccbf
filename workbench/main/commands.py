"""Each command: the use case it calls and what it prints."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.main import terminal
from workbench.main.results import Checked

if TYPE_CHECKING:  # its libraries load when a command needs them
    from workbench.verify.export import VerifyExport


def _demo(chosen: argparse.Namespace) -> int:
    from workbench.main import demo

    made = demo.run_demo(chosen.home, chosen.persons, chosen.seed, chosen.catalog, terminal.Bars())
    terminal.show_demo(made)
    return 0 if chosen.no_serve else _serve(made.releases, made.state, chosen, demo=True)


def _serve(releases: Path, state: Path, chosen: argparse.Namespace, *, demo: bool, origin: str | None = None) -> int:
    from workbench.main import serving

    if demo:
        password = serving.demo_password(chosen.catalog, state)
        terminal.show_table("Demo accounts", ("log in as", "who and what profile"), serving.people(chosen.catalog))
        terminal.out.print(f"Password of all of them: {password}", markup=False)
    elif todo := serving.first_steps(state):
        terminal.out.print(todo, markup=False, soft_wrap=True)

    def ready(address: str) -> None:
        if not address.endswith(f":{chosen.port}"):
            terminal.out.print(f"Port {chosen.port} is in use, so the next free one was taken.")
        terminal.out.print(f"open {address.replace('127.0.0.1', 'localhost')}   (Ctrl-C stops)")

    serving.serve(releases, state, chosen.catalog, chosen.port, ready, origin)
    terminal.out.print("Stopped. The same command serves it again.")
    return 0


def _serve_command(chosen: argparse.Namespace) -> int:
    from workbench.main import serving

    state = chosen.home / "state"
    demo = chosen.demo or serving.is_demo(state)
    return _serve(chosen.home / "releases", state, chosen, demo=demo, origin=chosen.origin)


def _catalog(chosen: argparse.Namespace) -> int:
    return CATALOG_ACTIONS[chosen.action](chosen)


def _catalog_list(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    found = catalogs.list_fields(chosen.catalog, chosen.under, chosen.lang)
    if chosen.format == "json":
        terminal.show_json([vars(one) for one in found])
    else:
        rows = [(one.ref, one.label, one.type, one.codes, one.role) for one in found]
        terminal.show_table(f"{len(rows):,} variables", ("variable", "label", "type", "codes", "role"), rows)
    return 0


def _catalog_show(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    terminal.out.print(catalogs.show_field(chosen.ref, chosen.catalog).text(), markup=False)
    return 0


def _catalog_search(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    found = catalogs.search(" ".join(chosen.query), chosen.lang, chosen.limit, chosen.catalog)
    if chosen.format == "json":
        terminal.show_json([vars(hit) for hit in found])
    elif found:
        terminal.show_table("Found", ("variable", "label", "by"), [(hit.ref, hit.label, hit.where) for hit in found])
    else:
        terminal.out.print("Nothing found. Try fewer words, another language, or a part of the printed name.")
    return 0 if found else 1


def _catalog_check(chosen: argparse.Namespace) -> int:
    from workbench.main import checks

    return _checked(checks.check_catalog(chosen.catalog), chosen.format)


def _catalog_seal(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    terminal.out.print(f"Sealed: {catalogs.seal_catalog(chosen.catalog)}", markup=False)
    return 0


def _catalog_export(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    for warning in catalogs.export(chosen.catalog, chosen.format, chosen.out):
        terminal.err.print(str(warning), markup=False)
    terminal.out.print(str(chosen.out), markup=False)
    return 0


def _catalog_import(chosen: argparse.Namespace) -> int:
    from workbench.main import catalogs

    review, written = catalogs.import_workbook(chosen.catalog, chosen.file, chosen.apply)
    terminal.out.print(review, markup=False)
    for path in written:
        terminal.out.print(f"written: {path}", markup=False)
    if not chosen.apply:
        terminal.out.print("Nothing was written. Add --apply to write it.")
    return 0


def _study(chosen: argparse.Namespace) -> int:
    from workbench.main import checks

    if chosen.action == "diff":
        return _study_diff(chosen)
    if chosen.action == "terms":
        from workbench.main import study_terms

        out = chosen.out or Path(f"{Path(chosen.study).stem}-terms.jsonld")
        for text in study_terms.export_terms(chosen.study, chosen.catalog, out):
            terminal.err.print(f"no term is known, so it stands as text: {text}", markup=False)
        terminal.out.print(f"written: {out}", markup=False)
        return 0
    if chosen.action == "count":
        from workbench.main import counting

        for answer in counting.answers(sys.stdin, chosen.data, chosen.catalog):
            print(answer, flush=True)
        return 0
    if chosen.action == "document":
        from workbench.main import documents

        file = documents.write_document(
            chosen.study, chosen.catalog, chosen.to, chosen.lang, chosen.out, chosen.kind, chosen.party
        )
        terminal.out.print(f"written: {file}", markup=False)
        return 0
    if chosen.action == "amendment":
        from workbench.main import documents

        both = chosen.before, chosen.after
        file = documents.write_amendment(*both, chosen.catalog, chosen.to, chosen.lang, chosen.out)
        terminal.out.print(f"written: {file}", markup=False)
        return 0
    if chosen.action == "size":
        return _study_size(chosen)
    if chosen.action == "check" and chosen.printed:
        from workbench.main import flows

        return _findings(flows.check_printed(chosen.study, chosen.catalog), chosen.format)
    if chosen.action == "check":
        return _checked(checks.check_study(chosen.study, chosen.catalog), chosen.format)
    names = checks.study_names(chosen.catalog)
    if chosen.format == "json":
        terminal.show_json(names)
    for name in names if chosen.format == "text" else ():
        terminal.out.print(name, markup=False)
    return 0


def _checked(found: Checked, form: str) -> int:
    terminal.show_checked([found], form == "json")
    return 0 if found.fine else 1


def _study_diff(chosen: argparse.Namespace) -> int:
    from workbench.main import flow_text, flows

    found = flows.diff_studies(chosen.before, chosen.after, chosen.catalog)
    if chosen.format == "json":
        terminal.show_json(found.plain())
    else:
        flow_text.show_amendment(found, chosen.lang)
    return 0


def _study_size(chosen: argparse.Namespace) -> int:
    from workbench.main import sizes

    flow, found = sizes.population_size(chosen.study, chosen.data, chosen.catalog)
    if chosen.format == "json":
        terminal.show_json(found.model_dump())
    else:
        persons = "unknown" if found.persons is None else f"{found.persons:,}"
        per = " (once in each hospital)" if found.per_hospital else ""
        unit = flow.study.study.population.unit
        terminal.out.print(f"{found.rows:,} rows of {unit}, persons: {persons}{per}; of {found.of:,} synthetic persons")
    if chosen.write:
        terminal.err.print(f"written: {sizes.write_size(flow, found)}", markup=False)
    return 0


def _findings(found: VerifyExport, form: str) -> int:
    from workbench.main import flow_text

    if form == "json":
        terminal.show_json(found.model_dump(mode="json"))
    else:
        flow_text.show_findings(found)
    return 0 if found.fine else 1


def _flow_verify(chosen: argparse.Namespace) -> int:
    from workbench.main import flows

    verify = flows.verify_printed if chosen.printed else flows.verify_flow
    return _findings(verify(chosen.study, chosen.catalog), chosen.format)


def _flow_exposure(chosen: argparse.Namespace) -> int:
    from workbench.main import flow_text, flows

    question = flows.Question(chosen.party, chosen.organisation, chosen.coalition, chosen.step)
    chains = chosen.format == "json" or chosen.chains
    report = flows.flow_exposure(chosen.study, chosen.catalog, question, chosen.printed, chains)
    if chosen.format == "json":
        terminal.show_json(report)
    else:
        flow_text.show_exposure(report, chosen.chains)
    return 0


def _flow_mutate(chosen: argparse.Namespace) -> int:
    from workbench.main import flow_text, flows

    if chosen.format == "json":
        found = flows.mutate_flow(chosen.study, chosen.catalog)
        terminal.show_json(found.model_dump(mode="json"))
        return 0
    with terminal.Bars().stage("faults") as (progress, say):
        found = flows.mutate_flow(chosen.study, chosen.catalog, progress)
        say(f"{found.made:,} made")
    flow_text.show_mutations(found)
    return 0


def _flow_play(chosen: argparse.Namespace) -> int:
    from workbench.main import plays

    return plays.play_command(chosen)


def _flow_break(chosen: argparse.Namespace) -> int:
    from workbench.main import plays

    return plays.break_command(chosen)


def _flow(chosen: argparse.Namespace) -> int:
    if chosen.action in FLOW_ACTIONS:
        return FLOW_ACTIONS[chosen.action](chosen)
    from workbench.main import checks, runs

    if chosen.action == "schema":
        return _flow_schema(chosen)
    flow = checks.open_study(chosen.study, chosen.catalog)
    if chosen.out or not chosen.frames:
        out = chosen.out or Path(f"{Path(chosen.study).stem}-flow.svg")
        terminal.out.print(str(runs.draw_flow(flow, out, chosen.lang)), markup=False)
    if chosen.frames:
        made = runs.draw_frames(flow, chosen.frames, chosen.lang)
        terminal.out.print(f"{len(made)} pictures in {chosen.frames}", markup=False)
    return 0


def _flow_schema(chosen: argparse.Namespace) -> int:
    from workbench.main import runs

    if chosen.format == "jsonschema":
        terminal.show_json(runs.flow_json_schema())
        return 0
    found = runs.flow_schema(chosen.study, chosen.catalog)
    if chosen.format == "json":
        terminal.show_json(found)
        return 0
    rows = [
        (
            f"{dataset['name']}.{part['name']}",
            "group" if column["aggregate"] else part["grain"],
            column["name"],
            column["type"],
            column["domain"] or "",
            ", ".join(column["origin"]),
        )
        for dataset in found["datasets"]
        for part in dataset["parts"]
        for column in part["columns"]
    ]
    terminal.show_table(chosen.study, ("table", "row", "column", "type", "identifier of", "made from"), rows)
    return 0


def _synth(chosen: argparse.Namespace) -> int:
    from workbench.main import runs

    if chosen.action == "report":
        return _synth_report(chosen)
    if chosen.out is None:
        raise WorkbenchError("workbench synth makes data in a folder and none was given. Give one, as --out runs/data.")
    with terminal.Bars().stage("data") as (progress, say):
        manifest, reused = runs.synthesise(
            chosen.out, chosen.persons, chosen.seed, chosen.enrich, chosen.catalog, progress, chosen.studies,
            chosen.since, chosen.faults,
        )  # fmt: skip
        say(f"the same data stood in {chosen.out}, reused" if reused else f"{chosen.out}")
    terminal.show_table("Tables", ("table", "rows"), [(name, f"{rows:,}") for name, rows in manifest.tables.items()])
    terminal.out.print(manifest.enrichment, markup=False)
    terminal.out.print(f"How real it is: workbench synth report {chosen.out}", markup=False)
    return 0


def _synth_report(chosen: argparse.Namespace) -> int:
    from workbench.main import runs
    from workbench.synth import told

    manifest, figures, files = runs.realism_report(chosen.data, chosen.page, chosen.catalog)
    heading = f"{manifest.persons:,} persons, seed {manifest.seed}: synthetic beside sourced figures"
    columns = ("figure", "synthetic", "sourced", "may be off by", "", "source")
    terminal.show_table(heading, columns, [told(figure) for figure in figures])
    terminal.out.print(manifest.enrichment, markup=False)
    for file in files:
        terminal.out.print(str(file), markup=False)
    off = sum(not figure.plausible for figure in figures)
    if off:
        terminal.out.print(f"{terminal.count(off, 'figure')} of {len(figures)} further off than allowed", markup=False)
    return 0


def _run(chosen: argparse.Namespace) -> int:
    from workbench.main import checks, runs
    from workbench.simulate import EngineSettings

    flow = checks.open_study(chosen.study, chosen.catalog)
    settings = EngineSettings(chosen.threads, chosen.memory, chosen.engine, chosen.master)
    bars = terminal.Bars()
    data = chosen.data
    if data is None:
        data = chosen.out.with_name(f"{chosen.out.name}-data")
        with bars.stage("data") as (progress, say):
            _, reused = runs.synthesise(
                data, chosen.persons, chosen.seed, None, chosen.catalog, progress, (chosen.study,)
            )
            say(f"the same data stood in {data}, reused" if reused else f"{data}")
    with bars.stage("run", by_step=True) as (progress, say):
        run, state = runs.run_study(flow, data, chosen.out, progress, chosen.seed, settings, bars.watch)
        say(
            {
                "finished": "the same run stood here, reused",
                "resumed": f"resumed after {run.resumed} steps",
            }.get(state, str(chosen.out))
        )
    rows = [
        (
            entry.number or "",
            entry.step,
            entry.actor,
            ", ".join(f"{m.dataset}.{m.part} {m.rows:,}" for m in entry.made),
            ", ".join(entry.receivers),
            f"{entry.seconds:.2f}",
        )
        for entry in run.ledger.entries
    ]
    terminal.show_table("Ledger", ("step", "what", "who", "made (rows)", "delivered to", "seconds"), rows)
    for entry in run.ledger.entries:
        if entry.remark:
            terminal.out.print(f"{entry.step}: {entry.remark}", markup=False)
    if not flow.study.study.indicators:
        terminal.out.print("The study has no indicators: the run is complete, and there is nothing to release.")
        return 0
    from workbench.main import indicator_text, indicators

    with bars.stage("indicators") as (progress, say):
        found = indicators.as_document(flow, indicators.compute(flow, run, settings, progress))
        say(terminal.count(len(flow.study.study.indicators), "indicator"))
    indicator_text.show_flow(found["flow"])
    units = {name: flow.catalog.indicators[name].unit for name in flow.study.study.indicators}
    indicator_text.show_results(found["results"], units, "total")
    finer = next((one for one in map(indicator_text.kind_of, found["results"]) if one not in ("", "total")), None)
    more = f"\nBy {finer}: workbench indicators results {chosen.out} --by {finer}" if finer else ""
    terminal.out.print(indicator_text.NOTE + more)
    return 0


def _indicators(chosen: argparse.Namespace) -> int:
    from workbench.indicators.words import definition
    from workbench.main import indicators

    if chosen.action == "results":
        return _indicator_results(chosen)
    if chosen.action == "variables":
        return _indicator_variables(chosen)
    if chosen.action == "picture":
        return _indicator_pictures(chosen)
    if chosen.action == "recovered":
        return _indicators_recovered(chosen)
    if chosen.action == "show":
        one = indicators.one_of(chosen.catalog, chosen.indicator)
        if chosen.format == "json":
            terminal.show_json(one.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        else:
            terminal.out.print(definition(one, chosen.lang), markup=False)
        return 0
    found = indicators.listed(chosen.catalog, chosen.study)
    if chosen.format == "json":
        terminal.show_json([{"id": one.id, "type": one.type, "label": one.label[chosen.lang], "proxy": bool(one.proxy),
                             "studies": users} for one, users in found])  # fmt: skip
    else:
        rows = [(one.id, one.label[chosen.lang], one.type + (" (proxy)" if one.proxy else ""), ", ".join(users))
                for one, users in found]  # fmt: skip
        terminal.show_table(terminal.count(len(rows), "indicator"), ("indicator", "label", "type", "studies"), rows)
    return 0


def _indicator_variables(chosen: argparse.Namespace) -> int:
    from workbench.indicators.needed import needed
    from workbench.main import checks

    found = needed(checks.open_study(chosen.study, chosen.catalog))
    if chosen.format == "json":
        terminal.show_json([{"ref": one.ref, "said": one.said, "read": one.read} for one in found])
        return 0
    rows = [
        (one.ref, ", ".join(one.read) or "NOT READ", ", ".join(sorted(set(one.said) - set(one.read)))) for one in found
    ]
    terminal.show_table(
        "Variables and the indicators that read them", ("variable", "read by", "said, and not read"), rows
    )
    idle = sum(not one.read for one in found)
    if idle:
        terminal.out.print(
            f"{terminal.count(idle, 'variable')} asked for an indicator and read by none: minimise or use."
        )
    return 0


def _indicator_pictures(chosen: argparse.Namespace) -> int:
    from workbench.main import pictures

    for path in pictures.written(chosen.run, chosen.indicator, chosen.kind, chosen.out, chosen.lang, chosen.catalog):
        terminal.out.print(str(path), markup=False)
    return 0


def _indicators_recovered(chosen: argparse.Namespace) -> int:
    from workbench.main import recovered, recovered_text

    names = recovered.studies_to_recover(chosen.study, chosen.catalog)
    bars = terminal.Bars()
    found: list[recovered.Recovered] = []
    for name in names:
        with bars.stage(name) as (progress, say):
            found += recovered.recover(name, chosen.out, chosen.persons, chosen.seed, chosen.catalog, progress)
            say(str(chosen.out / name))
    known = recovered.known_indicators(chosen.catalog)
    if chosen.page:
        text = recovered_text.page(found, known, chosen.persons, chosen.seed)
        chosen.page.write_text(text, encoding="utf-8")
    if chosen.format == "json":
        terminal.show_json([{**asdict(one), "verdict": one.verdict} for one in found])
    else:
        recovered_text.show(found, known)
    return 0 if all(one.sound for one in found) else 1


def _indicator_results(chosen: argparse.Namespace) -> int:
    from workbench.main import indicator_text, indicators

    found = indicators.results_of(chosen.run)
    if chosen.indicator:
        indicators.one_of(chosen.catalog, chosen.indicator)
        for name in ("flow", "results"):
            found[name] = [one for one in found[name] if one["indicator"] == chosen.indicator]
    if chosen.format == "json":
        terminal.show_json(found)
        return 0
    if chosen.by == "total":
        indicator_text.show_flow(found["flow"])
    units = {
        one.id: one.unit
        for one, _ in indicators.listed(chosen.catalog, found["study"])
        if chosen.indicator in (None, one.id)
    }
    indicator_text.show_results(found["results"], units, chosen.by)
    terminal.out.print(indicator_text.NOTE)
    return 0


def _scra(chosen: argparse.Namespace) -> int:
    from workbench.main import scra, scra_text

    run = Path(chosen.run)
    if not run.is_dir() and scra.is_study(chosen.run, chosen.catalog):
        asked, expected = scra.expected_risk(chosen.run, chosen.catalog)
        out = chosen.out or Path(f"{chosen.run}-scra")
        if chosen.format == "json":
            terminal.show_json(scra.plain_expectation(asked, expected))
            return 0
        scra_text.show_expectation(asked, expected, scra.write_reports(asked, expected, out, chosen.lang, chosen.to))
        return 0
    if chosen.merge:
        found = scra.merge(run, chosen.catalog, dict(chosen.merge), chosen.data)
        if chosen.format == "json":
            terminal.show_json({**asdict(found), "saved": found.saved})
        else:
            scra_text.show_what_if(found)
        return 0
    if chosen.format == "json":
        terminal.show_json(scra.assess(run, chosen.catalog, chosen.data)[1].plain())
        return 0
    with terminal.Bars().stage("risk") as (progress, say):
        asked, analysis = scra.assess(run, chosen.catalog, chosen.data, progress)
        page = scra.write_reports(asked, analysis, chosen.out or run / "scra", chosen.lang, chosen.to)
        say(str(page))
    scra_text.show_analysis(asked, analysis)
    return 0


def _publish(chosen: argparse.Namespace) -> int:
    from workbench.main import checks, runs
    from workbench.simulate import seed_of

    flow = checks.open_study(chosen.study, chosen.catalog)
    run, _ = runs.run_study(flow, chosen.data, chosen.run, seed=seed_of(chosen.run))
    with terminal.Bars().stage("release") as (progress, say):
        released = runs.publish_run(flow, run, chosen.releases, chosen.catalog, progress)
        say(f"{released.release.folder}" + (", reused" if released.reused else ""))
    if released.computed:
        lines = [(line.indicator, line.label, f"{line.stays:,}") for line in released.computed.flow]
        terminal.show_table("Flow of patients", ("indicator", "rule", "stays left"), lines)
    return 0


def _release(chosen: argparse.Namespace) -> int:
    from workbench.main import release_text

    return release_text.ACTIONS[chosen.action](chosen)


def _attack(chosen: argparse.Namespace) -> int:
    from workbench.main import release_text

    return release_text.attack(chosen)


def _crate(chosen: argparse.Namespace) -> int:
    from workbench.main import crates

    if chosen.action == "write":
        digest, files = crates.write_crate(chosen.run, chosen.out, chosen.catalog, chosen.releases, chosen.study)
        terminal.out.print(f"{chosen.out}: {terminal.count(files, 'file')} and ro-crate-metadata.json", markup=False)
        terminal.out.print(f"Note its SHA-256 elsewhere: {digest}", markup=False)
        return 0
    found = crates.verify(chosen.folder, chosen.catalog, chosen.data, chosen.noted, chosen.study)
    if chosen.format == "json":
        terminal.show_json({"folder": str(chosen.folder), "fine": not found, "faults": found})
    else:
        for fault in found:
            terminal.out.print(fault, markup=False)
        terminal.out.print(terminal.count(len(found), "fault") if found else "Everything is as it was written.")
    return 1 if found else 0


def _deliver(chosen: argparse.Namespace) -> int:
    from workbench.main import extracts, runs

    data = chosen.data or chosen.out.with_name(f"{chosen.out.name}-data")
    if chosen.data is None:
        with terminal.Bars().stage("data") as (progress, say):
            runs.synthesise(data, chosen.persons, 0, None, chosen.catalog, progress, (chosen.study,))
            say(str(data))
    found = extracts.deliver(chosen.study, data, chosen.out, chosen.catalog)
    rows = [(one.party, one.table, one.form, one.files, f"{one.rows:,}") for one in found]
    terminal.show_table(f"Extracts in {chosen.out}", ("party", "table", "form", "files", "rows"), rows)
    return 0


def _data(chosen: argparse.Namespace) -> int:
    from workbench.main import deliveries

    if chosen.action == "receive":
        return deliveries.receive_command(
            chosen.inbox, chosen.table, chosen.load, chosen.catalog, chosen.format == "json"
        )
    with terminal.Bars().stage("check") as (progress, say):
        found, loaded = deliveries.check(
            chosen.file, chosen.table, chosen.year, chosen.load, chosen.catalog, progress, chosen.study
        )
        say(terminal.count(found.rows, "row"))
    if chosen.format == "json":
        terminal.show_json({**found.plain(), "loaded": str(loaded) if loaded else None})
    else:
        deliveries.show(found, loaded, chosen.load is not None)
    return 0 if found.fine else 1


def _people(chosen: argparse.Namespace) -> int:
    from workbench.main import people_text

    return people_text.ACTIONS[chosen.action](chosen)


def _state(chosen: argparse.Namespace) -> int:
    from workbench.main import audits

    state, broken = chosen.home / "state", None
    if chosen.action == "backup":
        done, broken = audits.back_up(state, chosen.out)
    else:
        done = audits.put_back(state, chosen.file)
        terminal.out.print(
            f"Releases are in no backup: copy 'releases' and 'releases-confidential' of the site into {chosen.home}.",
            markup=False,
        )
    rows = sum(done.rows.values())
    terminal.out.print(f"{rows:,} rows of {done.made}, with the audit log up to entry {done.receipt.number:,}")
    terminal.out.print(f"receipt {done.receipt}", markup=False)
    if broken is not None:
        terminal.out.print(f"NOT what was written: {broken.why}.", markup=False)
        terminal.out.print(
            "Keep this backup as evidence: 'workbench state restore' refuses it. An earlier one goes back."
        )
        return 1
    return 0


def _retention(chosen: argparse.Namespace) -> int:
    from workbench.main import destruction

    if chosen.action == "destroy":
        for one in destruction.destroy(chosen.run, chosen.by, chosen.home / "state", chosen.catalog):
            terminal.out.print(f"{one.dataset}: destroyed at {', '.join(one.parties)}", markup=False)
        return 0
    found = destruction.holdings(chosen.run)
    if chosen.format == "json":
        terminal.show_json([{**asdict(one), "until": one.until.isoformat()} for one in found])
        return 0
    rows = [(one.dataset, one.until, ", ".join(one.parties), "over" if one.over else "") for one in found]
    terminal.show_table("Kept", ("dataset", "until", "held by", ""), rows)
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    from workbench.main import audit_text

    return audit_text.ACTIONS[chosen.action](chosen)


def _exercise(chosen: argparse.Namespace) -> int:
    from workbench.main import exercises

    return exercises.ACTIONS[chosen.action](chosen)


def _lab(chosen: argparse.Namespace) -> int:
    from workbench.main.lab import open_lab

    open_lab(chosen.catalog, chosen.options)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": _demo,
    "catalog": _catalog,
    "study": _study,
    "flow": _flow,
    "synth": _synth,
    "run": _run,
    "indicators": _indicators,
    "publish": _publish,
    "release": _release,
    "attack": _attack,
    "people": _people,
    "state": _state,
    "audit": _audit,
    "retention": _retention,
    "scra": _scra,
    "data": _data,
    "exercise": _exercise,
    "lab": _lab,
    "crate": _crate,
    "deliver": _deliver,
    "serve": _serve_command,
}
FLOW_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "verify": _flow_verify,
    "exposure": _flow_exposure,
    "mutate": _flow_mutate,
    "play": _flow_play,
    "break": _flow_break,
}
CATALOG_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _catalog_list,
    "show": _catalog_show,
    "search": _catalog_search,
    "check": _catalog_check,
    "seal": _catalog_seal,
    "export": _catalog_export,
    "import": _catalog_import,
}
