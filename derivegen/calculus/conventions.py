"""Other conventions at a kink: a derivation goes in; its numbers with the slopes that each library of the table takes, with the slope from
the other side and with that half way between come out.

Whoever compares their hand calculation with such a library is not wrong.
"""

from __future__ import annotations

from typing import Any, Literal

from derivegen.calculus.bends import name_of
from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers import sides
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.seams import seams
from derivegen.formula.functions import KINKED, MAX, MIN
from derivegen.formula.tree import (
    Call,
    Cases,
    Compare,
    Formula,
    Indexed,
    Number,
    Quantity,
    Ratio,
    Relation,
    Sum,
    transform,
    walk,
)
from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.network.tables.conventions import BENT, HOUSE, LIBRARIES, Library, bends_of, kink_of

Convention = Literal["other-side", "half-way"]
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
            if sides.true(self, asked if sides.equal(self, when) else when):
                return body
        return cases.branches[-1][0]


def other_conventions(derivation: Derivation) -> dict[Convention, Numbers]:
    """The numbers with the slope from the other side and half way between; none where nothing stands on a kink."""
    numbers = OtherSide(derivation, "other-side")
    if not _looked_at(derivation.graph, numbers):
        return {}
    return {"other-side": numbers, "half-way": OtherSide(derivation, "half-way")}


def of_libraries(derivation: Derivation) -> tuple[tuple[tuple[Library, ...], Numbers], ...]:
    """The numbers of each library that takes something else at a kink of this network than the derivation does, those that agree
    together; none where nothing stands on a kink."""
    graph = derivation.graph
    if not _looked_at(graph, OtherSide(derivation, "other-side")):
        return ()
    there = tuple(dict.fromkeys(kink for family in graph.families.values() for kink in kinks_of(family)))
    own = tuple(_taken(LIBRARIES.get(derivation.library), kink) for kink in there)
    alike: dict[tuple[object, ...], list[Library]] = {}
    for library in LIBRARIES.values():
        taken = tuple(_taken(library, kink) for kink in there)
        if taken != own:
            alike.setdefault(taken, []).append(library)
    return tuple((tuple(many), Numbers(derive(graph, many[0].name))) for many in alike.values())


def kinks_of(family: Family, library: str = "") -> tuple[str, ...]:
    """The kinks of the table that a family's formula has: that of its rule, or those of the functions in a formula of one's own, which
    may be one function as a whole (if that library has it)."""
    whole = _whole(family)
    own = kink_of(family.rule) or (whole if not library or whole in bends_of(library) else None)
    if own is not None or family.formula is None:
        return (own,) if own is not None else ()
    calls = (part.function for part in walk(family.formula) if isinstance(part, Call))
    return tuple(dict.fromkeys(name for name in calls if name in KINKED))


def _whole(family: Family) -> str | None:
    """The name of a formula of one variable that libraries have as a function."""
    leaves = (
        {part for part in walk(family.formula) if isinstance(part, Indexed | Quantity)}
        if family.formula is not None
        else set()
    )
    return name_of(family.formula, *leaves) if family.formula is not None and len(leaves) == 1 else None


def _taken(library: Library | None, kink: str) -> object:
    """What a library takes at a kink, none being the house; of a function that it has not, what it takes at those it is made of."""
    if library is None:
        return HOUSE[kink]
    bends = {**HOUSE, **library.bends}
    return (bends[MAX.name], bends[MIN.name]) if kink in BENT and kink not in library.bends else bends[kink]


def _looked_at(graph: Graph, numbers: OtherSide) -> bool:
    return graph.size <= MOST_MEMBERS and _on_a_kink(graph, numbers)


def _on_a_kink(graph: Graph, numbers: OtherSide) -> bool:
    formulas = (member.formula for member in graph.members() if member.formula is not None)
    return any(sides.equal(numbers, seam) for formula in formulas for seam in seams(formula))
