"""Takes a `[graph]` section with axes; gives the graph, its numbers by member, every equation read, every read within its ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any, Final, Literal

from derivegen.formula.functions import TYPED
from derivegen.formula.read.indexed import FOLDS, Left, read_left, read_right
from derivegen.formula.read.tokens import FormulaError
from derivegen.network.family import Equation, Families, Family
from derivegen.network.file.index_letters import RESERVED, index_letters
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.reads import (
    MOST_MEMBERS,
    check_lookups,
    check_once,
    check_order,
    check_outside,
    check_reads,
    check_size,
)
from derivegen.network.file.schema import Graph
from derivegen.network.layers import indexed
from derivegen.network.network import FormulaGraph

_NAME: Final = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]{0,39}")

Kind = Literal["input", "weight", "constant"]
SECTIONS: Final[tuple[tuple[str, Kind], ...]] = (
    ("inputs", "input"),
    ("constants", "constant"),
    ("parameters", "weight"),
)


def indexed_graph(section: Graph) -> FormulaGraph:
    """The graph, or the first thing that is wrong with it. Raises Fault."""
    axes = index_letters(section.axes)
    ends = {name: (each.low, each.high) for name, each in axes.items()}
    if section.gates:
        raise Fault("graph.gates", "gates beside axes", "one of the two", "take gates out")
    declared: list[tuple[Kind, str]] = []
    numbers: dict[Kind, dict[str, Fraction | None]] = {kind: {} for _, kind in SECTIONS}
    for key, kind in SECTIONS:
        for text, value in getattr(section, key).items():
            path = f"graph.{key}.{text}"
            left = _left(text, ends, path)
            declared.append((kind, text))
            numbers[kind] |= _numbers(left, text, value, ends, path)
    for place, (text, _) in enumerate(section.nodes, 1):
        _left(text, ends, f"graph.nodes[{place}]")
    spec = FormulaGraph(
        numbers["input"], numbers["weight"], section.nodes, section.output, (), False, axes, tuple(declared), numbers["constant"],
        section.outside,
    )  # fmt: skip
    _check_constants(spec)
    families = _families(spec)
    check_size(families)
    check_outside(section, families)
    check_lookups(_by_node(spec, families), families)
    for name, family in families.items():
        check_once(name, family)
    for place, (name, equation) in _by_node(spec, families):
        check_reads(name, equation, families, f"graph.nodes[{place}]")
    check_order(families)
    _check_output(section, families)
    return _with_wrt(spec, section, families)


# what is given


def _left(text: str, ends: Mapping[str, tuple[int, int]], path: str) -> Left:
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


def _numbers(
    left: Left, text: str, value: Any, ends: Mapping[str, tuple[int, int]], path: str
) -> dict[str, Fraction | None]:
    """The numbers by member, the last index running fastest."""
    if any(end.terms for each in left.domain for end in (each.low, each.high)):
        raise Fault(path, shown(text), "whole ranges of what is given", "take the comparison out")
    named = [letter for letter in left.letters if letter]
    sizes = tuple(ends[letter][1] - ends[letter][0] + 1 for letter in named)
    if prod(sizes) > MOST_MEMBERS:
        raise Fault(path, f"{prod(sizes)} numbers", f"at most {MOST_MEMBERS}", "choose smaller axes")
    equation = Equation(left.places, left.domain)
    names = [left.name + "".join(f"[{index}]" for index in indices) for indices in equation.members()]
    if value is None:
        return dict.fromkeys(names)
    shape = _shape(value, path)
    if shape != sizes:
        letters = ", ".join(f"{letter} = {size}" for letter, size in zip(named, sizes, strict=True))
        expected = f"{_by(sizes)} ({letters})" if sizes else "one number"
        raise Fault(path, _by(shape), expected, "change the numbers, or the ranges in axes")
    return dict(zip(names, _flat(value), strict=True))


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) + " numbers" if shape else "one number"


def _shape(value: Any, path: str) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        return ()
    inner = {_shape(each, path) for each in value}
    if len(inner) > 1:
        raise Fault(path, "lists of different lengths", "lists of one length", "give every row the same length")
    return (len(value), *next(iter(inner), ()))


def _flat(value: Any) -> Iterator[Fraction | None]:
    if not isinstance(value, tuple):
        yield value
        return
    for each in value:
        yield from _flat(each)


def _check_constants(spec: FormulaGraph) -> None:
    if not spec.inputs and not spec.parameters:
        raise Fault("graph.inputs", "nothing", "inputs or parameters", 'write inputs = { "x[k]" = [1, 2] }')


# equations


def _families(spec: FormulaGraph) -> dict[str, Family]:
    """The families; what cannot be read says in which node. Raises Fault."""
    kinds: dict[str, str] = {}
    for kind, text in spec.declared:
        left = read_left(text, spec.ends)
        other = kinds.setdefault(left.name, kind)
        if other != kind:
            raise Fault("graph", f'"{left.name}" as {other} and as {kind}', "one of them", "rename one of them")
    ranks: dict[str, tuple[int, str]] = {}
    every = [*((text, "graph") for _, text in spec.declared)]
    every += [(text, f"graph.nodes[{place}]") for place, (text, _) in enumerate(spec.nodes, 1)]
    for text, path in every:
        left = read_left(text, spec.ends)
        rank, first = ranks.setdefault(left.name, (len(left.places), text))
        if rank != len(left.places):
            raise Fault(
                path, f"{shown(text)} beside {shown(first)}", "as many indices everywhere", "rename one of them"
            )
        if left.name in kinds and kinds[left.name] != "input" and path != "graph":
            raise Fault(path, f'"{left.name}", which is given under graph', "a name of its own", "rename the node")
    counts = {name: rank for name, (rank, _) in ranks.items()}
    for place, (text, formula) in enumerate(spec.nodes, 1):
        try:
            read_right(formula, spec.ends, counts, read_left(text, spec.ends))
        except FormulaError as problem:
            raise _unread(problem, formula, f"graph.nodes[{place}]", "a formula") from None
    return indexed.unordered(spec)


def _by_node(spec: FormulaGraph, families: Families) -> Iterator[tuple[int, tuple[str, Equation]]]:
    """The equations with a formula, by the place of their node."""
    taken: dict[str, int] = {}
    for place, (text, _) in enumerate(spec.nodes, 1):
        name = read_left(text, spec.ends).name
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
