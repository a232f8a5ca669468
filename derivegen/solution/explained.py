"""The name of one quantity goes in, the derivation of the derivative by it comes out, as the worked solution has it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block
from derivegen.document.pen import Pen
from derivegen.solution.backward import Backward
from derivegen.solution.indexed_graph import indexed_blocks
from derivegen.solution.marked import MarkedChains
from derivegen.solution.own_graph import OwnGraph
from derivegen.solution.passed_over import PassedOver


def explained(pen: Pen, name: str) -> Iterator[Block]:
    """The chain of a network of layers with what it is made of; of a graph the derivatives from the output down to this one. A graph with
    index letters is shown whole."""
    if pen.graph.layered:
        chains = MarkedChains(pen, Backward(pen, PassedOver(pen, (name,))), explained=True, questions=None)
        return chains.section((name,))
    return indexed_blocks(pen) if pen.notation.lettered else OwnGraph(pen).down_to(name)
