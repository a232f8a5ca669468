"""A network goes in, what an honest student with a calculator writes down comes out: any order, any result rounded or not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import chain
from random import Random
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import FLOAT, holds
from derivegen.formula.arithmetic.value import value as number_of
from derivegen.formula.tree import Bracket, Call, Cases, Formula, Negative, Number, Power, Product, Quantity, Ratio, Sum
from derivegen.network.names import derivative, parse_derivative
from derivegen.network.tables.losses import LOSSES


@dataclass(frozen=True)
class Habit:
    """How somebody rounds: to decimals (`fuller`: never to fewer than two digits) or significant digits; ties up or to even; how often
    at all; whether everything is rounded."""

    digits: int
    significant: bool = False
    fuller: bool = False
    even: bool = False
    chance: float = 1.0

    def rounded(self, number: float) -> float:
        """The number as written down."""
        exact = Decimal(f"{number:.13g}")
        if exact == 0 or not math.isfinite(number):
            return number
        leading = exact.adjusted()
        places = self.digits - 1 - leading if self.significant else self.digits
        if self.fuller and not self.significant:
            places = max(places, 1 - leading)
        return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN if self.even else ROUND_HALF_UP))


@dataclass
class Student:
    """One student's way through a network: each quantity worked out once, then used as it stands on the paper."""

    derivation: Derivation
    habit: Habit
    random: Random
    right: Numbers
    paper: dict[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        if name not in self.paper:
            self.paper[name] = self._worked_out(name)
        return self.paper[name]

    def kept(self, number: float) -> float:
        """In full, or rounded."""
        return self.habit.rounded(number) if self.random.random() < self.habit.chance else number

    def _worked_out(self, name: str) -> float:
        graph = self.derivation.graph
        if name in graph.givens:
            return float(graph.givens[name])
        if graph.locate(name) is not None:
            formula = graph[name].formula
            assert formula is not None
            rows = graph.network.rows
            if name == "loss" and isinstance(rows, int) and rows > 1 and self.random.random() < 0.5:
                return self._mean([self[f"loss@{row}"] for row in range(1, rows + 1)])
            return self.value(formula)
        return self._derivative(name)

    def _mean(self, parts: list[float]) -> float:
        loss = self.derivation.graph.network.loss
        assert loss is not None
        found = self.fold(parts, "+")
        return self.kept(found / len(parts)) if loss.reduction == "mean" else found

    def _derivative(self, name: str) -> float:
        pair, rows = parse_derivative(name), self.derivation.graph.network.rows
        if pair is None:
            return self.value(self.derivation[name].reading)
        joint = self._joint(*pair)
        if joint is not None and self.random.random() < 0.5:
            return joint
        parameter = pair[0] == "loss" and pair[1][0] in "wb"
        if parameter and isinstance(rows, int) and rows > 1 and self.random.random() < 0.5:
            return self._mean([self[derivative(f"loss@{row}", pair[1])] for row in range(1, rows + 1)])
        chain_ = self.derivation
        if pair[0].startswith("loss@"):
            chain_ = chain_.of_row(int(pair[0][5:]))
        if self.random.random() < 0.5 and self.by_routes(chain_, name):
            return self.fold([self._route(route) for route in chain_.routes(name)], "+")
        terms = [self._route(term.factors) for term in self._opened(chain_, name)]
        return self.fold(terms, "+")

    def by_routes(self, chain_: Derivation, name: str) -> bool:
        """Whether there are few enough routes that somebody adds them up."""
        return chain_.routes_total(name) <= 8

    def _opened(self, chain_: Derivation, name: str) -> tuple[Any, ...]:
        """The step of the name, its upstream derivatives perhaps written out (as long as they are products)."""
        terms = chain_[name].terms
        factors = terms[0].factors if len(terms) == 1 else ()
        if factors and self.random.random() < 0.5 and factors[0].role == "upstream":
            first, *rest = factors
            inner = self._opened(chain_, first.name)
            return tuple(type(term)((*term.factors, *rest)) for term in inner)
        return terms

    def _route(self, factors: tuple[Any, ...]) -> float:
        parts = list(chain.from_iterable(self._factors(factor.reading) for factor in factors))
        return self.fold(parts, "*")

    def _factors(self, tree: Formula) -> Iterator[float]:
        match tree:
            case Product(parts) if self.random.random() < 0.7:
                yield from chain.from_iterable(map(self._factors, parts))
            case Negative(body):
                yield -1.0
                yield from self._factors(body)
            case Bracket(body):
                yield from self._factors(body)
            case _:
                yield self.value(tree)

    def _joint(self, of: str, by: str) -> float | None:
        """a − t, where loss and output activation have it."""
        network = self.derivation.graph.network
        last = len(network.layers)
        if network.loss is None or not by.startswith(f"z[{last}]") or not of.startswith("loss"):
            return None
        if LOSSES[network.loss.name].with_activation != network.layers[-1].activation.name:
            return None
        unit = by.removeprefix(f"z[{last}]") + of.removeprefix("loss")
        found = self.kept(self[f"a[{last}]{unit}"] - self[f"t{unit}"])
        whole = of == "loss" and network.loss.reduction == "mean" and isinstance(network.rows, int)
        return self.kept(found / float(network.rows)) if whole and network.rows != 1 else found

    def value(self, tree: Formula) -> float:
        """A formula worked out, every operation by itself."""
        match tree:
            case Quantity(name):
                return self[name]
            case Number(text):
                return float(text)
            case Sum(terms):
                return self.fold(list(map(self.value, terms)), "+")
            case Product(factors):
                return self.fold(list(chain.from_iterable(map(self._factors, factors))), "*")
            case Negative(body):
                return -self.value(body)
            case Bracket(body):
                return self.value(body)
            case Ratio(top, bottom):
                over, under = self.value(top), self.value(bottom)
                return over if under == 1 or over == 0 else self.kept(over / under)
            case Power(base, Number(text)):
                return self.fold([self.value(base)] * int(text), "*")
            case Call(name, (argument,)):
                return self.function(name, self.value(argument))
            case Call(name, arguments):
                return float(FLOAT.functions[name](*map(self.value, arguments)))
            case Cases(branches):
                right = lambda part: number_of(part, self.right.__getitem__, FLOAT)  # noqa: E731
                return next(self.value(branch) for branch, when in branches if when is None or holds(when, right))
        raise AssertionError(tree)

    def function(self, name: str, argument: float) -> float:
        """By its key, or by e to the power."""
        if name == "sigmoid" and self.random.random() < 0.5:
            return self.kept(1 / self.kept(1 + self.kept(math.exp(-argument))))
        if name == "tanh" and self.random.random() < 0.3:
            up, down = self.kept(math.exp(argument)), self.kept(math.exp(-argument))
            return self.kept(self.kept(up - down) / self.kept(up + down))
        return self.kept(FLOAT.functions[name](argument))

    def fold(self, parts: list[float], sign: str) -> float:
        """Two at a time, any two next; what changes nothing is no operation."""
        left, turned = list(parts), False
        if sign == "*":
            if 0.0 in left:
                return 0.0
            turned = left.count(-1.0) % 2 == 1
            left = [part for part in left if part not in (1.0, -1.0)] or [1.0]
        else:
            left = [part for part in left if part != 0.0] or [0.0]
        while len(left) > 1:
            one = left.pop(self.random.randrange(len(left)))
            other = left.pop(self.random.randrange(len(left)))
            left.append(self.kept(one + other if sign == "+" else one * other))
        return -left[0] if turned else left[0]


def honest_habit(random: Random) -> Habit:
    """Three to six decimals or significant digits; some round everything, some now and then."""
    return Habit(
        digits=random.randint(3, 6),
        significant=random.random() < 0.4,
        fuller=random.random() < 0.5,
        even=random.random() < 0.3,
        chance=random.choice((1.0, 0.7, 0.4)),
    )


def random_network(random: Random) -> dict[str, Any]:
    """Two to four layers of one to three units; weights of one or two decimals."""

    def number(size: float = 1.0) -> float:
        return round(random.uniform(-size, size), random.choice((1, 2)))

    widths = [random.randint(1, 3) for _ in range(random.randint(2, 4))]
    last, loss, outputs = random.choice(
        (
            ("sigmoid", "binary_cross_entropy", 1),
            ("softmax", "cross_entropy", 3),
            ("linear", "half_squared_error", 2),
            ("sigmoid", "mean_squared_error", 2),
            ("tanh", "squared_error", 1),
        )
    )
    rows = random.choice((1, 1, 2))
    n_inputs, widths[-1] = random.choice((1, 2, 3, 3, 9)), outputs
    layers: list[dict[str, Any]] = []
    below = n_inputs
    for units in widths:
        weights = [[number() for _ in range(below)] for _ in range(units)]
        layer = {"units": units, "weights": weights, "biases": [number(0.5) for _ in range(units)]}
        layers.append(layer | {"activation": random.choice(("sigmoid", "tanh", "relu"))})
        below = units
    layers[-1]["activation"] = last
    targets = [[float(j == row % outputs) for j in range(outputs)] for row in range(rows)]
    if loss.endswith("squared_error"):
        targets = [[number() for _ in range(outputs)] for _ in range(rows)]
    inputs = [[number(2.0) for _ in range(n_inputs)] for _ in range(rows)]
    data = {"inputs": inputs, "targets": targets}
    return {"data": data, "layer": layers, "loss": {"name": loss}, "training": {"learning_rate": 0.1}}
