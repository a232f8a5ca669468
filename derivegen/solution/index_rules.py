"""The rules of back-propagation with index letters, for one layer of a network, and each rule gathered into an equation of matrices.

A pen for arrays goes in; chain rule, definition and derivative of each kind of link come out, a line each.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.matrix import function_of
from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.formula.letters import renamed
from derivegen.formula.tree import (
    Array,
    BigSum,
    Call,
    Formula,
    Indexed,
    Partial,
    Product,
    Quantity,
    Transpose,
    transform,
)
from derivegen.network.family import Family, over
from derivegen.network.layer import Layer
from derivegen.records import dataclass
from derivegen.solution.array_pen import ArrayPen, Statement, Step

ABOVE, UNIT, BELOW, ANY = map(Quantity, "ijkm")


def index_rules(pen: ArrayPen) -> Iterator[Block]:
    """The rules for the last hidden layer, or the only layer, and for the output layer."""
    number = max(1, pen.last - 1)
    rules, output = Rules(pen, pen.layer(number)), Rules(pen, pen.layer(pen.last))
    yield Heading(1, pen.say("layers.rules.title"))
    yield Paragraph(
        pen.say("layers.rules.opening", i=ABOVE, j=UNIT, k=BELOW, layer=number, count=pen.last, above=number < pen.last)
    )
    if any(True for _ in rules.layer.weights.members()):
        yield from pen.statements(*rules.weight())
    if rules.layer.offset is not None:
        yield from pen.statements(rules.bias(rules.layer.offset))
    yield Paragraph(pen.say("layers.rules.output", delta=output.delta("j")))
    yield from pen.statements(output.output())
    if number < pen.last:
        yield Paragraph(pen.say("layers.rules.hidden", a=rules.of(rules.layer.a, "j"), i=ABOVE))
        yield from pen.statements(*rules.hidden(output.layer))
    yield from rules.gathered()


@dataclass(frozen=True)
class Rules:
    """The rules of one layer, read from its families and their links."""

    pen: ArrayPen
    layer: Layer

    @property
    def loss(self) -> Quantity:
        """What is differentiated."""
        return Quantity(self.pen.pen.chain.root)

    def of(self, family: Family, *letters: str) -> Formula:
        """A member under these letters; what a layer has one of is a quantity of its own."""
        name = self.pen.equations.name(family.name)
        return Indexed(name, letters) if letters else Quantity(name)

    def delta(self, letter: str) -> Indexed:
        """δ of a unit."""
        return Indexed(self.pen.delta(self.layer.number).name, (letter,))

    def weight(self) -> Iterator[Statement]:
        """Article 003's order: chain rule, by definition, by differentiation, result."""
        layer, equations, say = self.layer, self.pen.equations, self.pen.say
        w, z, delta = self.of(layer.weights, "j", "k"), self.of(layer.z, "j"), self.delta("j")
        links = Product((Partial(self.loss, z), Partial(z, w)))
        yield Partial(self.loss, w), [(links, say("layers.rule.chain", w=w, z=z))]
        definition = summed_over(equations.definition(layer.z), "m")
        yield z, [(definition, say("layers.rule.definition", z=z))]
        local = equations.link(layer.z, layer.weights)
        yield Partial(z, w), [(local, say("layers.rule.differentiation", m=ANY, k=BELOW, w=w))]
        yield delta, [(Partial(self.loss, z), say("layers.rule.delta", delta=delta))]
        yield Partial(self.loss, w), [(equations.felt(layer.weights), say("layers.rule.weight"))]

    def bias(self, offset: Family) -> Statement:
        """∂C/∂b_j = δ_j; the sum of them where the bias is shared; −δ_j for a threshold."""
        say, felt, z = self.pen.say, self.pen.equations.felt(offset), self.of(self.layer.z, "j")
        b = self.of(offset, *(axis.letter for axis in offset.axes))
        if isinstance(b, Quantity):
            return Quantity(self.pen.pen.chain.name_of(b.name)), [(felt, say("layers.rule.bias.shared", b=b))]
        key = "layers.rule.bias.subtracted" if offset.kind == "threshold" else "layers.rule.bias.added"
        links = Product((self.delta("j"), Partial(z, b)))
        return Partial(self.loss, b), [(links, say("layers.rule.chain", w=b, z=z)), (felt, say(key, b=b))]

    def slope(self) -> Formula:
        """f′(z_j)."""
        return Call(function_of(self.layer.a), (self.of(self.layer.z, "j"),), 1)

    def output(self) -> Statement:
        """δ_j of the output layer."""
        say, z, a, delta = self.pen.say, self.of(self.layer.z, "j"), self.of(self.layer.a, "j"), self.delta("j")
        by_a = Partial(self.loss, a)
        if self.layer.linear:
            return delta, [(by_a, say("layers.rule.linear"))]
        start: list[Step] = [(Partial(self.loss, z), say("layers.rule.delta", delta=delta))]
        if self.pen.joint:
            return delta, [*start, (self.pen.equations.felt(self.layer.z), say("layers.rule.output.joint"))]
        return delta, [*start, *self._through(by_a)]

    def _through(self, by_a: Formula) -> list[Step]:
        """δ_j from ∂C/∂a: times f′(z_j), or over every unit of a coupled layer."""
        say, z, a = self.pen.say, self.of(self.layer.z, "j"), self.of(self.layer.a, "j")
        if not self.layer.a.is_coupled:
            return [(Product((by_a, self.slope())), say("layers.rule.through", z=z, a=a))]
        each = Product((Partial(self.loss, self.of(self.layer.a, "m")), Partial(self.of(self.layer.a, "m"), z)))
        return [(over("m", self.layer.units, each), say("layers.rule.through-all", z=z))]

    def hidden(self, above: Layer) -> Iterator[Statement]:
        """∂C/∂a_j from the layer above, and δ_j from it."""
        say, a, z = self.pen.say, self.of(self.layer.a, "j"), self.of(above.z, "i")
        links = Product((Partial(self.loss, z), Partial(z, a)))
        weighted = self.pen.equations.felt(self.layer.a)
        by_a, delta = Partial(self.loss, a), self.delta("j")
        reason = say("layers.rule.hidden.weights", a=a, w=self.of(above.weights, "i", "j"), z=z)
        yield by_a, [(over("i", above.units, links), say("layers.rule.hidden.chain")), (weighted, reason)]
        if self.layer.linear:
            yield delta, [(weighted, say("layers.rule.linear"))]
            return
        steps = self._through(by_a)
        if not self.layer.a.is_coupled:
            steps.append((Product((self.slope(), weighted), dotted=False), say("layers.rule.hidden.put-in")))
        yield delta, steps

    def gathered(self) -> Iterator[Block]:
        """Each rule as one equation of arrays."""
        pen, layer, number = self.pen, self.layer, self.layer.number
        row = Transpose(Array(pen.below(number)))
        product = pen.equations.felt(layer.weights)
        yield Paragraph(
            pen.say("layers.rules.gathered", product=product, j=UNIT, k=BELOW, delta=pen.delta(number), row=row)
        )
        if layer.missing:
            yield Paragraph(pen.say("layers.rules.missing", mask=Array(f"mask[{number}]")))
        families = [family for family in layer.parameters if family.axes]
        gathered: list[Statement] = []
        at_once: list[tuple[Formula, Family]] = [(pen.by(family.name), family) for family in families]
        if number < pen.last:
            at_once.append((pen.delta(number), layer.z))
        for left, family in at_once:
            gathered.append((left, [(pen.equations.adjoint(family), pen.say("layers.rule.at-once"))]))
        yield from pen.statements(*gathered)
        if number < pen.last:
            weights, delta = Array(pen.layer(number + 1).weights.name), pen.delta(number + 1)
            yield Paragraph(pen.say("layers.rules.transpose", i=ABOVE, j=UNIT, weights=weights, delta=delta))


def summed_over(tree: Formula, letter: str) -> Formula:
    """The formula with its sums over another letter."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, BigSum) or not isinstance(part.index, Quantity):
            return None
        return BigSum(renamed(part.body, {part.index.name: letter}), Quantity(letter), part.low, part.high)

    return transform(tree, change)


def by_offset(pen: ArrayPen, offset: Family) -> tuple[Array | Quantity, Formula]:
    """∂C/∂b = δ; the sum of its entries where the bias is one number; −δ for thresholds."""
    if offset.axes:
        return pen.by(offset.name), pen.equations.adjoint(offset)
    summed = pen.arrays.at(pen.equations.felt(offset), {})
    assert summed is not None
    return Quantity(pen.by(offset.name).name), summed
