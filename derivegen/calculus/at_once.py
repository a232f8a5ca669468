"""Rules of a graph's families as equations of arrays, at one step: a derivation, a family and numbers for the letters that count steps or
tokens go in; ∂L/∂z² = (Uᵀ ∂L/∂z³) ⊙ tanh′(z²) comes out, where the rule has such a reading.

Letters that count steps, tokens, places, examples or heads are labels: they stand in an array's name. The others are its rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.calculus.chain import Derivation
from derivegen.calculus.equations import gathered
from derivegen.calculus.inverse import rule
from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.links import Link
from derivegen.calculus.matrix import WrongShapes
from derivegen.formula.letters import renamed
from derivegen.formula.places import Affine, Range, whole
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import (
    ZERO,
    Array,
    BigSum,
    Call,
    Cases,
    Compare,
    Formula,
    Indexed,
    Negative,
    Number,
    Product,
    Quantity,
    Sum,
    Transpose,
    product,
    total,
    transform,
    walk,
)
from derivegen.network.family import Equation, Family
from derivegen.network.names import parse_derivative
from derivegen.network.network import Counts
from derivegen.records import dataclass, replace

LABELS: tuple[Counts, ...] = ("time", "token", "position", "example", "head")
"""What is counted by a letter that is no row or column."""
MOST_TERMS = 4
"""Steps whose products are written out."""


@dataclass(frozen=True)
class AtOnce:
    """Reads the rules of one derivation."""

    chain: Derivation

    def labels(self, family: Family) -> list[str]:
        """The letters of a family that stand in the name of its arrays."""
        loops = {letter for block in self.chain.graph.blocks if family.name in block.names for letter, _ in block.loops}
        return [axis.letter for axis in family.axes if axis.counts in LABELS or axis.letter in loops]

    def reading(self, family: Family, under: Equation, at: Mapping[str, int]) -> tuple[Formula, Formula] | None:
        """The array of the derivatives and what it is; None where the rule has no reading in arrays."""
        labels = self.labels(family)
        own = tuple(axis.letter for axis in family.axes[len(labels) :])
        if not 1 <= len(own) <= 2 or {*own, *labels} != {axis.letter for axis in family.axes}:
            return None  # an array's name has what is fixed first
        if any(letter not in at for letter in labels):
            return None
        left = Array(self.chain.name_of(family.name) + "".join(f"[{at[letter]}]" for letter in labels))
        try:
            here = {letter: at[letter] for letter in labels}
            terms = [each for term in self._terms(family, under) for each in self._at(term, here)]
            if not 1 <= len(terms) <= MOST_TERMS:
                return None
            right = total(*(self._gathered(term, own) for term in terms))
            return (left, right) if self._fits(left, right) else None
        except (TypeError, ValueError, KeyError, WrongShapes):
            return None

    def _fits(self, left: Array, right: Formula) -> bool:
        arrays = arrays_of(self.chain)
        return isinstance(right, Formula) and arrays.shape(left) == arrays.shape(right)

    def _terms(self, family: Family, under: Equation) -> Iterator[Formula]:
        """The terms of the chain rule, slopes of functions as f′."""
        families = self.chain.graph.families
        for link in self.chain.links[family.name]:
            child = families[link.child]
            if child is self.chain.root_family:
                raise TypeError("a slope of the root itself has no array")
            yield from rule(self.chain.inverse(self._named(link), under), child, self.chain.name_of(child.name))

    @staticmethod
    def _named(link: Link) -> Link:
        """A link that is the slope of a named function, as f′ of its argument."""
        taught = any(leaf == link.leaf and when == "each" for leaf, _, when in link.equation.slopes)
        alone = taught and link.leaf.places == link.equation.places
        return replace(link, factor=Call(link.rule, (link.leaf,), 1)) if alone else link

    def _at(self, tree: Formula, at: Mapping[str, int]) -> Iterator[Formula]:
        """A term at these steps: its sums over steps written out, cases of steps decided."""
        tree = renamed(tree, {letter: whole(number) for letter, number in at.items()})
        match tree:
            case BigSum(body, Quantity(letter), low, high) if self._is_label(letter):
                each = Range(letter, affine_in(low), affine_in(high))
                for number in each.values({}):
                    yield from self._at(body, {letter: number})
            case Cases(branches):
                body = next(body for body, when in branches if when is None or _holds(when, at))
                if body != ZERO:
                    yield from self._at(body, {})
            case _ if self._exists(tree):
                yield tree

    def _is_label(self, letter: str) -> bool:
        axes = [part.axes[letter] for part in self.chain.graph.parts if letter in part.axes]
        loops = {each for block in self.chain.graph.blocks for each, _ in block.loops}
        return letter in loops or any(axis.counts in LABELS for axis in axes)

    def _exists(self, tree: Formula) -> bool:
        """Whether every step that stands in a term is one there is."""
        for part in walk(tree):
            if isinstance(part, Indexed):
                family = self._family(part.base)
                for place, axis in zip(part.places, family.axes, strict=True):
                    if isinstance(place, Affine) and not place.terms and not axis.holds(place.shift):
                        return False
        return True

    def _family(self, base: str) -> Family:
        pair = parse_derivative(base)
        return self.chain.graph.families[base if pair is None else pair[1]]

    def _gathered(self, tree: Formula, own: tuple[str, ...]) -> Formula:
        """One term as a product of arrays, with what is one number in front."""
        if isinstance(tree, Negative):
            return Negative(self._gathered(tree.body, own))
        tree = transform(tree, self._sliced)
        numbers: list[Formula] = []
        match tree:
            case Product(factors):
                numbers = [factor for factor in factors if isinstance(factor, Quantity | Number)]
                tree = product(*(factor for factor in factors if factor not in numbers), dotted=False)
        if isinstance(tree, Sum):
            raise TypeError("a sum inside a product")
        found = _transposed_once(gathered(tree, own))
        return product(*numbers, found, dotted=False)

    def _sliced(self, part: Formula) -> Formula | None:
        """A member with numbers for its first letters as one of the array that these leave."""
        if not isinstance(part, Indexed):
            return None
        places, name = list(part.places), part.base
        while places and isinstance(places[0], Affine) and not places[0].terms:
            name += f"[{places.pop(0).shift}]"  # type: ignore[union-attr]
        if not places:
            own = self._family(part.base).member(tuple(place.shift for place in part.places))  # type: ignore[union-attr]
            return Quantity(own if parse_derivative(part.base) is None else self.chain.name_of(own))
        if not all(isinstance(place, str) for place in places):
            raise TypeError("a place that is more than a letter")
        return Indexed(name, tuple(places))


def _holds(when: Formula, at: Mapping[str, int]) -> bool:
    """Whether a comparison of places holds at these steps. Raises TypeError of another."""
    if not isinstance(when, Compare):
        raise TypeError("no comparison")
    known = {letter: whole(number) for letter, number in at.items()}
    left, right = affine_in(when.left).put(known), affine_in(when.right).put(known)
    if left.terms or right.terms:
        raise TypeError("a letter is left")
    signs = {"=": left.shift == right.shift, "≥": left.shift >= right.shift, "≤": left.shift <= right.shift}
    return signs[when.relation]


def _transposed_once(tree: Formula) -> Formula:
    """The formula without the transpose of a transpose."""

    def change(part: Formula) -> Formula | None:
        match part:
            case Transpose(Transpose(body)):
                return body
        return None

    return transform(tree, change)
