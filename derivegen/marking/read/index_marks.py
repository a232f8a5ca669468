"""What stands below, above and behind a letter: tokens in; the text of an index, of what is raised, of a group out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from derivegen.formula.read.reading import Reader
from derivegen.formula.read.tokens import TYPED, FormulaError, Token
from derivegen.marking.read.headed import StandsUnder
from derivegen.marking.read.unreadable import REASONS, Unreadable
from derivegen.notation.typed_names import Names

MOST_COUNTED = 14
"""Tokens of a symbol with its indices."""
MOST_OF_MARK = 9
"""Tokens of what says at a symbol after how many updates it is."""
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = frozenset(OPENING.values())


class MarkReader(Reader):
    """The tokens of one side; `source` is what they were cut from."""

    def __init__(self, text: str, tokens: Sequence[Token], names: Names, end: int, unit: str = "") -> None:
        self.source, self.names = text, names
        self.tokens = [*tokens, Token("end", "", end)]
        self.at = self.depth = self.reached = self.written = 0
        self.between_bars = False
        self.counted = len(tokens) < MOST_COUNTED
        """Whether a whole number in brackets behind a parameter counts its updates: where the parameter is all there is on a side, or the
        left side does so."""
        self.unit = unit
        """The unit that a line is about, of which out and net are meant."""
        self.takes_target = False
        """Whether a name that may be the output's or the target's is the target's."""
        self.terms = count(1)
        """Counts the terms of all sums of the text that are written out."""
        self.under = StandsUnder()
        """The example or the step in time that a line is about."""
        _check_size(self.tokens)

    def fail(self, message: str, token: Token | None = None) -> FormulaError:
        token = token or self.next
        key = message if message in REASONS else "unexpected" if token.text else "early-end"
        return Unreadable(key, token.at, found=token.text)

    def _below(self) -> str:
        """An index below: lowered digits, _1, _{11}, or digits right behind the letters."""
        if self.next.kind == "lowered":
            return self.skip().text
        if self.take("_"):
            return self._group() if self.next.text in ("{", "(") else self._loose()
        if self.next.kind == "number" and self._touches() and self.next.text.replace(",", "").isdigit():
            return self.skip().text
        return ""

    def _loose(self) -> str:
        """Behind an underscore without braces: a number, or a word with its digits."""
        if self.next.kind not in ("number", "name", "lowered"):
            raise self.fail("unexpected")
        text = self.skip().text
        if self.next.kind in ("number", "lowered") and self._touches() and text.isalpha():
            text += self.skip().text
        return text

    def _above(self) -> str:
        """An index above: raised digits, ^2, ^{(2)}, ^(2), ^{[1](2)} of a layer and a step, ^new."""
        if self.next.kind == "raised":
            return self.skip().text
        if self.next.text != "^" or self.peek() in ("T", "⊤"):
            return ""
        start = self.at
        self.skip()
        if self.next.text in ("{", "("):
            opening = self.next.text
            text = self._group()
            if opening == "(":
                text = f"({text})"
        elif self.next.kind in ("number", "name") or self.next.text in ("+", "'"):
            text = self.skip().text
        else:
            text = ""
        if re.fullmatch(r"[\[(]\w{1,4}[\])][T⊤]", text):  # A^{[1]T}
            self.tokens.insert(self.at, Token("sign", "⊤", self.next.at))
            text = text[:-1]
        if re.fullmatch(r"\[\w{1,4}\]|<\w{1,4}>", text):
            text = f"({text[1:-1]})"
        if not re.fullmatch(r"(?:\[\d{1,3}\])?[(]?[\w+,'\-]{1,12}[)]?(?:\(\d{1,4}\))?", text):
            self.at = start
            return ""
        return text

    def _group(self) -> str:
        """The text of a group in braces or parentheses, without spaces."""
        closing = OPENING[self.skip().text]
        text, depth = "", 1
        while True:
            token = self.skip()
            depth += (token.text in OPENING) - (token.text in OPENING.values())
            if not depth:
                break
            text += token.text
        if token.text != closing:
            raise self.fail("unexpected", token)
        return text

    def _mark(self) -> tuple[list[str], int]:
        """What stands below, above or in brackets behind a symbol, and how many tokens that is: _new, _{t+1}, ^{(1)}, (n), [t]."""
        inner, closing = list[str](), list[str]()
        for n in range(self.next.text in ("_", "^"), MOST_OF_MARK):
            text = self.peek(n)
            if text in OPENING:
                closing.append(OPENING[text])
            elif closing and text == closing[-1]:
                closing.pop()
            else:
                inner.append(text)
            if not closing:
                return inner, n + 1
        return [], 0

    def _touches(self) -> bool:
        """Whether nothing stands between the next token and the one before it."""
        return self.next.at > 0 and not self.source[self.next.at - 1].isspace()


def _check_size(tokens: Sequence[Token]) -> None:
    """Refuse what is longer or nests deeper than a formula may."""
    if len(tokens) > TYPED.tokens or tokens[-1].at - tokens[0].at > TYPED.characters:
        raise Unreadable("too-long", tokens[min(len(tokens) - 1, TYPED.tokens)].at)
    depth = 0
    for token in tokens:
        if token.text in OPENING:
            depth += 1
            if depth > TYPED.depth:
                raise Unreadable("too-deep", token.at)
        elif token.text in CLOSING:
            depth -= 1
