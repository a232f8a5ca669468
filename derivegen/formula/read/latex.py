"""LaTeX that `latex` wrote, read back: text in, a tree of glyphs and numbers out."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.formula.functions import ABS, EXP, FUNCTIONS, SQRT, shown
from derivegen.formula.print.latex import GREEK, called
from derivegen.formula.read.reading import CALLED, RELATION_SIGNS, Reader
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

_LETTERS = {"\\" + name: letter for letter, name in GREEK.items()}
_CALLS = {called(name): name for name, each in FUNCTIONS.items() if each.operator or len(shown(name)) == 1}
_SKIPPED = (r"\left", r"\right", r"\,", r"\;", r"\!", r"\displaystyle", r"\quad")
_CLOSING = (*RELATION_SIGNS, r"\\", r"\end", r"\times", r"\&", r"\right|", r"\cdot", r"\odot")


class LatexReader(Reader):
    """The LaTeX dialect."""

    entrywise, transposition = r"\odot", ("{", r"\top", "}")

    def __init__(self, text: str, functions: frozenset[str]) -> None:
        super().__init__(text, "latex", functions, _SKIPPED)

    def dot(self) -> bool:
        return self.take(r"\cdot")

    def begins(self) -> bool:
        if self.next.kind == "command":
            return self.next.text not in _CLOSING
        return self.next.kind in ("number", "name") or self.next.text in ("(", "{")

    def group(self) -> Formula:
        self.expect("{")
        tree = self.compare()
        self.expect("}")
        return tree

    def raw(self) -> str:
        """The text of a group without spaces, as indices and words are; Greek by letter, escaped signs as themselves."""
        self.expect("{")
        depth, text = 1, ""
        while depth:
            token = self.skip()
            depth += (token.text == "{") - (token.text == "}")
            escaped = len(token.text) == 2 and token.text[0] == "\\"
            text += _LETTERS.get(token.text, token.text[1:] if escaped else token.text)
        return text[:-1]

    def words(self) -> Formula:
        """\\text{…}: the words are not compared."""
        self.raw()
        return Words("")

    def atom(self) -> Formula:
        token = self.next
        if token.text == "{":
            return self.group()
        self.skip()
        if token.kind == "number":
            return self._number(token.text)
        if token.text == "(":
            return self.bracket()
        if token.text in _CALLS and self.called(("(",)):
            return self.call(_CALLS[token.text])
        if token.text in LATEX_ATOMS:
            return LATEX_ATOMS[token.text](self)
        if token.kind == "name" or token.text in _LETTERS:
            return self.symbol(Glyph(_LETTERS.get(token.text, token.text)))
        raise self.fail(f"{token.text!r} cannot begin a factor", token)

    def _number(self, text: str) -> Formula:
        text = text.replace("{,}", ",")
        if self.take(r"\times"):
            self.expect("10", "^")
            return Number(f"{text}e{self.raw()}")
        return Number(text)

    def symbol(self, glyph: Glyph) -> Formula:
        """What follows a letter or word: arguments, or indices and primes. A word before a parenthesis is a function."""
        plain = glyph.accent is None and not glyph.bold
        if plain and (len(glyph.base) > 1 or glyph.base in self.functions) and self.called(("(",)):
            return self.call(CALLED.get(glyph.base, glyph.base))
        sub = self.raw() if self.take("_") else ""
        primes = self.primes()
        return replace(glyph, sub=sub, primes=primes, sup=self.raw() if self.take("^") else "")

    def letters(self) -> Glyph:
        """{a letter or word, upright or bold or not}"""
        self.expect("{")
        if self.take(r"\boldsymbol"):
            glyph = replace(self.letters(), bold=True)
        elif self.take(r"\mathrm"):
            glyph = Glyph(self.raw())
        else:
            token = self.skip()
            glyph = Glyph(_LETTERS.get(token.text, token.text))
        self.expect("}")
        return glyph

    def fraction(self) -> Formula:
        """A partial derivative, the sign d/dx before its body, or a fraction."""
        if self.peek(1) == r"\partial":
            self.expect("{", r"\partial")
            of = self.sum()
            self.expect("}", "{", r"\partial")
            by = self.sum()
            self.expect("}")
            return Partial(of, by)
        upright_d = [r"{", r"\mathrm", "{", "d", "}"]
        if [self.next.text, *map(self.peek, range(1, 6))] == [*upright_d, "}"]:
            self.expect(*upright_d, "}", *upright_d)
            by = self.sum()
            self.expect("}")
            return Slope(self.power(), by)
        return Ratio(self.group(), self.group())

    def upright(self) -> Formula:
        """A word; e to the power is the exponential function."""
        word = self.raw()
        if word == "e" and self.take("^"):
            return EXP(self.group())
        return self.symbol(Glyph(word))

    def operator(self) -> Formula:
        """A function printed as an operator."""
        word = self.raw()
        return self.call(CALLED.get(word, word))

    def absolute(self) -> Formula:
        """Between two bars."""
        tree = self.compare()
        self.expect(r"\right|")
        return ABS(tree)

    def environment(self) -> Formula:
        """Cases or a matrix."""
        name = self.raw()
        rows: list[list[Formula]] = [[]]
        while self.next.text != r"\end":
            rows[-1].append(self.compare())
            if self.take(r"\\"):
                rows.append([])
                self._gap()
            else:
                self.take("&")
        self.expect(r"\end")
        self.raw()
        if name == "cases":
            return Cases(tuple((value, None if isinstance(when, Words) else when) for value, when in rows))
        return Matrix(tuple(map(tuple, rows)))

    def _gap(self) -> None:
        """[5pt] behind a row; the gap is decoration."""
        if self.take("["):
            while not self.take("]"):
                self.skip()

    def big_sum(self) -> Formula:
        """The sum sign with its limits and the product after it."""
        self.expect("_", "{")
        index = self.sum()
        self.expect("=")
        low = self.sum()
        self.expect("}", "^")
        high = self.group()
        return BigSum(self.product(), index, low, high)

    def brace(self) -> Formula:
        """An underbrace; its label is decoration."""
        body = self.group()
        self.expect("_")
        self.group()
        return body

    def hole(self) -> Formula:
        """Room to write in, maybe with its label; what keeps it open is decoration."""
        self.expect("{")
        label = ""
        if self.take("{"):
            self.expect(r"\scriptstyle", r"\text")
            label = self.raw()
            self.expect("}")
        depth = 1
        while depth:
            sign = self.skip().text
            depth += (sign == "{") - (sign == "}")
        return Hole(label)

    def coloured(self) -> Formula:
        """A coloured formula; the colour is decoration."""
        self.raw()
        return self.group()


LATEX_ATOMS: dict[str, Callable[[LatexReader], Formula]] = {
    r"\frac": LatexReader.fraction,
    r"\tfrac": LatexReader.fraction,
    r"\mathrm": LatexReader.upright,
    r"\sqrt": lambda reader: SQRT(reader.group()),
    r"\operatorname": LatexReader.operator,
    r"\begin": LatexReader.environment,
    r"\sum": LatexReader.big_sum,
    r"\hat": lambda reader: reader.symbol(replace(reader.letters(), accent="hat")),
    r"\bar": lambda reader: reader.symbol(replace(reader.letters(), accent="bar")),
    r"\boldsymbol": lambda reader: reader.symbol(replace(reader.letters(), bold=True)),
    r"\boxed": LatexReader.hole,
    r"\underbrace": LatexReader.brace,
    r"\textcolor": LatexReader.coloured,
    r"\dgstrike": LatexReader.group,
    r"\dgword": LatexReader.upright,
    r"\dgletter": LatexReader.upright,
    r"\text": LatexReader.words,
    r"\left|": LatexReader.absolute,
}


def read_latex(text: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The tree of a formula that `latex` wrote; `functions` are the letters of unknown functions. Raises FormulaError."""
    return LatexReader(text, functions).whole()
