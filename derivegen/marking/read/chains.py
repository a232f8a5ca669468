"""The tokens of a line or display in; chains out: what stands between words, commas and line breaks, cut at its relations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import Glyph
from derivegen.marking.read.pieces import CLOSING, MOST_OF_NAME, OPENING, Cutter, Piece, has_relation, is_calculated
from derivegen.marking.read.prose import SIGNS_OF_RELATION
from derivegen.marking.read.regions import Page
from derivegen.marking.read.typed_tokens import COMPARISONS
from derivegen.marking.read.unreadable import Unreadable
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass, replace

MOST_ASSIGNED = 12
MOST_SIDES = 60
"""Signs of relation in one chain."""


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
    changed: bool = False
    """Whether it says what becomes of what was said before."""

    @property
    def counts_updates(self) -> bool:
        """Whether the left side ends with a number of updates: w(1)."""
        tokens = self.sides[0]
        return len(tokens) > 3 and tokens[-1].text == ")" and tokens[-2].text.isdigit() and tokens[-3].text == "("

    @property
    def at_change(self) -> int:
        """Which relation is an arrow between what a symbol was and what it becomes; 0 where none is."""
        return next((n for n, sign in enumerate(self.relations) if n and self.sides[0] and sign.text == "→"), 0)

    def halves(self, at: int) -> tuple[Chain, Chain]:
        """w5: 0.4 → 0.36 as what is said of w5 before and what is said of it after."""
        before = replace(self, sides=self.sides[: at + 1], relations=self.relations[:at], ends=self.ends[: at + 1])
        sides, ends = [self.sides[0], *self.sides[at + 1 :]], [self.ends[0], *self.ends[at + 1 :]]
        return before, replace(self, sides=sides, relations=self.relations[at:], ends=ends, changed=True)

    def without_first(self) -> Chain:
        """The chain from its second side on."""
        return replace(self, sides=self.sides[1:], relations=self.relations[1:], ends=self.ends[1:])


def chains(tokens: Sequence[Token], page: Page, names: Names, end: int) -> list[Chain]:
    """The chains of equalities in the tokens of one region."""
    found: list[Chain] = []
    pieces = (one for piece in Cutter(list(tokens), page, names).pieces(end) for one in _of_tuple(piece))
    for piece in _assigned(list(pieces)):
        if found and piece.first and piece.tokens[0].text in ("+", "-", "*", "⊙") and not has_relation(piece):
            found[-1].sides[-1] += piece.tokens
            found[-1].ends[-1] = piece.end
            continue
        chain = _cut(piece, bool(found), names)
        if chain is not None:
            found.append(chain)
    return found


def _of_tuple(piece: Piece) -> Iterator[Piece]:
    """(z1, z2) = (0.38, 0.39): as many names as numbers, taken in pairs; any other piece as it is."""
    tokens, opens = piece.tokens, piece.tokens[0].text in ("(", "[")
    depths = _depths(tokens) if opens else ()
    places = [n for n, depth in depths if depth == 0 and tokens[n].text in SIGNS_OF_RELATION]
    if len(places) != 1 or not places[0]:
        yield piece
        return
    sign = tokens[places[0]]
    left, right = _listed(tokens[: places[0]]), _listed(tokens[places[0] + 1 :])
    names, values = (left, right) if _are_names(left) else (right, left)
    if not 1 < len(names) == len(values) or not _are_names(names):
        yield piece
        return
    for name, value in zip(names, values, strict=True):
        between = Token(sign.kind, sign.text, name[-1].at + len(name[-1].text))
        yield replace(piece, tokens=[*name, between, *value], end=value[-1].at + len(value[-1].text))


def _are_names(parts: list[list[Token]]) -> bool:
    return bool(parts) and all(part[0].kind in ("name", "command") for part in parts)


def _listed(tokens: list[Token]) -> list[list[Token]]:
    """What stands between the commas of a list; nothing where the tokens are none."""
    inner = tokens[1:-1]
    if len(tokens) < 3 or tokens[0].text not in ("(", "[") or tokens[-1].text not in CLOSING:
        return []
    commas = [n for n, depth in _depths(inner) if depth == 0 and inner[n].text in (",", ";")]
    parts = [inner[start + 1 : end] for start, end in pairwise([-1, *commas, len(inner)])]
    return parts if all(parts) else []


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
    return joined and _splits(piece) and not any(map(has_relation, behind))


def _is_lone_name(piece: Piece) -> bool:
    return len(piece.tokens) <= 3 and piece.tokens[0].kind == "name" and not has_relation(piece)


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
    if piece.word is None:  # and no condition of a program: if z == 0
        tokens = [token._replace(text="=") if _states_equal(tokens, n) else token for n, token in enumerate(tokens)]
    outside = [n for n, depth in _depths(tokens) if depth == 0]
    places = [n for n in outside if tokens[n].text in SIGNS_OF_RELATION]
    if any(tokens[n].text == ":" for n in outside):
        places, tokens = _colon(tokens, places)
        outside = [n for n, depth in _depths(tokens) if depth == 0]
    if not places or any(tokens[n].text in COMPARISONS for n in outside):
        return None
    edges = [-1, *places, len(tokens)]
    sides = [tokens[start + 1 : end] for start, end in pairwise(edges)]
    ends = [*(tokens[n].at for n in places), piece.end]
    relations = [tokens[n] for n in places]
    goes_on = not sides[0] and (piece.first or (piece.word is not None and later and not piece.named))
    return Chain(sides, relations, ends, goes_on, piece.word, piece.word_after)


def _states_equal(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token is == between two operands, and no part of a line that is drawn."""
    drawn = {"=", "=="}
    beside = {each.text for each in (*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2])}
    return tokens[place].text == "==" and 0 < place < len(tokens) - 1 and not beside & drawn


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
    for place, (kind, text, _) in enumerate(tokens):
        if text in CLOSING or (kind == "command" and text.startswith("end ")):
            depth -= 1
        yield place, depth
        if text in OPENING or (kind == "command" and text.startswith("begin ")):
            depth += 1


