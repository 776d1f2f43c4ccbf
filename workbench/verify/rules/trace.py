"""The traces of a flow: each step read by its kind.

A kind of step that is not named here is read by the names of its columns: same part and same name is the same value.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.dataflow.graph import Flow
from workbench.dataflow.schema import split_ref
from workbench.verify.rules import readings_change as change
from workbench.verify.rules import readings_join as join
from workbench.verify.rules.columns import Place, Traces, columns_of
from workbench.verify.rules.reading import Reading


def trace(flow: Flow) -> Traces:
    """The traces of all columns of a flow."""
    traces = Traces()
    for entry in flow.steps:
        reading = KINDS.get(entry.step.kind, _by_name if entry.makes else _nothing)
        reading(Reading(entry, flow, traces))
    return traces


def _nothing(step: Reading) -> None:
    """Steps that move or end data look at no column of it."""


def _by_name(step: Reading) -> None:
    """A kind that is not known here: the same name in the same part is the same value, all else is computed."""
    inputs = [ref for _, ref in step.entry.step.reads()]
    old: dict[str, list[Place]] = {}
    for ref in inputs:
        name, part = split_ref(ref)
        found = step.flow.datasets.get(name)
        if ref in step.flow.catalog.tables:
            for one in step.flow.catalog.tables[ref].fields:
                old.setdefault(one.name, []).append((ref, "", one.name))
        elif found:
            for at in columns_of(found):
                if "." not in ref or at[1] == part:
                    old.setdefault(at[2], []).append(at)
    for output in step.entry.makes:
        for new in columns_of(step.flow.datasets[output]):
            same = old.get(new[2], [])
            there = [at for at in same if at[1] in (new[1], "")] or same
            if there:
                step.copies(new, *there)
            else:
                step.computes(new, *(at for places in old.values() for at in places))


KINDS: dict[str, Callable[[Reading], None]] = {
    "select": join.select,
    "construct": join.construct,
    "consolidate": join.consolidate,
    "pseudonymise": join.pseudonymise,
    "decode": join.decode,
    "link": join.link,
    "rekey": join.rekey,
    "derive": change.derive,
    "recode_date": change.recode_date,
    "categorise": change.categorise,
    "protect": change.protect,
    "split": join.split,
    "aggregate": change.aggregate,
    "assess_small_cells": change.assess,
}
