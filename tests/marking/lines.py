"""Working with numbers in it, made up: a random network in, the lines somebody honest writes out, and the same with one number wrong.

A line is text and numbers in turn, so that any of its numbers can be exchanged and what it comes to be worked out again: it is consistent
then, and wrong.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.tree import Number as Typed
from derivegen.marking.findings import Finding
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import Marker, roundings
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.statements import read_working
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.notation.choose import choose
from derivegen.notation.typed_names import Names

SHAPES = ((2, 2, 1), (2, 2, 2), (3, 4, 1), (1, 1, 1), (2, 2, 2, 1), (2, 3, 2, 2), (1, 1, 1, 1))


@dataclass(frozen=True)
class Number:
    """A number of a line: as typed, without its sign, and which quantity it is."""

    text: str
    of: str

    @property
    def value(self) -> float:
        return float(self.text)


Part = str | Number
Work = Callable[[Sequence[float]], float]


@dataclass(frozen=True)
class Line:
    """quantity = parts = result; `work` is what the numbers come to, `true` what the quantity is."""

    quantity: str
    parts: tuple[Part, ...]
    work: Work
    digits: Rounding
    true: float
    result: str = ""

    @property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(part for part in self.parts if isinstance(part, Number))

    @property
    def came(self) -> float:
        return self.work([number.value for number in self.numbers])

    @property
    def text(self) -> str:
        return f"{_named(self.quantity)} = {self.formula} = {self.result}"

    @property
    def formula(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def worked_out(self) -> Line:
        return replace(self, result=typed(self.came, self.digits))

    def with_number(self, place: int, text: str) -> Line:
        """The line with another number at a place, worked out again."""
        own = iter(range(len(self.parts)))
        parts = tuple(
            (Number(text, part.of) if next(own) == place else part) if isinstance(part, Number) else part
            for part in self.parts
        )
        return replace(self, parts=parts).worked_out()


def _named(quantity: str) -> str:
    """As the default notation has it: a[1][2] alone looks like a product."""
    found = re.fullmatch(r"a\[(\d)\]\[(\d)\]", quantity)
    return quantity if found is None else f"a^{{({found[1]})}}_{found[2]}"


def typed(value: float, digits: Rounding) -> str:
    """A number as somebody types it who keeps these digits: zeros at the end stay."""
    exact = Decimal(value)
    first = exact.adjusted() if exact else 0
    places = digits.digits if digits.significant is None else digits.significant - 1 - first
    return f"{value:.{max(1, min(places, 12))}f}"


def network(random: Random, easy: bool = False) -> dict[str, Any]:
    """A network of a shape people work out by hand."""
    shape = random.choice(SHAPES)
    few = (0.1, 0.2, 0.4, 0.5, 1.0)

    def number() -> float:
        if easy:
            return random.choice(few)
        return random.choice((-1, 1)) * round(random.uniform(0.05, 1.2), random.choice((1, 2)))

    inside = random.choice(("sigmoid", "sigmoid", "tanh"))
    layers = [
        {
            "units": above, "activation": inside, "weights": [[number() for _ in range(below)] for _ in range(above)],
            "biases": [number() for _ in range(above)],
        }
        for below, above in pairwise(shape)
    ]  # fmt: skip
    layers[-1]["activation"] = random.choice(("sigmoid", "linear"))
    return {
        "data": {"inputs": [[number() for _ in range(shape[0])]], "targets": [[round(random.uniform(0, 1), 2) for _ in range(shape[-1])]]},
        "layer": layers, "loss": {"name": "half_squared_error"}, "training": {"learning_rate": random.choice((0.1, 0.5)), "steps": 1},
    }  # fmt: skip


def task_of(net: dict[str, Any]) -> Task:
    chain = derive(build(load(net)))
    return Task(chain, choose(chain.graph, load(net).notation))


@dataclass
class Page:
    """The lines of one network as somebody honest works them out, going on with what they have written."""

    task: Task
    random: Random
    digits: Rounding
    has: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, given in self.task.graph.givens.items():
            self.has[name] = f"{float(given):.12g}"
        for number, layer in enumerate(self.layers, 1):
            for unit in range(1, layer.units + 1):
                self._forward(number, unit)
        self._loss()
        for number in range(len(self.layers), 0, -1):
            for unit in range(1, self.layers[number - 1].units + 1):
                self._backward(number, unit)

    @property
    def layers(self) -> Sequence[Any]:
        return self.task.graph.network.layers

    def number(self, name: str) -> tuple[str, Number]:
        """Its sign and the number."""
        text = self.has[name]
        return ("-", Number(text[1:], name)) if text.startswith("-") else ("", Number(text, name))

    def write(self, quantity: str, parts: Sequence[Part], work: Work) -> None:
        true = self.task.number(self.task.own(quantity))
        assert true is not None
        line = Line(quantity, tuple(parts), work, self.digits, true).worked_out()
        self.lines.append(line)
        self.has[quantity] = line.result

    def factor(self, name: str) -> tuple[list[Part], float]:
        sign, number = self.number(name)
        return (["(-", number, ")"], -1.0) if sign else ([number], 1.0)

    def below(self, number: int, unit: int) -> str:
        return f"x[{unit}]" if number == 1 else f"a[{number - 1}][{unit}]"

    def width(self, number: int) -> int:
        return len(self.layers[number - 1].weights[0])

    def _forward(self, number: int, unit: int) -> None:
        parts, signs = list[Part](), list[float]()
        for below in range(1, self.width(number) + 1):
            weight, own = self.factor(f"w[{number}][{unit}][{below}]")
            value, other = self.factor(self.below(number, below))
            parts += [*weight, "*", *value, " + "]
            signs.append(own * other)
        bias, sign = self.factor(f"b[{number}][{unit}]")
        self.write(
            f"z[{number}][{unit}]", [*parts, *bias],
            lambda n: sum(s * n[2 * k] * n[2 * k + 1] for k, s in enumerate(signs)) + sign * n[-1],
        )  # fmt: skip
        z_sign, z = self.number(f"z[{number}][{unit}]")
        s = -1.0 if z_sign else 1.0
        name = self.layers[number - 1].activation.name
        if name == "linear":
            self.has[f"a[{number}][{unit}]"] = self.has[f"z[{number}][{unit}]"]
        elif name == "tanh":
            self.write(f"a[{number}][{unit}]", [f"tanh({z_sign}", z, ")"], lambda n: math.tanh(s * n[0]))
        elif self.random.random() < 0.5:
            self.write(f"a[{number}][{unit}]", [f"sigmoid({z_sign}", z, ")"], lambda n: 1 / (1 + math.exp(-s * n[0])))
        else:
            sign_ = "" if z_sign else "-"
            self.write(f"a[{number}][{unit}]", [f"1/(1 + e^({sign_}", z, "))"], lambda n: 1 / (1 + math.exp(-s * n[0])))

    def _off(self, number: int, unit: int) -> tuple[list[Part], float]:
        sign, a = self.number(f"a[{number}][{unit}]")
        return ["(" + sign, a, " - ", Number(self.has[f"t[{unit}]"], f"t[{unit}]"), ")"], -1.0 if sign else 1.0

    def _loss(self) -> None:
        last = len(self.layers)
        parts, signs = list[Part](), list[float]()
        for unit in range(1, self.layers[-1].units + 1):
            off, sign = self._off(last, unit)
            parts += [" + "] * bool(parts) + ["1/2*", *off, "^2"]
            signs.append(sign)
        self.write("loss", parts, lambda n: sum((s * n[2 * k] - n[2 * k + 1]) ** 2 / 2 for k, s in enumerate(signs)))

    def _slope(self, number: int, unit: int) -> tuple[list[Part], Work]:
        """The slope of a unit: the product, or what it comes to."""
        a_sign, a = self.number(f"a[{number}][{unit}]")
        s = -1.0 if a_sign else 1.0
        name = self.layers[number - 1].activation.name
        if name == "linear":
            return [], lambda n: 1.0
        value = s * a.value
        slope = value * (1 - value) if name == "sigmoid" else 1 - value * value
        if self.random.random() < 0.4:
            text = typed(slope, self.digits)
            return ["*", Number(text, "slope")], lambda n: n[0]
        if name == "tanh":
            return ["*(1 - ", a, "^2)"], lambda n: 1 - n[0] ** 2
        if self.random.random() < 0.5:
            rest = typed(1 - value, self.digits)
            return ["*", a, "*", Number(rest, "rest")], lambda n: n[0] * n[1]
        return ["*", a, "*(1 - ", a, ")"], lambda n: n[0] * (1 - n[1])

    def _backward(self, number: int, unit: int) -> None:
        slope, slope_work = self._slope(number, unit)
        name = f"dloss/dz[{number}][{unit}]"
        if number == len(self.layers):
            off, sign = self._off(number, unit)
            self.write(name, [*off, *slope], lambda n: (sign * n[0] - n[1]) * slope_work(n[2:]))
        else:
            parts, signs = list[Part](), list[float]()
            for above in range(1, self.layers[number].units + 1):
                delta, own = self.factor(f"dloss/dz[{number + 1}][{above}]")
                weight, other = self.factor(f"w[{number + 1}][{above}][{unit}]")
                parts += [" + "] * bool(parts) + [*delta, "*", *weight]
                signs.append(own * other)
            count = 2 * len(signs)
            self.write(
                name, ["(", *parts, ")", *slope],
                lambda n: sum(s * n[2 * k] * n[2 * k + 1] for k, s in enumerate(signs)) * slope_work(n[count:]),
            )  # fmt: skip
        for below in range(1, self.width(number) + 1):
            delta, own = self.factor(name)
            value, other = self.factor(self.below(number, below))
            gradient = f"dloss/dw[{number}][{unit}][{below}]"
            self.write(gradient, [*delta, "*", *value], lambda n, s=own * other: s * n[0] * n[1])  # type: ignore[misc]
            self._update(f"w[{number}][{unit}][{below}]", gradient)

    def _update(self, weight: str, gradient: str) -> None:
        if self.random.random() < 0.5:
            return
        sign, number = self.number(weight)
        g, other = self.factor(gradient)
        s = -1.0 if sign else 1.0
        parts = [sign, number, " - ", Number(self.has["rate"], "rate"), "*", *g]
        self.write(f"{weight}'", parts, lambda n: s * n[0] - other * n[1] * n[2])


# ------------------------------------------------------------------------------------------------------------ one number wrong


def others(page: Page, line: Line, place: int, random: Random) -> Iterator[str]:
    """Other numbers for one: of random digits, another quantity's, ten times as large, with a digit changed."""
    number = line.numbers[place]
    yield f"{random.uniform(0.01, 1):.{random.randint(1, 7)}f}"
    yield page.has[random.choice(sorted(page.has))].lstrip("-")
    yield f"{number.value * 10:.12g}"
    at = random.choice([at for at, letter in enumerate(number.text) if letter.isdigit()])
    changed = str((int(number.text[at]) + random.choice((1, -1))) % 10)
    yield number.text[:at] + changed + number.text[at + 1 :]


