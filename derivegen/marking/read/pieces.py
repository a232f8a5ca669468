"""The tokens of a line or display in; pieces out: what stands between words of prose, commas, gaps and line breaks."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

from derivegen.formula.read.tokens import Token
from derivegen.marking.read.indices import joined
from derivegen.marking.read.prose import OPERATORS, SIGNS_OF_RELATION, Words
from derivegen.marking.read.regions import Page
from derivegen.marking.read.typed_tokens import BREAKS
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass, field

_BOUNDARIES = (";", ",", "…", "。", "，", "；", "、", '"', "“", "”", "„", "»", "«")
WIDEST = 60
LEADING = (
    "so",
    "thus",
    "hence",
    "then",
    "therefore",
    "and",
    "or",
    "which",
    "also",
    "daher",
    "somit",
    "und",
    "oder",
    "dann",
    "donc",
    "et",
    "y",
    "e",
    "luego",
    "logo",
)
"""Words before the next step of a chain."""
_AND = ("y", "e", "и", "i", "u")
"""Words of one letter between statements."""
LONGEST_FACTOR = 48
"""Tokens of a parenthesis behind a wide gap."""
MOST_OF_NAME = 8
"""Tokens of a name before a colon."""
_GAP = re.compile(r"(?<!\s)(?:[ \t]{2,}|\t)$|^[ \t]{50,}$")
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
_WORDS = ("string", "name", "command")
"""The kinds of tokens that may be words of a sentence."""
_ROW_ENVIRONMENTS = ("aligned", "split", "align", "gathered", "alignedat", "eqnarray", "equation", "derivation", "")


@dataclass(slots=True)
class Piece:
    """Tokens between two boundaries, the word right before, whether a comma ended it, and where that is."""

    tokens: list[Token] = field(default_factory=list)
    word: Token | None = None
    first: bool = False
    word_after: Token | None = None
    comma: bool = False
    end: int = 0
    named: bool = False
    """Whether the word is all that stands between a boundary and these tokens: a name nobody knows."""


class Cutter:
    """Cuts tokens into pieces. Inside a formula a word is a name; in a line of text one that is none is prose."""

    def __init__(self, tokens: list[Token], page: Page, names: Names) -> None:
        tokens = joined(tokens, page.text, names)
        self.behind = {token.at: later.at for token, later in pairwise(tokens)}
        self.tokens, self.page = _without_rows(tokens), page
        self.words = Words(self.tokens, page, names)
        self.piece, self.done = Piece(first=True), list[Piece]()
        self.open: list[int] = []

    def pieces(self, end: int) -> list[Piece]:
        """All pieces, those without tokens left out."""
        at = 0
        while at < len(self.tokens):
            self._one(self.tokens[at], at)
            at = self._after_call(at)
        self._flush(end)
        return self.done

    def _after_call(self, at: int) -> int:
        """The place after a token; after a word that is no name, behind the parentheses that touch it, the arguments of some program."""
        if (
            at + 1 >= len(self.tokens)
            or self.tokens[at + 1].text != "("
            or not self.words.touches(at + 1)
            or not self._is_prose(at)
        ):
            return at + 1
        depth = 0
        for place in range(at + 1, len(self.tokens)):
            depth += (self.tokens[place].text in OPENING) - (self.tokens[place].text in CLOSING)
            if not depth:
                return place + 1
        return at + 1

    def _one(self, token: Token, at: int) -> None:
        text = token.text
        if self._heads(at):
            self.piece.tokens.append(Token("sign", "=", token.at))
        elif self._is_apart(at):
            self._flush(token.at)
        if text in _AND and self._joins(at):
            self._flush(token.at, token)
            return
        if self._is_prose(at):
            self._cut_open(token.at)
            self._flush(token.at, token)
        elif text in ("=>", "⇒", "\\Rightarrow") and not self.open and self._leads_to_number(at):
            changes = any(one.text == ":" for one in self.piece.tokens)  # w6: 0.45 => 0.41
            self.piece.tokens.append(Token("sign", "→" if changes else "=", token.at))
        elif text in BREAKS and not self._in_matrix():
            self.open = []
            self._flush(token.at, first=text in ("\\\\", "\\newline", "\\cr"))
        elif text == "$":
            self._at_edge(at)
        elif self.open or text in OPENING or text.startswith("begin "):
            self._bracketed(token, at)
        elif text in _BOUNDARIES or text in CLOSING or (text in ".#" and not self._is_inside(at)):
            self.piece.comma = text == ","
            self._flush(token.at)
        elif text != "&":
            self.piece.tokens.append(token)

    def _joins(self, at: int) -> bool:
        """Whether a letter between a number and a name of which something is said next is a word: w5 = 0.36 y w6 = 0.41."""
        if not 0 < at < len(self.tokens) - 2 or self.tokens[at - 1].kind != "number" or not has_relation(self.piece):
            return False
        after, text = self.tokens[at + 1], self.page.text
        apart = text[self.tokens[at].at - 1].isspace() and text[self.tokens[at].at + 1].isspace()
        ahead = [token.text for token in self.tokens[at + 2 : at + 2 + MOST_OF_NAME]]
        first = next((sign for sign in ahead if sign in SIGNS_OF_RELATION or sign in _BOUNDARIES), "")
        return apart and (after.kind == "name" or after.text == "∂") and first in SIGNS_OF_RELATION

    def _leads_to_number(self, at: int) -> bool:
        """Whether an arrow stands between a symbol and a number: h => 0.5744."""
        name, behind = self.piece.tokens, self.tokens[at + 1 : at + 4]
        if not name or len(name) > MOST_OF_NAME or name[0].kind not in ("name", "sign") or has_relation(self.piece):
            return False
        number = [token for token in behind[:2] if token.kind == "number"]
        ends = behind[1 + (behind[0].text == "-") :][:1] if behind else []
        return bool(number) and (not ends or ends[0].text in (*_BOUNDARIES, ".", "$") or ends[0].kind == "string")

    def _in_matrix(self) -> bool:
        return any(self.piece.tokens[place].text.startswith("begin ") for place in self.open)

    def _bracketed(self, token: Token, at: int) -> None:
        """A token that opens a bracket or stands in one."""
        text = token.text
        if text == "(" and not self.open and self._holds_statement(at):
            if not (
                self.piece.tokens and self.tokens[at + 1].text in SIGNS_OF_RELATION
            ):  # y: 0.37 (= 0.3 + 0.07) goes on
                self._flush(token.at)
            return
        if text in OPENING or text.startswith("begin "):
            self.open.append(len(self.piece.tokens))
        elif (text in CLOSING or text.startswith("end ")) and self.open:
            self.open.pop()
        if text != "&" or self._in_matrix():
            self.piece.tokens.append(token)

    def _holds_statement(self, at: int) -> bool:
        """Whether a parenthesis set apart in a line of text holds a relation of its own: (m = 1)."""
        token = self.tokens[at]
        if self.page.formulas[token.at] or (at and self.tokens[at - 1].kind == "name" and self.words.touches(at)):
            return False
        if at and self.tokens[at - 1].text in OPERATORS | {")"}:
            return False
        depth = 0
        for later in self.tokens[at:]:
            depth += (later.text in OPENING) - (later.text in CLOSING)
            if not depth:
                return False
            if depth == 1 and later.text in SIGNS_OF_RELATION:
                return True
        return False

    def _heads(self, at: int) -> bool:
        """Whether a symbol stands in a column of its own before a calculation with its result: z    0.4*0.5 + 0.1 = 0.3."""
        symbol, text = self.piece.tokens, self.page.text[: self.tokens[at].at]
        if not 0 < len(symbol) <= MOST_OF_NAME or not self.piece.first or _GAP.search(text[-WIDEST:]) is None:
            return False
        ahead = [token.text for token in takewhile(is_calculated, self.tokens[at : at + LONGEST_FACTOR])]
        after = self.tokens[at + len(ahead)].text if at + len(ahead) < len(self.tokens) else ""
        known = symbol[0].text == "∂" or (symbol[0].kind == "name" and self.words.is_known(at - len(symbol)))
        return known and after in SIGNS_OF_RELATION and any(text in "+-*/" for text in ahead[1:])

    def _is_apart(self, at: int) -> bool:
        """Whether a wide gap in a line of text, as between columns, sets a token off, and no sign joins it."""
        token = self.tokens[at]
        if not self.page.text[token.at - 2 : token.at].isspace():
            return False
        gap = _GAP.search(self.page.text, max(0, token.at - WIDEST), token.at)
        if gap is None or self.open or self.page.formulas[token.at] or not at:
            return False
        before = self.tokens[at - 1].text
        return token.text not in OPERATORS - {"("} and before not in OPERATORS and not self._is_factor(at)

    def _is_factor(self, at: int) -> bool:
        """Whether a parenthesis holds a sum or a power, as a factor does, and no number of a line: ½  (y − t)²."""
        if self.tokens[at].text != "(":
            return False
        depth, within = 0, False
        for place in range(at, min(at + LONGEST_FACTOR, len(self.tokens))):
            text = self.tokens[place].text
            depth += (text in OPENING) - (text in CLOSING)
            within |= text in ("+", "-", "*", "/") and place > at + 1
            if text in SIGNS_OF_RELATION or self.tokens[place].kind == "string":
                return False
            if not depth:
                return within
        return False

    def _is_inside(self, at: int) -> bool:
        """Whether a dot or # stands inside a name: np.exp, w.1.2.3, w[1]#7."""
        if not 0 < at < len(self.tokens) - 1 or not (self.words.touches(at) and self.words.touches(at + 1)):
            return False
        after = self.tokens[at + 1]
        return after.kind in ("number", "name") or after.text == "_"

    def _at_edge(self, at: int) -> None:
        """The edge of a formula in a line: a boundary unless a sign beside it joins what stands on both sides."""
        before = self.piece.tokens[-1].text if self.piece.tokens else ""
        after = next((token.text for token in self.tokens[at + 1 :] if token.text != "$"), "")
        if before not in OPERATORS and after not in OPERATORS - {"(", "_", "'"}:
            self._flush(self.tokens[at].at)

    def _cut_open(self, end: int) -> None:
        """Leave off what follows a bracket that words have broken off."""
        if self.open:
            place = self.open[0]
            end = self.piece.tokens[place].at
            del self.piece.tokens[place:]
            self.open = []
            self._flush(end)

    def _flush(self, end: int, word: Token | None = None, first: bool = False) -> None:
        self.open = []
        self.piece.end = self.behind.get(self.piece.tokens[-1].at, end) if self.piece.tokens else end
        self.piece.word_after = word
        named = (
            word is not None and not self.piece.tokens and self.piece.word is None and word.text.lower() not in LEADING
        )
        if self.piece.tokens:
            self.done.append(self.piece)
        self.piece = Piece(
            word=word, named=named, first=first or (self.piece.first and not self.piece.tokens and word is None)
        )

    def _is_prose(self, at: int) -> bool:
        kind = self.tokens[at].kind
        if kind not in _WORDS:
            return False
        if kind == "string":
            return not self._in_matrix()
        return not self._is_mark() and self.words.is_prose(at)

    def _is_mark(self) -> bool:
        """Whether braces of an index are open, in which words are marks: w^{new}."""
        return bool(self.open) and self.piece.tokens[self.open[-1]].text == "{"


def is_calculated(token: Token) -> bool:
    """Whether a token is one of a calculation with numbers alone."""
    return token.kind in ("number", "raised") or token.text in ("+", "-", "*", "/", "^", "(", ")")


def _without_rows(tokens: list[Token]) -> list[Token]:
    """The tokens without the begin and end of environments whose rows are lines of their own: all that hold relations."""
    if not any(token.kind == "command" for token in tokens):
        return tokens
    dropped, waiting = set[int](), list[tuple[int, bool]]()
    for place, token in enumerate(tokens):
        if token.text.startswith("begin "):
            waiting.append((place, token.text[6:] in _ROW_ENVIRONMENTS))
        elif token.text in SIGNS_OF_RELATION and waiting and tokens[waiting[-1][0]].text == "begin array":
            waiting[-1] = (waiting[-1][0], True)
        elif token.text.startswith("end ") and waiting:
            start, rows = waiting.pop()
            dropped |= {start, place} if rows else set()
        elif token.text.startswith("end "):
            dropped.add(place)
    dropped |= {place for place, _ in waiting}
    return [token for place, token in enumerate(tokens) if place not in dropped]


def has_relation(piece: Piece) -> bool:
    return any(token.text in SIGNS_OF_RELATION for token in piece.tokens)
