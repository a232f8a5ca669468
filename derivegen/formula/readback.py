"""What our own printers wrote, read back: LaTeX or Typst mathematics in, a tree of glyphs and numbers out.

`normal` is the form in which two trees are compared: `normal(read(print(tree))) == normal(tree)` for every tree the printers take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from derivegen.formula.latex import FUNCTIONS as LATEX_FUNCTIONS
from derivegen.formula.latex import GREEK, RELATIONS
from derivegen.formula.tokens import OWN, FormulaError, Token, tokens
from derivegen.formula.tree import (
    Accent,
    BigSum,
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Slope,
    Strike,
    Sum,
    Under,
    Words,
    transform,
)
from derivegen.formula.typst import FUNCTIONS as _TYPST_FUNCTIONS

_LETTERS = {"\\" + name: letter for letter, name in GREEK.items()}
_RELATIONS = {command: sign for sign, command in RELATIONS.items()}
_FUNCTIONS = {command: name for name, command in LATEX_FUNCTIONS.items() if not command.startswith(r"\mathrm")}
_OPERATORS = {"ReLU": "relu", "softplus": "softplus"}
_SKIPPED = (r"\left", r"\right", r"\,", r"\;", r"\!", r"\displaystyle", r"\quad", "quad")


class _Reader:
    """What both dialects share: sums, products side by side, powers. A dialect reads atoms."""

    def __init__(self, text: str, dialect: Literal["latex", "typst"], functions: frozenset[str]) -> None:
        self.source, self.functions = text, functions
        self.tokens = [token for token in tokens(text, dialect, OWN) if token.text not in _SKIPPED]
        self.at = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> str:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].text

    def take(self, *texts: str) -> bool:
        if self.next.text in texts and self.next.kind != "end":
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise FormulaError(f"{text!r} expected, {self.next.text!r} found", self.next.at, self.source)

    def whole(self) -> Formula:
        tree = self.sum()
        if self.next.kind != "end":
            raise FormulaError(f"{self.next.text!r} is left over", self.next.at, self.source)
        return tree

    def sum(self) -> Formula:
        terms = [self._term()]
        while self.next.text in ("+", "-", "−"):
            minus = not self.take("+") and self.take("-", "−")
            term = self.product()
            terms.append(Negative(term) if minus else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _term(self) -> Formula:
        return Negative(self.product()) if self.take("-", "−") else self.product()

    def product(self) -> Formula:
        factors = [self.power()]
        while True:
            if self.dot() or self.begins():
                factors.append(self.power())
            else:
                return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def power(self) -> Formula:
        base = self.atom()
        if self.take("^"):
            return Power(base, self.group())
        return base

    def compare(self) -> Formula:
        left = self.sum()
        sign = _RELATIONS.get(self.next.text, self.next.text)
        if sign not in RELATIONS:
            return left
        self.at += 1
        return Compare(left, sign, self.sum())  # type: ignore[arg-type]

    def arguments(self) -> tuple[Formula, ...]:
        """( a, b )"""
        self.expect("(")
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.expect(")")
        return tuple(found)

    def primes(self) -> int:
        count = 0
        while self.take("'"):
            count += 1
        return count

    def dot(self) -> bool:
        raise NotImplementedError

    def begins(self) -> bool:
        """Whether the next token begins another factor."""
        raise NotImplementedError

    def atom(self) -> Formula:
        raise NotImplementedError

    def group(self) -> Formula:
        raise NotImplementedError


class _Latex(_Reader):
    def dot(self) -> bool:
        return self.take(r"\cdot")

    def begins(self) -> bool:
        token = self.next
        if token.kind == "command":
            return token.text not in _RELATIONS and token.text not in (r"\\", r"\end", r"\times", r"\&")
        return token.kind in ("number", "name") or token.text in ("(", "{")

    def group(self) -> Formula:
        self.expect("{")
        tree = self.compare()
        self.expect("}")
        return tree

    def word(self) -> str:
        """The raw text of a group, as indices are."""
        self.expect("{")
        depth, text = 1, ""
        while True:
            token = self.next
            self.at += 1
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth == 0 or token.kind == "end":
                return text
            text += _LETTERS.get(token.text, token.text)

    def raw(self) -> str:
        """A group's text with its spaces (words)."""
        start = self.next.at + 1
        end = self.source.index("}", start)
        while self.next.at < end:
            self.at += 1
        self.expect("}")
        return self.source[start:end]

    def atom(self) -> Formula:
        token = self.next
        if token.kind == "number":
            self.at += 1
            return self._number(token.text)
        if token.text == "(":
            self.at += 1
            tree = self.compare()
            self.expect(")")
            return Bracket(tree)
        if token.text == "{":
            return self.group()
        if token.text == "|":
            self.at += 1
            tree = self.sum()
            self.expect("|")
            return Call("abs", (tree,))
        if token.kind == "command" and token.text in LATEX_ATOMS:
            self.at += 1
            return LATEX_ATOMS[token.text](self)
        if token.kind == "command" and token.text in _FUNCTIONS and self._is_call():
            self.at += 1
            return Call(_FUNCTIONS[token.text], *self._called())
        if token.kind == "name" or token.text in _LETTERS:
            self.at += 1
            return self.glyph(_LETTERS.get(token.text, token.text))
        raise FormulaError(f"{token.text!r} cannot begin a factor", token.at, self.source)

    def _is_call(self) -> bool:
        ahead = 1
        while self.peek(ahead) == "'":
            ahead += 1
        return self.peek(ahead) == "("

    def _called(self) -> tuple[tuple[Formula, ...], int]:
        primes = self.primes()
        return self.arguments(), primes

    def _number(self, text: str) -> Formula:
        if self.take(r"\times"):
            self.expect("10")
            self.expect("^")
            return Number(f"{text}e{self.word()}")
        return Number(text)

    def glyph(self, base: str, accent: Accent | None = None, bold: bool = False) -> Formula:
        primes = self.primes()
        if base in self.functions and self.next.text == "(":
            return Call(base, self.arguments(), primes)
        sub = self.word() if self.take("_") else ""
        primes += self.primes()
        sup = self.word() if self.take("^") else ""
        return Glyph(base, sub, sup, accent, bold, primes)

    def fraction(self) -> Formula:
        self.expect("{")
        if self.take(r"\partial"):
            of = self.sum()
            self.expect("}")
            self.expect("{")
            self.expect(r"\partial")
            by = self.sum()
            self.expect("}")
            return Partial(of, by)
        if self.next.text == r"\mathrm" and self.peek(2) == "d" and self.peek(4) == "}":
            self.at += 5
            self.expect("{")
            self.at += 4
            by = self.sum()
            self.expect("}")
            return Slope(self.power(), by)
        top = self.compare()
        self.expect("}")
        return Ratio(top, self.group())

    def upright(self) -> Formula:
        word = self.word()
        if word == "e" and self.take("^"):
            return Call("exp", (self.group(),))
        if word in _OPERATORS:
            return Call(_OPERATORS[word], *self._called())
        return self.glyph(word)

    def environment(self) -> Formula:
        name = self.word()
        rows: list[list[Formula | None]] = [[]]
        while self.next.text != r"\end":
            rows[-1].append(None if self.next.text == r"\text" and not self._skip_words() else self.compare())
            if self.take(r"\\"):
                rows.append([])
            else:
                self.take("&")
        self.at += 1
        self.word()
        if name == "cases":
            return Cases(tuple((row[0], row[1]) for row in rows))  # type: ignore[misc]
        return Matrix(tuple(tuple(cell for cell in row if cell is not None) for row in rows))

    def _skip_words(self) -> bool:
        self.at += 1
        self.raw()
        return False

    def big_sum(self) -> Formula:
        self.expect("_")
        self.expect("{")
        index = self.sum()
        self.expect("=")
        low = self.sum()
        self.expect("}")
        self.expect("^")
        high = self.group()
        return BigSum(self.product(), index, low, high)

    def accented(self, accent: Accent) -> Formula:
        return self.glyph(self.word(), accent)

    def bold(self) -> Formula:
        word = self.word()
        return self.glyph(word.removeprefix(r"\mathrm"), bold=True)

    def brace(self) -> Formula:
        body = self.group()
        self.expect("_")
        self.group()
        return body

    def coloured(self) -> Formula:
        self.word()
        return self.group()


