"""The derivatives that were not worked in full, as formulas: what has been shown goes in; for each unit its δ and its parameters come out.

With numbers the tables hold them; without, these lines do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Block, Derivation, Paragraph, Prose, Row, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import ONE, Bracket, Formula, Product, Quantity, Sum, product, total
from derivegen.network.names import parse
from derivegen.records import dataclass
from derivegen.solution.forward import is_linear
from derivegen.solution.links import by_of, delta_of, visible

MOST = 40
"""Parameters listed; of a larger network the rules by index are the whole answer."""


@dataclass
class Others:
    """Writes the lines; `named` are the derivatives by a z whose δ has been found."""

    pen: Pen
    named: set[str]

    def blocks(self, shown: Collection[str], in_short: bool = False) -> Iterator[Block]:
        """Every parameter not in `shown`, the output layer first, a derivation for each unit; in short those of all units but the first run
        on."""
        pen = self.pen
        left = [name for name in pen.graph.parameters if name not in shown]
        if not left or len(pen.graph.parameters) > MOST:
            return
        yield Paragraph(pen.say("others.opening", count=len(left), several=pen.graph.network.rows != 1))
        groups = [group for layer in reversed(pen.worked) for group in _by_unit(left, layer.number)]
        for number, members in enumerate(groups):
            rows = (row for name in members for row in self._parameter(name, explained=not number))
            found = Derivation(tuple(rows))
            yield in_lines(found) if number and in_short else found

    def _parameter(self, name: str, explained: bool) -> Iterator[Row]:
        """A parameter's line, before it those of the δ it needs."""
        target = self.pen.chain.name_of(name)
        for term in self.pen.chain[target].terms:
            yield from self._delta(term.factors[0].name)
        line = (self._reading(target), self._why(name) if explained else ())
        yield from self.pen.rows(Quantity(target), [line])

    def _why(self, name: str) -> Prose:
        """Why the last factor of a parameter's derivative is what it is."""
        last = self.pen.chain[self.pen.chain.name_of(name)].terms[0].factors[-1]
        key = f"others.{self.pen.graph[name].family.kind}"
        return self.pen.say(key, by=Quantity(name), last=last.reading)

    def _delta(self, name: str) -> Iterator[Row]:
        """The δ of a unit that has none yet, and before it those of the units above."""
        if not self._has_delta(name) or name in self.named:
            return
        self.named.add(name)
        reading = self._reading(name)
        yield from self._needed(name)
        delta = Quantity(delta_of(self.pen.graph, name))
        lines: list[Line] = [
            (Quantity(name), self.pen.say("reason.delta", delta=delta)),
            (reading, self.pen.say("others.delta", **self._fed(name))),
        ]
        yield from self.pen.rows(delta, lines)

    def _fed(self, name: str) -> dict[str, object]:
        """The output of the unit that a derivative is by the sum of, and how many units it feeds."""
        minds = self.pen.chain[name].terms[0].factors[0]
        a = by_of(self.pen.graph, minds.name)
        return {"a": Quantity(a), "count": len(self.pen.chain[minds.name].terms)}

    def _needed(self, name: str) -> Iterator[Row]:
        for term in self.pen.chain[name].terms:
            if term.factors[0].role == "upstream":
                above = term.factors[0].name
                yield from self._delta(above) if self._has_delta(above) else self._needed(above)

    def _has_delta(self, name: str) -> bool:
        """Whether a derivative is one by the z of a unit whose activation is not the identity."""
        parts = parse(by_of(self.pen.graph, name))
        return parts is not None and parts.base == "z" and not is_linear(self.pen, parts.indices[0])

    def _reading(self, name: str) -> Formula:
        """A derivative in terms of the δ above it."""
        return total(*(self._product(visible(term.factors)) for term in self.pen.chain[name].terms))

    def _product(self, factors: Sequence[Factor]) -> Formula:
        written: list[Formula] = []
        for factor in factors:
            part = self._upstream(factor.name) if factor.role == "upstream" else self.pen.together([factor])
            written += part.factors if isinstance(part, Product) and part.dotted else [part]
        return product(*(part for part in written if part != ONE))

    def _upstream(self, name: str) -> Formula:
        if self._has_delta(name):
            return Quantity(delta_of(self.pen.graph, name))
        reading = self._reading(name)
        return Bracket(reading) if isinstance(reading, Sum) and len(self.pen.chain[name].terms) > 1 else reading


def _by_unit(names: Sequence[str], layer: int) -> list[list[str]]:
    """The layer's parameters, those of each unit together; a shared bias stands by itself."""
    found: dict[tuple[int, ...], list[str]] = {}
    for name in names:
        parts = parse(name)
        assert parts is not None
        if parts.indices[0] == layer:
            found.setdefault(parts.indices[1:2], []).append(name)
    return list(found.values())
