"""The same numbers another way: a trace, other values or a rounding go in, what somebody else may have come to goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.batches import chains
from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.later import AFTER, handed_on
from derivegen.calculus.numbers.layer_numbers import numbers_after
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.network.names import parse_derivative

MOST = 20_000
"""Updates times parameters (or quantities rounded one by one); beyond, nobody did it by hand and it is not tried."""

Keep = Callable[[float], float]


def split(name: str) -> tuple[str, int]:
    """A quantity and after how many updates: w[1]'  is w[1] after one, a[2][1]#3 after three."""
    base, _, step = name.partition("#")
    return (base[:-1], 1) if base.endswith("'") else (base, int(step or 0))


def true_number(trace: Trace, name: str) -> Fraction | float:
    """The number of any quantity, as a fraction where it is one; after updates at the parameters of the run. Raises Symbolic."""
    base, step = split(name)
    if step:
        values = trace.updates[step].values
        return (
            values[base]
            if base in values
            else numbers_after(trace.derivation, trace.updates[step])[_rooted(trace, base)]
        )
    number = trace.exactly.known_number(_rooted(trace, base))
    return number if isinstance(number, Fraction) else float(number)


def _rooted(trace: Trace, base: str) -> str:
    """The root by its own name: of a `[graph]` the loss is its output."""
    return trace.graph.root if base == "loss" else base


def recomputed(trace: Trace, name: str, put_in: Mapping[str, float], digits: int | None = None) -> float | None:
    """The number with other values put in for some quantities; with `digits` every intermediate value is rounded to so many decimals and
    carried on, the last one not. None where that would take too long."""
    base, step = split(name)
    base = _rooted(trace, base)
    graph = trace.graph
    if step * len(graph.parameters) > MOST:
        return None
    keep = None if digits is None else _rounded(digits)
    parameters = {p: put_in.get(p, trace.number(p)) for p in graph.parameters} if step else {}
    if step:
        parameters = _descended(trace, parameters, step, keep)
        if base in parameters:
            return parameters[base]
    fixed = {**parameters, **({} if step else put_in)}
    return _last_exact(trace.derivation, base, fixed, keep)


def _descended(trace: Trace, parameters: Mapping[str, float], steps: int, keep: Keep | None) -> dict[str, float]:
    """The parameters after some updates, and what the optimizer keeps of them, each written down as `keep` says, the last ones not."""
    cuts = chains(trace.derivation)
    found = dict(parameters)
    for step in range(steps):
        chain = cuts[step % len(cuts)].numbered(step + 1)
        numbers = Numbers(chain, FLOAT, found, keep=keep)
        found |= {
            name: float(value(chain.reading(name + AFTER), numbers.__getitem__, FLOAT))
            for name in handed_on(trace.graph)
        }
        if keep is not None and step < steps - 1:
            found = {name: keep(number) for name, number in found.items()}
    return found


def _last_exact(chain: Derivation, name: str, fixed: Mapping[str, float], keep: Keep | None) -> float | None:
    """The number from operands that were rounded, itself not yet."""
    if keep is None:
        return float(Numbers(chain, FLOAT, fixed)[name])
    if 2 * chain.graph.size > MOST:
        return None
    return float(_Last(name, Numbers(chain, FLOAT, fixed, keep=keep))[name])


class _Last(Numbers):
    """The numbers of somebody who has rounded all but one quantity, as far as that one asks for them."""

    def __init__(self, name: str, rounded: Numbers) -> None:
        super().__init__(rounded.derivation, FLOAT, rounded._overrides)
        self._name, self._written_down = name, rounded

    def __getitem__(self, name: str) -> Any:
        return (
            self._written_down[name]
            if name != self._name and self._is_written_down(name)
            else super().__getitem__(name)
        )

    def _is_written_down(self, name: str) -> bool:
        """Whether a quantity or a derivative of the root; what stands between these is worked out on the way."""
        if self.graph.locate(name) is not None:
            return True
        pair = parse_derivative(name)
        return pair is not None and pair[0] in ("loss", self.graph.root) and self.graph.locate(pair[1]) is not None


@cache
def _rounded(digits: int) -> Keep:
    rounding = Rounding(digits)
    return lambda number: float(rounding.text(number))