class Marked:
    """Marks further lines of a page: each after those before it, which are read once."""

    def __init__(self, task: Task, lines: Sequence[Line]) -> None:
        self.names = Names(task.graph, task.notation)
        read = [self.read(line) for line in lines]
        self.marker = Marker(task, "", roundings(task, read))

    def read(self, line: Line) -> Statement | Unread:
        (found,) = read_working(line.text, self.names, "text")
        return found

    def take(self, line: Line) -> list[Finding]:
        """What is found of the next line."""
        before = len(self.marker.found)
        self.marker.take(self.read(line))
        return [each.finding for each in self.marker.found[before:]]

    def tried(self, line: Line) -> list[Finding]:
        """The same of a line that is not kept."""
        rows = self.marker.rows
        kept, literals, seen = deepcopy(rows.kept.values), dict(rows.links.literals), set(rows.seen)
        honest, effort = set(rows.kept.honest), rows.effort.tried
        found = self.take(line)
        rows.kept.values, rows.kept.honest, rows.seen, rows.effort.tried = kept, honest, seen, effort
        rows.links.literals.clear()
        rows.links.literals.update(literals)
        return found


def outcome(findings: Sequence[Finding]) -> str:
    """Called wrong, open (undecided or remarked on), passed."""
    verdicts = {each.verdict for each in findings}
    if "wrong" in verdicts:
        return "wrong"
    remarked = any(each.equality is not None and each.verdict != "right" for each in findings)
    return "open" if remarked or verdicts & {"undecided", "unread"} else "passed"


