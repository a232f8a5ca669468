"""The update of a program: a rule and what things are called go in; the lines that set it up and those that move parameters come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derivegen.calculus.code.update import statements
from derivegen.formula.print.python import python
from derivegen.network.network import Figure
from derivegen.network.rule import COUNT, GRADIENT, LASTS, PARAMETER, RATE, STAGE, Rule


@dataclass(frozen=True)
class Optimizing:
    """What one rule needs in a program. `names` are the identifiers of parameters, their derivatives and the rate; `own` claims one for a
    setting, or for what is kept of a parameter."""

    rule: Rule
    called: Callable[[str], str]
    own: Callable[[str, str], str]

    def prepared(self, parameters: Sequence[str], literal: Callable[[Figure], str]) -> Iterator[str]:
        """The settings as literals, and what is kept of each parameter before the first update."""
        for name, value in self.rule.settings.items():
            yield f"{self.own(name, '')} = {literal(value)}"
        for parameter in parameters:
            for base in self.rule.kept:
                yield f"{self.own(base, parameter)} = {python(self.rule.starts[base], self._named(parameter, ''))}"

    def counted(self) -> Iterator[str]:
        """The number of the update, and how many steps of a schedule are over, if that is asked for."""
        if self.rule.uses(COUNT):
            yield f"{self.own('count', '')} = step + 1"
        if self.rule.uses(STAGE):
            yield f"{self.own(STAGE.name, '')} = step // {self.own(LASTS, '')}"

    def moved(self, parameter: str, derivative: str, free: str = "") -> Iterator[str]:
        """The lines that move a parameter; `free` is a mask of what is trained."""
        yield from statements(self.rule, self.called(parameter), self._named(parameter, derivative), free)

    def _named(self, parameter: str, derivative: str) -> Callable[[str], str]:
        known = {GRADIENT.name: derivative, PARAMETER.name: parameter, RATE.name: RATE.name}

        def named(name: str) -> str:
            if name in known:
                return self.called(known[name])
            if name == COUNT.name:
                return self.own("count", "")
            return self.own(name, "" if name in self.rule.settings or name == STAGE.name else parameter)

        return named
