"""Display tree in, LaTeX mathematics out: amsmath only, and nothing that GitHub's renderer lacks unless colour is asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from derivegen.formula.functions import FUNCTIONS, form, shown
from derivegen.formula.print.layout import Printer, fractions_below, is_tall, small_ratio, with_comma
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
    Partial,
    Power,
    Ratio,
    Slope,
    Strike,
    Transpose,
    Under,
    Words,
)

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell",
    "∇": "nabla", "…": "dots",
}  # fmt: skip
RELATIONS = {
    "=": "=",
    "≈": r"\approx",
    "←": r"\leftarrow",
    "<": "<",
    ">": ">",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "∈": r"\in",
    "∝": r"\propto",
}


ROOM = r"\phantom{\dfrac{000000000}{0}}"
"""What nobody sees, as wide and as high as six digits of a hand: Word's equations, too, keep a phantom's size, unlike a rule's."""
ESCAPES = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", **{sign: "\\" + sign for sign in "&%$#_{}"},
}  # fmt: skip


def escaped(text: str) -> str:
    """Ordinary text inside LaTeX."""
    return "".join(ESCAPES.get(character, character) for character in text)


def letter(base: str) -> str:
    """A symbol's letter or word: Greek by name, words upright."""
    if base in GREEK:
        return "\\" + GREEK[base]
    return base if len(base) == 1 else rf"\mathrm{{{escaped(base)}}}"


def called(function: str) -> str:
    """What a function is called: by TeX's own command, if it has one."""
    known = FUNCTIONS.get(function)
    return f"\\{known.name}" if known is not None and known.operator else letter(shown(function))


def index(text: str) -> str:
    """A sub- or superscript: Greek letters by name."""
    if text.isascii():
        return text.strip()
    return re.sub(r"[^\W_]", lambda m: f"\\{GREEK[m[0]]} " if m[0] in GREEK else m[0], text).strip()


@lru_cache(maxsize=4096)
def symbol(tree: Glyph) -> str:
    """A symbol with all that is attached to it; kept, since a document writes the same few again and again."""
    base = rf"\boldsymbol{{{letter(tree.base)}}}" if tree.bold else letter(tree.base)
    base = rf"\{tree.accent}{{{base}}}" if tree.accent else base
    sub = f"_{{{index(tree.sub)}}}" if tree.sub else ""
    # primes are a superscript of TeX: right before the other one the two join, with an index between they clash
    return base + sub + "'" * tree.primes + (f"^{{{index(tree.sup)}}}" if tree.sup else "")


class Latex(Printer):
    """The LaTeX dialect."""

    dot, entrywise = r" \cdot ", r" \odot "

    def __init__(self, colour: bool, otherwise: str) -> None:
        self.coloured, self.otherwise = colour, otherwise

    def number(self, text: str) -> str:
        text = text.replace(",", "{,}")  # a comma alone has a space after it
        if "e" not in text:
            return text
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \times 10^{{{exponent}}}"

    def glyph(self, tree: Glyph) -> str:
        return symbol(tree)

    def parenthesised(self, inner: str, tall: bool) -> str:
        return rf"\left( {inner} \right)" if tall else f"({inner})"

    def ratio(self, tree: Ratio) -> str:
        command = "tfrac" if small_ratio(tree) else "frac"
        return rf"\{command}{{{self.text(tree.top)}}}{{{self.text(tree.bottom)}}}"

    def power(self, tree: Power) -> str:
        return f"{{{self.base(tree.base)}}}^{{{self.text(tree.exponent)}}}"

    def partial(self, tree: Partial) -> str:
        return rf"\frac{{\partial {self.single(tree.of)}}}{{\partial {self.single(tree.by)}}}"

    def slope(self, tree: Slope) -> str:
        by = self.single(tree.by)
        return rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}} {by}}} {self.single(tree.body)}"

    def call(self, tree: Call) -> str:
        arguments = ("; " if with_comma(tree.arguments) else ", ").join(map(self.text, tree.arguments))
        match form(tree):
            case "power":
                return rf"\mathrm{{e}}^{{{arguments}}}"
            case "root":
                return rf"\sqrt{{{arguments}}}"
            case "bars":
                return rf"\left| {arguments} \right|"
        tall = any(map(is_tall, tree.arguments))
        return called(tree.function) + "'" * tree.primes + self.parenthesised(arguments, tall)

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)} {RELATIONS[tree.relation]} {self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        lines = (
            f"{self.text(v)} & {self.text(c) if c else self.words(Words(self.otherwise))}" for v, c in tree.branches
        )
        return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"

    def matrix(self, tree: Matrix) -> str:
        lines = (" & ".join(map(self.cell, row)) for row in tree.rows)
        between = r" \\[5pt] " if fractions_below(tree) else r" \\ "
        return r"\begin{bmatrix} " + between.join(lines) + r" \end{bmatrix}"

    def transpose(self, tree: Transpose) -> str:
        return rf"{{{self.base(tree.body)}}}^{{\top}}"

    def displayed(self, text: str) -> str:
        return rf"\displaystyle {text}"

    def bigsum(self, tree: BigSum) -> str:
        index = f"{self.text(tree.index)} = {self.text(tree.low)}"
        return rf"\sum_{{{index}}}^{{{self.text(tree.high)}}} {self.factor(tree.body)}"

    def under(self, tree: Under) -> str:
        return rf"\underbrace{{{self.text(tree.body)}}}_{{{self.text(tree.label)}}}"

    def words(self, tree: Words) -> str:
        return rf"\text{{{escaped(tree.text)}}}"

    def hole(self, tree: Hole) -> str:
        label = rf"{{\scriptstyle\text{{{escaped(tree.label)}}}}}" if tree.label else ""
        return rf"\boxed{{{label}{ROOM}}}"

    def colour(self, tree: Colour) -> str:
        body = self.text(tree.body)
        return rf"\textcolor{{dg{tree.role}}}{{{body}}}" if self.coloured else body

    def strike(self, tree: Strike) -> str:
        body = self.text(tree.body)
        return rf"\dgstrike{{{body}}}" if self.coloured else body


@lru_cache(maxsize=32768)
def latex(tree: Formula, colour: bool = False, otherwise: str = "otherwise") -> str:
    """The LaTeX of a written tree. Raises TypeError where a quantity has not been given its look."""
    return _dialect(colour, otherwise).text(tree)


@lru_cache(maxsize=8)
def _dialect(colour: bool, otherwise: str) -> Latex:
    return Latex(colour, otherwise)
