"""One use of a shared parameter in full: a pen, a parameter and a use of it go in; what it contributes, as a product of marked factors with
the number of each, comes out.

① is what came back to the function the use goes through, ② its slope, ③ what the parameter is multiplied by there: the same roles as in a
network of layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor, Term
from derivegen.document.blocks import Beside, Block, Derivation, Heading, Paragraph, Picture, Prose, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.print.line_width import line_width
from derivegen.formula.tree import (
    ONE,
    Bracket,
    Cases,
    Compare,
    Formula,
    Number,
    Product,
    Quantity,
    Under,
    Value,
    Words,
    product,
    walk,
)
from derivegen.network.order import Block as Scheduled
from derivegen.records import dataclass, replace
from derivegen.solution.indexed_backward import IndexedBackward
from derivegen.solution.links import at_root, by_of
from derivegen.solution.readings import MINDS, STEEP, TAKES
from derivegen.solution.uses import product_of, through_function

BESIDE = 66.0
"""Millimetres that a chain may take beside a figure."""
Marked = tuple[str, Factor]


def worked_uses(pen: Pen, name: str) -> tuple[Term, ...]:
    """The uses of a parameter that are worked: where it goes step by step, the last one that contributes and one before it; else one that
    does."""
    terms = [each for each in pen.chain[pen.chain.name_of(name)].terms if pen.trace.number(product_of(each))]
    loop = next((loop for each in terms if (loop := _block(pen, each).loops)), None)
    if loop is None:
        return tuple(terms[-1:])
    letter, way = loop[0]
    return tuple(sorted(terms, key=lambda each: -way * int(each.at.get(letter, 0)))[:2])


def _block(pen: Pen, term: Term) -> Scheduled:
    """The families that are computed step by step with what a use goes into."""
    assert term.link is not None
    return next(block for block in pen.graph.blocks if term.link.child in block.names)


@dataclass
class WorkedUse:
    """Writes one use."""

    pen: Pen
    backward: IndexedBackward
    name: str
    term: Term

    def blocks(self, letters: Sequence[str], picture: Picture | None) -> Iterator[Block]:
        """The way, the chain, each factor, the product."""
        pen, marked = self.pen, self._marked
        at = [Compare(Quantity(letter), "=", Number(str(self.term.at[letter]))) for letter in letters]
        yield Heading(2, pen.say("indexed.use", name=Quantity(self.name), at=at, child=Quantity(self.term.child)))
        yield Paragraph(self._way(marked))
        yield from self.backward.first(self._needed(marked))
        chain = self._chain(marked)
        yield from self._beside(picture, chain)
        for mark, factor in marked:
            yield from self._factor(mark, factor)
        numbers = product(*(_under(mark, self.backward.number(factor)) for mark, factor in marked))
        contribution = Value(product_of(self.term))
        yield in_lines(pen.derivation(self._left, [(numbers, ()), (contribution, self._sign)]))
        yield from self.backward.line(self.term.child)

    @property
    def _marked(self) -> tuple[Marked, ...]:
        """The factors with their marks: where what the use goes into acts through one function alone, three."""
        upstream, *own = self.term.factors
        takes = tuple((TAKES, each) for each in own)
        if through_function(self.pen, self.term):
            minds, steep = self.pen.chain[upstream.name].terms[0].factors
            return ((MINDS, minds), (STEEP, steep), *takes)
        return ((MINDS, upstream), *takes)

    @property
    def _left(self) -> Formula:
        return product(*(Quantity(factor.name) for factor in self.term.factors))

    def _way(self, marked: Sequence[Marked]) -> Prose:
        """What the use changes, and what that changes."""
        minds = self.pen.chain[marked[0][1].name]
        stops = [self.term.child, *([by_of(self.pen.graph, minds.target)] if len(marked) > 2 else [])]
        root = Quantity(self.pen.graph.root)
        through = [term.factors[0].role == "upstream" for term in minds.terms]
        on = [Quantity(term.child) if up else root for term, up in zip(minds.terms, through, strict=True)]
        return self.pen.say(
            "indexed.way",
            name=Quantity(self.name),
            stops=[Quantity(each) for each in stops],
            on=on if any(through) else [],
            count=len(minds.terms),
            root=root,
        )

    def _needed(self, marked: Sequence[Marked]) -> list[str]:
        """What came back to what ① is made of."""
        terms = self.pen.chain[marked[0][1].name].terms
        return [factor.name for term in terms for factor in term.factors if factor.role == "upstream"]

    def _chain(self, marked: Sequence[Marked]) -> Derivation:
        symbols = product(*(_under(mark, Quantity(factor.name)) for mark, factor in marked))
        readings = product(*(_under(mark, self._reading(mark, factor)) for mark, factor in marked))
        if len(marked) < 3:
            return self.pen.derivation(symbols, [(readings, ())])
        return self.pen.derivation(self._left, [(symbols, ()), (readings, ())])

    def _reading(self, mark: str, factor: Factor) -> Formula:
        """How a factor reads inside the product."""
        if mark == MINDS:
            step = self.pen.chain[factor.name]
            made = self.backward.made_of(step)
            if len(step.terms) > 2 or any(isinstance(part, Cases) for part in walk(made)):
                return Quantity(factor.name)
        else:
            made = self.pen.together([factor])
        return Bracket(made) if isinstance(made, Product) and made.dotted else made

    def _beside(self, picture: Picture | None, chain: Derivation) -> Iterator[Block]:
        """The figure and the chain, side by side where the chain is short."""
        if picture is None:
            yield in_lines(chain)
            return
        press, trace = self.pen.press, self.pen.trace
        width = max(line_width(press.written(row.right, trace)) for row in chain.rows)
        width += line_width(press.written(chain.rows[0].left or ONE, trace))
        yield from (Beside((picture, chain)),) if width <= BESIDE else (picture, in_lines(chain))

    def _factor(self, mark: str, factor: Factor) -> Iterator[Block]:
        """One factor: what it is, its number, what that says."""
        pen, backward = self.pen, self.backward
        if mark == MINDS:
            if factor.name in backward.found:
                return
            backward.found.add(factor.name)
            step = pen.chain[factor.name]
            lines: list[Line] = [
                (backward.made_of(step), ()),
                (backward.in_numbers(step), ()),
                (Value(factor.name), ()),
            ]
        else:
            lines = [(factor.reading, ()), *pen.in_numbers(factor.name, factor.reading, ())]
        rows = list(pen.rows(Quantity(factor.name), lines))
        if not rows:
            return
        rows[0], rows[-1] = replace(rows[0], mark=mark), rows[-1]
        rows[-1] = replace(rows[-1], reason=self._why(mark, factor))
        yield Derivation(tuple(rows), running=True)

    def _why(self, mark: str, factor: Factor) -> Prose:
        pen = self.pen
        by, root = Quantity(by_of(pen.graph, factor.name)), Quantity(pen.graph.root)
        if mark == STEEP:
            return pen.say("indexed.steep", by=by)
        if mark == TAKES:
            return pen.say("indexed.takes", name=Quantity(self.name), child=Quantity(self.term.child))
        step, number = pen.chain[factor.name], float(pen.trace.number(factor.name))
        sign = (number > 0) - (number < 0)
        if at_root(step) or len(step.terms) == 1:
            return pen.say("lesson.grows", by=by, loss=root, sign=sign)
        signs = [value(pen.together(term.factors), pen.trace.number, FLOAT) for term in step.terms]
        return pen.say("lesson.pull", against=min(signs) < 0 < max(signs), count=len(signs))

    @property
    def _sign(self) -> Prose:
        """That this is what one use contributes."""
        return self.pen.say("indexed.one-use", name=Quantity(self.name))


def _under(mark: str, tree: Formula) -> Formula:
    """A factor over its mark."""
    return Under(tree, Words(mark))
