"""The tokens of a line or display in; chains out: what stands between words, commas and line breaks, cut at its relations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from derivegen.formula.functions import TYPED
from derivegen.formula.read.tokens import Token
from derivegen.marking.read.named import FUNCTIONS, PRODUCTS, WRAPPERS
from derivegen.marking.read.regions import Page
from derivegen.marking.read.symbols import IMPLIED
from derivegen.marking.read.typed_tokens import BREAKS, COMPARISONS, MARKS, RELATIONS
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import bare

SIGNS_OF_RELATION = frozenset(RELATIONS.values())
_OPERATORS = frozenset({"+", "-", "*", "/", "^", "⊙", "@", "_", ":", "(", "'"}) | SIGNS_OF_RELATION
_BOUNDARIES = (";", ",", "…", '"', "“", "”", "„", "»", "«")
MOST_ASSIGNED = 12
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
MOST_OF_NAME = 8
"""Tokens of a name before a colon."""
_GAP = re.compile(r"(?<!\s)[ \t]{2,}$|^[ \t]{50,}$")
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_PLAIN_COMMANDS = ("\\frac", "\\dfrac", "\\tfrac", "\\sqrt", "\\boxed", "\\cancel", "\\underbrace")
_ROW_ENVIRONMENTS = ("aligned", "split", "align", "gathered", "alignedat", "eqnarray", "equation", "derivation", "")
BEFORE_NUMBERS = frozenset(typed for typed, each in TYPED.items() if each.operator and each.arity == (1, 1))
"""Functions whose argument may stand behind them without parentheses: ln 2."""
_WORDS_IN_FORMULAS = ("grad", "gradient", "np", "numpy", "math", "torch", "Delta", "d")


@dataclass(slots=True)
class Chain:
    """Sides with the relations between them, each side its tokens; where it begins and where its last side ends; whether it goes on
    with the chain before; the words right before and right behind it."""

    sides: list[list[Token]]
    relations: list[Token]
    ends: list[int]
    goes_on: bool = False
    word: Token | None = None
    word_after: Token | None = None


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


def chains(tokens: Sequence[Token], page: Page, names: Names, end: int) -> list[Chain]:
    """The chains of equalities in the tokens of one region."""
    found: list[Chain] = []
    for piece in _assigned(_Cutter(list(tokens), page, names).pieces(end)):
        if found and piece.first and piece.tokens[0].text in ("+", "-", "*", "⊙") and not _has_relation(piece):
            found[-1].sides[-1] += piece.tokens
            found[-1].ends[-1] = piece.end
            continue
        chain = _cut(piece, bool(found), names)
        if chain is not None:
            found.append(chain)
    return found


class _Cutter:
    """Cuts tokens into pieces. Inside a formula a word is a name; in a line of text one that is none is prose."""

    def __init__(self, tokens: list[Token], page: Page, names: Names) -> None:
        self.behind = {token.at: later.at for token, later in pairwise(tokens)}
        self.tokens, self.page, self.names = _without_rows(tokens), page, names
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
            or not self._touches(at + 1)
            or not self._is_prose(at)
        ):
            return at + 1
        depth = 0
        for place in range(at + 1, len(self.tokens)):
            depth += (self.tokens[place].text in _OPENING) - (self.tokens[place].text in _CLOSING)
            if not depth:
                return place + 1
        return at + 1

    def _one(self, token: Token, at: int) -> None:
        text = token.text
        if self._is_apart(at):
            self._flush(token.at)
        if self._is_prose(at):
            self._cut_open(token.at)
            self._flush(token.at, token)
        elif text in ("=>", "⇒", "\\Rightarrow") and not self.open and self._leads_to_number(at):
            self.piece.tokens.append(Token("sign", "=", token.at))
        elif text in BREAKS and not self._in_matrix():
            self.open = []
            self._flush(token.at, first=text in ("\\\\", "\\newline", "\\cr"))
        elif text == "$":
            self._at_edge(at)
        elif self.open or text in _OPENING or text.startswith("begin "):
            self._bracketed(token, at)
        elif text in _BOUNDARIES or text in _CLOSING or (text in ".#" and not self._is_inside(at)):
            self.piece.comma = text == ","
            self._flush(token.at)
        elif text != "&":
            self.piece.tokens.append(token)

    def _leads_to_number(self, at: int) -> bool:
        """Whether an arrow stands between a symbol and a number: h => 0.5744."""
        name, behind = self.piece.tokens, self.tokens[at + 1 : at + 4]
        if not name or len(name) > MOST_OF_NAME or name[0].kind not in ("name", "sign") or _has_relation(self.piece):
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
            self._flush(token.at)
            return
        if text in _OPENING or text.startswith("begin "):
            self.open.append(len(self.piece.tokens))
        elif (text in _CLOSING or text.startswith("end ")) and self.open:
            self.open.pop()
        if text != "&" or self._in_matrix():
            self.piece.tokens.append(token)

    def _holds_statement(self, at: int) -> bool:
        """Whether a parenthesis set apart in a line of text holds a relation of its own: (m = 1)."""
        token = self.tokens[at]
        if self.page.formulas[token.at] or (at and self.tokens[at - 1].kind == "name" and self._touches(at)):
            return False
        if at and self.tokens[at - 1].text in _OPERATORS | {")"}:
            return False
        depth = 0
        for later in self.tokens[at:]:
            depth += (later.text in _OPENING) - (later.text in _CLOSING)
            if not depth:
                return False
            if depth == 1 and later.text in SIGNS_OF_RELATION:
                return True
        return False

    def _is_apart(self, at: int) -> bool:
        """Whether a wide gap in a line of text, as between columns, sets a token off, and no sign joins it."""
        token = self.tokens[at]
        gap = _GAP.search(self.page.text, max(0, token.at - WIDEST), token.at)
        if gap is None or self.open or self.page.formulas[token.at] or not at:
            return False
        return token.text not in _OPERATORS - {"("} and self.tokens[at - 1].text not in _OPERATORS

    def _touches(self, at: int) -> bool:
        """Whether nothing stands between a token and the one before it."""
        before, token = self.tokens[at - 1], self.tokens[at]
        return token.at - before.at <= len(before.text)

    def _is_inside(self, at: int) -> bool:
        """Whether a dot or # stands inside a name: np.exp, w.1.2.3, w[1]#7."""
        if not 0 < at < len(self.tokens) - 1 or not (self._touches(at) and self._touches(at + 1)):
            return False
        after = self.tokens[at + 1]
        return after.kind in ("number", "name") or after.text == "_"

    def _at_edge(self, at: int) -> None:
        """The edge of a formula in a line: a boundary unless a sign beside it joins what stands on both sides."""
        before = self.piece.tokens[-1].text if self.piece.tokens else ""
        after = next((token.text for token in self.tokens[at + 1 :] if token.text != "$"), "")
        if before not in _OPERATORS and after not in _OPERATORS - {"(", "_", "'"}:
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

    # What is a word of prose?

    def _is_prose(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind == "string":
            return not self._in_matrix()
        if self.page.formulas[token.at] or token.kind not in ("name", "command") or self._is_mark():
            return False
        if token.kind == "command":
            return (
                token.text not in _PLAIN_COMMANDS
                and token.text not in COMPARISONS
                and not token.text.startswith(("begin", "end"))
            )
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else Token("end", "", 0)
        return not self._is_name(token, at, after)

    def _is_mark(self) -> bool:
        """Whether braces of an index are open, in which words are marks: w^{new}."""
        return bool(self.open) and self.piece.tokens[self.open[-1]].text == "{"

    def _is_name(self, token: Token, at: int, after: Token) -> bool:
        """Whether a word in a line of text belongs to a formula."""
        text = token.text
        touching = after.kind != "end" and self._touches(at + 1)
        if at and self.tokens[at - 1].text == "_" and self._touches(at):
            return True
        if touching and (after.kind in ("number", "lowered", "raised") or after.text in ("_", "^", "'", "@")):
            return True
        if touching and after.text == "[" and at + 2 < len(self.tokens) and self.tokens[at + 2].text.isdigit():
            return True  # a[2][1]
        if len(text) == 1:
            return (
                text not in "aAI" or bool(self.names.resolve(Spelling(text))) or (touching and after.text in _OPERATORS)
            )
        if text in (*WRAPPERS, *PRODUCTS):
            return after.text == "("
        if text in FUNCTIONS or text.lower() in FUNCTIONS:
            return after.text in ("(", "'", "[", "{") or (after.kind == "number" and text in BEFORE_NUMBERS)
        if text in _WORDS_IN_FORMULAS or bare(text) in MARKS:
            return self._beside_name(at)
        if self._is_known(text):
            return not self._runs_on(at, after)
        return self._is_joined(at, after, touching)

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
            and (not self._touches(at + 1) or after.text == "$")
        )

    def _then_relation(self, at: int) -> bool:
        later = [token.text for token in self.tokens[at + 2 : at + 3]]
        return bool(later) and later[0] in _OPERATORS

    def _beside_name(self, at: int) -> bool:
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        before = self.tokens[at - 1] if at else None
        if after is not None and (
            after.text in ("(", "_", ".", "^") or (after.kind == "name" and self._is_known_at(at + 1))
        ):
            return True
        if before is None:
            return False
        if before.text == "." and self._touches(at):
            return True
        opened = before.text in ("(", "{", "_") and at > 1 and self._touches(at)
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
            and not self._is_known_at(at)
            and not (at and self._touches(at) and self.tokens[at - 1].text in "_^")
        )

    def _is_known_at(self, at: int) -> bool:
        token = self.tokens[at]
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else Token("end", "", 0)
        marked = after.kind in ("number", "lowered", "raised") or after.text in ("_", "^")
        return marked or self._is_known(token.text)

    def _is_joined(self, at: int, after: Token, touching: bool) -> bool:
        """wx in z = wx + b: letters that are each a name, or a word that a sign touches on either side."""
        text = self.tokens[at].text
        sign_after = touching and after.text in _OPERATORS - {":", "=", "-", "(", "'"}
        sign_before = at > 0 and self._touches(at) and self.tokens[at - 1].text in ("=", "+", "*", "/")
        if text in IMPLIED:
            sign_after |= touching and after.text in ("-", ")")
            sign_before |= at > 0 and self._touches(at) and self.tokens[at - 1].text in ("-", "(")
            return sign_after or sign_before
        return len(text) <= 4 and (sign_after or sign_before)


