"""Two neighbouring sides of a chain of equalities go in; whether the sign between them holds comes out, for every sign on its own.

Numbers are judged from the operands shown: a literal that is known exactly is that number, any other stands for its printed cell, or is
gone on with as it is printed. Symbols are judged at random points. A side with symbols beside one with numbers is judged at the numbers
of the network and at those somebody had before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import FLOAT, holds, value
from derivegen.formula.tree import Formula, Negative, Number, Quantity, Value, kinds, transform, walk
from derivegen.marking.judge.equalities import Equalities, opened
from derivegen.marking.judge.line import LIKELY, NEAR_MISS, Blame, Line, Reading
from derivegen.marking.judge.matching import Habits
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.numbers import Kept
from derivegen.marking.judge.pool import Pools
from derivegen.marking.judge.quantities import GIVEN
from derivegen.marking.judge.shown import Shown, roundings_of_working, shown
from derivegen.marking.judge.side import Side, is_symbolic, taken_out
from derivegen.marking.judge.task import Own, Task
from derivegen.network.names import is_delta
from derivegen.records import dataclass, field
from derivegen.rounding.calculator import Calculator
from derivegen.rounding.ends import Ends
from derivegen.rounding.interval import Interval
from derivegen.rounding.paper import Paper


@dataclass(frozen=True, slots=True)
class Link:
    """One sign of relation: whether it holds (None: cannot be told), whether that is so only from the values somebody had before, what
    the left side comes to; how the numbers of the right side are read, and what is wrong with it. A `remark` is no more than that: what
    is wrong may be of no account."""

    holds: bool | None
    follows: bool = False
    expected: float | None = None
    reading: Reading | None = None
    blame: Blame | None = None
    remark: bool = False


@dataclass(frozen=True)
class Links:
    """Judges the signs of one submission. `literals` are numbers that came of a slip and what they should have been; `roundings` how
    the working rounds."""

    task: Task
    equalities: Equalities
    kept: Kept
    roundings: tuple[Rounding, ...]
    literals: dict[float, float] = field(default_factory=dict)
    _taken: list[tuple[Formula, Side]] = field(default_factory=list)

    def judge(
        self, quantity: str | None, left: Formula, right: Formula, target: float | None, before: Link | None
    ) -> Link:
        """Whether left and right are equal, in the working for a quantity (by own name) that should come to `target`; `before` is what was
        found of the left side."""
        left, right = opened(left), opened(right)
        if is_symbolic(left) and is_symbolic(right):
            return self._symbols(quantity, left, right)
        if is_symbolic(right):
            left, right, before = right, left, None
        if is_symbolic(left):
            found = self._put_in(quantity, left, right)
            return found if found.holds or before is None else _meant_so(found, right, target, before.reading)
        return self._numbers(quantity, left, right, target, before)

    # a side of numbers

    @cached_property
    def _pools(self) -> Pools:
        return Pools(self.task)

    def _line(self, quantity: str | None, side: Formula, target: float | None, said: Formula | None) -> Link | None:
        """What a side of numbers is judged to be that should come to the target, beside the formula that `said` so; None where that is not
        to be judged number by number."""
        if target is None or not math.isfinite(target):
            return None
        self._pools.now(self.kept.written(self.literals))
        try:
            pool = self._pools.of(quantity or "", None if isinstance(said, Quantity) else said)
            taken = self._taken_out(side)
            habits = partial(self._habits, taken)
            found = Line(taken, target, pool, habits).judged()
        except NO_NUMBER:
            return None
        if found.trimmed or (found.holds is None and found.blame is None):
            return None
        if found.holds is False and found.blame is not None:
            if any(Line(taken, each, pool, habits).judged().holds for each in self._otherwise(quantity, target)):
                return Link(True, False, target)
            return self._faulty(quantity, side, target, found.blame)
        follows = found.reading is not None and found.reading.follows
        return Link(found.holds, follows, target, found.reading, found.blame)

    def _otherwise(self, quantity: str | None, target: float) -> Iterator[float]:
        """What a side may come to instead, with other conventions at the kinks."""
        number = self.task.number(quantity) if quantity is not None else None
        if number is not None and quantity is not None:
            turned = -1 if number and target == -number else 1
            yield from (turned * way.number for way in self.task.by_convention(quantity))

    def _taken_out(self, tree: Formula) -> Side:
        """The side with its numbers taken out, which two signs in a row ask for."""
        if not self._taken or self._taken[0][0] is not tree:
            self._taken[:] = [(tree, taken_out(tree))]
        return self._taken[0][1]

    def _habits(self, side: Side) -> Habits:
        """To what the page so far and the line round."""
        page = [
            number for number, _ in self.kept.values.values() if number.decimals and not self.task.exact(number.value)
        ]
        line = [number for number in side.numbers if number.decimals and not self.task.exact(number.value)]
        return Habits(roundings_of_working(page) if page else (), roundings_of_working(line) if line else ())

    def _faulty(self, quantity: str | None, side: Formula, target: float, blame: Blame) -> Link:
        """A side that is not what it should be; where the number that is wrong is near the one that belongs there, nobody has written
        that, and what comes of it may be honest, a remark."""
        near = blame.fault == "stands-for" and not self._is_written(blame.needed)
        if near and blame.off <= LIKELY and quantity is not None and self._within(quantity, side, blame.at):
            return Link(None, False, target, None, blame, remark=True)
        if near and blame.tier <= GIVEN and blame.off <= NEAR_MISS and not self.kept.values and not blame.is_another:
            return Link(None, False, target, None, blame)
        return Link(False, False, target, None, blame)

    def _is_written(self, needed: Formula | None) -> bool:
        return isinstance(needed, Quantity) and (needed.name in self.kept.values or self.task.given(needed.name))

    def _within(self, quantity: str, side: Formula, at: int) -> bool:
        """Whether what the side comes to may be honest at the digits of its other numbers."""
        taken = self._taken_out(side)
        others = [number for n, number in enumerate(taken.numbers) if n != at and number.decimals]
        others = [number for number in others if not self.task.exact(number.value)]
        if not others:
            return False
        try:
            came = value(side, float, FLOAT)
        except NO_NUMBER:
            return False
        found = (self.task.reached(quantity, rounding) for rounding in roundings_of_working(others))
        return any(hull is not None and hull.low <= came * self.task.sign(quantity) <= hull.high for hull in found)

    # symbols

    def _symbols(self, quantity: str | None, left: Formula, right: Formula) -> Link:
        general = any(asked.form == "formula" and asked.quantity == quantity for asked in self.task.asked)
        found = self.equalities.equal(self._signed(left), self._signed(right), general)
        if found or not (self._has_numbers(left) or self._has_numbers(right)):
            return Link(found, expected=self._point(left, {}) if found is False else None)
        return self._put_in(quantity, left, right)

    def _has_numbers(self, tree: Formula) -> bool:
        """Whether a formula holds numbers that may stand for quantities."""
        return any(
            isinstance(part, Number) and ("." in part.text or self.task.exact(abs(float(part.text))))
            for part in walk(tree)
        )

    def _signed(self, tree: Formula) -> Formula:
        """The formula with every δ of the notation as the derivative it stands for."""
        if self.task.notation.entry.delta_sign > 0:
            return tree

        def change(part: Formula) -> Formula | None:
            return Negative(part) if isinstance(part, Quantity) and is_delta(part.name) else None

        return transform(tree, change)

    def _owned(self, tree: Formula) -> Formula:
        """The formula with every quantity under its own name."""
        if Quantity not in kinds(tree):
            return tree

        def change(part: Formula) -> Formula | None:
            if not isinstance(part, Quantity):
                return None
            own = Quantity(self.task.own(part.name))
            return Negative(own) if self.task.sign(part.name) < 0 else own

        return transform(tree, change)

    # symbols beside numbers

    def _put_in(self, quantity: str | None, left: Formula, right: Formula) -> Link:
        """A formula of quantities, beside numbers: at the network's values, then at those somebody has."""
        left, right = self._owned(left), self._owned(right)
        if shown(right) is None:
            found = self._line(quantity, right, self._point(left, {}), left)
            if found is not None:
                return found
        own = quantity or ""
        wrong, everything = self.kept.wrong(own), self.kept.all(own)
        told = True
        expected = self._point(left, {})
        tried: list[Own] = [{}]
        values: Own
        for values in (wrong, everything):
            if values and values not in tried:
                tried.append(values)
        for values in tried:
            meets = self._meets(left, right, values)
            if meets:
                return Link(True, bool(values) and self._point(left, values) != expected, expected)
            told = told and meets is not None
        if told and self._replaced(right) != right and self._meets(left, self._replaced(right), {}):
            return Link(True, True, expected)
        return Link(False if told else None, False, self._point(left, wrong))

    def _meets(self, left: Formula, right: Formula, values: Own) -> bool | None:
        """Whether both sides can be one number with these values; nothing is told where a hull is wide."""
        point = self._point(left, values)
        if point is None:
            return None
        ends = list(self._outcomes(right, values))
        if any(_meet(each, (point, point)) for each in ends):
            return True
        for rounding in self.roundings:
            try:
                hull = self.task.reaching(rounding, values).of(left)
            except NO_NUMBER:
                return None
            if any(_meet(each, (hull.low, hull.high)) for each in ends):
                return None if hull.wide(point) else True
        return False if ends else None

    def point(self, tree: Formula) -> float | None:
        """What a formula comes to at the numbers of the network."""
        return self._point(opened(tree), {})

    def _point(self, tree: Formula, values: Own) -> float | None:
        """What a formula comes to with these values, nothing rounded."""
        try:
            return self.task.reaching(None, values).exactly(self._owned(tree))
        except NO_NUMBER:
            return None

    # numbers

    def _numbers(
        self, quantity: str | None, left: Formula, right: Formula, target: float | None, before: Link | None
    ) -> Link:
        number, reading = shown(right), None if before is None else before.reading
        if number is not None and shown(left) is None:
            return self._result(left, number, target, reading)
        tried = number is None and (before is None or before.holds)
        found = self._line(quantity, right, target, None) if tried else None
        if found is not None and found.holds:
            return found
        plain = self._alike(left, right)
        return plain if plain.holds or found is None else found

    def _result(self, left: Formula, number: Shown, target: float | None, reading: Reading | None) -> Link:
        """Whether the operations on the left come to the number: on what stands there, on what that may be rounded from, or rounded
        themselves, never to fewer digits than are shown."""
        taken = self._taken_out(left)
        expected = taken.came
        if expected is None:
            return Link(None)
        if number.meets(expected):
            return Link(True, expected=expected, reading=reading)
        meant = [expected] if reading is None or target is None else [target, *self._meant(taken.formula, reading)]
        if any(map(number.meets, meant)) or any(
            number.within(*ends) for ends in self._ends(left, taken, number, reading)
        ):
            return Link(True, reading is not None and reading.follows, expected, reading)
        return Link(False, expected=expected)

    def _meant(self, formula: Formula, reading: Reading) -> Iterator[float]:
        """What a side comes to with what its numbers were rounded from."""
        try:
            found = float(value(formula, lambda name: reading.candidates[int(name)].reference, FLOAT))
        except NO_NUMBER:
            return
        if math.isfinite(found):
            yield found

    def _ends(self, left: Formula, taken: Side, number: Shown, reading: Reading | None) -> Iterator[Ends]:
        exact = [
            self.task.exact(each.value) or not each.decimals if reading is None else reading.candidates[n].given
            for n, each in enumerate(taken.numbers)
        ]

        def cell(name: str) -> Ends:
            each, known = taken.numbers[int(name)], exact[int(name)]
            return (each.value, each.value) if known else (each.low, each.high)

        try:
            yield Calculator(Paper(), cell, _true).value(taken.formula)
            for rounding in _finest(number, taken.numbers):
                yield _worked_out(left, Paper(rounding))
        except NO_NUMBER:
            return

    def _alike(self, left: Formula, right: Formula) -> Link:
        """Whether two sides of numbers come to the same."""
        one, other = list(self._outcomes(left, {})), list(self._outcomes(right, {}))
        expected = middle(one)
        if not one or not other:
            return Link(None)
        if any(math.isinf(end) for ends in (*one, *other) for end in ends):
            return Link(None, expected=expected)
        if any(_meet(each, ends) for each in one for ends in other):
            return Link(True, expected=expected)
        return Link(False, expected=expected)

    def _replaced(self, tree: Formula) -> Formula:
        """The formula with what a literal should have been in place of what came of a slip."""

        def change(part: Formula) -> Formula | None:
            should = self.literals.get(abs(float(part.text))) if isinstance(part, Number) else None
            return None if should is None else Number(repr(abs(should)))

        return transform(tree, change) if self.literals else tree

    def _outcomes(self, tree: Formula, values: Own) -> Iterator[Ends]:
        """What a side may come to: its literals anywhere in their cells; or as printed, each result rounded. A number alone is its cell."""
        alone = shown(tree)
        if alone is not None:
            yield alone.low, alone.high
            return
        try:
            if is_symbolic(tree):
                for rounding in self.roundings:
                    hull = self.task.reaching(rounding, values).of(tree)
                    yield hull.low, hull.high
                return
            yield _worked_out(self._with_cells(tree), Paper())
            for rounding in self.roundings:
                yield _worked_out(tree, Paper(rounding))
        except NO_NUMBER:
            return

    def _with_cells(self, tree: Formula) -> Formula:
        def change(part: Formula) -> Formula | None:
            literal = isinstance(part, Number) and "." in part.text and not self.task.exact(float(part.text))
            return Value(part.text) if literal and isinstance(part, Number) else None

        return transform(tree, change)


