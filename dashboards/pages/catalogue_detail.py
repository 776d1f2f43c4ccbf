"""The right of the catalogue page: one variable, table or code list in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.catalogue.lineage import Use
from dashboards.catalogue.variables import Span, Variable
from dashboards.catalogue.wanted import Wanted
from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from dashboards.pages.timeline import in_words, years
from workbench.catalog.base import LANGUAGES, Cite
from workbench.catalog.model import CodeList, Derived, Field, Table

_SHOWN = 12  # codes, and fields of a table, before the rest is folded


def detail(room: Room, wanted: Wanted, held: Sequence[str], span: Span) -> Html:
    """What is open: a variable, a table or a code list; how to open one when none is."""
    t, library = room.t, room.house.library
    ref = wanted.open
    if not ref:
        return tag(
            "section", tag("p", icon("info"), tag("span", t("detail.choose")), class_="note"), class_="panel hint"
        )
    if ref in library.variables:
        return _variable(room, library.variables[ref], ref in held, span)
    if ref in library.catalog.tables:
        return _table(room, library.catalog.tables[ref])
    codes = library.catalog.codes.get(ref.removeprefix("codes."))
    if codes is not None:
        facts = tag(
            "dl", *_facts(room, [(t("detail.system"), codes.system), (t("detail.source"), _source(room, codes.cite))])
        )
        return _panel(room, f"codes.{codes.id}", codes.label[t.lang], facts, _codes(room, codes))
    gone = tag("p", t("detail.gone", ref=ref))
    return _panel(room, t("detail.gone_title"), "", gone)


def _panel(room: Room, name: str, label: str, *body: str) -> Html:
    close = tag(
        "button",
        icon("close"),
        type="button",
        class_="shut",
        id="shut",
        data_do="open",
        data_value="",
        aria_label=room.t("detail.close"),
    )
    head = tag("div", tag("h2", name, tag("small", label) if label else ""), close, class_="panel-head")
    return tag("section", head, *body, class_="panel detail")


def _variable(room: Room, one: Variable, held: bool, span: Span) -> Html:
    t, catalog, entry = room.t, room.house.library.catalog, one.entry
    words = "cart.take_out" if held else "cart.put"
    put = tag(
        "button",
        icon("cart"),
        t(words),
        type="button",
        id="put",
        data_do="toggle",
        data_value=one.ref,
        class_="button second" if held else "button",
    )
    facts: list[tuple[str, str]] = [(t("detail.reference"), tag("code", one.ref))]
    facts += [(lang.upper(), one.label[lang]) for lang in LANGUAGES if lang != t.lang]
    if one.table:
        table = one.table
        link = tag(
            "a",
            tag("code", table.ref),
            href=room.link("/catalogue", open=table.ref),
            data_do="open",
            data_value=table.ref,
        )
        facts.append((t("detail.table"), join(link, " ", table.label[t.lang])))
        facts.append((t("detail.held_by"), ", ".join(catalog.parties[name].label[t.lang] for name in table.holders)))
    facts.append((t("detail.type"), t(f"type.{one.type}") + (f" · {entry.unit}" if entry.unit else "")))
    facts.append((t("detail.role"), t(f"role.{one.role}")))
    facts.append((t("detail.sensitive"), t(f"sensitive.{'yes' if one.sensitive else 'no'}.long")))
    facts.append((t("detail.available"), join(in_words(room, one), years(room, one, span))))
    facts += list(_more(room, entry))
    facts.append((t("detail.source"), _source(room, entry.cite)))
    codes = catalog.codes.get(entry.codes or "")
    listed = (
        join(tag("h3", t("detail.codes"), " ", tag("small", codes.label[t.lang])), _codes(room, codes)) if codes else ""
    )
    return _panel(
        room, one.name, one.label[t.lang], tag("p", put), tag("dl", *_facts(room, facts)), listed, _uses(room, one)
    )


def _more(room: Room, entry: Field | Derived) -> Iterator[tuple[str, str]]:
    """What only some variables have; notes are in the language of the catalogue."""
    t = room.t
    if entry.aliases:
        yield t("detail.aliases"), ", ".join(entry.aliases)
    if isinstance(entry, Derived):
        if entry.definition:
            yield t("detail.definition"), entry.definition[t.lang]
        yield t("detail.explanation"), tag("span", entry.explanation, lang="en")
        if entry.inputs:
            yield t("detail.inputs"), join(*_refs(room, entry.inputs))
    else:
        if entry.references:
            yield t("detail.refers"), join(*_refs(room, entry.references))
        if entry.note:
            yield t("detail.note"), tag("span", entry.note, lang="en")


def _refs(room: Room, refs: Sequence[str]) -> Iterator[Html]:
    for ref in refs:
        yield join(
            tag("a", tag("code", ref), href=room.link("/catalogue", open=ref), data_do="open", data_value=ref), " "
        )


def _facts(room: Room, facts: Sequence[tuple[str, str]]) -> Iterator[Html]:
    for heading, said in facts:
        yield tag("div", tag("dt", heading), tag("dd", said))


def _source(room: Room, cite: Cite) -> Html:
    document = room.house.library.catalog.documents.get(cite.document)
    where = room.t("detail.line", line=cite.line) if cite.line else ""
    return join(tag("abbr", cite.document, title=document.title) if document else cite.document, f" {where}".rstrip())


def _codes(room: Room, codes: CodeList) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", tag("code", one.code or f"{one.from_code} – {one.to_code}")),
            tag("td", one.label[room.t.lang]),
        )
        for one in codes.entries
    ]
    return _folded(room, rows, (room.t("detail.code"), room.t("detail.meaning")), f"codes-{codes.id}")


def _table(room: Room, table: Table) -> Html:
    t, catalog = room.t, room.house.library.catalog
    facts = [
        (t("detail.grain"), tag("span", table.grain, lang="en")),
        (t("detail.keys"), ", ".join(table.keys)),
        (t("detail.held_by"), ", ".join(catalog.parties[name].label[t.lang] for name in table.holders)),
        (t("detail.source"), _source(room, table.cite)),
    ]
    rows = [
        tag("tr", tag("td", *_refs_named(room, f"{table.ref}.{one.name}", one.name)), tag("td", one.label[t.lang]))
        for one in table.fields
    ]
    columns = (t("detail.field"), t("detail.meaning"))
    only = tag(
        "button", t("detail.only"), type="button", class_="plain", id="only", data_do="table", data_value=table.ref
    )
    return _panel(
        room,
        table.ref,
        table.label[t.lang],
        tag("dl", *_facts(room, facts)),
        only,
        _folded(room, rows, columns, "fields"),
    )


def _refs_named(room: Room, ref: str, name: str) -> Iterator[Html]:
    yield tag("a", tag("code", name), href=room.link("/catalogue", open=ref), data_do="open", data_value=ref)


def _folded(room: Room, rows: Sequence[Html], columns: tuple[str, str], id_: str) -> Html:
    """A table of which the rest unfolds."""
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in columns)))
    first = tag("table", head, tag("tbody", *rows[:_SHOWN]), class_="codes")
    if len(rows) <= _SHOWN:
        return first
    rest = tag("table", head, tag("tbody", *rows[_SHOWN:]), class_="codes")
    return join(
        first,
        tag("details", tag("summary", room.t.count("catalogue.more", len(rows) - _SHOWN)), rest, id=f"rest-{id_}"),
    )


def _uses(room: Room, one: Variable) -> Html:
    """Which study asks for it, in which datasets it travels, which indicator reads it."""
    t, library = room.t, room.house.library
    allowed = library.studies(room.viewer())
    uses = [use for use in library.uses.get(one.ref, ()) if use.study.id in allowed]
    if not uses:
        return join(tag("h3", t("detail.uses")), tag("p", t("detail.unused"), class_="quiet"))
    return join(
        tag("h3", t("detail.uses"), " ", tag("small", t.count("detail.studies", len(uses)))),
        *(_use(room, use) for use in uses),
    )


def _use(room: Room, use: Use) -> Html:
    t, study = room.t, use.study.study
    title = tag("a", study.title[t.lang], href=room.link("/flow", study=study.id))
    body = [tag("p", use.motivation[t.lang])] if use.motivation else []
    indicators = room.house.library.catalog.indicators
    if use.indicators:
        named = ", ".join(indicators[name].label[t.lang] for name in use.indicators)
        body.append(tag("p", tag("b", t("detail.indicators")), " ", named))
    if use.datasets:
        links = (
            join(tag("a", tag("code", name), href=room.link("/flow", study=study.id, dataset=name)), " ")
            for name in use.datasets
        )
        body.append(tag("p", tag("b", t("detail.datasets")), " ", *links))
    return tag("article", tag("h4", title, " ", tag("small", study.document)), *body, class_="use")
