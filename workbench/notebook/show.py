"""How the objects of the house look in a notebook: one function per kind, each giving a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.catalog.card import Card
from workbench.notebook.sheet import Drawing, Sheet, figure, rows_of

if TYPE_CHECKING:  # their libraries are there when such an object is; until then nobody waits for them
    from workbench.dataflow.graph import Flow
    from workbench.dataflow.schema import Dataset
    from workbench.disclosure import SafeTable
    from workbench.disclosure.microdata import Analysis
    from workbench.disclosure.microdata.measure import Classes
    from workbench.indicators import Computed
    from workbench.main.results import Checked
    from workbench.publish import Release
    from workbench.publish.ledger import Standing
    from workbench.simulate import Run
    from workbench.synth import Manifest
    from workbench.verify.export import FindingExport, VerifyExport

# Which function of this file shows a class, by the module and name of the class.
KINDS: Mapping[tuple[str, str], str] = {
    ("workbench.dataflow.graph", "Flow"): "flow",
    ("workbench.dataflow.schema", "Dataset"): "dataset",
    ("workbench.main.results", "Checked"): "checked",
    ("workbench.verify.export", "VerifyExport"): "verified",
    ("workbench.synth.manifest", "Manifest"): "manifest",
    ("workbench.simulate.run", "Run"): "run",
    ("workbench.indicators.compute", "Computed"): "computed",
    ("workbench.disclosure.microdata.results", "Analysis"): "risk",
    ("workbench.disclosure.release", "SafeTable"): "safe",
    ("workbench.publish.shelf", "Release"): "release",
    ("workbench.publish.ledger", "Standing"): "standing",
}
SIGNS = {"error": "✖\u00a0error", "warning": "⚠\u00a0warning", "note": "·\u00a0note"}  # never on two lines
HEAD = ("", "line", "what", "why", "what to do")
SYNTHETIC = "synthetic: nobody in it exists"


def flow(one: Flow) -> Sheet:
    """The drawing, with what it is of."""
    study = one.study.study
    facts = (
        ("question", study.purpose.en),
        ("flow", f"{len(one.steps)} steps, {len(study.parties)} parties, {len(one.datasets)} datasets"),
    )
    words = f"{study.title.en}: {', '.join(entry.step.label.en for entry in one.steps)}"
    return Sheet((Card(study.title.en, facts), Drawing(drawn(one), words)))


def drawn(one: Flow, lang: str = "en") -> str:
    """The drawing as SVG text."""
    from workbench.dataflow.draw import draw
    from workbench.dataflow.render import render

    return render(draw(one, lang), "svg").decode("utf-8")


def dataset(one: Dataset) -> Sheet:
    """The inferred columns, part by part."""
    head = ("column", "type", "role", "identifies", "from")
    cards = []
    for name, part in one.parts.items():
        rows = ((c.name, c.type, c.role.replace("_", " "), c.domain, ", ".join(sorted(c.origin))) for c in part)
        cards.append(Card(f"{one.name}.{name}" if name else one.name, (), head, rows_of(rows)))
    return Sheet(tuple(cards))


def checked(one: Checked) -> Sheet:
    """What was read, and every problem."""
    read = ", ".join(f"{number:,} {what}" for what, number in one.counts.items())
    verdict = "in order" if not one.problems else counted(len(one.problems), "problem")
    rows = ((SIGNS[p.severity], p.line, p.what, p.why, p.todo) for p in one.problems)
    return Sheet((Card(f"{one.subject}: {verdict}", (("read", read),) if read else (), HEAD, rows_of(rows)),))


def verified(one: VerifyExport) -> Sheet:
    """Findings that stand, each with its chain; those that the study accepts are counted."""
    standing = [finding for finding in one.findings if finding.accepted is None]
    verdict = "no error" if one.fine else counted(sum(f.severity == "error" for f in standing), "error")
    accepted = len(one.findings) - len(standing)
    facts = (("accepted with a reason", str(accepted)),) if accepted else ()
    rows = rows_of((SIGNS[f.severity], f.line, f.what, _why(f), f.repair) for f in standing)
    return Sheet((Card(f"rules on {one.study}: {verdict}, {counted(len(standing), 'finding')}", facts, HEAD, rows),))


def _why(found: FindingExport) -> str:
    chain = "\n".join(f"{number}. {line}" for number, line in enumerate(found.derivation, start=1))
    return f"{found.why} ({found.rule})" + (f".\n{chain}" if chain else "")


def manifest(one: Manifest) -> Sheet:
    """What was made, and what was planted more often than it is."""
    facts = (
        ("persons", f"{one.persons:,} in {one.hospitals} hospitals, seed {one.seed}"),
        ("more frequent than it is", one.enrichment or "nothing"),
    )
    rows = rows_of(sorted(one.tables.items()))
    return Sheet((Card(f"Data, {SYNTHETIC}", facts, ("table", "rows"), rows),))


def run(one: Run) -> Sheet:
    """The ledger: who did what, on how many rows, what left and what was destroyed."""
    head = ("step", "what", "who", "rows made", "to", "destroyed", "seconds")
    rows = (
        (number, entry.step, entry.actor, sum(made.rows for made in entry.made) or None, ", ".join(entry.receivers),
         ", ".join((*entry.destroyed, *(f"key of {key}" for key in entry.keys_destroyed))), f"{entry.seconds:.1f}")
        for number, entry in enumerate(one.ledger.entries, start=1)
    )  # fmt: skip
    facts = (("ledger", f"{len(one.ledger.entries)} entries, each with the hash of the one before"),)
    return Sheet((Card(f"Run of {one.study}, {SYNTHETIC}", facts, head, rows_of(rows)),))


def computed(one: Computed) -> Sheet:
    """Totals of every indicator; `indicators["name"]` of the run shows one with its pictures."""
    totals = [r for r in one.results if r.cell.hospital == "ALL" and not r.cell.year and not r.cell.stratum]
    rows = ((r.indicator, r.statistic, int(r.n), _figure(r.value), _figure(r.low), _figure(r.high)) for r in totals)
    head = ("indicator", "what", "n", "value", "95% from", "to")
    return Sheet((Card(f"Indicators, exact and not for release; {SYNTHETIC}", (), head, rows_of(rows)),))


def risk(one: Analysis) -> Sheet:
    """The small-cell risk: the classes, then each attacker by what it knows."""
    stages: dict[str, Classes] = {"as linked": one.classes}
    if one.done is not None:
        stages["after the study's own step"] = one.done.classes
    stages["with the least that suffices"] = one.suggestion.classes
    k = one.policy.threshold
    head = ("", "records", "classes", "smallest", "persons alone", f"records in classes under {k}")
    rows = ((what, c.records, c.classes, c.k, c.uniques, f"{c.below:,} ({c.share_below:.1%})")
            for what, c in stages.items())  # fmt: skip
    least = ", ".join(f"{name} by {step}" for name, step in one.suggestion.steps.items() if step) or "nothing"
    facts = (("counted", ", ".join(one.counted)), ("least that suffices", least))
    who = (
        (", ".join(s.attacker.parties), ", ".join(s.quasi), s.classes.uniques, f"{s.classes.share_below:.1%}")
        for s in one.scenarios
    )
    people = ("who", "knows already", "persons alone", f"in classes under {k}")
    return Sheet((
        Card("Small-cell risk", facts, head, rows_of(rows)),
        Card("Attackers", (), people, rows_of(who)),
    ))  # fmt: skip


def safe(one: SafeTable) -> Sheet:
    """The certificate: how much is withheld, and for whom it was proven."""
    found = one.certificate
    facts = (
        ("numbers", f"{found.numbers:,} counts, of which {found.withheld:,} withheld"),
        ("certified against", f"{len(found.verdicts)} attackers, all safe"),
    )
    return Sheet((Card(f"Safe table of {one.study}", facts),))


def release(one: Release) -> Sheet:
    """The release's number, policy and hashes."""
    facts = (("policy", str(one.policy()["id"])), ("run", one.run_id[:16]), ("files", one.folder.name))
    return Sheet((Card(f"Release {one.number} of {one.study}", facts),))


def standing(one: Standing) -> Sheet:
    """Whether a release may be read, and by whose word."""
    signed = f"{len(one.signed)} of {one.needed}: {', '.join(one.signed) or 'nobody'}"
    facts = (("state", one.state), ("signatures", signed if one.needed or one.signed else "none asked for"))
    rows = rows_of((line.when, line.action, line.by, line.why) for line in one.lines)
    return Sheet(
        (Card(f"Release {one.release.number} of {one.release.study}", facts, ("when", "what", "by", "why"), rows),)
    )


def counted(number: int, thing: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _figure(value: float | None) -> str:
    return "" if value is None else figure(value)
