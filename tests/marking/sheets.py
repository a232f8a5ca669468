"""Honest sheets, made up: a random network and a way of naming in; the working that somebody hands in out, with what its numbers are.

Numbers are rounded to some digits and carried on as they are printed or as they were; names are stated by nothing but restated givens and
defining lines.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from random import Random
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.marking import Marker
from derivegen.document.press import press
from derivegen.marking.findings import Marking
from derivegen.marking.read.files import Piece
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.render.environment import Templates

SHAPES = ((2, 2, 1), (2, 2, 2), (3, 2, 1), (2, 3, 2))
FINE = ("right", "rounding", "follow_through")


@dataclass(frozen=True)
class Style:
    """How somebody names input, target, weight, bias, sum and output of a unit, the loss, a derivative and a new value. {l} is the layer,
    {j} the unit, {k} the one below, in capitals counted otherwise; {n}, {r}, {m} running numbers; two letters in braces the one of the
    layer."""

    name: str
    x: str
    t: str
    w: str
    b: str
    z: str
    a: str
    loss: str = "L"
    slope: str = "d{of}/d{by}"
    new: str = "{name}_new"
    notation: str = "indexed"


STYLES = (
    Style("indexed", "x_{k}", "t_{j}", "w^({l})_{j}{k}", "b^({l})_{j}", "z^({l})_{j}", "a^({l})_{j}", slope="∂{of}/∂{by}", new="{name}'"),
    Style("mazur", "i{k}", "target_o{j}", "w{n}", "b{m}", "net_{ho}{j}", "out_{ho}{j}", "E_total", new="{name}+", notation="net-out"),
    Style("nielsen", "x_{k}", "y_{j}", "w^{L}_{{{j}{k}}}", "b^{L}_{j}", "z^{L}_{j}", "a^{L}_{j}", "C", new="{name}'", notation="nielsen"),
    Style(
        "superscript", "x_{k}", "t_{j}", "w^{l}_{{{j}{k}}}", "b^{l}_{j}", "z^{l}_{j}", "f^{l}_{j}", "E", notation="superscript"
    ),
    Style("numbered", "x_{k}", "t_{j}", "w_{n}", "b_{m}", "z^({l})_{j}", "a^({L})_{j}", "C", new="{name}'", notation="numbered"),
    Style("layers", "x_{k}", "y_{j}", "w^({l})_{j}{k}", "b^({l})_{j}", "z^({L})_{j}", "a^({L})_{j}", "C", new="{name}'", notation="layers"),
    Style("from-to", "x{k}", "t{j}", "{wv}{k}{j}", "{bc}{j}", "{zs}{j}", "{hy}{j}"),
    Style("arrays", "x[{K}]", "t[{J}]", "W{l}[{J},{K}]", "b{l}[{J}]", "z{l}[{J}]", "a{l}[{J}]", new="array"),
    Style("own letters", "x_{k}", "d_{j}", "{uv}_{r}", "β_{m}", "s_{m}", "{hp}_{j}", "E"),
    Style("pre", "x{k}", "y{j}", "w{l}_{j}{k}", "b{l}_{j}", "{ho}{j}_pre", "{ho}{j}", "loss"),
    Style("i1h2", "i{k}", "t{j}", "w_{ih}{k}{ho}{j}", "b_{ho}{j}", "net_{ho}{j}", "out_{ho}{j}", "E", new="{name}_neu"),
    Style("zero", "x_{K}", "y_{J}", "w^{{({l})}}_{{{J}{K}}}", "b^{{({l})}}_{J}", "z^{{({l})}}_{J}", "a^{{({l})}}_{J}", "J"),
    Style("o and ŷ", "x_{k}", "y_{j}", "{WV}_{j}{k}", "{bc}_{j}", "{zo}_{j}", "{hŷ}_{j}"),
    Style("bracketed", "x_{k}", "y_{j}", "w^{{[{l}]}}_{{{j}{k}}}", "b^{{[{l}]}}_{j}", "z^{{[{l}]}}_{j}", "a^{{[{l}]}}_{j}", "J"),
    Style("commas", "x_{k}", "y_{j}", "w_{{{l},{j},{k}}}", "b_{{{l},{j}}}", "z_{{{l},{j}}}", "a_{{{l},{j}}}", new="new {name}"),
    Style("nodes", "x{k}", "t{j}", "w{B}{A}", "θ{B}", "net{B}", "o{B}", "E"),
)  # fmt: skip
"""Six of the table, and ten made up, which are stated by nothing but what stands on the page."""
BY_NAME = {style.name: style for style in STYLES}


class _Places(dict[str, object]):
    """What stands in the braces of a pattern: two letters are those of the layers."""

    def __missing__(self, key: str) -> object:
        return key[int(str(self["l"])) - 1]


def _places(shape: tuple[int, ...], layer: int, j: int, k: int) -> _Places:
    running = (j - 1) * shape[layer - 1] + k
    before = sum(shape[at] * shape[at - 1] for at in range(1, layer))
    return _Places(
        l=layer, L=layer + 1, j=j, k=k, J=j - 1, K=k - 1, r=running, n=before + running, m=sum(shape[1:layer]) + j,
        A=sum(shape[: layer - 1]) + k, B=sum(shape[:layer]) + j,
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet: its network, its text and its quantities in their order."""

    network: Network
    text: str
    quantities: tuple[str, ...]
    style: str
    digits: int


