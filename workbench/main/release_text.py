"""The commands around releases, printed for people."""

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Callable, Sequence

from workbench.disclosure.amounts.tries import AmountTry
from workbench.disclosure.tries import Try
from workbench.errors import WorkbenchError
from workbench.main import releases, terminal
from workbench.main.release_counts import report_figures
from workbench.main.release_report import write_report
from workbench.publish.ledger import Standing

_STATES = {"public": "can be read", "waiting": "waits for a signature", "withdrawn": "withdrawn"}


def _state(found: Standing) -> str:
    text = _STATES[found.state]
    if found.state == "waiting":
        text += f" ({len(set(found.signed))} of {found.needed})"
    return text


def _plain(found: Standing) -> dict[str, object]:
    release = found.release
    return {
        "study": release.study,
        "number": release.number,
        "created": release.created,
        "run_id": release.run_id,
        "content": release.content,
        "state": found.state,
        "signatures_needed": found.needed,
        "ledger": [line.model_dump(mode="json") for line in found.lines],
    }


def _list(chosen: argparse.Namespace) -> int:
    found = releases.every_standing(chosen.releases, chosen.study)
    if chosen.format == "json":
        terminal.show_json([_plain(one) for one in found])
        return 0
    rows = [
        (one.release.number, one.release.created[:10], _state(one), ", ".join(one.signed), one.release.content[:12])
        for one in found
    ]
    terminal.show_table(f"Releases of {chosen.study}", ("number", "made", "state", "signed by", "content"), rows)
    return 0


def _show(chosen: argparse.Namespace) -> int:
    found = releases.one_standing(chosen.releases, chosen.study, chosen.number)
    certificate = found.release.certificate()
    if chosen.format == "json":
        terminal.show_json({**_plain(found), "certificate": certificate})
        return 0
    out = terminal.out
    out.print(f"Release {found.release.number} of {chosen.study}, made {found.release.created}: {_state(found)}")
    for line in found.lines:
        out.print(f"  {line.action} by {line.by}, {line.when}" + (f": {line.why}" if line.why else ""), markup=False)
    out.print(
        f"{certificate['numbers']:,} numbers, {certificate['withheld']:,} withheld; made by {certificate['method']}"
    )
    if amounts := certificate.get("amounts"):
        out.print(f"{amounts['numbers']:,} groups with a mean and quartiles, {amounts['withheld']:,} withheld")
    earlier = ", ".join(certificate["earlier"]) or "none before it"
    out.print(
        f"audited together with release {earlier}" if certificate["earlier"] else "the first release of the study"
    )
    terminal.show_table("Certified against", ("attacker", "verdict"), list(certificate["verdicts"].items()))
    for name in ("rows_sha256", "witnesses_sha256", "policy_sha256"):
        out.print(f"{name} {certificate[name]}", markup=False)
    return 0


def _sign(chosen: argparse.Namespace) -> int:
    found = releases.sign_release(chosen.releases, chosen.study, chosen.number, chosen.by, chosen.catalog)
    terminal.out.print(f"Signed by {chosen.by}. Release {chosen.number} {_state(found)}.", markup=False)
    return 0


def _withdraw(chosen: argparse.Namespace) -> int:
    releases.withdraw_release(chosen.releases, chosen.study, chosen.number, chosen.by, chosen.why, chosen.catalog)
    terminal.out.print(
        f"Release {chosen.number} is withdrawn: pages no longer show it. It stays on the shelf, and since the world "
        "has read it, every later release is still audited together with it."
    )
    return 0


def _report(chosen: argparse.Namespace) -> int:
    if chosen.format == "json":
        with terminal.Bars(as_json=True).stage("report") as (progress, _):
            found = report_figures(chosen.releases, chosen.study, chosen.number, progress)
        terminal.show_json(dataclasses.asdict(found))
        return 0
    if chosen.out is None:
        raise WorkbenchError("A report is a file and none was given. Give one, as --out report.html.")
    with terminal.Bars().stage("report") as (progress, say):
        path = write_report(
            chosen.releases, chosen.study, chosen.number, chosen.lang, chosen.catalog, chosen.out, progress
        )
        say(f"{path}: confidential, it tells how much is small")
    return 0