def _without_rows(tokens: list[Token]) -> list[Token]:
    """The tokens without the begin and end of environments whose rows are lines of their own: all that hold relations."""
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


def _assigned(pieces: list[Piece]) -> Iterator[Piece]:
    """w1, w2 = 0.4, 0.3: as many pieces without a relation before one that has one as behind it, taken in pairs."""
    at, named = 0, [piece.comma and _is_lone_name(piece) for piece in pieces]
    while at < len(pieces):
        lone = at
        while lone < min(len(pieces), at + MOST_ASSIGNED) and named[lone]:
            lone += 1
        count = lone - at
        behind = pieces[lone + 1 : lone + 1 + count]
        if count and len(behind) == count and _is_assignment(pieces[lone], behind):
            yield from _paired(pieces[at : lone + 1], behind)
            at = lone + 1 + count
        else:
            yield pieces[at]
            at += 1


def _is_assignment(piece: Piece, behind: list[Piece]) -> bool:
    """Whether a piece with one relation and those behind it follow one another with commas."""
    joined = all(one.comma for one in (piece, *behind[:-1]))
    return joined and _splits(piece) and not any(map(_has_relation, behind))


def _is_lone_name(piece: Piece) -> bool:
    return len(piece.tokens) <= 3 and piece.tokens[0].kind == "name" and not _has_relation(piece)


