"""Takes a `[graph]` section with axes; gives the graph, its numbers by member, every equation read, every read within its ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Final

from derivegen.formula.functions import TYPED
from derivegen.formula.read.indexed import FOLDS, Left, read_left, read_right
from derivegen.formula.read.tokens import FormulaError
from derivegen.network.family import Equation, Families
from derivegen.network.file.index_letters import RESERVED, index_letters
from derivegen.network.file.lists import Numbers
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.reads import check_lookups, check_once, check_order, check_outside, check_reads, check_size
from derivegen.network.file.schema import Graph
from derivegen.network.file.values import Draws, NumbersFrom
from derivegen.network.layers import indexed
from derivegen.network.network import FormulaGraph, Given, Part
from derivegen.records import replace

_NAME: Final = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]{0,39}")

SECTIONS: Final[tuple[tuple[str, Given], ...]] = (
    ("inputs", "input"),
    ("constants", "constant"),
    ("parameters", "weight"),
)


def indexed_graph(section: Graph, base: Path) -> FormulaGraph:
    """The graph, or the first thing that is wrong with it. Raises Fault."""
    axes = index_letters(section.axes)
    bare = Part(axes)
    if section.gates:
        raise Fault("graph.gates", "gates beside axes", "one of the two", "take gates out")
    declared: list[tuple[Given, str]] = []
    found: dict[Given, Numbers] = {kind: {} for _, kind in SECTIONS}
    givens = NumbersFrom(base, Draws(), "change the numbers, or the ranges in axes")
    for key, kind in SECTIONS:
        for text, value in getattr(section, key).items():
            path = f"graph.{key}.{text}"
            left = left_side(text, bare.ends, path)
            declared.append((kind, text))
            found[kind] |= givens.by_member(left, text, value, bare, path)
    for place, (text, _) in enumerate(section.nodes, 1):
        left_side(text, bare.ends, f"graph.nodes[{place}]")
    part = Part(axes, tuple(declared), section.nodes, section.outside)
    spec = FormulaGraph(
        found["input"], found["weight"], (), section.output, (), constants=found["constant"], parts=(part,)
    )
    _check_constants(spec)
    check_readable(part, "graph")
    families = indexed.unordered(spec)
    check_size(families, "graph.axes")
    check_outside(section, families)
    check_equations(part, families, "graph")
    check_order(families, "graph")
    _check_output(section, families)
    return _with_wrt(spec, section, families)


def check_equations(part: Part, families: Families, path: str, data: str = "") -> None:
    """What the equations of a part read, each under its path, or under that of the data that is looked up. Raises Fault."""
    check_lookups(_by_node(part, families), families, path, data)
    for name in dict.fromkeys(name for _, (name, _) in _by_node(part, families)):
        check_once(name, families[name], path)
    for place, (name, equation) in _by_node(part, families):
        check_reads(name, equation, families, data or f"{path}.nodes[{place}]")


# what is given


def left_side(text: str, ends: Mapping[str, tuple[int, int]], path: str) -> Left:
    try:
        left = read_left(text, ends)
    except FormulaError as problem:
        raise _unread(problem, text, path, "a name with index letters, as h[t,j] or h[0,j]") from None
    if left.name in RESERVED:
        what = "the name of the output's value" if left.name == "loss" else "a function"
        raise Fault(path, f'the reserved name "{left.name}"', f"a name that is not {what}", "choose another name")
    if not _NAME.fullmatch(left.name):
        expected = "a name of at most 40 letters (a to z or Greek), digits and _ that starts with a letter"
        raise Fault(path, f"the name {shown(left.name)}", expected, "choose another name")
    if left.name in ends:
        raise Fault(path, f'"{left.name}", which is an index letter', "a name of its own", "rename one of them")
    return left


def _unread(problem: FormulaError, text: str, path: str, expected: str) -> Fault:
    reason = problem.message.rstrip(".")
    return Fault(
        path,
        f"{shown(text)}, where reading fails at character {problem.position + 1}: {reason}",
        expected,
        problem.mend
        or f"use + - * / ^ ( ), numbers, names with indices, {', '.join(FOLDS)} over letters and {', '.join(TYPED)}",
    )


def _check_constants(spec: FormulaGraph) -> None:
    if not spec.inputs and not spec.parameters:
        raise Fault("graph.inputs", "nothing", "inputs or parameters", 'write inputs = { "x[k]" = [1, 2] }')


# equations


def check_readable(part: Part, path: str, ranks: Mapping[str, int] | None = None) -> None:
    """What cannot be read says in which node; `ranks` are the names from elsewhere with how many indices they have. Raises Fault."""
    kinds: dict[str, str] = {}
    for kind, text in part.declared:
        left = read_left(text, part.ends)
        other = kinds.setdefault(left.name, kind)
        if other != kind:
            raise Fault(path, f'"{left.name}" as {other} and as {kind}', "one of them", "rename one of them")
    own: dict[str, tuple[int, str]] = {name: (rank, name) for name, rank in (ranks or {}).items()}
    every = [*((text, path) for _, text in part.declared)]
    every += [(text, f"{path}.nodes[{place}]") for place, (text, _) in enumerate(part.nodes, 1)]
    for text, at in every:
        left = read_left(text, part.ends)
        rank, first = own.setdefault(left.name, (len(left.places), text))
        if rank != len(left.places):
            raise Fault(at, f"{shown(text)} beside {shown(first)}", "as many indices everywhere", "rename one of them")
        if left.name in kinds and kinds[left.name] != "input" and at != path:
            raise Fault(at, f'"{left.name}", which is given under {path}', "a name of its own", "rename the node")
    counts = {name: rank for name, (rank, _) in own.items()}
    for place, (text, formula) in enumerate(part.nodes, 1):
        try:
            read_right(formula, part.ends, counts, read_left(text, part.ends))
        except FormulaError as problem:
            raise _unread(problem, formula, f"{path}.nodes[{place}]", "a formula") from None


def _by_node(part: Part, families: Families) -> Iterator[tuple[int, tuple[str, Equation]]]:
    """The equations with a formula, by the place of their node."""
    taken: dict[str, int] = {}
    for place, (text, _) in enumerate(part.nodes, 1):
        local = read_left(text, part.ends).name
        name = part.called.get(local, local)
        computed = [each for each in families[name].equations if each.formula is not None]
        yield place, (name, computed[taken.get(name, 0)])
        taken[name] = taken.get(name, 0) + 1


def _check_output(section: Graph, families: Families) -> None:
    family = families.get(section.output)
    if family is None or family.formula is None:
        nodes = [name for name, each in families.items() if each.formula is not None]
        close = nearest(section.output, nodes)
        fix = f'did you mean "{close}"?' if close else f'write output = "{nodes[-1]}"'
        raise Fault("graph.output", shown(section.output), "the name of a node", fix)
    if family.axes:
        letters = ",".join(axis.letter for axis in family.axes)
        found = f'"{section.output}", which has {prod(int(axis.size) for axis in family.axes)} members'
        fix = f'add a node such as ["L", "sum({letters}, {section.output}[{letters}])"] and write output = "L"'
        raise Fault("graph.output", found, "one number to differentiate", fix)


def _with_wrt(spec: FormulaGraph, section: Graph, families: Families) -> FormulaGraph:
    if section.wrt is None:
        return replace(spec, wrt=(*spec.inputs, *spec.parameters))
    found: list[str] = []
    for place, text in enumerate(section.wrt, 1):
        names = _members_of(text, families)
        if not names:
            close = nearest(text, families)
            fix = f'did you mean "{close}"?' if close else f"one of {', '.join([*families][:8])}"
            raise Fault(
                f"graph.wrt[{place}]", shown(text), "an input, a parameter or a node, or one of its members", fix
            )
        found += names
    return replace(spec, wrt=tuple(dict.fromkeys(found)))


def _members_of(text: str, families: Families) -> list[str]:
    """The members of a family by its name, or the one of that name: U, U[1][2], U[1,2]."""
    if text in families:
        return [] if families[text].kind == "constant" else [*map(families[text].member, families[text].members())]
    match = re.fullmatch(r"(\w+)((?:\[[\d,\s]+\])+)", text)
    if match is None or match[1] not in families or families[match[1]].kind == "constant":
        return []
    indices = tuple(map(int, re.findall(r"\d+", match[2])))
    family = families[match[1]]
    return [family.member(indices)] if len(indices) == len(family.axes) and family.exists(indices) else []
