"""A word in a formula as a person typed it: tokens in; a quantity, a derivative, or a function with its arguments out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from derivegen.formula.functions import EXP
from derivegen.formula.read.grammar import ARITY
from derivegen.formula.read.tokens import FormulaError, Token
from derivegen.formula.tree import (
    ONE,
    BigSum,
    Bracket,
    Call,
    Formula,
    Negative,
    Product,
    Quantity,
    Sum,
    Transpose,
)
from derivegen.marking.read.derivatives import DerivativeReader
from derivegen.marking.read.function_words import ACTIVATION, FUNCTIONS, PRODUCTS, WRAPPERS, slope_of
from derivegen.marking.read.index_marks import OPENING
from derivegen.marking.read.symbols import IDENTIFIER, primed
from derivegen.marking.read.unreadable import Unreadable
from derivegen.notation.spelling import Spelling
from derivegen.notation.vocabulary import NEW_WORDS
from derivegen.notation.vocabulary import bare as bare_word

MODULES = ("np", "numpy", "math", "torch")
_FREE = ("f", "g", "φ", "Φ", *ACTIVATION)
"""Letters and words that many use for whatever the activation is."""
INDICES = "ijklmn"
"""Letters that count units."""
_LIMITS = re.compile(rf"([{INDICES}])(?:=(\d))?")
_OF_INDICES = {*INDICES, *"0123456789,"}
MOST_WRITTEN, MOST_TERMS = 200, 2_000
"""Terms of all the sums of a side, and of a text, that are written out; with more nothing is read of it."""
EULER = EXP(ONE)
"""The base e."""


class NamedReader(DerivativeReader):
    """What begins with a word."""

    def name(self) -> Formula:
        """A quantity, a function with its arguments, a derivative."""
        token = self.next
        if (own := self.own_function()) is not None:
            return own
        if token.text in WRAPPERS and self.peek() == "(":
            return self.wrapped()
        if token.text in PRODUCTS and self.peek() == "(":
            return self.matrix_product()
        if token.text in MODULES and self.peek() == ".":
            self.at += 2
            return self.name() if self.next.kind == "name" else self.atom()
        if token.text in ("Δ", "Delta") and self.tokens[self.at + 1].kind == "name":
            return self.change()
        if token.text == "Σ":
            return self.sum_sign(self.skip())
        if token.text in ("∇", "grad", "gradient"):
            return self.gradient()
        if bare_word(token.text) in NEW_WORDS and self.tokens[self.at + 1].kind == "name":
            self.at += 1
            return primed(self.name())
        return self._differential() or self._primed_loss() or self._loss_of() or self._function() or self.symbol()

    def wrapped(self) -> Formula:
        """array([...]), tensor([...], requires_grad=True): what stands in the list."""
        self.at += 2
        tree, depth = self.sum(), 1
        while depth:
            text = self.skip().text
            depth += (text in OPENING) - (text in OPENING.values())
        return tree

    def matrix_product(self) -> Formula:
        """dot(a, b), matmul(a, b), outer(a, b)."""
        name = self.skip().text
        self.skip()
        left = self.sum()
        self.expect(",")
        right = self.sum()
        self.expect(")")
        return Product((left, Transpose(right) if name == "outer" else right))

    def sum_sign(self, token: Token) -> Formula:
        """A sum over the rows of data that are any number of rows; one over units is written out."""
        if self.next.text != "_":
            return self._over_outputs(token)
        letter = self.names.notation.row_letter
        self.expect("_")
        limits = self._group() if self.next.text == "{" else self.skip().text
        last = ""
        if self.take("^"):
            last = self._group() if self.next.text == "{" else self.skip().text
        rows = self.names.graph.network.rows
        if isinstance(rows, str) and limits.partition("=")[0] in (letter, "r", "i", "n"):
            return BigSum(self.product(), Quantity("r"), ONE, Quantity(rows))
        bound = _LIMITS.fullmatch(limits)
        if bound is None:
            raise self.fail("sum-sign", token)
        terms = self._terms(bound[1], int(bound[2] or 1), last)
        if not terms:
            raise self.fail("sum-sign", token)
        return terms[0] if len(terms) == 1 else Bracket(Sum(tuple(terms)))

    def _over_outputs(self, token: Token) -> Formula:
        """A sum without a letter, Σ ½ (target − output)²: over the outputs, of which words without an index are said."""
        graph, unit, start, tokens = self.names.graph, self.unit, self.at, list(self.tokens)
        terms = list[Formula]()
        for number in range(1, graph.n_outputs + 1 if graph.layered and graph.network.single else 1):
            self._count(token)
            self.at, self.tokens, self.unit = start, list(tokens), f"[{graph.depth}][{number}]"
            terms.append(self.product())
        self.unit = unit
        if not terms or (len(terms) > 1 and terms[0] == terms[1]):
            raise self.fail("sum-sign", token)
        return terms[0] if len(terms) == 1 else Bracket(Sum(tuple(terms)))

    def _count(self, token: Token) -> None:
        """Note one term more. Raises Unreadable where they are too many."""
        self.written += 1
        if self.written > MOST_WRITTEN:
            raise Unreadable("too-long", token.at)
        if next(self.terms) > MOST_TERMS:
            raise Unreadable("too-much", token.at)

    def _terms(self, letter: str, first: int, last: str) -> list[Formula]:
        """What stands behind a sum sign with the numbers in the place of its letter: up to the last, else as far as there are units."""
        start, tokens, found = self.at, list(self.tokens), list[Formula]()
        end = start
        for number in count(first):
            if last.isdigit() and number > int(last):
                break
            put_in = _put_in(tokens, start, letter, str(number))
            self.at, self.tokens = start, list(put_in)
            self._count(tokens[start])
            try:
                found.append(self.product())
            except FormulaError:
                if last.isdigit() or self.written > MOST_WRITTEN:
                    raise
                break
            end = self.at + len(tokens) - len(self.tokens)
        self.at, self.tokens = end, tokens
        return found if put_in != tokens else []

    def _function(self) -> Formula | None:
        """A function with its arguments, if that is what follows."""
        token, start = self.next, self.at
        name, primes = self._function_name(token)
        if name is None:
            return None
        self.skip()
        primes += self.primes()
        alone = self.next.text not in ("(", "{", "[")
        if name == EXP.name and token.text == "e" and (self.next.text == "^" or self.next.kind == "raised"):
            return EULER
        if (name == EXP.name and token.text == "e") or (alone and len(token.text) == 1 and token.text not in FUNCTIONS):
            self.at = start
            return None
        if alone:
            return Call(name, (Negative(self.power()) if self.take("-") else self.power(),), primes)
        opening = self.skip().text
        arguments = [self.sum()]
        while self.take(",", ";"):
            arguments.append(self.sum())
        self.expect(OPENING[opening])
        fewest, most = ARITY.get(name, (1, 2))
        if not fewest <= len(arguments) <= most:
            raise self.fail("unknown-function", token)
        return Call(name, tuple(arguments), primes)

    def _function_name(self, token: Token) -> tuple[str | None, int]:
        """Which function a word stands for, and how often it is differentiated by its name."""
        written = IDENTIFIER.match(self.source, token.at)
        slope = slope_of(written[0].lower()) if written else None
        if (told := slope_of(token.text)) is not None:
            return told, 1
        if slope is not None and written is not None:
            while self.tokens[self.at + 1].at < written.end() and self.tokens[self.at + 1].kind != "end":
                del self.tokens[self.at + 1]
            return slope, 1
        if token.text == "e" and self.names.graph.locate("e") is None:
            return EXP.name, 0
        known = FUNCTIONS.get(token.text) or (FUNCTIONS.get(token.text.lower()) if len(token.text) > 1 else None)
        if known is not None or not self._is_called():
            return known, 0
        return self._unknown_function(token.text), 0

    def _is_called(self) -> bool:
        """Whether arguments follow the next token, after any primes."""
        ahead = 1
        while self.peek(ahead) == "'":
            ahead += 1
        return self.peek(ahead) == "("

    def _unknown_function(self, letter: str) -> str | None:
        """The function a letter before a parenthesis stands for: an abstract one of the network, or its only activation."""
        loss = self.names.graph.network.loss
        if loss is not None and loss.is_unknown and self.names.resolve(Spelling(letter)) == ("loss",):
            return "C"
        if letter in self.names.graph.letters(unknown=True):
            return letter
        bent = {layer.a.rule for layer in self.names.graph.stack if not layer.linear}
        only = next(iter(bent), "") if len(bent) == 1 else ""
        return (
            only if letter in _FREE and only in ARITY and not self.names.resolve(Spelling(letter), own=True) else None
        )


def _put_in(tokens: Sequence[Token], start: int, letter: str, number: str) -> list[Token]:
    """The tokens from a place on with a number for a letter, where that stands in an index."""
    found, depth = list(tokens), 0
    for place in range(start, len(tokens)):
        token, before = tokens[place], tokens[place - 1].text
        opens = token.text == "{" and before in ("_", "^")
        depth += (opens or (token.text == "{" and depth > 0)) - (token.text == "}" and depth > 0)
        below = token.kind == "name" and (depth or before in ("_", "^"))
        if (below or token.kind in ("lowered", "raised")) and set(token.text) <= _OF_INDICES:
            found[place] = token._replace(text=token.text.replace(letter, number))
    return found
