"""Display tree in, Typst 0.15 mathematics out (what stands between two dollar signs). Needs nothing defined in the template."""

from __future__ import annotations

import re
from functools import lru_cache

from derivegen.formula.functions import FUNCTIONS, form, shown
from derivegen.formula.print.latex import RELATIONS as _LATEX_RELATIONS
from derivegen.formula.print.layout import Printer, bare, fractions_below, is_tall, small_ratio, with_comma
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Hole,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Slope,
    Strike,
    Transpose,
    Under,
    Words,
)

COLOURS = {
    "value": "rgb(21, 84, 180)",
    "gradient": "rgb(185, 40, 26)",
    "route": "rgb(192, 44, 34)",
    "quiet": "rgb(110, 110, 110)",
}
RELATIONS = {relation: relation for relation in _LATEX_RELATIONS}


def quoted(text: str) -> str:
    """A Typst string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def letter(base: str) -> str:
    """A symbol's letter or word; a bare string would get the gaps of ordinary words around it."""
    return base if len(base) == 1 else f"upright({quoted(base)})"


def called(function: str) -> str:
    """What a function is called: by Typst's own word, if it has one."""
    known = FUNCTIONS.get(function)
    if known is None:
        return letter(function)
    if known.operator or len(shown(function)) == 1:
        return shown(function)
    return f"op({quoted(shown(function))})"


def index(text: str) -> str:
    """A sub- or superscript: letters and digits apart, so that Typst does not read a word."""
    return re.sub(r"(?<=[^\W\d_])(?=[^\W_])", " ", text)


def _is_long(factor: Formula) -> bool:
    """Whether a line may have to be broken inside of a factor."""
    core = bare(factor)
    if isinstance(core, Call):  # 0 · ln(0.5)
        return any(map(_is_long, core.arguments))
    return type(core) not in (Glyph, Number, Negative, Partial)


class Typst(Printer):
    """The Typst dialect."""

    minus, dot, entrywise = "−", " dot.op ", " dot.o "

    def __init__(self, otherwise: str) -> None:
        self.otherwise = otherwise

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.replace("-", "−").partition("e")
        if "," in mantissa:  # as text, since a comma of a formula has a space after it
            digits = mantissa.removeprefix("−")
            mantissa = mantissa.removesuffix(digits) + f"upright({quoted(digits)})"
        return f"{mantissa} times 10^({exponent})" if exponent else mantissa

    def kept(self, text: str, term: Formula) -> str:
        short = type(term) is Product and len(term.factors) < 4 and not any(map(_is_long, term.factors))
        return f'class("normal", {text})' if short and self.dot in text else text

    def glyph(self, tree: Glyph) -> str:
        base = f"bold({letter(tree.base)})" if tree.bold else letter(tree.base)
        base = f"{tree.accent}({base})" if tree.accent else base
        primes = "'" * tree.primes
        if tree.sup:
            parts = [base + primes, f"t: {self._attached(tree.sup)}"]
            parts += [f"b: {self._attached(tree.sub)}"] if tree.sub else []
            return f"attach({', '.join(parts)})"
        return base + primes + (f"_({index(tree.sub)})" if tree.sub else "")

    @staticmethod
    def _attached(text: str) -> str:
        # a comma would end the argument of attach()
        return quoted(text) if "," in text else index(text)

    def parenthesised(self, inner: str, tall: bool) -> str:
        return f"lr(({inner}))" if tall else f"({inner})"

    def ratio(self, tree: Ratio) -> str:
        fraction = f"frac({self.text(tree.top)}, {self.text(tree.bottom)})"
        return f"inline({fraction})" if small_ratio(tree) else fraction

    def power(self, tree: Power) -> str:
        return f"{self.base(tree.base)}^({self.text(tree.exponent)})"

    def partial(self, tree: Partial) -> str:
        # no blank after ∂: before a word it would show
        return f"frac(∂{self.single(tree.of)}, ∂{self.single(tree.by)})"

    def slope(self, tree: Slope) -> str:
        return f"frac(upright(d), upright(d) {self.single(tree.by)}) {self.single(tree.body)}"

    def call(self, tree: Call) -> str:
        arguments = (" \\; " if with_comma(tree.arguments) else ", ").join(map(self.text, tree.arguments))
        match form(tree):
            case "power":
                return f"upright(e)^({arguments})"
            case "root":
                return f"sqrt({arguments})"
            case "bars":
                return f"abs({arguments})"
        tall = any(map(is_tall, tree.arguments))
        return called(tree.function) + "'" * tree.primes + " " * tall + self.parenthesised(arguments, tall)

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)} {RELATIONS[tree.relation]} {self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        lines = (f"{self.text(v)} & quad {self.text(c) if c else quoted(self.otherwise)}" for v, c in tree.branches)
        return f"cases({', '.join(lines)})"

    def matrix(self, tree: Matrix) -> str:
        lines = (", ".join(map(self.cell, row)) for row in tree.rows)
        gap = "row-gap: #1em, " if fractions_below(tree) else ""
        return f'mat(delim: "[", {gap}{"; ".join(lines)})'

    def transpose(self, tree: Transpose) -> str:
        return f"{self.base(tree.body)}^(top)"

    def displayed(self, text: str) -> str:
        return f"display({text})"

    def bigsum(self, tree: BigSum) -> str:
        low = f"{self.text(tree.index)} = {self.text(tree.low)}"
        return f"sum_({low})^({self.text(tree.high)}) {self.factor(tree.body)}"

    def under(self, tree: Under) -> str:
        return f"underbrace({self.text(tree.body)}, {self.text(tree.label)})"

    def words(self, tree: Words) -> str:
        return quoted(tree.text)

    def hole(self, tree: Hole) -> str:
        label = f"place(horizon, dx: 0.35em, text(0.8em, {quoted(tree.label)}))" if tree.label else "none"
        return f"#box(stroke: 0.5pt, width: 5.6em, height: 1.9em, baseline: 0.7em, outset: (x: -0.1em), {label})"

    def colour(self, tree: Colour) -> str:
        return f"#text(fill: {COLOURS[tree.role]})[$display({self.text(tree.body)})$]"

    def strike(self, tree: Strike) -> str:
        return f"cancel({self.text(tree.body)})"


@lru_cache(maxsize=32768)
def typst(tree: Formula, otherwise: str = "otherwise") -> str:
    """The Typst mathematics of a written tree. Raises TypeError where a quantity has not been given its look."""
    return Typst(otherwise).text(tree)
