"""Small SVG pictures of a data folder: bars side by side, and how far figures lie from their sources.

Written by hand because no drawing library of the lock makes SVG without a browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from workbench.synth.plausibility import Figure

COLOURS = ("#1f5c8b", "#e0a030")  # also apart for the colour-blind and in grey
_WIDTH, _LEFT, _TOP, _PLOT = 760, 70, 50, 220
_TEXT = 'font-family="sans-serif" font-size="12" fill="#222"'


def bars(title: str, unit: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Grouped bars: one group per label, one bar per series. Values of 0 and more."""
    most = max((max(values, default=0) for values in series.values()), default=0) or 1
    step = (_WIDTH - _LEFT - 10) / max(len(labels), 1)
    width = step * 0.8 / len(series)
    parts = []
    for tick in range(5):
        y = _TOP + _PLOT * (1 - tick / 4)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - 10}" stroke="#ddd"/>')
        parts.append(
            _text(_LEFT - 6, y + 4, f"{most * tick / 4:,.3g}" if most < 1000 else f"{most * tick / 4:,.0f}", "end")
        )
    for place, values in enumerate(series.values()):
        for n, value in enumerate(values):
            high = _PLOT * value / most
            x = _LEFT + n * step + step * 0.1 + place * width
            parts.append(
                f'<rect x="{x:.1f}" y="{_TOP + _PLOT - high:.1f}" width="{width:.1f}" height="{high:.1f}"'
                f' fill="{COLOURS[place]}"/>'
            )
    every = 1 + int(sum(7 * len(label) + 6 for label in labels) / (_WIDTH - _LEFT))  # so that they do not overlap
    for n, label in enumerate(labels):
        if n % every == 0:
            parts.append(_text(_LEFT + (n + 0.5) * step, _TOP + _PLOT + 16, label, "middle"))
    return _picture(title, unit, list(series), parts, _TOP + _PLOT + 28)


def distances(title: str, figures: Sequence[Figure]) -> str:
    """One line per figure: where the synthetic value lies, in parts of what it may be off; the band is allowed."""
    left, row, middle, half = 450, 20, 600, 150
    parts = [f'<rect x="{middle - half / 2}" y="{_TOP}" width="{half}" height="{row * len(figures)}" fill="#e8eef4"/>']
    parts.append(f'<path d="M{middle} {_TOP}V{_TOP + row * len(figures)}" stroke="#888"/>')
    for n, one in enumerate(figures):
        y = _TOP + row * (n + 0.5)
        off = max(-1.9, min(1.9, (one.synthetic - one.sourced) / one.within))
        colour = COLOURS[0] if one.plausible else "#b02020"
        parts.append(_text(left, y + 4, one.says, "end"))
        parts.append(f'<circle cx="{middle + off * half / 2:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
    return _picture(
        title, "middle line: as sourced; band: as far as it may be off", [], parts, _TOP + row * len(figures)
    )


def _picture(title: str, unit: str, names: Sequence[str], parts: Sequence[str], height: float) -> str:
    legend = []
    for place, name in enumerate(names if len(names) > 1 else ()):
        x = _WIDTH - 210 + 100 * place
        legend.append(f'<rect x="{x}" y="9" width="12" height="12" fill="{COLOURS[place]}"/>' + _text(x + 17, 20, name))
    said = f'<text x="10" y="20" {_TEXT} font-weight="bold">{escape(title)}</text>' + _text(10, 38, unit)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height + 6:.0f}" role="img">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="white"/>'
        f"{said}{''.join(legend)}{''.join(parts)}</svg>\n"
    )


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {_TEXT}>{escape(said)}</text>'
