"""What the backward pass does not work: a step goes in; whether it is passed over, what is said in its place, and the sign under which a
sum too long to be written stands, come out.

Of a deep network the layers in the middle are passed over, of a wide layer all units but the first and those that are asked for: what is
done there has been done before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from derivegen.calculus.steps import Step
from derivegen.document.blocks import Block, Paragraph
from derivegen.document.pen import Pen
from derivegen.formula.tree import ONE, BigSum, Formula, Indexed, Number, Quantity, product
from derivegen.network.graph import Graph
from derivegen.network.layer import Layer
from derivegen.solution.forward import members_of, numbers_alone
from derivegen.solution.links import by_of, delta_of

MOST_UNITS = 24
"""Units of a layer whose steps are all worked, and terms of a sum that are all written; of more, one stands for all."""

Unit = tuple[int, int]
"""A layer and a unit of it."""


class PassedOver:
    """Which steps are passed over; says so once for each layer. `wanted` is what is worked in full."""

    def __init__(self, pen: Pen, wanted: Sequence[str] = ()) -> None:
        self.pen = pen
        self._worked = {layer.number for layer in pen.worked}
        self._asked = {unit for name in wanted if (unit := _unit(pen.graph, name)) is not None}
        self._said: set[tuple[str, int]] = set()

    def is_over(self, name: str) -> bool:
        """Whether the step of a derivative is passed over."""
        unit = _unit(self.pen.graph, by_of(self.pen.graph, name))
        return unit is not None and (unit[0] not in self._worked or self._is_one_of_many(unit))

    def said(self, name: str) -> Iterator[Block]:
        """What is said in place of such a step, if it has not been said of its layer."""
        unit = _unit(self.pen.graph, by_of(self.pen.graph, name))
        assert unit is not None
        if unit[0] not in self._worked:
            yield from self._once("deep", min(each for each in self._worked if each > unit[0]))
        elif self.pen.graph[by_of(self.pen.graph, name)].family.kind != "activation" or unit[0] == self.pen.graph.depth:
            yield from self._once("wide", unit[0])

    def _once(self, what: str, layer: int) -> Iterator[Block]:
        if (what, layer) not in self._said:
            self._said.add((what, layer))
            yield from self._below(layer) if what == "deep" else self._others(layer)

    def _below(self, above: int) -> Iterator[Block]:
        """The layers below a worked one, and the δ of the lowest of them, with which the next one goes on."""
        pen, lowest = self.pen, self.pen.lowest_skipped(above)
        yield Paragraph(pen.skipped(above))
        names = list(map(pen.chain.name_of, members_of(pen, pen.graph.layer(lowest).z)))
        yield from numbers_alone(pen, names, partial(delta_of, pen.graph))

    def _others(self, layer: int) -> Iterator[Block]:
        """The units of a wide layer that are not worked."""
        units = self.pen.graph.layer(layer).units
        count = sum(self._is_one_of_many((layer, unit)) for unit in range(1, units + 1))
        yield Paragraph(self.pen.say("forward.others", count=count))

    def _is_one_of_many(self, unit: Unit) -> bool:
        """Whether a unit of a wide layer is neither its first nor one that is asked for."""
        return unit[1] != 1 and unit not in self._asked and self.pen.graph.layer(unit[0]).units > MOST_UNITS


def under_a_sign(pen: Pen, step: Step) -> Formula | None:
    """The sum over all units of a wide layer, one term under a sum sign; None if it is written out, as where a mask leaves some out."""
    by = pen.graph.locate(by_of(pen.graph, step.target))
    if by is None or by[0].kind != "activation" or len(step.terms) <= MOST_UNITS or by[0].layer == pen.graph.depth:
        return None
    above: Layer = pen.graph.layer(by[0].layer + 1)
    if len(step.terms) < above.units:
        return None
    weight = Indexed(above.weights.name, ("m", str(by[1][0])))
    delta = Indexed(delta_of(pen.graph, pen.chain.name_of(above.z.name)), ("m",))
    return BigSum(product(weight, delta), Quantity("m"), ONE, Number(str(above.units)))


def _unit(graph: Graph, name: str) -> Unit | None:
    """The layer and the unit that a quantity belongs to."""
    family, indices = graph.locate(name) or (None, ())
    if family is None or not family.layer or not indices or not isinstance(indices[0], int):
        return None
    return family.layer, indices[0]