def network_of(shape: tuple[int, ...], draw: Random, notation: str = "indexed") -> Network:
    """A random network of numbers with two decimals."""

    def some(count: int) -> list[float]:
        return [draw.choice((-1, 1)) * draw.randint(11, 98) / 100 for _ in range(count)]

    layers = [
        {"units": width, "activation": "sigmoid", "weights": [some(below) for _ in range(width)], "biases": some(width)}
        for below, width in pairwise(shape)
    ]
    data: dict[str, Any] = {
        "title": "sheet",
        "data": {"inputs": [some(shape[0])], "targets": [[draw.randint(1, 99) / 100 for _ in range(shape[-1])]]},
        "layer": layers,
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.5, "steps": 1},
        "notation": notation,
    }
    return load(data)


def sheet(style: Style, draw: Random, formulas: bool = True, givens: bool = True) -> Sheet:
    """A sheet in a style."""
    shape = draw.choice(SHAPES)
    network = network_of(shape, draw, style.notation)
    digits = draw.randint(3, 7)
    return _written(_Lines(network, shape, style, Rounding(digits), draw, formulas, givens), "lines")


def rough_sheet(style: Style, draw: Random) -> Sheet:
    """A sheet of somebody who rounds as it comes: to decimals or to significant digits, after each operation, in any order; in lines, in
    a table of names and numbers, or, where the style has arrays, as a program prints them."""
    shape = draw.choice(SHAPES)
    network = network_of(shape, draw, style.notation)
    rounding = Rounding(draw.randint(3, 7)) if draw.random() < 0.5 else Rounding(significant=draw.randint(2, 7))
    lines = _Lines(network, shape, style, rounding, draw, draw.random() < 0.8, True)
    lines.numbers = by_hand(lines.numbers, shape, rounding, draw)  # type: ignore[misc, assignment]
    layouts = ("lines", "lines", "table", "arrays") if style.new == "array" else ("lines", "lines", "table")
    return _written(lines, draw.choice(layouts))


def _written(made: _Lines, layout: str) -> Sheet:
    named, text = made.laid_out(layout)
    digits = made.rounding.significant or made.rounding.digits
    return Sheet(made.network, text, named, made.style.name, digits)


def by_hand(numbers: Any, shape: tuple[int, ...], rounding: Rounding, draw: Random) -> dict[str, float]:
    """The quantities as somebody comes to them who rounds after each operation, the factors and terms in any order."""
    found = dict[str, float]()

    def given(name: str) -> float:
        return found.setdefault(name, float(numbers[name]))

    def near(value: float) -> float:
        return float(rounding.text(value))

    def folded(parts: list[float], do: Callable[[float, float], float]) -> float:
        draw.shuffle(parts)
        return reduce(lambda one, other: near(do(one, other)), parts[1:], parts[0])

    def product(*parts: float) -> float:
        return folded(list(parts), operator.mul)

    def total(parts: list[float]) -> float:
        return folded(parts, operator.add)

    below = [given(f"x[{k}]") for k in range(1, shape[0] + 1)]
    for layer in (1, 2):
        above = []
        for j in range(1, shape[layer] + 1):
            terms = [product(given(f"w[{layer}][{j}][{k}]"), one) for k, one in enumerate(below, 1)]
            z = found[f"z[{layer}][{j}]"] = total([*terms, given(f"b[{layer}][{j}]")])
            above.append(found.setdefault(f"a[{layer}][{j}]", near(1 / (1 + math.exp(-z)))))
        below = above
    errors = {j: near(found[f"a[2][{j}]"] - given(f"t[{j}]")) for j in range(1, shape[2] + 1)}
    found["loss"] = near(total([product(0.5, error, error) for error in errors.values()]))
    for j, error in errors.items():
        a = found[f"a[2][{j}]"]
        found[f"dloss/dz[2][{j}]"] = product(error, a, near(1 - a))
    for k in range(1, shape[1] + 1):
        a = found[f"a[1][{k}]"]
        back = total([product(found[f"dloss/dz[2][{j}]"], found[f"w[2][{j}][{k}]"]) for j in errors])
        found[f"dloss/dz[1][{k}]"] = product(back, a, near(1 - a))
    for layer in (1, 2):
        for j in range(1, shape[layer] + 1):
            for k in range(1, shape[layer - 1] + 1):
                name, one = f"w[{layer}][{j}][{k}]", found[f"x[{k}]" if layer == 1 else f"a[1][{k}]"]
                slope = found[f"dloss/d{name}"] = product(found[f"dloss/dz[{layer}][{j}]"], one)
                found[f"{name}'"] = near(found[name] - product(0.5, slope))
    return found