def culprit(findings: Sequence[Finding]) -> str:
    """The number that is said to be wrong, as typed."""
    typed_ = (each.values.get("typed") for each in findings if each.reason in NAMES)
    return next((each.text for each in typed_ if isinstance(each, Typed)), "")


@dataclass
class Counts:
    """How lines came out: honest ones and wrong ones by outcome, in how many of those called wrong the wrong number was named; the lines
    that went amiss."""

    honest: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    named: int = 0
    amiss: list[str] = field(default_factory=list)


def judged(seed: str, counts: Counts, one_in: int = 1, easy: bool = False, alone: bool = False) -> None:
    """Count how the honest lines of the page with this seed come out, and one in so many of those with a number wrong by which what they
    come to is clearly off; `alone`: each without the lines before it."""
    random = Random(seed)
    digits, task = habit(random), task_of(network(random, easy))
    page = Page(task, random, digits)
    marked = Marked(task, () if alone else page.lines)
    for line in page.lines:
        for wrong, text in _wrong(page, line, random, one_in):
            findings = marked.tried(wrong)
            how = outcome(findings)
            how = "right number" if how == "passed" and _is_right(task, line, wrong) else how
            counts.wrong[how] += 1
            counts.named += how == "wrong" and culprit(findings) == text
            counts.amiss += [f"{seed} passed: {wrong.text}; honest: {line.text}"] if how == "passed" else []
        how = outcome(marked.tried(line) if alone else marked.take(line))
        counts.honest[how] += 1
        counts.amiss += [f"{seed} accused: {line.text}"] if how == "wrong" else []