def _whatif(chosen: argparse.Namespace) -> int:
    with terminal.Bars(chosen.format == "json").stage("whatif") as (progress, _):
        before, after = releases.what_if(chosen.releases, chosen.study, chosen.merge, chosen.catalog, progress)
    if chosen.format == "json":
        plans = [dataclasses.asdict(one) for one in (before, after)]
        terminal.show_json({"study": chosen.study, "merge": [list(one) for one in chosen.merge], "plans": plans})
        return 0
    rows = [
        (one.what, f"{one.numbers:,}", f"{one.small:,}", f"{one.withheld - one.small:,}",
         f"{one.numbers - one.withheld:,} ({100 * (one.numbers - one.withheld) / max(one.numbers, 1):.0f} %)",
         "yes" if one.certified else "no: it would be refused")
        for one in (before, after)
    ]  # fmt: skip
    heads = ("classes", "numbers", "small", "withheld to protect them", "shown", "can be certified")
    terminal.show_table(" and ".join("+".join(group) for group in chosen.merge), heads, rows)
    fewer = before.withheld - after.withheld
    terminal.out.print(
        f"{fewer:,} fewer numbers withheld. Nothing was published."
        if fewer > 0
        else "It saves nothing. Nothing changed."
    )
    return 0


def attack(chosen: argparse.Namespace) -> int:
    """Print how far every attacker gets; exit code 1 when one of them learns something."""
    with terminal.Bars(chosen.format == "json").stage("attack") as (progress, say):
        found, tries = releases.attack_release(chosen.releases, chosen.study, chosen.number, progress)
        figures = releases.attack_figures(chosen.releases, chosen.study, chosen.number)
        say(f"release {found.release.number}")
    every: list[Try | AmountTry] = [*tries, *figures]
    learned = sum(one.learned for one in every)
    if chosen.format == "json":
        terminal.show_json([
            {name: None if isinstance(value, float) and math.isinf(value) else value
             for name, value in dataclasses.asdict(one).items()}
            for one in every
        ])  # fmt: skip
        return 1 if learned else 0
    rows = [
        (one.attacker, f"{one.secrets:,}", f"{one.learned:,}", one.target,
         f"{one.low} to {one.high}" if one.secrets else "", _interval(one.lp_low, one.lp_high) if one.secrets else "")
        for one in tries
    ]  # fmt: skip
    heads = ("attacker", "wants to know", "learns", "the nearest miss", "cannot rule out", "can work out")
    terminal.show_table(f"Release {found.release.number} of {chosen.study} under attack", heads, rows)
    best = next((one for one in tries if one.sum), None)
    if best:
        terminal.out.print(f"The best sum of {best.attacker}: {best.sum}", markup=False)
    if figures:
        _attacked_figures(figures)
    terminal.out.print(
        f"{learned} small numbers or amounts are given away: withdraw this release."
        if learned
        else f"{len(tries)} attackers, {sum(one.secrets for one in tries):,} questions, nothing learned: each small "
        "number may be anything from the smallest value to the threshold and beyond."
    )
    return 1 if learned else 0


def _attacked_figures(figures: Sequence[AmountTry]) -> None:
    rows = [
        (one.attacker, one.indicator, f"{one.groups:,}", f"{one.learned:,}", one.target,
         f"{one.persons:g} persons" if math.isfinite(one.persons) else "anything",
         f"{one.over:.0%} over it" if math.isfinite(one.over) else "anything")
        for one in figures
    ]  # fmt: skip
    heads = ("attacker", "amount", "groups of others", "learns", "the nearest miss", "may hold up to",
             "its largest amount may be taken for up to")  # fmt: skip
    terminal.show_table("Means and quantiles", heads, rows)


def _interval(low: float, high: float) -> str:
    return f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"


def _export(chosen: argparse.Namespace) -> int:
    from workbench.main.release_exports import export_release

    made = export_release(
        chosen.releases, chosen.study, chosen.number, chosen.reader, chosen.lang, chosen.format, chosen.out,
        chosen.catalog,
    )  # fmt: skip
    rows = [
        (one.table.table, one.scope, f"{len(one.rows):,}", f"{sum(row['withheld'] for row in one.rows):,}")
        for one in made.tables
    ]
    whose = f"as {made.reader} may see it" if made.reader else "as everybody may see it"
    heads = ("table", "shows", "rows", "of which something is withheld")
    terminal.show_table(f"Release {made.number} of {made.study}, {whose}", heads, rows)
    terminal.out.print(str(chosen.out), markup=False)
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "sign": _sign,
    "withdraw": _withdraw,
    "report": _report,
    "whatif": _whatif,
    "export": _export,
}
