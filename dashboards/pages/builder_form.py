"""The fields of a draft as markup, made from the shapes of the study model; every text of a draft is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.builder.choices import offered
from dashboards.markup import Html, icon, join, tag
from dashboards.texts import Texts
from workbench.catalog.base import LANGUAGES, Cite
from workbench.catalog.source import Loc
from workbench.drafts.acts import pointer
from workbench.drafts.edits import get
from workbench.drafts.judge import Remark
from workbench.drafts.shapes import Shape, fields, shape_at, title_of
from workbench.drafts.style import as_text

MOST = 100_000  # characters of a field: the parts of a large selection; a motivation may be long
LONGEST_COMMENT = 20_000
# Bokeh has style rules of its own for a class named `error`.
_LOOK = {"error": "bad", "warning": "doubt", "note": "aside", "accepted": "aside"}


@dataclass(frozen=True)
class Form:
    """The draft that is shown: its data, what was found in it, which entry is open, and what entries are called."""

    t: Texts
    data: Any
    remarks: Sequence[Remark]
    open: Loc
    meanings: Mapping[str, str]
    locked: bool = False

    def section(self, shape: Shape) -> Html:
        """A whole section of the study file."""
        return self.field(shape, (shape.key,))

    def field(self, shape: Shape, at: Loc) -> Html:
        """One field with its name, what it holds, and what is wrong with it."""
        value = get(self.data, at)
        if shape.kind == "label":
            return self._label(shape, at, value)
        if shape.kind == "group" and shape.model is not None:
            return self._group(shape, at, value)
        if shape.kind == "groups":
            return self._entries(shape, at, value)
        if shape.kind == "words":
            return self._words(shape, at, value)
        if shape.kind == "switch":
            return self._switch(shape, at, value)
        return self._single(shape, at, value)

    def name(self, key: str) -> Html:
        """What a key is called; a key of a step is called as in the file."""
        said = self.t(f"field.{key}")
        return tag("code", key) if said == f"field.{key}" else join(said)

    def _single(self, shape: Shape, at: Loc, value: Any) -> Html:
        id_ = field_id(at)
        found = self._remarks(at, deep=True)
        common: dict[str, Any] = {
            "id": id_, "data_do": f"put:{pointer(at)}", "disabled": self.locked,
            "aria_invalid": "true" if _wrong(found) else None,
            "aria_describedby": f"{id_}-said" if found else None,
        }  # fmt: skip
        if shape.kind == "choice":
            given = "" if value is None else str(value)
            names = shape.options if given in shape.options else ("", *shape.options)
            control = tag("select", *(tag("option", one, value=one, selected=one == given) for one in names), **common)
        elif shape.kind == "yaml" or (isinstance(value, dict | list) and shape.kind == "text"):
            text = as_text(value)
            rows = str(min(max(text.count("\n") + 2, 2), 24))
            control = tag("textarea", text, rows=rows, class_="code", spellcheck="false", maxlength=str(MOST), **common)
        else:
            shown = "" if value is None else str(value)
            list_ = offered(shape.key, at)
            control = tag(
                "input", type="text", value=shown, maxlength=str(MOST), autocomplete="off", spellcheck="false",
                inputmode="numeric" if shape.kind == "number" else None, list=f"dl-{list_}" if list_ else None,
                **common,
            )  # fmt: skip
        meaning = self.meanings.get(str(value)) if offered(shape.key, at) else None
        beside = tag("span", meaning, class_="meaning") if meaning else Html("")
        head = tag("label", self.name(shape.key), self._must(shape), for_=id_)
        return tag("div", head, control, beside, self._said(found, id_), class_=f"field {shape.kind}")

    def _switch(self, shape: Shape, at: Loc, value: Any) -> Html:
        id_, found = field_id(at), self._remarks(at, deep=True)
        box = tag(
            "input", type="checkbox", id=id_, value="on", checked=value is True, data_do=f"put:{pointer(at)}",
            disabled=self.locked, aria_describedby=f"{id_}-said" if found else None,
        )  # fmt: skip
        return tag("div", tag("label", box, " ", self.name(shape.key)), self._said(found, id_), class_="field switch")

    def _label(self, shape: Shape, at: Loc, value: Any) -> Html:
        columns = []
        for lang in LANGUAGES:
            place = (*at, lang)
            id_, text = field_id(place), get(value, (lang,))
            found = self._remarks(place, deep=True)
            text = "" if text is None else str(text)
            area = tag(
                "textarea", text, id=id_, rows=str(2 + min(len(text) // 24, 7)), lang=lang, maxlength=str(MOST),
                data_do=f"put:{pointer(place)}", disabled=self.locked, aria_invalid="true" if _wrong(found) else None,
                aria_describedby=f"{id_}-said" if found else None,
                aria_label=f"{self._plain_name(shape.key)}, {lang}",
            )  # fmt: skip
            columns.append(tag("div", tag("span", lang, class_="lang"), area, self._said(found, id_)))
        found = self._remarks(at)
        head = tag("legend", self.name(shape.key), self._must(shape))
        return tag(
            "fieldset", head, tag("div", *columns, class_="languages"), self._said(found, field_id(at)),
            class_="field label", id=field_id(at), tabindex="-1",
        )  # fmt: skip

    def _group(self, shape: Shape, at: Loc, value: Any) -> Html:
        id_, found = field_id(at), self._remarks(at)
        name = self.name(shape.key)
        if value is None and not shape.required:
            make = self._button("make", at, self.t("builder.make", name=self._plain_name(shape.key)), f"make-{id_}")
            return tag("div", make, self._said(found, id_), class_="field group empty", id=id_, tabindex="-1")
        if shape.model is Cite:
            return self._cite(at, value, found)
        drop = Html("")
        if not shape.required:
            drop = self._button("drop", at, self.t("builder.drop"), f"drop-{id_}")
        body = [self.field(one, (*at, one.key)) for one in fields(_model(shape), value)]
        return tag(
            "fieldset", tag("legend", name), self._said(found, id_), *body, drop,
            class_="field group", id=id_, tabindex="-1",
        )  # fmt: skip

    def _cite(self, at: Loc, value: Any, found: Sequence[Remark]) -> Html:
        """Where a fact is from: one line that opens."""
        inner = [self.field(one, (*at, one.key)) for one in fields(Cite)]
        wrong = found or [one for one in self.remarks if one.at and one.at[: len(at)] == at]
        line = get(value, ("line",))
        source = f"{get(value, ('document',)) or '?'}{f':{line}' if line else ''}"
        words = tag("summary", self.name("cite"), " ", tag("code", source))
        inside = tag("div", *inner, class_="cite-fields")
        return tag(
            "details", words, inside, self._said(found, field_id(at)),
            id=field_id(at), class_="field cite", open=bool(wrong),
        )  # fmt: skip

    def _words(self, shape: Shape, at: Loc, value: Any) -> Html:
        id_ = field_id(at)
        held = value if isinstance(value, list) else []
        found = self._remarks(at, deep=True)
        chips = [
            tag(
                "li", tag("span", str(one), title=self.meanings.get(str(one))),
                tag(
                    "button", icon("close"), type="button", class_="take", id=f"{id_}-{number}", disabled=self.locked,
                    data_do=f"drop:{pointer((*at, number))}", aria_label=self.t("builder.take", name=str(one)),
                ),
                class_="chip",
            )
            for number, one in enumerate(held)
        ]  # fmt: skip
        list_ = offered(shape.key, at)
        entry = tag(
            "input", type="text", id=id_, value="", data_do=f"add:{pointer(at)}", data_clear=True, autocomplete="off",
            list=f"dl-{list_}" if list_ else None, placeholder=self.t("builder.more"), disabled=self.locked,
            maxlength="300", spellcheck="false", aria_describedby=f"{id_}-said" if found else None,
            aria_invalid="true" if _wrong(found) else None,
        )  # fmt: skip
        head = tag("label", self.name(shape.key), self._must(shape), for_=id_)
        return tag(
            "div", head, tag("ul", *chips, class_="chips") if chips else Html(""), entry, self._said(found, id_),
            class_="field words",
        )  # fmt: skip

    def _entries(self, shape: Shape, at: Loc, value: Any) -> Html:
        """A list of entries: each a line that opens; of a long list only the open one has its fields in the page."""
        t, id_ = self.t, field_id(at)
        held = value if isinstance(value, list) else []
        items = list(self._items(shape, at, held))
        name = self.name(shape.key)
        title = tag("h3", name, " ", tag("small", t.number(len(held))), id=id_, tabindex="-1")
        listed = tag("ol", *items, class_="entries") if items else tag("p", t("builder.none"), class_="quiet")
        return tag(
            "section", title, self._said(self._remarks(at), id_), listed, self.adder(shape, at),
            class_="field many", aria_labelledby=id_,
        )  # fmt: skip

    def adder(self, shape: Shape, at: Loc) -> Html:
        """What adds an entry: a field to choose from where entries have a kind or a name of the catalogue."""
        if self.locked:
            return Html("")
        t, id_ = self.t, f"add-{field_id(at)}"
        if at == ("variables",):
            entry = tag(
                "input", type="text", id=id_, data_do="add:/variables", data_clear=True, list="dl-fields",
                autocomplete="off", spellcheck="false", maxlength="300", placeholder=t("builder.field_name"),
            )  # fmt: skip
            return tag("div", tag("label", t("builder.add_variable"), for_=id_), entry, class_="field adder")
        if at == ("flow",):
            kinds = next(one.options for one in fields(_model(shape)) if one.key == "kind")
            options = [tag("option", t("builder.kind"), value="")]
            options += [tag("option", f"{one}: {t(f'kind.{one}')}", value=one) for one in kinds]
            return tag(
                "div", tag("label", t("builder.add_step"), for_=id_),
                tag("select", *options, id=id_, data_do="add:/flow"), class_="field adder",
            )  # fmt: skip
        return self._button("add", at, t("builder.add", name=self._plain_name(shape.key)), id_)

    def _items(self, shape: Shape, at: Loc, held: Sequence[Any]) -> Iterator[Html]:
        t = self.t
        for number, entry in enumerate(held):
            place = (*at, number)
            id_ = field_id(place)
            opened = self.open[: len(place)] == place
            below = [one for one in self.remarks if one.at and one.at[: len(place)] == place and not one.accepted]
            wrong = sum(one.weight == "error" for one in below)
            badge = Html("")
            if wrong:
                badge = tag("span", t.count("builder.errors", wrong), class_="badge bad")
            elif below:
                badge = tag("span", t.count("builder.warnings", len(below)), class_="badge doubt")
            name = title_of(entry) or t("builder.unnamed")
            head = tag(
                "button", tag("span", str(number + 1), class_="n"), tag("b", name), " ",
                tag("small", self._about(entry)), badge, type="button", id=id_, class_="entry-head",
                data_do="open", data_value=pointer(at if opened else place), aria_expanded=str(opened).lower(),
            )  # fmt: skip
            body = Html("")
            if opened:
                said = self._said(self._remarks(place), id_)
                inside = [self.field(one, (*place, one.key)) for one in fields(_model(shape), entry)]
                buttons = [] if self.locked else [
                    self._button("up", place, t("builder.up"), f"up-{id_}", number == 0),
                    self._button("down", place, t("builder.down"), f"down-{id_}", number == len(held) - 1),
                    self._button("drop", place, t("builder.drop"), f"drop-{id_}"),
                ]  # fmt: skip
                body = tag("div", said, *inside, tag("div", *buttons, class_="tools"), class_="entry-body")
            yield tag("li", head, body, class_="entry open" if opened else "entry")

    def _about(self, entry: Any) -> str:
        """A few words beside the name of an entry."""
        lang = self.t.lang
        for key in ("label", "text", "reason"):
            words = get(entry, (key, lang))
            if isinstance(words, str) and words:
                return words
        ref = get(entry, ("ref",)) or get(entry, ("field",))
        if isinstance(ref, str) and ref in self.meanings:
            return self.meanings[ref]
        return str(get(entry, ("kind",)) or get(entry, ("receives",)) or get(entry, ("what",)) or "")

    def _button(self, act: str, at: Loc, words: str, id_: str, off: bool = False) -> Html:
        return tag(
            "button", words, type="button", class_="plain", id=id_, data_do=f"{act}:{pointer(at)}",
            disabled=off or self.locked,
        )  # fmt: skip

    def _remarks(self, at: Loc, deep: bool = False) -> list[Remark]:
        """What was found at a place; `deep` also below it, where no field of its own stands."""
        return [one for one in self.remarks if one.at == at or (deep and one.at and one.at[: len(at)] == at)]

    def _said(self, found: Sequence[Remark], id_: str) -> Html:
        if not found:
            return Html("")
        return tag("div", *(remark(self.t, one) for one in found), id=f"{id_}-said", class_="said")

    def _must(self, shape: Shape) -> Html:
        return Html("") if shape.required else tag("small", self.t("builder.optional"))

    def _plain_name(self, key: str) -> str:
        said = self.t(f"field.{key}")
        return key if said == f"field.{key}" else said


def remark(t: Texts, one: Remark) -> Html:
    """One finding: what, why, and what to do. What it is about is said in English, as are words nobody translated."""
    weight = "accepted" if one.accepted else one.weight
    mark = tag("b", t(f"weight.{weight}"), class_="weight")
    why, todo = (t.lang if name in one.translated else "en" for name in ("why", "todo"))
    words = [
        tag("span", _sentence(one.title)) if one.title and t.lang != "en" else "",
        tag("span", _sentence(one.what), lang="en"),
        tag("span", _sentence(one.why), lang=why),
        tag("em", _sentence(one.todo), lang=todo),
    ]
    return tag("p", mark, " ", *words, class_=f"remark {_LOOK[weight]}")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}. "


def field_id(at: Loc) -> str:
    """The id of the field at a place."""
    return f"f{pointer(at)}"


def shown(at: Loc, data: Any) -> Loc:
    """The place whose field shows what was found at `at`: a formula is one field, and so is a list of words."""
    for length in range(1, len(at) + 1):
        shape = shape_at(at[:length], data)
        if shape is not None and shape.kind not in ("group", "groups", "label"):
            return at[:length]
    return at


def _model(shape: Shape) -> Any:
    return shape.model


def _wrong(found: Sequence[Remark]) -> bool:
    return any(one.weight == "error" and not one.accepted for one in found)
