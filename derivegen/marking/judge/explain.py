"""A wrong number goes in, with what somebody had before; the mistakes that lead to exactly such a number come out, or how else it differs.

Every mistake of the catalogue is tried on somebody's own earlier values, made everywhere or in one step alone; the numbers they lead to
are compared first, and of the nearest also all that rounding can make of them. Pairs are tried last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.tree import Quantity, walk
from derivegen.marking.findings import Explanation, Said
from derivegen.marking.judge.differences import Difference, resemblance, slip
from derivegen.marking.judge.line import Blame
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.said import said_of
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import Tried, behind, same, tried, tried_together
from derivegen.mistakes.ranking import MOST, apart, likeliest
from derivegen.records import dataclass, field
from derivegen.rounding.interval import Interval
from derivegen.rounding.reach import Reaching

NEAREST = 10
"""Mistakes whose hulls are looked at."""
NEAR = 0.05
"""Of these those whose number is off by less than this share."""
DIGITS_FOR_PAIRS = 3
"""Significant digits from which on two mistakes at once are looked for."""
LAST_DIGIT, SIGN = "last-digit", "sign"
SAME = 1e-9
MOST_PAIRED, MOST_TRIED = 600, 1500
"""So many numbers that mistakes lead to are looked at for one submission before pairs are no more tried, and before no mistakes are: a page
on which everything is wrong is no slip of this kind or that."""


@dataclass(slots=True)
class Effort:
    """How many numbers that mistakes lead to have been looked at for a submission; one of several examples counts twice, which takes
    longer."""

    tried: int = 0

    def of(self, found: Sequence[Tried], task: Task) -> Sequence[Tried]:
        """The same, counted."""
        self.tried += len(found) * (1 if task.graph.network.rows == 1 else 2)
        return found


@dataclass(frozen=True, slots=True)
class Why:
    """Why a number is wrong: mistakes that lead to it, the reason by its key, what its sentence needs."""

    explanations: tuple[Explanation, ...] = ()
    reason: str = "unexplained"
    values: Mapping[str, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class Wrong:
    """A wrong number: of which quantity, what it should have been, what honest work reaches, and the values that somebody had before
    (`carried`: the wrong ones; `before`: all). `seen` are mistakes this person has made already."""

    task: Task
    own: str
    number: Shown
    expected: float
    carried: dict[str, Interval]
    before: dict[str, float]
    roundings: tuple[Rounding, ...]
    seen: frozenset[str] = frozenset()
    method: bool = False
    """Whether the way is shown and right, so that only digits can be wrong."""
    blame: Blame | None = None
    """What is wrong with the line it was worked out in."""
    effort: Effort = field(default_factory=Effort)

    @property
    def by_mistake(self) -> bool:
        """Whether mistakes are looked for: they are followed up to one update, and not without end."""
        return "#" not in self.task.worked(self.own) and self.effort.tried < MOST_TRIED


def explain(wrong: Wrong) -> Why:
    """What may have gone wrong."""
    blame = wrong.blame
    if blame is not None and blame.of_number:
        return _wrong_number(wrong, blame)
    why = _why(wrong)
    if blame is None or why.explanations or blame.fault == "other-formula":
        return why
    return Why((), *said_of(blame))


def _wrong_number(wrong: Wrong, blame: Blame) -> Why:
    """One number of the line stands for another: a mistake leads to that only if it leads to the very formula. Constant factors are no
    such mistake."""
    by_mistake = blame.comes and wrong.by_mistake
    sign = wrong.task.sign(wrong.own)
    found = [
        each
        for each in (_singles(wrong) if by_mistake else ())
        if any(math.isclose(each.value, sign * came, rel_tol=SAME) for came in blame.comes)
        and not _is_multiple(each.value, wrong.expected)
    ]
    found = found or list(_by_update(wrong, blame))
    return _because(found) if found else Why((), *said_of(blame))


def _by_update(wrong: Wrong, blame: Blame) -> Iterator[Explanation]:
    """The mistake that puts the new value of a parameter where its old one belongs, where the number typed is that."""
    typed = shown(blame.typed) if blame.typed is not None else None
    if typed is None or not isinstance(blame.needed, Quantity) or not wrong.by_mistake:
        return
    task, new = wrong.task, f"{blame.needed.name}'"
    values = (wrong.before.get(task.own(new)), task.number(task.own(new)))
    if blame.needed.name not in task.graph.trained or not any(
        value is not None and typed.meets(abs(value)) for value in values
    ):
        return
    right, name = task.right, task.worked(wrong.own)
    for mistake in CATALOGUE.values():
        steps = (right.rewritten(mistake, at) for at, _ in right.places(mistake, name))
        if any(Quantity(new) in walk(step.reading) for step in steps if step is not None):
            yield Explanation((mistake.identifier,), wrong.number.value)
            return


def _is_multiple(one: float, other: float) -> bool:
    """Whether one is the other times a whole number, or the other way round."""
    ratios = (one / other, other / one) if one and other else ()
    return any(abs(ratio) > 1.5 and math.isclose(ratio, round(ratio), rel_tol=SAME) for ratio in ratios)


def _why(wrong: Wrong) -> Why:
    """What may have gone wrong, by the number alone."""
    number, low, high = wrong.number, wrong.expected, wrong.expected
    for rounding in wrong.roundings[:1]:
        hull = wrong.task.reached(wrong.own, rounding, wrong.carried)
        if hull is not None and math.isfinite(hull.high - hull.low):
            low, high = hull.low, hull.high
    slipped = slip(number, wrong.expected, low, high)
    by_mistake = not wrong.method and wrong.by_mistake
    found = list(_singles(wrong)) if by_mistake else []
    if (
        by_mistake and slipped is not None and slipped.reason == SIGN
    ):  # of the mistakes that fit, first what turns a sign
        turned = list(_turned(wrong))
        found = [*turned, *(each for each in found if each not in turned)][:MOST]
    if slipped is not None and slipped.reason == LAST_DIGIT:
        last = Explanation((LAST_DIGIT,), wrong.expected)
        others = found[: MOST - 1]
        return Why((last, *others), LAST_DIGIT, {"count": str(len(others)) if others else ""})
    if found:
        return _because(found)
    slipped = slipped or _slip_of_truth(wrong)
    if slipped is not None:
        return _differs(slipped)
    if by_mistake and number.significant >= DIGITS_FOR_PAIRS and wrong.effort.tried < MOST_PAIRED:
        found = list(_pairs(wrong))
    if found:
        return _because(found)
    other = resemblance(wrong.task, wrong.own, number, wrong.expected)
    return Why() if other is None else _differs(other)


def _slip_of_truth(wrong: Wrong) -> Difference | None:
    """How it differs from the true number, for somebody who has worked on with that and not with what they wrote down before."""
    truth = wrong.task.number(wrong.own)
    return None if truth is None or truth == wrong.expected else slip(wrong.number, truth, truth, truth)


def _because(found: Sequence[Explanation]) -> Why:
    values = {"count": str(len(found))}
    return Why(tuple(found), "mistake" if len(found[0].mistakes) == 1 else "mistakes", values)


def _differs(difference: Difference) -> Why:
    return Why((), difference.reason, difference.values)


# ------------------------------------------------------------------------------------------------------------------ mistakes


def _singles(wrong: Wrong) -> Iterator[Explanation]:
    """One mistake, on all that somebody had before; if none fits, on what was wrong of it alone."""
    name = wrong.task.worked(wrong.own)
    for right in _starts(wrong):
        found = _ranked(wrong, right, wrong.effort.of(tried(right, name), wrong.task))
        if found:
            yield from found
            return


def _turned(wrong: Wrong) -> Iterator[Explanation]:
    """Of a number whose sign alone is wrong, the mistake that turns just that, though its digits be too few to tell it by."""
    name = wrong.task.worked(wrong.own)
    for right in _starts(wrong):
        fitting = [each for each in tried(right, name) if same(each.value, -right.numbers[name])]
        if fitting:
            yield from (_explanation(each) for each in _best(wrong, right, fitting))
            return


def _starts(wrong: Wrong) -> Iterator[Right]:
    before, carried = _starting(wrong, wrong.before), _carried(wrong)
    yield before
    if carried.put_in != before.put_in:
        yield carried


def _carried(wrong: Wrong) -> Right:
    return _starting(wrong, {name: cell.middle for name, cell in wrong.carried.items()})


def _starting(wrong: Wrong, values: Mapping[str, float]) -> Right:
    """The right derivation on those of the values that the number can hang on: who has others beside them has the same ways to it."""
    task, right = wrong.task, wrong.task.right
    needed = behind(right, task.worked(wrong.own))
    put_in = {own: value for name, value in values.items() if (own := task.worked(name)) in needed}
    return right.starting_from(put_in) if put_in else right


def _explanation(each: Tried) -> Explanation:
    return Explanation(tuple(mistake.identifier for mistake in each.mistakes), each.value, each.at)


def _ranked(wrong: Wrong, right: Right, candidates: Sequence[Tried]) -> list[Explanation]:
    """Those whose number this is; else those of the nearest that rounding can bring to it."""
    fitting = [each for each in candidates if wrong.number.meets(each.value)]
    if not fitting:
        size = max(abs(wrong.number.value), wrong.number.unit)
        near = [each for each in candidates if abs(each.value - wrong.number.value) <= NEAR * size]
        near.sort(key=lambda each: abs(each.value - wrong.number.value))
        fitting = list(islice((each for each in apart(near)[:NEAREST] if _reaches(wrong, right, each)), MOST))
    return [_explanation(each) for each in _best(wrong, right, fitting)]


def _best(wrong: Wrong, right: Right, fitting: Sequence[Tried]) -> list[Tried]:
    """The likeliest. Of two that lead to the very digits none is nearer."""
    name, number = wrong.task.worked(wrong.own), wrong.number

    def off(value: float) -> float:
        return 0.0 if number.meets(value) else abs(value - number.value)

    return likeliest(right, name, fitting, off, wrong.seen)


def _reaches(wrong: Wrong, right: Right, candidate: Tried) -> bool:
    """Whether rounding brings somebody with the mistakes to the number."""
    mistaken = right.with_mistakes(candidate.mistakes, candidate.at or None)
    try:
        hull = Reaching(mistaken, wrong.roundings or (Rounding(4),), wrong.carried)[wrong.own]
    except (*NO_NUMBER, RecursionError):
        return False
    return wrong.number.within(hull.low, hull.high) and not hull.wide(candidate.value)


def _pairs(wrong: Wrong) -> Iterator[Explanation]:
    """Two mistakes at once, each made everywhere."""
    right, name = _carried(wrong), wrong.task.worked(wrong.own)
    found = [
        each for each in wrong.effort.of(tried_together(right, name), wrong.task) if wrong.number.meets(each.value)
    ]
    yield from (_explanation(each) for each in _best(wrong, right, found))
