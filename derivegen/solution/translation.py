"""The symbols in two notations: a pen goes in; a table of every quantity in the document's notation and the one asked for comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivegen.document.blocks import Block, Heading, Table
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.notation.choose import choose
from derivegen.solution.glossary import PATTERNS

MOST_TRANSLATED = 60
"""Quantities listed one by one; of a larger network the kinds under their index letters."""


def translation(pen: Pen) -> Iterator[Block]:
    """Every quantity in the document's notation and in the one asked for beside it. Raises InputError if that one cannot name them."""
    wanted = pen.graph.network.options.translate
    if wanted is None:
        return
    if not pen.graph.layered:
        what = "a network of several kinds of layers" if len(pen.graph.parts) > 1 else "a [graph]"
        raise InputError(f"document.translate: {what} keeps its own names in every notation; take the option out")
    say, here, other = pen.say, pen.notation, choose(pen.graph, wanted)
    yield Heading(1, say("translation.title"))
    header = (say("translation.here"), say("translation.there", name=wanted), say("glossary.name"))
    rows = tuple(((here.symbol(name),), (other.symbol(name),), (name,)) for name in _translated(pen))
    yield Table(say("translation.caption", name=wanted), header, rows, heads=3)


def _translated(pen: Pen) -> list[str]:
    """The names of what is translated: everything up to the loss, the rate, one derivative and one δ."""
    graph, network = pen.graph, pen.graph.network
    row = "" if network.rows == 1 else "@r"
    folded = {layer.z.name for layer in graph.stack if layer.linear}
    every = (
        family.member(indices)
        for family in graph.families.values()
        if family.name not in folded
        for indices in family.members()
    )
    names = list(dict.fromkeys(re.sub(r"@\d+", "@r", name) for name in every))
    if len(names) > MOST_TRANSLATED:
        kinds = (kind for kind in PATTERNS if _exists(pen, kind))
        names = [PATTERNS[kind].format(row, last=graph.depth) for kind in kinds]
        return [*names, "loss", "rate", "dloss/dw[l][j][k]", f"delta[l][j]{row}"]
    first = next(iter(graph.parameters))
    return [*names, "rate", pen.trace.derivation.name_of(first), f"delta[1][1]{row}"]


def _exists(pen: Pen, kind: str) -> bool:
    """Whether the network has quantities of the kind."""
    wanted = {"b": "each", "shared-b": "shared", "theta": "threshold"}.get(kind)
    if wanted is not None:
        return any(layer.offsets == wanted for layer in pen.graph.stack)
    return kind != "a" or pen.graph.depth > 1
