"""How one quantity follows from others: steps, their terms and their factors, each with its role, its reason and how it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from derivegen.calculus.links import Link, Role
from derivegen.formula.letters import sum_over
from derivegen.formula.places import Range
from derivegen.formula.tree import Formula, product, total
from derivegen.network.family import Index
from derivegen.network.names import parse_derivative
from derivegen.records import dataclass, field, replace

if TYPE_CHECKING:
    from sympy import Expr


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
    """A product of factors in route order, summed over the index letters of `bound` (only where a range is symbolic); `at` is what the
    letters of the child's side are, and `link` the link it comes by, where it comes by one alone."""

    factors: tuple[Factor, ...]
    bound: tuple[Range, ...] = ()
    at: Mapping[str, Index] = field(default_factory=dict, compare=False, repr=False)
    link: Link | None = field(default=None, compare=False, repr=False)

    @property
    def reading(self) -> Formula:
        """The product as it is written, under a sum sign for every bound letter."""
        body = product(*(factor.reading for factor in self.factors))
        for each in self.bound:
            body = sum_over(each, body)
        return body

    @property
    def child(self) -> str:
        """What it goes through: the quantity whose derivative by another it ends with."""
        pair = parse_derivative(self.factors[-1].name)
        assert pair is not None
        return pair[0]


class _Read:
    """What keeps how it reads beside it, once that was asked for: the numbers of many people are worked out by the same few formulas."""

    __slots__ = ("_reading",)
    if TYPE_CHECKING:  # no field, also to dataclasses
        _reading: ClassVar[Formula]


@dataclass(frozen=True, slots=True)
class Step(_Read):
    """How one quantity follows from others: a sum of terms or a single product. `target` is the quantity's canonical name."""

    target: str
    terms: tuple[Term, ...]

    @property
    def fold(self) -> Literal["sum", "product"]:
        """Whether there is more than one term to add."""
        return "sum" if len(self.terms) != 1 or self.terms[0].bound else "product"

    @property
    def reading(self) -> Formula:
        """The whole right side, one and the same formula whenever it is asked for."""
        try:
            return self._reading
        except AttributeError:
            found = total(*(term.reading for term in self.terms))
            object.__setattr__(self, "_reading", found)
            return found

    @property
    def expr(self) -> Expr:
        """The right side as a sympy expression, one step deep."""
        from derivegen.formula.symbolic import to_sympy

        return to_sympy(self.reading)


def together(terms: Iterable[Term]) -> Iterator[Term]:
    """The terms with those by the same member of the same child as one, whose local derivative is the sum of theirs."""
    groups: dict[tuple[str, ...], list[Term]] = {}
    for term in terms:
        groups.setdefault(tuple(factor.name for factor in term.factors), []).append(term)
    for many in groups.values():
        if len(many) == 1:
            yield many[0]
            continue
        *before, last = many[0].factors
        reading = total(*(term.factors[-1].reading for term in many))
        links = {term.link for term in many}
        yield Term(
            (*before, replace(last, rule="sum", reading=reading)), (), many[0].at, *(links if len(links) == 1 else ())
        )


def varying(terms: Sequence[Term]) -> list[str]:
    """The letters of the child's side that tell the terms apart."""
    letters = [letter for letter in terms[0].at if all(letter in term.at for term in terms)]
    return [letter for letter in letters if len({term.at[letter] for term in terms}) > 1]
