"""The JSON of a solution (interface.md, section 5): values, gradients, updates, trace and formulas under canonical names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.batches import portions
from derivegen.calculus.numbers.evaluate import Trace, Update
from derivegen.calculus.twice import hessian, in_doubles
from derivegen.calculus.verified import Verified
from derivegen.formula.print.latex import latex
from derivegen.formula.print.sympy_text import sympy_text
from derivegen.network.names import Moment
from derivegen.network.wanted import asked_by_name
from derivegen.network.wanted import wanted as wanted_of
from derivegen.notation.notation import Notation
from derivegen.render.pages import Solved

ALL_FORMULAS_UP_TO = 300
"""Parameters; of a larger network what is wanted and one index form a layer are written."""
NODES_UP_TO = 2000
"""Quantities of a `[graph]`; of a larger one only what is wanted has its formula."""
ROUTES_UP_TO = 300
"""Quantities of a `[graph]`; of a larger one only what is wanted, the first so many, has its routes and their number."""
PARAMETERS_UP_TO = 100
ROUTES, LINKS = 64, 640
"""Routes of a derivative, and links that they may have together."""
MOST_DIGITS = 4000
"""Digits of a number of routes; Python writes no longer ones."""


def json_page(trace: Trace, notation: Notation, verified: Verified, lines: int, wanted: tuple[str, ...]) -> str:
    """The text, full double precision; what has no number is left out. Of a large network it has the loss, the outputs, what is wanted and
    the shapes of all arrays; every number is in the .npz."""
    graph = trace.graph
    page: dict[str, Any] = {
        "derivegen": 1,
        "title": graph.network.title,
        "values": trace.values,
        "gradients": trace.gradients,
    }
    names = graph.parameters
    if trace.in_arrays:
        names = tuple(name for name in wanted if name in trace.values)
        shown = (graph.root, *(name for row in graph.outputs_by_row for name in row), *names)
        page |= {
            "values": {name: trace.values[name] for name in shown},
            "gradients": {name: trace.gradients[name] for name in names},
        }
        page["shapes"] = {family.name: [axis.size for axis in family.axes] for family in graph.families.values()}
    if trace.updates:
        first = trace.updates[min(1, len(trace.updates) - 1)]
        page["updated"] = {name: first.values[name] for name in names}
        if trace.graph.network.training.rule.lines and len(trace.updates) > 1:
            page["state"] = dict(_state(trace, names))
        page["final"] = {name: trace.updates[-1].values[name] for name in names}
        page["trace"] = [_line(update, names) for update in trace.updates]
        if portions(graph.network):
            page["batches"] = [
                portions(graph.network)[n % len(portions(graph.network))] for n in range(len(trace.updates) - 1)
            ]
    page["formulas"] = dict(_formulas(trace, notation, wanted))
    if asked_by_name(graph, "hessian"):
        page["hessian"] = in_doubles(hessian(trace.derivation))
    page["verified"] = {"method": [verified.method], "largest_relative_difference": verified.largest, "lines": lines}
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _line(update: Update, names: tuple[str, ...]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "step": update.step,
        "loss": update.loss,
        "outputs": [list(row) for row in update.outputs],
        "gradient_norm": update.gradient_norm,
    }
    if len(names) <= PARAMETERS_UP_TO:
        line["parameters"] = {name: update.values[name] for name in names}
    return line


def _state(trace: Trace, names: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """What the optimizer works out in the first update: m[w[1][2][3]]#1, mhat[…]#1."""
    for base, _ in trace.graph.network.training.rule.lines:
        own = (str(Moment(base, name, step=1)) for name in names if name in trace.graph.trained)
        yield from ((name, trace.number(name)) for name in own)


def _formulas(trace: Trace, notation: Notation, wanted: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    graph, derivation = trace.graph, trace.derivation
    own = not graph.layered
    named = tuple(map(derivation.name_of, wanted[:ROUTES_UP_TO] if own else wanted))
    every = graph.size <= NODES_UP_TO if own else len(graph.parameters) <= ALL_FORMULAS_UP_TO
    followed = None if not own or graph.size <= ROUTES_UP_TO else frozenset(named)
    for name in chain(derivation.targets(), derivation.by_data()) if every else named:
        yield name, _formula(trace, notation, name, followed is None or name in followed)
    if not every and not own:
        yield from _index_forms(trace)


def _formula(trace: Trace, notation: Notation, name: str, followed: bool) -> Mapping[str, Any]:
    step = trace.derivation[name]
    return (_routes(trace.derivation, name) if followed else {}) | {
        "symbolic": sympy_text(step.reading),
        "latex": latex(notation.write(step.reading)),
    }


def _routes(derivation: Derivation, name: str) -> dict[str, Any]:
    """The first routes to a quantity, and how many there are."""
    routes = derivation.routes(name, ROUTES, LINKS)
    total = derivation.routes_total(name)
    return {
        "routes": [[factor.name for factor in route if factor.role != "share"] for route in routes],
        "routes_total": total if total < 10**MOST_DIGITS else f"more than 10^{MOST_DIGITS}",
    }


def _index_forms(trace: Trace) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """One index form a family: the rule that gives each of its members."""
    for name, links in trace.derivation.links.items():
        for link in links:
            child = trace.graph.families[link.child]
            if link.factor is None:
                continue
            own = [axis.letter for axis in child.axes]
            upstream = f"dloss/d{child.name}[{','.join(own)}]*" if own else ""
            free = [letter for letter in own if letter not in link.leaf.letters]
            rule = {"symbolic": f"{upstream}{sympy_text(link.factor, bool(upstream))}", "summed_over": free}
            yield f"dloss/d{name}[{','.join(link.leaf.letters)}]", rule


def written(solved: Solved) -> bytes:
    """The JSON of a solution."""
    trace = solved.trace
    return json_page(trace.exactly, solved.notation, solved.verified, solved.lines, wanted_of(trace.graph)).encode()
