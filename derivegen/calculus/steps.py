"""How one quantity follows from others: steps, their terms and their factors, each with its role, its reason and how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from derivegen.formula.tree import Formula, product, total
from derivegen.network.family import Axis, over

if TYPE_CHECKING:
    from sympy import Expr

Role = Literal["upstream", "weight", "input", "slope", "loss slope", "share", "gate", "bias", "rate", "old value"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a step: its role, the name of the derivative it is, the rule that gave it, and how it reads."""

    role: Role
    name: str
    rule: str
    reading: Formula

    @property
    def expr(self) -> Expr:
        """The reading as a sympy expression in quantities' symbols."""
        from derivegen.formula.symbolic import to_sympy

        return to_sympy(self.reading)


@dataclass(frozen=True, slots=True)
class Term:
    """A product of factors in route order, summed over the index letters of `bound` (only where a range is symbolic)."""

    factors: tuple[Factor, ...]
    bound: tuple[Axis, ...] = ()

    @property
    def reading(self) -> Formula:
        """The product as it is written, under a sum sign for every bound letter."""
        body = product(*(factor.reading for factor in self.factors))
        for axis in self.bound:
            body = over(axis.letter, axis.size, body)
        return body


@dataclass(frozen=True, slots=True)
class Step:
    """How one quantity follows from others: a sum of terms or a single product. `target` is the quantity's canonical name."""

    target: str
    terms: tuple[Term, ...]

    @property
    def fold(self) -> Literal["sum", "product"]:
        """Whether there is more than one term to add."""
        return "sum" if len(self.terms) != 1 or self.terms[0].bound else "product"

    @property
    def reading(self) -> Formula:
        """The whole right side."""
        return total(*(term.reading for term in self.terms))

    @property
    def expr(self) -> Expr:
        """The right side as a sympy expression, one step deep."""
        from derivegen.formula.symbolic import to_sympy

        return to_sympy(self.reading)
