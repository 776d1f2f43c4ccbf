"""The sections of the report that say what was at risk, by whom and why; each takes what was found and the texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from workbench.catalog.base import Label
from workbench.catalog.texts import Texts
from workbench.disclosure.microdata.pictures import bars
from workbench.disclosure.microdata.policy import MicrodataPolicy
from workbench.disclosure.microdata.results import Analysis, Scenario, Theory
from workbench.disclosure.microdata.roles import Variable
from workbench.paper.blocks import Block, Heading, Paragraph, Picture, Table

BANDS = ((1, 1), (2, 4), (5, 9), (10, 49), (50, None))  # sizes of groups in the picture
MOST_SETS, MOST_LEARNT = 8, 6  # rows and names that a reader still reads


@dataclass(frozen=True)
class Told:
    """What the report says of the study: names come from the catalogue, in all languages."""

    study: str
    title: Label
    document: str
    line: int | None
    dataset: str
    executor: str
    report_to: str | None
    parties: Mapping[str, Label]
    adaptation: Label | None

    def party(self, id_: str, lang: str) -> str:
        """A party as the catalogue calls it."""
        return self.parties[id_][lang] if id_ in self.parties else id_


def about(told: Told, t: Texts) -> str:
    """Who assessed what, for which study, and for whom."""
    reader = told.party(told.report_to, t.lang) if told.report_to else t("reader.none")
    document = f"{told.document}, {told.line}" if told.line else told.document
    executor = told.party(told.executor, t.lang)
    return t(
        "about", executor=executor, dataset=told.dataset, title=told.title[t.lang], document=document, reader=reader
    )


def verdict(found: Analysis, t: Texts) -> Iterator[Block]:
    classes = found.classes
    if classes.below:
        said = t("verdict.risk", k=found.policy.threshold, records=t.number(classes.records),
                 below=t.number(classes.below), share=t.percent(classes.share_below),
                 uniques=t.number(classes.uniques))  # fmt: skip
    else:
        said = t("verdict.safe", k=found.policy.threshold)
    if found.done is not None:
        after = found.done.classes
        said += " " + t("verdict.done", below=t.number(after.below), share=t.percent(after.share_below))
    yield Paragraph(said, lead=True)


def variables(variables: Sequence[Variable], t: Texts) -> Iterator[Block]:
    yield Heading(t("h.variables"))
    yield Paragraph(t("variables.intro"))
    rows = [
        (one.name, one.label[t.lang] if one.label else "", t("role.counted" if one.counted else f"role.{one.role}"))
        for one in sorted(variables, key=lambda one: not one.counted)
    ]
    yield Table((t("col.variable"), t("col.meaning"), t("col.role")), rows)


def risk(found: Analysis, t: Texts) -> Iterator[Block]:
    classes, wide = found.classes, found.all_quasi
    yield Heading(t("h.risk"))
    yield Paragraph(
        t("risk.k", k=t.number(classes.k), classes=t.number(classes.classes), persons=t.number(found.persons))
    )
    if len(found.uniques.variables) > len(found.counted):
        yield Paragraph(
            t("risk.all", below=t.number(wide.below), share=t.percent(wide.share_below), uniques=t.number(wide.uniques))
        )
    rows = []
    for first, last in BANDS:
        size = "1" if last == 1 else f"{first}+" if last is None else f"{first}-{last}"
        records = sum(
            n for persons, _, n in classes.sizes if max(persons, 1) >= first and (last is None or persons <= last)
        )
        name = t("pic.one") if last == 1 else t("pic.persons", size=size)
        share = t.percent(records / classes.records) if classes.records else t.percent(0)
        rows.append((name, records, f"{t.number(records)} ({share})"))
    small = sum(1 for first, _ in BANDS if first < found.policy.threshold)
    yield Picture(t("pic.sizes"), partial(bars, t("pic.sizes"), rows, marked=small), name="sizes")


def who(told: Told, scenarios: Sequence[Scenario], t: Texts) -> Iterator[Block]:
    yield Heading(t("h.who"))
    if not scenarios:
        yield Paragraph(t("who.none"))
        return
    yield Paragraph(t("who.intro"))
    rows, drawn = [], []
    for one in scenarios:
        who = ", ".join(told.party(party, t.lang) for party in one.attacker.parties)
        quasi = ", ".join(one.quasi) or t("learns.none")
        names = [*one.learns[:MOST_LEARNT], *(["…"] if len(one.learns) > MOST_LEARNT else [])]
        learns = t("learns.count", number=len(one.learns), names=", ".join(names)) if names else t("learns.none")
        below = f"{t.number(one.classes.below)} ({t.percent(one.classes.share_below)})"
        named = t("who.names" if one.attacker.names else "who.codes")
        rows.append((f"{who} ({named})", quasi, t.number(one.classes.uniques), below, learns))
        drawn.append((who, one.classes.share_below, t.percent(one.classes.share_below)))
    head = tuple(t(f"col.{name}") for name in ("who", "knows", "alone", "below", "learns"))
    yield Table(head, rows, (24, 26, 12, 16, 22), frozenset({2, 3}))
    yield Picture(t("pic.who"), partial(bars, t("pic.who"), drawn), name="attackers")
    for one in scenarios:
        if one.attacker.holds:
            who = ", ".join(told.party(party, t.lang) for party in one.attacker.parties)
            yield Paragraph(t("who.holds", who=who, what=", ".join(one.attacker.holds)))


def why(found: Analysis, t: Texts) -> Iterator[Block]:
    unique = found.uniques
    yield Heading(t("h.why"))
    if not unique.records:
        yield Paragraph(t("why.none"))
        return
    yield Paragraph(
        t("why.intro", records=t.number(unique.records), largest=unique.largest, number=len(unique.variables))
    )
    rows = [(" + ".join(names), t.number(n)) for names, n in list(unique.sets.items())[:MOST_SETS]]
    yield Table((t("col.combination"), t("col.records")), rows, (75, 25), frozenset({1}))
    shares = sorted(unique.contribution.items(), key=lambda one: -one[1])
    drawn = [(name, share, t.percent(share)) for name, share in shares]
    yield Picture(t("pic.contribution"), partial(bars, t("pic.contribution"), drawn), name="contribution")


def sensitive(found: Analysis, t: Texts) -> Iterator[Block]:
    yield Heading(t("h.sensitive"))
    if not found.sensitive:
        yield Paragraph(t("sensitive.none"))
        return
    yield Paragraph(t("sensitive.intro"))
    wanted = found.policy.diversity
    head = (t("col.variable"), t("col.l"), t("col.lbelow", wanted=wanted), t("col.t"))
    rows = [(o.name, str(o.diversity), t.number(o.below), t.number(o.closeness, 2)) for o in found.sensitive]
    yield Table(head, rows, numbers=frozenset({1, 2, 3}))


def population(found: Analysis, t: Texts) -> Iterator[Block]:
    """1/F_k: inhabitants who share a record's values."""
    yield Heading(t("h.population"))
    if found.residents is None:
        yield Paragraph(t("population.none"))
    else:
        names, mean, most = found.residents
        values = {"mean": t.number(1 / mean if mean else 0), "most": t.number(1 / most if most else 0)}
        yield Paragraph(t("population.text", names=", ".join(names), **values))


