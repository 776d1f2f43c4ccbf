"""How the small-cell risk analysis looks in a terminal."""

from __future__ import annotations

from pathlib import Path

from workbench.disclosure.microdata import Analysis, Theory, WhatIf
from workbench.disclosure.microdata.measure import Classes
from workbench.main import terminal
from workbench.main.scra_tables import Assessed


def show_analysis(asked: Assessed, found: Analysis) -> None:
    """The figures a committee asks for first, and one row per attacker."""
    k = found.policy.threshold
    title = f"{asked.step['input']}, assessed by {asked.entry.step.actor} ({', '.join(found.counted)})"
    rows: list[tuple[str, ...]] = [("before", *_row(found.classes))]
    if found.done is not None:
        rows.append(("after what the study adapts", *_row(found.done.classes)))
    rows.append(("with the least that suffices", *_row(found.suggestion.classes)))
    head = ("", "records", "classes", "k", "one person alone", f"in classes under {k}")
    terminal.show_table(title, head, rows)
    steps = ", ".join(f"{name}={step}" for name, step in found.suggestion.steps.items() if step)
    sure = "" if found.suggestion.found.best else ", not proven"
    suffices = f"{steps or 'nothing'} (detail lost {found.suggestion.found.loss:.0%}{sure})"
    if not found.suggestion.found.safe:
        suffices = "no generalisation of the catalogue is enough"
    terminal.out.print(f"Least that suffices: {suffices}", markup=False)
    who = [
        (
            ", ".join(one.attacker.parties),
            ", ".join(one.quasi) or "-",
            f"{one.classes.uniques:,}",
            f"{one.classes.share_below:.1%}",
            ", ".join(one.attacker.holds) or "-",
        )
        for one in found.scenarios
    ]
    terminal.show_table(
        "Attackers, by what they hold already", ("who", "knows", "one person alone", f"under {k}", "identifiers"), who
    )
    sets = [(" + ".join(names), f"{records:,}") for names, records in list(found.uniques.sets.items())[:6]]
    terminal.show_table("Combinations that point somebody out", ("smallest combination", "records"), sets)
    if found.sensitive:
        values = [(one.name, one.diversity, f"{one.below:,}", f"{one.closeness:.2f}") for one in found.sensitive]
        columns = ("sensitive variable", "l", f"records under {found.policy.diversity}", "t")
        terminal.show_table("Sensitive variables in the classes", columns, values)
    terminal.out.print("No public numeric threshold for microdata was found; k is a figure of catalog/policies.")


def show_expectation(asked: Assessed, found: Theory, page: Path) -> None:
    """What the marginals lead to expect of a study without data."""
    covered = ", ".join(found.frame.covered) or "nothing"
    whole = found.whole
    if whole is not None:
        rows = [
            ("classes", f"{whole.classes:,.1f}"),
            ("persons alone in their class", f"{whole.uniques:,.1f}"),
            (f"persons in classes under {whole.threshold}", f"{whole.below:,.1f}"),
        ]
        terminal.show_table(f"Expected for {whole.persons:,} inhabitants by {covered}", ("", "mean"), rows)
    else:
        terminal.out.print(f"No marginal of the catalogue counts persons for {asked.step['input']}.", markup=False)
    if found.frame.missing:
        terminal.out.print(f"No known distribution: {', '.join(found.frame.missing)}. The true risk is larger.")
    terminal.out.print(str(page), markup=False)


def show_what_if(found: WhatIf) -> None:
    """Before and after a merge, and what it costs."""
    title = ", ".join(f"{name} at {step}" for name, step in found.merged.items())
    head = ("", "records", "classes", "k", "one person alone", f"in classes under {found.before.threshold}")
    terminal.show_table(title, head, [("now", *_row(found.before)), ("merged", *_row(found.after))])
    lost = ", ".join(f"{share:.0%} of {name}" for name, share in found.lost.items())
    terminal.out.print(f"{terminal.count(found.saved, 'record')} saved; detail lost: {lost}", markup=False)


def _row(classes: Classes) -> tuple[str, ...]:
    below = f"{classes.below:,} ({classes.share_below:.1%})"
    return (f"{classes.records:,}", f"{classes.classes:,}", f"{classes.k:,}", f"{classes.uniques:,}", below)
