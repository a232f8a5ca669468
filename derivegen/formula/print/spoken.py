"""Display tree in, words out, as one would read a formula aloud; the words come from the language's `spoken.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.formula.functions import FUNCTIONS, form
from derivegen.formula.print.layout import Printer, bare
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Compare,
    Formula,
    Glyph,
    Hadamard,
    Hole,
    Matrix,
    Negative,
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
)

RELATIONS = {
    "=": "equals",
    "≈": "about",
    "←": "becomes",
    "<": "less",
    ">": "greater",
    "≤": "at-most",
    "≥": "at-least",
    "≠": "not-equal",
    "∈": "in",
    "∝": "proportional",
}


class Spoken(Printer):
    """The spoken dialect."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.say = words
        self.minus, self.plus = words["minus"], f" {words['plus']} "
        self.dot = self.beside = f" {words['times']} "
        self.entrywise = f" {words['entry-by-entry']} "

    def text(self, tree: Formula, leading: bool = True) -> str:
        # said, a sign needs no parentheses: times minus 2
        if isinstance(tree, Negative):
            return f"{self.minus} {self.term(tree.body)}"
        return super().text(tree, True)

    def term(self, body: Formula) -> str:
        return self.paren(body) if isinstance(bare(body), Sum | Compare | Negative) else self.text(body)

    def argument(self, tree: Formula) -> str:
        """What a function or an exponent reaches over: one piece, or in parentheses."""
        body = bare(tree)
        core = bare(body.body) if isinstance(body, Negative) else body
        loose = isinstance(core, Sum | Product | Hadamard | BigSum | Slope | Compare | Cases)
        return self.paren(tree) if loose else self.text(tree)

    def parenthesised(self, inner: str, tall: bool) -> str:
        return f"{self.say['open']} {inner} {self.say['close']}"

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.partition("e")
        spoken = mantissa.replace("-", f"{self.minus} ")
        tens = exponent.replace("-", f"{self.minus} ")
        return f"{spoken} {self.say['times']} 10 {self.say['to-the']} {tens}" if exponent else spoken

    def glyph(self, tree: Glyph) -> str:
        parts = [tree.base, *([self.say[tree.accent]] if tree.accent else [])]
        parts += [self.say["sub"], tree.sub.replace(",", " ")] if tree.sub else []
        parts += [self.say["super"], tree.sup.strip("()").replace(",", " ")] if tree.sup else []
        return " ".join([*parts, *[self.say["prime"]] * tree.primes])

    def ratio(self, tree: Ratio) -> str:
        said = f"{self.text(tree.top)} {self.say['over']} {self.text(tree.bottom)}"
        short = all(isinstance(bare(part), Glyph | Number) for part in (tree.top, tree.bottom))
        return said if short else f"{self.say['fraction']} {said} {self.say['end-fraction']}"

    def power(self, tree: Power) -> str:
        base, exponent = self.base(tree.base), self.argument(tree.exponent)
        return f"{base} {self.say['squared']}" if exponent == "2" else f"{base} {self.say['to-the']} {exponent}"

    def partial(self, tree: Partial) -> str:
        say = self.say
        return f"{say['partial']} {self.single(tree.of)} {say['by']} {say['partial']} {self.single(tree.by)}"

    def slope(self, tree: Slope) -> str:
        say = self.say
        return f"{say['d']} {say['by']} {say['d']} {self.single(tree.by)} {say['of']} {self.single(tree.body)}"

    def call(self, tree: Call) -> str:
        arguments = f" {self.say['and']} ".join(map(self.argument, tree.arguments))
        known = FUNCTIONS.get(tree.function)
        name = tree.function if known is None or known.said is None else self.say[known.said]
        if form(tree) == "power":
            return f"{name} {arguments}"
        return f"{name}{(' ' + self.say['prime']) * tree.primes} {self.say['of']} {arguments}"

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)} {self.say[RELATIONS[tree.relation]]} {self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        return ", ".join(
            f"{self.text(v)} {self.say['if'] + ' ' + self.text(c) if c else self.say['otherwise']}"
            for v, c in tree.branches
        )

    def matrix(self, tree: Matrix) -> str:
        between = f" {self.say['and']} "
        return f"{self.say['matrix']} " + ", ".join(
            f"{self.say['row']} {between.join(map(self.text, row))}" for row in tree.rows
        )

    def transpose(self, tree: Transpose) -> str:
        return f"{self.argument(tree.body)} {self.say['transposed']}"

    def bigsum(self, tree: BigSum) -> str:
        limits = (
            f"{self.text(tree.index)} {self.say['from']} {self.text(tree.low)} {self.say['to']} {self.text(tree.high)}"
        )
        return f"{self.say['sum']} {limits} {self.say['of']} {self.factor(tree.body)}"

    def under(self, tree: Under) -> str:
        return self.text(tree.body)

    def hole(self, tree: Hole) -> str:
        return f"{self.say['blank']} {tree.label}".strip()

    def words(self, tree: Words) -> str:
        return tree.text


def spoken(tree: Formula, words: Mapping[str, str]) -> str:
    """How the formula is read aloud."""
    return Spoken(words).text(tree)


def relation(sign: str, words: Mapping[str, str]) -> str:
    """How a relation sign is read aloud."""
    return words[RELATIONS[sign]]
