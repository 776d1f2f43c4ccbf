"""The same figure on paper: SVG, PDF or PNG of a Bokeh figure by matplotlib, without a browser.

Bokeh itself draws in a browser only. This reads the figure that a page shows, glyph by glyph, and draws it again, so
there is one picture and not two that drift apart. A kind of glyph or annotation that is not known here is an error: a
picture that silently lacks something says something else.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import FactorRange, Label, LabelSet, Legend, Span, Whisker
from bokeh.plotting import figure

from dashboards.plots.look import INK, LINES

KINDS = ("svg", "pdf", "png")
DPI = 96  # a pixel of the screen is a pixel on paper
WIDTH = 760
_MARKERS = {"circle": "o", "diamond": "D"}
_ALIGN = {"left": "left", "center": "center", "right": "right"}
_BASE = {"middle": "center", "bottom": "bottom", "top": "top", "alphabetic": "baseline"}
_SMALLER = 0.75  # of a size in pixels in points


def on_paper(made: figure, kind: str, title: str = "", width: int = WIDTH) -> bytes:
    """The file of a figure. Raises ValueError for another kind, or for something in the figure that is not known."""
    if kind not in KINDS:
        raise ValueError(f"a picture on paper is {', '.join(KINDS)}, not {kind}")
    from matplotlib import rc_context  # half a second to load
    from matplotlib.figure import Figure

    # Text stays text, and the same figure gives the same bytes.
    with rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "workbench", "font.size": 10}):
        paper = Figure(figsize=(width / DPI, (made.height or 400) / DPI), dpi=DPI, layout="constrained")
        if title:
            paper.suptitle(title, x=0.01, ha="left", color=INK, fontsize=12, fontweight="bold")
        _Drawn(made, paper.add_subplot()).draw()
        file = io.BytesIO()
        meta = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": None}[kind]
        paper.savefig(file, format=kind, metadata=meta, facecolor="white")
    return file.getvalue()


class _Drawn:
    """One figure on one pair of axes."""

    def __init__(self, made: figure, axes: Any) -> None:
        self.made, self.axes = made, axes
        self.handles: dict[int, Any] = {}

    def draw(self) -> None:
        for number, glyph in enumerate(self.made.renderers):
            kind = type(glyph.glyph).__name__
            if kind not in _GLYPHS:
                raise ValueError(f"a {kind} cannot be drawn on paper yet; add it to dashboards/plots/paper.py")
            self.handles[id(glyph)] = _GLYPHS[kind](self, glyph.glyph, glyph.data_source.data, number + 2)
        legend = None
        for one in (*self.made.center, *self.made.below, *self.made.above, *self.made.left, *self.made.right):
            if isinstance(one, Legend):
                legend = one
            elif type(one) in _ANNOTATIONS:
                _ANNOTATIONS[type(one)](self, one)
            elif "Axis" not in type(one).__name__ and "Grid" not in type(one).__name__:
                raise ValueError(f"a {type(one).__name__} cannot be drawn on paper yet; add it to this file")
        self._axes()
        if legend is not None:
            self._legend(legend)

    # -- places and looks

    def places(self, values: Sequence[Any], of: Any) -> Any:
        """Coordinates as numbers; a name has the place of its factor, (name, offset) lies beside it."""
        if not isinstance(of, FactorRange):
            return np.array([np.nan if value is None else value for value in values], dtype=float)
        factors = list(of.factors)
        pairs = [value if isinstance(value, tuple | list) else (value, 0) for value in values]
        return np.array([factors.index(name) + offset for name, offset in pairs], dtype=float)

    def column(self, data: Mapping[str, Any], spec: Any) -> Any:
        """A property of a glyph: the column it names, or the same value for every row."""
        if isinstance(spec, str) and spec in data:
            return list(data[spec])
        size = len(next(iter(data.values()), [0]))
        return [getattr(spec, "value", spec)] * size

    def xs(self, data: Mapping[str, Any], spec: Any) -> Any:
        return self.places(self.column(data, spec), self.made.x_range)

    def ys(self, data: Mapping[str, Any], spec: Any) -> Any:
        return self.places(self.column(data, spec), self.made.y_range)

    # -- axes and legend

    def _axes(self) -> None:
        for side, axis, of in (
            ("x", self.made.xaxis[0], self.made.x_range),
            ("y", self.made.yaxis[0], self.made.y_range),
        ):
            drawn = self.axes.xaxis if side == "x" else self.axes.yaxis
            limits = self.axes.set_xlim if side == "x" else self.axes.set_ylim
            if isinstance(of, FactorRange):
                drawn.set_ticks(range(len(of.factors)), list(of.factors))
                limits(-0.6, len(of.factors) - 0.4)
            else:
                if of.start is not None:
                    limits(of.start, of.end)
                ticks = list(getattr(axis.ticker, "ticks", []))
                if ticks:
                    written = axis.major_label_overrides
                    drawn.set_ticks(ticks, [written.get(tick, f"{tick:g}") for tick in ticks])
            if axis.axis_label:
                drawn.set_label_text(axis.axis_label, color=INK)
            shown = [
                grid for grid in self.made.center if type(grid).__name__ == "Grid" and grid.dimension == (side == "y")
            ]
            if shown and shown[0].grid_line_color:
                drawn.grid(True, color=LINES, linewidth=0.8)
        self.axes.tick_params(colors=INK, length=3, color=LINES)
        self.axes.set_axisbelow(True)
        for name, spine in self.axes.spines.items():
            spine.set_visible(name in ("left", "bottom"))
            spine.set_color(LINES)

    def _legend(self, legend: Legend) -> None:
        entries = [
            (self.handles[id(item.renderers[0])], getattr(item.label, "value", item.label)) for item in legend.items
        ]
        self.axes.figure.legend(
            *zip(*entries, strict=True),
            loc="outside lower left",
            ncols=2,
            frameon=False,
            labelcolor=INK,
            handlelength=2.6,
        )


def _stroke(glyph: Any) -> dict[str, Any]:
    dash = glyph.line_dash if isinstance(glyph.line_dash, list) else []
    pattern = dash if len(dash) > 1 else dash * 2
    style: Any = (0, tuple(part / max(glyph.line_width, 1) for part in pattern)) if pattern else "solid"
    return {
        "color": _plain(glyph.line_color), "alpha": _plain(glyph.line_alpha), "linestyle": style,
        "linewidth": glyph.line_width * _SMALLER,
    }  # fmt: skip


def _plain(spec: Any) -> Any:
    return getattr(spec, "value", spec)


def _line(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    return it.axes.plot(it.xs(data, glyph.x), it.ys(data, glyph.y), zorder=order, **_stroke(glyph))[0]


def _step(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    return it.axes.step(it.xs(data, glyph.x), it.ys(data, glyph.y), where="post", zorder=order, **_stroke(glyph))[0]


def _lines(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    drawn = None
    for xs, ys in zip(data[glyph.xs], data[glyph.ys], strict=True):
        where = it.places(xs, it.made.x_range), it.places(ys, it.made.y_range)
        drawn = it.axes.plot(*where, zorder=order, **_stroke(glyph))[0]
    return drawn


def _scatter(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    return it.axes.scatter(
        it.xs(data, glyph.x), it.ys(data, glyph.y), s=(_plain(glyph.size) * _SMALLER) ** 2,
        marker=_MARKERS[_plain(glyph.marker)], color=_plain(glyph.fill_color), edgecolor=_plain(glyph.line_color),
        linewidth=0.8, zorder=order,
    )  # fmt: skip


def _bar(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    upright = type(glyph).__name__ == "VBar"
    base, end = (glyph.x, glyph.top) if upright else (glyph.y, glyph.right)
    draw = it.axes.bar if upright else it.axes.barh
    at, length = (it.xs(data, base), it.ys(data, end)) if upright else (it.ys(data, base), it.xs(data, end))
    thick = glyph.width if upright else glyph.height
    return draw(at, length, _plain(thick), color=_plain(glyph.fill_color), zorder=order)


def _quad(it: _Drawn, glyph: Any, data: Any, order: int) -> Any:
    left, right, top = (it.column(data, spec) for spec in (glyph.left, glyph.right, glyph.top))
    edge = _plain(glyph.line_color) or "none"
    return it.axes.bar(
        left, top, np.subtract(right, left), align="edge", color=_plain(glyph.fill_color), edgecolor=edge,
        linewidth=0.8, zorder=order,
    )  # fmt: skip


def _text(it: _Drawn, glyph: Any, data: Any, order: int) -> None:
    rows = zip(it.xs(data, glyph.x), it.ys(data, glyph.y), it.column(data, glyph.text), strict=True)
    for x, y, words in rows:
        _write(it, x, y, words, glyph, _plain(glyph.x_offset), -_plain(glyph.y_offset))


def _labels(it: _Drawn, one: LabelSet) -> None:
    data = one.source.data
    columns = (it.column(data, spec) for spec in (one.text, one.x_offset, one.y_offset, one.text_align))
    for x, y, words, right, up, align in zip(it.xs(data, one.x), it.ys(data, one.y), *columns, strict=True):
        if words:
            _write(it, x, y, words, one, right, up, align)


def _label(it: _Drawn, one: Label) -> None:
    _write(it, one.x, one.y, one.text, one, one.x_offset, one.y_offset)


def _write(
    it: _Drawn, x: float, y: float, words: str, like: Any, right: float, up: float, align: str = ""
) -> None:  # fmt: skip
    size = float(str(_plain(like.text_font_size)).removesuffix("px")) * _SMALLER
    base = _BASE[_plain(like.text_baseline)]
    it.axes.annotate(
        words, (x, y), (right * _SMALLER, up * _SMALLER), textcoords="offset points", fontsize=size,
        color=_plain(like.text_color), ha=_ALIGN[align or _plain(like.text_align)], va=base,
        style=_plain(like.text_font_style), zorder=20, annotation_clip=False,
    )  # fmt: skip


def _whisker(it: _Drawn, one: Whisker) -> None:
    data = one.source.data
    upright = one.dimension == "height"
    across, along = (it.xs, it.ys) if upright else (it.ys, it.xs)
    at, low, high = across(data, _plain(one.base)), along(data, _plain(one.lower)), along(data, _plain(one.upper))
    draw = it.axes.vlines if upright else it.axes.hlines
    look = {"color": _plain(one.line_color), "linewidth": one.line_width * _SMALLER, "zorder": 15}
    draw(at, low, high, **look)
    head = one.upper_head.size if one.upper_head else 0
    if _plain(head):
        for end in (low, high):
            xs, ys = (at, end) if upright else (end, at)
            it.axes.plot(xs, ys, linestyle="none", marker="_" if upright else "|", markersize=6, **look)


def _span(it: _Drawn, one: Span) -> None:
    draw = it.axes.axhline if one.dimension == "width" else it.axes.axvline
    draw(one.location, color=one.line_color, linewidth=one.line_width * _SMALLER, zorder=1)


_GLYPHS: Mapping[str, Callable[[_Drawn, Any, Any, int], Any]] = {
    "Line": _line, "Step": _step, "MultiLine": _lines, "Scatter": _scatter, "VBar": _bar, "HBar": _bar, "Quad": _quad,
    "Text": _text,
}  # fmt: skip
_ANNOTATIONS: Mapping[type, Callable[[_Drawn, Any], None]] = {
    Whisker: _whisker, Span: _span, Label: _label, LabelSet: _labels,
}  # fmt: skip
