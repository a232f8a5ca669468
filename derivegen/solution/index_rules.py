"""The rules of back-propagation with index letters, for one layer of a network, and each rule gathered into an equation of matrices.

A pen for arrays goes in; chain rule, definition and derivative of each kind of link come out, a line each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivegen.calculus.matrix import function_of
from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.formula.tree import (
    ONE,
    Array,
    BigSum,
    Call,
    Formula,
    Hadamard,
    Indexed,
    Negative,
    Number,
    Partial,
    Product,
    Quantity,
    Sum,
    Transpose,
    total,
)
from derivegen.solution.array_pen import ArrayPen, Statement, Step

ABOVE, UNIT, BELOW, ANY = map(Quantity, "ijkm")


def index_rules(pen: ArrayPen) -> Iterator[Block]:
    """The rules for the last hidden layer, or the only layer, and for the output layer."""
    number = max(1, pen.last - 1)
    rules = Rules(pen, number)
    yield Heading(1, pen.say("layers.rules.title"))
    yield Paragraph(
        pen.say("layers.rules.opening", i=ABOVE, j=UNIT, k=BELOW, layer=number, count=pen.last, above=number < pen.last)
    )
    yield from pen.statements(*rules.weight())
    if pen.offset(number) is not None:
        yield from pen.statements(rules.bias())
    yield Paragraph(pen.say("layers.rules.output", delta=Indexed(pen.delta(pen.last).name, ("j",))))
    yield from pen.statements(Rules(pen, pen.last).output())
    if number < pen.last:
        yield Paragraph(pen.say("layers.rules.hidden", a=rules.a("j"), i=ABOVE))
        yield from pen.statements(*rules.hidden())
    yield from rules.gathered()


@dataclass(frozen=True)
class Rules:
    """The rules of one layer."""

    pen: ArrayPen
    number: int

    @property
    def loss(self) -> Quantity:
        """What is differentiated."""
        return Quantity(self.pen.pen.chain.root)

    def z(self, letter: str, above: int = 0) -> Indexed:
        """z of a unit of the layer, or of one above."""
        return Indexed(self.pen.z(self.number + above).name, (letter,))

    def a(self, letter: str) -> Indexed:
        """The unit's activation."""
        return Indexed(f"a[{self.number}]{self.pen.at}", (letter,))

    def below(self, letter: str) -> Indexed:
        """What feeds the layer."""
        return Indexed(self.pen.below(self.number), (letter,))

    def delta(self, letter: str, above: int = 0) -> Indexed:
        """δ of a unit."""
        return Indexed(self.pen.delta(self.number + above).name, (letter,))

    def w(self, to: str, source: str, above: int = 0) -> Indexed:
        """A weight into the layer, or into the one above."""
        return Indexed(f"w[{self.number + above}]", (to, source))

    def b(self) -> Formula | None:
        """The unit's bias or threshold; the layer's one bias is a quantity of its own."""
        name = self.pen.offset(self.number)
        if name is None:
            return None
        return Quantity(name) if self.pen.is_shared(name) else Indexed(name, ("j",))

    def definition(self) -> Formula:
        """z_j = Σ_m w_jm a_m + b_j."""
        fan_in = Number(str(self.pen.arrays.fan_in(self.number)))
        linear = BigSum(Product((self.w("j", "m"), self.below("m")), dotted=False), ANY, ONE, fan_in)
        b = self.b()
        if b is None:
            return linear
        return Sum((linear, Negative(b) if self.subtracted else b))

    @property
    def subtracted(self) -> bool:
        """Whether there are thresholds in place of biases."""
        return self.pen.layer(self.number).offsets == "threshold"

    def weight(self) -> Iterator[Statement]:
        """Article 003's order: chain rule, by definition, by differentiation, result."""
        say, w, z, delta = self.pen.say, self.w("j", "k"), self.z("j"), self.delta("j")
        links = Product((Partial(self.loss, z), Partial(z, w)))
        yield Partial(self.loss, w), [(links, say("layers.rule.chain", w=w, z=z))]
        yield z, [(self.definition(), say("layers.rule.definition", z=z))]
        yield Partial(z, w), [(self.below("k"), say("layers.rule.differentiation", m=ANY, k=BELOW, w=w))]
        yield delta, [(Partial(self.loss, z), say("layers.rule.delta", delta=delta))]
        result = Product((delta, self.below("k")), dotted=False)
        yield Partial(self.loss, w), [(result, say("layers.rule.weight"))]

    def bias(self) -> Statement:
        """∂C/∂b_j = δ_j; the sum of them where the bias is shared; −δ_j for a threshold."""
        say, b, z, delta = self.pen.say, self.b(), self.z("j"), self.delta("j")
        assert b is not None
        if isinstance(b, Quantity):
            units = Number(str(self.pen.layer(self.number).units))
            summed = BigSum(delta, UNIT, ONE, units)
            return Quantity(self.pen.pen.chain.name_of(b.name)), [(summed, say("layers.rule.bias.shared", b=b))]
        key = "layers.rule.bias.subtracted" if self.subtracted else "layers.rule.bias.added"
        return Partial(self.loss, b), [
            (Product((delta, Partial(z, b))), say("layers.rule.chain", w=b, z=z)),
            (Negative(delta) if self.subtracted else delta, say(key, b=b)),
        ]

    def slope(self) -> Formula:
        """f′(z_j)."""
        return Call(function_of(self.pen.layer(self.number).a), (self.z("j"),), 1)

    def output(self) -> Statement:
        """δ_j of the output layer."""
        say, pen, z, a, delta = self.pen.say, self.pen, self.z("j"), self.a("j"), self.delta("j")
        by_a = Partial(self.loss, a)
        if pen.linear(self.number):
            return delta, [(by_a, say("layers.rule.linear"))]
        if pen.joint:
            difference = Sum((a, Negative(Indexed(f"t{pen.at}", ("j",)))))
            return delta, [
                (Partial(self.loss, z), say("layers.rule.delta", delta=delta)),
                (difference, say("layers.rule.output.joint")),
            ]
        return delta, [(Partial(self.loss, z), say("layers.rule.delta", delta=delta)), *self._through(by_a)]

    def _through(self, by_a: Formula) -> list[Step]:
        """δ_j from ∂C/∂a: times f′(z_j), or over every unit of a coupled layer."""
        say, pen = self.pen.say, self.pen
        if not pen.coupled(self.number):
            return [(Product((by_a, self.slope())), say("layers.rule.through", z=self.z("j"), a=self.a("j")))]
        units = Number(str(pen.layer(self.number).units))
        each = Product((Partial(self.loss, self.a("m")), Partial(self.a("m"), self.z("j"))))
        return [(BigSum(each, ANY, ONE, units), say("layers.rule.through-all", z=self.z("j")))]

    def hidden(self) -> Iterator[Statement]:
        """∂C/∂a_j from the layer above, and δ_j from it."""
        say, a, above = self.pen.say, self.a("j"), Number(str(self.pen.layer(self.number + 1).units))
        links = Product((Partial(self.loss, self.z("i", 1)), Partial(self.z("i", 1), a)))
        weighted = BigSum(Product((self.w("i", "j", 1), self.delta("i", 1)), dotted=False), ABOVE, ONE, above)
        by_a, delta = Partial(self.loss, a), self.delta("j")
        reason = say("layers.rule.hidden.weights", a=a, w=self.w("i", "j", 1), z=self.z("i", 1))
        yield by_a, [(BigSum(links, ABOVE, ONE, above), say("layers.rule.hidden.chain")), (weighted, reason)]
        if self.pen.linear(self.number):
            yield delta, [(weighted, say("layers.rule.linear"))]
            return
        steps = self._through(by_a)
        if not self.pen.coupled(self.number):
            steps.append((Product((self.slope(), weighted), dotted=False), say("layers.rule.hidden.put-in")))
        yield delta, steps

    def gathered(self) -> Iterator[Block]:
        """Each rule as one equation of arrays."""
        pen, number = self.pen, self.number
        entry = Product((self.delta("j"), self.below("k")), dotted=False)
        row = Transpose(Array(pen.below(number)))
        yield Paragraph(
            pen.say("layers.rules.gathered", product=entry, j=UNIT, k=BELOW, delta=pen.delta(number), row=row)
        )
        if pen.masked(number):
            yield Paragraph(pen.say("layers.rules.missing", mask=Array(f"mask[{number}]")))
        at_once: list[Statement] = [(pen.by(f"w[{number}]"), [(outer(pen, number), pen.say("layers.rule.at-once"))])]
        name = pen.offset(number)
        if name is not None and not pen.is_shared(name):
            by, formula = by_offset(pen, number)
            at_once.append((by, [(formula, pen.say("layers.rule.at-once"))]))
        if number < pen.last:
            at_once.append((pen.delta(number), [(delta_formula(pen, number), pen.say("layers.rule.at-once"))]))
        yield from pen.statements(*at_once)
        if number < pen.last:
            weights, delta = Array(f"w[{number + 1}]"), pen.delta(number + 1)
            yield Paragraph(pen.say("layers.rules.transpose", i=ABOVE, j=UNIT, weights=weights, delta=delta))


