"""The worked solution of a `[graph]` with index letters: the equations, forward with an example and a row a step, backward family by family
with the line that is solved for the members it enters, and what each use of a shared parameter contributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from derivegen.calculus.steps import Step, Term
from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Prose, Row
from derivegen.document.graph_tables import few
from derivegen.document.grids import grid, lettered, letters_table
from derivegen.document.pen import Line, Pen
from derivegen.formula.places import Range
from derivegen.formula.ranges import formula_of
from derivegen.formula.tree import Compare, Formula, Indexed, Quantity, Value, product, total
from derivegen.network.family import PARAMETERS, Equation, Family, Index
from derivegen.network.names import parse_derivative
from derivegen.solution.frame import brief
from derivegen.solution.solve_lines import SolveLine
from derivegen.solution.update import training_section, update_section
from derivegen.solution.uses import is_shared, telling, uses

MOST_TERMS = 8
"""Ways a quantity acts that are written out as a sum."""
ASKED_FOR = 6
"""Updates worked in full."""


def indexed_blocks(pen: Pen) -> Iterator[Block]:
    """The whole document."""
    own = IndexedGraph(pen)
    yield Heading(1, pen.say("given.title"))
    yield from own.given()
    yield Heading(1, pen.say("forward.title"))
    yield from own.forward()
    yield Heading(1, pen.say("backward.title"))
    yield Paragraph(pen.say("graph.backward", root=own.root))
    yield from own.backward()
    yield Heading(1, pen.say("indexed.parameters"))
    yield from own.parameters()
    yield from update_section(pen, pen.graph.trained[:ASKED_FOR])
    yield from training_section(pen, pen.trace.updates)


@dataclass(frozen=True)
class IndexedGraph:
    """Writes the passes of one graph."""

    pen: Pen

    @property
    def root(self) -> Quantity:
        """What is differentiated."""
        return Quantity(self.pen.graph.root)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families in the order in which they are computed."""
        return tuple(self.pen.graph.families[name] for block in self.pen.graph.blocks for name in block.names)

    @cached_property
    def computed(self) -> tuple[Family, ...]:
        return tuple(family for family in self.families if not family.is_given)

    def given(self) -> Iterator[Block]:
        """What is looked for, what the letters count, and the numbers."""
        pen = self.pen
        yield Paragraph(pen.say("indexed.opening", root=self.root, wrt=few([*self._sought])))
        yield letters_table(pen)
        for family in self.families:
            given = [each for each in family.equations if each.formula is None]
            if given and family.is_given:
                yield from grid(pen, family, pen.say("indexed.given", name=lettered(family)), _itself)
        alone = [f.name for f in self.families if f.is_given and not f.axes and pen.trace.known(f.name)]
        if alone:
            yield Paragraph(pen.say("indexed.given-alone", values=[_equals(name) for name in alone]))

    @property
    def _sought(self) -> Iterator[str]:
        for family in self.families:
            if family.kind in PARAMETERS:
                yield family.name

    # forward

    def forward(self) -> Iterator[Block]:
        """The equations, then each family: one member in numbers, and all of them."""
        pen = self.pen
        yield Paragraph(pen.say("indexed.equations"))
        rows = [
            Row(_left(family, equation), "=", equation.formula, self._where(family, equation))
            for family in self.computed
            for equation in family.equations
            if equation.formula is not None
        ]
        yield Derivation(tuple(rows))
        for family in self.computed:
            shown = self._shown(family)[-1:] if not self._asked(family) else self._asked(family)
            for indices in shown:
                yield self._node(family.member(indices))
            if len(shown) < sum(1 for _ in family.members()):
                yield from grid(pen, family, pen.say("indexed.values-of", name=lettered(family)), _itself)

    def _where(self, family: Family, equation: Equation) -> Prose:
        """For which letters an equation holds, where that is not for all; and that a softmax is one."""
        ranges = [each for own in equation.domain for each in _narrow(own, family)]
        if ranges:
            return self.pen.say("indexed.where", ranges=ranges)
        return self.pen.say("reason.node", node=_left(family, equation))

    def _node(self, name: str) -> Derivation:
        formula = self.pen.graph[name].formula
        assert formula is not None
        say, node = self.pen.say, Quantity(name)
        return self.pen.statement(name, formula, say("reason.node", node=node), say("reason.numbers.node", node=node))

    def _asked(self, family: Family) -> list[tuple[Index, ...]]:
        """The members the document asks for."""
        located = [self.pen.graph.locate(name) for name in self.pen.graph.network.options.wrt or ()]
        return [found[1] for found in located if found is not None and found[0] is family]

    def _shown(self, family: Family) -> list[tuple[Index, ...]]:
        """The members that are worked: where it goes step by step, the last step and one before it; else one in the middle."""
        members = [each for each in family.members() if family.defined(each)[0] is not None]
        block = next(block for block in self.pen.graph.blocks if family.name in block.names)
        if not block.loops:
            return [members[len(members) // 2]]
        letter, way = block.loops[0]
        place = [axis.letter for axis in family.axes].index(letter)
        steps = sorted({int(each[place]) * way for each in members})
        chosen = [steps[-1], *(steps[-2:-1])]
        return [next(each for each in members if int(each[place]) * way == step) for step in chosen]

    # backward

    def backward(self) -> Iterator[Block]:
        """The families from the output backwards."""
        reaching = self.pen.chain.links
        for family in reversed(self.computed):
            if family.name != self.pen.graph.root and reaching[family.name]:
                yield from self._family(family)
        cut = [f.name for f in self.computed if not reaching[f.name] and f.name != self.pen.graph.root]
        if cut:
            names = list(map(Quantity, cut))
            yield Paragraph(self.pen.say("graph.cut-off", names=names, count=len(cut), root=self.root))

    def _family(self, family: Family) -> Iterator[Block]:
        pen = self.pen
        yield Heading(2, pen.say("backward.one", target=lettered(family)))
        yield from self._rules(family)
        for indices in self._asked(family) or self._shown(family):
            yield from self._one(family.member(indices))
        yield from grid(
            pen, family, pen.say("indexed.derivatives-of", name=lettered(family), root=self.root), pen.chain.name_of
        )

    def _rules(self, family: Family) -> Iterator[Block]:
        """Where the family stands, and the chain rule under its letters."""
        pen = self.pen
        for under in family.equations:
            if under.formula is None and not family.is_given:
                continue
            inverses = [pen.chain.inverse(link, under) for link in pen.chain.links[family.name]]
            for inverse in inverses:
                if not any(not each.terms and each.shift < 0 for _, each in inverse.conditions):
                    yield from SolveLine(pen, inverse, under).blocks()
            rule = pen.chain.rule(family, under)
            left = Indexed(pen.chain.name_of(family.name), tuple(under.places))
            shown = left if family.axes else Quantity(pen.chain.name_of(family.name))
            yield Derivation(
                (Row(shown, "=", rule, pen.say("indexed.rule", left_out=any(each.conditions for each in inverses))),)
            )

    def _one(self, name: str) -> Iterator[Block]:
        """∂L/∂member in numbers."""
        pen, target = self.pen, self.pen.chain.name_of(name)
        step = pen.chain[target]
        if not step.terms:
            yield Paragraph(pen.say("graph.cut-off", names=[Quantity(name)], count=1, root=self.root))
            return
        if len(step.terms) > MOST_TERMS:
            if pen.trace.known(target):
                reason = pen.say("graph.all-terms", count=len(step.terms))
                yield pen.derivation(Quantity(target), [(Value(target), reason)])
            return
        yield pen.derivation(Quantity(target), self._lines(step))

    def _lines(self, step: Step) -> Iterator[Line]:
        pen, target = self.pen, step.target
        partials = total(*(product(*(Quantity(f.name) for f in term.factors)) for term in step.terms))
        through = [Quantity(_of(pen, term)) for term in step.terms]
        by = Quantity(_by(target))
        if partials != Quantity(target):
            alone = len(step.terms) == 1
            yield partials, pen.say("reason.link" if alone else "reason.sum", target=by, through=through)
        together = (
            step.reading if partials == Quantity(target) else total(*(pen.together(t.factors) for t in step.terms))
        )
        if together != partials:
            yield together, pen.say("indexed.local")
        if not pen.trace.known(target):
            return
        if partials == Quantity(target):
            yield from pen.in_numbers(target, together, pen.say("reason.numbers.node-slope", by=by))
            return
        yield total(*(pen.values(term.factors) for term in step.terms)), pen.say("reason.numbers.step", target=by)
        yield Value(target), ()

    # parameters

    def parameters(self) -> Iterator[Block]:
        """Each parameter: its rule, what each use of it contributes, all derivatives."""
        pen = self.pen
        for family in self.families:
            if family.kind not in PARAMETERS:
                continue
            yield Heading(2, pen.say("backward.one", target=lettered(family)))
            if not pen.chain.links[family.name]:
                yield Paragraph(pen.say("graph.cut-off", names=[lettered(family)], count=1, root=self.root))
                continue
            yield from self._rules(family)
            for indices in self._asked(family) or [telling(pen, family)]:
                name = family.member(indices)
                yield from uses(pen, name) if is_shared(pen, name) else self._one(name)
            yield from grid(
                pen, family, pen.say("indexed.derivatives-of", name=lettered(family), root=self.root), pen.chain.name_of
            )
        if not brief(pen):
            yield from self._inputs()

    def _inputs(self) -> Iterator[Block]:
        """The derivatives by what enters."""
        pen = self.pen
        inputs = [f for f in self.families if f.kind == "input" and pen.chain.links[f.name] and pen.trace.complete]
        if inputs:
            yield Heading(2, pen.say("indexed.inputs"))
        for family in inputs:
            yield from self._rules(family)
            caption = pen.say("indexed.derivatives-of", name=lettered(family), root=self.root)
            yield from grid(pen, family, caption, pen.chain.name_of)


def _itself(name: str) -> str:
    return name


def _equals(name: str) -> Compare:
    return Compare(Quantity(name), "=", Value(name))


def _left(family: Family, equation: Equation) -> Formula:
    return Indexed(family.name, tuple(equation.places)) if family.axes else Quantity(family.name)


def _narrow(own: Range, family: Family) -> Iterator[Compare]:
    """The comparisons that a range is, beyond the whole axis."""
    axis = next(axis for axis in family.axes if axis.letter == own.letter)
    letter = Quantity(own.letter)
    if own.low.terms or own.low.shift > axis.low:
        yield Compare(letter, "≥", formula_of(own.low))
    if own.high.terms or own.high.shift < axis.low + int(axis.size) - 1:
        yield Compare(letter, "≤", formula_of(own.high))


def _of(pen: Pen, term: Term) -> str:
    """What a term goes through."""
    pair = parse_derivative(term.factors[-1].name)
    assert pair is not None
    return pair[0] if pair[0] != "loss" else pen.graph.root


def _by(target: str) -> str:
    pair = parse_derivative(target)
    assert pair is not None
    return pair[1]
