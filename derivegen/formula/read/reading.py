"""What the readers of our own LaTeX and Typst share: tokens in, sums, products and powers out. A dialect reads the atoms."""

from __future__ import annotations

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.print.latex import RELATIONS
from derivegen.formula.read.tokens import OWN, Dialect, FormulaError, Token, tokens
from derivegen.formula.tree import Bracket, Call, Compare, Formula, Hadamard, Negative, Power, Product, Sum, Transpose

RELATION_SIGNS = {command: sign for sign, command in RELATIONS.items()}
CALLED = {each.shown: name for name, each in FUNCTIONS.items() if each.form == "call"}
"""The functions by what a page calls them."""


class Reader:
    """Sums, products side by side, powers; a dialect reads atoms."""

    entrywise: str = ""
    transposition: tuple[str, ...] = ("",)
    """The dialect's sign between arrays multiplied entry by entry, and what is raised behind a matrix to transpose it."""

    prime = "'"
    between: tuple[str, ...] = (",", ";")
    """The signs between arguments; the second where numbers have a decimal comma."""

    def __init__(self, text: str, dialect: Dialect, functions: frozenset[str], skipped: tuple[str, ...]) -> None:
        self.source, self.functions = text, functions
        self.tokens = [token for token in tokens(text, dialect, OWN) if token.text not in skipped]
        self.at = 0

    @property
    def next(self) -> Token:
        """The token to be read."""
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> str:
        """The text of a later token."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].text

    def skip(self) -> Token:
        """The next token, taken whatever it is; the end is not passed."""
        token = self.next
        if token.kind == "end":
            raise self.fail("the formula ends too early")
        self.at += 1
        return token

    def take(self, *texts: str) -> bool:
        """Whether the next token is one of these; if so it is taken."""
        if self.next.text in texts and self.next.kind != "end":
            self.at += 1
            return True
        return False

    def expect(self, *texts: str) -> None:
        """Take these tokens, one after the other."""
        for text in texts:
            if not self.take(text):
                raise self.fail(f"{text!r} expected, {self.next.text!r} found")

    def fail(self, message: str, token: Token | None = None) -> FormulaError:
        """The error at a token."""
        return FormulaError(message, (token or self.next).at, self.source)

    def whole(self) -> Formula:
        """The whole text as one formula or comparison."""
        try:
            tree = self.compare()
        except RecursionError:  # sum signs and d/dx nest without brackets, which are what the tokens' limit counts
            raise self.fail("the formula nests too deep") from None
        if self.next.kind != "end":
            raise self.fail(f"{self.next.text!r} is left over")
        return tree

    def compare(self) -> Formula:
        """A sum, or two with a relation between."""
        left = self.sum()
        sign = RELATION_SIGNS.get(self.next.text, self.next.text)
        if sign not in RELATIONS:
            return left
        self.at += 1
        return Compare(left, sign, self.sum())  # type: ignore[arg-type]

    def sum(self) -> Formula:
        """Terms with plus or minus between."""
        terms = [self._term()]
        while self.next.text in ("+", "-", "−"):
            minus = not self.take("+") and self.take("-", "−")
            term = self.hadamard()
            terms.append(Negative(term) if minus else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _term(self) -> Formula:
        return Negative(self.hadamard()) if self.take("-", "−") else self.hadamard()

    def hadamard(self) -> Formula:
        """Products with the sign of multiplication entry by entry between."""
        factors = [self.product()]
        while self.take(self.entrywise):
            factors.append(self.product())
        return factors[0] if len(factors) == 1 else Hadamard(tuple(factors))

    def product(self) -> Formula:
        """Factors with a dot between or side by side."""
        factors = [self.power()]
        while self.dot() or self.begins():
            factors.append(self.power())
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def power(self) -> Formula:
        """An atom, raised or not; or transposed."""
        base = self.atom()
        if not self.take("^"):
            return base
        if [self.next.text, *map(self.peek, range(1, len(self.transposition)))] == [*self.transposition]:
            self.expect(*self.transposition)
            return Transpose(base)
        return Power(base, self.group())

    def bracket(self) -> Formula:
        """What stands in parentheses, the opening one already read."""
        tree = self.compare()
        self.expect(")")
        return Bracket(tree)

    def call(self, name: str) -> Formula:
        """Primes and arguments of a function."""
        primes = self.primes()
        return Call(name, self.arguments(), primes)

    def arguments(self) -> tuple[Formula, ...]:
        """( a, b )"""
        self.expect("(")
        found = [self.compare()]
        while self.take(*self.between):
            found.append(self.compare())
        self.expect(")")
        return tuple(found)

    def primes(self) -> int:
        """How many primes follow."""
        count = 0
        while self.take(self.prime):
            count += 1
        return count

    def called(self, opening: tuple[str, ...]) -> bool:
        """Whether arguments follow, after any primes."""
        ahead = 0
        while self.peek(ahead) == self.prime:
            ahead += 1
        return self.peek(ahead) in opening

    def dot(self) -> bool:
        """Take a multiplication dot, if one follows."""
        raise NotImplementedError

    def begins(self) -> bool:
        """Whether the next token begins another factor."""
        raise NotImplementedError

    def atom(self) -> Formula:
        """A factor without its exponent."""
        raise NotImplementedError

    def group(self) -> Formula:
        """A formula in the dialect's grouping signs."""
        raise NotImplementedError
