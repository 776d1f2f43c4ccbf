"""Faults of what a study sets: receivers, filters, terms, reasons, executors, encryption."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.mutate.data import Data, Path, cut, get, put
from workbench.verify.mutate.mutant import Base, Mutant, fault
from workbench.verify.rules.story import variable_key


@fault("widen-receiver")
def widen_receiver(base: Base) -> Iterator[Mutant]:
    """A dataset goes to one party more."""
    yield from _wider("widen-receiver", base, False)


@fault("payload-to-ttp")
def payload_to_ttp(base: Base) -> Iterator[Mutant]:
    """A trusted third party gets health data that it does nothing with."""
    yield from _wider("payload-to-ttp", base, True)


def _wider(id_: str, base: Base, ttp: bool) -> Iterator[Mutant]:
    for entry, words in base.steps("send", "grant_access", "feed_back"):
        held = base.before(entry.number)
        for party in base.flow.study.study.parties:
            if party == entry.step.actor or party in words["to"] or words["dataset"] in held.get(party, ()):
                continue
            payload = base.story.kind(party) == "ttp" and bool(base.story.payload(words["dataset"]))
            if payload == ttp:
                data = put(base.data, ("flow", entry.number, "to"), [*words["to"], party])
                yield Mutant(id_, entry.step.id, f"'{words['dataset']}' also to {party}", data)


@fault("filter-dropped")
def filter_dropped(base: Base) -> Iterator[Mutant]:
    """More persons, or more of what is known of them, than the study is about."""
    for entry, words in base.steps("select"):
        at: Path = ("flow", entry.number)
        if words.get("population"):
            yield _cut(base, entry.step.id, (*at, "population"), "the whole population of the source")
        for name, part in words["parts"].items():
            for column in part.get("only", {}):
                yield _cut(base, entry.step.id, (*at, "parts", name, "only", column), f"every {column}")
            if part.get("filled"):
                yield _cut(base, entry.step.id, (*at, "parts", name, "filled"), "rows without a value too")
    for entry, words in base.steps("link"):
        for key in ("only_any", "between"):
            if words.get(key):
                yield _cut(base, entry.step.id, ("flow", entry.number, key), f"no {key}")
    for number, criterion in enumerate(get(base.data, ("population", "criteria")) or ()):
        yield _cut(base, "population", ("population", "criteria", number), f"not only {criterion['id']}")


def _cut(base: Base, where: str, path: Path, what: str) -> Mutant:
    return Mutant("filter-dropped", where, what, cut(base.data, path))


@fault("period-widened")
def period_widened(base: Base) -> Iterator[Mutant]:
    """Persons of years that the study is not about."""
    for number, criterion in enumerate(get(base.data, ("population", "criteria")) or ()):
        years = criterion.get("between")
        if years:
            data = put(base.data, ("population", "criteria", number, "between"), [years[0] - 1, years[1]])
            yield Mutant("period-widened", "population", f"{criterion['id']} from {years[0] - 1}", data)


@fault("no-motivation")
def no_motivation(base: Base) -> Iterator[Mutant]:
    """A variable is taken for which the study gives no reason, or that serves nothing.

    An identifier that several tables of a source repeat has one reason: all that is said of it goes.
    """
    known = base.flow.catalog.knowledge
    uses = base.data["variables"]
    gone: set[tuple[str, str]] = set()
    for number, use in enumerate(uses):
        key = variable_key(use["ref"])
        data = put(base.data, ("variables", number, "used_by"), [])
        yield Mutant("no-motivation", use["ref"], "serves nothing", data)
        if known.domain_of(use["ref"]) is None:
            yield Mutant("no-motivation", use["ref"], "no reason given", cut(base.data, ("variables", number)))
        elif key not in gone:
            gone.add(key)
            rest = [one for one in uses if variable_key(one["ref"]) != key]
            yield Mutant("no-motivation", use["ref"], "no reason given", put(base.data, ("variables",), rest))


def _terms(base: Base) -> Iterator[tuple[int, Data]]:
    """Terms of datasets about persons: of what is about none, the term protects nobody."""
    for number, kept in enumerate(base.data.get("retention", ())):
        if base.story.person_level(kept["dataset"]):
            yield number, kept


@fault("retention-removed")
def retention_removed(base: Base) -> Iterator[Mutant]:
    """A dataset is kept for no stated time."""
    for number, kept in _terms(base):
        yield Mutant("retention-removed", kept["dataset"], "no term", cut(base.data, ("retention", number)))


@fault("retention-twice")
def retention_twice(base: Base) -> Iterator[Mutant]:
    """A dataset has two terms."""
    for _, kept in _terms(base):
        data = put(base.data, ("retention",), [*base.data["retention"], {**kept, "years": kept["years"] + 1}])
        yield Mutant("retention-twice", kept["dataset"], f"{kept['years']} years and one more", data)


@fault("sent-in-clear")
def sent_in_clear(base: Base) -> Iterator[Mutant]:
    """Data travel, or stand with a host, without encryption."""
    for entry, words in base.steps("send", "feed_back"):
        if words.get("encrypted") and base.story.person_level(words["dataset"]):
            data = cut(base.data, ("flow", entry.number, "encrypted"))
            yield Mutant("sent-in-clear", entry.step.id, f"'{words['dataset']}' in the clear", data)
    for number, hosting in enumerate(base.data.get("hosting", ())):
        if hosting.get("encrypted"):
            data = put(base.data, ("hosting", number, "encrypted"), False)
            yield Mutant("sent-in-clear", hosting["host"], f"data of {hosting['of']} in the clear", data)


@fault("one-approver")
def one_approver(base: Base) -> Iterator[Mutant]:
    """One person approves where two should."""
    for entry, _ in base.steps("approve"):
        data = put(base.data, ("flow", entry.number, "persons"), 1)
        yield Mutant("one-approver", entry.step.id, "one person", data)


@fault("domain-reused")
def domain_reused(base: Base) -> Iterator[Mutant]:
    """A pseudonym made for another purpose is used again."""
    domains = {one.id: one for one in base.flow.study.study.domains}
    for entry, words in base.steps("pseudonymise"):
        mine = domains.get(words["domain"])
        for other in domains.values():
            if mine and other.id != mine.id and other.of == mine.of:
                data = put(base.data, ("flow", entry.number, "domain"), other.id)
                keep = [other.id if name == mine.id else name for name in words["keep"]]
                data = put(data, ("flow", entry.number, "keep"), keep)
                yield Mutant("domain-reused", entry.step.id, f"{other.id} instead of {mine.id}", data)
    for entry, words in base.steps("rekey"):
        at: Path = ("flow", entry.number)
        yield Mutant("domain-reused", entry.step.id, f"{words['from']} stays", _unchanged(base, at, words))


def _unchanged(base: Base, at: Path, words: Data) -> Data:
    """The study with a recoding that gives the old identifier again."""
    return put(base.data, (*at, "to_identifier"), words["from"])


@fault("reversible-in-wrong-hands")
def reversible_in_wrong_hands(base: Base) -> Iterator[Mutant]:
    """Who gets the data also holds the key that turns pseudonyms back."""
    study = base.flow.study.study
    receivers = sorted({party for party, _ in base.story.finals if base.story.kind(party) == "researcher"})
    for number, domain in enumerate(study.domains):
        if domain.scope == "study" and receivers:
            data = put(base.data, ("domains", number, "key_holder"), receivers[0])
            data = put(data, ("domains", number, "reversible"), True)
            yield Mutant("reversible-in-wrong-hands", domain.id, f"{receivers[0]} holds the key", data)


@fault("scra-by-another")
def scra_by_another(base: Base) -> Iterator[Mutant]:
    """Another body than the one named analyses small cells."""
    scra = base.flow.study.study.scra
    for party in base.flow.study.study.parties if scra else ():
        if scra and party != scra.executor:
            data = put(base.data, ("scra", "executor"), party)
            yield Mutant("scra-by-another", "scra", f"{party} instead of {scra.executor}", data)
            break


@fault("scra-trait-dropped")
def scra_trait_dropped(base: Base) -> Iterator[Mutant]:
    """The analysis of small cells leaves out a trait."""
    for entry, words in base.steps("assess_small_cells"):
        for number, name in enumerate(words["quasi_identifiers"]):
            data = cut(base.data, ("flow", entry.number, "quasi_identifiers", number))
            yield Mutant("scra-trait-dropped", entry.step.id, f"without {name}", data)


@fault("small-cells-shown")
def small_cells_shown(base: Base) -> Iterator[Mutant]:
    """Counts go out without leaving out small cells."""
    for entry, words in base.steps("aggregate"):
        if words.get("policy"):
            data = cut(base.data, ("flow", entry.number, "policy"))
            yield Mutant("small-cells-shown", entry.step.id, "no policy", data)


@fault("feedback-of-others")
def feedback_of_others(base: Base) -> Iterator[Mutant]:
    """Who delivered data gets back those of others."""
    for entry, words in base.steps("feed_back"):
        if words.get("own"):
            data = cut(base.data, ("flow", entry.number, "own"))
            yield Mutant("feedback-of-others", entry.step.id, "rows of all", data)


@fault("condition-forgotten")
def condition_forgotten(base: Base) -> Iterator[Mutant]:
    """A condition of the committee that nothing satisfies any more."""
    for number, condition in enumerate(base.data.get("conditions", ())):
        data = put(base.data, ("conditions", number, "satisfied_by"), [])
        yield Mutant("condition-forgotten", condition["id"], "nothing satisfies it", data)
