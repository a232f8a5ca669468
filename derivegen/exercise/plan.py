"""What is the same for every student of a class: a network and what is asked go in, a `Plan` comes out; rows of draws go into that, and
what speaks against each, and how well it tells mistakes apart, comes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.errors import InputError
from derivegen.exercise.diagnose import RIGHT, always, crowded, reaching, tables
from derivegen.exercise.difficulty import digits_of
from derivegen.exercise.draw import NOTHING, VARIED, Column, Draws, columns, fingerprint
from derivegen.exercise.fit import FIRST, LAST, Demand, demands
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import Irrational
from derivegen.formula.tree import Formula
from derivegen.mistakes.mistaken import Right
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import as_typed, givens, with_givens
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace

DIGITS = 4
LOOK_AT = 64
"""Fit candidates of one identity that are compared; fewer of a large network."""
PROBES = 4000
"""Draws that belong to nobody, fewer for a large network; where none of them is fit, the network is refused."""
BLOCK = 512
WORK = 2_000_000
"""Quantities that are computed for them."""
ENOUGH = 16
"""So many of them must be fit, or wishes are given up."""
ONE_IN = 16
"""Fit draws: so rare are those that tell mistakes apart well enough. None rarer is waited for; 64 candidates would be looked at then."""
CELLS = 2_000_000
"""Numbers that are kept at once."""
MOST_AT_ONCE = 8192
"""Candidates; more of a small network would be no faster."""

ADVICE = {
    "symmetric": "write weights with one more decimal",
    "undefined": "choose smaller weights",
    "too-large": "choose smaller weights or inputs",
    "small": "ask about fewer derivatives, or vary weights as well",
    "saturated": "choose smaller weights or inputs",
    "dead": "vary biases as well, or ask about fewer units",
    "borderline": "write the numbers with one more decimal",
    "tie": "vary weights as well",
    "same-answer": "ask about fewer quantities, or print more digits",
}


@dataclass(frozen=True)
class Plan:
    """What varies, what is demanded, and which mistakes are told apart. `right` has the network's own numbers; `wanted` are the mistakes
    that reach each quantity asked for, `telling` those of them that the right way and the others do not stand for. `rate` is the share of
    draws that are fit; a fit one is taken if its score is not above `bar`."""

    network: Network
    asked: tuple[str, ...]
    right: Right
    columns: tuple[Column, ...]
    demands: tuple[Demand, ...]
    wanted: Mapping[str, tuple[str, ...]]
    telling: Mapping[str, tuple[str, ...]]
    rate: float = 1.0
    bar: int = 0

    @property
    def digits(self) -> int:
        """Decimals of the answers as far as the draw is concerned: how the document prints them changes nobody's numbers."""
        exercise = self.network.exercise
        return DIGITS if exercise is None or exercise.digits is None else exercise.digits

    @property
    def printed(self) -> int:
        """Decimals of the answers on paper."""
        exercise, document = self.network.exercise, self.network.options.digits
        return self.digits if document is None or (exercise and exercise.digits is not None) else document

    @cached_property
    def fingerprint(self) -> str:
        """The network as the draws see it."""
        return fingerprint(self.network)

    @cached_property
    def sizes(self) -> Any:
        """How many choices each column has."""
        return numpy.array([len(column.choices) for column in self.columns], dtype=numpy.uint64)

    @cached_property
    def cone(self) -> tuple[str, ...]:
        """What is asked for and everything it is computed from."""
        return tuple(dict.fromkeys(part for name in self.asked for part in self.right.cone(name)))

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """How each of these is computed."""
        return tuple(step.reading for part in self.cone if (step := self.right.step(part)[1]) is not None)

    @property
    def at_once(self) -> int:
        """How many candidates are looked at together."""
        return max(1, min(MOST_AT_ONCE, CELLS // max(1, len(self.cone))))

    @property
    def look_at(self) -> int:
        """How many fit candidates are compared."""
        return max(4, min(LOOK_AT, CELLS // 10 // max(1, len(self.cone))))

    @cached_property
    def _values(self) -> tuple[Any, ...]:
        return tuple(numpy.array([list(map(float, choice)) for choice in column.choices]) for column in self.columns)

    @cached_property
    def _digits(self) -> tuple[Any, ...]:
        return tuple(
            numpy.array([list(map(digits_of, choice)) for choice in column.choices]) for column in self.columns
        )

    def numbers(self, rows: Any) -> Right:
        """The right derivation with the numbers of these draws, an entry for each."""
        return self.right.starting_from(self._picked(self._values, rows))

    def given_digits(self, rows: Any) -> dict[str, Any]:
        """The digits of every number that is given."""
        fixed = {name: digits_of(as_typed(number)) for name, number in self.right.graph.givens.items()}
        return {**fixed, **self._picked(self._digits, rows)}

    def _picked(self, tables: Sequence[Any], rows: Any) -> dict[str, Any]:
        picked: dict[str, Any] = {}
        for place, (column, table) in enumerate(zip(self.columns, tables, strict=True)):
            found = table[rows[:, place]]
            picked |= {name: numpy.ascontiguousarray(found[:, n]) for n, name in enumerate(column.names)}
        return picked

    def fractions(self, row: Sequence[int]) -> dict[str, Fraction]:
        """Every given number with the choices of one draw."""
        found = {name: as_typed(number) for name, number in self.right.graph.givens.items()}
        for column, choice in zip(self.columns, row, strict=True):
            found |= zip(column.names, column.choices[choice], strict=True)
        return found

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why draws may be unfit."""
        return tuple(dict.fromkeys(demand.reason for demand in self.demands))

    def unfit(self, rows: Any) -> Any:
        """For each draw the place of the first reason that speaks against it, −1 where it is fit."""
        found = numpy.full(len(rows), -1)
        with numpy.errstate(all="ignore"):
            numbers = self.numbers(rows).numbers
            for demand in self.demands:
                found[(found < 0) & demand.broken(numbers)] = self.reasons.index(demand.reason)
        return found

    def scores(self, rows: Any) -> Any:
        """For each draw how much mistakes run together; 0 is best."""
        with numpy.errstate(all="ignore"):
            some = tables(self.numbers(rows), self.telling, len(rows))
            return sum((crowded(table, self.digits) for table in some), start=numpy.zeros(len(rows), int))


def plan(network: Network, asked: Sequence[str], vary: Sequence[str] | None) -> Plan:
    """What is the same for the whole class. Raises InputError where there are no numbers, or no fit ones."""
    typed = with_givens(network, {name: as_typed(number) for name, number in givens(network).items()})
    graph = build(typed)
    derivation = derive(graph)
    right = Right(derivation, Numbers(derivation, ARRAYS))
    asked = tuple(dict.fromkeys(asked))
    if not asked and tuple(vary or ()) != (NOTHING,):
        raise InputError("exercise: nothing is asked for; name quantities under [[exercise.ask]]")
    made = columns(graph, vary)
    if not made:
        _check_followed(Numbers(derivation))
    with numpy.errstate(all="ignore"):
        _check_known(right, asked, own=not made)
        known = reaching(right, asked)
        first = Plan(typed, asked, right, made, (), known, known)
        if not made:
            return first
        return probed(replace(first, demands=demands(right, asked, made, first.digits)))


def _check_followed(numbers: Numbers) -> None:
    """Refuse numbers of one's own whose loss nobody gets from the outputs, since these have run into 0 or 1. Raises InputError."""
    for name in numbers.graph.names("loss"):
        try:
            true, formula = numbers[name], numbers.graph[name].formula
        except Symbolic:
            return
        if formula is not None and not _follows(numbers, formula, true):
            raise InputError(
                f"exercise: an output has run so far into 0 or 1 that {name} does not follow from its digits; choose smaller "
                "weights or inputs, or let the numbers be drawn"
            )


def _follows(numbers: Numbers, formula: Formula, true: float) -> bool:
    """Whether what stands before a number in its line comes to it."""
    try:
        return bool(abs(numbers.of(formula) - true) <= CLOSE * (1 + abs(true)))
    except (InputError, ArithmeticError, ValueError):
        return False


CLOSE = 1e-9
"""So near to a number a line has to come that is worked out from those before it."""


def _check_known(right: Right, asked: Sequence[str], own: bool) -> None:
    """Refuse what has no number, and numbers of one's own that lead nowhere. Raises InputError."""
    for name in asked:
        try:
            right.numbers[name]
        except (Symbolic, Irrational) as reason:
            raise InputError(
                f"exercise: {name} has no number, since {reason} has none; state numbers for it in the network file"
            ) from None
        except InputError:
            if own or (right.graph.locate(name) is None and "/" not in name):
                raise


def probed(strict: Plan) -> Plan:
    """The plan with what draws that belong to nobody show: whether wishes can be kept, and which mistakes no draw tells apart. Raises
    InputError where none of them is fit."""
    rows, drawn, counts = _probe(strict)
    for wish in (FIRST, LAST):
        if len(rows) < min(ENOUGH, strict.look_at):
            strict = replace(strict, demands=tuple(demand for demand in strict.demands if demand.wish != wish))
            rows, drawn, counts = _probe(strict)
    if not len(rows):
        raise InputError(_nothing_fits(strict, drawn, counts))
    rate, rows = len(rows) / drawn, rows[: strict.look_at]
    some = tables(strict.numbers(rows), strict.wanted, len(rows))
    telling = {table.quantity: _telling(always(table, strict.digits)) for table in some}
    found = replace(strict, telling=telling, rate=rate)
    return replace(found, bar=int(numpy.sort(found.scores(rows))[len(rows) // ONE_IN]))


def _probe(plan: Plan) -> tuple[Any, int, Counter[str]]:
    """Fit draws of those that belong to nobody, how many were drawn, and what spoke against the others."""
    draws = Draws(plan.fingerprint, plan.sizes)
    fit: list[Any] = []
    drawn, counts = 0, Counter[str]()
    most = max(PROBES // 10, min(PROBES, WORK // len(plan.cone)))
    while drawn < most and sum(map(len, fit)) < plan.look_at:
        rows = draws.take(min(plan.at_once, most - drawn, BLOCK))
        unfit = plan.unfit(rows)
        drawn += len(rows)
        fit.append(rows[unfit < 0])
        counts.update(plan.reasons[place] for place in unfit[unfit >= 0].tolist())
    return numpy.concatenate(fit), drawn, counts


def _telling(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(group[0] for group in groups if group[0] != RIGHT)


def _nothing_fits(plan: Plan, drawn: int, counts: Counter[str]) -> str:
    fixed = sorted({*VARIED} - {kind for column in plan.columns for kind in _kinds(plan, column)})
    why = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
    advice = ADVICE[counts.most_common(1)[0][0]]
    more = f"; or vary {', '.join(fixed)} as well" if fixed else ""
    return f"exercise: none of {drawn} draws gave numbers made for hands ({why}); {advice}{more}; or vary nothing"


def _kinds(plan: Plan, column: Column) -> Iterator[str]:
    kinds = {"input": "inputs", "weight": "weights", "bias": "biases", "threshold": "biases", "target": "targets"}
    for name in column.names:
        found = plan.right.graph.locate(name)
        if found is not None:
            yield kinds.get(found[0].kind, "inputs")  # a start of what is computed step by step
