"""How long verification takes: every study of the catalogue, and a made flow of 60 parties, 400 datasets, 300 steps.

Run as `python -m benchmarks.verify` from the root of the repository. Bounds asked for: a study in 0.3 s, the made flow
in 5 s. Processor time is printed, which other work on the machine does not change.
"""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from workbench.catalog import load_catalog
from workbench.dataflow import compile_flow
from workbench.study import load_study
from workbench.verify import Model, coalitions, exposure_report, knowledge_of
from workbench.verify.facts import Holding, Item, Key, Moment, Quasi, Rule, Target

ROOT = Path(__file__).resolve().parent.parent


def large_model(seed: int = 1, parties: int = 60, datasets: int = 400, steps: int = 300) -> Model:
    """A made flow in which sources send lists that are coded, joined and passed on, as studies do.

    Each of a sixth of the parties is a source with a register of its own; every chain codes a source's identifier
    anew, joins facts to it and passes datasets on. Four parties in five are of two-party organisations.
    """
    random = Random(seed)
    names = [f"party{number}" for number in range(parties)]
    bodies = {name: f"body{number // 2}" if number % 5 else name for number, name in enumerate(names)}
    sources = names[: parties // 6]
    holdings = [
        Holding(
            name, Item(f"register{name}", f"register{name}", frozenset({"id:INSZ", f"id:local{number}"})), 0, None, ""
        )
        for number, name in enumerate(sources)
    ]
    keys = []
    made: list[tuple[Item, str]] = []
    for number in range(datasets):
        step = 1 + number * steps // datasets
        tokens: set[str] = set()
        holder = random.choice(names)
        if made and random.random() < 0.7:  # made from another: some columns pass, one identifier may be coded anew
            before, holder = random.choice(made[-80:])
            tokens |= {token for token in sorted(before.tokens) if random.random() < 0.7}
        else:
            source = random.randrange(len(sources))
            holder = sources[source]
            tokens |= {random.choice(("id:INSZ", f"id:local{source}"))}
        identifiers = sorted(token for token in tokens if token.startswith("id:"))
        if identifiers and random.random() < 0.3:
            code = f"code{number}"
            keys.append(Key(holder, code, identifiers[0].removeprefix("id:"), False, step, None, ""))
            tokens = tokens - set(identifiers) | {f"id:{code}"}
        tokens |= {f"attr:fact{random.randrange(60)}" for _ in range(random.randint(0, 3))}
        if random.random() < 0.04:
            tokens |= {"attr:diagnosis"}
        item = Item(f"dataset{number}", f"dataset{number}", frozenset(tokens))
        for party in (holder, *random.sample(names, random.choice((0, 1, 1, 2)))):
            holdings.append(Holding(party, item, step, None, ""))
            made.append((item, party))
    rules = tuple(
        Rule(f"rule{number}", frozenset({f"attr:fact{2 * number}"}), frozenset({f"attr:fact{2 * number + 1}"}), "")
        for number in range(20)
    )
    quasi = tuple(
        Quasi(f"quasi{number}", frozenset(f"attr:fact{3 * number + place}" for place in range(3)), None, "")
        for number in range(6)
    )
    targets = (Target("identity", frozenset({"id:INSZ", "attr:diagnosis"}), "identity and diagnosis"),)
    moments = tuple(Moment(number, f"s{number}", "", "") for number in range(1, steps + 1))
    return Model("large", bodies, tuple(holdings), tuple(keys), rules, quasi, targets, moments)


def verify(model: Model) -> str:
    """Everything a verification says without repairs; returns what to print of it."""
    report = exposure_report(model, repair=False)
    found = sum(len(target[level]["coalitions"]) for target in report["targets"] for level in ("party", "organisation"))
    whole = all(target[level]["complete"] for target in report["targets"] for level in ("party", "organisation"))
    return f"{len(report['targets'])} targets, {found} coalitions, {'all there are' if whole else 'bounded by size'}"


def main() -> None:
    """Print the figures."""
    catalog = load_catalog(ROOT / "catalog")
    for path in sorted((ROOT / "catalog" / "studies").glob("*/study.yaml")):
        flow = compile_flow(load_study(path.parent.name, catalog, ROOT / "catalog"), catalog)
        started = time.process_time()
        said = verify(knowledge_of(flow))
        print(f"{path.parent.name:22} {time.process_time() - started:6.2f} s  {len(flow.steps)} steps, {said}")
    for seed in (1, 11):  # 11 is one of the hardest: more coalitions than are worth listing
        model = large_model(seed)
        started = time.process_time()
        answer = coalitions(model, model.targets[0].tokens)
        searched = time.process_time() - started
        said = verify(model)
        name = f"60 parties, seed {seed}"
        print(f"{name:22} {time.process_time() - started:6.2f} s  {len(model.holdings)} holdings, {said}")
        sizes = sorted(len(one) for one in answer.found)
        print(f"{'':22} {searched:6.2f} s  of it once for parties, sizes {sizes[0]} to {sizes[-1]}")


if __name__ == "__main__":
    main()
