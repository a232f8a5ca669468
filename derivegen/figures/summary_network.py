"""The network of a summary: its cards column by column, what is weighed on its links or listed beside its cards, the way to the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivegen.figures.extents import extent
from derivegen.figures.marks import mark_shapes, pieces_extent, pieces_shapes
from derivegen.figures.plot import Mark
from derivegen.figures.shapes import Arrow, Box, Circle, Label, Point, Shape
from derivegen.figures.summary import ON_LINKS, Card, Line, SummaryFigure, Weighed
from derivegen.records import dataclass

HEAD, TITLE, NAME, TEXT, SMALL = 15.0, 9.5, 7.6, 8.6, 7.8
"""Sizes: of the head, of a box's title, of a unit's name, of what stands in it, of all else."""
STEP, PAD = 4.2, 6.0
"""The room between lines; around what stands in a box."""
BETWEEN = 14.0
"""The least room between two cards of a column."""
CIRCLE = 44.0
"""The least width of an input."""
FARTHEST = 130.0
"""The most room between two cards of a column."""
GAP = 34.0
"""The least room between two columns, where arrows run."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A layer: how wide its cards are, and the lists before them."""

    cards: tuple[Card, ...]
    card: float
    listed: float
    heights: tuple[float, ...]


# -- the network ---------------------------------------------------------------------------------------------


def network_of(figure: SummaryFigure, height: float) -> Iterator[Shape]:
    columns = [_column(figure, number) for number in range(len(figure.cards))]
    loss = max(26.0, *(pieces_extent(line, TEXT)[0] / 2 + PAD for line in figure.loss))
    widths = [column.card + column.listed for column in columns] + [2 * loss]
    least = [_gap(figure, number) for number in range(1, len(columns))]
    least.append(max(GAP, *(pieces_extent(line, SMALL)[0] + 26.0 for line in figure.losses)) if figure.losses else GAP)
    spare = max(0.0, figure.width - sum(widths) - sum(least)) / len(least)
    x = 0.0
    places: list[list[Point]] = []
    for number, column in enumerate(columns):
        x += column.listed + column.card / 2
        places.append([(x, y) for y in _heights(columns, column, height)])
        x += column.card / 2 + (least[number] + spare)
    end = (x + loss, 0.0)
    yield from _links(figure, columns, places)
    yield from _to_loss(figure, columns[-1], places[-1], end, loss)
    for number, (column, spots) in enumerate(zip(columns, places, strict=True)):
        for card, spot in zip(column.cards, spots, strict=True):
            yield from _input(card, spot, column.card) if number == 0 else card_shapes(card, spot, column.card)
            if number < len(columns) - 1:  # what weights are multiplied by
                yield from mark_shapes(Mark(3), _corner(card, spot, column.card, number == 0))
        shared = figure.shared[number]
        if shared is not None:
            yield from _shared(shared, spots, column)


def _column(figure: SummaryFigure, number: int) -> _Column:
    cards = figure.cards[number]
    lines = [line for card in cards for line in (*card.forward, *card.backward)]
    width = (
        max(*(pieces_extent(line, TEXT)[0] for line in lines), *(extent(card.name, NAME)[0] for card in cards))
        + 2 * PAD
    )
    if not number:
        width = max(CIRCLE, width + PAD)
    listed = 0.0
    if number and not _on_links(figure, number):
        listed = max(_listed_width(card) for card in cards) + 8.0
    heights = tuple(max(height_of(card) if number else width, _list_height(card) if listed else 0.0) for card in cards)
    return _Column(cards, width, listed, heights)


def _on_links(figure: SummaryFigure, number: int) -> bool:
    """Whether the weights into a layer stand on their links."""
    return number > 0 and max(len(figure.cards[number - 1]), len(figure.cards[number])) <= ON_LINKS


def height_of(card: Card) -> float:
    """How tall a card is."""
    return _part(card.forward) + NAME + STEP + _part(card.backward) + 2 * PAD


def _part(lines: Sequence[Line]) -> float:
    return sum(pieces_extent(line, TEXT)[1] + STEP for line in lines)


def _entering(card: Card) -> list[Weighed]:
    return [each for each in card.entering if each.source]


def _listed_width(card: Card) -> float:
    """How wide the list of what enters a unit is."""
    return max((_row_width(each) for each in card.entering), default=0.0) + 2 * PAD


