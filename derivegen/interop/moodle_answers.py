"""Answers as Moodle marks them: what is accepted of an answer and what mistakes lead to go in; answers with their tolerance, their share
of the marks and what is said of them come out, in the order in which Moodle tries them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Prose
from derivegen.exercise.exercise import Answer
from derivegen.exercise.marks import method_marks
from derivegen.exercise.reveal import LAST_DIGIT, printed_as, ranges, revealed, written
from derivegen.interop.moodle_text import in_field

SHARES = (
    "90",
    "83.33333",
    "80",
    "75",
    "70",
    "66.66667",
    "60",
    "50",
    "40",
    "33.33333",
    "30",
    "25",
    "20",
    "16.66667",
    "10",
    "5",
)
"""Percentages that Moodle takes besides 100 and 0."""


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer, in percent of the marks; "*" is any other. `tolerance` is absolute, "" where the answer is no number."""

    text: str
    percent: str
    feedback: Prose
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is known of wrong values: (mistake, printed value), and what is said of a mistake."""

    values: Sequence[tuple[str, str]]
    says: Callable[[str], Prose]


def numbers(
    answer: Answer, accepted: Sequence[str], wrong: Wrong, rounding: Rounding, right: Prose, other: Prose
) -> Iterator[Graded]:
    """What prints as one of the accepted values is right; then the values that mistakes lead to; then any other number."""
    for one in ranges(accepted, rounding):
        yield Graded(written(one.centre), "100", right, written(one.tolerance))
    for each in revealed(accepted, wrong.values, rounding):
        around = printed_as(each.text, rounding)
        share = percent(method_marks(answer.marks) / answer.marks) if LAST_DIGIT in each.mistakes else "0"
        said = _together([wrong.says(mistake) for mistake in each.mistakes])
        yield Graded(written(around.centre), share, said, written(around.tolerance))
    yield Graded("*", "0", other)


def percent(share: Fraction) -> str:
    """The greatest share that Moodle takes and that is not above this one."""
    return next((known for known in SHARES if Fraction(known) <= share * 100 + Fraction(1, 10**4)), "0")


def cloze(weight: int, answers: Sequence[Graded], plain: Callable[[Prose], str]) -> str:
    """The answers as a field of a Cloze question. Older versions take whole percentages only."""
    written = (
        f"{_share(each.percent)}{each.text}{':' + each.tolerance if each.tolerance else ''}#{in_field(plain(each.feedback))}"
        for each in answers
    )
    return f"{{{weight}:NUMERICAL:{'~'.join(written)}}}"


def _share(percentage: str) -> str:
    if percentage in ("100", "0"):
        return "=" if percentage == "100" else ""
    return f"%{percentage.partition('.')[0]}%"


def _together(said: Sequence[Prose]) -> Prose:
    return tuple(run for place, prose in enumerate(said) for run in ((" ", *prose) if place else prose))
