"""The update of a program: a rule and what things are called go in; the lines that set it up and those that move parameters come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derivegen.calculus.code.update import shared_statements, statements
from derivegen.formula.print.python import python
from derivegen.network.network import Figure
from derivegen.network.rule import COUNT, GRADIENT, LASTS, PARAMETER, RATE, SHARED, SQUARES, STAGE, Rule
from derivegen.records import dataclass

_ALONE = SHARED | {STAGE.name, SQUARES.name}
"""What no parameter has of its own."""


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

    def begun(self, slopes: Sequence[tuple[str, str]], arrays: bool = True) -> Iterator[str]:
        """What an update begins with, if that is asked for: its number, how many steps of a schedule are over, the sum of the squares of
        all derivatives (`slopes`, each with the mask of what is trained), and what is the same for all parameters."""
        if self.rule.uses(COUNT):
            yield f"{self.own('count', '')} = step + 1"
        if self.rule.uses(STAGE):
            yield f"{self.own(STAGE.name, '')} = step // {self.own(LASTS, '')}"
        if self.rule.uses(SQUARES):
            masked = (f"({self.called(slope)} * {free})" if free else self.called(slope) for slope, free in slopes)
            squared = (f"np.sum({each} ** 2)" if arrays else f"{each} ** 2" for each in masked)
            yield f"{self.own(SQUARES.name, '')} = {' + '.join(squared)}"
        yield from shared_statements(self.rule, self._named("", ""))

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
            return self.own(name, "" if name in self.rule.settings or name in _ALONE else parameter)

        return named
