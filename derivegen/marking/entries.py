"""A chain about arrays in; one chain out for each entry, and the sides that do not fit. Of several examples an array has a column for each,
or, as programs have it, a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from derivegen.calculus.matrix import Shape, WrongShapes, has_arrays
from derivegen.formula.tree import (
    Array,
    Bracket,
    Formula,
    Hadamard,
    Matrix,
    Product,
    Quantity,
    Sum,
    Transpose,
    product,
    transform,
    walk,
)
from derivegen.marking.findings import Place
from derivegen.marking.judge.chain import Row
from derivegen.marking.judge.shown import shown
from derivegen.marking.judge.task import Task
from derivegen.marking.read.statement import Side
from derivegen.network.names import is_delta, parse_derivative
from derivegen.records import dataclass, replace

OF_ROWS = ("input", "target", "pre-activation", "activation")
"""The kinds of what each row has of its own."""
Fitting = list[tuple[Side, Formula | None]]


@dataclass(frozen=True)
class EntryRows:
    """The entries of the arrays of one network."""

    task: Task

    def rows(self, quantity: str | None, sides: tuple[Side, ...], place: Place) -> Iterator[Row | Side]:
        """The chain, or of arrays one for each entry; the sides that cannot be such an array. Raises WrongShapes, IndexError."""
        sides = _one_for_all(sides)
        formulas = [side.formula for side in sides]
        if not any(formula is not None and has_arrays(formula) for formula in formulas) and not isinstance(
            formulas[0], Array
        ):
            yield Row(quantity, sides, place)
            return
        if isinstance(formulas[0], Quantity) and quantity == formulas[0].name:
            yield from self._of_one(quantity, sides, place)
            return
        left = Array(quantity) if quantity is not None else sides[0].formula
        if isinstance(left, Array) and self._has_rows(left.name):
            yield from self._of_examples(left.name, sides, place)
            return
        if left is None:
            raise WrongShapes("no array")
        shape = self.task.arrays.shape(left) or (1, 1)
        first = self._first(left.name, shape, sides) if isinstance(left, Array) else 1
        fitting: Fitting = [(sides[0], left)]
        for side in sides[1:]:
            formula = None if side.formula is None else self._fitting(self._over_examples(side.formula), shape, first)
            if formula is None and side.formula is not None:
                yield side
            else:
                fitting.append((side, formula))
        if len(fitting) > 1:
            yield from self._each(left, fitting, shape, first, place)

    def _of_one(self, quantity: str, sides: tuple[Side, ...], place: Place) -> Iterator[Row | Side]:
        """z2 = W2 @ a1 + b2 = 0.24: a single number beside products of arrays that come to one."""
        fitting = [sides[0]]
        for side in sides[1:]:
            if side.formula is None or not has_arrays(side.formula):
                fitting.append(side)
            elif (formula := self._fitting(side.formula, (1, 1))) is not None:
                fitting.append(replace(side, formula=self.task.arrays.entry(formula, 1, 1)))
            else:
                yield side
        if len(fitting) > 1:
            yield Row(quantity, tuple(fitting), place)

    def _each(self, left: Formula | None, fitting: Fitting, shape: Shape, first: int, place: Place) -> Iterator[Row]:
        arrays = self.task.arrays
        for row in range(first, shape[0] + 1):
            for column in range(1, shape[1] + 1):
                entries = [None if each is None else arrays.entry(each, row, column) for _, each in fitting]
                name = entries[0].name if isinstance(entries[0], Quantity) else None
                if name is not None or not isinstance(left, Array):
                    own = (replace(side, formula=entry) for (side, _), entry in zip(fitting, entries, strict=True))
                    yield Row(name, tuple(own), place)

    def _fitting(self, formula: Formula, shape: Shape, first: int = 1) -> Formula | None:
        """The side, as it is read to have the shape that it should have; None where it has another in every reading."""
        filled = _filled(formula, shape, first)
        for read in (*_readings(filled, shape), self._standing(filled, shape), None):
            try:
                each = transform(filled, self._from_left) if read is None else read
                if self.task.arrays.shape(each) in (shape, None):
                    return each
            except (WrongShapes, IndexError):
                continue
        return None

    def _from_left(self, part: Formula) -> Formula | None:
        """A product of arrays taken from the left, as programs do: W.T @ delta * a * (1 - a) multiplies matrices where they fit, then
        entries."""
        arrays = [factor for factor in part.factors if has_arrays(factor)] if isinstance(part, Product) else []
        if not isinstance(part, Product) or len(arrays) < 3:
            return None
        found, shape = arrays[0], self.task.arrays.shape
        for factor in arrays[1:]:
            alike = shape(found) == shape(factor) and (shape(found) or (1, 1))[1] == 1
            found = Hadamard((found, factor)) if alike else Product((found, factor))
        return product(*(factor for factor in part.factors if not has_arrays(factor)), found)

    def _standing(self, formula: Formula, shape: Shape) -> Formula:
        """The side entry by entry, the weights of a single unit as the vector of a program, which neither lies nor stands."""

        def change(part: Formula) -> Formula | None:
            lies = isinstance(part, Array) and self.task.arrays.size(part.name)[0] == 1
            return Transpose(part) if lies else None

        standing = transform(transform(formula, _by_entries), change)
        return Transpose(standing) if shape[0] == 1 else standing

    def _over_examples(self, formula: Formula) -> Formula:
        """A product of what all examples have, δ aᵀ, as the sum of each one's."""
        rows = self.task.graph.network.rows
        if not isinstance(rows, int) or rows == 1 or not any(self._is_of_all(part) for part in walk(formula)):
            return formula

        def of(part: Formula, row: int) -> Formula | None:
            return (
                type(part)(f"{part.name}@{row}")
                if isinstance(part, Array | Quantity) and self._is_of_all(part)
                else None
            )

        def change(part: Formula) -> Formula | None:
            each = (transform(part, partial(of, row=row)) for row in range(1, int(rows) + 1))
            return Bracket(Sum(tuple(each))) if isinstance(part, Product) else None

        return transform(formula, change)

    def _is_of_all(self, part: Formula) -> bool:
        """Whether each example has its own of something that is said of none."""
        if not isinstance(part, Array | Quantity) or "@" in part.name:
            return False
        return is_delta(part.name) or (isinstance(part, Array) and self._has_rows(part.name))

    def _first(self, name: str, shape: Shape, sides: Sequence[Side]) -> int:
        """The first row that is stated: what a state is at the beginning is given, and mostly left out."""
        matrix = next((side.formula for side in sides[1:] if isinstance(side.formula, Matrix)), None)
        if matrix is None or self.task.graph.layered or len(matrix.rows[0]) != shape[1]:
            return 1
        first, member = 1 + shape[0] - len(matrix.rows), partial(self.task.arrays.member, name)
        left_out = [member(row, column) for row in range(1, first) for column in range(1, shape[1] + 1)]
        given = all(isinstance(each, Quantity) and self.task.given(each.name) for each in left_out)
        return first if first > 1 and given else 1

    # ----------------------------------------------------------------------------------------------------------- examples

    def _has_rows(self, name: str) -> bool:
        graph, pair = self.task.graph, parse_derivative(name)
        several = isinstance(graph.network.rows, int) and graph.network.rows > 1
        return several and "@" not in name and graph.kind_of(name if pair is None else pair[1]) in OF_ROWS

    def _of_examples(self, name: str, sides: tuple[Side, ...], place: Place) -> Iterator[Row | Side]:
        """One chain for each unit and example. The sides of numbers say how they lie; the others are read for each example."""
        count = int(self.task.graph.network.rows)
        units = self.task.arrays.size(name)[0]
        lying = next((way for side in sides[1:] if (way := self._way(name, side.formula, (units, count)))), None)
        if lying is None:
            raise WrongShapes("no array of all examples")
        name, turned = lying
        for row in range(1, count + 1):
            left = Array(f"{name}@{row}")
            fitting: Fitting = [(sides[0], left)]
            for side in sides[1:]:
                formula = None if side.formula is None else self._of_example(side.formula, row, turned)
                formula = None if formula is None else self._fitting(formula, (units, 1))
                if formula is not None:
                    fitting.append((side, formula))
                elif row == 1:
                    yield side
            yield from self._each(left, fitting, (units, 1), 1, place)

    def _way(self, name: str, formula: Formula | None, shape: Shape) -> tuple[str, bool] | None:
        """Whose numbers a matrix holds, δ where a derivative is of each example's own loss, and whether its rows are the examples."""
        if not isinstance(formula, Matrix):
            return None
        lies = [turned for turned in (False, True) if (shape[::-1] if turned else shape) == _size(formula)]
        ways = [(each, turned) for each in (name, *self._own_losses(name)) for turned in lies]
        told = [self._alike(*way, formula, shape) for way in ways]
        most = [way for way, count in zip(ways, told, strict=True) if count == max(told)]
        return most[0] if len({turned for _, turned in most}) == 1 else None

    def _own_losses(self, name: str) -> Iterator[str]:
        pair = parse_derivative(name)
        if pair is not None and self.task.graph.kind_of(pair[1]) == "pre-activation":
            yield pair[1].replace("z", "delta", 1)

    def _alike(self, name: str, turned: bool, matrix: Matrix, shape: Shape) -> int:
        """How many numbers of a matrix are those of an array."""
        told = 0
        for unit in range(shape[0]):
            for example in range(shape[1]):
                number = shown(matrix.rows[example][unit] if turned else matrix.rows[unit][example])
                entry = self.task.arrays.member(f"{name}@{example + 1}", unit + 1, 1)
                true = self.task.number(self.task.own(entry.name)) if isinstance(entry, Quantity) else None
                told += number is not None and true is not None and number.meets(true)
        return told

    def _of_example(self, formula: Formula, row: int, turned: bool) -> Formula:
        """A side with the part of one example: a column of each matrix, or a row that lies; the example's own arrays."""

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Array) and self._has_rows(part.name):
                return Array(f"{part.name}@{row}")
            if isinstance(part, Matrix):
                entries = part.rows[row - 1] if turned else tuple(each[row - 1] for each in part.rows)
                return Matrix(tuple((entry,) for entry in entries))
            return None

        return transform(formula, change)


