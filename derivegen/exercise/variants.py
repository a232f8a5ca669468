"""Numbers for a class: a network, what is asked, a seed and the students' identities go in; a `Variant` for each comes out, one after the
other.

Each identity has its own stream of draws, made of seed, identity and network alone. Out of these the first candidate is taken that is fit
and in which few mistakes run together (as few as in the best sixteenth of all); where there is none among the first `LOOK_AT` fit ones,
that in which the fewest do.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import islice
from math import ceil, isfinite
from typing import Any

from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, Trace, delta_name
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.verify import verify
from derivegen.errors import CheckFailed, InputError
from derivegen.exercise.diagnose import Coincidences, tables
from derivegen.exercise.difficulty import difficulty
from derivegen.exercise.draw import Draws
from derivegen.exercise.exercise import Variant
from derivegen.exercise.plan import ONE_IN, Plan, plan
from derivegen.mistakes.mistaken import Right
from derivegen.network.family import PARAMETERS
from derivegen.network.names import is_delta, parse_derivative
from derivegen.network.network import Network
from derivegen.on_use import numpy
from derivegen.records import dataclass, field, replace

MOST_DRAWS = 200_000
"""Draws for one identity; a plan is made only where many fewer are enough."""
TOGETHER = 256
"""Variants that are finished at once."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a variant's code: no two that look alike."""
CROWDED = "mistakes-coincide"
"""Why a fit candidate was passed over."""


def variants(
    network: Network, asked: Sequence[str], identities: Iterable[str], seed: int, vary: Sequence[str] | None = None
) -> Iterator[Variant]:
    """A variant for each identity, in their order, each the same whoever else there is. Raises InputError, CheckFailed."""
    return planned(plan(network, asked, vary), identities, seed)


def planned(found: Plan, identities: Iterable[str], seed: int) -> Iterator[Variant]:
    """The same of a plan that is made: it holds for any number of classes and slices of classes."""
    return _drawn(found, identities, seed) if found.columns else _as_it_stands(found, identities)


def code_of(identity: str, numbers: dict[str, Fraction]) -> str:
    """What stands in the footer: the identity, and four letters that go with these numbers alone."""
    text = ";".join(f"{name}={number}" for name, number in sorted(numbers.items()))
    digest = int.from_bytes(sha256(text.encode()).digest())
    return f"{identity}-" + "".join(LETTERS[digest >> (5 * n) & 31] for n in range(4))


def _as_it_stands(plan: Plan, identities: Iterable[str]) -> Iterator[Variant]:
    """The network's own numbers for everybody."""
    verify(Trace(plan.right.graph, plan.right.derivation, Rounding()))
    (own,) = _Finish(plan).variants([_Search("", Draws("", plan.sizes), row=numpy.zeros(0, int), drawn=1)])
    return (replace(own, identity=each, code=code_of(each, own.givens)) for each in identities)


def _drawn(plan: Plan, identities: Iterable[str], seed: int) -> Iterator[Variant]:
    finish, waiting = _Finish(plan), iter(identities)
    while some := list(islice(waiting, TOGETHER)):
        starts = ("\n".join((str(seed), each, plan.fingerprint)) for each in some)
        searches = [_Search(each, Draws(start, plan.sizes)) for each, start in zip(some, starts, strict=True)]
        _search(plan, searches)
        yield from finish.variants(searches)


@dataclass(slots=True)
class _Search:
    """One identity's candidates as far as they have been looked at: how many were drawn, how many of them were fit, the best of these."""

    identity: str
    draws: Draws
    row: Any = None
    score: int = -1
    drawn: int = 0
    fit: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    done: bool = False

    def look(self, rows: Any, unfit: Any, scores: Any, plan: Plan) -> None:
        """Go through further candidates in their order, and no further than to one that ends the search."""
        fit = numpy.flatnonzero(unfit < 0)[: plan.look_at - self.fit]
        good = numpy.flatnonzero(scores[fit] <= plan.bar)
        fit = fit[: good[0] + 1] if len(good) else fit
        self.fit += len(fit)
        self.done = bool(len(good)) or self.fit == plan.look_at
        seen = int(fit[-1]) + 1 if self.done else len(rows)
        self.drawn += seen
        self.rejected.update(plan.reasons[place] for place in unfit[:seen].tolist() if place >= 0)
        if len(fit):
            best = fit[numpy.argmin(scores[fit])]
            if self.score < 0 or scores[best] < self.score:
                self.row, self.score = rows[best], int(scores[best])


def _search(plan: Plan, searches: Sequence[_Search]) -> None:
    """Draw for all of them until each has its numbers. Raises InputError."""
    block = max(1, min(plan.at_once, ceil(ONE_IN / plan.rate)))
    together = plan.at_once // block
    pending = list(searches)
    while pending:
        for first in range(0, len(pending), together):
            _look(plan, pending[first : first + together], block)
        pending = [search for search in pending if not search.done]
        for search in pending:
            search.done = search.fit > 0 and search.drawn >= MOST_DRAWS
            if search.drawn >= 2 * MOST_DRAWS:
                raise InputError(
                    f"exercise: none of {search.drawn} draws for {search.identity} gave numbers made for hands"
                )


