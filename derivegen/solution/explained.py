"""The name of one quantity goes in, the derivation of the derivative by it comes out, as the worked solution has it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.steps import varying
from derivegen.document.blocks import Block, Heading
from derivegen.document.pen import Pen
from derivegen.formula.tree import Quantity
from derivegen.solution.backward import Backward
from derivegen.solution.indexed_backward import IndexedBackward
from derivegen.solution.indexed_use import WorkedUse, worked_uses
from derivegen.solution.marked import MarkedChains
from derivegen.solution.own_graph import OwnGraph
from derivegen.solution.passed_over import PassedOver
from derivegen.solution.unfolded_picture import use_picture
from derivegen.solution.uses import is_shared, uses

MOST_LINES = 40
"""Derivatives on the way to the one that is asked for; of a longer way the end that is nearest to it."""


def explained(pen: Pen, name: str) -> Iterator[Block]:
    """The chain of a network of layers with what it is made of; of a graph the derivatives from the output down to this one; with index
    letters the lines that lead there, or the uses of a shared parameter."""
    if pen.graph.layered:
        chains = MarkedChains(pen, Backward(pen, PassedOver(pen, (name,))), explained=True, questions=None)
        return chains.section((name,))
    return _of_letters(pen, name) if pen.graph.lettered else OwnGraph(pen).down_to(name)


def _of_letters(pen: Pen, name: str) -> Iterator[Block]:
    """Of a parameter that is used again and again the uses that show most, in full, and the table of all; else the lines that lead to the
    derivative from the output on, each after those it is made of."""
    target = pen.chain.name_of(name)
    if name not in pen.graph.parameters or not is_shared(pen, name):
        yield Heading(2, pen.say("backward.one", target=Quantity(name)))
        yield from IndexedBackward(pen, reasoned=True).first([target], MOST_LINES)
        return
    backward = IndexedBackward(pen)
    letters = varying(pen.chain[target].terms)
    for term in worked_uses(pen, name):
        yield from WorkedUse(pen, backward, name, term).blocks(letters, use_picture(pen, name, term))
    yield from uses(pen, name)
