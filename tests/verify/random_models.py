"""Random models: a few parties with tables of random tokens, keys, rules and quasi-keys."""

from __future__ import annotations

from random import Random

from workbench.verify.facts import EVERYBODY, Holding, Item, Key, Quasi, Rule, Target
from workbench.verify.model import Model

IDS = tuple(f"id:{name}" for name in "ABCDE")
FACTS = tuple(f"attr:{name}" for name in "pqrstu")


def random_model(random: Random, parties: int = 5, tables: int = 9) -> Model:
    """A model of so many parties; half of the time with organisations of two, some tables and keys from before."""
    names = [f"p{number}" for number in range(parties)]
    bodies = {name: f"o{number // 2}" if random.random() < 0.5 else name for number, name in enumerate(names)}
    steps = 6
    holdings = tuple(_holding(random, names, number, steps) for number in range(random.randint(2, tables)))
    keys = tuple(_key(random, names, steps) for _ in range(random.randint(0, 3)))
    rules = tuple(
        Rule(f"r{number}", _some(random, FACTS, 1, 2), _some(random, FACTS, 1, 1), "because", random.choice((1.0, 0.5)))
        for number in range(random.randint(0, 3))
    )
    quasi = tuple(
        Quasi(f"q{number}", _some(random, FACTS, 2, 3), random.choice((None, 0.9)), "alike")
        for number in range(random.randint(0, 2))
    )
    target = Target("t", _some(random, IDS, 1, 1) | _some(random, (*IDS, *FACTS), 1, 2), "target")
    tried = frozenset(one.removeprefix("id:") for one in _some(random, IDS, 0, 1))
    return Model("random", bodies, holdings, keys, rules, quasi, (target,), enumerable=tried)


def _holding(random: Random, names: list[str], number: int, steps: int) -> Holding:
    item = Item(f"d{number}", f"d{number}", _some(random, IDS, 0, 2) | _some(random, FACTS, 0, 3))
    since = random.choice((0, random.randint(1, steps)))
    until = random.choice((None, since + random.randint(1, 3)))
    return Holding(random.choice(names), item, since, until, "random")


def _key(random: Random, names: list[str], steps: int) -> Key:
    of, domain = random.sample("ABCDE", 2)
    holder = random.choice([*names, EVERYBODY])
    since = random.randint(0, steps)
    until = random.choice((None, since + 1))
    return Key(holder, domain, of, random.random() < 0.5, since, until, "random")


def _some(random: Random, of: tuple[str, ...], least: int, most: int) -> frozenset[str]:
    return frozenset(random.sample(of, random.randint(least, most)))