def _look(plan: Plan, searches: Sequence[_Search], block: int) -> None:
    rows = numpy.concatenate([search.draws.take(block) for search in searches])
    unfit = plan.unfit(rows)
    scores = numpy.full(len(rows), -1)
    if (unfit < 0).any():
        scores[unfit < 0] = plan.scores(rows[unfit < 0])
    for place, search in enumerate(searches):
        own = slice(place * block, (place + 1) * block)
        search.look(rows[own], unfit[own], scores[own], plan)


class _Finish:
    """Makes variants of the candidates taken: verified, diagnosed, weighed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._coincidences = Coincidences(plan.printed)

    def variants(self, searches: Sequence[_Search]) -> Iterator[Variant]:
        """The variants, in order. Raises CheckFailed."""
        together = max(1, min(TOGETHER, self.plan.at_once))
        for first in range(0, len(searches), together):
            yield from self._finished(searches[first : first + together])

    def _finished(self, searches: Sequence[_Search]) -> Iterator[Variant]:
        plan, count = self.plan, len(searches)
        rows = numpy.stack([search.row for search in searches])
        with numpy.errstate(all="ignore"):
            right = plan.numbers(rows)
            if plan.columns:
                referee(right, plan.asked)
            made = list(tables(right, plan.wanted, count))
            points = difficulty(plan.formulas, right.numbers, plan.given_digits(rows), plan.digits)
            coinciding = self._coincidences.of(made, count)
        values = [(table.quantity, table.who[1:], (table.values.T + 0.0).tolist()) for table in made]  # −0.0 is 0
        for n, search in enumerate(searches):
            own = [(quantity, who, numbers[n]) for quantity, who, numbers in values]
            numbers = plan.fractions(search.row.tolist())
            yield Variant(
                search.identity,
                code_of(search.identity, numbers),
                numbers,
                {quantity: of[0] for quantity, _, of in own},
                {quantity: _with_numbers(who, of[1:]) for quantity, who, of in own},
                coinciding[n],
                search.drawn,
                dict(search.rejected) | ({CROWDED: search.fit - 1} if search.fit > 1 else {}),
                float(numpy.broadcast_to(points, count)[n]),
            )


def _with_numbers(who: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    """What each mistake comes to, without those that come to nothing (a division by zero)."""
    return {mistake: number for mistake, number in zip(who, values, strict=True) if isfinite(number)}


# the referee: every derivative asked for against difference quotients

DIRECTIONS = 3
STEP = 1e-4
"""The smaller of two steps; extrapolated from both, the quotient of numbers made for hands is off by some 1e-9."""
TOLERANCE = 1e-6
ALL_UP_TO = 300
"""Parameters and inputs; in a larger network only those are moved that are asked about."""


def referee(right: Right, asked: Sequence[str]) -> None:
    """Compare the gradient along random directions, and every other derivative that is asked for, with difference quotients. Raises
    CheckFailed."""
    pairs = {pair: name for name in asked if (pair := _pair(right, name)) is not None}
    root = right.graph.root
    asked_about = [by for of, by in pairs if of == root]
    moved = [name for name in right.graph.names("input", *PARAMETERS) if name in right.graph.givens]
    if len(moved) > ALL_UP_TO:
        moved = [name for name in asked_about if name in right.graph.givens]
    for seed in range(DIRECTIONS if moved and _known(right.numbers, root) else 0):
        draw = random.Random(seed)
        direction = {name: draw.choice((-1, 1)) * draw.uniform(0.5, 1.0) for name in moved}
        derived = sum(d * right.numbers[right.derivation.name_of(name)] for name, d in direction.items())
        _compare(right, root, direction, derived)
    for (of, by), name in pairs.items():
        if of != root or by not in moved:
            _compare(right, of, {by: 1.0}, right.numbers[name])


def _pair(right: Right, name: str) -> tuple[str, str] | None:
    """What is differentiated by what; the loss of one row by what belongs to that row."""
    pair = parse_derivative(delta_name(right.graph, name) if is_delta(name) else name)
    if pair is None or any(end.startswith("loss[") for end in pair):
        return pair
    of, by = (right.graph.root, pair[1]) if pair[0] == "loss" else pair
    row = of.removeprefix("loss@") if of.startswith("loss@") else ""
    return (of, f"{by}@{row}") if row and right.graph.locate(f"{by}@{row}") is not None else (of, by)


def _known(numbers: Numbers, name: str) -> bool:
    try:
        numbers[name]
    except Symbolic:
        return False
    return True


def _compare(right: Right, of: str, direction: Mapping[str, float], derived: Any) -> None:
    near, far = (_quotient(right, of, direction, step) for step in (STEP, 2 * STEP))
    measured = (4 * near - far) / 3  # Richardson: the error of second order falls out
    off = numpy.max(numpy.abs(derived - measured) / (1 + numpy.abs(measured)))
    if not off <= TOLERANCE:
        raise CheckFailed(
            f"the derivative of {of} by {', '.join(direction)}: derived values are off by up to {off:.1e}"
        )


def _quotient(right: Right, of: str, direction: Mapping[str, float], step: float) -> Any:
    ahead, behind = (_moved(right, of, direction, side * step) for side in (1, -1))
    return (ahead - behind) / (2 * step)


def _moved(right: Right, of: str, direction: Mapping[str, float], by: float) -> Any:
    """The quantity after a step in a direction."""
    own = right.numbers
    put_in = {name: own[name] + by * d for name, d in direction.items()}
    return Numbers(right.derivation, own.arithmetic, {**right.put_in, **put_in})[of]
