"""Other conventions at a kink: a derivation goes in; its numbers with the slope from the other side, and half way between, come out.

torch.abs has the slope 0 at 0 and jax.numpy.abs 1; of a maximum of equal values TensorFlow follows one or the other, and JAX takes half of
both. Whoever compares their hand calculation with such a program is not wrong.
"""

from __future__ import annotations

from typing import Any, Literal

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.seams import seams
from derivegen.formula.arithmetic.value import holds, value
from derivegen.formula.tree import Cases, Compare, Formula, Number, Ratio, Relation, Sum, transform
from derivegen.network.graph import Graph

Convention = Literal["other-side", "half-way"]
NEAR = 1e-15
"""So near to one another two sides are equal, relatively."""
MOST_MEMBERS = 2000
"""Quantities of a network that are looked at for kinks."""
_TURNED: dict[Relation, Relation] = {">": "≥", "≥": ">", "<": "≤", "≤": "<"}


class OtherSide(Numbers):
    """The numbers of somebody who takes another slope wherever a piece of a derivative gives way to the next."""

    def __init__(self, derivation: Derivation, convention: Convention) -> None:
        super().__init__(derivation)
        self._convention = convention

    def _value(self, formula: Any) -> Any:
        return super()._value(transform(formula, self._otherwise))

    def _otherwise(self, part: Formula) -> Formula | None:
        if not isinstance(part, Cases):
            return None
        own = self._branch(part, turned=False)
        other = self._branch(part, turned=True)
        if own == other or self._convention == "other-side":
            return transform(other, self._otherwise)
        return Ratio(Sum((transform(own, self._otherwise), transform(other, self._otherwise))), Number("2"))

    def _branch(self, cases: Cases, turned: bool) -> Formula:
        """The branch that holds; with conditions of equal sides turned, the one on the other side of the kink."""
        for body, when in cases.branches:
            if not isinstance(when, Compare):
                return body
            asked = Compare(when.left, _TURNED.get(when.relation, when.relation), when.right) if turned else when
            if holds(asked if self._equal(when) else when, self._side):
                return body
        return cases.branches[-1][0]

    def _equal(self, condition: Compare) -> bool:
        one, other = self._side(condition.left), self._side(condition.right)
        return bool(abs(one - other) <= NEAR * (1 + abs(one)))

    def _side(self, part: Formula) -> Any:
        return value(part, self.__getitem__, self.arithmetic)


def other_conventions(derivation: Derivation) -> dict[Convention, Numbers]:
    """The numbers with each other convention; none where nothing stands on a kink."""
    numbers = OtherSide(derivation, "other-side")
    if derivation.graph.size > MOST_MEMBERS or not _on_a_kink(derivation.graph, numbers):
        return {}
    return {"other-side": numbers, "half-way": OtherSide(derivation, "half-way")}


def _on_a_kink(graph: Graph, numbers: OtherSide) -> bool:
    formulas = (member.formula for member in graph.members() if member.formula is not None)
    return any(numbers._equal(seam) for formula in formulas for seam in seams(formula))
