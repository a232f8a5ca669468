"""Which words of a line are prose: tokens, the page and the names that are known go in; of each word
whether it belongs to a formula comes out."""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.formula.functions import TYPED
from derivegen.formula.read.tokens import Token
from derivegen.marking.read.function_words import ACTIVATION, FUNCTIONS, PRODUCTS, WRAPPERS, slope_of
from derivegen.marking.read.regions import Page
from derivegen.marking.read.symbols import IMPLIED
from derivegen.marking.read.typed_tokens import COMPARISONS, MARKS, RELATIONS
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import bare

SIGNS_OF_RELATION = frozenset(RELATIONS.values())
OPERATORS = frozenset({"+", "-", "*", "/", "^", "⊙", "@", "_", ":", "(", "'"}) | SIGNS_OF_RELATION

_PLAIN_COMMANDS = ("\\frac", "\\dfrac", "\\tfrac", "\\sqrt", "\\sum", "\\boxed", "\\cancel", "\\underbrace")
BEFORE_NUMBERS = frozenset(typed for typed, each in TYPED.items() if each.operator and each.arity == (1, 1))
"""Functions whose argument may stand behind them without parentheses: ln 2."""
_BEFORE_FUNCTIONS = SIGNS_OF_RELATION | {"+", "-", "*", "/", "⊙"}
_BEHIND_OPERANDS = frozenset("+-*/^⊙()")
_WORDS_IN_FORMULAS = ("grad", "gradient", "np", "numpy", "math", "torch", "Delta", "d")

_OF_MODULES = ("weight", "bias")
"""What torch calls the arrays of a layer, behind a point: fc2.weight."""


