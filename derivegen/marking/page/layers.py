"""Names that are whole layers: the statements of a page go in; the array that each name stands for comes out, by the shape of the list or
matrix beside it, its letter and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from derivegen.formula.tree import Matrix
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.page.readings import NameFamily
from derivegen.marking.page.spelled import Spelled
from derivegen.marking.page.told import Fact, array_of, keys, left
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statement import Statement
from derivegen.notation.schemes import LETTERS

_GIVEN = ("x", "t")
_OF_UNITS = ("z", "a", "delta")


def whole_layers(
    stated: Sequence[Statement | Answer], facts: Sequence[Fact], spelled: Spelled, task: Task
) -> dict[str, str]:
    """The names that are whole layers, each with its array: those that stand beside a list or a matrix of the shape of a layer."""
    found: dict[str, str] = {}
    sized = {name: tuple(shape) for name, shape in _arrays(task)}
    shapes: dict[str, tuple[int, int]] = {}
    listed: dict[str, Matrix] = {}
    for one in stated:
        told, matrix = array_of(one) if isinstance(one, Statement) else ("", None)
        shape = (1, 1) if matrix is None else (len(matrix.rows), len(matrix.rows[0]))
        if matrix is not None and shape != (1, 1):
            shapes.setdefault(told, shape)
            listed.setdefault(told, matrix)
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
        free = not number and key in listed and key not in single and (kind in _GIVEN or not spelled.today(key))
        name = (free and _layer_of(key, listed[key], sized, task)) or name
        if name in sized and len(number) < 2:
            found[key.removeprefix(FREE)] = spelled.known.only_entry(name)
    return {**dict(_biases(stated, found, sized, spelled)), **found} if task.graph.network.rows != 1 else found


def _biases(
    stated: Sequence[Statement | Answer], found: Mapping[str, str], sized: Mapping[str, object], spelled: Spelled
) -> Iterator[tuple[str, str]]:
    """The biases of layers whose weights are named with a number, b2 beside W2; of one unit the number alone may stand there."""
    for key in dict.fromkeys(key for one in stated for key in (left(one), *keys(one)) if key):
        letter, number = NameFamily(key.removeprefix(FREE), {}).letter, re.findall(r"\d+", key)
        name = f"b[{number[0]}]" if letter in LETTERS["b"] and len(number) == 1 else ""
        if name in sized and name.replace("b", "w", 1) in found.values():
            yield key.removeprefix(FREE), spelled.known.only_entry(name)


def _layer_of(key: str, matrix: Matrix, sized: Mapping[str, tuple[int, ...]], task: Task) -> str:
    """The layer whose numbers a list is, of a letter without a number that may be said of several, as δ = (0.14, −0.04), or y = (0.75,
    0.77), which may be the target too; "" where they are those of none, or of more than one."""
    letter = NameFamily(key.removeprefix(FREE), {}).letter
    kinds = [kind for kind in (*_GIVEN, *_OF_UNITS) if letter in LETTERS[kind]]
    entries = [shown(entry) for row in matrix.rows for entry in row]
    found = [name for name in sized if name.partition("[")[0] in kinds and _are(entries, name, sized[name][0], task)]
    return found[0] if len(found) == 1 else ""


def _are(entries: Sequence[Shown | None], name: str, size: int, task: Task) -> bool:
    """Whether these are the numbers of a layer."""
    if len(entries) != size:
        return False
    numbers = [task.number(task.own(f"{name}[{place}]")) for place in range(1, size + 1)]
    return all(
        entry is not None and number is not None and entry.meets(task.sign(name) * number)
        for entry, number in zip(entries, numbers, strict=True)
    )


def _kind_of_layer(spelled: Spelled, key: str, shape: tuple[int, int], sized: Mapping[str, tuple[int, ...]]) -> str:
    """What kind of array a name is, by its letter, its number and its shape."""
    letter, number = NameFamily(key.removeprefix(FREE), {}).letter, re.findall(r"\d+", key)
    kinds = [kind for kind, letters in LETTERS.items() if letter in letters]
    today = {name.partition("[")[0].partition("@")[0] for name in spelled.today(key)}
    for kind in sorted(kinds, key=lambda kind: kind not in today):
        name = f"{kind}[{number[0]}]" if len(number) == 1 else kind if kind in _GIVEN else ""
        if name in sized and (shape == (0, 0) or sorted(sized[name]) == sorted(shape)):
            return kind
    return ""


def _arrays(task: Task) -> Iterator[tuple[str, tuple[int, int]]]:
    """The arrays of the network with their shapes."""
    graph = task.graph
    rows = int(graph.network.rows)
    yield from (("x", (graph.widths[0], rows)), ("t", (graph.widths[-1], rows)))
    for number, (below, width) in enumerate(pairwise(graph.widths), 1):
        yield f"w[{number}]", (width, below)
        offset = "theta" if any(graph.locate(name) for name in (f"theta[{number}][1]", f"theta[{number}]")) else "b"
        yield f"{offset}[{number}]", (width, 1)
        yield from ((f"{kind}[{number}]", (width, rows)) for kind in _OF_UNITS)
