"""The command line: parses, calls one use case, prints. Exit codes: 0 fine, 1 findings, 2 wrong use, 3 refused."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from workbench.errors import Problems, WorkbenchError


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="workbench", description="A health-data study as one file: check it, draw it, run it, report it."
    )
    top.add_argument("--catalog", type=Path, default=Path("catalog"), help="the catalogue folder (default: catalog)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="everything, small: data, checks, drawing, run, release, dashboards")
    demo.add_argument("--persons", type=_persons, default=100_000, help="synthetic persons (default: 100000)")
    demo.add_argument("--seed", type=int, default=20284, help="seed of the data (default: 20284)")
    demo.add_argument(
        "--home",
        type=Path,
        default=Path(".workbench/demo"),
        help="folder for what is made (default: .workbench/demo)",
    )
    demo.add_argument(
        "--port",
        type=int,
        default=5006,
        help="port of the dashboards; a busy one gives the next (default: 5006)",
    )
    demo.add_argument("--no-serve", action="store_true", help="end after the release")
    _catalog(commands.add_parser("catalog", help="list, show, search, check or export the catalogue"))
    study = commands.add_parser("study", help="list, check or compare studies, or write the request").add_subparsers(
        dest="action", required=True
    )
    _format(study.add_parser("list", help="the studies of the catalogue"))
    check = study.add_parser("check", help="everything wrong in a study, at once; an error gives exit code 1")
    check.add_argument("study")
    check.add_argument("--printed", action="store_true", help="check the document as it is printed (printed.yaml)")
    _format(check)
    terms = study.add_parser("terms", help="purpose, legal basis, conditions and retention as DPV and DUO (JSON-LD)")
    terms.add_argument("study")
    terms.add_argument("--out", type=Path, metavar="FILE", help="default: STUDY-terms.jsonld")
    amended = study.add_parser("diff", help="what changed from one study to another, and what that does to exposure")
    amended.add_argument("before")
    amended.add_argument("after")
    amended.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    _format(amended)
    size = study.add_parser("size", help="how many rows and persons its population has in synthetic data")
    size.add_argument("study")
    size.add_argument("--data", type=Path, required=True, help="folder made by 'workbench synth' without --enrich")
    size.add_argument("--write", action="store_true", help="keep the count beside the study, for its request")
    _format(size)
    count = study.add_parser("count", help="answer populations (JSON, a line each) with what criteria leave of them")
    count.add_argument("--data", type=Path, required=True, help="folder made by 'workbench synth'")
    document = study.add_parser("document", help="the authorisation request and other papers, from the study file")
    document.add_argument("study")
    kinds = "request (default), summary for who delivers data, ehds, record (GDPR 30) or dpia: see catalog/views.yaml"
    document.add_argument("--kind", default="request", help=kinds)
    document.add_argument("--party", help="of a summary: who delivers the data (default: hospitals)")
    _written(document, "STUDY-KIND.LANG.FORMAT")
    amendment = study.add_parser("amendment", help="the request to amend a study: what changes, why, who learns more")
    amendment.add_argument("before")
    amendment.add_argument("after")
    _written(amendment, "AFTER-amendment.LANG.FORMAT")
    flow = commands.add_parser("flow", help="draw a dataflow, list its columns, verify it").add_subparsers(
        dest="action", required=True
    )
    draw = flow.add_parser("draw", help="parties, datasets and deliveries as a picture")
    draw.add_argument("study")
    draw.add_argument("--out", type=Path, help="file ending in .svg, .png or .pdf (default: STUDY-flow.svg)")
    draw.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    lit = "one SVG per step in this folder, the step lit; the whole drawing too where --out is given"
    draw.add_argument("--frames", type=Path, metavar="DIR", help=lit)
    schema = flow.add_parser("schema", help="columns, identifiers, grain and origin of every dataset, inferred")
    schema.add_argument("study")
    schema.add_argument("--format", choices=("text", "json", "jsonschema"), default="json")
    _flow_checks(flow)
    _flow_workshop(flow)
    _deliver(commands.add_parser("deliver", help="synthetic extracts as each party would really send them"))
    _crate(commands.add_parser("crate", help="a run as RO-Crate; and is a run folder, or a crate, as it was written?"))
    _data(commands.add_parser("data", help="check an extract that a data provider delivered, before it is loaded"))
    synth = commands.add_parser("synth", help="make synthetic data")
    synth.add_argument("--persons", type=_persons, default=100_000)
    synth.add_argument("--seed", type=int, default=20284)
    synth.add_argument("--enrich", metavar="STUDY", help="plant more of what this study looks for")
    synth.add_argument("--for", dest="studies", nargs="+", default=(), metavar="STUDY", help="what these studies read")
    synth.add_argument(
        "--since", type=int, metavar="YEAR", help="also stays from this year on, in the codes of their time"
    )
    synth.add_argument(
        "--faults", nargs="?", type=Path, const=Path("catalog/synth/imperfections.yaml"), metavar="FILE",
        help="plant wrong, late and repeated rows, told in the answer key (default: catalog/synth/imperfections.yaml)",
    )  # fmt: skip
    synth.add_argument("--out", type=Path, help="folder of the data; data of the same make there are reused")
    report = synth.add_subparsers(dest="action", metavar="").add_parser(
        "report", help="synthetic beside sourced figures of a data folder"
    )
    report.add_argument("data", type=Path, help="folder made by 'workbench synth'")
    report.add_argument("--page", type=Path, metavar="DIR", help="also write realism.md with pictures in this folder")
    run = commands.add_parser("run", help="run a study on synthetic data")
    run.add_argument("study")
    data = run.add_mutually_exclusive_group(required=True)
    data.add_argument("--data", type=Path, help="folder made by 'workbench synth'")
    data.add_argument("--persons", type=_persons, help="make data of so many persons first, in the folder OUT-data")
    run.add_argument("--out", type=Path, required=True, help="run folder; an interrupted run goes on there")
    run.add_argument("--seed", type=int, default=0, help="of the data and of what steps draw (default: 0)")
    run.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="docs/scale.md says when")
    run.add_argument("--master", metavar="URL", help="a Spark cluster, as spark://host:7077 (default: this machine)")
    run.add_argument("--threads", type=_threads, default=2, help="cores used (default: 2)")
    run.add_argument("--memory", type=_memory, default="4GB", help="beyond it rows go to disk (default: 4GB)")
    _indicators(commands.add_parser("indicators", help="list the indicators, show a definition or a run's results"))
    publish = commands.add_parser("publish", help="compute, protect and release the indicators of a run")
    publish.add_argument("study")
    publish.add_argument("--data", type=Path, required=True)
    publish.add_argument("--run", type=Path, required=True)
    publish.add_argument("--releases", type=Path, required=True)
    _releases(commands)
    _scra(commands.add_parser("scra", help="small-cell risk analysis of person-level data, with a report"))
    _retention(commands.add_parser("retention", help="until when the data of a run are kept, and their destruction"))
    _people(commands.add_parser("people", help="organisations, people and passwords of a site: the first of them"))
    _state(commands.add_parser("state", help="back up all that people typed and decided, and restore it"))
    _audit(commands.add_parser("audit", help="who did and saw what: list, export, and prove that nothing was changed"))
    _exercise(commands.add_parser("exercise", help="exercises for a workshop: list, start, check"))
    lab = commands.add_parser("lab", help="open JupyterLab on the notebooks")
    lab.add_argument("options", nargs=argparse.REMAINDER, help="options of JupyterLab, for example --port 8890")
    serve = commands.add_parser("serve", help="serve the dashboards")
    serve.add_argument(
        "--home",
        type=Path,
        default=Path(".workbench/demo"),
        help="folder with releases (default: .workbench/demo)",
    )
    serve.add_argument("--port", type=int, default=5006)
    serve.add_argument("--demo", action="store_true", help="with invented people, and one password for all of them")
    serve.add_argument(
        "--origin",
        metavar="ADDRESS",
        help="behind a proxy: where browsers find it, as https://workbench.hospital.example",
    )
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    stop = _Stop()
    try:
        from workbench.main.commands import COMMANDS  # libraries load after the options are known to be right

        return COMMANDS[chosen.command](chosen)
    except KeyboardInterrupt:
        return _stopped(alone=arguments is None)
    except WorkbenchError as error:
        if stop.asked:
            return _stopped(alone=arguments is None)
        print(error, file=sys.stderr)
        if isinstance(error, Problems) and len(error.problems) > 1:
            print(f"{len(error.problems)} problems.", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        if stop.asked:  # an engine that is interrupted raises an error of its own
            return _stopped(alone=arguments is None)
        from workbench.main.machine import sentence

        said = sentence(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return WorkbenchError.exit_code


class _Stop:
    """Remembers that Ctrl-C was pressed, whatever the library that was running makes of it."""

    def __init__(self) -> None:
        self.asked = False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt


def _stopped(alone: bool) -> int:
    """Say so, and end there and then where this process is `alone` in running the command.

    Taking a catalogue and the libraries apart, object by object, would keep a person waiting for a second or more.
    """
    print(
        "\nStopped. What was finished is kept, data half made are removed; the same command goes on.", file=sys.stderr
    )
    if alone:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)
    return 130


def _catalog(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="fields of the catalogue, or of a source or table")
    listed.add_argument("under", nargs="?", default="", help="a source or table, for example mzg.STAYHOSP")
    show = actions.add_parser("show", help="all that is known of a field, table, derived variable or code list")
    show.add_argument("ref", help="for example mzg.STAYHOSP.A2_CODE_DESTINATE")
    search = actions.add_parser("search", help="find a field by a question, a printed name or a code")
    search.add_argument("query", nargs="+")
    search.add_argument("--limit", type=int, default=10)
    for one in (listed, search):
        one.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
        _format(one)
    _format(actions.add_parser("check", help="references, code lists, labels, units, check digits: all at once"))
    actions.add_parser("seal", help="say that the changes of facts since the last seal are meant")
    export = actions.add_parser("export", help="write the whole catalogue in a format that others read")
    export.add_argument("--format", choices=("json", "csv", "datapackage", "healthdcat", "xlsx"), required=True)
    export.add_argument("--out", type=Path, required=True, help="a file, or a folder for datapackage")
    edited = actions.add_parser("import", help="show what an edited Excel export changes, and write it when asked")
    edited.add_argument("file", type=Path)
    edited.add_argument("--apply", action="store_true", help="write the changes into the catalogue's files")


def _crate(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    write = actions.add_parser("write", help="study, ledger, lineage, releases and signatures; no data of persons")
    write.add_argument("run", type=Path, help="folder made by 'workbench run'")
    write.add_argument("--out", type=Path, required=True, help="a new folder")
    write.add_argument("--releases", type=Path, metavar="SHELF", help="take the releases of this run along")
    verify = actions.add_parser("verify", help="everything that was changed, taken away or added; 1 when something was")
    verify.add_argument("folder", type=Path, help="a run folder or a crate")
    verify.add_argument("--data", type=Path, help="hold the data folder against the run too")
    verify.add_argument(
        "--noted", metavar="SHA256", help="as noted elsewhere: of a crate's metadata, of a run's last entry"
    )
    for one in (write, verify):
        one.add_argument("--study", metavar="FILE", help="the study file, where it is not in the catalogue")
    _format(verify)


def _data(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    check = actions.add_parser(
        "check", help="everything wrong in an extract, counted, with first places; 1 for an error"
    )
    check.add_argument("file", type=Path, help="an MZG file (.txt), .csv with a head, or .parquet")
    check.add_argument("--table", required=True, metavar="TABLE", help="for example mzg.STAYHOSP")
    check.add_argument("--study", metavar="STUDY", help="an extract (not MZG text) with only what this study asks for")
    check.add_argument("--year", type=int, help="the year that was asked for")
    check.add_argument(
        "--load", type=Path, metavar="DIR", help="if nothing is wrong, load it as DIR/PROVIDER/TABLE.parquet"
    )
    take = actions.add_parser(
        "receive", help="take over the XML of self-registrations: a folder per hospital's account"
    )
    take.add_argument("inbox", type=Path, help="folder with one folder per account, as on the sFTP server")
    take.add_argument("--table", required=True, metavar="TABLE", help="for example selfreg.STROKE_2022")
    take.add_argument("--load", type=Path, metavar="DIR", help="load what is in order as DIR/PROVIDER/TABLE.parquet")
    for one in (check, take):
        _format(one)


def _deliver(command: argparse.ArgumentParser) -> None:
    command.add_argument("study")
    data = command.add_mutually_exclusive_group(required=True)
    data.add_argument("--data", type=Path, help="folder made by 'workbench synth'")
    data.add_argument("--persons", type=_persons, help="make data of so many persons first, in the folder OUT-data")
    command.add_argument("--out", type=Path, required=True, help="a new folder; each party gets its own in it")


def _releases(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    actions = commands.add_parser(
        "release", help="the ledger of a study's releases: list, show, sign, withdraw, report, whatif, export"
    ).add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="every release, who signed it off, and what can be read")
    show = actions.add_parser("show", help="one release: its certificate, attacker by attacker, and its signatures")
    sign = actions.add_parser("sign", help="sign a release off; the policy says how many people must")
    withdraw = actions.add_parser("withdraw", help="stop showing a release; it stays on the shelf and in every audit")
    report = actions.add_parser("report", help="what was at risk, for whom, what was done, and what it cost")
    whatif = actions.add_parser("whatif", help="how many numbers merging classes would save, before deciding")
    export = actions.add_parser("export", help="take a release along as files: what a reader may see of it")
    attacked = commands.add_parser("attack", help="a release attacks itself: who tries what, and how far they get")
    for one in (listed, show, sign, withdraw, report, whatif, export, attacked):
        one.add_argument("study")
        one.add_argument(
            "--releases",
            type=Path,
            default=Path(".workbench/demo/releases"),
            help="the shelf (default: .workbench/demo/releases)",
        )
    for one in (sign, withdraw):
        one.add_argument("number", type=int)
        one.add_argument("--by", required=True, help="log-in of a person of the sponsor")
    withdraw.add_argument("--why", required=True, help="the reason, for everybody who asks for the release")
    for one in (show, attacked, report, export):
        one.add_argument("number", type=int, nargs="?", help="default: the newest")
    for one in (listed, show, attacked, report, whatif):
        _format(one)
    for one in (report, export):
        one.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    report.add_argument("--out", type=Path, help="file ending in .html, .docx, .pdf or .md; it is confidential")
    export.add_argument("--format", choices=("datapackage", "csv", "xlsx", "healthdcat"), required=True)
    export.add_argument("--out", type=Path, required=True, help="a file; a new folder for datapackage and csv")
    export.add_argument("--as", dest="reader", metavar="LOGIN", help="as this person may see it (default: the public)")
    whatif.add_argument(
        "--merge",
        type=_classes,
        action="append",
        required=True,
        metavar="A+B",
        help="hospitals or years to take as one, for example 2016+2017 or 905+906; may be given again",
    )


def _retention(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    show = actions.add_parser("show", help="datasets with a retention, who holds them, and until when they can be read")
    destroy = actions.add_parser("destroy", help="destroy what is over its time, and attest it")
    destroy.add_argument("--by", required=True, help="log-in of an operator")
    destroy.add_argument(
        "--home", type=Path, default=Path(".workbench/demo"), help="folder with the state (default: .workbench/demo)"
    )
    for one in (show, destroy):
        one.add_argument("run", type=Path, help="folder made by 'workbench run'")
    _format(show)


def _people(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="everybody, with duties and rights")
    _format(listed)
    body = actions.add_parser("organisation", help="add an organisation")
    body.add_argument("id", help="a short name of one's own, for example wilgenrij")
    body.add_argument("--name", required=True)
    body.add_argument("--kind", choices=("hospital", "sponsor", "other"), required=True)
    body.add_argument("--hospital", metavar="CODE", help="of a hospital: its CODE_AGR in the data")
    contact = actions.add_parser("contact", help="whom the people of an organisation ask for rights from now on")
    contact.add_argument("id", help="of the organisation")
    for one in (body, contact):
        one.add_argument("--manager", required=True, metavar="NAME", help="whom its people ask for rights")
        one.add_argument("--contact", required=True, metavar="E-MAIL")
    person = actions.add_parser(
        "add", help="add a person, who then needs a password; rights are given on the page Access"
    )
    person.add_argument("login", help="small letters, figures, dots and hyphens")
    person.add_argument("--name", required=True)
    person.add_argument("--organisation", required=True, metavar="ID")
    person.add_argument("--task", required=True, help="what the person does, in a few words")
    duty = actions.add_parser("duties", help="give a person these duties and no others")
    disable = actions.add_parser("disable", help="let a person log in no longer")
    enable = actions.add_parser("enable", help="let a person log in again")
    password = actions.add_parser("password", help="give a person a password: typed, from a file or WORKBENCH_PASSWORD")
    password.add_argument("--file", type=Path, metavar="FILE", help="holds the password and nothing else")
    link = actions.add_parser("link", help="let a person in by OpenID Connect, under the name that the provider gives")
    unlink = actions.add_parser("unlink", help="let nobody in under that name any more")
    for one in (duty, disable, enable, password, link):
        one.add_argument("login")
    for one in (link, unlink):
        one.add_argument("--subject", required=True, metavar="NAME", help="as the page 'Not known here yet' shows it")
        one.add_argument(
            "--issuer", default="", metavar="ADDRESS", help="the provider (default: WORKBENCH_OIDC_ISSUER)"
        )
    kinds = ("designer", "reviewer", "releaser", "access_manager", "auditor", "operator")
    for one in (person, duty):
        one.add_argument("--duty", action="append", default=[], choices=kinds, help="may be given again")
    for one in (listed, body, contact, person, duty, disable, enable, password, link, unlink):
        one.add_argument(
            "--home", type=Path, default=Path(".workbench/demo"), help="folder of the site (default: .workbench/demo)"
        )


def _state(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    keep = actions.add_parser("backup", help="all of the state in one file, while people go on working")
    keep.add_argument("--out", type=Path, required=True, metavar="FILE")
    back = actions.add_parser("restore", help="a backup into a new folder or an empty database (WORKBENCH_STATE)")
    back.add_argument("file", type=Path)
    for one in (keep, back):
        one.add_argument(
            "--home",
            type=Path,
            default=Path(".workbench/demo"),
            help="folder with the state (default: .workbench/demo)",
        )


def _audit(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="entries, first to last")
    listed.add_argument("--who", help="log-in of a person")
    listed.add_argument("--what", action="append", default=[], help="for example report.opened; may be given again")
    listed.add_argument("--about", help="a report, a study or a person")
    listed.add_argument("--since", metavar="WHEN", help="date or moment, UTC unless it says otherwise")
    listed.add_argument("--until", metavar="WHEN", help="not included")
    _format(listed)
    export = actions.add_parser("export", help="the whole log as JSON lines, to be verified elsewhere")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    verify = actions.add_parser("verify", help="find the first entry that is not what was written; gives exit code 1")
    verify.add_argument("file", type=Path, nargs="?", help="an export (default: the log itself)")
    verify.add_argument(
        "--receipt", action="append", default=[], metavar="NUMBER:HASH", help="printed by an earlier verify or export"
    )
    for one in (listed, export, verify):
        one.add_argument(
            "--home",
            type=Path,
            default=Path(".workbench/demo"),
            help="folder with the state (default: .workbench/demo)",
        )


def _classes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split("+") if name.strip())
    if len(names) < 2:
        raise argparse.ArgumentTypeError("two or more hospitals or years with a plus between")
    return names


def _indicators(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="the indicators of the catalogue, or of one study")
    listed.add_argument("study", nargs="?")
    show = actions.add_parser("show", help="a definition: denominator, exclusions, numerator, sources")
    show.add_argument("indicator")
    variables = actions.add_parser("variables", help="which variables the indicators of a study really read")
    variables.add_argument("study")
    results = actions.add_parser("results", help="the flow of patients and the exact results of a run")
    results.add_argument("run", type=Path, help="folder made by 'workbench run'")
    results.add_argument("--indicator", help="this one only")
    by = "total (default), hospital, year, hospital-year, or the name of a stratum"
    results.add_argument("--by", default="total", metavar="CELLS", help=by)
    recovered = actions.add_parser("recovered", help="what was planted in synthetic people beside what indicators find")
    recovered.add_argument("study", nargs="*", help="studies (default: all with answers)")
    recovered.add_argument("--persons", type=_persons, default=100_000)
    recovered.add_argument("--seed", type=int, default=7)
    recovered.add_argument("--out", type=Path, default=Path("runs/recovered"), help="folder for data and runs")
    recovered.add_argument("--page", type=Path, help="write the tables as a page too, for example docs/recovered.md")
    picture = actions.add_parser("picture", help="pictures of an indicator of a run, as .svg, .pdf or .png")
    picture.add_argument("run", type=Path, help="folder made by 'workbench run'")
    picture.add_argument("indicator")
    picture.add_argument(
        "--kind", choices=("funnel", "caterpillar", "trend", "survival", "times"), help="(default: all)"
    )
    picture.add_argument("--out", type=Path, help="file, or folder for all (default: RUN/confidential/pictures)")
    for one in (listed, show, picture):
        one.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    for one in (listed, show, variables, results, recovered):
        _format(one)


def _flow_checks(flow: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verify = flow.add_parser("verify", help="check the flow by all rules; an error that stands gives exit code 1")
    exposure = flow.add_parser("exposure", help="what parties can put together, with the chain of joins for each")
    for one in (verify, exposure):
        one.add_argument("study")
        one.add_argument("--printed", action="store_true", help="the flow as the document prints it (printed.yaml)")
    who = exposure.add_mutually_exclusive_group()
    who.add_argument("--party", help="one party, for example ehealth")
    who.add_argument("--organisation", help="all parties of one organisation together, for example VIKZ")
    who.add_argument("--coalition", type=_names, default=(), metavar="A,B", help="several parties together")
    exposure.add_argument("--step", type=int, help="up to this step, counted from 1 (default: the last)")
    exposure.add_argument("--chains", action="store_true", help="of everybody: every coalition, its chain and repairs")
    mutate = flow.add_parser("mutate", help="make every single fault in the flow, and see which rule notices it")
    mutate.add_argument("study")
    for one in (verify, exposure, mutate):
        _format(one)


def _flow_workshop(flow: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    play = flow.add_parser("play", help="record the flow on synthetic people, to be played step by step on the pages")
    broken = flow.add_parser("break", help="make a fault, run it, and see who is recognised by which joins")
    for one in (play, broken):
        one.add_argument("study")
        one.add_argument("--persons", type=_persons, help="synthetic people (default: 2,000, or what the fault takes)")
        one.add_argument("--data", type=Path, help="people made by 'workbench synth' instead; real ones are refused")
        one.add_argument("--home", type=Path, default=Path(".workbench/demo"), help="of the pages that show it")
    broken.add_argument("--fault", help="which (default: list those of the study)")
    broken.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    _format(broken)


def _scra(command: argparse.ArgumentParser) -> None:
    command.add_argument("run", help="a run folder; or a study, for what to expect before there are data")
    command.add_argument(
        "--data", type=Path, help="where the data of the run stand (default: beside it, as 'run' makes it)"
    )
    command.add_argument("--out", type=Path, help="folder for the report (default: RUN/scra)")
    command.add_argument("--to", choices=("html", "docx", "pdf"), default="html", help="default: html")
    command.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    command.add_argument(
        "--merge", type=_merged, action="append", default=[], metavar="VARIABLE=STEP",
        help="what would be saved and lost if a variable were told at this step of its ladder; writes no report",
    )  # fmt: skip
    _format(command)


def _merged(text: str) -> tuple[str, str]:
    name, _, step = text.rpartition("=")
    if not name or not step:
        raise argparse.ArgumentTypeError("a variable, = and a step of its ladder, for example A1_YEAR_BIRTH=five")
    return name, step


def _exercise(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="the exercises, the easy ones first")
    start = actions.add_parser("start", help="lay one out in a folder of your own, with its task")
    check = actions.add_parser("check", help="grade what stands in that folder; not solved gives exit code 1")
    for one in (start, check):
        one.add_argument("exercise")
        one.add_argument("--out", type=Path, metavar="DIR", help="the folder (default: exercises/EXERCISE)")
    handout = actions.add_parser("handout", help="the paper of a workshop as PDF: exercises, drawings, words")
    handout.add_argument("workshop", help="see catalog/workshop/workshops.yaml")
    handout.add_argument("--out", type=Path, metavar="FILE", help="default: WORKSHOP.LANG.pdf")
    check.add_argument("--board", type=Path, metavar="DIR", help="folder that all share (default: WORKBENCH_BOARD)")
    check.add_argument("--as", dest="who", metavar="NAME", help="how you are called on it (default: your log-in)")
    for one in (listed, start, check, handout):
        one.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    for one in (listed, check):
        _format(one)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError("names of parties, with a comma between")
    return names


def _written(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument("--to", choices=("html", "docx", "pdf"), default="docx", help="default: docx")
    command.add_argument("--lang", choices=("nl", "fr", "en"), default="en")
    command.add_argument("--out", type=Path, metavar="FILE", help=f"default: {name}")


def _format(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text")


def _threads(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of cores, from 1")
    return int(text)


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", text):
        raise argparse.ArgumentTypeError("an amount such as 500MB or 4GB")
    return text


def _persons(text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal() or int(digits) < 1:
        raise argparse.ArgumentTypeError("a whole number of at least 1")
    return int(digits)


if __name__ == "__main__":
    sys.exit(main())
