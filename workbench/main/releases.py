"""Use cases around a release: list, sign, withdraw, attack, report, and what merging classes would save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.access import Viewer, load_directory
from workbench.disclosure import Told, load_policy
from workbench.disclosure.amounts.tries import AmountTry, attack_amounts
from workbench.disclosure.judge import judge, merged
from workbench.disclosure.tries import Try, attack
from workbench.errors import Refused
from workbench.main.audits import beside, opened, tell
from workbench.main.confidential import amounts_of, half_of, told_by
from workbench.main.people import person
from workbench.publish import is_sponsor, list_releases, read_release
from workbench.publish.ledger import Standing, sign, standing, standings, withdraw
from workbench.workflow import load_workflow, shelves

Progress = Callable[[str, float], None]


def registered(releases: Path, root: Path, study: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """Hospital and years of every person who registered stays of a study: attackers of their own.

    They are those of the state beside the shelf, who may no longer log in too: nobody forgets what they registered.
    Where nobody is known yet (a run for oneself) the invented people of the catalogue count.
    """
    with opened(beside(releases)) as state:
        _, bodies, people, _ = state.people.everything()
    hospitals = {one.id: one.hospital for one in bodies}
    found: dict[tuple[str, str], set[int]] = {}
    for one in people:
        hospital, years = hospitals[one.organisation], (one.registered or {}).get(study)
        if hospital and years:
            found.setdefault((one.login, hospital), set()).update(years)
    if not people:
        for row in load_directory(root).registrations().to_pylist():
            if row["collection"] == study:
                found.setdefault((row["person"], row["hospital"]), set()).add(row["year"])
    return tuple(dict.fromkeys((hospital, frozenset(years)) for (_, hospital), years in found.items()))


def earlier_releases(releases: Path, study: str) -> list[Told]:
    """What all earlier releases were made from, withdrawn ones too: the world has read them.

    Raises `WorkbenchError` when the confidential half of one is missing: then nothing can be certified.
    """
    return [told_by(release, releases) for release in list_releases(releases, study)]


def every_standing(releases: Path, study: str) -> tuple[Standing, ...]:
    """All releases of a study with their signatures; raises `WorkbenchError` when there is none."""
    found = standings(releases, study)
    if not found:
        read_release(releases, study)
    return found


def one_standing(releases: Path, study: str, number: int | None) -> Standing:
    """One release (the newest when None) with its signatures."""
    return standing(releases, study, read_release(releases, study, number).number)


def sign_release(releases: Path, study: str, number: int, by: str, root: Path) -> Standing:
    """Sign off as one of the people of the sponsor; raises `Refused` for anybody else and for a second time."""
    viewer = _sponsor(by, study, releases, root)
    with opened(beside(releases)) as state:
        shelves.release(load_workflow(root), state, study, viewer, read_release(releases, study, number).content)
    found = sign(releases, study, number, by)
    tell(releases, by, "release.signed", study, number=str(number), content=found.release.content)
    return found


def withdraw_release(releases: Path, study: str, number: int, by: str, why: str, root: Path) -> Standing:
    """Withdraw as one of the people of the sponsor; raises `Refused` for anybody else."""
    _sponsor(by, study, releases, root)
    found = withdraw(releases, study, number, by, why)
    tell(releases, by, "release.withdrawn", study, number=str(number), why=why)
    return found


def _sponsor(by: str, study: str, releases: Path, root: Path) -> Viewer:
    viewer = person(by, beside(releases), root)
    if not is_sponsor(viewer, study):
        raise Refused(f"{by} has no profile of the sponsor of {study}; only those sign a release off or withdraw it")
    return viewer


def attack_release(
    releases: Path, study: str, number: int | None, progress: Progress | None = None
) -> tuple[Standing, tuple[Try, ...]]:
    """How far every attacker gets with a release and all that came before it."""
    found = one_standing(releases, study, number)
    arrays, text = half_of(found.release, releases)
    return found, attack(text, arrays, progress)


def attack_figures(releases: Path, study: str, number: int | None) -> tuple[AmountTry, ...]:
    """How near every attacker comes to one person's amount; empty for a release without figures of amounts."""
    found = amounts_of(one_standing(releases, study, number).release, releases)
    return attack_amounts(found[1], found[0]) if found else ()


@dataclass(frozen=True)
class Plan:
    """What a release would look like: numbers that it could show, small ones among them, withheld in all."""

    what: str
    numbers: int
    small: int
    withheld: int
    certified: bool


def what_if(
    releases: Path, study: str, groups: Sequence[tuple[str, ...]], root: Path, progress: Progress | None = None
) -> tuple[Plan, Plan]:
    """The newest release as it would be made now by itself, and with each group of hospitals or years as one."""
    tell = progress or (lambda what, share: None)
    release = read_release(releases, study)
    told = told_by(release, releases)
    rule = load_policy(root / "policies" / f"{release.policy()['id']}.yaml")
    rule = rule.model_copy(update={"together": ()})  # names of hospitals change when they are merged
    plans = []
    asked = (("as it is", merged(told, ())), ("merged", merged(told, groups)))
    for place, (what, one) in enumerate(asked):

        def part(stage: str, done: int, total: int, at: int = place) -> None:
            tell(stage, (at + done / max(total, 1)) / len(asked))

        tell(what, place / len(asked))
        judged = judge([one], rule, progress=part)
        plans.append(Plan(what, *judged.counts(), judged.verdict.safe))
    return plans[0], plans[1]
