"""Use cases of a trainer: record a flow to be played, and break a study to see who is recognised."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from workbench.catalog.answers import answered, read_answers
from workbench.catalog.study_rule import study_rules
from workbench.dataflow import Flow
from workbench.errors import WorkbenchError
from workbench.main import terminal
from workbench.main.checks import open_study
from workbench.main.runs import Progress, synthesise
from workbench.stage import Shelf, Story, digest_of, write_story
from workbench.training.breaks import break_of, read_breaks
from workbench.training.broken import break_study
from workbench.training.play import record
from workbench.training.story import lines, told

KEY = ("INSZ", "birth_date", "sex", "arrondissement", "death_date")  # of the answer key, what a trainer tells
PERSONS = 2_000  # of a play
SEED = 1  # every trainer gets the same people, so that a deep link shows what the handout prints


def people(flow: Flow, persons: int, data: Path | None, home: Path, root: Path, progress: Progress | None) -> Path:
    """A folder of synthetic people: the one that is given, or people made for this study and kept for the next time."""
    if data is not None:
        return data
    study = flow.study.study.id
    folder = Shelf(home).folder / "people" / f"{study}-{persons}"
    # What a study looks for is rare among so few people: its answers say of what the data have more.
    enriched = read_answers(study, root).enrich if study in answered(root) else None
    synthesise(folder, persons, SEED, enriched, root, progress, (study,))
    return folder


def play(
    name: str, persons: int | None, data: Path | None, home: Path, root: Path, progress: Progress | None = None
) -> Path:
    """Record a study for the pages of `home`; returns the recording. Raises `Refused` for people who may be real."""
    flow = _of_catalogue(name, root)
    tell = progress or (lambda what, share: None)
    folder = people(flow, persons or PERSONS, data, home, root, lambda what, share: tell(what, 0.3 * share))
    study, shelf = flow.study.study.id, Shelf(home)
    return record(
        flow, folder, shelf.folder / "runs" / study, shelf.play(study), digest_of(flow.study.path),
        lambda what, share: tell(what, 0.3 + 0.7 * share),
    )  # fmt: skip


def broken(
    name: str,
    fault: str,
    persons: int | None,
    data: Path | None,
    home: Path,
    root: Path,
    progress: Progress | None = None,
) -> Story:
    """Break a study, and keep for the pages of `home` what came of it. Raises `WorkbenchError` for an unknown fault."""
    chosen, shelf = break_of(root, name, fault), Shelf(home)
    flow = _of_catalogue(name, root)
    tell = progress or (lambda what, share: None)
    folder = people(flow, persons or chosen.persons, data, home, root, lambda what, share: tell(what, 0.2 * share))
    found = break_study(
        chosen, flow, root, folder, shelf.folder / "runs" / f"{name}--{fault}",
        lambda what, share: tell(what, 0.2 + 0.8 * share),
    )  # fmt: skip
    story = told(found, study_rules(root).get(chosen.rule))
    write_story(shelf.broken(name, fault), found.proof, story)
    return story


def _of_catalogue(name: str, root: Path) -> Flow:
    if Path(name).suffix:
        raise WorkbenchError(f"{name}: give the name of a study of the catalogue; the pages know no other.")
    return open_study(name, root)


def play_command(chosen: argparse.Namespace) -> int:
    """`workbench flow play`."""
    with terminal.Bars().stage("play") as (progress, say):
        path = play(chosen.study, chosen.persons, chosen.data, chosen.home, chosen.catalog, progress)
        say(str(path))
    address = f"/play?study={chosen.study}&step=1"
    terminal.out.print(f"See it with: workbench serve --home {chosen.home}, then open {address}", markup=False)
    return 0


def break_command(chosen: argparse.Namespace) -> int:
    """`workbench flow break`."""
    if chosen.fault is None:
        known = [one for one in read_breaks(chosen.catalog).values() if one.study == chosen.study]
        if not known:
            break_of(chosen.catalog, chosen.study, "")
        rows = [(one.id, one.title[chosen.lang], one.happens[chosen.lang]) for one in known]
        if chosen.format == "json":
            terminal.show_json([{"fault": one, "title": title, "happens": happens} for one, title, happens in rows])
        else:
            terminal.show_table(terminal.count(len(rows), "fault"), ("fault", "title", "what happens"), rows)
            terminal.out.print(f"Break it with: workbench flow break {chosen.study} --fault FAULT", markup=False)
        return 0
    with terminal.Bars(chosen.format == "json").stage("break") as (progress, say):
        found = broken(chosen.study, chosen.fault, chosen.persons, chosen.data, chosen.home, chosen.catalog, progress)
        say(terminal.count(found.recognised, "person") + " recognised")
    if chosen.format == "json":
        terminal.show_json({**asdict(found), "told": found.told.plain()})
    else:
        _show(found, chosen.lang)
    return 0


def _show(story: Story, lang: str) -> None:
    """The fault, the chain, the person by the answer key, and the rule."""
    out = terminal.out.print
    out(f"SYNTHETIC people, {story.people:,} of them. {story.title[lang]}: {story.happens[lang]}", markup=False)
    out(f"The same attack on the sound study recognises {story.sound}, on the broken one {story.recognised}.")
    for line in lines(story):
        out(f"  {line}", markup=False)
    person = ", ".join(f"{name} {story.person[name]}" for name in KEY if name in story.person)
    out(f"The answer key: {person}. Of what was told of anybody, {story.right:,} right, {story.wrong:,} wrong.")
    where = f" (line {story.rule_line} of the study)" if story.rule_line else ""
    said = f"{story.rule_said}{where}" if story.rule_said else "it says nothing"
    out(f"The rule that sees it: {story.rule}: {said}", markup=False)
    if story.accepted:
        out(f"The study lets it stand: {story.accepted[lang]}", markup=False)
