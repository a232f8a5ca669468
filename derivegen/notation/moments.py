"""What an optimizer works out, by the names people give it: a symbol as typed goes in; the canonical names it may have come out."""

from __future__ import annotations

from derivegen.formula.tree import Formula, Glyph
from derivegen.network.graph import Graph
from derivegen.network.names import Moment
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import Spelling

MOST = 1000
"""Parameters whose moments have names of their own."""


def moments_of(graph: Graph, notation: Notation, typed: Spelling) -> set[str]:
    """What an optimizer works out for a parameter, m_{w11}, of the only parameter m, and what it is set to, β_1."""
    rule = graph.network.training.rule
    if typed.base in rule.worked_out:
        trained = graph.trained if len(graph.trained) <= MOST else ()
        wanted = (typed.sub.replace(",", "").replace("_", ""), typed.sup) if typed.sub or len(trained) > 1 else None
        names = (str(Moment(typed.base, each, primed=True)) for each in trained)
        return {name for name in names if wanted in (None, _marks(notation.symbol(name)))}
    shown = (typed.base, typed.sub, typed.sup)
    return {name for name in rule.settings if shown in ((name, "", ""), _shown(notation.symbol(name)))}


def _shown(symbol: Formula) -> tuple[str, str, str]:
    """Letter and marks of a symbol."""
    return (symbol.base, symbol.sub, symbol.sup) if isinstance(symbol, Glyph) else ("", "", "")


def _marks(symbol: Formula) -> tuple[str, str]:
    """The marks of a symbol, without commas between indices."""
    _, sub, sup = _shown(symbol)
    return sub.replace(",", ""), sup