LATEX_ATOMS: dict[str, Callable[[_Latex], Formula]] = {
    r"\frac": _Latex.fraction,
    r"\tfrac": _Latex.fraction,
    r"\mathrm": _Latex.upright,
    r"\sqrt": lambda reader: Call("sqrt", (reader.group(),)),
    r"\begin": _Latex.environment,
    r"\sum": _Latex.big_sum,
    r"\hat": lambda reader: reader.accented("hat"),
    r"\bar": lambda reader: reader.accented("bar"),
    r"\boldsymbol": _Latex.bold,
    r"\underbrace": _Latex.brace,
    r"\textcolor": _Latex.coloured,
    r"\strikeout": lambda reader: reader.group(),
    r"\text": lambda reader: Words(reader.raw()),
}


def _operator(word: str) -> str:
    return _OPERATORS.get(word, word)


class _Typst(_Reader):
    def dot(self) -> bool:
        return self.take("dot.op")

    def begins(self) -> bool:
        token = self.next
        if token.text in ("times",):
            return False
        return token.kind in ("number", "name", "string") or token.text in ("(", "∂", "#")

    def group(self) -> Formula:
        self.expect("(")
        tree = self.compare()
        self.expect(")")
        return tree

    def word(self) -> str:
        """An index in parentheses as raw text."""
        self.expect("(")
        depth, text = 1, ""
        while True:
            token = self.next
            self.at += 1
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 or token.kind == "end":
                return text
            text += token.text

    def attached(self) -> str:
        """An index up to the comma or parenthesis that ends it."""
        if self.next.kind == "string":
            self.at += 1
            return self.tokens[self.at - 1].text[1:-1]
        depth, text = 0, ""
        while not (depth == 0 and self.next.text in (",", ")")):
            token = self.next
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            text += token.text
            self.at += 1
        return text

    def atom(self) -> Formula:
        token = self.next
        self.at += 1
        if token.kind == "number":
            return self._number(token.text)
        if token.text == "(":
            tree = self.compare()
            self.expect(")")
            return Bracket(tree)
        if token.text == "#":
            return self.coloured()
        if token.text == "sum" and self.next.text == "_":
            return self.big_sum()
        if token.text in TYPST_ATOMS and self.next.text == "(":
            return TYPST_ATOMS[token.text](self)
        named = {
            "ln": "ln",
            "sin": "sin",
            "cos": "cos",
            "tanh": "tanh",
            "max": "max",
            "min": "min",
            "σ": "sigmoid",
            "Φ": "Φ",
            "φ": "φ",
        }
        if token.text in named and self._is_call():
            primes = self.primes()
            return Call(named[token.text], self.arguments(), primes)
        if token.kind in ("name", "string"):
            return self.glyph(token.text.strip('"'))
        raise FormulaError(f"{token.text!r} cannot begin a factor", token.at, self.source)

    def _is_call(self) -> bool:
        ahead = 0
        while self.peek(ahead) == "'":
            ahead += 1
        return self.peek(ahead) in ("(", "lr")

    def arguments(self) -> tuple[Formula, ...]:
        if not self.take("lr"):
            return super().arguments()
        self.expect("(")
        found = super().arguments()
        self.expect(")")
        return found

    def _number(self, text: str) -> Formula:
        if self.take("times"):
            self.expect("10")
            self.expect("^")
            return Number(f"{text}e{self.word().replace('−', '-')}")
        return Number(text)

    def glyph(self, base: str, accent: Accent | None = None, bold: bool = False) -> Formula:
        primes = self.primes()
        if base in self.functions and self.next.text in ("(", "lr"):
            return Call(base, self.arguments(), primes)
        sub = self.word() if self.take("_") else ""
        return Glyph(base, sub, "", accent, bold, primes + self.primes())

    def attach(self) -> Formula:
        self.expect("(")
        base = self.atom()
        assert isinstance(base, Glyph)
        sub = sup = ""
        while self.take(","):
            side = self.next.text
            self.at += 1
            self.expect(":")
            if side == "t":
                sup = self.attached()
            else:
                sub = self.attached()
        self.expect(")")
        return Glyph(base.base, sub, sup, base.accent, base.bold, base.primes)

    def fraction(self) -> Formula:
        self.expect("(")
        if self.take("∂"):
            of = self.sum()
            self.expect(",")
            self.expect("∂")
            by = self.sum()
            self.expect(")")
            return Partial(of, by)
        if self.next.text == "upright":
            mark = self.at
            self.at += 4
            if self.peek(-2) == "d" and self.take(","):
                self.at += 4
                by = self.sum()
                self.expect(")")
                return Slope(self.power(), by)
            self.at = mark
        top = self.sum()
        self.expect(",")
        bottom = self.sum()
        self.expect(")")
        return Ratio(top, bottom)

    def upright(self) -> Formula:
        word = self.word()
        if word == "e" and self.take("^"):
            return Call("exp", (self.group(),))
        return self.glyph(word)

    def operator(self) -> Formula:
        self.expect("(")
        name = self.next.text.strip('"')
        self.at += 1
        self.expect(")")
        primes = self.primes()
        return Call(_operator(name), self.arguments(), primes)

    def parenthesis(self) -> Formula:
        self.expect("(")
        tree = self.atom()
        self.expect(")")
        return tree

    def cases(self) -> Formula:
        self.expect("(")
        branches: list[tuple[Formula, Formula | None]] = []
        while True:
            value = self.sum()
            self.expect("&")
            if self.next.kind == "string":
                self.at += 1
                branches.append((value, None))
            else:
                branches.append((value, self.compare()))
            if not self.take(","):
                break
        self.expect(")")
        return Cases(tuple(branches))

    def matrix(self) -> Formula:
        self.at += 5  # ( delim : "[" ,
        rows = [[self.sum()]]
        while self.next.text in (",", ";"):
            if self.take(";"):
                rows.append([])
            else:
                self.expect(",")
            rows[-1].append(self.sum())
        self.expect(")")
        return Matrix(tuple(map(tuple, rows)))

    def brace(self) -> Formula:
        self.expect("(")
        body = self.sum()
        self.expect(",")
        self.sum()
        self.expect(")")
        return body

    def accented(self, accent: Accent) -> Formula:
        self.expect("(")
        name = self.next.text.strip('"')
        self.at += 1
        self.expect(")")
        return self.glyph(name, accent)

    def bold(self) -> Formula:
        self.expect("(")
        name = self.next.text.strip('"')
        self.at += 1
        self.expect(")")
        return self.glyph(name, bold=True)

    def big_sum(self) -> Formula:
        index_low = self._limits()
        high = self.group() if self.take("^") else Number("0")
        return BigSum(self.product(), *index_low, high)

    def _limits(self) -> tuple[Formula, Formula]:
        self.expect("_")
        self.expect("(")
        index = self.sum()
        self.expect("=")
        low = self.sum()
        self.expect(")")
        return index, low

    def coloured(self) -> Formula:
        while not self.take("["):
            self.at += 1
        self.expect("$")
        self.at += 1  # display
        tree = self.group()
        self.expect("$")
        self.expect("]")
        return tree


