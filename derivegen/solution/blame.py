"""A pen goes in; the blame map comes out: every parameter drawn as thick as its derivative is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.figure import Bias, Link, Look, NetworkFigure, Unit
from derivegen.formula.tree import Quantity, Value
from derivegen.records import dataclass
from derivegen.solution.columns import columns_of
from derivegen.solution.naming import printed
from derivegen.solution.shown import pairs, placed, shown_of

MOST_UNITS, MOST_COLUMNS = 8, 5
"""Units of a layer and columns of a network that is drawn."""
THICKEST, HAIRLINE = 5.0, 0.4
"""The width of the largest derivative, and the least of any."""
STROKE, GAP = (4.0, 1.2), (2.5, 0.8)
"""The parts of a dashed line: of a hairline, and how much longer for each point of width."""
FAINT = 1 / 40
"""A layer whose largest derivative is less than this part of the largest of all did hardly anything."""


@dataclass(frozen=True)
class _Blame:
    """The derivatives of the loss by the parameters, by name, and the largest of them in size."""

    slopes: Mapping[str, float]
    most: float

    def look(self, name: str) -> Look:
        """How the line of a parameter is drawn: dashed where the derivative is negative."""
        share = abs(self.slopes[name]) / self.most if self.most else 0.0
        width = max(HAIRLINE, THICKEST * share)
        dash = tuple(least + more * width for least, more in (STROKE, GAP))
        return Look(width, dash if self.slopes[name] < 0 else (), "ink" if share else "quiet", head=False)


def blame_picture(pen: Pen) -> Picture | None:
    """The map; None without numbers or layers, and of a network that is too large to be drawn whole."""
    widths = pen.graph.widths
    if not pen.trace.complete or not 0 < len(widths) <= MOST_COLUMNS or max(widths) > MOST_UNITS:
        return None
    slopes = {name: float(pen.trace.number(_slope(pen, name))) for name in pen.graph.parameters}
    blame = _Blame(slopes, max(map(abs, slopes.values()), default=0.0))
    seen = shown_of(pen, {})
    chosen = {name for number in range(1, pen.graph.depth + 1) for name in _largest(pen, blame, number)}
    links = []
    for pair in pairs(pen, seen):
        (_, k), (column, j) = pair
        if column <= pen.graph.depth:
            name = f"w[{column}][{j + 1}][{k + 1}]"
            label = (Value(_slope(pen, name)),) if name in chosen else None
            links.append(Link(*placed(seen, pair), label, look=blame.look(name)))
    first = max(slopes, key=lambda name: abs(slopes[name]))
    signs = {"signs": len({number > 0 for number in slopes.values() if number}), "trained": _is_trained(pen)}
    figure = NetworkFigure(
        pen.words.plain("figure.blame.title"),
        pen.words.plain(
            "figure.blame.description", shape="–".join(map(str, pen.graph.widths)), most=printed(pen, _slope(pen, first)),
            first=_in_words(pen, first), faint=_faint(pen, blame), count=len(slopes),
            negative=sum(number < 0 for number in slopes.values()),
        ),
        columns_of(pen, seen, halves=False),
        tuple(links),
        biases=tuple(_biases(pen, blame)),
    )  # fmt: skip
    caption = pen.say("figure.blame", faint=_faint(pen, blame), loss=Quantity(pen.graph.root), **signs)
    return Picture("blame", figure, caption)


def _slope(pen: Pen, name: str) -> str:
    return pen.trace.derivation.name_of(name)


def _is_trained(pen: Pen) -> bool:
    """Whether there is a step that changes every parameter."""
    training = pen.graph.network.training
    return training.learning_rate is not None and len(pen.graph.trained) == len(pen.graph.parameters)


def _largest(pen: Pen, blame: _Blame, number: int) -> Iterator[str]:
    """The weight of a layer with the largest derivative, and of those of the other sign the one with the largest; of hairlines one."""
    weights = pen.graph.layer(number).weights
    names = [*weights.names()]
    slopes = {name: blame.slopes[name] for name in names if blame.slopes[name]}
    chosen = max(slopes, key=lambda name: abs(slopes[name]), default=None)
    if chosen is None:
        return
    yield chosen
    others = [name for name in slopes if slopes[name] * slopes[chosen] < 0 and abs(slopes[name]) >= FAINT * blame.most]
    yield from sorted(others, key=lambda name: -abs(slopes[name]))[:1]


def _faint(pen: Pen, blame: _Blame) -> list[int]:
    """The layers all of whose weights are hairlines."""
    found = []
    for layer in pen.graph.stack:
        names = [*layer.weights.names()]
        if max((abs(blame.slopes[name]) for name in names), default=0.0) < FAINT * blame.most:
            found.append(layer.number)
    return found


def _biases(pen: Pen, blame: _Blame) -> Iterator[Bias]:
    """Every bias in a box, with lines into its units."""
    for family in pen.graph.families.values():
        if not family.is_parameter or family.kind == "weight":
            continue
        units: list[Unit] = [(family.layer, row) for row in range(pen.graph.layer(family.layer).units)]
        if not family.axes:
            yield Bias(tuple(units), Quantity(family.name), look=blame.look(family.name))
            continue
        for unit in units:
            name = family.member((unit[1] + 1,))
            yield Bias((unit,), Quantity(name), look=blame.look(name))


def _in_words(pen: Pen, name: str) -> str:
    """Which parameter it is, for a listener."""
    located = pen.graph.locate(name)
    assert located is not None
    family, indices = located
    return pen.words.plain(
        "figure.blame.parameter", weight=family.kind == "weight", layer=family.layer, indices=list(map(str, indices))
    )
