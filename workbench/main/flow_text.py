"""How findings, exposure, mutations and amendments look in a terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from workbench.catalog.base import Lang
from workbench.main import terminal
from workbench.main.flows import Amendment
from workbench.study.diff import describe
from workbench.verify.diff import describe as describe_exposure
from workbench.verify.export import FindingExport, MutationExport, VerifyExport

NO_TARGETS = "no table of this flow could have what must stay apart (such as identity and diagnosis)"


def show_findings(found: VerifyExport) -> None:
    """Every finding with its reason, repair and derivation; then how many of which rule."""
    for one in found.findings:
        _show_finding(one)
    for lost in found.unused:
        terminal.out.print(f"accepted, and not found any more: {lost}. Take it out of 'accepted'.", markup=False)
    if found.counts:
        severities = {one.rule: one.severity for one in found.findings}
        accepted = Counter(one.rule for one in found.findings if one.accepted)
        rows = [(rule, severities[rule], number, accepted[rule] or "") for rule, number in found.counts.items()]
        terminal.show_table("Findings per rule", ("rule", "severity", "found", "accepted"), rows)
    errors = sum(one.severity == "error" and one.accepted is None for one in found.findings)
    subject = f"document of {found.study}" if found.printed else f"flow of {found.study}"
    verdict = "no errors" if found.fine else terminal.count(errors, "error")
    terminal.out.print(f"{subject}: {verdict}, {terminal.count(len(found.findings), 'finding')}", markup=False)


def _show_finding(one: FindingExport) -> None:
    mark = "accepted" if one.accepted else one.severity
    subject = f" ({one.at})" if one.at else ""
    print_ = terminal.out.print
    print_(f"{one.file}:{one.line}: {mark}: [{one.rule}] {one.what}{subject}", markup=False)
    if one.accepted:
        print_(f"    accepted: {one.accepted.reason.en}", markup=False)
    else:
        print_(f"    {one.why}. {one.repair}.", markup=False)
    for number, line in enumerate(one.derivation, start=1):
        print_(f"    {number}. {line}", markup=False)


def show_exposure(report: dict[str, Any], chains: bool = False) -> None:
    """Of one coalition what it can put together; of everybody a line per target, and every chain where asked."""
    if "coalition" in report:
        _show_coalition(report)
    elif not report["targets"]:
        terminal.out.print(f"{report['study']}: {NO_TARGETS}", markup=False)
    else:
        _show_summary(report)
        for target in report["targets"] if chains else ():
            _show_target(target)
        if not chains:
            more = "Each coalition with its chain of joins and repairs: --chains. What one party can do: --party NAME."
            terminal.out.print(more, markup=False)


def _show_summary(report: dict[str, Any]) -> None:
    """What a designer asks first: who reaches which target alone, and how many it takes otherwise; worst first."""
    rows = [(_alone(one, "party"), _together(one), _alone(one, "organisation"), one) for one in report["targets"]]
    rows.sort(key=lambda row: min((len(one["parties"]) for one in row[3]["party"]["coalitions"]), default=99))
    reached = sum(bool(one["party"]["coalitions"]) for one in report["targets"])
    title = f"{report['study']}: {reached} of {terminal.count(len(rows), 'target')} can be reached by the study's data"
    columns = ("what must stay apart", "a party alone", "fewest together", "an organisation alone")
    shown = [(target["label"], alone, together, bodies) for alone, together, bodies, target in rows]
    terminal.show_table(title, columns, shown)
    if any(not one["exact"] for target in report["targets"] for one in target["party"]["coalitions"]):
        terminal.out.print("* for some persons only: by joins without an identifier, or groups of one", markup=False)


def _alone(target: dict[str, Any], level: str) -> str:
    found = [one for one in target[level]["coalitions"] if len(one["parties"]) == 1]
    return ", ".join(one["parties"][0] + ("" if one["exact"] else "*") for one in found) or "-"


def _together(target: dict[str, Any]) -> str:
    """The smallest coalition of several parties, exact before probable, and how many others there are."""
    found = [one for one in target["party"]["coalitions"] if len(one["parties"]) > 1]
    if not found:
        return "-" if target["party"]["complete"] else f"- (up to {target['party']['size']} tried)"
    first = min(found, key=lambda one: (len(one["parties"]), not one["exact"]))
    others = f" or {len(found) - 1} more" if len(found) > 1 else ""
    return " + ".join(first["parties"]) + ("" if first["exact"] else "*") + others


def _show_target(target: dict[str, Any]) -> None:
    terminal.out.print(f"\n{target['label']}: {' + '.join(target['tokens'])}", markup=False)
    for level in ("party", "organisation"):
        found = target[level]
        reach = "" if found["complete"] else f" of at most {found['size']}"
        legal = [" + ".join(one) for one in found["legal"]]
        if legal:
            terminal.out.print(f"  by another right: {'; '.join(legal)}", markup=False)
        if not found["coalitions"]:
            terminal.out.print(f"  no {'other ' if legal else ''}{level}, nor any coalition{reach}", markup=False)
        for one in found["coalitions"]:
            _show_how(level, one)


def _show_how(level: str, one: dict[str, Any]) -> None:
    share = "" if one["exact"] else " (for some persons)"
    terminal.out.print(f"  {level}: {' + '.join(one['parties'])}{share}", markup=False)
    for number, line in enumerate(one["derivation"], start=1):
        terminal.out.print(f"      {number}. {line}", markup=False)
    for line in one["repair"]:
        terminal.out.print(f"      repair: {line}", markup=False)


def _show_coalition(report: dict[str, Any]) -> None:
    who = " + ".join(report["coalition"])
    when = "ever" if report["step"] is None else f"up to step {report['step']}"
    rows = [
        (
            ", ".join(one["identifiers"]),
            ", ".join(one["attributes"]),
            ", ".join(one["membership"]),
            ", ".join(one["tables"]),
        )
        for one in report["clusters"]
    ]
    columns = ("identifiers", "facts", "member of", "tables that join")
    if rows:
        terminal.show_table(f"What {who} can put together, {when}", columns, rows)
    else:
        terminal.out.print(f"{who} can read nothing about persons, {when}", markup=False)
    for target in report["targets"]:
        verdict = "yes" if target["reached"] else "no"
        terminal.out.print(f"{target['label']}: {verdict}", markup=False)
        for number, line in enumerate(target["derivation"], start=1):
            terminal.out.print(f"    {number}. {line}", markup=False)


def show_mutations(found: MutationExport) -> None:
    """How many of each fault were made and noticed, by what, and the survivors with the reason."""
    made = Counter(one.fault for one in found.mutants)
    caught = Counter(one.fault for one in found.mutants if one.stage)
    by: dict[str, Counter[str]] = {fault: Counter() for fault in made}
    for one in found.mutants:
        by[one.fault].update(one.by)
    rows = [
        (fault, number, caught[fault], ", ".join(f"{rule} {times}" for rule, times in by[fault].most_common(4)))
        for fault, number in made.items()
    ]
    terminal.show_table(f"Faults made in {found.study}", ("fault", "made", "noticed", "by"), rows)
    survivors = [one for one in found.mutants if one.stage is None]
    for one in survivors:
        terminal.out.print(f"not noticed: {one.fault} at {one.where}: {one.what}", markup=False)
    for fault, why in found.blind.items():
        terminal.out.print(f"{fault}: {why}", markup=False)
    terminal.out.print(f"{found.study}: {found.caught} of {found.made} noticed ({found.share:.1%})", markup=False)


def show_amendment(found: Amendment, lang: Lang) -> None:
    """One sentence per change, then what the changes do to exposure."""
    terminal.out.print(describe(found.study, lang), markup=False)
    terminal.out.print("")
    terminal.out.print(describe_exposure(found.exposure, lang), markup=False)
