"""Derivatives taken at a kink: what the judge of numbers found goes in; the notes that say which choice was made come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from derivegen.calculus.conventions import kinks_of
from derivegen.calculus.seams import several
from derivegen.calculus.verified import Verified
from derivegen.calculus.verify import standing
from derivegen.document.blocks import Block, Note, Prose
from derivegen.document.pen import Pen
from derivegen.formula.functions import KINKED
from derivegen.formula.tree import Call, Cases, Formula, Quantity, Value, printed_number, walk
from derivegen.network.graph import Member
from derivegen.network.tables.conventions import BENT, HOUSE, LIBRARIES, Taken, bends_of

MOST_NAMED = 6
"""Derivatives that are named one by one."""


def conventions(formulas: Iterable[Formula], by: Formula | None = None) -> tuple[str, ...]:
    """By name, what is taken for the slopes of these formulas at their kinks."""
    found: dict[str, None] = {}
    for formula in formulas:
        if isinstance(formula, Cases):
            found["branch"] = None
        elif several(formula, by):
            found["left"] = None
        else:
            calls = (part.function for part in walk(formula) if isinstance(part, Call))
            found |= dict.fromkeys(function for function in calls if function in KINKED)
    return tuple(found)


def kink_notes(pen: Pen, verified: Verified) -> Iterator[Block]:
    """Which derivatives are taken at a kink, what was taken there, and where that leads outside of the one-sided slopes."""
    name_of, root = pen.trace.derivation.name_of, Quantity(pen.trace.derivation.root)
    outside = [member for member, _, _ in verified.outside]
    within = [Quantity(name_of(member)) for member in verified.kinks if member not in outside]
    if not within and not outside:
        return
    if within:
        more = len(within) - MOST_NAMED
        yield Note(pen.say("closing.kink", names=within[:MOST_NAMED], more=max(more, 0), root=root))
    stated = _stated(pen) if outside else ()
    if stated:
        yield Note(
            pen.say("closing.stated", names=[Quantity(name_of(name)) for name in outside[:MOST_NAMED]], root=root)
        )
    for member, left, right in () if stated else verified.outside[:MOST_NAMED]:
        sides = {"left": _number(pen, left), "right": _number(pen, right)}
        smooth = sides["left"] == sides["right"]
        value = Value(name_of(member))
        yield Note(pen.say("closing.outside", by=Quantity(member), root=root, value=value, smooth=smooth, **sides))
    yield from map(Note, agreed(pen, list(standing(pen.trace))))


def _stated(pen: Pen) -> tuple[str, ...]:
    """The kinks there at which the library takes a number that is the slope of neither side."""
    own = bends_of(pen.chain.library)
    there = (kink for member in standing(pen.trace) for kink in kinks_of(member.family, pen.chain.library))
    return tuple(dict.fromkeys(kink for kink in there if isinstance(own.get(kink), Fraction)))


def agreed(pen: Pen, members: Sequence[Member]) -> Iterator[Prose]:
    """What is taken for the slope at the kinks these quantities stand on, and which programs take something else."""
    there = tuple(dict.fromkeys(kink for member in members for kink in kinks_of(member.family, pen.chain.library)))
    which = conventions(member.formula for member in members if member.formula is not None)
    own = {**HOUSE, **bends_of(pen.chain.library)}
    if pen.chain.library:
        yield by_library(pen, there)
    elif which:
        yield pen.say("kink.conventions", which=which)
    others = [(pen.words.plain("kink.at", kink=kink), ways) for kink in there if (ways := _ways(pen, kink, own[kink]))]
    if others:
        yield pen.say("kink.others", which=others)


def by_library(pen: Pen, kinks: Iterable[str]) -> Prose:
    """What the library takes at kinks whose conventions the document follows."""
    library, own = LIBRARIES[pen.chain.library], {**HOUSE, **bends_of(pen.chain.library)}
    taken = [
        (_with(pen.words.plain("kink.at", kink=kink), library.asked(kink)), takes(pen, kink, own[kink]))
        for kink in kinks
    ]
    return pen.say("kink.library", library=library.cited, which=taken)


def _with(words: str, function: str) -> str:
    """The words, with the function that they are about in brackets."""
    return f"{words} ({function})" if function else words


def _ways(pen: Pen, kink: str, own: Taken) -> list[tuple[str, list[str]]]:
    """What programs take at a kink other than that, each with the programs."""
    found: dict[Taken, list[str]] = {}
    for library in LIBRARIES.values():
        if library.bends.get(kink, own) != own:
            found.setdefault(library.bends[kink], []).append(_with(library.cited, library.asked(kink)))
    return [(takes(pen, kink, taken), libraries) for taken, libraries in found.items()]


def takes(pen: Pen, kink: str, taken: Taken) -> str:
    slopes = BENT[kink].slopes(taken) if isinstance(taken, tuple) else (taken,)
    return pen.words.plain("kink.takes", kink=kink, taken=list(map(str, slopes)))


def _number(pen: Pen, number: float) -> Formula:
    """As few digits as say it: one-sided quotients end in what was carried along."""
    return printed_number(pen.trace.rounding.text(Fraction(f"{number:.12g}") if abs(number) > 1e-15 else 0))
