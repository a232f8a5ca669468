"""Symbols as they are typed: letters, what stands below and above go in; what their digits
may mean, and what two symbols are compared by, come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize

from derivegen.formula.tree import Glyph
from derivegen.notation.glyphs import glyph
from derivegen.notation.notation import Notation
from derivegen.notation.vocabulary import NEW_WORDS
from derivegen.records import dataclass, replace

_COUNTED = re.compile(r"(?P<rest>.*?)\((?P<step>\d{1,4})\)")
MOST_DIGITS = 12
"""Of an index; more are nobody's index."""
_NEWER = "|".join(sorted((word for word in NEW_WORDS if " " not in word), key=len, reverse=True))
CHANGED = re.compile(rf"(?:{_NEWER})_?(?P<a>\w+)|(?P<b>\w+?)_?(?:{_NEWER})")
INDEXED = re.compile(r"(?P<word>\w+)(?P<indices>(?:\[\d+\])+)")
SLOPE = re.compile(r"(?:d(?P<of>[A-Za-z]{1,4}?)_?d|grad(?:ient)?_|d_?)(?P<a>\w+)|(?P<b>\w+?)_grad")
"""Words of programs: w_new, W[1,2], dL_dW, each with what it is said of."""
_RUN_TOGETHER = re.compile(r"(?P<what>net|out|in|target)(?P<unit>[a-z]\d{1,3})")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A symbol as typed: its letters (an accent as a word behind them), what stands below and above on its right, the row behind an @."""

    base: str
    sub: str = ""
    sup: str = ""
    row: str = ""


def counted_apart(typed: Spelling) -> tuple[Spelling, str]:
    """A symbol without the number of updates that stands last above it, and that number as canonical names have it; "" without one."""
    match = _COUNTED.fullmatch(typed.sup)
    if match is None or match["step"] == "0":
        return typed, ""
    return replace(typed, sup=match["rest"]), "'" if match["step"] == "1" else f"#{match['step']}"


def spelling(match: re.Match[str]) -> Spelling:
    return Spelling(match["base"] + (match["accent"] or ""), (match["sub"] or "").strip("_,"))


def digits_as(typed: Spelling, count: int) -> Iterator[tuple[int, ...]]:
    """So many neighbouring numbers out of the symbol's digits, a number never reaching beyond what stands between digits."""
    groups = re.findall(r"\d+", f"{typed.sup},{typed.sub}")
    digits = "".join(groups)
    if len(digits) > MOST_DIGITS:
        return
    ends, place = set(), 0
    for group in groups:
        place += len(group)
        ends.add(place)

    def runs(start: int, left: int) -> Iterator[tuple[int, ...]]:
        if not left:
            yield ()
            return
        for end in range(start + 1, len(digits) + 1):
            for rest in runs(end, left - 1):
                yield (int(digits[start:end]), *rest)
            if end in ends:
                return

    if not count:
        yield ()
        return
    for start in range(len(digits)):
        yield from runs(start, count)


def ways(symbol: Glyph, typed: Spelling, row: str, droppable: bool) -> Iterator[Glyph]:
    """How a member of a row, if of any, may be typed: as written; its row behind an @, or raised. A row that stands for any may be a number
    or, where it is `droppable`, left out."""
    without = replace(symbol, sub=symbol.sub.rpartition(",")[0]) if row else symbol
    if typed.row:
        yield from (without,) if typed.row == row else ()
        return
    yield symbol
    if row and not symbol.sup:
        yield replace(without, sup=f"({row})")
    if row and not row.isdigit() and droppable:
        shown = re.search(r"\d+$", typed.sub)
        yield replace(without, sub=f"{without.sub},{shown[0]}" if shown else without.sub)
        yield without


def symbol_of(notation: Notation, name: str) -> Glyph:
    """How the quantity is written. A pattern that many people have the habit of may leave an index out."""
    written = notation.symbol(name) if name != "rate" else glyph(notation.entry.patterns["rate"])
    assert isinstance(written, Glyph)
    return written


def base_of(symbol: Glyph) -> str:
    base = symbol.base if symbol.base.isascii() else normalize("NFD", symbol.base)
    return base.replace("\u0302", "hat").replace("\u0304", "bar") + (symbol.accent or "")


@lru_cache(maxsize=2**16)
def compared_by(symbol: Glyph, folded: bool) -> tuple[frozenset[object], ...]:
    """What a symbol is compared by, ever more loosely: as it is; raised parentheses left out; digits in a row, raised ones first."""
    base, sub, sup = base_of(symbol), _tight(symbol.sub), _tight(symbol.sup)
    base = base.lower() if folded else base
    below, above = re.sub(r"\W|_", "", sub), re.sub(r"\W|_", "", sup)
    run = {(base, above, below), (base, "", above + below)}
    return (
        frozenset({(base, sup, sub)}),
        frozenset({(base, sup.strip("()"), sub)}),
        frozenset(run if above else {(base, "", below)}),
    )


def _tight(text: str) -> str:
    return re.sub(r"\s", "", text).replace("_", ",").strip(",")


def run_together(word: str) -> Spelling | None:
    """neth1, outo1: a word and the unit that it is said of; None of any other."""
    match = _RUN_TOGETHER.fullmatch(word)
    return None if match is None else Spelling(match["what"], match["unit"])
