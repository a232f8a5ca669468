"""A `[graph]` with all its numbers goes in; the parts of its program come out: nodes forward, derivatives backward, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.formula.print.python import Identifiers, called, identifier, python, without_ones
from derivegen.formula.tree import Formula, Glyph, names_in
from derivegen.notation.glyphs import own_name
from derivegen.records import dataclass
from derivegen.solution.program import text
from derivegen.solution.program.names import RESERVED
from derivegen.solution.program.optimizing import Optimizing
from derivegen.solution.program.text import Elsewhere, Line, Parts, Rhythm, Shown, Training, spec_for


@dataclass(frozen=True)
class OwnGraph:
    """The graph as a program sees it. `trace` carries no rounding on."""

    trace: Trace
    rhythm: Rhythm

    @cached_property
    def names(self) -> dict[str, str]:
        """What things are called, derivatives too."""
        identifiers = self._identifiers
        families = list(self.trace.graph.families)
        found = {name: identifiers.claim(name if name.isascii() else identifier(own_name(name))) for name in families}
        root = found[self.trace.graph.root]
        found |= {self._of(name): identifiers.claim(f"d{root}_d{found[name]}") for name in families}
        return found | {"rate": identifiers.claim(identifier(Glyph("η")))}

    @cached_property
    def _identifiers(self) -> Identifiers:
        return Identifiers(RESERVED)

    @cached_property
    def _optimizing(self) -> Optimizing:
        return Optimizing(self.trace.graph.network.training.rule, self.names.__getitem__, self._own)

    def _own(self, what: str, name: str) -> str:
        """An identifier of the update's own."""
        wanted = f"{what}_{self.names[name]}" if name else what
        if wanted not in self._claimed:
            self._claimed[wanted] = self._identifiers.claim(wanted)
        return self._claimed[wanted]

    @cached_property
    def _claimed(self) -> dict[str, str]:
        return {}

    def _of(self, name: str) -> str:
        return self.trace.derivation.name_of(name)

    @property
    def _trained(self) -> bool:
        return len(self.trace.updates) > 1

    def parts(self) -> Parts:
        """The whole program in parts."""
        forward = dict(self._forward())
        backward = dict(self._backward())
        training = Training(self.rhythm, tuple(self._update())) if self._trained else None
        return Parts(
            called([*forward.values(), *backward.values()]),
            (),
            tuple(self._given(self.trace.graph.names("input"))),
            tuple(self._given(self.trace.graph.parameters)) + self._rate(),
            tuple(self._assigned(forward)),
            tuple(self._assigned(backward)),
            tuple(self._line(self._of(name)) for name in self._differentiated if name != self.trace.graph.root),
            self._state(),
            tuple(self._line(name) for name in self.trace.graph.trained) if training is not None else (),
            training,
            tuple(self.names[name] for name in self.trace.graph.trained),
        )

    def elsewhere(self) -> Elsewhere:
        """The same for a library that differentiates by itself."""
        graph, gradients = self.trace.graph, self.trace.gradients
        given = {*graph.names("input"), *graph.parameters}
        sought = [name for name in graph.families if name in given and name in {*graph.sought}]
        return self.parts(), self.names[graph.root], {self.names[name]: gradients[name] for name in sought}

    def _given(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            yield f"{self.names[name]} = {text.literal(self.trace.graph.givens[name])}"

    def _rate(self) -> tuple[str, ...]:
        rate = self.trace.graph.givens.get("rate")
        if not self._trained or rate is None:
            return ()
        return f"{self.names['rate']} = {text.literal(rate)}", *self._optimizing.prepared(
            self.trace.graph.trained, text.literal
        )

    def _assigned(self, formulas: dict[str, Formula]) -> Iterator[str]:
        for name, tree in formulas.items():
            yield f"{self.names[name]} = {python(tree, self.names.__getitem__, arrays=False)}"

    def _forward(self) -> Iterator[tuple[str, Formula]]:
        for family in self.trace.graph.families.values():
            if family.formula is not None:
                yield family.name, family.formula

    @cached_property
    def _differentiated(self) -> tuple[str, ...]:
        """What is asked for, and what is trained, in the order of the graph."""
        graph = self.trace.graph
        wanted = {*graph.sought, *graph.trained} if self._trained else {*graph.sought}
        return tuple(name for name in self.trace.graph.families if name in wanted)

    def _backward(self) -> Iterator[tuple[str, Formula]]:
        """The derivatives that are asked for and those they are made of, from the root backwards."""
        root, derivation = self.trace.graph.root, self.trace.derivation
        readings = {self._of(n): without_ones(derivation[self._of(n)].reading) for n in self.trace.graph.families}
        needed = {self._of(name) for name in self._differentiated}
        for name in (n for n in self.trace.graph.families if self._of(n) in readings):
            if self._of(name) in needed:  # earlier quantities need the derivatives of later ones
                needed |= {*names_in(readings[self._of(name)])}
        for name in reversed(list(self.trace.graph.families)):
            if self._of(name) in needed and name != root:
                yield self._of(name), readings[self._of(name)]

    def _update(self) -> Iterator[str]:
        slopes = {name: self._of(name) for name in self.trace.graph.trained}
        yield from self._optimizing.begun([(slope, "") for slope in slopes.values()], arrays=False)
        for name, slope in slopes.items():
            yield from self._optimizing.moved(name, slope)

    def _state(self) -> Line:
        root = self.trace.graph.root
        own = self.names[root]
        if not self._trained:
            return self._line(root)
        spec = spec_for(self.trace, [f"loss#{step}" for step in self.rhythm.due()])
        return (f"{self.rhythm.words}: {own} = ", Shown(own, "loss#", spec))

    def _line(self, name: str) -> Line:
        after = self._trained and name in self.trace.graph.trained
        at = f"{name}#{self.rhythm.steps}" if after else name
        return (
            f"{self.names[name]} = ",
            Shown(self.names[name], f"{name}#" if after else name, spec_for(self.trace, [at])),
        )
