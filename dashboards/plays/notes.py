"""What a trainer says at a step: what follows from the step itself, and what somebody wrote for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboards.plays.scene import Scene
from dashboards.texts import Texts
from workbench.catalog.base import Cite, Entry, Label, Name
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems

FILE = Path("workshop", "notes.yaml")


class Note(Entry):
    """Words for one step of one study."""

    study: Name
    step: Name
    says: Label
    cite: Cite


class _File(Entry):
    notes: tuple[Note, ...]


def read_notes(root: Path) -> Mapping[tuple[str, str], Note]:
    """By study and step, the words written for it. Raises `Problems` with all that is wrong in the file."""
    source = read_source(root / FILE, root.parent)
    file = validate(_File, source.data, source) if not source.problems else None
    if source.problems or file is None:
        raise Problems(source.problems)
    return {(one.study, one.step): one for one in file.notes}


def notes(scene: Scene, written: Note | None, t: Texts) -> Iterator[str]:
    """The sentences of a step: those that were written for it first."""
    if written:
        yield written.says[t.lang]
    if scene.entry is None:
        yield t("play.note.before")
        return
    if scene.receivers:
        to = ", ".join(scene.name(one) for one in scene.receivers)
        yield t("play.note.sent", who=scene.name(scene.actor), to=to, names=", ".join(scene.moved))
    elif scene.entry.makes:
        yield t("play.note.made", who=scene.name(scene.actor), names=", ".join(scene.entry.makes))
    datasets, keys = scene.entry.step.destroys()
    if datasets:
        yield t("play.note.gone", who=scene.name(scene.actor), names=", ".join(datasets))
    if keys:
        yield t("play.note.keys", names=", ".join(keys))
    if scene.mine:
        numbers = ", ".join(f"{name} {value}" for name, value in scene.numbers.items())
        yield t("play.note.person", numbers=numbers)
    learned = [one for one in scene.vaults if one.learned]
    for one in learned:
        yield t("play.note.learns", who=one.name, facts="; ".join(one.learned))
    if not learned:
        yield t("play.note.nothing")
