"""Typst mathematics that `typst` wrote, read back: text in, a tree of glyphs and numbers out."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.formula.functions import ABS, EXP, FUNCTIONS, SQRT, shown
from derivegen.formula.print.typst import called
from derivegen.formula.read.reading import CALLED, Reader
from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import (
    BigSum,
    Cases,
    Formula,
    Glyph,
    Hole,
    Matrix,
    Number,
    Partial,
    Ratio,
    Slope,
    Words,
)
from derivegen.records import replace

_CALLS = {called(name): name for name, each in FUNCTIONS.items() if each.operator or len(shown(name)) == 1}
_SKIPPED = ("quad",)
_OPENING = ("(", "lr")


def unquoted(token: Token) -> str:
    """The text of a string or a letter."""
    return token.text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if token.kind == "string" else token.text


class TypstReader(Reader):
    """The Typst dialect."""

    entrywise, transposition, between = "dot.o", ("(", "top", ")"), (",", "\\;")

    def __init__(self, text: str, functions: frozenset[str]) -> None:
        super().__init__(text, "typst", functions, _SKIPPED)

    def dot(self) -> bool:
        return self.take("dot.op")

    def begins(self) -> bool:
        if self.next.text in ("times", "dot.op", "dot.o"):
            return False
        return self.next.kind in ("number", "name", "string") or self.next.text in ("(", "#")

    def group(self) -> Formula:
        self.expect("(")
        tree = self.compare()
        self.expect(")")
        return tree

    def raw(self) -> str:
        """An index in parentheses as text."""
        self.expect("(")
        text = self.attached(")")
        self.expect(")")
        return text

    def attached(self, *ends: str) -> str:
        """An index up to the sign that ends it; one inside parentheses does not."""
        depth, text = 0, ""
        while depth or self.next.text not in ends:
            token = self.skip()
            depth += (token.text == "(") - (token.text == ")")
            text += unquoted(token)
        return text

    def atom(self) -> Formula:
        token = self.skip()
        if token.kind == "number":
            return self._number(token.text)
        if token.text == "(":
            return self.bracket()
        if token.text in _CALLS and self.called(_OPENING):
            return self.call(_CALLS[token.text])
        if token.text in TYPST_ATOMS:
            return TYPST_ATOMS[token.text](self)
        if token.kind == "string":
            return Words("")
        if token.kind == "name" and len(token.text) == 1:
            return self.symbol(Glyph(token.text))
        raise self.fail(f"{token.text!r} cannot begin a factor", token)

    def arguments(self) -> tuple[Formula, ...]:
        if not self.take("lr"):
            return super().arguments()
        self.expect("(")
        found = super().arguments()
        self.expect(")")
        return found

    def _number(self, text: str) -> Formula:
        if self.take("times"):
            self.expect("10", "^")
            return Number(f"{text}e{self.raw().replace('−', '-')}")
        return Number(text)

    def symbol(self, glyph: Glyph) -> Formula:
        """What follows a letter or word: arguments, or primes and an index. A word before a parenthesis is a function."""
        plain = glyph.accent is None and not glyph.bold
        if plain and (len(glyph.base) > 1 or glyph.base in self.functions) and self.called(_OPENING):
            return self.call(CALLED.get(glyph.base, glyph.base))
        primes = self.primes()
        return replace(glyph, primes=primes, sub=self.raw() if self.take("_") else "")

    def letters(self) -> Glyph:
        """(a letter or word, bold or not)"""
        self.expect("(")
        if self.take("bold"):
            glyph = replace(self.letters(), bold=True)
        elif self.take("upright"):
            glyph = self.letters()
        else:
            glyph = Glyph(unquoted(self.skip()))
        self.expect(")")
        return glyph

    def upright(self) -> Formula:
        """A word, or a number with a decimal comma; e to the power is the exponential function."""
        glyph = self.letters()
        if glyph.base[0].isdigit():
            return self._number(glyph.base)
        if glyph.base == "e" and self.take("^"):
            return EXP(self.group())
        return self.symbol(glyph)

    def kept(self) -> Formula:
        """What is kept on one line."""
        self.expect("(")
        self.skip()
        self.expect(",")
        tree = self.compare()
        self.expect(")")
        return tree

    def attach(self) -> Formula:
        """A symbol with an index above, and maybe one below."""
        self.expect("(")
        glyph = self.atom()
        if not isinstance(glyph, Glyph):
            raise self.fail("a symbol was expected before this")
        while self.take(","):
            above = self.skip().text == "t"
            self.expect(":")
            text = self.attached(",", ")")
            glyph = replace(glyph, sup=text) if above else replace(glyph, sub=text)
        self.expect(")")
        return glyph

    def fraction(self) -> Formula:
        """A partial derivative, the sign d/dx before its body, or a fraction."""
        self.expect("(")
        if self.take("∂"):
            of = self.sum()
            self.expect(",", "∂")
            return Partial(of, self._last())
        upright_d = ["upright", "(", "d", ")"]
        if [self.next.text, *map(self.peek, range(1, 5))] == [*upright_d, ","]:
            self.expect(*upright_d, ",", *upright_d)
            by = self._last()
            return Slope(self.power(), by)
        top = self.compare()
        self.expect(",")
        return Ratio(top, self._last())

    def _last(self) -> Formula:
        """The last argument and the parenthesis after it."""
        tree = self.compare()
        self.expect(")")
        return tree

    def parenthesis(self) -> Formula:
        """lr((…)): parentheses that grow."""
        self.expect("(", "(")
        tree = self.bracket()
        self.expect(")")
        return tree

    def operator(self) -> Formula:
        """A function printed as an operator."""
        name = self.letters().base
        return self.call(CALLED.get(name, name))

    def cases(self) -> Formula:
        """Values under conditions; words stand for "otherwise"."""
        self.expect("(")
        branches: list[tuple[Formula, Formula | None]] = []
        while not branches or self.take(","):
            value = self.compare()
            self.expect("&")
            when = self.compare()
            branches.append((value, None if isinstance(when, Words) else when))
        self.expect(")")
        return Cases(tuple(branches))

    def matrix(self) -> Formula:
        """Rows of entries in square brackets."""
        self.expect("(", "delim", ":", '"["', ",")
        if self.take("row"):  # the gap between rows is decoration
            while not self.take(","):
                self.skip()
        rows = [[self.compare()]]
        while not self.take(")"):
            if self.take(";"):
                rows.append([])
            else:
                self.expect(",")
            rows[-1].append(self.compare())
        return Matrix(tuple(map(tuple, rows)))

    def big_sum(self) -> Formula:
        """The sum sign with its limits and the product after it."""
        self.expect("_", "(")
        index = self.sum()
        self.expect("=")
        low = self._last()
        self.expect("^")
        high = self.group()
        return BigSum(self.product(), index, low, high)

    def brace(self) -> Formula:
        """An underbrace; its label is decoration."""
        self.expect("(")
        body = self.compare()
        self.expect(",")
        self._last()
        return body

    def embedded(self) -> Formula:
        """What stands behind #: a box, which is room to write in, or a coloured formula."""
        return self.hole() if self.take("box") else self.coloured()

    def hole(self) -> Formula:
        """(stroke: …, place(horizon, text(…, "a"))): of a box only its label counts."""
        self.expect("(")
        label, depth = "", 1
        while depth:
            token = self.skip()
            depth += (token.text == "(") - (token.text == ")")
            label = unquoted(token) if token.kind == "string" else label
        return Hole(label)

    def coloured(self) -> Formula:
        """text(fill: …)[$display(…)$]; the colour is decoration."""
        while not self.take("["):
            self.skip()
        self.expect("$", "display")
        tree = self.group()
        self.expect("$", "]")
        return tree


TYPST_ATOMS: dict[str, Callable[[TypstReader], Formula]] = {
    "frac": TypstReader.fraction,
    "inline": TypstReader.group,
    "display": TypstReader.group,
    "upright": TypstReader.upright,
    "sqrt": lambda reader: SQRT(reader.group()),
    "abs": lambda reader: ABS(reader.group()),
    "op": TypstReader.operator,
    "lr": TypstReader.parenthesis,
    "cases": TypstReader.cases,
    "mat": TypstReader.matrix,
    "underbrace": TypstReader.brace,
    "cancel": TypstReader.group,
    "hat": lambda reader: reader.symbol(replace(reader.letters(), accent="hat")),
    "bar": lambda reader: reader.symbol(replace(reader.letters(), accent="bar")),
    "bold": lambda reader: reader.symbol(replace(reader.letters(), bold=True)),
    "attach": TypstReader.attach,
    "class": TypstReader.kept,
    "sum": TypstReader.big_sum,
    "#": TypstReader.embedded,
}


def read_typst(text: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The tree of a formula that `typst` wrote; `functions` are the letters of unknown functions. Raises FormulaError."""
    return TypstReader(text, functions).whole()
