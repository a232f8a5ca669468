"""A NetworkFigure goes in, a Plan comes out: units as nodes in columns, far enough apart for what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from derivegen.figures.figure import Bias, Column, NetworkFigure, Text, Unit
from derivegen.figures.shapes import Box, Circle, Node, Point, extent
from derivegen.formula.tree import Formula, Partial, Ratio, walk

PAGE_WIDTH = 460.0
PAGE_HEIGHT = 620.0
LABEL, NODE_LABEL, CAPTION, BADGE = 9.5, 11.0, 9.0, 8.5
FACTOR = 8.5
CROWDED = 40
"""Links beyond which they are drawn without heads."""
STEM = 15.0
"""The length of an arrow from a bias or a target."""


@dataclass(frozen=True)
class Plan:
    """A figure with the places of its units."""

    figure: NetworkFigure
    radius: float
    pitch: float
    units: Mapping[Unit, Node]

    @cached_property
    def routed(self) -> bool:
        """Whether there is a route: everything else is then pale."""
        return bool(self.routes)

    @cached_property
    def routes(self) -> tuple[int, ...]:
        """The numbers of the routes."""
        links, biases = self.figure.links, self.figure.biases
        found = (*(link.routes for link in links), *(bias.routes for bias in biases))
        return tuple(sorted(set(chain.from_iterable(found))))

    @cached_property
    def on_route(self) -> frozenset[Unit]:
        """The units that a route passes."""
        ends = chain.from_iterable((link.source, link.target) for link in self.figure.links if link.routes)
        biased = chain.from_iterable(bias.units for bias in self.figure.biases if bias.routes)
        return frozenset((*ends, *biased))

    @cached_property
    def thick(self) -> float:
        """The width of a route: less where very many links are part of one."""
        return 1.7 if sum(bool(link.routes) for link in self.figure.links) <= CROWDED else 0.9

    def stands_for_many(self, unit: Unit) -> bool:
        """Whether dots stand in a unit's place."""
        return self.text(unit) is None

    def text(self, unit: Unit) -> Text | None:
        """What is written in a unit."""
        column, row = unit
        return self.figure.loss if column == len(self.figure.columns) else self.figure.columns[column].labels[row]


def planned(figure: NetworkFigure, spread: float) -> Plan:
    """The units in columns centred on one line."""
    columns = (*figure.columns, *([Column((figure.loss,))] if figure.loss is not None else []))
    texts = [text for column in columns for text in column.labels if text is not None]
    radius = min(18.0, max(14.0, *map(_circumradius, texts)))
    pitch = _pitch(figure, radius, spread)
    halves = [_half_width(column, radius) for column in columns]
    units: dict[Unit, Node] = {}
    right = 0.0
    for index, (column, half, gap) in enumerate(
        zip(columns, halves, _gaps(figure, halves, pitch, spread), strict=True)
    ):
        centre = right + gap + half
        right = centre + half
        for row in range(len(column.labels)):
            y = pitch * (row - (len(column.labels) - 1) / 2)
            units[index, row] = _node((centre, y), half, radius, _fill(figure, index))
    return Plan(figure, radius, pitch, units)


def _pitch(figure: NetworkFigure, radius: float, spread: float) -> float:
    """From unit to unit: room for biases above the units and, where they are named, for weights between them."""
    tallest = max(len(c.labels) for c in figure.columns)
    stems = [
        stem_of(bias) + extent(bias.label, LABEL)[1] for bias in figure.biases if bias.units[0][1] and not bias.routes
    ]
    labelled = any(link.label is not None for link in figure.links) or bool(figure.remarks)
    wanted = 2 * radius + max(
        (14.0 + 8.0 * labelled) * spread, max(stems, default=0.0) + (4.0 + 12.0 * labelled) * spread
    )
    return max(2 * radius + 12.0, min(wanted, PAGE_HEIGHT / tallest))


def _gaps(figure: NetworkFigure, halves: list[float], pitch: float, spread: float) -> list[float]:
    """The free space before every column: for its labels and for slopes that are not too steep, as far as the page
    goes."""
    tallest = [len(c.labels) for c in figure.columns] + [1]
    least = [0.0] + [30.0] * (len(halves) - 1)
    for link in figure.links:
        if link.label is not None:
            least[link.target[0]] = max(least[link.target[0]], extent(link.label, size_of(link.label))[0] + 12.0)
    for target in figure.targets:
        least[-1] = max(least[-1], extent(target, LABEL)[0] / 2 - halves[-1] + 8.0)
    captions = [extent(column.caption, CAPTION)[0] / 2 for column in figure.columns] + [0.0]
    wanted = [0.0]
    for i in range(1, len(halves)):
        flat = 46.0 if tallest[i - 1] == tallest[i] == 1 else 74.0
        words = captions[i - 1] + captions[i] + 8.0 - halves[i - 1] - halves[i]
        wanted.append(max(least[i], flat * spread, words, 0.26 * pitch * spread * _rise(tallest, i)))
    room = PAGE_WIDTH * 1.15 - 2 * sum(halves)
    excess, spare = sum(wanted) - room, sum(wanted) - sum(least)
    share = min(1.0, max(0.0, excess / spare)) if spare else 0.0
    return [want - (want - low) * share for want, low in zip(wanted, least, strict=True)]


def size_of(text: Text) -> float:
    """The size of a label: fractions, which are tall, are set a little smaller."""
    return FACTOR if any(isinstance(part, Partial | Ratio) for part in _parts(text)) else LABEL


def _parts(text: Text) -> Iterable[Formula]:
    return () if isinstance(text, str) else walk(text)


def _rise(tallest: list[int], index: int) -> float:
    """How many units the steepest link into a column climbs."""
    return (tallest[index - 1] + tallest[index]) / 2 - 1


def _circumradius(text: Text) -> float:
    width, height = extent(text, NODE_LABEL)
    return float((width**2 + height**2) ** 0.5 / 2 + 0.5)


def _half_width(column: Column, radius: float) -> float:
    """Half the width of a column: of its circles, or of its boxes where a label does not fit in a circle."""
    texts = [text for text in column.labels if text is not None]
    if all(_circumradius(text) <= radius for text in texts):
        return radius
    return max(extent(text, NODE_LABEL)[0] for text in texts) / 2 + 6.0


def _fill(figure: NetworkFigure, column: int) -> str:
    if column == len(figure.columns):
        return "paper"
    if column == 0:
        return "input"
    return "output" if column == len(figure.columns) - 1 else "hidden"


def _node(centre: Point, half: float, radius: float, fill: str) -> Node:
    if half == radius:
        return Circle(centre, radius, fill)
    return Box(centre, 2 * half, 2 * radius * 0.85, fill)


def stem_of(bias: Bias) -> float:
    """The length of a bias's arrow: on a route its factor stands beside it."""
    return max(STEM + 4.0 * bool(bias.routes), extent(bias.factor, FACTOR)[1] + 5.0 if bias.factor is not None else 0.0)
