"""One side of a line as a person typed it: tokens in, a display tree of canonical names and numbers out. Nothing is evaluated.

sum = term (("+" | "-") term)* ;  term = factor (("*" | "/" | "⊙" | nothing) factor)* ;  factor = "-" factor | atom ("^" exponent)?
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivegen.formula.functions import ABS, EXP, SQRT
from derivegen.formula.read.grammar import MOST_DEGREE, degree, height
from derivegen.formula.read.tokens import TYPED, FormulaError, Token
from derivegen.formula.tree import Bracket, Formula, Hadamard, Negative, Number, Power, Product, Ratio, Sum, Transpose
from derivegen.marking.read.arrays import ArrayReader
from derivegen.marking.read.derivatives import bare
from derivegen.marking.read.index_marks import OPENING
from derivegen.marking.read.named import EULER
from derivegen.marking.read.numerals import constant_of, number_of
from derivegen.marking.read.unreadable import Unreadable

_MATRICES = ("matrix", "bmatrix", "pmatrix", "array", "Bmatrix", "vmatrix", "smallmatrix", "pmatrix")
_FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")
_BEFORE_TUPLES = ("(", "[", "{", ",", ";", "+", "-", "*", "/", "⊙", "@")
"""Before a parenthesis that may be a vector, (0.1, 0.2): no name, whose arguments it would hold."""
_BODIES = (
    "\\boxed",
    "\\cancel",
    "\\underbrace",
    "\\overbrace",
    "\\ensuremath",
    "\\mathbf",
    "\\mathrm",
    "\\mathit",
    "\\text",
)


class TypedReader(ArrayReader):
    """The tokens of one side; `text` is what they were cut from."""

    entrywise = "⊙"

    def whole(self) -> Formula:
        """The side as one formula."""
        if len(self.tokens) == 1:
            raise self.fail("empty")
        tree = self.sum()
        if self.next.kind != "end":
            raise self.fail("unexpected")
        if height(tree, TYPED.depth) > TYPED.depth:
            raise self.fail("too-deep", self.tokens[0])
        if degree(tree) > MOST_DEGREE:
            raise self.fail("powers", self.tokens[0])
        return tree

    def _deeper(self, read: Callable[[], Formula]) -> Formula:
        """What is read one level further in."""
        self.depth += 1
        try:
            if self.depth > TYPED.depth:
                raise self.fail("too-deep")
            return read()
        finally:
            self.depth -= 1

    def compare(self) -> Formula:
        return self.sum()

    def sum(self) -> Formula:
        terms = [self.product()]
        while self.next.text in ("+", "-"):
            minus = self.skip().text == "-"
            term = self.product()
            terms.append(Negative(term) if minus else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Formula:
        """Factors with a sign between or side by side; a stroke divides what stands before it."""
        left = self.signed()
        while True:
            if self.take("*"):
                left = _times(left, self.signed())
            elif self.take("/"):
                left = Ratio(left, self.signed())
            elif self.take("⊙"):
                left = Hadamard((left, self.signed()))
            elif self.take("@"):
                left = _times(left, self.signed())
            elif self.begins():
                left = _times(left, self.power())
            else:
                return left

    def signed(self) -> Formula:
        odd = False
        while self.next.text in ("-", "+"):
            if (
                self._is_put_in()
            ):  # 1 - -0.8² is 1 - (-0.8)²: nobody writes two signs but around a number that came in for a name
                self.skip()
                return self._deeper(lambda: self._power(Bracket(Negative(self.number()))))
            odd ^= self.skip().text == "-"
        body = self.power()
        return Negative(body) if odd else body

    def _is_put_in(self) -> bool:
        """Whether a negative number with a power follows on a sign."""
        behind = self.tokens[self.at + 2] if len(self.tokens) > self.at + 2 else self.next
        raised = behind.kind == "raised" or behind.text == "^"
        signs = self.next.text == "-" and self.at > 0 and self.tokens[self.at - 1].text in ("+", "-")
        return raised and signs and self.tokens[self.at + 1].kind == "number"

    def begins(self) -> bool:
        token = self.next
        if token.kind == "number":
            if self.tokens[self.at - 1].kind == "number":
                raise self.fail("number-after-number")
            return True
        opens = token.text in OPENING or token.text in ("∂", SQRT.sign) or (token.text == "|" and not self.between_bars)
        return opens or (token.kind in ("name", "command") and not token.text.startswith("end "))

    def power(self) -> Formula:
        return self._deeper(self._power)

    def _power(self, base: Formula | None = None) -> Formula:
        base = base or self.atom()
        token = self.next
        if token.text == "⊤":
            self.at += 1
            return Transpose(base)
        if token.text == "." and self.peek() in ("T", "t"):
            self.at += 2
            return Transpose(base)
        if token.kind == "raised":
            self.at += 1
            return self._raised(base, self._exponent_of(token), token)
        if token.text != "^":
            return base
        self.at += 1
        if self._is_top():
            return Transpose(base)
        return self._raised(base, self.exponent(), token)

    def _exponent_of(self, token: Token) -> Formula:
        digits = token.text.strip("()+")
        if not re.fullmatch(r"-?\d{1,3}", digits):
            raise self.fail("exponent", token)
        return number_of(digits)

    def _is_top(self) -> bool:
        """Take the T of a transposed matrix: ^T, ^\\top, ^{T}."""
        braces = self.next.text == "{" and self.peek() in ("T", "⊤") and self.peek(2) == "}"
        if braces:
            self.at += 3
        return braces or self.take("T", "⊤")

    def exponent(self) -> Formula:
        """What stands raised: a group, or one signed atom."""
        return self._deeper(self._exponent)

    def _exponent(self) -> Formula:
        minus = False
        while self.next.text in ("-", "+"):
            minus ^= self.skip().text == "-"
        body = self.atom()
        return Negative(body) if minus else body

    def _raised(self, base: Formula, exponent: Formula, token: Token) -> Formula:
        if base == EULER:
            return EXP(bare(exponent))
        exponent = _opened(exponent)
        try:
            small = abs(constant_of(exponent)) <= TYPED.exponent
        except (ValueError, ZeroDivisionError):
            small = False
        if not small:
            raise self.fail("exponent", token)
        return Power(base, exponent)

    def atom(self) -> Formula:
        return self._deeper(self._atom)

    def _atom(self) -> Formula:
        token = self.next
        if token.kind == "number":
            return self.number()
        if token.kind == "name":
            return self.name()
        if token.kind == "command":
            return self.command()
        if token.text == "∂":
            return self.derivative()
        self.skip()
        if token.text in ("(", "{"):
            return self._closed(OPENING[token.text])
        if token.text == "[":
            return self.list()
        if token.text == "|":
            return self.absolute()
        if token.text == SQRT.sign:
            return SQRT(bare(self.atom()))
        raise self.fail("unexpected", token)

    def _closed(self, closing: str) -> Formula:
        bars, self.between_bars = self.between_bars, False
        begins = self.at < 2 or self.tokens[self.at - 2].text in _BEFORE_TUPLES
        tree = self.sum()
        if closing == ")" and begins and self.next.text in (",", ";"):
            tree = self.entries(tree, closing)
            self.between_bars = bars
            return tree
        self.expect(closing)
        self.between_bars = bars
        return Bracket(tree) if closing != "}" else tree

    def absolute(self) -> Formula:
        """Between two bars, the first already read."""
        self.between_bars = True
        tree = self.sum()
        self.between_bars = False
        self.expect("|")
        return ABS(tree)

    # Commands and lists

    def command(self) -> Formula:
        """A LaTeX command that begins a factor."""
        token = self.skip()
        if token.text in _FRACTIONS:
            return self.fraction()
        if token.text == "\\sum":
            return self.sum_sign(token)
        if token.text == "\\sqrt":
            return SQRT(self.atom())
        if token.text in _BODIES:
            return self._body()
        if token.text == "begin cases":
            return self.cases()
        if token.text.startswith("begin ") and token.text[6:] in _MATRICES:
            return self.environment()
        raise Unreadable("unknown-command", token.at, name=token.text)

    def _body(self) -> Formula:
        """A command's one argument; a label below or above is decoration."""
        tree = self.atom()
        if self.next.text in ("_", "^") and self.peek() == "{":
            self.skip()
            self._group()
        return tree

    def fraction(self) -> Formula:
        """A derivative or a fraction."""
        if self.next.text == "{" and (self.peek() == "∂" or self.peek().startswith("d")):
            start, tokens = self.at, list(self.tokens)
            try:
                of = self._grouped_differential()
                return self._derived(of, self._grouped_differential())
            except FormulaError:
                if self.tokens[start + 1].text == "∂":
                    raise
                self.at, self.tokens = start, tokens
        return Ratio(self._part(), self._part())

    def _part(self) -> Formula:
        """One part of a fraction: a group, or without braces a single digit, as in \\frac12."""
        token = self.next
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.at] = Token("number", token.text[1:], token.at + 1)
            return Number(token.text[0])
        return bare(self.atom())

    def _grouped_differential(self) -> Formula:
        self.expect("{")
        tree = self.differential()
        self.expect("}")
        return tree


def _times(left: Formula, right: Formula) -> Formula:
    return Product((*left.factors, right) if isinstance(left, Product) else (left, right))


def _opened(tree: Formula) -> Formula:
    """An exponent without brackets."""
    match bare(tree):
        case Negative(body):
            return Negative(_opened(body))
        case Ratio(top, bottom):
            return Ratio(_opened(top), _opened(bottom))
        case other:
            return other
