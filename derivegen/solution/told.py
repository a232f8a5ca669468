"""How a solution begins and how it ends: a pen goes in; what this is about and what inputs and answer mean, or what it took and what of it
holds for every network, come out.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Box, Paragraph
from derivegen.document.pen import Pen
from derivegen.formula.tree import Quantity


def introduction(pen: Pen) -> Iterator[Block]:
    """The author's own paragraphs: what this is about, and what inputs and answer mean."""
    options = pen.graph.network.options
    yield from (Paragraph((text,)) for text in (options.intro, options.story) if text)


def close(pen: Pen) -> Iterator[Block]:
    """What was learnt."""
    graph = pen.graph
    said = pen.say("lesson.close", count=len(graph.parameters), loss=Quantity(graph.root), deep=graph.depth > 1)
    yield Box(pen.say("lesson.close.title"), (Paragraph(said),))