# the rules as formulas of arrays


def outer(pen: ArrayPen, number: int) -> Formula:
    """∂C/∂W = δ aᵀ, only where there are weights."""
    formula = Product((pen.delta(number), Transpose(Array(pen.below(number)))), dotted=False)
    return Hadamard((Array(f"mask[{number}]"), formula)) if pen.masked(number) else formula


def by_offset(pen: ArrayPen, number: int) -> tuple[Array | Quantity, Formula]:
    """∂C/∂b = δ; the sum of its entries where the bias is one number; −δ for thresholds."""
    name, delta = pen.offset(number), pen.delta(number)
    assert name is not None
    if pen.is_shared(name):
        units = range(1, pen.layer(number).units + 1)
        return Quantity(pen.by(name).name), total(*(pen.arrays.member(delta.name, unit, 1) for unit in units))
    return pen.by(name), Negative(delta) if name.startswith("theta") else delta


def delta_formula(pen: ArrayPen, number: int) -> Formula:
    """δ from the loss, or from the layer above: (Wᵀ δ) ⊙ f′(z), with the Jacobian of a layer whose outputs are coupled."""
    if number == pen.last and pen.joint:
        return Sum((Array(f"a[{number}]{pen.at}"), Negative(Array(f"t{pen.at}"))))
    if number == pen.last:
        upstream: Formula = pen.by(f"a[{number}]{pen.at}")
    else:
        upstream = Product((Transpose(Array(f"w[{number + 1}]")), pen.delta(number + 1)), dotted=False)
    if pen.linear(number):
        return upstream
    if pen.coupled(number):
        return Product((Transpose(pen.jacobian(number)), upstream), dotted=False)
    return Hadamard((upstream, pen.slope(number)))