def _one_for_all(sides: tuple[Side, ...]) -> tuple[Side, ...]:
    """The sides; beside a single number, as a bias that a layer shares, a list of nothing but that number as the number."""
    if not isinstance(sides[0].formula, Quantity) or not any(isinstance(side.formula, Matrix) for side in sides):
        return sides
    return tuple(replace(side, formula=_same_in_all(side.formula)) for side in sides)


def _same_in_all(formula: Formula | None) -> Formula | None:
    """The one entry of a list in which all are the same; any other formula as it is."""
    entries = {entry for row in formula.rows for entry in row} if isinstance(formula, Matrix) else set()
    return next(iter(entries)) if len(entries) == 1 else formula


def _size(matrix: Matrix) -> Shape:
    return len(matrix.rows), len(matrix.rows[0])


def _filled(formula: Formula, shape: Shape, first: int) -> Formula:
    """A matrix that leaves out the rows before the first with these; nobody looks at what stands in them."""
    if first == 1 or not isinstance(formula, Matrix) or len(formula.rows) != shape[0] - first + 1:
        return formula
    return Matrix((*(formula.rows[0],) * (first - 1), *formula.rows))


def _readings(formula: Formula, shape: Shape) -> Iterator[Formula]:
    """What products of arrays may mean: those of matrices, entry by entry as programs have it, of vectors that lie or stand, an outer
    product."""
    yield _turned(formula, shape)
    yield transform(formula, _by_entries)
    for turned in ((False, True), (True, False), (True, True)):
        yield transform(formula, partial(_of_turned, turned))


def _by_entries(part: Formula) -> Formula | None:
    arrays = [factor for factor in part.factors if has_arrays(factor)] if isinstance(part, Product) else []
    if not isinstance(part, Product) or len(arrays) < 2:
        return None
    return product(*(factor for factor in part.factors if not has_arrays(factor)), Hadamard(tuple(arrays)))


def _of_turned(turned: Sequence[bool], part: Formula) -> Formula | None:
    """The product of two arrays with the one, the other or both turned."""
    if not isinstance(part, Product) or len(part.factors) != 2 or not all(map(has_arrays, part.factors)):
        return None
    return Product(tuple(Transpose(one) if turn else one for one, turn in zip(part.factors, turned, strict=True)))


def _turned(formula: Formula, shape: Shape) -> Formula:
    """The side; one typed in a row as the column it is meant to be."""
    lying = isinstance(formula, Matrix) and (len(formula.rows[0]), len(formula.rows)) == shape and 1 in shape
    return Transpose(formula) if lying else formula
