"""The routes from the root to a quantity: the step of every derivative goes in, their number and the first of them come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.records import dataclass, field


@dataclass(frozen=True)
class Routes:
    """The routes of one derivation; `step` finds a derivative's step by its name, `root` is the name of the root by itself."""

    step: Callable[[str], Step]
    root: str
    _counts: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def total(self, name: str) -> int:
        """How many there are to a quantity; counted from what is nearer to the root, whatever the depth."""
        waiting = [name]
        while waiting:
            one = waiting[-1]
            above = [] if one in self._counts or one == self.root else self._above(one)
            missing = [each for each in above if each is not None and each not in self._counts]
            waiting += missing
            if not missing:
                waiting.pop()
                if one not in self._counts:
                    counts = (1 if each is None else self._counts[each] for each in above)
                    self._counts[one] = 1 if one == self.root else sum(counts)
        return self._counts[name]

    def _above(self, name: str) -> list[str | None]:
        """For each term of a derivative, the derivative it goes on from; None where it is at the root."""
        firsts = (term.factors[0] for term in self.step(name).terms)
        return [first.name if first.role == "upstream" else None for first in firsts]

    def first(self, name: str, most: int, links: int | None) -> tuple[tuple[Factor, ...], ...]:
        """The first routes from the root to the quantity, each the factors of its expanded chain in order; together of no more than so many
        links, where that is said: the routes of a deep graph are long."""
        found: list[tuple[Factor, ...]] = []
        room = links
        for route in islice(self._walk(name, links), most):
            if room is not None:
                room -= len(route)
                if room < 0:
                    break
            found.append(route)
        return tuple(found)

    def _walk(self, name: str, deepest: int | None) -> Iterator[tuple[Factor, ...]]:
        """Every route, depth first, up to the first that is deeper than `deepest`: on the stack are the derivatives still to go back
        through, each with what the route holds after it, as nested pairs so that routes share their ends."""
        stack: list[tuple[Iterator[Term], _Rest]] = [(iter(self.step(name).terms), None)]
        while stack and (deepest is None or len(stack) <= deepest):
            terms, rest = stack[-1]
            term = next(terms, None)
            if term is None:
                stack.pop()
                continue
            first, *others = term.factors
            if first.role != "upstream":
                yield _joined(((first, *others), rest))
            elif first.name == self.root:
                yield _joined((tuple(others), rest))
            else:
                stack.append((iter(self.step(first.name).terms), (tuple(others), rest)))


_Rest = tuple[tuple[Factor, ...], "_Rest"] | None
"""The factors of a route from some place on: those of one step, and what comes after them."""


def _joined(rest: _Rest) -> tuple[Factor, ...]:
    found: list[Factor] = []
    while rest is not None:
        factors, rest = rest
        found += factors
    return tuple(found)
