"""Exposure: what a party, an organisation or several parties can put together that the study keeps apart.

These rules read a model only, so that they also judge what a document prints before there is a flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.explain import Derivation
from workbench.verify.facts import ATTRIBUTE, COHORT, ID, Target
from workbench.verify.model import Model
from workbench.verify.rules.reach import LARGEST, Reach
from workbench.verify.rules.registry import FlowHit, exposure_rule
from workbench.verify.rules.story import END_USERS


@exposure_rule("target-alone")
def target_alone(reach: Reach) -> Iterator[FlowHit]:
    """A party that brings a target together by itself, other than by a list chosen by disease.

    Of two identifiers that is what a table given on purpose does, and what a third party that codes is for: what
    becomes of such tables and keys is judged by other rules.
    """
    for target, party, derivation in reach.alone:
        pair = all(token.startswith(ID) for token in target.tokens)
        meant = len(derivation.evidence) == 1 or reach.kind(party) == "ttp"
        if not _by_membership(target, derivation) and not (pair and meant):
            what = f"{party} alone brings {_named(target)} together"
            yield _hit(reach, derivation, what, f"{party}:{target.id}")


@exposure_rule("list-without-decoys")
def list_without_decoys(reach: Reach) -> Iterator[FlowHit]:
    """A party that learns from the list alone which disease the persons on it have; not who chose them by it."""
    told: set[str] = set()
    for target, party, derivation in reach.alone:
        if _by_membership(target, derivation) and party not in told:
            told.add(party)
            what = f"{party} learns {_named(target)} from the list alone"
            yield _hit(reach, derivation, what, party)


@exposure_rule("target-in-organisation")
def target_in_organisation(reach: Reach) -> Iterator[FlowHit]:
    """An organisation whose parties bring a target together where none of them does so alone."""
    for target in reach.model.targets:
        alone = {next(iter(one)) for one in reach.smallest(target, "party") if len(one) == 1}
        for one in reach.smallest(target, "organisation"):
            body = next(iter(one))
            if len(one) > 1 or reach.model.members(body) & alone:
                continue
            derivation = reach.model.of_organisation(body).reaches(target.tokens)
            if derivation:
                what = f"{body} brings {_named(target)} together, by {' and '.join(sorted(derivation.parties))}"
                yield _hit(reach, derivation, what, f"{body}:{target.id}")


@exposure_rule("target-without-ttp")
def target_without_ttp(reach: Reach) -> Iterator[FlowHit]:
    """Parties of several organisations, no trusted third party among them, that bring a target together."""
    for target in reach.model.targets:
        alone = {next(iter(one)) for one in reach.smallest(target, "organisation") if len(one) == 1}
        found = []
        for one in reach.smallest(target, "party"):
            bodies = {reach.model.organisation(party) for party in one}
            ttps = [party for party in one if reach.kind(party) == "ttp"]
            if 1 < len(one) <= LARGEST and not ttps and not bodies & alone:
                found.append(sorted(one))
        derivation = reach.model.exposure(found[0]).reaches(target.tokens) if found else None
        if derivation:
            named = "; ".join(" and ".join(one) for one in found)
            what = f"{_named(target)} can be brought together without a trusted third party, by {named}"
            yield _hit(reach, derivation, what, target.id)


@exposure_rule("date-recoverable")
def date_recoverable(reach: Reach) -> Iterator[FlowHit]:
    """A researcher or assessor that gets no exact date of an event and can compute it.

    Told of the dates that the others follow from: once the date of birth is found, every interval gives a date.
    """
    model = reach.model
    for party in model.parties:
        if reach.kind(party) not in END_USERS or party in model.sources:
            continue
        found = _computed_dates(model, party)
        for token, derivation in found.items():
            made = {one for link in derivation.links if link.kind == "rule" for one in link.gives}
            if made & set(found) <= {token}:
                others = len(found) - 1
                also = f", and from it {others} other date{'s' if others > 1 else ''}" if others else ""
                what = f"{party} can compute the {token.removeprefix(ATTRIBUTE).replace('_', ' ')}{also}"
                yield _hit(reach, derivation, what, f"{party}:{token}")


def _computed_dates(model: Model, party: str) -> dict[str, Derivation]:
    """Dates that a party can compute and that nobody gave it, each with the way there."""
    given = {token for one in model.held([party]) for token in one.tokens}
    exposure = model.exposure([party])
    known = {token for cluster in exposure.clusters for token in cluster.tokens}
    dates = [token for token in sorted(known - given) if token.startswith(ATTRIBUTE) and token.endswith("_date")]
    ways = {token: exposure.reaches([token]) for token in dates}
    return {token: way for token, way in ways.items() if way is not None}


def _by_membership(target: Target, derivation: Derivation) -> bool:
    """Whether the chain rests on being selected, and on nothing that is said of the persons."""
    cohort = any(token.startswith(COHORT) for token in target.tokens)
    return cohort or any(link.kind == "rule" and link.by == "cohort" for link in derivation.links)


def _named(target: Target) -> str:
    return target.label.strip() or target.id


def _hit(reach: Reach, derivation: Derivation, what: str, at: str) -> FlowHit:
    """At the step that completes the chain."""
    last = max((one.since for one in derivation.evidence), default=0)
    step = next((moment.id for moment in reach.model.steps if moment.number == last), "")
    share = "" if derivation.exact else ", for some persons"
    line = reach.line_of(step or derivation.parties[0])
    return FlowHit(line, what + share, derivation=tuple(derivation.lines()), at=at)