def _row_width(each: Weighed) -> float:
    return pieces_extent(each.told, SMALL)[0] + pieces_extent(each.slope, SMALL)[0] + 8.0


def _list_height(card: Card) -> float:
    return sum(_row_height(each) for each in card.entering) + 2 * 3.0


def _row_height(each: Weighed) -> float:
    return max(pieces_extent(each.told, SMALL)[1], pieces_extent(each.slope, SMALL)[1]) + 2.6


def _gap(figure: SummaryFigure, number: int) -> float:
    """The least room before a column."""
    if not _on_links(figure, number):
        return GAP
    widest = max((_tag_size(each)[0] for card in figure.cards[number] for each in _entering(card)), default=0.0)
    several = max(len(figure.cards[number - 1]), len(figure.cards[number])) > 1
    return widest * (1.25 if several else 1.0) + GAP - 8.0


def _heights(columns: Sequence[_Column], column: _Column, height: float) -> list[float]:
    """Where the middles of the cards lie, around 0; the same for all columns of so many cards, so that their links are level."""
    count = len(column.cards)
    tallest = max(max(other.heights) for other in columns if len(other.cards) == count)
    spread = (height - tallest) / (count - 1) if count > 1 else 0.0
    pitch = max(tallest + BETWEEN, min(spread, tallest + FARTHEST))
    return [pitch * (row - (count - 1) / 2) for row in range(count)]


def _input(card: Card, spot: Point, width: float) -> Iterator[Shape]:
    """A circle with its name and number."""
    yield Circle(spot, width / 2, "paper", "ink", 0.9)
    tall = _part(card.forward) - STEP
    y = spot[1] - tall / 2
    for line in card.forward:
        high = pieces_extent(line, TEXT)[1]
        yield from pieces_shapes(line, (spot[0], y + high / 2), TEXT)
        y += high + STEP


def card_shapes(card: Card, spot: Point, width: float) -> Iterator[Shape]:
    """A box, above what comes on the way forward, below what comes back."""
    tall = height_of(card)
    x, top = spot[0], spot[1] - tall / 2
    low = _part(card.backward) + PAD
    yield Box(spot, width, tall, "paper", "ink", 1.0, corner=6.0)
    if card.backward:
        yield Box((x, top + tall - low / 2), width - 1.2, low - 1.2, "tint", "tint", 0.0, corner=5.0)
        yield Arrow(((x - width / 2, top + tall - low), (x + width / 2, top + tall - low)), "ink", 0.8, head=0.0)
    y = top + PAD + NAME / 2
    yield Label((x, y), card.name, NAME, "line")
    y += NAME / 2
    for line in (*card.forward, *card.backward):
        if card.backward and line is card.backward[0]:
            y = top + tall - low - STEP / 2
        high = pieces_extent(line, TEXT)[1]
        y += STEP + high / 2
        yield from pieces_shapes(line, (x, y), TEXT)
        y += high / 2


def _corner(card: Card, spot: Point, width: float, is_round: bool) -> Point:
    """The upper right corner of a card, inside, or of an input, outside."""
    if is_round:
        return spot[0] + 0.42 * width, spot[1] - 0.42 * width
    return spot[0] + width / 2 - 10.0, spot[1] - height_of(card) / 2 + 10.0


def _shared(each: Weighed, spots: Sequence[Point], column: _Column) -> Iterator[Shape]:
    """The box of a bias that a layer shares, between its first two units, or above the only one."""
    _, height = _tag_size(each)
    x = spots[0][0]
    if len(spots) == 1:
        edge = spots[0][1] - height_of(column.cards[0]) / 2
        y = edge - 16.0 - height / 2
        yield Arrow(((x, y + height / 2), (x, edge)), "line", 0.7, head=5.0)
    else:
        ends = [spots[0][1] + height_of(column.cards[0]) / 2, spots[1][1] - height_of(column.cards[1]) / 2]
        y = sum(ends) / 2
        yield Arrow(((x, y - height / 2), (x, ends[0])), "line", 0.7, head=5.0)
        yield Arrow(((x, y + height / 2), (x, ends[1])), "line", 0.7, head=5.0)
        for (before, card), (after, other) in pairwise(list(zip(spots[1:], column.cards[1:], strict=True))):
            start, end = before[1] + height_of(card) / 2, after[1] - height_of(other) / 2
            yield Arrow(((x, start), (x, end)), "line", 0.7, head=5.0)
    yield from _tag(each, (x, y))