def habit(random: Random) -> Rounding:
    """Two to six decimals, or three to six significant digits."""
    digits = random.randint(2, 6)
    return Rounding(significant=digits) if digits > 2 and random.random() < 0.4 else Rounding(digits)


def _is_right(task: Task, line: Line, wrong: Line) -> bool:
    """Whether the number put in is what belongs there, rounded from the true value and not from what the page has rounded."""
    ((old, new),) = [pair for pair in zip(line.numbers, wrong.numbers, strict=True) if pair[0] != pair[1]]
    true = task.number(task.own(old.of)) if "[" in old.of else _made(task, line.quantity, old.of)
    half = 0.5 * 10.0 ** -len(new.text.partition(".")[2])
    return true is not None and abs(abs(true) - new.value) <= half * (1 + 1e-9)


def _made(task: Task, quantity: str, what: str) -> float | None:
    """The slope of the unit that a derivative by its z is of, or what its activation lacks of 1."""
    a = task.number(task.own(f"a{quantity.removeprefix('dloss/dz')}")) if what in ("slope", "rest") else None
    if a is None or what == "rest":
        return None if a is None else 1 - a
    layer = task.graph.network.layers[int(quantity.partition("[")[2][0]) - 1]
    return a * (1 - a) if layer.activation.name == "sigmoid" else 1 - a * a


def _wrong(page: Page, line: Line, random: Random, one_in: int) -> Iterator[tuple[Line, str]]:
    for place, number in enumerate(line.numbers):
        for text in others(page, line, place, random):
            wrong = line.with_number(place, text)
            off = abs(wrong.came - line.true) / max(abs(line.true), abs(wrong.came), 1e-300)
            if float(text) != number.value and off > OFF and random.randrange(one_in) == 0:
                yield wrong, text


OFF = 0.03
"""Share by which what a line comes to is clearly off."""
NAMES = ("stands-for", "no-quantity", "too-coarse")
"""Reasons that name the number at fault."""
