"""Which of several examples a page follows, the one asked for or the first that shows most: a trace goes in, its number comes out."""

from __future__ import annotations

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.errors import InputError

MOST_LOOKED_AT = 20
"""Examples, and inputs of each, among which one is chosen; of more the first is followed."""


def followed_example(trace: Trace) -> int | None:
    """The number of the example, from 1; None where there is one, or a number of them that is a letter.

    If none is asked for, it is the first with the fewest inputs that are 0, since an input of 0 takes its weights out of the calculation.
    Raises InputError for an example there is not.
    """
    graph, rows = trace.graph, trace.graph.network.rows
    asked = graph.network.options.example
    if not isinstance(rows, int) or rows == 1:
        if asked not in (None, 1):
            raise InputError(f"document.example: found {asked}; " + _why_not(rows))
        return None
    if asked is not None:
        if asked > rows:
            raise InputError(f"document.example: found {asked}; there are {rows} examples, so write 1 to {rows}")
        return asked
    if not trace.complete or trace.in_arrays or max(rows, graph.n_inputs) > MOST_LOOKED_AT:
        return 1
    inputs = graph.stack[0].below

    def zeros(row: int) -> int:
        return sum(not trace.number(inputs.member((k, row))) for k in range(1, graph.n_inputs + 1))

    return min(range(1, rows + 1), key=zeros)


def _why_not(rows: int | str) -> str:
    if rows == 1:
        return "there is one example; leave it out"
    return f"the number of examples is the letter {rows}, and any one of them is followed; leave it out"
