"""A window on a grid: a pen goes in; the cells that a kernel lies on, its weights, the cell that they make, and of a pool the maximum of
each window come out as a picture.

Which family is the grid and which the kernel is read from the links: a place p + u − 1 with a letter of the child and one that a sum runs
over, and a parameter with just those letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.calculus.links import Link
from derivegen.calculus.steps import Term
from derivegen.document.blocks import Picture
from derivegen.document.grids import lettered
from derivegen.document.pen import Pen
from derivegen.figures.grids import CellLine, CellLook, Flow, Grid, GridCell, GridsFigure, Place
from derivegen.formula.places import Affine
from derivegen.formula.tree import Extreme, Formula, Indexed, Quantity, Sum, Value, Wins, walk
from derivegen.network.family import Family, Index
from derivegen.network.names import derivative, parse_derivative
from derivegen.records import dataclass
from derivegen.solution.indexed_forward import functions_of

MOST_ALONG, MOST_ACROSS = 8, 6
"""Cells of a line, and rows or columns of a square grid, that are drawn; of larger ones there is no picture."""


def window_picture(pen: Pen, name: str | None, term: Term | None) -> Picture | None:
    """The picture, the window where the parameter followed is used; None where no kernel slides over anything, or over too much."""
    for links in pen.chain.links.values():
        for link in links:
            kernel = _kernel(pen, link)
            if kernel is not None:
                found = _Window(pen, link, kernel, _used_in(pen, link, name, term))
                return found.picture() if found.fits else None
    return None


def _kernel(pen: Pen, link: Link) -> Family | None:
    """The parameters that are multiplied by the members of a window: those with the window's letters."""
    freed = _slid(link)
    if not 1 <= len(freed) <= 2 or link.factor is None:
        return None
    for part in walk(link.factor):
        if isinstance(part, Indexed) and pen.graph.families[part.base].is_parameter and set(freed) <= set(part.letters):
            return pen.graph.families[part.base]
    return None


def _slid(link: Link) -> list[str]:
    """The letters that run through the window."""
    freed = {each.letter for each in link.freed}
    places = [place for place in link.leaf.places if isinstance(place, Affine) and len(place.terms) > 1]
    return [name for place in places for name in place.letters if name in freed]


def _used_in(pen: Pen, link: Link, name: str | None, term: Term | None) -> str | None:
    """The member of the child that the followed use goes into."""
    pair = parse_derivative(term.factors[-1].name) if term is not None and name is not None else None
    found = pen.graph.locate(pair[0]) if pair is not None else None
    return pair[0] if pair is not None and found is not None and found[0].name == link.child else None


