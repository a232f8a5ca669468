"""Where a quantity stands, and which members of the next family it enters: a pen and links go in, sentences come out.

x_n stands in z_p where p + u − 1 = n, so p = n − u + 1: the step from a formula to the chain rule that is most often missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from string import ascii_lowercase

from derivegen.calculus.inverse import FRESH, Inverse
from derivegen.document.blocks import Prose
from derivegen.document.pen import Pen
from derivegen.formula.letters import place_put
from derivegen.formula.places import Affine, affine, letter
from derivegen.formula.ranges import formula_of, not_negative
from derivegen.formula.tree import Call, Compare, Formula, Indexed, Number, Place, Quantity
from derivegen.network.family import Equation, Family
from derivegen.records import dataclass


def solve_lines(pen: Pen, inverses: Sequence[Inverse], under: Equation) -> Iterator[Prose]:
    """A sentence for each way a family enters others: what it enters in one way, the gates of a cell, is named together."""
    ways: dict[tuple[object, ...], list[SolveLine]] = {}
    coupled = {each.link.child for each in inverses if each.unequal is not None}
    for each in inverses:
        line = SolveLine(pen, each, under)
        if each.is_possible and not (each.link.when == "own" and each.link.child in coupled):
            ways.setdefault(line.way, []).append(line)
    for lines in ways.values():
        yield lines[0].said(list(dict.fromkeys(line.where for line in lines)))


def in_a_row(sentences: Iterable[Prose]) -> Prose:
    """Sentences one after the other, as the reason of a line."""
    return tuple(part for sentence in sentences if sentence for part in (" ", *sentence))[1:]


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

    @cached_property
    def where(self) -> Formula:
        """The child's member."""
        return _indexed(
            self.child.name, tuple(place_put(place, self._letters) for place in self.inverse.link.equation.places)
        )

    @cached_property
    def way(self) -> tuple[object, ...]:
        """What links have in common that are said together."""
        coupled = self.inverse.unequal and self.child.name
        summed = tuple(each.letter for each in self.inverse.free)
        return (*self._equations(), None, *self._solved(), None, *self._conditions(), summed, self._only, coupled)

    @property
    def _only(self) -> bool:
        """Whether it is a matter of single numbers for the parent's own letters: p has h at t = 3 alone."""
        pairs = zip(self.inverse.link.leaf.places, self.under.places, strict=True)
        alone = [place for place, index in pairs if isinstance(place, Affine) and not place.terms and place != index]
        return bool(alone) and len(alone) == sum(1 for _ in self._equations())

    def said(self, of: Sequence[Formula]) -> Prose:
        """The sentence, for all the members of children that are entered in this way."""
        inverse = self.inverse
        stands = _indexed(self.parent.name, tuple(self.under.places))
        if inverse.unequal is not None:
            within = [not_negative(each) for _, each in inverse.conditions]
            return self.pen.say("indexed.stands-coupled", by=stands, own=self._own, of=self.where, conditions=within)
        summed = [Quantity(each.letter) for each in inverse.free]
        if not any((*self._equations(), *self._solved(), *self._conditions(), self._only)):
            if summed and self.parent.is_parameter:
                return self.pen.say("indexed.used", by=stands, of=list(of), summed=summed)
            match self.child.formula:
                case Call(function, (Indexed(),), primes) if len(of) == 1 and not summed:
                    equation = Compare(of[0], "=", Call(function, (stands,), primes))
                    return self.pen.say("indexed.since", equation=equation)
        return self.pen.say(
            "indexed.stands",
            by=stands,
            of=list(of),
            equations=list(self._equations()),
            solved=list(self._solved()),
            summed=summed,
            lookup=bool(inverse.equal),
            conditions=list(self._conditions()),
            only=self._only,
        )

    @property
    def _own(self) -> Formula:
        """The member of a coupled family that has the parent's own indices."""
        assert self.inverse.unequal is not None
        own, other = self.inverse.unequal
        back = {name: letter(other) if str(place) == own else place for name, place in self.inverse.known.items()}
        return _indexed(self.child.name, tuple(place_put(place, back) for place in self.inverse.link.equation.places))

    @property
    def _letters(self) -> dict[str, Affine]:
        """What the child's letters are called here: those that the parent has too, and that are not the same there, by another name."""
        known = self.inverse.known
        parents = {name for place in known.values() for name in place.letters}
        others = [name for name in (*FRESH[1:], *ascii_lowercase) if name not in self.pen.chain.taken | parents]
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
                alone = isinstance(here, Affine) and not here.terms
                sides = _place(here), formula_of(affine(index))
                yield Compare(sides[alone], "=", sides[not alone])

    def _solved(self) -> Iterator[Formula]:
        """letter = what it is."""
        for name, value in self.inverse.known.items():
            here = self._letters[name]
            says = not (len(value.terms) == 1 and not value.shift and value.terms[0][1] == 1)
            if value != here and (says or not _plain_places(self.inverse)):
                yield Compare(formula_of(here), "=", formula_of(value))

    def _conditions(self) -> Iterator[Formula]:
        """What must hold for there to be such a member, where one letter decides, and how far a letter runs that others bound."""
        for _, each in self.inverse.conditions:
            if len(each.terms) != 1 or abs(each.terms[0][1]) != 1:
                continue
            ((name, by),) = each.terms
            end = Number(str(-by * each.shift))
            yield Compare(Quantity(name), "≥" if by > 0 else "≤", end)
        for summed in self.inverse.free:
            if summed.low.terms:
                yield Compare(Quantity(summed.letter), "≥", formula_of(summed.low))
            if summed.high.terms:
                yield Compare(Quantity(summed.letter), "≤", formula_of(summed.high))


def _plain_places(inverse: Inverse) -> bool:
    return all(isinstance(place, str) for place in inverse.link.leaf.places)


def _indexed(name: str, places: tuple[Place, ...]) -> Formula:
    return Indexed(name, places) if places else Quantity(name)


def _place(place: Place) -> Formula:
    return place if isinstance(place, Indexed) else formula_of(affine(place))
