"""Random studies of the small world: some twenty steps in the step language, each possible where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.verify.guard3_world import CITE, DOMAINS, IDS, PARTIES, TABLES, label

Columns = tuple[str, ...]
OPERATIONAL = {"id": "C2", "of": "INSZ", "issuer": "dirk", "scope": "source", "reversible": False}


@dataclass
class Draft:
    """A study as it grows: who holds which datasets with which columns, and whose domain is which."""

    random: Random
    flow: list[dict[str, Any]] = field(default_factory=list)
    domains: list[dict[str, Any]] = field(default_factory=lambda: [{**OPERATIONAL, "cite": CITE.model_dump()}])
    columns: dict[str, Columns] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=lambda: {party: set() for party in PARTIES})
    ended: set[str] = field(default_factory=set)
    references: dict[str, int] = field(default_factory=dict)  # the split that made the REF of a dataset

    def name(self) -> str:
        return f"d{len(self.columns) + 1}"

    def step(self, kind: str, actor: str, **keys: Any) -> None:
        id_ = f"s{len(self.flow) + 1}"
        said = label(id_).model_dump()
        self.flow.append({"id": id_, "kind": kind, "actor": actor, "label": said, "cite": CITE.model_dump(), **keys})

    def make(self, actor: str, columns: Columns, made_from: str | None = None) -> str:
        name = self.name()
        self.columns[name] = columns
        self.held[actor].add(name)
        if made_from in self.references and "REF" in columns:
            self.references[name] = self.references[str(made_from)]
        return name

    def some(self, columns: Columns, least: int = 1) -> Columns:
        """Some of the columns, in their order."""
        count = self.random.randint(min(least, len(columns)), len(columns))
        chosen = set(self.random.sample(columns, count))
        return tuple(name for name in columns if name in chosen)

    def pick(self) -> tuple[str, str]:
        """A party and one of its datasets."""
        return self.random.choice([(party, name) for party in PARTIES for name in sorted(self.held[party])])


def select(draft: Draft) -> None:
    table = draft.random.choice(sorted(TABLES))
    actor, fields = TABLES[table]
    chosen = draft.some(fields, 2)
    name = draft.make(actor, chosen)
    part = {"from": [f"small.{table}"], "columns": {one: f"small.{table}.{one}" for one in chosen}}
    draft.step("select", actor, output=name, parts={"rows": part})


def send(draft: Draft) -> None:
    actor, name = draft.pick()
    to = draft.random.choice([party for party in PARTIES if party != actor])
    draft.held[to].add(name)
    draft.step("send", actor, dataset=name, to=[to])


def pseudonymise(draft: Draft) -> None:
    actor, name = draft.pick()
    free = [one for one in DOMAINS if one not in {domain["id"] for domain in draft.domains}]
    mine = [one for one in draft.domains if one["issuer"] == actor and one["id"] not in draft.ended]
    sources = [one for one in draft.columns[name] if one in IDS]
    usable = [one for one in mine if one["of"] in sources and one["id"] not in draft.columns[name]]
    if not sources or not (free or usable):
        return
    if usable and (not free or draft.random.random() < 0.5):
        domain = draft.random.choice(usable)
    elif free:
        of = draft.random.choice(sources)
        reversible = draft.random.random() < 0.4
        domain = {"id": free[0], "of": of, "issuer": actor, "scope": "study", "reversible": reversible}
        domain["cite"] = CITE.model_dump()
        draft.domains.append(domain)
    else:
        return
    keep = (domain["id"], *draft.some(draft.columns[name]))
    made = draft.make(actor, keep, name)
    draft.step("pseudonymise", actor, input=name, domain=domain["id"], output=made, keep=list(keep))


def decode(draft: Draft) -> None:
    options = [
        (one, name)
        for one in draft.domains
        for name in sorted(draft.held[one["issuer"]])
        if one["reversible"] and one["id"] not in draft.ended
        and one["id"] in draft.columns[name] and one["of"] not in draft.columns[name]
    ]  # fmt: skip
    if options:
        domain, name = draft.random.choice(options)
        actor = domain["issuer"]
        keep = (domain["of"], *draft.some(draft.columns[name]))
        made = draft.make(actor, keep, name)
        purpose = label("why").model_dump()
        keys = {"input": name, "domain": domain["id"], "purpose": purpose, "output": made, "keep": list(keep)}
        draft.step("decode", actor, **keys)


def link(draft: Draft) -> None:
    actor, left = draft.pick()
    rights = [one for one in sorted(draft.held[actor]) if set(draft.columns[one]) & set(draft.columns[left]) & set(IDS)]
    right = draft.random.choice(rights) if rights else left
    shared = [one for one in draft.columns[left] if one in draft.columns[right] and one in IDS]
    if right == left or not shared:
        return
    on = draft.random.choice(shared)
    mine = {one: f"left.{one}" for one in draft.some(draft.columns[left])}
    theirs = {one: f"right.{one}" for one in draft.columns[right] if one not in draft.columns[left] and one != "REF"}
    columns = {**mine, **theirs}
    made = draft.make(actor, tuple(columns), left)
    draft.step("link", actor, left=left, right=right, on={on: on}, output=made, columns=columns)


def rekey(draft: Draft) -> None:
    actor, name = draft.pick()
    options = [
        (table, old, new)
        for table in sorted(draft.held[actor])
        for old in draft.columns[table] if old in IDS and old in draft.columns[name]
        for new in draft.columns[table] if new in IDS and new not in draft.columns[name]
    ]  # fmt: skip
    if options:
        table, old, new = draft.random.choice(options)
        columns = tuple(new if one == old else one for one in draft.columns[name])
        made = draft.make(actor, columns, name)
        keys = {"input": name, "output": made, "concordance": table, "from": old, "to_identifier": new}
        draft.step("rekey", actor, **keys)


def drop(draft: Draft) -> None:
    actor, name = draft.pick()
    kept = draft.some(draft.columns[name])
    gone = [one for one in draft.columns[name] if one not in kept]
    if gone:
        draft.step("drop", actor, input=name, output=draft.make(actor, kept, name), columns={"rows": gone})


def split(draft: Draft) -> None:
    actor, name = draft.pick()
    ids = [one for one in draft.columns[name] if one in IDS]
    rest = tuple(one for one in draft.columns[name] if one not in ids)
    if ids and rest and "REF" not in rest:
        one, other = draft.make(actor, ("REF", *ids)), draft.make(actor, ("REF", *rest))
        draft.references.update({one: len(draft.flow), other: len(draft.flow)})
        draft.step("split", actor, input=name, identifiers=ids, reference="REF", output=one, rest=other)


def recode(draft: Draft) -> None:
    options = [
        (actor, name)
        for actor in PARTIES
        for name in sorted(draft.held[actor])
        if {"ADM", "DIS"} <= set(draft.columns[name]) and "LOS" not in draft.columns[name]
    ]
    if options:
        actor, name = draft.random.choice(options)
        made = draft.make(actor, (*(one for one in draft.columns[name] if one != "DIS"), "LOS"), name)
        spec = {"rows": {"LOS": {"from": "DIS", "to": "interval", "since": "ADM"}}}
        draft.step("recode_date", actor, input=name, output=made, recode=spec)


def destroy(draft: Draft) -> None:
    actor, name = draft.pick()
    end(draft, actor, [name])


def end(draft: Draft, actor: str, names: list[str]) -> None:
    """The actor destroys these datasets, and some of its keys."""
    keys = [one["id"] for one in draft.domains if one["issuer"] == actor and one["id"] not in draft.ended]
    gone = [one for one in keys if draft.random.random() < 0.5 and one != "C2"]
    draft.ended |= set(gone)
    draft.held[actor] -= set(names)
    draft.step("destroy", actor, datasets=names, keys=gone)


def service(draft: Draft) -> None:
    """As studies do: a list goes to another party, comes out coded elsewhere, and the tables are destroyed there.

    dirk codes social security numbers with its operational key, anybody else with a key of the study.
    """
    actor, name = draft.pick()
    free = [one for one in DOMAINS if one not in {domain["id"] for domain in draft.domains}]
    sources = [one for one in draft.columns[name] if one in IDS]
    third, receiver = draft.random.sample([party for party in PARTIES if party != actor], 2)
    if third == "dirk" and "INSZ" in sources and "C2" not in sources:
        code = "C2"
    elif free and sources:
        code, of = free[0], draft.random.choice(sources)
        reversible = draft.random.random() < 0.4
        domain = {"id": code, "of": of, "issuer": third, "scope": "study", "reversible": reversible}
        draft.domains.append({**domain, "cite": CITE.model_dump()})
    else:
        return
    draft.held[third].add(name)
    draft.step("send", actor, dataset=name, to=[third])
    keep = (code, *(one for one in draft.columns[name] if one not in IDS))
    made = draft.make(third, keep, name)
    draft.step("pseudonymise", third, input=name, domain=code, output=made, keep=list(keep))
    draft.held[receiver].add(made)
    draft.step("send", third, dataset=made, to=[receiver])
    end(draft, third, [name, made])


def aggregate(draft: Draft) -> None:
    """Counts, with groups of one in them."""
    actor, name = draft.pick()
    traits = tuple(one for one in draft.columns[name] if one not in (*IDS, "REF", "N"))
    if traits:
        by = draft.some(traits)
        made = draft.make(actor, (*by, "N"))
        draft.step("aggregate", actor, input=name, by=list(by), measures={"N": "count"}, output=made)


def consolidate(draft: Draft) -> None:
    actor, name = draft.pick()
    kept = draft.some(draft.columns[name])
    made = draft.make(actor, kept, name)
    draft.step("consolidate", actor, inputs=[name], output=made, columns={one: one for one in kept})


KINDS: tuple[tuple[Callable[[Draft], None], int], ...] = (
    (select, 2), (send, 7), (pseudonymise, 5), (decode, 6), (link, 5), (rekey, 6), (drop, 2), (split, 3), (recode, 3),
    (destroy, 1), (consolidate, 1), (service, 4), (aggregate, 2),
)  # fmt: skip


def random_study(random: Random, folder: Path, steps: int = 16) -> Path:
    """The file of a random study."""
    draft = Draft(random)
    for _ in range(3):
        select(draft)
    while len(draft.flow) < steps:
        kind = random.choices([one for one, _ in KINDS], [weight for _, weight in KINDS])[0]
        if any(draft.held.values()) or kind is select:
            kind(draft)
    for actor in PARTIES:  # at the end everybody destroys some of what it has
        some = [name for name in sorted(draft.held[actor]) if random.random() < 0.5]
        if some:
            end(draft, actor, some)
    return write_study(draft, folder)


def coder(draft: Draft) -> None:
    """dirk codes the INSZ that anna sends, and the code again, for elsa, and keeps nothing but the keys."""
    for code, of in (("D1", "INSZ"), ("D2", "D1")):
        domain = {"id": code, "of": of, "issuer": "dirk", "scope": "study", "reversible": False}
        draft.domains.append({**domain, "cite": CITE.model_dump()})
    columns = {one: f"small.PERSON.{one}" for one in ("INSZ", "PATNUM")}
    draft.step("select", "anna", output="list", parts={"rows": {"from": ["small.PERSON"], "columns": columns}})
    draft.step("send", "anna", dataset="list", to=["dirk"])
    draft.step("pseudonymise", "dirk", input="list", domain="D1", output="once", keep=["D1", "PATNUM"])
    draft.step("pseudonymise", "dirk", input="once", domain="D2", output="twice", keep=["D2", "PATNUM"])
    draft.step("send", "dirk", dataset="twice", to=["elsa"])
    draft.step("destroy", "dirk", datasets=["list", "once", "twice"], keys=[])


def counter(draft: Draft) -> None:
    """bert counts stays by what singles each out, and gives the counts to elsa; cleo has the bills."""
    names = ("HOSP", "ADM", "DIS", "DX")
    columns = {one: f"small.STAY.{one}" for one in names}
    draft.step("select", "bert", output="stays", parts={"rows": {"from": ["small.STAY"], "columns": columns}})
    draft.step("aggregate", "bert", input="stays", by=list(names), measures={"N": "count"}, output="counts")
    draft.step("send", "bert", dataset="counts", to=["elsa"])
    bills = {one: f"small.BILL.{one}" for one in ("C2", "HOSP", "ADM", "DIS")}
    draft.step("select", "cleo", output="bills", parts={"rows": {"from": ["small.BILL"], "columns": bills}})


def write_study(draft: Draft, folder: Path) -> Path:
    """The file of a study whose steps are drafted."""
    said = label("random").model_dump()
    cite = CITE.model_dump()
    delivered = {
        ref for step in draft.flow if step["kind"] == "select" for ref in step["parts"]["rows"]["columns"].values()
    }
    variables = [
        {"ref": ref, "motivation": said, "transformation": "none", "used_by": ["linkage"], "cite": cite}
        for ref in sorted(delivered)
    ]
    study = {
        "id": "random", "title": said, "document": "own", "applicant": {"organisation": "own"}, "purpose": said,
        "legal_basis": [], "period": {"from": 2018, "to": 2018, "cite": cite},
        "population": {"label": said, "unit": "small.STAY", "criteria": []},
        "parties": list(PARTIES), "domains": draft.domains, "flow": draft.flow,
        "retention": [], "recipients": [], "variables": variables,
    }  # fmt: skip
    path = folder / "study.yaml"
    path.write_text(json.dumps(study, indent=1), encoding="utf-8")
    return path