def _finest(number: Shown, operands: Sequence[Shown]) -> tuple[Rounding, ...]:
    """The roundings that the digits of a line allow: to the decimals of the result, to the most decimals or significant digits it shows."""
    shows = [each for each in (number, *operands) if 0 < each.decimals < 99] or [number]  # of a 0 no digits are seen
    found = [Rounding(min(each, 12)) for each in (number.decimals, max(each.decimals for each in shows)) if each]
    most = min(max(each.significant for each in shows), 12)
    return tuple(dict.fromkeys((*found, *([Rounding(significant=most)] if most > 1 else []))))


def _worked_out(tree: Formula, paper: Paper) -> Ends:
    """What a formula of numbers may come to on that paper; a literal as `Value` anywhere in its cell."""

    def cell(text: str) -> Ends:
        found = shown(Number(text))
        if found is None:
            raise ValueError(text)
        return found.low, found.high

    return Calculator(paper, cell, _true).value(tree)


def _true(condition: Formula) -> bool:
    return holds(condition, lambda part: float(value(part, float, FLOAT)))


def _meet(one: Ends, other: Ends) -> bool:
    return Interval(*one).meets(Interval(*other))


def _meant_so(found: Link, right: Formula, target: float | None, reading: Reading | None) -> Link:
    """w − 0.5 · 0.082 = 0.3589: what the number that was rounded to 0.082 leads to."""
    number = shown(right)
    if number is None or target is None or reading is None or not number.meets(target):
        return found
    return Link(True, reading.follows, found.expected, reading)


def middle(outcomes: Sequence[Ends]) -> float | None:
    """What operands come to, their literals as printed."""
    return sum(outcomes[0]) / 2 if outcomes and all(map(math.isfinite, outcomes[0])) else None