@dataclass(frozen=True)
class _Window:
    """What slides over what, and the member of the child in hand."""

    pen: Pen
    link: Link
    kernel: Family
    hand: str | None

    @property
    def flat(self) -> bool:
        """Whether the grid is a line."""
        return len(_slid(self.link)) == 1

    @cached_property
    def families(self) -> list[Family]:
        """The grid, what the kernel makes of it, what that becomes, and the maxima of that."""
        graph, links = self.pen.graph, self.pen.chain.links
        found = [graph.families[self.link.leaf.base], graph.families[self.link.child]]
        functions = functions_of(self.pen).get(self.link.child, ())
        found += [graph.families[each.child] for each in functions[:1]]
        pools = [each for each in links[found[-1].name] if _is_pool(each)]
        return found + [graph.families[each.child] for each in pools[:1]]

    @cached_property
    def chosen(self) -> str:
        """The member in hand; the middle one if none is."""
        members = [*self.child.names()]
        return self.hand or members[len(members) // 2]

    @property
    def child(self) -> Family:
        """What the kernel makes."""
        return self.families[1]

    @property
    def fits(self) -> bool:
        """Whether all of it can be drawn."""
        sizes = [
            len(each) for family in (*self.families, self.kernel) for each in (self.rows(family), self.rows(family)[0])
        ]
        alone = not self.flat or all(len(self.rows(family)) == 1 for family in self.families)
        return max(sizes) <= (MOST_ALONG if self.flat else MOST_ACROSS) and alone and self.pen.trace.complete

    def rows(self, family: Family) -> list[list[str]]:
        """The members that are drawn, as rows; of several channels and examples those of the member in hand, else of the first."""
        own, every = 1 if self.flat else 2, [axis for axis in family.axes if axis.counts != "example"]
        end = self._example if len(every) < len(family.axes) else ()
        axes = every[len(every) - own :] if len(every) >= own else every
        first = tuple(axis.low for axis in every[: len(every) - len(axes)])
        located = self.pen.graph.locate(self.chosen)
        known = located[1][: len(located[1]) - len(self._example)] if located is not None else ()
        if located is not None and family is not self.families[0] and len(known) - own == len(first):
            first = tuple(int(index) for index in known[: len(first)])
        if not axes:
            return [[family.member((*first, *end))]]
        lines: list[tuple[int, ...]] = [()] if len(axes) == 1 else [(int(row),) for row in axes[0].range()]
        return [[family.member((*first, *line, column, *end)) for column in axes[-1].range()] for line in lines]

    @property
    def _example(self) -> tuple[Index, ...]:
        """The example of the member in hand, where there are several."""
        row = self.pen.graph.row_of(self.chosen)
        return () if row is None else (row,)

    @cached_property
    def window(self) -> list[str]:
        """The members of the grid that the kernel lies on."""
        return list(self._read(self.chosen, self.families[0]))

    def _read(self, name: str, of: Family) -> Iterator[str]:
        """The members of a family that a member is computed from."""
        formula = self.pen.graph[name].formula
        for part in walk(formula) if formula is not None else ():
            found = self.pen.graph.locate(part.name) if isinstance(part, Quantity) else None
            if isinstance(part, Quantity) and found is not None and found[0] is of:
                yield part.name

    @cached_property
    def winners(self) -> set[str]:
        """The members that maxima take."""
        *_, before, last = self.families
        if not self._pooled:
            return set()
        pairs = ((m, a) for row in self.rows(last) for m in row for a in self._read(m, before))
        return {
            a for m, a in pairs if self.pen.trace.known(derivative(m, a)) and self.pen.trace.number(derivative(m, a))
        }

    @property
    def _pooled(self) -> bool:
        last = self.families[-1]
        return any(_is_pool(each) and each.child == last.name for each in self.pen.chain.links[self.families[-2].name])

    def look(self, name: str) -> CellLook:
        """How a cell looks."""
        if name in self.winners:
            return "winner"
        return "chosen" if name in self.window or name == self.chosen else "plain"

    def picture(self) -> Picture:
        """Lines one below the other, or squares side by side."""
        pen, pooled = self.pen, self._pooled
        grid = self.families[0]
        words = {"pooled": pooled, "window": len(self.window)}
        figure = GridsFigure(
            pen.words.plain("figure.window.title"),
            pen.words.plain("figure.window.description", count=len(self.window), pooled=pooled),
            self._grids(),
            tuple(self._lines()) if self.flat else (),
            () if self.flat else tuple(Flow(n, n + 1, label) for n, label in enumerate(self._flows())),
            across=not self.flat,
        )
        caption = pen.say(
            "figure.window",
            kernel=lettered(self.kernel),
            grid=lettered(grid),
            made=Quantity(self.chosen),
            bias=self._bias,
            maxima=lettered(self.families[-1]) if pooled else None,
            **words,
        )
        return Picture("window", figure, caption)

    @property
    def _bias(self) -> Quantity | None:
        """What is added to the sum of the products, if something is."""
        formula = self.pen.graph[self.chosen].formula
        terms = formula.terms if isinstance(formula, Sum) else ()
        return next((each for each in terms if isinstance(each, Quantity)), None)

    def _flows(self) -> list[Formula | str]:
        return [""] * len(self.families)

    @cached_property
    def _order(self) -> list[Family]:
        """The grid, the kernel, the others."""
        return [self.families[0], self.kernel, *self.families[1:]]

    def _grids(self) -> tuple[Grid, ...]:
        return tuple(self._grid(family) for family in self._order)

    def _grid(self, family: Family) -> Grid:
        rows = self.rows(family)
        cells = tuple(tuple(GridCell(self._content(name), self.look(name)) for name in row) for row in rows)
        return Grid(lettered(family), cells, centres=self._centres(family, rows[0]) if self.flat else ())

    def _content(self, name: str) -> Formula:
        return self.pen.stated(name) if self.flat else Value(name)

    def _centres(self, family: Family, row: Sequence[str]) -> tuple[float, ...]:
        """Where the cells of a line stand: each in the middle of what it is made of, the kernel below its window."""
        if family is self.families[0]:
            return tuple(float(n) for n in range(len(row)))
        if family is self.kernel:
            below = sorted(self._at[name] for name in self.window if name in self._at)
            start = below[0] if below else 0.0
            return tuple(start + n for n in range(len(row)))
        return tuple(self._at[name] for name in row)

    @cached_property
    def _at(self) -> dict[str, float]:
        found = {name: float(n) for n, name in enumerate(self.rows(self.families[0])[0])}
        for before, family in zip(self.families, self.families[1:], strict=False):
            for name in self.rows(family)[0]:
                under = [found[each] for each in self._read(name, before) if each in found]
                found[name] = sum(under) / len(under) if under else 0.0
        return found

    def _lines(self) -> Iterator[CellLine]:
        """From the window through the kernel to what it makes; from there on from cell to cell."""
        places = {
            name: (n, 0, c) for n, family in enumerate(self._order) for c, name in enumerate(self.rows(family)[0])
        }
        weights = self.rows(self.kernel)[0]
        for name in self.window:
            weight = next((w for w in weights if self._multiplied(name, w)), None)
            if weight is not None and name in places:
                yield CellLine(places[name], places[weight], strong=True)
        yield from (CellLine(places[weight], places[self.chosen], strong=True) for weight in weights)
        for before, family in zip(self.families[1:], self.families[2:], strict=False):
            yield from self._onwards(before, family, places)

    def _multiplied(self, name: str, weight: str) -> bool:
        local = self.pen.chain.local(self.chosen, name)
        return local is not None and any(part == Quantity(weight) for part in walk(local.reading))

    def _onwards(self, before: Family, family: Family, places: dict[str, Place]) -> Iterator[CellLine]:
        pooled = self._pooled and family is self.families[-1]
        for name in self.rows(family)[0]:
            for each in self._read(name, before):
                if each in places:
                    strong = each in self.winners if pooled else each == self.chosen
                    yield CellLine(places[each], places[name], strong=strong, dashed=pooled and not strong)


def _is_pool(link: Link) -> bool:
    """Whether the child is the greatest of a window."""
    pooled = isinstance(link.equation.formula, Extreme)
    return pooled and link.factor is not None and any(isinstance(part, Wins) for part in walk(link.factor))
