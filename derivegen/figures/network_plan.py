"""A NetworkFigure goes in, a Plan comes out: units as nodes in columns, far enough apart for what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from derivegen.figures.extents import extent
from derivegen.figures.figure import Bias, Column, Halves, Link, NetworkFigure, Text, Unit, UnitNote
from derivegen.figures.marks import pieces_extent
from derivegen.figures.plot import Piece
from derivegen.figures.shapes import Box, Circle, Node, Point, bounds
from derivegen.formula.tree import Formula, Partial, Ratio, walk
from derivegen.records import dataclass

PAGE_WIDTH = 460.0
PAGE_HEIGHT = 620.0
LABEL, NODE_LABEL, CAPTION = 9.5, 11.0, 9.0
FACTOR = 8.5
CROWDED = 40
"""Links beyond which they are drawn without heads."""
STEM = 15.0
"""The length of an arrow from a bias or a target."""
SHRUNK = 1.19
"""How many times wider than the page a drawing may be before it is shrunk: its labels have 8.4 points at least, and 7 then."""
BOXED, PAD = 10.0, 4.0
"""The length of an arrow from a bias in a box; the room around what stands in the box."""
CAPSULE, INSIDE = 25.0, 6.0
"""The height of a capsule; the room beside what stands in one of its halves."""
BESIDE = 2.5
"""The room between a unit and what stands above or below it."""


@dataclass(frozen=True)
class Plan:
    """A figure with the places of its units."""

    figure: NetworkFigure
    radius: float
    pitch: float
    units: Mapping[Unit, Node]

    @property
    def too_wide(self) -> bool:
        """Whether its smallest labels could not be read any more when it is shrunk to the page."""
        areas = [bounds(node) for node in self.units.values()]
        return max(area[2] for area in areas) - min(area[0] for area in areas) + 8.0 > SHRUNK * PAGE_WIDTH

    def stands_for_many(self, unit: Unit) -> bool:
        """Whether dots stand in a unit's place."""
        return self.text(unit) is None

    def is_capsule(self, unit: Unit) -> bool:
        """Whether a unit has two halves."""
        return isinstance(self.text(unit), Halves)

    def text(self, unit: Unit) -> Text | Halves | None:
        """What is written in a unit."""
        column, row = unit
        return self.figure.loss if column == len(self.figure.columns) else self.figure.columns[column].labels[row]


def planned(figure: NetworkFigure, spread: float) -> Plan:
    """The units in columns centred on one line."""
    columns = (*figure.columns, *([Column((figure.loss,))] if figure.loss is not None else []))
    texts = [text for column in columns for text in column.labels if text is not None]
    radius = min(18.0, max(14.0, 14.0, *(_circumradius(text) for text in texts if not isinstance(text, Halves))))
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
            units[index, row] = _node((centre, y), half, radius, column)
    return Plan(figure, radius, pitch, units)


def _pitch(figure: NetworkFigure, radius: float, spread: float) -> float:
    """From unit to unit: room for biases above the units and, where they are named, for weights between them."""
    tallest = max(len(c.labels) for c in figure.columns)
    stems = [stem_of(bias) + box_of(bias)[1] for bias in figure.biases if bias.units[0][1] or len(bias.units) > 1]
    stems += [2 * stem for stem in stems if any(len(bias.units) > 1 for bias in figure.biases)]
    labelled = any(link.label is not None for link in figure.links)
    capsules = all(isinstance(text, Halves) for c in figure.columns if len(c.labels) == tallest for text in c.labels)
    high = CAPSULE if capsules else 2 * radius  # circles beside them, in shorter columns, have room enough
    wanted = high + max((14.0 + 8.0 * labelled) * spread, max(stems, default=0.0) + (4.0 + 12.0 * labelled) * spread)
    noted = max(_between(figure), default=0.0)
    return max(
        2 * radius + 8.0, high + 12.0 + noted, min(max(wanted, high + noted + 8.0 * spread), PAGE_HEIGHT / tallest)
    )


def _between(figure: NetworkFigure) -> Iterator[float]:
    """Of every two units one above the other, what their notes need between them."""
    above, below = dict[Unit, float](), dict[Unit, float]()
    for note in figure.notes:
        above[note.unit] = max(above.get(note.unit, 0.0), height_of(note, "above"))
        below[note.unit] = max(below.get(note.unit, 0.0), height_of(note, "below"))
    for column, row in {*below, *((column, row - 1) for column, row in above)}:
        yield below.get((column, row), 0.0) + above.get((column, row + 1), 0.0)


def height_of(note: UnitNote, side: str) -> float:
    """The room that what stands above or below a unit takes."""
    pieces = note.above if side == "above" else note.below
    return pieces_extent(pieces, FACTOR)[1] + BESIDE + 1.5 if pieces else 0.0


def box_of(bias: Bias) -> tuple[float, float]:
    """Width and height of the box of a bias."""
    width, height = extent(bias.label, LABEL)
    return width + 2 * PAD, height + PAD


