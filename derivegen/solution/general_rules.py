"""The rules a backward pass is made of, before the first use: a pen goes in; the chain rule and the kinds of links come out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Paragraph, Table
from derivegen.document.pen import Pen
from derivegen.formula.tree import Compare, Glyph, Partial, Product

U, V, X = Glyph("u"), Glyph("v"), Glyph("x")


def general_rules(pen: Pen) -> Iterator[Block]:
    """The chain rule in letters of its own, and a table of what each kind of link is."""
    single = Compare(Partial(U, X), "=", Product((Partial(U, V), Partial(V, X))))
    several = max(pen.graph.widths[2:], default=1) > 1
    yield Paragraph(pen.say("backward.chain-rule", u=U, v=V, x=X, single=single, several=several))
    yield _kinds(pen)


def _kinds(pen: Pen) -> Table:
    """Of what, by what, what it is."""
    kinds = {layer.offsets for layer in pen.graph.stack}
    links = [("loss", "output", "loss-slope"), ("value", "sum", "slope")]
    links += [("weighted", "below", "between")] if pen.graph.depth > 1 else []
    links += [("weighted", "weight", "multiplies")]
    say = pen.say
    rows = [tuple(say(f"backward.kinds.{part}") for part in link) for link in links]
    if kinds & {"each", "shared"}:
        rows.append((say("backward.kinds.weighted"), say("backward.kinds.bias"), ("1",)))
    if "threshold" in kinds:
        rows.append((say("backward.kinds.weighted"), say("backward.kinds.threshold"), ("−1",)))
    header = (say("backward.kinds.of"), say("backward.kinds.by"), say("backward.kinds.is"))
    return Table(say("backward.kinds"), header, tuple(rows), heads=3)
