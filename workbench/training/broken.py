"""Break a study: make a fault in it, run it, see who is recognised by which joins, and which rule sees the fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.catalog.study_rule import study_rules
from workbench.dataflow import Flow, read_flow
from workbench.disclosure import SmallCellPolicy, load_policy
from workbench.errors import Problems, WorkbenchError
from workbench.stage import Proof
from workbench.study.load import find_study, read_study_text
from workbench.training.audited import audited
from workbench.training.breaks import AUDIT, Break
from workbench.training.differencing import Told, differ, stays_of
from workbench.training.exercise import Edit
from workbench.training.joins import Chain, recognise
from workbench.training.key import Truth, truth
from workbench.training.seen import Progress, Seen, watch
from workbench.verify.check import check_flow


@dataclass(frozen=True)
class Found:
    """What an attack found: how many persons, and how one of them was recognised."""

    persons: int = 0
    chain: Chain | None = None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Caught:
    """The rule that sees the fault: what it says, at which line, and why a study accepts it, if it does."""

    rule: str
    said: str = ""
    line: int = 0
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def fired(self) -> bool:
        """Whether it says anything."""
        return bool(self.said)


@dataclass(frozen=True)
class Broken:
    """A fault, what the same attack finds in the sound study and in the broken one, and which rule sees the fault.

    truth: what the answer key says, which was read after the attack.
    """

    fault: Break
    flow: Flow
    proof: Proof
    sound: Found
    broken: Found
    truth: Truth
    caught: Caught


def edited(flow: Flow, root: Path, edits: tuple[Edit, ...]) -> Flow:
    """The flow of a study with these edits, in no file. Raises `Problems` when it is no study that runs any more."""
    study = flow.study.study.id
    text = find_study(study, root).read_text(encoding="utf-8")
    for edit in edits:
        if text.count(edit.find) != 1:
            raise WorkbenchError(
                f"{edit.find!r} stands {text.count(edit.find)} times in the file of {study}, not once: the fault "
                "cannot be made. Correct catalog/workshop/breaks.yaml."
            )
        text = text.replace(edit.find, edit.put)
    file, problems = read_study_text(text, f"{study} (broken)", flow.catalog)
    broken, more = read_flow(file, flow.catalog) if file else (None, [])
    wrong = [one for one in (*problems, *more) if one.severity == "error"]
    if broken is None or wrong:
        raise Problems(wrong)
    return broken


def break_study(
    fault: Break, flow: Flow, root: Path, data: Path, home: Path, progress: Progress | None = None
) -> Broken:
    """Run the study sound and broken on synthetic people, and attack both in the same way.

    `flow` is the sound study, `home` a folder for the two runs. Raises `Refused` for data that are not synthetic.
    """
    tell = progress or _silent
    sound = watch(flow, data, home / "sound", lambda what, share: tell(f"sound: {what}", 0.4 * share))
    worse = sound
    if fault.edits:
        broken = edited(flow, root, fault.edits)
        worse = watch(broken, data, home / "broken", lambda what, share: tell(f"broken: {what}", 0.4 + 0.4 * share))
    tell("joining", 0.8)
    before, after = _attack(fault, sound, root, sound=True), _attack(fault, worse, root, sound=False)
    tell("rules", 0.85)
    caught = _caught(fault, worse, after, root)
    days = fault.difference.days if fault.difference else 0
    true = truth(after.chain, after.told, data, days, fault.record)
    return Broken(fault, worse.flow, worse.proof, before, after, true, caught)


def _attack(fault: Break, seen: Seen, root: Path, sound: bool) -> Found:
    if fault.difference:
        told = differ(seen, fault.difference, fault.tells, _policy(seen.flow, root), second=not sound)
        return Found(len({one.person for one in told}), None, told)
    alone = sound and fault.together  # sound is that each keeps to itself
    record = fault.record.column if fault.record else ""
    groups = [(party,) for party in fault.who] if alone else [fault.who]
    for group in groups:
        held = [one for party in group for one in seen.held(party, fault.left)]
        chain = recognise(held, fault.tells, record, fault.shows)
        if chain:
            return Found(chain.persons, chain)
    return Found()


def _policy(flow: Flow, root: Path) -> SmallCellPolicy:
    scra = flow.study.study.scra
    if scra is None:
        raise WorkbenchError(f"Study {flow.study.study.id} names no policy of small cells, by which it could publish.")
    return load_policy(root / "policies" / f"{scra.policy}.yaml")


def _caught(fault: Break, seen: Seen, found: Found, root: Path) -> Caught:
    if fault.rule == AUDIT:
        if not found.told or fault.difference is None:
            return Caught(AUDIT)
        stays = stays_of(seen, fault.difference, fault.tells)
        return Caught(AUDIT, audited(stays, found.told[0], _policy(seen.flow, root)))
    for one in check_flow(seen.flow, study_rules(root)):
        if one.finding.rule == fault.rule and fault.at in ("", one.at):
            reason = one.accepted.reason.model_dump() if one.accepted else {}
            return Caught(fault.rule, one.finding.what, one.finding.line, reason)
    return Caught(fault.rule)


def _silent(what: str, share: float) -> None:
    return None