def _is_worked_out(name: Sequence[Token], value: Sequence[Token]) -> bool:
    """Whether a symbol stands before a colon and nothing but a calculation behind it: w5: 0.4 − 0.5 · 0.0822."""
    symbol = bool(name) and len(name) <= MOST_OF_NAME and name[0].kind in ("name", "command")
    return symbol and any(token.kind == "number" for token in value) and all(map(is_calculated, value))


def _colon(tokens: list[Token], places: list[int]) -> tuple[list[int], list[Token]]:
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
    number = bool(value) and all(token.kind in ("number", "raised") or token.text in "+-*^{}()[],;" for token in value)
    named = bool(tokens[:last]) and all(token.kind != "number" or n for n, token in enumerate(tokens[:last]))
    if not (number and named):
        return [], tokens
    colon = Token("sign", "=", tokens[last].at)
    return [last], [*tokens[:last], colon, *value]


def check(chain: Chain, names: Names) -> None:
    """Refuse a chain of more sides than anybody writes, and one of index letters, t = 2 or p − 1 = t: it says for which places something
    holds. Raises Unreadable."""
    if len(chain.relations) > MOST_SIDES:
        raise Unreadable("many-sides", chain.sides[0][0].at, most=str(MOST_SIDES))
    tokens = [token for side in chain.sides for token in side]
    said = [token.text for token in tokens if token.kind == "name" and len(token.text) == 1]
    if said and all(token.text in said or token.text.isdigit() or token.text in ("+", "-") for token in tokens):
        letters = {axis.letter for family in names.graph.families.values() for axis in family.axes}
        if letters.intersection(said) and not any(_is_quantity(names, letter) for letter in said):
            raise Unreadable("of-letters", tokens[0].at)


def _is_quantity(names: Names, letter: str) -> bool:
    """Whether the letter alone is one of the network's numbers by its own notation."""
    found = names.resolve(Spelling(letter), own=True)
    known = len(found) == 1 and not names.is_array(found[0]) and names.graph.locate(found[0]) is not None
    shown = names.notation.symbol(found[0]) if known else None
    return isinstance(shown, Glyph) and shown.base == letter  # j is no J


def without_left(chain: Chain) -> Unreadable:
    """Why nothing stands before the first relation of a chain."""
    if chain.word is not None:
        return Unreadable("unknown-name", chain.word.at, name=chain.word.text)
    return Unreadable("nothing-before", chain.relations[0].at)


def relation_of(sign: str) -> str:
    """The relation that a sign says: w -= … is a new value."""
    return ":=" if sign in ("-=", "+=") else sign