def theory(theory: Theory, t: Texts) -> Iterator[Block]:
    yield Heading(t("h.theory" if theory.measured else "h.theory.only"))
    if not theory.frame.covered:
        yield Paragraph(t("theory.none"))
        return
    sources = ", ".join(one.label[t.lang] for one in theory.frame.sources)
    yield Paragraph(t("theory.intro", sources=sources, names=", ".join(theory.frame.covered)))
    head, columns = [""], []
    if theory.run is not None and theory.measured is not None:
        measured = theory.measured
        head += [t("col.expected"), t("col.measured")]
        columns.append(tuple(t.number(x, 1) for x in (theory.run.classes, theory.run.uniques, theory.run.below)))
        persons_below = sum(size * count for size, count, _ in measured.sizes if size < measured.threshold)
        alone = sum(count for size, count, _ in measured.sizes if size == 1)
        columns.append(tuple(t.number(x) for x in (measured.classes, alone, persons_below)))
    if theory.whole is not None:
        head.append(t("col.whole", persons=t.number(theory.whole.persons)))
        columns.append(tuple(t.number(x, 1) for x in (theory.whole.classes, theory.whole.uniques, theory.whole.below)))
    names = (t("row.classes"), t("row.uniques"), t("row.below"))
    rows = list(zip(names, *columns, strict=True))
    yield Table(head, rows, numbers=frozenset(range(1, len(head))))
    if theory.frame.missing:
        yield Paragraph(t("theory.missing", names=", ".join(theory.frame.missing)))
    yield Paragraph(t("theory.differs"))


def limits(policy: MicrodataPolicy, t: Texts, adapted: bool) -> Iterator[Block]:
    yield Heading(t("h.limits"))
    yield Paragraph(t("limits.threshold", k=policy.threshold, policy=f"catalog/policies/{policy.id}.yaml"))
    yield Paragraph(t("limits.outside"))
    if adapted:
        yield Paragraph(t("limits.adapted"))
