"""A chain in; the function that it defines out, if it does: s(u) = 1/(1 + e^(-u)), by which s(w x + b) is read from there on.

A definition is closed: its only letter is the one in its brackets, and that is no quantity of the network, or else its name is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import Array, Formula, Matrix, Quantity, walk
from derivegen.marking.judge.shown import shown
from derivegen.marking.read.chains import Chain
from derivegen.marking.read.function_words import is_known
from derivegen.marking.read.own_functions import BOUND, MOST_PARTS, OwnFunction, own_name, size_of
from derivegen.marking.read.reader import TypedReader
from derivegen.marking.read.statement import Side
from derivegen.marking.read.unreadable import Unreadable
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names

MOST_DEFINED = 30


def definition(chain: Chain, text: str, names: Names, own: Mapping[str, OwnFunction]) -> tuple[str, OwnFunction] | None:
    """The name, with its primes, and the function; `own` are those that the text has defined before."""
    said = _told(chain.sides[0], names)
    if said is None or len(own) >= MOST_DEFINED:
        return None
    name, letter = said
    reader = TypedReader(text, chain.sides[1], names, chain.ends[1])
    reader.own, reader.letter = own, letter
    try:
        function = _defined(reader.whole())
    except Unreadable:
        return None
    return None if function is None else (name, function)


def named_value(chain: Chain, text: str, sides: Sequence[Side]) -> tuple[str, Formula | None] | None:
    """A name that is none of the network's, and the formula that it is said to stand for, e = y − t; None of an e that was not
    read, so that it is not taken for Euler's number."""
    left = chain.sides[0]
    name = own_name(text, left[0].at) if left[0].kind == "name" else ""
    if not name or left[-1].at + len(left[-1].text) > left[0].at + len(name):
        return None
    formula = sides[1].formula
    leaf = formula is None or isinstance(formula, Quantity | Array | Matrix) or shown(formula) is not None
    if formula is None or leaf or size_of(formula) > MOST_PARTS:
        return (name, None) if name == "e" else None
    return name, formula


def letter_of_known(left: Sequence[Token], names: Names) -> str:
    """The letter with which a text says what a known function is, σ(u) = 1/(1 + e^(-u)), where that is no quantity; else ""."""
    texts = [token.text for token in left if token.text != "'"]
    if len(texts) != 4 or texts[1] != "(" or texts[3] != ")" or not is_known(texts[0]) or left[-2].kind != "name":
        return ""
    return "" if len(texts[2]) != 1 or names.resolve(Spelling(texts[2])) else texts[2]


def _told(left: Sequence[Token], names: Names) -> tuple[str, str] | None:
    """The name, with its primes, and the letter of s(u) or s'(u), if a function of the text's own may be defined so."""
    texts = [token.text for token in left]
    primes = 0
    while texts[1 + primes : 2 + primes] == ["'"]:
        primes += 1
    if len(texts) != 4 + primes or texts[1 + primes] != "(" or texts[3 + primes] != ")":
        return None
    name, letter = left[0], left[2 + primes]
    if name.kind != "name" or letter.kind != "name" or is_known(name.text):
        return None
    both = all(names.resolve(Spelling(text)) for text in (name.text, letter.text))
    return None if both or name.text == letter.text else (name.text + "'" * primes, letter.text)


def _defined(body: Formula) -> OwnFunction | None:
    """The function of a formula in BOUND; None where it has other letters, or not this one."""
    leaves = [part for part in walk(body) if isinstance(part, Quantity | Array)]
    closed = bool(leaves) and all(leaf == BOUND for leaf in leaves) and size_of(body) <= MOST_PARTS
    return OwnFunction(body) if closed else None
