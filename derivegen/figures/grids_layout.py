"""A GridsFigure goes in, a Drawing comes out: cells side by side, grids one below the other with lines from cell to cell, or from left to
right with arrows between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.figures.extents import extent
from derivegen.figures.grids import CellLine, CellLook, Grid, GridCell, GridsFigure, Place
from derivegen.figures.shapes import Arrow, Box, Drawing, Label, Point, Shape
from derivegen.records import dataclass

SIZE, HEAD, NAME = 9.0, 8.5, 10.0
HIGH, LEAST, AROUND = 20.0, 30.0, 12.0
"""The height of a cell, the least width of one, and the room in it beside what it holds."""
BELOW, ASIDE, WORDS = 26.0, 46.0, 10.0
"""Room between grids one below the other, side by side, and beside the words over an arrow."""
FILLS: Mapping[CellLook, tuple[str, str, float]] = {
    "plain": ("paper", "line", 0.7),
    "chosen": ("tint", "ink", 1.6),
    "winner": ("hidden", "ink", 1.6),
    "faded": ("paper", "pale", 0.6),
    "gone": ("paper", "pale", 0.4),
}
"""By look: the filling, the outline, its width."""


def lay_out_grids(figure: GridsFigure) -> Drawing:
    """The drawing, before it is fitted to the page."""
    width = max(_width(cell) for grid in figure.grids for row in grid.rows for cell in row)
    placed = list(_across(figure, width) if figure.across else _down(figure, width))
    shapes = [shape for each in placed for shape in each.shapes()]
    lines = sorted((_line(line, placed) for line in figure.lines), key=lambda arrow: arrow.role == "ink")
    return Drawing(0.0, 0.0, (*lines, *_flows(figure, placed), *shapes))


def _width(cell: GridCell) -> float:
    return LEAST if cell.content is None else max(LEAST, extent(cell.content, SIZE)[0] + AROUND)


@dataclass(frozen=True)
class _Placed:
    """A grid with the middle of its first cell and the width of all cells."""

    grid: Grid
    at: Point
    width: float
    named_left: bool

    def centre(self, row: int, column: int) -> Point:
        """The middle of a cell."""
        along = self.grid.centres[column] if self.grid.centres else float(column)
        return self.at[0] + along * self.width, self.at[1] + row * HIGH

    @property
    def ends(self) -> tuple[float, float]:
        """The left and the right edge."""
        count = len(self.grid.rows[0])
        return self.centre(0, 0)[0] - self.width / 2, self.centre(0, count - 1)[0] + self.width / 2

    @property
    def middle(self) -> float:
        """Half its height."""
        return self.at[1] + (len(self.grid.rows) - 1) * HIGH / 2

    def shapes(self) -> Iterator[Shape]:
        """Cells, heads and the name; cells with a strong outline last, so that no neighbour covers it."""
        cells = [
            (FILLS[cell.look], self.centre(r, c), cell)
            for r, row in enumerate(self.grid.rows)
            for c, cell in enumerate(row)
        ]
        for (fill, line, stroke), centre, _ in sorted(cells, key=lambda each: each[0][2]):
            yield Box(centre, self.width, HIGH, fill, line, stroke, corner=0.0)
        for _, centre, cell in cells:
            if cell.content is not None:
                yield Label(centre, cell.content, SIZE, "quiet" if cell.look == "faded" else "ink")
        left, right = self.ends
        yield from self._heads(left)
        wide, tall = extent(self.grid.name, NAME)
        if self.named_left:
            yield Label((left - 10.0 - wide / 2, self.middle), self.grid.name, NAME)
        else:
            above = self.at[1] - HIGH / 2 - (14.0 if self.grid.heads else 0.0)
            yield Label(((left + right) / 2, above - 6.0 - tall / 2), self.grid.name, NAME)

    def _heads(self, left: float) -> Iterator[Label]:
        for column, head in enumerate(self.grid.heads):
            x, y = self.centre(0, column)
            yield Label((x, y - HIGH / 2 - 8.0), head, HEAD, "line")
        for row, head in enumerate(self.grid.lefts):
            yield Label((left - 6.0 - extent(head, HEAD)[0] / 2, self.centre(row, 0)[1]), head, HEAD, "line")


def _down(figure: GridsFigure, width: float) -> Iterator[_Placed]:
    y = 0.0
    for grid in figure.grids:
        yield _Placed(grid, (0.0, y), width, named_left=True)
        y += len(grid.rows) * HIGH + BELOW


def _across(figure: GridsFigure, width: float) -> Iterator[_Placed]:
    x = 0.0
    tallest = max(len(grid.rows) for grid in figure.grids)
    for number, grid in enumerate(figure.grids):
        x += max((extent(left, HEAD)[0] + 8.0 for left in grid.lefts), default=0.0)
        yield _Placed(grid, (x + width / 2, (tallest - len(grid.rows)) * HIGH / 2), width, named_left=False)
        words = max((extent(f.label, HEAD)[0] for f in figure.flows if f.source == number and f.label), default=0.0)
        x += len(grid.rows[0]) * width + max(ASIDE, words + 2 * WORDS)


def _line(line: CellLine, placed: list[_Placed]) -> Arrow:
    (x0, y0), (x1, y1) = _point(line.source, placed), _point(line.target, placed)
    dash = (3.0, 2.5) if line.dashed else ()
    role, stroke = ("ink", 1.5) if line.strong else ("pale", 0.7)
    return Arrow(((x0, y0 + HIGH / 2), (x1, y1 - HIGH / 2)), role, stroke, dash, 4.5 if line.strong else 0.0)


def _point(place: Place, placed: list[_Placed]) -> Point:
    return placed[place[0]].centre(*place[1:])


def _flows(figure: GridsFigure, placed: list[_Placed]) -> Iterator[Shape]:
    for flow in figure.flows:
        source, target = placed[flow.source], placed[flow.target]
        before = max((extent(left, HEAD)[0] + 12.0 for left in target.grid.lefts), default=6.0)
        start, end = source.ends[1] + 6.0, target.ends[0] - before
        yield Arrow(((start, source.middle), (end, source.middle)), "line", 1.0)
        if flow.label:
            tall = extent(flow.label, HEAD)[1]
            yield Label(((start + end) / 2, source.middle - 4.0 - tall / 2), flow.label, HEAD, "line")
