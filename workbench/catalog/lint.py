"""What can be wrong in a catalogue whose files are readable and whose references lead somewhere.

Each check looks at one entry and yields findings; here they get their file and line. An error is a fault that
makes results wrong or fields impossible to find; a warning is something a reviewer should look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from workbench.catalog.base import Cite, Label
from workbench.catalog.indicator import Indicator
from workbench.catalog.lint_codes import check_codes
from workbench.catalog.lint_fields import check_table, check_variable
from workbench.catalog.lint_knowledge import KINDS, check_knowledge
from workbench.catalog.lint_texts import Finding, check_label, check_source
from workbench.catalog.lint_words import check_printed, check_synonyms
from workbench.catalog.load import Sources, read_sources
from workbench.catalog.model import Catalog
from workbench.catalog.seal import check_seal, sealable
from workbench.catalog.service import Service
from workbench.catalog.source import Loc, SourceFile
from workbench.catalog.units import read_units
from workbench.errors import Problem, Problems


def check(root: Path) -> tuple[Catalog, list[Problem]]:
    """The catalogue as far as it can be read, and all that is wrong with it: syntax, references, content."""
    catalog, problems, sources = read_sources(root)
    broken = {problem.file for problem in problems}
    units: Collection[str] | None = None
    with _added_to(problems):
        units = {unit.id for unit in read_units(root)[0]}
    problems += lint(catalog, sources, units)
    with _added_to(problems):
        problems += check_synonyms(catalog, root)
    with _added_to(problems):
        problems += check_printed(catalog, root)
    with _added_to(problems):
        problems += check_seal(sealable(catalog, sources, root), root, broken)
    return catalog, sorted(set(problems))


@contextmanager
def _added_to(problems: list[Problem]) -> Iterator[None]:
    """A file that cannot be read adds its problems, and the checks that need it are left out."""
    try:
        yield
    except Problems as found:
        problems += found.problems


def lint(catalog: Catalog, sources: Sources, units: Collection[str] | None) -> list[Problem]:
    """Findings on the content of every entry; `sources` as from `read_sources`, `units` the known ones, if they are."""
    result = []
    for name, (source, at) in sources.items():
        kind, _, ref = name.partition(":")
        for finding in _entry(kind, ref, catalog, units, source):
            if not source.left_out((*at, *finding.loc)):
                result.append(_problem(source, at, finding))
    return result


def _entry(
    kind: str, ref: str, catalog: Catalog, units: Collection[str] | None, source: SourceFile
) -> Iterator[Finding]:
    if kind == "table":
        yield from check_table(catalog.tables[ref], catalog, units)
        yield from _place(f"{ref.replace('.', '/')}.yaml", source)
    elif kind == "codelist":
        yield from check_codes(catalog.codes[ref], catalog)
        yield from _place(f"codes/{ref}.yaml", source)
    elif kind == "derived":
        yield from check_variable(catalog.derived[ref], (), catalog, units)
    elif kind == "party":
        party = catalog.parties[ref]
        yield from check_label(party.label, ("label",))
        yield from check_source(party.cite, ("cite",), catalog)
    elif kind in KINDS:
        yield from check_knowledge(kind, ref, catalog)
    elif kind == "indicator":
        yield from _indicator(catalog.indicators[ref], catalog)
    elif kind == "service":
        yield from _service(catalog.services[ref], catalog)


def _service(entry: Service, catalog: Catalog) -> Iterator[Finding]:
    yield from check_label(entry.label, ("label",))
    yield from check_source(entry.cite, ("cite",), catalog)
    for part, facts in (("rules", entry.rules), ("steps", entry.steps)):
        for number, fact in enumerate(facts):
            yield from check_label(fact.label, (part, number, "label"))
            yield from check_source(fact.cite, (part, number, "cite"), catalog)


def _indicator(entry: Indicator, catalog: Catalog) -> Iterator[Finding]:
    """Labels and sources of all parts, and rules whose id stands twice."""
    parts: list[tuple[Loc, Label | None, Cite]] = [((), entry.label, entry.cite)]
    parts += [(at, rule.label, rule.cite) for at, rule in entry.rules()]
    parts += [(at, one.label, one.cite) for at, one in entry.amounts()]
    parts += [(("strata", number), one.label, one.cite) for number, one in enumerate(entry.strata)]
    parts += [(("printed", number), None, cite) for number, cite in enumerate(entry.printed)]
    parts += [(("period",), None, entry.period.cite)] if entry.period else []
    parts += [(("proxy",), entry.proxy.label, entry.proxy.cite)] if entry.proxy else []
    parts += [(("adjustment",), None, entry.adjustment.cite)] if entry.adjustment else []
    parts += [(("volume",), None, entry.volume.cite)] if entry.volume else []
    for at, label, cite in parts:
        if label:
            yield from check_label(label, (*at, "label"))
        yield from check_source(cite, (*at, "cite"), catalog)
        if at and cite.document not in catalog.documents:
            why, todo = "catalog/documents.yaml does not list it", "correct the name, or add what it names"
            yield Finding((*at, "cite", "document"), f"it names document '{cite.document}'", why, todo)
    named: list[tuple[Loc, str]] = [(at, f"rule '{rule.id}'") for at, rule in entry.rules()]
    named += [(("strata", number), f"stratum '{one.id}'") for number, one in enumerate(entry.strata)]
    named += [(("printed", number), f"line {cite.line}") for number, cite in enumerate(entry.printed)]
    seen: set[str] = set()
    for at, name in named:
        if name in seen:
            why, todo = "it stands before this one", "rename or remove one of the two"
            yield Finding(at, f"{name} stands twice", why, todo)
        seen.add(name)


def _place(expected: str, source: SourceFile) -> Iterator[Finding]:
    """A file that is not called after what it holds would not be found by a reader, nor replaced by an import."""
    if not PurePosixPath(source.name).as_posix().endswith(f"/{expected}"):
        why, todo = "a file is named after its entry", f"call the file {expected}, or correct the name in it"
        yield Finding((), f"this entry stands in {PurePosixPath(source.name).name}", why, todo)


def _problem(source: SourceFile, at: Loc, found: Finding) -> Problem:
    line = source.line((*at, *found.loc))
    return Problem(source.name, line, found.what, found.why, found.todo, found.severity)