def _has_relation(piece: Piece) -> bool:
    return any(token.text in SIGNS_OF_RELATION for token in piece.tokens)


def _splits(piece: Piece) -> bool:
    return (
        sum(token.text in SIGNS_OF_RELATION for token in piece.tokens) == 1
        and piece.tokens[0].text not in SIGNS_OF_RELATION
    )


def _paired(left: list[Piece], behind: list[Piece]) -> Iterator[Piece]:
    place = next(n for n, token in enumerate(left[-1].tokens) if token.text in SIGNS_OF_RELATION)
    sign = left[-1].tokens[place]
    names = [*(piece.tokens for piece in left[:-1]), left[-1].tokens[:place]]
    values = [(left[-1].tokens[place + 1 :], left[-1].end), *((piece.tokens, piece.end) for piece in behind)]
    for name, (value, end) in zip(names, values, strict=True):
        yield Piece([*name, sign, *value], end=end)


def _cut(piece: Piece, later: bool, names: Names) -> Chain | None:
    """A piece cut at its relations; None if it has none or compares. `later`: a chain stands before it in the region."""
    tokens = _trimmed(piece.tokens)
    places = [n for n, depth in _depths(tokens) if depth == 0 and tokens[n].text in SIGNS_OF_RELATION]
    places, tokens = _colon(tokens, places, names)
    if not places or any(tokens[n].text in COMPARISONS for n, depth in _depths(tokens) if depth == 0):
        return None
    edges = [-1, *places, len(tokens)]
    sides = [tokens[start + 1 : end] for start, end in pairwise(edges)]
    ends = [*(tokens[n].at for n in places), piece.end]
    relations = [tokens[n] for n in places]
    goes_on = not sides[0] and (piece.first or (piece.word is not None and later and not piece.named))
    return Chain(sides, relations, ends, goes_on, piece.word, piece.word_after)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """The tokens without punctuation at either end."""
    start, end = 0, len(tokens)
    while end > start and tokens[end - 1].text in (":", ".", "!", "?", "\\"):
        end -= 1
    while end > start and tokens[start].text in (":", ".", "*", "#", ">"):
        start += 1
    return tokens[start:end]


