"""Tables within a text in, with the names of a network; answers out, and the lines they stand in: names above values or beside them,
rows that name a connection, columns old, gradient and new, one row a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.formula.tree import Formula
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.read.answers import TOLD_WORDS, Answer, Cells
from derivegen.marking.read.cells import Cell, Grid, grids, words_above
from derivegen.marking.read.counted import Members, counted, of_unit
from derivegen.network.names import Name, parse
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import (
    AFTER_WORDS,
    ANSWER_WORDS,
    BACKWARD_WORDS,
    BEFORE_WORDS,
    CHANGE_WORDS,
    FROM_WORDS,
    GRADIENT_WORDS,
    NEW_WORDS,
    OLD_WORDS,
    RATE_WORDS,
    STEP_WORDS,
    TO_WORDS,
    VALUE_WORDS,
    alternatives,
    bare,
)
from derivegen.records import replace

OF_NOTHING = "?"
"""What stands in a column of which nothing says whether it is derivatives or new values."""
_ARROW = re.compile(r"(?<=\w)[-–](?=\w)|\s*(?:→|->|⟶|\\to\b|\\rightarrow\b|–>|=>|⇒)\s*")
_CHANGES = CHANGE_WORDS | {"Δ", "delta"}
_VALUES = VALUE_WORDS | ANSWER_WORDS | {"your answer"}
_OF_RUN = re.compile(rf"\d|{alternatives(AFTER_WORDS)}|training|final")


def answers(lines: Sequence[str], names: Names) -> tuple[list[Answer], set[int]]:
    """The answers of all tables of a text, and the lines (from 1) that were read."""
    found, taken = list[Answer](), set[int]()
    for grid in grids(lines):
        some = list(_Read(grid, names, words_above(lines, grid[0][0].line)).answers())
        if some:
            found += some
            taken |= {cell.line for row in grid for cell in row}
    return found, taken


class _Read:
    """Reads one table."""

    def __init__(self, grid: Grid, names: Names, heading: str = "") -> None:
        self.grid, self.names, self.cells, self.heading = _joined(grid), names, Cells(names), heading

    def answers(self) -> Iterator[Answer]:
        """What it says."""
        head, *body = self.grid
        titles = [self.named(cell) or self.connection(cell.bare) for cell in head]
        steps = [cell.bare.lower().strip(".#:") in STEP_WORDS or cell.bare.lower() in ("t", "n", "k") for cell in head]
        columns = [place for place, title in enumerate(titles) if title and not (steps[place] and place == 0)]
        numeric = all(row[place].is_number or row[place].is_blank for row in body for place in columns)
        if body and len(columns) * 2 >= len(head) and numeric and not head[0].is_number:
            yield from self._above(head, body, titles, columns, steps)
            return
        if members := counted(head, body, self.names):
            yield from self._of_members(members, head, body)
            return
        start = 0 if any(cell.is_number for cell in head) or all(cell.is_blank for cell in head[1:]) else 1
        rows = self.grid[start:]
        found = [list(self._beside(row, head if start else None)) for row in rows]
        known = any(found)  # a table none of whose names is known is about something else
        for row, some in zip(rows, found, strict=True):
            yield from some or (self._unnamed(row) if known else self._untitled(row, head) if start else ())

    def _above(
        self,
        head: Sequence[Cell],
        body: Grid,
        titles: Sequence[str | None],
        columns: Sequence[int],
        steps: Sequence[bool],
    ) -> Iterator[Answer]:
        """Names above: one row of values, or one a step."""
        number_of = next((place for place, step in enumerate(steps) if step and place not in columns), None)
        first = self._first(body, titles, columns)
        for number, row in enumerate(body):
            step = number + first
            if number_of is not None and row[number_of].bare.isdigit():
                step = (
                    int(row[number_of].bare) + first - int(body[0][number_of].bare or 0)
                    if body[0][number_of].bare.isdigit()
                    else number
                )
            elif len(body) == 1:
                step = 0
            for place in columns:
                title, cell = self._of_row(titles[place], row[0]), row[place]
                if title and (cell.is_number or cell.is_error):
                    yield self._answer(_after(title, step), head[place].bare, cell)

    def _of_members(self, members: Sequence[Members], head: Sequence[Cell], body: Grid) -> Iterator[Answer]:
        """Numbers in rows that count units."""
        for number, row in enumerate(body):
            for place, cell in enumerate(row[1:], 1):
                readings, title = members[place][number] if members[place] else (), head[place].bare
                if cell.is_number and len(readings) == 1:
                    yield self._answer(readings[0], title, cell)
                elif cell.is_number:
                    problem = "ambiguous-name" if readings else "unknown-name"
                    yield Answer(None, readings, title, cell.bare, None, cell.line, cell.column, problem)

    def _of_row(self, title: str | None, begins: Cell) -> str | None:
        """What a row says of the unit above: net, out, δ."""
        of = of_unit(begins.bare) if title and not begins.is_number and self._is_unit(title) else ""
        return self.names.canonical(str(replace(_parts(title or ""), base=of))) if of else title

    def _first(self, body: Grid, titles: Sequence[str | None], columns: Sequence[int]) -> int:
        """How many updates were made before the first row: none where its parameters are those given."""
        givens, told = self.names.graph.givens, list[bool]()
        for place in columns:
            given, number = givens.get(titles[place] or ""), self._number(body[0][place])
            if given is not None and number is not None and self.names.is_parameter(titles[place] or ""):
                told.append(number.meets(float(given)))
        return int(bool(told) and not any(told) and len(body) > 1)

    def _beside(self, row: Sequence[Cell], head: Sequence[Cell] | None) -> Iterator[Answer]:
        """A name, and behind it its values under what the columns say of them."""
        name = self.connection(row[0].bare) or self.named(row[0]) or self._output(row[0].bare, head or ())
        if not name:
            return
        for place, cell in enumerate(row[1:], 1):
            if not (cell.is_number or cell.is_error):
                continue
            said = (
                self._column(head[place].bare, name) if head is not None else self._untold(name) if place == 1 else None
            )
            if said == OF_NOTHING:
                readings = (self.names.derivative("loss", name), f"{name}'")
                yield Answer(None, readings, row[0].bare, cell.bare, None, cell.line, cell.column, "ambiguous-name")
            elif said:
                yield self._answer(said, row[0].bare, cell)

    def _untold(self, name: str) -> str | None:
        """What a number is that stands beside a name without a title: by the words above, else the name's own."""
        found = self._under_heading(name)
        return name if found == OF_NOTHING else found

    def _unnamed(self, row: Sequence[Cell]) -> Iterator[Answer]:
        """A number beside what names nothing, or may name several things."""
        head, *rest = row
        number = next((cell for cell in rest if cell.is_number), None)
        if number is None or head.is_blank or head.is_number or bare(head.bare) in TOLD_WORDS:
            return
        readings = self.cells.named(head.bare)[1]
        if not self.named(head) and self.connection(head.bare) is None:
            problem = "ambiguous-name" if readings else "unknown-name"
            yield Answer(None, readings, head.bare, number.bare, None, number.line, number.column, problem)

    def _untitled(self, row: Sequence[Cell], head: Sequence[Cell]) -> Iterator[Answer]:
        """A number beside a name, under a title that says nothing of what number it is."""
        place = next((place for place, cell in enumerate(row) if place and cell.is_number), 0)
        if place and self.named(row[0]):
            title, cell = head[place].bare, row[place]
            yield Answer(None, (), title, cell.bare, None, cell.line, cell.column, "unknown-name")

    def _output(self, text: str, head: Sequence[Cell]) -> str | None:
        """The output that o1 is in a table of units, where o may have other meanings besides."""
        match = re.fullmatch(r"(?:o|out|output)[ _]?\{?(\d{1,3})\}?", text, re.I)
        if match is None or not self.names.graph.layered or not any(of_unit(cell.bare) for cell in head):
            return None
        return self.names.canonical(f"{self.names.graph.output.name}[{match[1]}]")

    def _column(self, title: str, name: str) -> str | None:
        """Which number of a quantity stands in a column."""
        word = bare(title)
        parameter = self.names.is_parameter(name)
        if (of := of_unit(title)) and self._is_unit(name):
            return self.names.canonical(str(replace(_parts(name), base=of)))
        if not word or word in map(bare, _VALUES):
            return self._under_heading(name)
        if set(word.split()) & OLD_WORDS or word in BEFORE_WORDS:
            return name
        if set(word.split()) & NEW_WORDS or word in AFTER_WORDS:
            return f"{name}'"
        if set(re.findall(r"\w+", word)) & GRADIENT_WORDS or re.match(r"[∂δd]\w*\s*/\s*[∂δd]", title):
            return self.names.derivative("loss", name) if parameter or "/" not in name else None
        if parameter and any(each in word for each in map(bare, _CHANGES)) and self._one_update:
            return f"D{name}"
        step = re.fullmatch(r"(\w+)\s*(\d{1,5})", word)
        if step is not None and step[1] in STEP_WORDS:
            return _after(name, int(step[2]))
        return None

    def _is_unit(self, name: str) -> bool:
        """Whether a row is about a unit, of which the columns say net, out, δ."""
        return self.names.graph.kind_of(name) in ("activation", "pre-activation")

    def _under_heading(self, name: str) -> str | None:
        """A parameter with a value, in a table none of whose parameters has the number it is given: by the words above it the derivative or
        the new value; without such words it cannot be told."""
        if not self.names.is_parameter(name) or not self._none_is_given:
            return name
        words = set(re.findall(r"\w+", bare(self.heading)))
        if words & GRADIENT_WORDS or words & BACKWARD_WORDS:
            return self.names.derivative("loss", name)
        return f"{name}'" if words & NEW_WORDS else OF_NOTHING

    @cached_property
    def _none_is_given(self) -> bool:
        """Whether two parameters or more stand in the first column, and none beside the number it is given."""
        given = [
            number.meets(float(value))
            for row in self.grid
            if (value := self.names.graph.givens.get(self.named(row[0]) or "")) is not None
            for cell in row[1:]
            if cell.is_number and (number := self._number(cell)) is not None
        ]
        return len(given) > 1 and not any(given)

    @cached_property
    def _one_update(self) -> bool:
        """Whether a change is that of one update, and not of a whole run."""
        titles = " ".join(cell.bare.lower() for cell in self.grid[0])
        return _OF_RUN.search(titles) is None

    def named(self, cell: Cell) -> str | None:
        """The quantity a cell names."""
        text = cell.bare
        if not text or cell.is_number or len(text) > 60:
            return None
        words = re.findall(r"\w+", bare(text))
        rate = len(words) > 1 and words[-1] in RATE_WORDS
        return self.cells.named(words[-1] if rate else text)[0]

    def connection(self, text: str) -> str | None:
        """The weight of h1 → p, the bias of b → h1."""
        ends = _ARROW.split(text)
        if len(ends) != 2:
            return None
        graph = self.names.graph
        start, to = (graph.locate(self.cells.named(end.strip("$ "))[0] or "") for end in ends)
        if to is None or to[0].kind not in ("activation", "pre-activation"):
            return None
        layer, unit = graph.layer(to[0].layer), to[1][0]
        if bare(ends[0].strip("$ ")) in ("bias", "b", "1", "biais", "sesgo", "vies"):
            offset = layer.offset
            return offset.member((unit,)[: len(offset.axes)]) if offset is not None and offset.kind == "bias" else None
        feeding = [layer.below.name, *(one.z.name for one in graph.stack if one.a is layer.below)]
        if start is None or start[0].name not in feeding:
            return None
        return self.names.canonical(layer.weights.member((unit, start[1][0])))

    def _number(self, cell: Cell) -> Shown | None:
        formula = self._formula(cell)
        return None if formula is None else shown(formula)

    def _formula(self, cell: Cell) -> Formula | None:
        return self.cells.answer("loss", cell.bare, True, cell.line, cell.column).formula

    def _answer(self, quantity: str, name: str, cell: Cell) -> Answer:
        formula = self._formula(cell)
        return Answer(
            quantity, (), name, cell.bare, formula, cell.line, cell.column, "" if formula is not None else "unexpected"
        )


def _joined(grid: Grid) -> Grid:
    """A table whose first two columns say from where a connection leads and to where, with both in one."""
    ends = [bare(cell.bare) for cell in grid[0][:2]]
    if len(grid[0]) < 3 or ends[0] not in FROM_WORDS or ends[1] not in TO_WORDS:
        return grid
    return [[replace(row[0], text=f"{row[0].bare} → {row[1].bare}"), *row[2:]] for row in grid]


def _parts(name: str) -> Name:
    parts = parse(name)
    assert parts is not None
    return parts


def _after(name: str, step: int) -> str:
    """A quantity after so many updates."""
    return name if not step or "'" in name or "#" in name else f"{name}#{step}"
