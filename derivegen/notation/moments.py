"""What an optimizer works out, by the names people give it: a symbol as typed goes in; the canonical names it may have come out."""

from __future__ import annotations

import re

from derivegen.formula.tree import Formula, Glyph
from derivegen.network.graph import Graph
from derivegen.network.names import Moment
from derivegen.network.rule import SCHEDULED, SHARED
from derivegen.notation.glyphs import GREEK
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import Spelling

_COUNTED = re.compile(r"\((\d{1,4})\)$")
MOST = 1000
"""Parameters whose moments have names of their own."""


def moments_of(graph: Graph, notation: Notation, typed: Spelling) -> set[str]:
    """What an optimizer works out for a parameter, m_{w11}, of the only parameter m, in a later update m^{(2)}_{w11}, and what it is set
    to, β_1."""
    rule = graph.network.training.rule
    own = rule.worked_out - {SCHEDULED}  # called as the rate is
    base = next((each for each in own if typed.base in (each, GREEK.get(each))), None)
    if base is not None:
        trained = graph.trained if len(graph.trained) <= MOST else ()
        trained = graph.trained[:1] if base in SHARED else trained
        marks = typed.sub.replace(",", "").replace("_", ""), typed.sup
        alone = len(trained) == 1 and not typed.sub
        first = {str(Moment(base, each, primed=True)) for each in trained}
        found = first if alone and not typed.sup else {name for name in first if _marks(notation.symbol(name)) == marks}
        counted = _COUNTED.search(typed.sup)
        if found or counted is None:
            return found
        later = {str(Moment(base, each, step=int(counted[1]))) for each in trained}
        return {name for name in later if _marks(notation.symbol(name)) == marks}
    shown = (typed.base, typed.sub, typed.sup)
    return {name for name in rule.settings if shown in ((name, "", ""), _shown(notation.symbol(name)))}


def _shown(symbol: Formula) -> tuple[str, str, str]:
    """Letter and marks of a symbol."""
    return (symbol.base, symbol.sub, symbol.sup) if isinstance(symbol, Glyph) else ("", "", "")


def _marks(symbol: Formula) -> tuple[str, str]:
    """The marks of a symbol, without commas between indices."""
    _, sub, sup = _shown(symbol)
    return sub.replace(",", ""), sup