def _links(figure: SummaryFigure, columns: Sequence[_Column], places: Sequence[Sequence[Point]]) -> Iterator[Shape]:
    """Arrows from unit to unit; on them, or in lists at their ends, the weights."""
    tags: list[Shape] = []
    for number in range(1, len(columns)):
        before, own = columns[number - 1], columns[number]
        for card, spot in zip(own.cards, places[number], strict=True):
            enter = (spot[0] - own.card / 2 - (own.listed - 4.0 if own.listed else 0.0), spot[1])
            for each in _entering(card):
                source = places[number - 1][each.source - 1]
                leave = (source[0] + before.card / 2, source[1])
                yield Arrow((leave, enter), "line", 0.6, head=5.5)
                if not own.listed:
                    least = (_tag_size(each)[0] / 2 + 8.0) / (enter[0] - leave[0])
                    share = 0.5 if abs(leave[1] - enter[1]) < 1.0 else max(0.28, least)
                    tags += _tag(
                        each, (leave[0] + share * (enter[0] - leave[0]), leave[1] + share * (enter[1] - leave[1]))
                    )
            if own.listed:
                yield from _list(card, (spot[0] - own.card / 2, spot[1]), own.listed - 4.0)
    yield from tags


def _list(card: Card, right: Point, width: float) -> Iterator[Shape]:
    """What enters a unit, a line each, in a box that ends at a point of its card."""
    height = _list_height(card)
    x, y = right[0] - width, right[1] - height / 2
    yield Box((x + width / 2 - 2.0, right[1]), width - 4.0, height, "paper", "quiet", 0.6, corner=3.0)
    y += 3.0
    for each in card.entering:
        tall = _row_height(each)
        told, slope = pieces_extent(each.told, SMALL)[0], pieces_extent(each.slope, SMALL)[0]
        yield from pieces_shapes(each.told, (x + PAD - 2.0 + told / 2, y + tall / 2), SMALL)
        yield from pieces_shapes(each.slope, (x + width - PAD - 2.0 - slope / 2, y + tall / 2), SMALL)
        y += tall


def _tag_size(each: Weighed) -> tuple[float, float]:
    (wide, high), (other, low) = pieces_extent(each.told, SMALL), pieces_extent(each.slope, SMALL)
    return max(wide, other) + 2 * 4.0, high + low + STEP + 4.0


def _tag(each: Weighed, centre: Point) -> list[Shape]:
    """A parameter in a box: what it becomes, below that its derivative."""
    width, height = _tag_size(each)
    high, low = pieces_extent(each.told, SMALL)[1], pieces_extent(each.slope, SMALL)[1]
    top = centre[1] - height / 2 + 2.0
    return [
        Box(centre, width, height, "paper", "quiet", 0.6, corner=3.0),
        *pieces_shapes(each.told, (centre[0], top + high / 2), SMALL),
        *pieces_shapes(each.slope, (centre[0], top + high + STEP + low / 2), SMALL),
    ]


def _to_loss(
    figure: SummaryFigure, column: _Column, places: Sequence[Point], end: Point, radius: float
) -> Iterator[Shape]:
    """The loss, and arrows into it with what each output adds."""
    for number, (x, y) in enumerate(places):
        start = (x + column.card / 2, y)
        yield Arrow((start, (end[0] - radius, end[1])), "line", 0.6, head=5.5)
        if number < len(figure.losses):
            middle = (start[0] + (end[0] - radius - start[0]) * 0.45, start[1] + (end[1] - start[1]) * 0.45)
            width, height = pieces_extent(figure.losses[number], SMALL)
            yield Box(middle, width + 4.0, height + 3.0, "paper", "paper", 0.0, corner=2.0)
            yield from pieces_shapes(figure.losses[number], middle, SMALL)
    yield Circle(end, radius, "paper", "ink", 1.0)
    tall = _part(figure.loss) - STEP
    at = end[1] - tall / 2
    for line in figure.loss:
        high = pieces_extent(line, TEXT)[1]
        yield from pieces_shapes(line, (end[0], at + high / 2), TEXT)
        at += high + STEP
