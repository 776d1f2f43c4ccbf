"""What parties can put together, as an output: what a coalition learns with its chain, or who reaches what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.catalog.card import Card
from workbench.notebook.sheet import Sheet, Shows, rows_of

FIRST = 4  # coalitions of a target in an output: the smallest come first


def numbered(lines: Sequence[str]) -> str:
    """A chain of joins, one sentence a line."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


class Exposed(Shows):
    """An answer of `main.flow_exposure`; `report` is it as plain data."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report

    @property
    def reached(self) -> tuple[str, ...]:
        """Ids of the targets that are reached: by the coalition asked about, or by anybody."""
        return tuple(one["id"] for one in self.report["targets"] if one.get("reached", self._by(one)))

    def _by(self, target: dict[str, Any]) -> bool:
        return "party" in target and bool(target["party"]["coalitions"])

    def sheet(self) -> Sheet:
        """One row per target, or per cluster of tables that join."""
        return self._coalition() if "coalition" in self.report else self._everybody()

    def _coalition(self) -> Sheet:
        report = self.report
        until = "in the whole study" if report["step"] is None else f"up to step {report['step']}"
        names = " + ".join(report["coalition"])
        head = ("identifiers", "what is known of them", "tables that join")
        tables = (
            (", ".join(one["identifiers"]), ", ".join(one["attributes"]), ", ".join(one["tables"]))
            for one in report["clusters"]
        )
        nothing = () if report["clusters"] else (("nothing", "no table about persons that they hold"),)
        cards = [Card(f"What {names} can put together {until}", nothing, head, rows_of(tables))]
        rows = []
        for one in report["targets"]:
            chain = numbered(one["derivation"])
            sure = "" if not one["reached"] or one["certainty"] == 1.0 else " (for some persons)"
            rows.append((one["label"], ("yes" if one["reached"] else "no") + sure, chain))
        cards.append(Card("What must stay apart", (), ("", "comes together", "by this chain of joins"), rows_of(rows)))
        return Sheet(tuple(cards))

    def _everybody(self) -> Sheet:
        cards = []
        for target in self.report["targets"]:
            found, legal = target["party"]["coalitions"], target["party"]["legal"]
            facts = [("by another right", "; ".join(" + ".join(one) for one in legal))] if legal else []
            if not found:
                facts.append(("by the study", "nobody, nor any coalition"))
            rows = (
                (" + ".join(one["parties"]), "surely" if one["exact"] else "for some persons",
                 numbered(one["derivation"]), "\n".join(one["repair"]))
                for one in found[:FIRST]
            )  # fmt: skip
            head = ("together", "", "by this chain of joins", "what would stop it")
            cards.append(Card(target["label"], tuple(facts), head, rows_of(rows), max(len(found) - FIRST, 0)))
        if not cards:
            cards.append(Card("The study names nothing that must stay apart, and no table could bring it together"))
        return Sheet(tuple(cards))
