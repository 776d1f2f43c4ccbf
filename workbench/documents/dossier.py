"""What a request tells beside the study: sizes with their source, security measures, who sends what when.

Nothing of it runs. It stands in `dossier.yaml` beside a study, the count in synthetic data in `estimate.yaml` there;
a study without these files has open points in its documents.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.dataflow.graph import Flow
from workbench.errors import Problem, Problems

FILE, ESTIMATE = "dossier.yaml", "estimate.yaml"


class SourcedSize(Entry):
    """A published number beside which the size of the population can be held; `what` says of whom and when."""

    what: Label
    number: int = Spec(gt=0)
    cite: Cite


class Measure(Entry):
    """A security measure of a party, in one of the domains of `request.yaml`."""

    party: Text
    domain: Text
    text: Label
    cite: Cite


class Delivery(Entry):
    """How and when a party hands over a dataset of the flow."""

    dataset: Text
    channel: Label | None = None
    form: Label | None = None
    moment: Label | None = None
    cite: Cite


class Amends(Entry):
    """The study of which this one is a later version, and why it changes."""

    study: Text
    why: Label
    cite: Cite


class Dossier(Entry):
    """The file; `contacts` says by party whom to ask."""

    amends: Amends | None = None
    sizes: tuple[SourcedSize, ...] = ()
    security: tuple[Measure, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    contacts: dict[str, Label] = Spec(default_factory=dict)


class Estimate(Entry):
    """The population counted in synthetic data in which nothing was made more frequent than sourced.

    `rows` of the population's unit; `persons` are different ones among them, None where the unit does not tell
    (`per_hospital`: counted once in each hospital); `of` persons were generated.
    """

    rows: int = Spec(ge=0)
    persons: int | None = Spec(default=None, ge=0)
    per_hospital: bool = False
    of: int = Spec(gt=0)
    seed: int
    version: Text


def read_dossier(flow: Flow, domains: Collection[str], root: Path) -> Dossier:
    """The dossier of a study, empty without one. Raises `Problems` with everything wrong in it."""
    path = flow.study.path.with_name(FILE)
    if not path.exists():
        return Dossier()
    source = read_source(path, root.parent)
    found = validate(Dossier, source.data, source) if not source.problems else None
    problems = source.problems if found is None else _wrong(found, source, flow, domains)
    if found is None or problems:
        raise Problems(problems)
    return found


def read_estimate(flow: Flow, root: Path) -> Estimate | None:
    """What was counted for a study; None when nothing was. Raises `Problems` for a file that is wrong."""
    path = flow.study.path.with_name(ESTIMATE)
    if not path.exists():
        return None
    source = read_source(path, root.parent)
    found = validate(Estimate, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found


def _wrong(dossier: Dossier, source: SourceFile, flow: Flow, domains: Collection[str]) -> list[Problem]:
    """Names in the dossier that nothing has."""
    parties = flow.study.study.parties
    asked = [
        *((("security", n, "party"), "party", one.party, parties) for n, one in enumerate(dossier.security)),
        *((("security", n, "domain"), "domain", one.domain, domains) for n, one in enumerate(dossier.security)),
        *(
            (("deliveries", n, "dataset"), "dataset", one.dataset, flow.datasets)
            for n, one in enumerate(dossier.deliveries)
        ),
        *((("contacts", name), "party", name, parties) for name in dossier.contacts),
    ]
    problems = [
        source.problem(loc, f"there is no {kind} '{name}'", "the study or the request has none of that name",
                       f"choose from {', '.join(sorted(known))}")
        for loc, kind, name, known in asked if name not in known
    ]  # fmt: skip
    cites = [
        *((("sizes", n, "cite"), one.cite) for n, one in enumerate(dossier.sizes)),
        *((("security", n, "cite"), one.cite) for n, one in enumerate(dossier.security)),
        *((("deliveries", n, "cite"), one.cite) for n, one in enumerate(dossier.deliveries)),
        *((("amends", "cite"), one.cite) for one in filter(None, [dossier.amends])),
    ]
    problems += [
        source.problem(loc, f"there is no document '{cite.document}'", "the fact cannot be looked up",
                       "name an entry of documents.yaml")
        for loc, cite in cites if cite.document not in flow.catalog.documents
    ]  # fmt: skip
    return problems