def _depths(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    depth = 0
    for place, token in enumerate(tokens):
        depth -= token.text in _CLOSING or token.text.startswith("end ")
        yield place, depth
        depth += token.text in _OPENING or token.text.startswith("begin ")


def _is_worked_out(name: Sequence[Token], value: Sequence[Token]) -> bool:
    """Whether a symbol stands before a colon and nothing but a calculation behind it: w5: 0.4 − 0.5 · 0.0822."""
    symbol = bool(name) and len(name) <= MOST_OF_NAME and name[0].kind in ("name", "command")
    return (
        symbol
        and any(token.kind == "number" for token in value)
        and all(
            token.kind in ("number", "raised") or token.text in ("+", "-", "*", "/", "^", "(", ")") for token in value
        )
    )


def _colon(tokens: list[Token], places: list[int], names: Names) -> tuple[list[int], list[Token]]:
    """dL/dw2: -0.131 is an equality; before a chain a colon only announces it."""
    colons = [n for n, depth in _depths(tokens) if depth == 0 and tokens[n].text == ":"]
    if not colons:
        return places, tokens
    last = colons[-1]
    if colons == [last] and places and places[0] > last and _is_worked_out(tokens[:last], tokens[last + 1 : places[0]]):
        return [last, *places], [*tokens[:last], Token("sign", "=", tokens[last].at), *tokens[last + 1 :]]
    if any(place > last for place in places):
        return [place - last - 1 for place in places if place > last], tokens[last + 1 :]
    if places:
        return [place for place in places if place < colons[0]], tokens[: colons[0]]
    value = tokens[last + 1 :]
    number = bool(value) and all(token.kind in ("number", "raised") or token.text in "+-*^{}()" for token in value)
    named = bool(tokens[:last]) and all(token.kind != "number" or n for n, token in enumerate(tokens[:last]))
    if not (number and named):
        return [], tokens
    colon = Token("sign", "=", tokens[last].at)
    return [last], [*tokens[:last], colon, *value]
