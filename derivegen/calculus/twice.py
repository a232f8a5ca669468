"""Second derivatives by the same steps once more: a derivation and a parameter, or a direction of parameters, go in; a network file comes
out, a graph of single numbers with all that the network computes and all its first derivatives as nodes, whose output is one of these, or
what they add up to along the direction. Its derivatives are a row of the Hessian, or the Hessian times the direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from typing import Any, Final

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import EXACT, Irrational, precise
from derivegen.formula.functions import KINKED
from derivegen.formula.print.python import ATOM, CHOICE, POWER, Writer
from derivegen.formula.tree import (
    ONE,
    Call,
    Cases,
    Extreme,
    Formula,
    Indexed,
    Power,
    Product,
    Quantity,
    Value,
    Wins,
    product,
    transform,
    walk,
)
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.names import parse_derivative
from derivegen.network.network import Figure
from derivegen.records import dataclass, replace

MOST_PARAMETERS: Final = 50
"""Parameters of a network whose second derivatives are worked out."""
CLOSE: Final = 1e-9
"""How near a second derivative is to its difference quotient."""
ALONG: Final = "along"
"""What the first derivatives come to along a direction."""


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """The file, what each name in it is called in the network, and by parameter the name of its first derivative."""

    file: dict[str, Any]
    names: Mapping[str, str]
    once: Mapping[str, str]


def second_order(derivation: Derivation, of: str | Mapping[str, Any]) -> SecondOrder:
    """The file. Raises InputError for a network that is too large, has a kink or a function that nothing is known of, and for what is no
    parameter."""
    graph = derivation.graph
    parameters = [*graph.sought]
    if len(parameters) > MOST_PARAMETERS:
        raise InputError(f"second derivatives: found {len(parameters)} parameters; expected at most {MOST_PARAMETERS}")
    if not graph.is_known:
        raise InputError(
            "second derivatives: found a number of rows or a function that is not known; expected all known"
        )
    direction = {of: 1} if isinstance(of, str) else {**of}
    for name in direction:
        if name not in parameters:
            raise InputError(f"second derivatives: found {name!r}; expected one of {', '.join(parameters[:12])}")
    made = _Made(derivation)
    nodes = [*made.nodes()]
    once = {name: made.called(derivation.name_of(name)) for name in parameters}
    if not isinstance(of, str):
        nodes.append([ALONG, " + ".join(_times(by, once[name]) for name, by in direction.items())])
    output = once[of] if isinstance(of, str) else ALONG
    given, own = made.given(), [*map(made.called, parameters)]
    kept = _reaching(nodes, output)
    if not kept:  # what is given: the derivative of (x + y)z by x is z
        kept, output = [[ALONG, output]], ALONG
    inputs = {name: number for name, number in given.items() if name not in own}
    table = {
        "inputs": _valued(inputs),
        "parameters": _valued({name: given[name] for name in own}),
        "nodes": kept,
        "output": output,
        "wrt": own,
    }
    there = {*given, *(name for name, _ in kept)}
    names = {name: own_name for name, own_name in made.names.items() if name in there}
    return SecondOrder({"title": graph.network.title, "graph": table}, names, once)


def hessian(derivation: Derivation) -> dict[str, dict[str, Figure]]:
    """Every second derivative by two parameters, a fraction where it is one: a row for each, held to difference quotients of the first
    ones. Raises InputError, CheckFailed."""
    if any(derivation.graph.givens.get(name) is None for name in derivation.graph.sought):
        raise InputError("second derivatives: found a network with symbols; expected numbers for a matrix of them")
    made = second_order(derivation, dict.fromkeys(derivation.graph.sought, 1))
    found: dict[str, dict[str, Figure]] = {}
    graph, own = build(load(made.file)), made.file["graph"]["wrt"]
    for name, once in made.once.items():
        if graph.families[once].is_given:  # a number, or another parameter
            found[name] = {by: Fraction(other == once) for by, other in zip(made.once, own, strict=True)}
            continue
        again = derive(replace(graph, root=once))
        exact, numbers = Numbers(again, EXACT), Numbers(again)
        found[name] = {
            by: _known(again.name_of(other), exact, numbers) for by, other in zip(made.once, own, strict=True)
        }
    held_to_quotients(derivation, found)
    return found


def in_doubles(matrix: Mapping[str, Mapping[str, Figure]]) -> dict[str, dict[str, float]]:
    """The same in double precision."""
    return {name: {by: float(each) for by, each in row.items()} for name, row in matrix.items()}


def _known(name: str, exact: Numbers, numbers: Numbers) -> Figure:
    try:
        return Fraction(exact[name])
    except Irrational:
        return float(numbers[name])


def held_to_quotients(derivation: Derivation, matrix: Mapping[str, Mapping[str, Figure]]) -> None:
    """Each column is what fifty digits see of the first derivatives when its parameter is moved. Raises CheckFailed."""
    arithmetic = precise()
    at, step = Numbers(derivation, arithmetic), arithmetic.number(10.0) ** -18
    for by in matrix:
        after, before = (Numbers(derivation, arithmetic, {by: at[by] + sign * step}) for sign in (1, -1))
        for name, row in matrix.items():
            slope = derivation.name_of(name)
            true = float((after[slope] - before[slope]) / (2 * step))
            if not abs(row[by] - true) <= CLOSE * (1 + abs(true)):
                raise CheckFailed(
                    f"the second derivative by {name} and {by} is taken as {float(row[by])!r}, but it is {true!r}"
                )


def _reaching(nodes: list[list[str]], output: str) -> list[list[str]]:
    """The nodes that the output is computed from."""
    needed, kept = {output}, list[list[str]]()
    for name, text in reversed(nodes):
        if name in needed:
            needed |= {*re.findall(r"[A-Za-z]\w*", text)}
            kept.append([name, text])
    return kept[::-1]


def _valued(given: Mapping[str, Any]) -> Any:
    """With their numbers, or names alone where something has none."""
    return [*given] if any(number is None for number in given.values()) else {**given}


def _times(number: Any, name: str) -> str:
    """The first derivative times a number."""
    exact = Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    return name if exact == 1 else f"({exact})*{name}"


class _Made:
    """What a graph of single numbers calls the quantities of a network, and how its nodes read."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation, self.graph = derivation, derivation.graph
        self._names: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._writer = _Typed(self.called, arrays=False)

    def called(self, name: str) -> str:
        """A name of letters, digits and underscores: w_1_2 of w[1][2], g_w_1_2 of ∂L/∂w[1][2]; what is another quantity over again is
        called as that."""
        if name not in self._names:
            pair = parse_derivative(name)
            plain = name if pair is None else f"g_{pair[1]}"
            plain = "L" if plain == "loss" else re.sub(r"\W+", "_", plain.replace("@", "_r")).strip("_")
            while plain in self.names or plain == ALONG:
                plain += "x"
            self._names[name] = plain
            self.names[plain] = name
        return self._names[name]

    def given(self) -> dict[str, Any]:
        """What the network is given."""
        members = (each for each in self.graph.members() if each.formula is None)
        return {self.called(each.name): self.graph.givens.get(each.name) for each in members}

    def nodes(self) -> Iterator[list[str]]:
        """The values in their order, then the derivatives from the root back."""
        values = ((each.name, each.formula) for each in self.graph.members() if each.formula is not None)
        slopes = ((target, self.derivation[target].reading) for target in self.derivation.targets())
        for name, formula in chain(values, slopes):
            formula = transform(formula, _without_ones) or formula
            if isinstance(formula, Quantity):
                self._names[name] = self.called(formula.name)
            else:
                yield [self.called(name), self._text(formula)]

    def _text(self, tree: Formula) -> str:
        for part in walk(tree):
            kinked = isinstance(part, Call) and (part.function in KINKED or part.primes)
            if kinked or isinstance(part, Cases | Extreme | Wins):
                raise InputError("second derivatives: found a function with a kink or without a formula; expected none")
        return self._writer.at(tree, CHOICE)


def _without_ones(part: Formula) -> Formula | None:
    """A product without the ones in it."""
    if not isinstance(part, Product) or ONE not in part.factors:
        return None
    return product(*(transform(each, _without_ones) for each in part.factors if each != ONE), dotted=part.dotted)


class _Typed(Writer):
    """Formulas as people type them in a network file."""

    times, over = "*", "/"

    def write(self, tree: Formula) -> tuple[str, int]:
        match tree:
            case Quantity(name) | Value(name) | Indexed(name, _):
                return self.named(name), ATOM
            case Power(base, exponent):
                high = self.at(exponent, ATOM)
                return f"{self.at(base, ATOM)}^{high}", POWER
            case Call(function, arguments):
                return f"{function}({', '.join(self.at(each, CHOICE) for each in arguments)})", ATOM
        return super().write(tree)
