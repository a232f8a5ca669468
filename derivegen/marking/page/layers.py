"""Names that are whole layers: the statements of a page go in; the array that each name stands for comes out, by the shape of the list or
matrix beside it, its letter and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from derivegen.marking.judge.task import Task
from derivegen.marking.page.readings import NameFamily
from derivegen.marking.page.spelled import Spelled
from derivegen.marking.page.told import Fact, array_of, keys, left
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statement import Statement
from derivegen.notation.schemes import LETTERS


def whole_layers(
    stated: Sequence[Statement | Answer], facts: Sequence[Fact], spelled: Spelled, task: Task
) -> dict[str, str]:
    """The names that are whole layers, each with its array: those that stand beside a list or a matrix of the shape of a layer."""
    found: dict[str, str] = {}
    sized = {name: tuple(shape) for name, shape in _arrays(task)}
    shapes: dict[str, tuple[int, int]] = {}
    for one in stated:
        told, shape = array_of(one) if isinstance(one, Statement) else ("", None)
        if shape is not None and shape != (1, 1):
            shapes.setdefault(told, shape)
    single = {fact.key for fact in facts}
    for one in stated:  # what stands beside a layer in a line of layers is one
        if left(one) in shapes:
            for key in keys(one):
                if key not in single and len(re.findall(r"\d+", key)) < 2:
                    shapes.setdefault(key, (0, 0))
    skeletons = {re.sub(r"\d+", "#", key): key for key in shapes}
    for key in dict.fromkeys([*shapes, *(each for one in stated for each in keys(one))]):
        like = skeletons.get(re.sub(r"\d+", "#", key))
        if like is None:
            continue
        kind = _kind_of_layer(spelled, like, shapes[like], sized)
        number = re.findall(r"\d+", key)
        name = f"{kind}[{number[0]}]" if number else kind
        if kind and name in sized and len(number) < 2:
            found[key.removeprefix(FREE)] = spelled.known.only_entry(name)
    return found


def _kind_of_layer(spelled: Spelled, key: str, shape: tuple[int, int], sized: Mapping[str, tuple[int, ...]]) -> str:
    """What kind of array a name is, by its letter, its number and its shape."""
    letter, number = NameFamily(key.removeprefix(FREE), {}).letter, re.findall(r"\d+", key)
    kinds = [kind for kind, letters in LETTERS.items() if letter in letters]
    today = {name.partition("[")[0].partition("@")[0] for name in spelled.today(key)}
    for kind in sorted(kinds, key=lambda kind: kind not in today):
        name = f"{kind}[{number[0]}]" if len(number) == 1 else kind if kind in ("x", "t") else ""
        if name in sized and (shape == (0, 0) or sorted(sized[name]) == sorted(shape)):
            return kind
    return ""


def _arrays(task: Task) -> Iterator[tuple[str, tuple[int, int]]]:
    """The arrays of the network with their shapes."""
    graph = task.graph
    yield from (("x", (graph.widths[0], 1)), ("t", (graph.widths[-1], 1)))
    for number, (below, width) in enumerate(pairwise(graph.widths), 1):
        yield f"w[{number}]", (width, below)
        yield from ((f"{kind}[{number}]", (width, 1)) for kind in ("b", "z", "a", "delta"))
