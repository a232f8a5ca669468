"""The numbers of a network and its notation go in; what a terminal shows of a solution comes out: the end and the first derivatives."""

from __future__ import annotations

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.formula.print.plain import plain
from derivegen.notation.notation import Notation

FIRST = 12
"""Derivatives that are shown."""


def at_a_glance(trace: Trace, notation: Notation) -> str:
    """A line for the network, one for each number."""
    graph, sought = trace.graph, trace.graph.sought
    found = (graph.root, *map(trace.derivation.name_of, sought[:FIRST]))
    lines = [f"  {plain(notation.symbol(name))}: {trace.text(name)}" for name in found if trace.known(name)]
    if len(sought) > FIRST:
        lines.append(f"  and {len(sought) - FIRST} more")
    return "\n".join((f"<Solution of {graph.network!r}", *lines)) + ">"
