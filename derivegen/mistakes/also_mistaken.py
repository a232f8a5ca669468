"""Numbers that also answer for people with mistakes: a derivation goes in; the value of any quantity, right or as somebody with a mistake
has it, comes out by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import Arithmetic
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right


class AlsoMistaken(Numbers):
    """Numbers that also answer what somebody with a mistake comes to, under names as `mistaken_name` makes them. Where there are many of
    one network, `right` is what they share."""

    def __init__(self, derivation: Derivation, *how: Any, right: Right | None = None, **more: Any) -> None:
        super().__init__(derivation, *how, **more)
        self.right = Right(derivation, self) if right is None else right.on(self)

    def _alike(self, arithmetic: Arithmetic, put_in: Mapping[str, Any]) -> Numbers:
        return AlsoMistaken(self.derivation, arithmetic, put_in, right=self.right)

    def _compute(self, name: str) -> Any:
        who, bar, quantity = name.rpartition("|")
        if not bar:
            return super()._compute(name)
        identifier, _, at = who.partition("!")
        return self.right.alone(CATALOGUE[identifier], at or None)[quantity]


def right_of(numbers: Numbers) -> Right:
    """The right derivation that leads to these numbers, ready for mistakes."""
    return numbers.right if isinstance(numbers, AlsoMistaken) else Right(numbers.derivation, numbers)
