"""Where a quantity stands, and which members of the next family it enters: a pen and a link go in, a sentence comes out.

x_n stands in z_p where p + u − 1 = n, so p = n − u + 1: the step from a formula to the chain rule that is most often missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from derivegen.calculus.inverse import FRESH, Inverse
from derivegen.document.blocks import Block, Paragraph
from derivegen.document.pen import Pen
from derivegen.formula.letters import place_put
from derivegen.formula.places import Affine, affine, letter
from derivegen.formula.ranges import formula_of
from derivegen.formula.tree import Compare, Formula, Indexed, Number, Place, Quantity
from derivegen.network.family import Equation, Family


@dataclass(frozen=True)
class SolveLine:
    """What is said of one link."""

    pen: Pen
    inverse: Inverse
    under: Equation

    @property
    def child(self) -> Family:
        """The family in whose formula the parent stands."""
        return self.pen.graph.families[self.inverse.link.child]

    @property
    def parent(self) -> Family:
        """What is differentiated by."""
        return self.pen.graph.families[self.inverse.link.leaf.base]

    def blocks(self) -> Iterator[Block]:
        """The sentence."""
        link, letters = self.inverse.link, self._letters
        stands = _indexed(self.parent.name, tuple(self.under.places))
        where = _indexed(self.child.name, tuple(place_put(place, letters) for place in link.equation.places))
        equations = list(self._equations())
        solved = list(self._solved())
        yield Paragraph(
            self.pen.say(
                "indexed.stands",
                by=stands,
                of=where,
                equations=equations,
                solved=solved,
                summed=[Quantity(each.letter) for each in self.inverse.free],
                lookup=bool(self.inverse.equal),
                unequal=self.inverse.unequal is not None,
                conditions=list(self._conditions()),
                root=Quantity(self.pen.graph.root),
            )
        )

    @property
    def _letters(self) -> dict[str, Affine]:
        """What the child's letters are called here: those that the parent has too, and that are not the same there, by another name."""
        known = self.inverse.known
        parents = {name for place in known.values() for name in place.letters}
        names = {*self.pen.graph.families, *(axis.letter for f in self.pen.graph.families.values() for axis in f.axes)}
        others = [name for name in (*FRESH[1:], *ascii_lowercase) if name not in names | parents]
        found: dict[str, Affine] = {}
        for name, value in known.items():
            if not value.terms or (len(value.terms) == 1 and value.terms[0][1] == 1 and not value.shift):
                found[name] = value
            elif name in parents:
                found[name] = letter(others.pop(0))
            else:
                found[name] = letter(name)
        return found

    def _equations(self) -> Iterator[Formula]:
        """place = index, where that says something."""
        for place, index in zip(self.inverse.link.leaf.places, self.under.places, strict=True):
            here = place_put(place, self._letters)
            if here != index:
                yield Compare(_place(here), "=", formula_of(affine(index)))

    def _solved(self) -> Iterator[Formula]:
        """letter = what it is."""
        for name, value in self.inverse.known.items():
            here = self._letters[name]
            says = not (len(value.terms) == 1 and not value.shift and value.terms[0][1] == 1)
            if value != here and (says or not _plain_places(self.inverse)):
                yield Compare(formula_of(here), "=", formula_of(value))

    def _conditions(self) -> Iterator[Formula]:
        """What must hold for there to be such a member, where one letter decides."""
        for _, each in self.inverse.conditions:
            if len(each.terms) != 1 or abs(each.terms[0][1]) != 1:
                continue
            ((name, by),) = each.terms
            end = Number(str(-by * each.shift))
            yield Compare(Quantity(name), "≥" if by > 0 else "≤", end)


def _plain_places(inverse: Inverse) -> bool:
    return all(isinstance(place, str) for place in inverse.link.leaf.places)


def _indexed(name: str, places: tuple[Place, ...]) -> Formula:
    return Indexed(name, places) if places else Quantity(name)


def _place(place: Place) -> Formula:
    return place if isinstance(place, Indexed) else formula_of(affine(place))