@dataclass
class _Lines:
    """The lines of one sheet."""

    network: Network
    shape: tuple[int, ...]
    style: Style
    rounding: Rounding
    draw: Random
    formulas: bool
    givens: bool

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(derive(build(self.network)))

    def text(self, name: str) -> str:
        """A number as it is written down."""
        value = float(self.numbers[name])
        given = name[0] in "xtwb" and "'" not in name and "/" not in name
        return f"{value:.2f}" if given else self.rounding.text(value)

    def named(self, kind: str, layer: int, j: int, k: int = 1) -> str:
        """A name in the style."""
        return str(getattr(self.style, kind)).format_map(_places(self.shape, layer, j, k))

    def new(self, name: str) -> str:
        """The name of a new value."""
        return name.replace("[", "_new[", 1) if self.style.new == "array" else self.style.new.format(name=name)

    def laid_out(self, layout: str) -> tuple[tuple[str, ...], str]:
        """The quantities, and the text."""
        if layout == "arrays":
            return self._arrays()
        lines = list(self.lines())
        named = tuple(name for name, _ in lines if name)
        if layout == "lines":
            return named, "\n".join(line for _, line in lines) + "\n"
        cells = [f"| {line.partition(' = ')[0]} | {line.rpartition(' = ')[2]} |" for _, line in lines]
        return named, "\n".join(["| quantity | value |", "|---|---|", *cells]) + "\n"

    def _arrays(self) -> tuple[tuple[str, ...], str]:
        """Whole layers, as a program prints them."""
        named, lines = list[str](), list[str]()

        def put(symbol: str, names: list[list[str]], flat: bool) -> None:
            rows = [f"[{' '.join(self.text(name) for name in row)}]" for row in names]
            lines.append(f"{symbol} = {rows[0] if flat else '[' + ' '.join(rows) + ']'}")
            named.extend(name for row in names for name in row if name[0] not in "xtwb" or "'" in name)

        def units(kind: str, layer: int) -> list[list[str]]:
            return [[f"{kind}[{layer}][{j}]" for j in range(1, self.shape[layer] + 1)]]

        def weights(pattern: str, layer: int) -> list[list[str]]:
            sources = range(1, self.shape[layer - 1] + 1)
            return [[pattern.format(f"w[{layer}][{j}][{k}]") for k in sources] for j in range(1, self.shape[layer] + 1)]

        put("x", [[f"x[{k}]" for k in range(1, self.shape[0] + 1)]], True)
        put("t", [[f"t[{j}]" for j in range(1, self.shape[2] + 1)]], True)
        for layer in (1, 2):
            put(f"W{layer}", weights("{}", layer), False)
            put(f"b{layer}", units("b", layer), True)
        for layer in (1, 2):
            put(f"z{layer}", units("z", layer), True)
            put(f"a{layer}", units("a", layer), True)
        for layer in (2, 1):
            put(f"dL/dW{layer}", weights("dloss/d{}", layer), False)
        put("W2_new", weights("{}'", 2), False)
        return tuple(named), "\n".join(lines) + "\n"

    def lines(self) -> Iterator[tuple[str, str]]:
        """(quantity, line); "" of a line that only restates what is given."""
        yield from (("", line) for line in self._givens()) if self.givens else ()
        for layer in (1, 2):
            for j in range(1, self.shape[layer] + 1):
                yield f"z[{layer}][{j}]", self._sum(layer, j)
                middle = f" = σ({self.named('z', layer, j)})" if self.draw.random() < 0.5 else ""
                yield f"a[{layer}][{j}]", f"{self.named('a', layer, j)}{middle} = {self.text(f'a[{layer}][{j}]')}"
        yield "loss", f"{self.style.loss} = {self.text('loss')}"
        for name, layer, j, k in self._weights(2, 1):
            yield f"dloss/d{name}", self._slope(name, layer, j, k)
        for name, layer, j, k in self._weights(2):
            gradient, new = self.text(f"dloss/d{name}"), self.text(f"{name}'")
            yield f"{name}'", f"{self.new(self.named('w', layer, j, k))} = {self.text(name)} - 0.5*({gradient}) = {new}"

    def _weights(self, *layers: int) -> Iterator[tuple[str, int, int, int]]:
        for layer in layers:
            for j in range(1, self.shape[layer] + 1):
                yield from ((f"w[{layer}][{j}][{k}]", layer, j, k) for k in range(1, self.shape[layer - 1] + 1))

    def _givens(self) -> Iterator[str]:
        for k in range(1, self.shape[0] + 1):
            yield f"{self.named('x', 1, 1, k)} = {self.text(f'x[{k}]')}"
        for j in range(1, self.shape[-1] + 1):
            yield f"{self.named('t', 2, j)} = {self.text(f't[{j}]')}"
        for name, layer, j, k in self._weights(1, 2):
            yield f"{self.named('w', layer, j, k)} = {self.text(name)}"
        for layer in (1, 2):
            for j in range(1, self.shape[layer] + 1):
                yield f"{self.named('b', layer, j)} = {self.text(f'b[{layer}][{j}]')}"

    def _slope(self, name: str, layer: int, j: int, k: int) -> str:
        left = self.style.slope.format(of=self.style.loss, by=self.named("w", layer, j, k))
        delta, below = (
            self.text(f"dloss/dz[2][{j}]") if layer == 2 else "",
            self.text(f"a[1][{k}]") if layer == 2 else "",
        )
        shown = f" = {delta}*{below}" if layer == 2 and self.draw.random() < 0.6 else ""
        return f"{left}{shown} = {self.text(f'dloss/d{name}')}"

    def _sum(self, layer: int, j: int) -> str:
        units = range(1, self.shape[layer - 1] + 1)
        below = [
            (self.named("x", 1, 1, k), f"x[{k}]") if layer == 1 else (self.named("a", 1, k), f"a[1][{k}]")
            for k in units
        ]
        parts = [self.named("z", layer, j)]
        if self.formulas and self.draw.random() < 0.6:
            terms = [f"{self.named('w', layer, j, k)}*{name}" for k, (name, _) in zip(units, below, strict=True)]
            parts.append(" + ".join([*terms, self.named("b", layer, j)]))
        if self.draw.random() < 0.6:
            terms = [
                f"({self.text(f'w[{layer}][{j}][{k}]')})*({self.text(of)})"
                for k, (_, of) in zip(units, below, strict=True)
            ]
            parts.append(" + ".join([*terms, f"({self.text(f'b[{layer}][{j}]')})"]))
        return " = ".join([*parts, self.text(f"z[{layer}][{j}]")])