def _gaps(figure: NetworkFigure, halves: list[float], pitch: float, spread: float) -> list[float]:
    """The free space before every column: for its labels and for slopes that are not too steep, as far as the page
    goes."""
    tallest = [len(c.labels) for c in figure.columns] + [1]
    least = [0.0] + [30.0] * (len(halves) - 1)
    ample = list(least)
    for link in figure.links:
        if link.label is not None:
            least[link.target[0]] = max(least[link.target[0]], label_width(link) + 12.0)
            ample[link.target[0]] = max(ample[link.target[0]], _room_of(figure, link))
    for target in figure.targets:
        least[-1] = max(least[-1], extent(target, LABEL)[0] / 2 - halves[-1] + 8.0)
    boxes = _boxes_half(figure)
    for i in range(1, len(halves)):
        least[i] = max(least[i], boxes.get(i - 1, 0.0) + boxes.get(i, 0.0) + 6.0 - halves[i - 1] - halves[i])
    captions = [extent(column.caption, CAPTION)[0] / 2 for column in figure.columns] + [0.0]
    wanted = [0.0]
    for i in range(1, len(halves)):
        flat = 46.0 if tallest[i - 1] == tallest[i] == 1 or any(note.above for note in figure.notes) else 74.0
        words = captions[i - 1] + captions[i] + 8.0 - halves[i - 1] - halves[i]
        wanted.append(max(least[i], ample[i] * spread, flat * spread, words, 0.26 * pitch * spread * _rise(tallest, i)))
    room = PAGE_WIDTH * 1.15 - 2 * sum(halves)
    excess, spare = sum(wanted) - room, sum(wanted) - sum(least)
    share = min(1.0, max(0.0, excess / spare)) if spare else 0.0
    return [want - (want - low) * share for want, low in zip(wanted, least, strict=True)]


def _boxes_half(figure: NetworkFigure) -> dict[int, float]:
    """Half the width of the widest box of a bias, by column."""
    found: dict[int, float] = {}
    for bias in figure.biases:
        column = bias.units[0][0]
        found[column] = max(found.get(column, 0.0), box_of(bias)[0] / 2)
    return found


def _room_of(figure: NetworkFigure, link: Link) -> float:
    """The room between two columns that the label of a link is to have: more where labels on crossing lines stand side by side."""
    crossing = sum(other.target[0] == link.target[0] and other.label is not None for other in figure.links) > 1
    return (
        label_width(link) * (1.75 if crossing and not isinstance(link.label, tuple) else 1.0) + 26.0 - 16.0 * crossing
    )


def label_width(link: Link) -> float:
    """How wide the label of a link is."""
    pieces: tuple[Piece, ...] = link.label if isinstance(link.label, tuple) else (link.label or "",)
    return pieces_extent(pieces, size_of(link.label or ""))[0]


def size_of(text: Text | tuple[Piece, ...]) -> float:
    """The size of a label: fractions, which are tall, are set a little smaller."""
    return FACTOR if any(isinstance(part, Partial | Ratio) for part in _parts(text)) else LABEL


def _parts(text: Text | tuple[Piece, ...]) -> Iterable[Formula]:
    pieces = text if isinstance(text, tuple) else (text,)
    return (part for piece in pieces if isinstance(piece, Formula) for part in walk(piece))


def _rise(tallest: list[int], index: int) -> float:
    """How many units the steepest link into a column climbs."""
    return (tallest[index - 1] + tallest[index]) / 2 - 1


def _circumradius(text: Text) -> float:
    width, height = extent(text, NODE_LABEL)
    return float((width**2 + height**2) ** 0.5 / 2 + 0.5)


def _half_width(column: Column, radius: float) -> float:
    """Half the width of a column: of its circles, of its boxes where a label does not fit in a circle, or of its capsules."""
    texts = [text for text in column.labels if text is not None]
    halves = [half for text in texts if isinstance(text, Halves) for half in (text.z, text.a)]
    if halves:
        return max(CAPSULE, *(extent(half, NODE_LABEL)[0] + 2 * INSIDE for half in halves))
    circles = [text for text in texts if not isinstance(text, Halves)]
    if all(_circumradius(text) <= radius for text in circles):
        return radius
    return max(extent(text, NODE_LABEL)[0] for text in circles) / 2 + 6.0


def _node(centre: Point, half: float, radius: float, column: Column) -> Node:
    if any(isinstance(text, Halves) for text in column.labels):
        return Box(centre, 2 * half, CAPSULE, "paper", corner=CAPSULE / 2)
    if half == radius:
        return Circle(centre, radius, "paper")
    return Box(centre, 2 * half, 2 * radius * 0.85, "paper")


def stem_of(bias: Bias) -> float:
    """The length of the arrow from a bias's box."""
    return BOXED if bias.factor is None else 1.4 * BOXED
