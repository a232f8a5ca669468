"""A network goes in; what a notebook shows of it comes out: its figure, and its name."""

from __future__ import annotations

import html

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import press, usual
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.render.environment import Templates
from derivegen.render.format import named
from derivegen.render.printer import Printer
from derivegen.solution.graph_pictures import computation_picture
from derivegen.solution.pictures import network_picture

PAGE = "html"
MOST_DRAWN = 2_000
"""Quantities of a network that is drawn when somebody looks at it."""


def network_html(network: Network) -> str:
    """The page's body."""
    graph = build(network)
    picture = None
    if graph.size <= MOST_DRAWN:
        made, trace = press(graph, Templates()), Trace(graph, derive(graph), usual(network.options))
        picture = _picture(pen_over(made, trace))
    if picture is None:
        return as_text(network)
    return Printer(made, trace).text(made.document(network.title, (picture,)), named(PAGE), body=True)


def _picture(pen: Pen) -> Picture | None:
    return network_picture(pen) if pen.graph.layered else computation_picture(pen, pen.graph.sought)


def as_text(value: object, why: str = "") -> str:
    """What a terminal shows, where there is no page; `why` there is none."""
    return f"<pre>{html.escape(repr(value))}</pre>" + (f"<p>{html.escape(why)}</p>" if why else "")
