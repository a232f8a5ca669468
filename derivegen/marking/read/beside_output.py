"""The reader of a side in; the side as one formula out, in which what may be the output or the target is one of them."""

from __future__ import annotations

from derivegen.formula.tree import Array, Formula, Quantity, walk
from derivegen.marking.read.reader import TypedReader
from derivegen.marking.read.unreadable import Ambiguous


def beside_output(reader: TypedReader) -> Formula:
    """A side as one formula; what may be the output or the target is the target where the output stands there under another name:
    a2 − y."""
    try:
        return reader.whole()
    except Ambiguous as problem:
        outputs = [name for name in problem.readings if reader.names.graph.kind_of(name) == "activation"]
        reader.at, reader.depth, reader.takes_target = 0, 0, True
        tree = reader.whole()
        if len(outputs) != 1 or not any(part in (Quantity(outputs[0]), Array(outputs[0])) for part in walk(tree)):
            raise
        return tree