class Words:
    """The words among the tokens of a region. Inside a formula a word is a name; in a line of text one that is none is prose."""

    def __init__(self, tokens: Sequence[Token], page: Page, names: Names) -> None:
        self.tokens, self.page, self.names = tokens, page, names

    def touches(self, at: int) -> bool:
        """Whether nothing stands between a token and the one before it."""
        before, token, text = self.tokens[at - 1], self.tokens[at], self.page.text
        if text[before.at] == "\\":  # \hat{m}: a command is longer than what it stands for
            return not text[token.at - 1].isspace()
        return token.at - before.at <= len(before.text)

    def is_prose(self, at: int) -> bool:
        token = self.tokens[at]
        if self.page.formulas[token.at] or token.kind not in ("name", "command"):
            return False
        if token.kind == "command":
            return (
                token.text not in _PLAIN_COMMANDS
                and token.text not in COMPARISONS
                and not token.text.startswith(("begin", "end"))
            )
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else Token("end", "", 0)
        return not self._is_name(token, at, after)

    def _is_name(self, token: Token, at: int, after: Token) -> bool:
        """Whether a word in a line of text belongs to a formula."""
        text = token.text
        touching = after.kind != "end" and self.touches(at + 1)
        if at and self.tokens[at - 1].text in ("_", "^") and self.touches(at):
            return True
        if at > 1 and self.touches(at) and self.touches(at - 1) and self.tokens[at - 1].kind == "number":
            return self.tokens[at - 2].kind == "name"  # h1in
        if touching and (after.kind in ("number", "lowered", "raised") or after.text in ("_", "^", "'", "@")):
            return True
        if touching and after.text == "[" and at + 2 < len(self.tokens) and self.tokens[at + 2].text.isdigit():
            return True  # a[2][1]
        if text in _OF_MODULES and at and self.tokens[at - 1].text == "." and self.touches(at):
            return True
        if len(text) == 1:
            return (
                text not in "aAI" or bool(self.names.resolve(Spelling(text))) or (touching and after.text in OPERATORS)
            )
        if text in (*WRAPPERS, *PRODUCTS) or text.lower() in ACTIVATION[1:]:
            return after.text == "("
        if text in FUNCTIONS or text.lower() in FUNCTIONS or slope_of(text.lower()):
            called = after.text in ("(", "'", "[", "{") or (after.kind == "number" and text in BEFORE_NUMBERS)
            return called or self._is_applied(at, after)
        if text in _WORDS_IN_FORMULAS or bare(text) in MARKS:
            return self._beside_name(at)
        if self._is_known(text):
            return not self._runs_on(at, after)
        return self._is_joined(at, after, touching)

    def _is_applied(self, at: int, after: Token) -> bool:
        """Whether a function stands in a formula before its argument without parentheses: h = sigmoid z."""
        if not at or not (self.tokens[at - 1].text in _BEFORE_FUNCTIONS or self._is_multiplied(at)):
            return False
        if after.text == "-" and at + 2 < len(self.tokens):  # exp -z
            at, after = at + 1, self.tokens[at + 2]
        letter = len(after.text) == 1 or after.text[1:] in ("hat", "bar", "tilde")
        symbol = after.kind == "name" and (letter or self._is_marked(at + 1))
        return after.kind == "number" or (symbol and self.is_known(at + 1))

    def _is_multiplied(self, at: int) -> bool:
        """Whether an operand stands before a logarithm or its like: y ln p."""
        before = self.tokens[at - 1]
        operand = before.kind in ("number", "lowered") or before.text in (")", "]")
        operand |= before.kind == "name" and len(before.text) == 1
        return self.tokens[at].text in BEFORE_NUMBERS and operand

    def _is_known(self, text: str) -> bool:
        return bool(self.names.resolve(Spelling(text)) or self.names.identifier(text)) or (
            text[0] == "d" and bool(self.names.resolve(Spelling(text[1:])))
        )

    def _runs_on(self, at: int, after: Token) -> bool:
        """Target t = 0.6: a word before a name or number, with a space between, is prose."""
        opens = after.kind in ("name", "number", "string") or after.text in ("(", "∂", "$")
        opens |= after.kind == "command" and after.text not in RELATIONS
        marked = after.kind == "name" and bare(after.text) in MARKS
        marked |= after.text == "(" and at + 2 < len(self.tokens) and bare(self.tokens[at + 2].text) in MARKS
        return (
            opens
            and not marked
            and not (after.text == "$" and self._then_relation(at))
            and (not self.touches(at + 1) or after.text == "$")
        )

    def _then_relation(self, at: int) -> bool:
        later = [token.text for token in self.tokens[at + 2 : at + 3]]
        return bool(later) and later[0] in OPERATORS

    def _beside_name(self, at: int) -> bool:
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        before = self.tokens[at - 1] if at else None
        if after is not None and (
            after.text in ("(", "_", ".", "^") or (after.kind == "name" and self.is_known(at + 1))
        ):
            return True
        if before is None:
            return False
        if before.text == "." and self.touches(at):
            return True
        opened = before.text in ("(", "{", "_") and at > 1 and self.touches(at)
        before = self.tokens[at - 2] if opened and before.text == "(" else before
        behind = before.kind in ("name", "number", "lowered", "raised") or before.text in ("}", "]", "_")
        return (
            behind
            and bare(self.tokens[at].text) in MARKS
            and not self._prose_before(at - 1 - (opened and before.text != "_"))
        )

    def _prose_before(self, at: int) -> bool:
        """Whether a word stands there that is no name: the old one."""
        token = self.tokens[at]
        return (
            token.kind == "name"
            and not self.is_known(at)
            and not (at and self.touches(at) and self.tokens[at - 1].text in "_^")
        )

    def is_known(self, at: int) -> bool:
        """Whether a token is a name, or has an index."""
        return self._is_marked(at) or self._is_known(self.tokens[at].text)

    def _is_marked(self, at: int) -> bool:
        """Whether an index, a number or what is raised follows."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else Token("end", "", 0)
        return after.kind in ("number", "lowered", "raised") or after.text in ("_", "^")

    def _is_joined(self, at: int, after: Token, touching: bool) -> bool:
        """wx in z = wx + b: letters that are each a name, or a word that a sign touches on either side."""
        text = self.tokens[at].text
        sign_after = touching and after.text in OPERATORS - {":", "=", "-", "(", "'"}
        sign_before = at > 0 and self.touches(at) and self.tokens[at - 1].text in ("=", "+", "*", "/")
        if text in IMPLIED:
            sign_after |= touching and after.text in ("-", ")")
            sign_before |= at > 0 and self.touches(at) and self.tokens[at - 1].text in ("-", "(")
            between = at > 0 and self.tokens[at - 1].text in OPERATORS - {":"} and after.text in _BEHIND_OPERANDS
            return sign_after or sign_before or between or after.text in ("=", "≈")
        return len(text) <= 4 and (sign_after or sign_before)
