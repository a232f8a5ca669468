"""A derivative as a person typed it: tokens in; ∂ of / ∂ by, d/dw of, ∇w, E'(w), Δw, and the loss with what it depends on, out."""

from __future__ import annotations

import re

from derivegen.formula.read.tokens import FormulaError, Token
from derivegen.formula.tree import Array, Bracket, Formula, Partial, Quantity
from derivegen.marking.read.own_functions import OwnReader
from derivegen.marking.read.unreadable import BEYOND, Unreadable
from derivegen.notation.spelling import Spelling

_LETTER = r"(?:\\hat\{?\w\}?|[a-z]_?hat|[^\W\d_](?:_?\w|\u0302)?)"
_DEPENDS = re.compile(rf"\({_LETTER}(?:\s?[,;]\s?{_LETTER}){{0,3}}\)")
"""Letters in brackets behind that of the loss."""


class DerivativeReader(OwnReader):
    """What is differentiated, and by what."""

    def _primed_loss(self) -> Formula | None:
        """E'(w5): the derivative of the loss by what stands in the brackets."""
        if self.peek() != "'" or self.peek(2) != "(" or self.names.resolve(Spelling(self.next.text)) != ("loss",):
            return None
        start, tokens = self.at, list(self.tokens)
        self.at += 3
        try:
            by = bare(self.symbol())
        except FormulaError:
            by = None
        if isinstance(by, Quantity | Array) and self.names.is_parameter(by.name) and self.take(")"):
            return self._derived(Quantity("loss"), by)
        self.at, self.tokens = start, tokens
        return None

    def _loss_of(self) -> Formula | None:
        """J(w), L(y, t): the loss with what it depends on in brackets behind it."""
        if self.peek() != "(" or self.names.resolve(Spelling(self.next.text)) != ("loss",):
            return None
        loss = self.names.graph.network.loss
        match = _DEPENDS.match(self.source, self.tokens[self.at + 1].at, self.tokens[-1].at)
        if match is None or (loss is not None and loss.is_unknown):
            return None
        while self.next.kind != "end" and self.next.at < match.end():
            self.at += 1
        return Quantity("loss")

    def _differential(self) -> Formula | None:
        """dL/dw2, if that is what follows."""
        start, tokens = self.at, list(self.tokens)
        if not self.next.text.startswith("d"):
            return None
        by_what = False
        try:
            if self.next.text == "d" and self.peek() == "/":
                return self._operator()
            of = self.differential()
            self.expect("/")
            by_what = self.next.text[:1] in ("d", "∂") and len(self.next.text) > 1
            return self._derived(of, self.differential())
        except FormulaError as problem:
            if isinstance(problem, Unreadable) and (problem.key == BEYOND or by_what):
                raise
            self.at, self.tokens = start, tokens
            return None

    def derivative(self) -> Formula:
        """∂ of / ∂ by; ∂_w of; ∂/∂w of."""
        if self.peek() == "_":
            self.at += 2
            by = bare(self.atom())
            return self._derived(bare(self.power()), by)
        if self.peek() == "/":
            return self._operator()
        of = self.differential()
        self.expect("/")
        return self._derived(of, self.differential())

    def _operator(self) -> Formula:
        """∂/∂w of, d/dw of: the sign of differentiation before what it is taken of."""
        self.at += 2
        by = self.differential()
        return self._derived(self.power(), by)

    def differential(self) -> Formula:
        """∂ or d and what it stands before."""
        token = self.next
        if token.kind == "name" and token.text.startswith("d") and len(token.text) > 1:
            self.tokens[self.at] = Token("name", token.text[1:], token.at + 1)
            return self.symbol()
        if not self.take("∂", "d"):
            raise self.fail("unexpected")
        return self.symbol() if self.next.kind == "name" else self.atom()

    def _derived(self, of: Formula, by: Formula) -> Formula:
        of, by = bare(of), bare(by)
        if isinstance(of, Quantity) and isinstance(by, Quantity):
            return Quantity(self.names.derivative(of.name, by.name))
        if isinstance(of, Quantity | Array) and isinstance(by, Quantity | Array):
            return Array(self.names.derivative(of.name, by.name))
        return Partial(of, by)

    def gradient(self) -> Formula:
        """∇_{w5} L, ∇w5, grad w5, grad(w5), ∇_w L(w)."""
        token, root = self.skip(), ("loss", self.names.graph.root)
        self.take("_", "of")
        by = bare(self.atom())
        if isinstance(by, Quantity) and by.name in root:
            raise Unreadable("unknown-name", token.at, name=token.text)
        found = self.names.resolve(Spelling(self.next.text)) if self.next.kind == "name" else ()
        if len(found) == 1 and found[0] in root:
            self.skip()
            if self.next.text == "(" and self._touches():
                while self.skip().text not in (")", ""):
                    pass
        return self._derived(Quantity("loss"), by)

    def change(self) -> Formula:
        """Δw5: what the update adds."""
        token = self.skip()
        tree = self.symbol()
        if isinstance(tree, Quantity | Array) and self.names.is_parameter(tree.name):
            return type(tree)(f"D{tree.name}")
        raise self.fail("unknown-name", token)


def bare(tree: Formula) -> Formula:
    while isinstance(tree, Bracket):
        tree = tree.body
    return tree
