"""What sharing saves: a derivation goes in; how many multiplications the derivatives of all parameters take comes out, each written out
as chains of its own, and with every derivative in between found once.

Products with a factor 1 (a bias, a linear unit) cost nothing and are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivegen.calculus.chain import Derivation
from derivegen.calculus.steps import Term
from derivegen.formula.tree import ONE


@dataclass(frozen=True, slots=True)
class Cost:
    """Multiplications for all parameters together."""

    written_out: int
    shared: int


def multiplications(derivation: Derivation) -> Cost:
    """Both ways of computing the derivatives by every parameter. Linear in the edges of the graph."""
    counts: dict[str, tuple[int, int]] = {}
    shared = 0

    def count(name: str) -> tuple[int, int]:
        """Routes to the quantity and factors on all of them together."""
        nonlocal shared
        if name not in counts:
            routes = factors = 0
            for term in derivation[name].terms:
                upstream, own = _parts(term)
                more, above = count(upstream) if upstream is not None else (1, 0)
                routes += more
                factors += above + more * own
                shared += max(0, own - (upstream is None or not above))
            counts[name] = routes, factors
        return counts[name]

    totals = [count(derivation.name_of(name)) for name in derivation.graph.parameters]
    return Cost(sum(max(0, factors - routes) for routes, factors in totals), shared)


def _parts(term: Term) -> tuple[str | None, int]:
    """The name of the derivative a term begins with, if any, and how many further factors other than 1 it has."""
    first, *rest = term.factors
    upstream = first.name if first.role == "upstream" else None
    own = rest if upstream is not None else term.factors
    return upstream, sum(factor.reading != ONE for factor in own)
