"""Display tree in, words out, as one would read a formula aloud; the words come from the language's file (`SPOKEN_KEYS`)."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.formula.layout import Printer
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Compare,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Partial,
    Power,
    Ratio,
    Slope,
    Under,
    Words,
)

SPOKEN_KEYS = [
    "minus",
    "plus",
    "times",
    "over",
    "end-fraction",
    "to-the",
    "squared",
    "partial",
    "by",
    "d",
    "sub",
    "super",
    "prime",
    "hat",
    "bar",
    "of",
    "open",
    "close",
    "if",
    "otherwise",
    "and",
    "sum",
    "from",
    "to",
    "matrix",
    "row",
    "equals",
    "about",
    "becomes",
    "less",
    "greater",
    "at-most",
    "at-least",
    "not-equal",
    "in",
    "proportional",
    "root",
    "exp",
    "ln",
    "sigmoid",
    "relu",
    "absolute",
]
_RELATIONS = {
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

    def text(self, tree: Formula, leading: bool = True) -> str:
        if isinstance(tree, Negative):
            return f"{self.minus} {self.term(tree.body)}"
        return super().text(tree, True)

    def parenthesised(self, inner: str, tall: bool) -> str:
        return f"{self.say['open']} {inner} {self.say['close']}"

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.partition("e")
        spoken = mantissa.replace("-", f"{self.minus} ")
        tens = exponent.replace("-", f"{self.minus} ")
        return f"{spoken} {self.say['times']} 10 {self.say['to-the']} {tens}" if exponent else spoken

    def glyph(self, tree: Glyph) -> str:
        parts = [tree.base, *([self.say[tree.accent]] if tree.accent else [])]
        parts += [self.say["super"], tree.sup.strip("()")] if tree.sup else []
        parts += [self.say["sub"], tree.sub.replace(",", " ")] if tree.sub else []
        return " ".join([*parts, *[self.say["prime"]] * tree.primes])

    def ratio(self, tree: Ratio) -> str:
        return f"{self.text(tree.top)} {self.say['over']} {self.text(tree.bottom)} {self.say['end-fraction']}"

    def power(self, tree: Power) -> str:
        exponent = self.text(tree.exponent)
        return (
            f"{self.base(tree.base)} {self.say['squared'] if exponent == '2' else self.say['to-the'] + ' ' + exponent}"
        )

    def partial(self, tree: Partial) -> str:
        say = self.say
        return f"{say['partial']} {self.text(tree.of)} {say['by']} {say['partial']} {self.text(tree.by)}"

    def slope(self, tree: Slope) -> str:
        return f"{self.say['d']} {self.say['by']} {self.say['d']} {self.text(tree.by)} {self.say['of']} {self.text(tree.body)}"

    def call(self, tree: Call) -> str:
        name = self.say.get({"sqrt": "root", "abs": "absolute"}.get(tree.function, tree.function), tree.function)
        arguments = f" {self.say['and']} ".join(map(self.text, tree.arguments))
        return f"{name}{(' ' + self.say['prime']) * tree.primes} {self.say['of']} {arguments}"

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)} {self.say[_RELATIONS[tree.relation]]} {self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        return ", ".join(
            f"{self.text(v)} {self.say['if'] + ' ' + self.text(c) if c else self.say['otherwise']}"
            for v, c in tree.branches
        )

    def matrix(self, tree: Matrix) -> str:
        return f"{self.say['matrix']} " + ", ".join(
            f"{self.say['row']} {' '.join(map(self.text, row))}" for row in tree.rows
        )

    def bigsum(self, tree: BigSum) -> str:
        limits = (
            f"{self.text(tree.index)} {self.say['from']} {self.text(tree.low)} {self.say['to']} {self.text(tree.high)}"
        )
        return f"{self.say['sum']} {limits} {self.say['of']} {self.text(tree.body)}"

    def under(self, tree: Under) -> str:
        return self.text(tree.body)

    def words(self, tree: Words) -> str:
        return tree.text


def spoken(tree: Formula, words: Mapping[str, str]) -> str:
    """How the formula is read aloud."""
    return Spoken(words).text(tree)


def relation(sign: str, words: Mapping[str, str]) -> str:
    """How a relation sign is read aloud."""
    return words[_RELATIONS[sign]]
