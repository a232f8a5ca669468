"""Takes the `[graph]` section; gives the graph of one's own, its names, formulas and order checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.formula.functions import TYPED
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.own_indexed import indexed_graph
from derivegen.network.file.schema import Graph, TrainingSection
from derivegen.network.network import FormulaGraph
from derivegen.network.walks import find_cycle

RESERVED: Final = (*TYPED, "loss")
MOST_COMPARED: Final = 2000
"""Names a misspelt one is compared with."""
RATE: Final = "rate"
"""What the learning rate is called wherever quantities have names, so that no node can be called that beside one."""
OF_A_RUN: Final = {
    "norm": "the name of the length of the gradient",
    "fall": "the name of how far an update lowers the loss",
    "foretold": "the name of what an update should lower the loss by",
}
"""What else is told of every update beside the parameters and the output."""
MOST_NODES: Final = 50_000
_NAME: Final = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]{0,39}")
"""What the formulas can read as a name."""
_SPELT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_WORDS: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|([^\W\d]\w*)")


def own_graph(section: Graph, training: TrainingSection, base: Path) -> FormulaGraph:
    """The graph, or the first thing that is wrong with it."""
    if section.axes:
        return indexed_graph(section, base)
    for key in ("constants", "outside"):
        if getattr(section, key):
            raise Fault(f"graph.{key}", f"{key} without axes", "axes, which say how far index letters run", "add axes")
    inputs: dict[str, Any] = {**section.inputs}
    parameters: dict[str, Any] = {**section.parameters}
    given = {**inputs, **parameters}
    _check_names(section)
    if training.learning_rate is not None:
        _check_beside_training(section)
    _check_order(section.nodes)
    every = dict.fromkeys((*given, *dict(section.nodes)))
    for place, (_, formula) in enumerate(section.nodes, 1):
        check_formula(formula, every, f"graph.nodes[{place}]")
    _check_output(section)
    wrt = tuple(given) if section.wrt is None else section.wrt
    _check_wrt(wrt, every)
    return FormulaGraph(inputs, parameters, section.nodes, section.output, tuple(dict.fromkeys(wrt)), section.gates)


def check_formula(text: str, known: Collection[str], path: str) -> None:
    """Read the formula with our grammar; what it complains about gets the path."""
    from derivegen.formula.read.grammar import read_plain

    for word in words(text):
        if word not in known and word not in TYPED:
            raise _unknown(word, text, known, path)
    try:
        read_plain(text, known)
    except InputError as problem:
        reason = str(getattr(problem, "message", problem)).rstrip(".")
        found = f"{shown(text)}, where reading fails{_position(problem)}: {reason}"
        raise Fault(path, found, "a formula", f"use + - * / ^ ( ), numbers, names and {', '.join(TYPED)}") from None


def _position(problem: InputError) -> str:
    position = getattr(problem, "position", None)
    return f" at character {position + 1}" if isinstance(position, int) else ""


def words(formula: str) -> tuple[str, ...]:
    """Names and functions a formula mentions."""
    return tuple(dict.fromkeys(m[1] for m in _WORDS.finditer(unicodedata.normalize("NFKC", formula)) if m[1]))


def _unknown(word: str, formula: str, known: Iterable[str], path: str) -> Fault:
    names = list(islice(known, MOST_COMPARED))
    close = nearest(word, [*names, *TYPED])
    fix = f'did you mean "{close}"?' if close else f"the names are {', '.join(names[:8])}"
    return Fault(path, f'the unknown name "{word[:40]}" in {shown(formula)}', "a known name or function", fix)


def _check_names(section: Graph) -> None:
    places: dict[str, str] = {}
    named = [(f"graph.inputs.{name}", name) for name in section.inputs]
    named += [(f"graph.parameters.{name}", name) for name in section.parameters]
    named += [(f"graph.nodes[{place}]", name) for place, (name, _) in enumerate(section.nodes, 1)]
    if len(named) > MOST_NODES:
        raise Fault("graph", f"{len(named)} names", f"at most {MOST_NODES}", "make the graph smaller")
    if not section.inputs and not section.parameters:
        raise Fault("graph.inputs", "nothing", "inputs or parameters", "write inputs = { x = -2.0 }")
    for path, name in named:
        if name in RESERVED:
            what = "a function" if name in TYPED else "the name of the output's value"
            raise Fault(path, f'the reserved name "{name}"', f"a name that is not {what}", "choose another name")
        if not _NAME.fullmatch(name) or unicodedata.normalize("NFKC", name) != name:
            expected = "a name of at most 40 letters (a to z or Greek), digits and _ that starts with a letter"
            mended = _mended(name)
            fix = f'write it as "{mended}"' if mended else "choose another name"
            raise Fault(path, f"the name {shown(name)}", expected, fix)
        if name in places:
            raise Fault(path, f'"{name}" again (first at {places[name]})', "every name once", "rename one of them")
        places[name] = path


def _mended(name: str) -> str:
    """The nearest name there may be, if any: größe is groesse, élan is elan."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).translate(_SPELT))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[^A-Za-zΑ-Ωα-ω0-9_]+", "_", letters).lstrip("_0123456789")[:40]


def _check_beside_training(section: Graph) -> None:
    """Training has quantities of its own: the rate, Dw, what an update adds to w, and what is told of every update."""
    taken = {RATE: "the name of the learning rate"}
    taken |= {f"D{name}": f'the name of what an update adds to "{name}"' for name in section.parameters}
    followed = {*section.parameters, section.output}
    for name in (*section.inputs, *section.parameters, *dict(section.nodes)):
        if name in followed and name in OF_A_RUN:
            taken[name] = OF_A_RUN[name]
        if name in taken:
            fix = "choose another name, or take learning_rate out of [training]"
            raise Fault("graph", f'the name "{name}" beside [training]', f"a name that is not {taken[name]}", fix)


def _check_order(nodes: Sequence[tuple[str, str]]) -> None:
    """Nodes stand in order: a cycle is named as a cycle, a node used too early by both names."""
    uses = {name: words(formula) for name, formula in nodes}
    cycle = find_cycle(uses, lambda name: (used for used in uses[name] if used in uses))
    numbers = {name: place for place, (name, _) in enumerate(nodes, 1)}
    if cycle:
        chain = " → ".join(cycle)
        path = f"graph.nodes[{numbers[cycle[0]]}]"
        raise Fault(path, f"the cycle {chain}", "a graph without cycles", "let one of them use something else")
    for place, (name, _) in enumerate(nodes, 1):
        for used in uses[name]:
            if numbers.get(used, 0) > place:
                found = f'"{name}" using "{used}", which stands later (nodes[{numbers[used]}])'
                expected = "nodes in order, each using only what stands before it"
                raise Fault(f"graph.nodes[{place}]", found, expected, f'put "{used}" before "{name}"')


def _check_output(section: Graph) -> None:
    nodes = dict(section.nodes)
    if section.output not in nodes:
        close = nearest(section.output, nodes)
        fix = f'did you mean "{close}"?' if close else f'write output = "{section.nodes[-1][0]}"'
        raise Fault("graph.output", shown(section.output), "the name of a node", fix)


def _check_wrt(wrt: Sequence[str], known: Collection[str]) -> None:
    for place, name in enumerate(wrt, 1):
        if name not in known:
            names = list(islice(known, MOST_COMPARED))
            close = nearest(name, names)
            fix = f'did you mean "{close}"?' if close else f"one of {', '.join(names[:8])}"
            raise Fault(f"graph.wrt[{place}]", shown(name), "an input, a parameter or a node", fix)
