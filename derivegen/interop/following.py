"""What follows from a student's own answers: a quiz goes in; every quantity that its answers are worked out from, in order, each with its
formula or its number, comes out, for programs that compute with what a student typed before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, partial

from derivegen.errors import CheckFailed
from derivegen.exercise.record import decimal_text
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import Formula, Number, Quantity, names_in, product
from derivegen.interop.infix import Syntax, Unwritten, infix
from derivegen.interop.items import Field
from derivegen.interop.quiz import Quiz
from derivegen.network.network import Figure
from derivegen.network.walks import in_order, reached
from derivegen.records import dataclass

MOST_LINES = 400
"""Quantities that a program is told; of more nothing follows."""
CLOSE = 1e-9


@dataclass(frozen=True)
class Following:
    """The lines of a quiz."""

    quiz: Quiz

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The numbers asked for, in order; of a quantity that is asked for twice the first."""
        found: dict[str, Field] = {}
        for item in self.quiz.items:
            for field in item.fields:
                if field.right and not item.question.mistake:
                    found.setdefault(field.answer.quantity, field)
        return tuple(found.values())

    @cached_property
    def lines(self) -> Mapping[str, Formula]:
        """Every quantity on the way to the answers, operands first; none where there are too many, one has no formula, or rounded
        numbers are carried on."""
        try:
            found = dict(self._lines())
        except Unwritten:
            return {}
        return found if len(found) <= MOST_LINES else {}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.lines, 1)}

    def called(self, quantity: str, by: str = "q") -> str:
        """What a program calls a quantity; `by` another letter it calls what the student has for it."""
        return f"{by}{self._places[quantity]}"

    def earlier(self, field: Field) -> tuple[Field, ...]:
        """The answers before this one that it hangs on."""
        if field not in self.fields or field.answer.quantity not in self.lines:
            return ()
        before = self.fields[: self.fields.index(field)]
        cone = {*self.quiz.right.cone(field.answer.quantity)} - {field.answer.quantity}
        return tuple(each for each in before if each.answer.quantity in cone)

    def assignments(
        self, program: Syntax, own: Mapping[str, str], to: str | None = None, by: str = "q"
    ) -> tuple[tuple[str, str], ...]:
        """(name, expression) of every line, or of those that lead to one quantity, as a program writes them; quantities in `own` are what
        the student has for them. Raises Unwritten."""
        wanted = {*self.lines} if to is None else self._needed(to, own)
        named = partial(self.called, by=by)
        return tuple(
            (named(name), own[name] if name in own else infix(formula, named, program))
            for name, formula in self.lines.items()
            if name in wanted
        )

    def _needed(self, to: str, own: Mapping[str, str]) -> set[str]:
        return reached([to], lambda name: names_in(self.lines[name]) if name not in own else ())

    def _lines(self) -> Iterator[tuple[str, Formula]]:
        given = self.quiz.work.exercise.variant.givens
        numbers: dict[str, float] = {}
        answers = [field.answer.quantity for field in self.fields]
        for name in in_order(answers, lambda name: names_in(self._formula(name, given))):
            formula = self._formula(name, given)
            numbers[name] = value(formula, numbers.__getitem__, FLOAT)
            true = self.quiz.work.pen.trace.number(name)
            if abs(numbers[name] - true) <= CLOSE * (1 + abs(true)):
                yield name, formula
            elif self.quiz.work.pen.trace.rounding.carry != "exact":
                raise Unwritten(name)
            else:
                raise CheckFailed(f"what follows for {name} comes to {numbers[name]!r}, and it is {true!r}")

    def _formula(self, name: str, given: Mapping[str, Figure]) -> Formula:
        if name in given:
            return Number(decimal_text(given[name]))
        _, step = self.quiz.right.step(name)
        if step is not None:
            return step.reading
        operands = self.quiz.right.operands(name)
        if len(operands) == 1 or "*" in name:
            return product(*map(Quantity, operands))
        raise Unwritten(name)


def decimals(field: Field) -> int:
    """How many decimals a number is printed with: what follows is rounded to as many, and then may be as far off as the right one."""
    exponent = Decimal(field.accepted[0]).as_tuple().exponent
    return max(0, -int(exponent))
