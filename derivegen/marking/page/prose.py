"""Numbers in the sentences of a text go in, with what was read of it; those that belong nowhere in the network's working come out, each
with the quantity that it comes nearest to.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from derivegen.formula.tree import Matrix, Number, Quantity
from derivegen.marking.findings import Finding, Place, Said
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.statement import Statement, Unread
from derivegen.network.names import derivative

MOST_FOUND, MOST_LINES = 40, 4000
FEWEST = 3
"""Significant digits with which a number is no chance: two fit nearly everything."""
NEAR = 0.05
"""Share by which a number may be off the quantity that is named beside it."""
MOST_STEPS = 200
_NUMBER = re.compile(r"(?<![\w.,/:^_{\\-])[-−+]?\d{1,9}[.,]\d{2,18}(?![\w%]|[.,:/]\d)")
_CODE = re.compile(r"^\s*(?:```|~~~|import |from |def |for |print\(|#!|\$ |>>>)|https?://|\]\(|<[a-z]+[ >/]")

_SUPPOSED = re.compile(r"\b(?:would|were|suppose|imagine|instead|wäre|würde|serait|sería|seria)\b", re.I)


def unplaced(text: str, found: Iterable[object], task: Task) -> Iterator[Finding]:
    """Every number in a sentence that was neither read in a line nor is one of the network, of a derivative or of a step."""
    unread = list(_unread(text, _taken(found)))
    if not unread:  # the numbers of a network take longer than reading a line
        return
    known = sorted(_numbers(task))
    unknown = ((place, said, value) for place, said, value in unread if not _is_known(value, known))
    for place, said, value in islice(unknown, MOST_FOUND):
        yield Finding(None, "unread", place, said, reason="number-unplaced", values=_said(said, value, known))


def _unread(text: str, taken: Mapping[int, set[str | None]]) -> Iterator[tuple[Place, str, Shown]]:
    """The numbers with enough digits in sentences, of lines that are not code and suppose nothing, but for those that were read."""
    for number, line in enumerate(text.split("\n")[:MOST_LINES], 1):
        if None in taken.get(number, ()) or _CODE.search(line) or _SUPPOSED.search(line):
            continue
        for match in _NUMBER.finditer(line):
            said = match[0].lstrip("-−+")
            value = shown(Number(said.replace(",", ".")))
            if value is not None and value.significant >= FEWEST and said not in taken.get(number, ()):
                yield Place("", number, match.start() + 1, line), match[0], value


def _taken(found: Iterable[object]) -> Mapping[int, set[str | None]]:
    """What was read in each line: the numbers of its sides; None where the line is listed already."""
    taken: dict[int, set[str | None]] = defaultdict(set)
    for one in found:
        if isinstance(one, Statement):
            for side in one.sides:
                rows = len(side.formula.rows) if isinstance(side.formula, Matrix) else 1
                for line in (one.line, *range(side.line or one.line, (side.line or one.line) + rows)):
                    taken[line].update(re.findall(r"\d+[.,]\d+", side.text))
        elif isinstance(one, Answer):
            taken[one.line].update(re.findall(r"\d+[.,]\d+", one.text))
        elif isinstance(one, Unread):
            taken[one.line].add(None)
    return taken


def _numbers(task: Task) -> Iterator[tuple[float, str]]:
    """The sizes of all numbers that working shows, each with its quantity."""
    graph = task.graph
    names = [*graph.names(), *map(task.own, task.derivation.targets())][:5000]
    steps = graph.network.training.steps or 0
    names += [f"{name}#1" for name in (*graph.trained, *graph.names("activation"), "loss") if graph.network.rows == 1]
    names += [f"loss#{step}" for step in range(2, min(steps, MOST_STEPS) + 1)]
    for name in names:
        for value in (task.number(name), task.with_weights_only(name)):
            if value is not None:
                yield abs(value), name
    rate = graph.givens.get("rate")
    if rate is not None:
        yield abs(float(rate)), "rate"
        for name in graph.trained:
            slope = task.number(task.own(derivative("loss", name)))
            if slope is not None:
                yield abs(float(rate) * slope), f"D{name}"
    for name in graph.names("activation"):
        a = task.number(name)
        if a is not None:
            yield from ((abs(each), name) for each in (1 - a, a * (1 - a)))


def _is_known(value: Shown, known: Sequence[tuple[float, str]]) -> bool:
    at = bisect_left(known, (value.low - 1e-12, ""))
    return at < len(known) and known[at][0] <= value.high + 1e-12


def _said(text: str, value: Shown, known: Sequence[tuple[float, str]]) -> dict[str, Said]:
    """What the sentence needs: the number, and the quantity nearest to it where one is near."""
    at = bisect_left(known, (value.value, ""))
    near = min(known[max(at - 1, 0) : at + 1], key=lambda each: abs(each[0] - value.value), default=None)
    if near is None or abs(near[0] - value.value) > NEAR * near[0]:
        return {"found": text}
    digits = min(max(value.decimals, 1), 15)
    name: Said = near[1] if "#" in near[1] else Quantity(near[1])
    return {"found": text, "other": name, "value": f"{near[0]:.{digits}f}"}
