"""What the quantities of a graph with index letters are often called besides their own names: a graph goes in; which parameter W_hh is, by
which the state of the step before is multiplied, or W_xh, by which the input is, and of what δ is the derivative, come out. And what the
parameters of layers are called in programs: layer1.weight, 0.bias."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from derivegen.formula.tree import Call, Indexed, Product, walk
from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.network.names import Name, derivative, parse
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import Spelling
from derivegen.records import replace

Readings = Callable[[tuple[Notation, ...], Spelling], set[str]]
"""Reads a symbol in some notations."""


def weights_between(graph: Graph) -> Mapping[str, str]:
    """The parameters by the names of the two quantities that they stand between, in either order: hh, xh, hx."""
    found: dict[str, set[str]] = {}
    above = {z: a for a, z in _functions(graph).items()}
    for family in graph.families.values():
        for parameter, weighed in _weighed(graph, family):
            for own in {family.name, above.get(family.name, family.name)}:
                for pair in {weighed + own, own + weighed}:
                    found.setdefault(pair, set()).add(parameter)
    return {pair: next(iter(names)) for pair, names in found.items() if len(names) == 1}


def only_sum(graph: Graph) -> str | None:
    """The family that δ is about: that of which functions of the table are taken, if there is only one."""
    found = {*_functions(graph).values()}
    return next(iter(found)) if len(found) == 1 else None


def _functions(graph: Graph) -> Mapping[str, str]:
    """For each family that is a function of another, h = tanh(z), that other."""
    found: dict[str, str] = {}
    for family in graph.families.values():
        match family.formula:
            case Call(_, (Indexed(base),)) if family.equations and family.rule in ACTIVATIONS:
                found[family.name] = base
    return found


def _weighed(graph: Graph, family: Family) -> list[tuple[str, str]]:
    """Each parameter of two letters that stands in a product with one other quantity, and that quantity."""
    found: list[tuple[str, str]] = []
    for equation in family.equations:
        for part in walk(equation.formula) if equation.formula is not None else ():
            leaves = [each for each in part.factors if isinstance(each, Indexed)] if isinstance(part, Product) else []
            kinds = [graph.families[leaf.base].is_parameter for leaf in leaves]
            if sorted(kinds) == [False, True] and len(leaves[kinds.index(True)].places) <= 2:
                found.append((leaves[kinds.index(True)].base, leaves[kinds.index(False)].base))
    return found


def only_member(graph: Graph, parts: Name) -> str:
    """The only member of an array of a graph with index letters; "" where there are more, or none."""
    family = graph.families.get(parts.base)
    left = () if family is None else family.axes[len(parts.indices) :]
    if not left or any(axis.size != 1 for axis in left):
        return ""
    return str(replace(parts, indices=(*parts.indices, *(axis.low for axis in left))))


_MODULE: Final = re.compile(
    r"(?:[A-Za-z_]\w*\.)*?(?:(?P<word>[A-Za-z_]*?)_?(?P<dot>\.?)(?P<number>\d*))\.(?P<what>weight|bias)(?P<grad>\.grad)?"
    r"(?P<at>(?:\[\d{1,5}(?:, ?\d{1,5})*\])*)"
)
_LAST: Final = frozenset(("out", "output", "head", "last", "final", "classifier"))


def of_modules(graph: Graph, text: str) -> tuple[str, ...]:
    """layer1.weight, fc2.bias, layers.0.weight, 2.weight.grad, layer1.weight[0][1]: arrays and their entries, counted from 0, as PyTorch
    names them; several where the number may count the layers or, as in nn.Sequential, the activations as well."""
    match = _MODULE.fullmatch(text)
    found = dict.fromkeys(_numbered(graph, match)) if match is not None and graph.stack else {}
    named = [name for number in found if match and (name := _parameter(graph, number, match))]
    return tuple(derivative("loss", name) if match and match["grad"] else name for name in named)


def _numbered(graph: Graph, match: re.Match[str]) -> Iterator[int]:
    """The layers that a module may be."""
    depth, text = graph.depth, match["number"]
    if not text:
        yield from (depth,) if match["word"].lower() in _LAST or depth == 1 else ()
        yield from (1,) if match["word"].lower() == "hidden" and depth == 2 else ()
        return
    number, counted = int(text), match["word"] and not match["dot"]
    if counted:
        yield from (number,) if 1 <= number <= depth else ()
        return
    yield from (number + 1,) if number < depth else ()
    place = 0
    for layer in graph.stack:
        if place == number:
            yield layer.number
        place += 1 if layer.linear else 2


def _parameter(graph: Graph, number: int, match: re.Match[str]) -> str:
    """The weights or what is added in a layer, or one of them; "" where there is none."""
    layer, at = graph.layer(number), [int(each) + 1 for each in re.findall(r"\d+", match["at"])]
    family = layer.weights if match["what"] == "weight" else layer.offset
    if family is None or family.kind == "threshold":
        return ""
    if not at:
        return family.name
    return family.member(tuple(at)) if len(at) == len(family.axes) and family.exists(tuple(at)) else ""


def linear_sums(graph: Graph, notation: Notation, typed: Spelling, readings: Readings) -> set[str]:
    """The weighted sum of a linear unit, which a notation writes as what comes out of it: z^{(2)}_1 beside z^{(1)}_1."""
    letters = [re.match(r"[^\W\d_]+", notation.entry.patterns.get(kind, "")) for kind in ("z", "a")]
    sum_, output = (match[0] if match is not None else "" for match in letters)
    linear = [layer for layer in graph.stack if layer.linear]
    if not (linear and sum_ and output and typed.base == sum_ != output):
        return set()
    found = ((graph.locate(name), parse(name)) for name in readings((notation,), replace(typed, base=output)))
    return {
        str(replace(parts, base="z"))
        for at, parts in found
        if at is not None and parts is not None and any(layer.a is at[0] for layer in linear)
    }


def of_one_layer(graph: Graph, typed: Spelling) -> set[str]:
    """w_2 where a single layer has a w with one index: which layer it is of need not be said."""
    if typed.sup or not typed.sub.isdigit():
        return set()
    named = [name for name in graph.families if (parts := parse(name)) is not None and parts.base == typed.base]
    found = {member for name in named if graph.locate(member := f"{name}[{typed.sub}]") is not None}
    return found if len(found) == 1 else set()