@dataclass(frozen=True)
class Outcome:
    """What was made of a sheet: how many quantities were read as right, of how many; what was called wrong; what is open; how many were
    read, and have too few digits for anybody to tell rounding from a slip."""

    read: int
    of: int
    wrong: tuple[str, ...]
    unread: tuple[str, ...]
    few: int = 0


def marker_of(network: Network) -> Marker:
    """What marks work on a network."""
    return Marker(press(build(network), Templates()))


def marked(one: Sheet, kind: Any = "text") -> tuple[Outcome, Marking]:
    """A sheet as it is marked."""
    (marking,) = marker_of(one.network).markings((Piece("sheet", None, (), kind, one.text),))
    fine = {finding.quantity for finding in marking.findings if finding.verdict in FINE and finding.equality is None}
    wrong = tuple(
        f"{f.place.source.strip()} ({f.quantity}, {f.reason})" for f in marking.findings if f.verdict == "wrong"
    )
    unread = tuple(
        f"{f.place.source.strip()} ({f.quantity}, {f.verdict}, {f.reason})"
        for f in marking.findings
        if f.verdict in ("unread", "undecided")
    )
    few = {finding.quantity for finding in marking.findings if finding.reason == "too-few-digits"} - fine
    read = sum(name in fine for name in one.quantities)
    return Outcome(read, len(one.quantities), wrong, unread, sum(name in few for name in one.quantities)), marking
