"""Display tree in, one line of Unicode out: ∂L/∂w₁ = (y − t) · h. For terminals, messages and figure descriptions."""

from __future__ import annotations

from functools import lru_cache

from derivegen.formula.functions import form, shown
from derivegen.formula.print.layout import Printer, bare, begins_with_minus, with_comma
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Compare,
    Formula,
    Glyph,
    Hole,
    Matrix,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Slope,
    Sum,
    Transpose,
    Under,
    Words,
    children,
)

_SUB = str.maketrans("0123456789()+-", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋")
_SUP = str.maketrans("0123456789()+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻")
ROOM = "_" * 6


def _raised(text: str, table: dict[int, int], mark: str) -> str:
    moved = text.translate(table)
    return moved if all(ord(c) in table for c in text) else f"{mark}{text}" if len(text) == 1 else f"{mark}{{{text}}}"


class Plain(Printer):
    """The Unicode dialect."""

    minus = "−"

    def __init__(self, otherwise: str) -> None:
        self.otherwise = otherwise

    def minus_first(self, tree: Formula) -> bool:
        core = bare(tree)  # a fraction is written in one line, so the minus of a number above its bar comes first
        above = isinstance(core, Ratio) and isinstance(bare(core.top), Number)
        return begins_with_minus(core.top if above and isinstance(core, Ratio) else core)

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.replace("-", "−").partition("e")
        return f"{mantissa}·10{exponent.replace('−', '-').translate(_SUP)}" if exponent else mantissa

    def glyph(self, tree: Glyph) -> str:
        accent = {"hat": "\u0302", "bar": "\u0304"}.get(tree.accent or "", "")
        sub = _raised(tree.sub, _SUB, "_") if tree.sub else ""
        sup = _raised(tree.sup, _SUP, "^") if tree.sup else ""
        return tree.base + accent + sup + sub + "′" * tree.primes

    def needs_dot(self, before: Formula, after: Formula) -> bool:
        # 1/2 x could be 1/(2x)
        return isinstance(bare(before), Ratio) or super().needs_dot(before, after)

    def _part(self, tree: Formula) -> str:
        loose = isinstance(bare(tree), Sum | Product | Ratio | Partial | Slope | BigSum | Compare)
        return self.paren(tree) if loose or begins_with_minus(tree) else self.text(tree)

    def ratio(self, tree: Ratio) -> str:
        top = bare(tree.top)
        over = self.text(tree.top) if isinstance(top, Number) else self._part(tree.top)
        return f"{over}/{self._part(tree.bottom)}"

    def power(self, tree: Power) -> str:
        exponent = tree.exponent
        if isinstance(exponent, Number) and exponent.text.lstrip("-").isdigit():
            return self.base(tree.base) + exponent.text.translate(_SUP)
        return f"{self.base(tree.base)}^{self._part(exponent)}"

    def partial(self, tree: Partial) -> str:
        return f"∂{self.single(tree.of)}/∂{self.single(tree.by)}"

    def slope(self, tree: Slope) -> str:
        return f"d/d{self.single(tree.by)} {self.single(tree.body)}"

    def call(self, tree: Call) -> str:
        arguments = ("; " if with_comma(tree.arguments) else ", ").join(map(self.text, tree.arguments))
        match form(tree):
            case "power":
                return f"e^({arguments})"
            case "root":
                return f"√({arguments})"
            case "bars":
                return f"|{arguments}|"
        return f"{shown(tree.function)}{'′' * tree.primes}({arguments})"

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)} {tree.relation} {self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        branches = (f"{self.text(v)}, {self.text(c) if c else self.otherwise}" for v, c in tree.branches)
        return "{" + "; ".join(branches) + "}"

    def matrix(self, tree: Matrix) -> str:
        between, below = ("; ", " ¦ ") if with_comma(children(tree)) else (", ", "; ")
        return "[" + below.join(between.join(map(self.text, row)) for row in tree.rows) + "]"

    def transpose(self, tree: Transpose) -> str:
        return f"{self.base(tree.body)}ᵀ"

    def bigsum(self, tree: BigSum) -> str:
        return f"Σ_{{{self.text(tree.index)}={self.text(tree.low)}…{self.text(tree.high)}}} {self.factor(tree.body)}"

    def under(self, tree: Under) -> str:
        return self.text(tree.body)

    def hole(self, tree: Hole) -> str:
        return f"[{tree.label} {ROOM}]" if tree.label else f"[{ROOM}]"

    def words(self, tree: Words) -> str:
        return tree.text


@lru_cache(maxsize=32768)
def plain(tree: Formula, otherwise: str = "otherwise") -> str:
    """One line of Unicode."""
    return Plain(otherwise).text(tree)
