"""Why one derivative is so many times another: two chains of marked factors go in; the sentence that compares them factor by factor comes
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Paragraph
from derivegen.document.pen import Pen
from derivegen.formula.tree import Number, Quantity

Chain = Sequence[tuple[str, Factor]]
MUCH = 4.0
"""Times that two derivatives differ from which on it is worth asking why."""
FIGURES = 3
MOST = 1e6
"""Times beyond which a comparison says no more than the powers of ten do."""


def compared(pen: Pen, first: tuple[str, Chain], second: tuple[str, Chain]) -> Iterator[Paragraph]:
    """The paragraph; nothing where the derivatives are much the same, one of them is 0, or their factors are of other kinds."""
    (one, above), (other, below) = first, second
    if [mark for mark, _ in above] != [mark for mark, _ in below]:
        return
    names = [pen.chain.name_of(name) for name in (one, other)]
    pairs = [(mark, a.name, b.name) for (mark, a), (_, b) in zip(above, below, strict=True)]
    every = [*names, *(name for _, *two in pairs for name in two)]
    if pen.trace.carried or not all(pen.trace.known(name) and pen.trace.number(name) for name in every):
        return
    ratio = _ratio(pen, *names)
    if not MUCH <= ratio < MOST:
        return
    if not all(1 / MOST < _ratio(pen, a, b) < MOST for _, a, b in pairs):
        return
    factors = [
        [mark, in_figures(max(times, 1 / times)), "smaller" if times > 1 else "larger"]
        for mark, a, b in pairs
        if (times := _ratio(pen, a, b))
    ]
    parts = [[mark, Number(text), which] for mark, text, which in factors]
    often = Number(in_figures(ratio))
    yield Paragraph(pen.say("lesson.why", times=often, first=Quantity(one), factors=parts))


def _ratio(pen: Pen, one: str, other: str) -> float:
    return abs(float(pen.trace.number(one)) / float(pen.trace.number(other)))


def in_figures(number: float) -> str:
    """Three significant digits, without an exponent."""
    places = max(0, FIGURES - len(str(int(number))))
    return (
        f"{number:.{places}f}"
        if number < 10**FIGURES
        else str(round(number, FIGURES - len(str(int(number))))).removesuffix(".0")
    )
