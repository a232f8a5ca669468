"""Values over training steps go in, an SVG picture comes out with one small diagram for each series, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from itertools import cycle
from math import log10
from typing import TYPE_CHECKING

from derivegen.figures.drawing import COLOURS, IN_PRINT
from derivegen.figures.figure import Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import Formatter

ROLES = ("forward", "backward", "line")
DASHES = ("-", "--", "-.")
LOG_DECADES = 3
FAR = 1e-250
"""Beyond this, and one over it, matplotlib's logarithmic axis runs out of doubles: exponents are drawn instead."""


def curves(
    series: Sequence[Sequence[float]],
    x_label: str,
    y_labels: Sequence[str],
    title: str = "",
    description: str = "",
    decimal: str = ".",
    style: Style = "light",
) -> str:
    """The series (loss, gradient norm, …) over the steps 0, 1, 2, …; an axis is logarithmic where values span more
    than three decades."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(
        {
            "svg.hashsalt": "derivegen",
            "svg.fonttype": "path",
            "font.size": 10,
            "font.family": "STIXGeneral",
            "mathtext.fontset": "stix",
        }
    ):
        figure = Figure(figsize=(3.2 * max(len(series), 1), 2.4))
        figure.subplots_adjust(left=0.11, right=0.98, bottom=0.2, top=0.95, wspace=0.36)
        looks = zip(cycle(ROLES), cycle(DASHES), strict=False)
        for place, (values, label, (role, dash)) in enumerate(zip(series, y_labels, looks, strict=False), 1):
            axes = figure.add_subplot(1, len(series), place)
            axes.set(xlabel=x_label, ylabel=label)
            _plot(axes, values, dash, COLOURS[role if style == "light" else IN_PRINT.get(role, role)], decimal)
        text = StringIO()
        figure.savefig(
            text, format="svg", metadata={"Date": None, "Title": title or None, "Description": description or None}
        )
    return _for_readers(text.getvalue(), title, description)


def _plot(axes: Axes, values: Sequence[float], dash: str, colour: tuple[int, int, int], decimal: str) -> None:
    """One diagram: logarithmic where values span decades, of exponents where doubles end."""
    far = _spans_decades(values) and not FAR < min(values) <= max(values) < 1 / FAR
    shown = list(map(log10, values)) if far else values
    marker, colours = "o" if len(values) <= 20 else "", [part / 255 for part in colour]
    axes.plot(range(len(values)), shown, dash, color=colours, linewidth=1.4, marker=marker, markersize=3)
    axes.set_yscale("log" if _spans_decades(values) and not far else "linear")
    if far:
        axes.locator_params(axis="y", nbins=6, integer=True)
        axes.yaxis.set_major_formatter(_powers())
    elif decimal != "." and axes.get_yscale() == "linear":
        axes.yaxis.set_major_formatter(_ticks(decimal))
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="#dddddd", linewidth=0.5)


def _ticks(decimal: str) -> Formatter:
    """Numbers at the ticks with that decimal sign."""
    from matplotlib.ticker import ScalarFormatter

    class Ticks(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return super().__call__(x, pos).replace(".", decimal)

    ticks = Ticks(useOffset=False)
    ticks.set_scientific(False)
    return ticks


def _spans_decades(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) > min(values) * 10.0**LOG_DECADES


def _powers() -> Formatter:
    """Exponents at the ticks as powers of ten."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda exponent, _: f"$10^{{{round(exponent)}}}$")


def _for_readers(picture: str, title: str, description: str) -> str:
    """The picture without its file header, with the role, title and description that screen readers look for."""
    from xml.sax.saxutils import escape

    start = picture.index("<svg")
    end = picture.index(">", start)
    words = f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>"
    return f'{picture[start:end]} role="img">\n{words}{picture[end + 1 :]}'