TYPST_FUNCTIONS = {written: name for name, written in _TYPST_FUNCTIONS.items() if not written.startswith("op")}

TYPST_ATOMS: dict[str, Callable[[_Typst], Formula]] = {
    "frac": _Typst.fraction,
    "inline": lambda reader: reader.group(),
    "upright": _Typst.upright,
    "sqrt": lambda reader: Call("sqrt", (reader.group(),)),
    "abs": lambda reader: Call("abs", (reader.group(),)),
    "op": _Typst.operator,
    "lr": _Typst.parenthesis,
    "cases": _Typst.cases,
    "mat": _Typst.matrix,
    "underbrace": _Typst.brace,
    "cancel": lambda reader: reader.group(),
    "hat": lambda reader: reader.accented("hat"),
    "bar": lambda reader: reader.accented("bar"),
    "bold": _Typst.bold,
    "attach": _Typst.attach,
}


def read_latex(text: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The tree of a formula that `latex` wrote; `functions` are the letters of unknown functions. Raises FormulaError."""
    return _Latex(text, "latex", functions).whole()


def read_typst(text: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The tree of a formula that `typst` wrote. Raises FormulaError."""
    return _Typst(text, "typst", functions).whole()


def normal(tree: Formula) -> Formula:
    """The form trees are compared in: decoration, brackets and dots dropped, nested sums and products opened, minus signs outside."""

    def change(part: Formula) -> Formula | None:
        match part:
            case Colour(body, _) | Strike(body) | Under(body, _) | Bracket(body):
                return normal(body)
            case Number(text) if text.startswith("-"):
                return Negative(Number(text[1:]))
            case Negative(body):
                return _negated(normal(body))
            case Product(factors):
                return _product([normal(factor) for factor in factors])
            case Sum(terms):
                return _sum([normal(term) for term in terms])
            case Words():
                return Words("")
        return None

    return transform(tree, change)


def _negated(body: Formula) -> Formula:
    return Negative(body)


def _product(factors: list[Formula]) -> Formula:
    flat: list[Formula] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Product) else (factor,))
    if isinstance(flat[0], Negative):
        return Negative(_product([flat[0].body, *flat[1:]]))
    return Product(tuple(flat)) if len(flat) > 1 else flat[0]


def _sum(terms: list[Formula]) -> Formula:
    flat: list[Formula] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Sum) else (term,))
    return Sum(tuple(flat))
