"""Faults of steps: one is forgotten, done too early, in the wrong order, or on the wrong dataset."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import split_ref
from workbench.verify.mutate.data import Data, cut, move, put, rename
from workbench.verify.mutate.mutant import Base, Mutant, fault

PASS_ON = ("rekey", "derive", "recode_date", "categorise", "drop", "protect", "add_decoys", "aggregate")
GIVES = ("send", "grant_access", "feed_back", "publish")


@fault("skip-step")
def skip_step(base: Base) -> Iterator[Mutant]:
    """A step that changes a dataset is left out, and what follows works on the dataset as it was."""
    for entry, words in base.steps(*PASS_ON):
        if words["kind"] not in ("add_decoys", "aggregate"):
            yield Mutant("skip-step", entry.step.id, f"'{entry.step.id}' is left out", _without(base, entry, words))


@fault("aggregate-skipped")
def aggregate_skipped(base: Base) -> Iterator[Mutant]:
    """Rows about persons go where only counts should."""
    for entry, words in base.steps("aggregate"):
        what = f"'{entry.step.id}' is left out"
        yield Mutant("aggregate-skipped", entry.step.id, what, _without(base, entry, words))


@fault("safeguard-dropped")
def safeguard_dropped(base: Base) -> Iterator[Mutant]:
    """Nobody approves, logs or adds decoys."""
    for entry, words in base.steps("approve", "log"):
        data = cut(base.data, ("flow", entry.number))
        yield Mutant("safeguard-dropped", entry.step.id, f"no {words['kind']}", data)
    for entry, words in base.steps("add_decoys"):
        yield Mutant("safeguard-dropped", entry.step.id, "no decoys", _without(base, entry, words))


def _without(base: Base, entry: FlowStep, words: Data) -> Data:
    """The study without a step; its output is read as its input."""
    made, made_part = split_ref(words["output"])
    old, old_part = split_ref(words["input"])

    def name(text: str) -> str:
        if text == made:
            return old if made_part == old_part or "." not in words["input"] else words["input"]
        if text.startswith(f"{made}."):
            part = text.partition(".")[2]
            return f"{old}.{old_part if '.' in words['input'] and part == made_part else part}"
        return text

    return rename(cut(base.data, ("flow", entry.number)), name, entry.number)


@fault("forget-destruction")
def forget_destruction(base: Base) -> Iterator[Mutant]:
    """A party does not destroy a dataset."""
    for entry, words in base.steps("destroy"):
        for number, name in enumerate(words.get("datasets", ())):
            if not base.story.person_level(name):
                continue  # of what is about no person, a copy harms nobody
            data = cut(base.data, ("flow", entry.number, "datasets", number))
            yield Mutant("forget-destruction", entry.step.id, f"{entry.step.actor} keeps '{name}'", data)


@fault("key-not-destroyed")
def key_not_destroyed(base: Base) -> Iterator[Mutant]:
    """The key of a pseudonym is not destroyed, or is kept without an end."""
    for entry, words in base.steps("destroy"):
        for number, key in enumerate(words.get("keys", ())):
            data = cut(base.data, ("flow", entry.number, "keys", number))
            yield Mutant("key-not-destroyed", entry.step.id, f"{entry.step.actor} keeps the key of {key}", data)
    ended = {key for entry, words in base.steps("destroy") for key in words.get("keys", ())}
    for number, domain in enumerate(base.data.get("domains", ())):
        if domain.get("key_until") and domain["id"] not in ended:
            data = cut(base.data, ("domains", number, "key_until"))
            yield Mutant("key-not-destroyed", domain["id"], f"the key of {domain['id']} has no end", data)


@fault("destroy-too-early")
def destroy_too_early(base: Base) -> Iterator[Mutant]:
    """A party destroys what one of its own steps still needs."""
    for entry, words in base.steps("destroy"):
        gone = set(words.get("datasets", ()))
        needing = [
            one
            for one in base.flow.steps
            if one.number < entry.number
            and one.step.actor == entry.step.actor
            and gone & {split_ref(ref)[0] for _, ref in one.step.reads()}
            and one.step.kind not in ("destroy", "log")
        ]
        if needing:
            data = move(base.data, entry.number, needing[-1].number)
            yield Mutant("destroy-too-early", entry.step.id, f"before '{needing[-1].step.id}'", data)


@fault("wrong-order")
def wrong_order(base: Base) -> Iterator[Mutant]:
    """A step is done before what it needs is made or delivered."""
    for entry in base.flow.steps:
        refs = {ref for _, ref in entry.step.reads() if split_ref(ref)[0] in base.flow.datasets}
        names = {split_ref(ref)[0] for ref in refs}
        needs = [
            one.number
            for one in base.flow.steps
            if one.number < entry.number and (_makes(one, refs) or _delivers(one, names, entry.step.actor))
        ]
        if needs:
            before = base.data["flow"][max(needs)]["id"]
            yield Mutant("wrong-order", entry.step.id, f"before '{before}'", move(base.data, entry.number, max(needs)))


def _makes(entry: FlowStep, refs: set[str]) -> bool:
    """Whether a step makes what is referred to: the whole dataset, or that part of it."""
    for output in entry.step.output_names():
        name = split_ref(output)[0]
        if any(ref in (name, output) or ("." not in output and ref.startswith(f"{name}.")) for ref in refs):
            return True
    return False


def _delivers(entry: FlowStep, names: set[str], to: str) -> bool:
    delivered = entry.step.delivers()
    return bool(delivered and delivered[0] in names and to in delivered[1])


@fault("delivery-forgotten")
def delivery_forgotten(base: Base) -> Iterator[Mutant]:
    """A dataset is not sent, opened, fed back or published."""
    for entry, _ in base.steps(*GIVES):
        data = cut(base.data, ("flow", entry.number))
        yield Mutant("delivery-forgotten", entry.step.id, f"'{entry.step.id}' is left out", data)


@fault("earlier-version")
def earlier_version(base: Base) -> Iterator[Mutant]:
    """Instead of a dataset, one from which it was made is delivered."""
    for entry, words in base.steps(*GIVES):
        held = base.before(entry.number).get(entry.step.actor, frozenset())
        for name in sorted(base.story.ancestors.get(words["dataset"], frozenset()) & held):
            data = put(base.data, ("flow", entry.number, "dataset"), name)
            yield Mutant("earlier-version", entry.step.id, f"'{name}' instead of '{words['dataset']}'", data)


@fault("access-before-scra")
def access_before_scra(base: Base) -> Iterator[Mutant]:
    """Researchers get data before small cells were analysed."""
    assessed = [entry.number for entry, _ in base.steps("assess_small_cells")]
    if not assessed:
        return
    for entry, words in base.steps("send", "grant_access"):
        if entry.number < assessed[0] or not any(base.story.kind(one) == "researcher" for one in words["to"]):
            continue
        held = base.before(assessed[0]).get(entry.step.actor, frozenset())
        before = sorted(base.story.ancestors.get(words["dataset"], frozenset()) & held)
        for name in [words["dataset"], *before]:
            data = put(base.data, ("flow", entry.number, "dataset"), name)
            yield Mutant(
                "access-before-scra",
                entry.step.id,
                f"'{name}' before the analysis",
                move(data, entry.number, assessed[0]),
            )


@fault("scra-dropped")
def scra_dropped(base: Base) -> Iterator[Mutant]:
    """Nobody analyses small cells, or nobody tells the result."""
    for entry, _ in base.steps("assess_small_cells"):
        made = set(entry.makes)
        gone = {entry.number}
        gone |= {one.number for one in base.flow.steps if made & {split_ref(ref)[0] for _, ref in one.step.reads()}}
        yield Mutant("scra-dropped", entry.step.id, "no analysis", _cut_all(base, gone, made))
        for one in sorted(gone - {entry.number}):
            words = base.data["flow"][one]
            if words["kind"] == "send":
                yield Mutant("scra-dropped", words["id"], "the result is not told", cut(base.data, ("flow", one)))


def _cut_all(base: Base, gone: set[int], made: set[str]) -> Data:
    """The study without some steps, nor anything said of what they make."""
    data = put(base.data, ("flow",), [one for number, one in enumerate(base.data["flow"]) if number not in gone])
    for key, names in (("retention", "dataset"), ("recipients", "receives")):
        data = put(data, (key,), [one for one in data[key] if one[names] not in made])
    return data
