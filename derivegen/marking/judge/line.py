"""A side of numbers and what it should come to go in; whether its formula is that one, at the numbers it shows, comes out, with what is
wrong where it is not.

Every number is read as each quantity it may stand for. With these in place of the digits the side is a formula, and equal to what it
should be or not, without any tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import value
from derivegen.formula.tree import ONE, Formula
from derivegen.marking.judge.matching import FEWEST, Candidate, Habits, expected, matches
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.pool import Pool
from derivegen.marking.judge.quantities import FACTOR, GIVEN, MADE, Floats
from derivegen.marking.judge.shown import shown
from derivegen.marking.judge.side import Side
from derivegen.on_use import numpy
from derivegen.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


MOST = 60_000
"""Readings of one side that are looked at."""
ONE_BY_ONE = 64
"""Readings up to which each is worked out for itself."""
MOST_NUMBERS = 24
"""Numbers of one side."""
EQUAL, SMALL, LEFT, ULP = 1e-10, 1e-9, 1e-12, 1e-15
"""So near, relative to what it should be, or to this where that is smaller, a reading is equal; what doubles leave of a zero, and of a
number."""
MARGIN = 1.001
OFF = 0.01
"""Share by which a line is off that a number with too few digits is held against."""
LIKELY = 0.10
"""Share that the number needed may be off so that it may be a slip of the pen that nothing comes of."""
TELLING = 4
"""Significant digits by which one number in two hundred is some quantity by chance."""
NEAR_MISS = 0.02
MOST_COME = 300
FEW = 4
"""Candidates of each other number that are tried where one is looked for that is wrong."""

Fault = Literal[
    "stands-for",
    "no-quantity",
    "sign",
    "sign-of",
    "factor-missing",
    "factor-extra",
    "term-missing",
    "too-coarse",
    "other-formula",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the numbers of a side stand for; whether any is somebody's own that comes of a slip."""

    candidates: tuple[Candidate, ...]

    @property
    def follows(self) -> bool:
        return any(each.slipped for each in self.candidates)


@dataclass(frozen=True, slots=True)
class Blame:
    """What is wrong with a side: the kind of fault, the number as typed, what belongs there and its number."""

    fault: Fault
    typed: Formula | None = None
    needed: Formula | None = None
    number: float | None = None
    tier: int = MADE
    """How likely it is that that belongs there."""
    off: float = math.inf
    """By what share the number typed is off."""
    at: int = -1
    comes: tuple[float, ...] = ()
    """What the side comes to with the number as the quantities it may be; nothing where it is none."""

    @property
    def of_number(self) -> bool:
        """Whether one number is at fault."""
        return self.fault in ("stands-for", "no-quantity", "too-coarse")

    @property
    def is_another(self) -> bool:
        """Whether the number typed is another quantity, by so many digits that it is none by chance."""
        typed = None if self.typed is None else shown(self.typed)
        return bool(self.comes) and typed is not None and typed.significant >= TELLING


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is found of a side: whether it is the formula it should be (None: cannot be told), how it is read, what is wrong. `trimmed`:
    not all readings could be looked at."""

    holds: bool | None
    reading: Reading | None = None
    blame: Blame | None = None
    trimmed: bool = False


class Line:
    """A side of numbers that should come to `target`, with a pool of what they may stand for."""

    def __init__(self, side: Side, target: float, pool: Pool, habits: Callable[[], Habits]) -> None:
        self.side, self.target, self.pool, self._habits = side, target, pool, habits

    @cached_property
    def habits(self) -> Habits:
        """To what the page and the line round."""
        return self._habits()

    def judged(self) -> Judgement:
        """The judgement."""
        side = self.side
        if len(side.numbers) > MOST_NUMBERS or not math.isfinite(self.target):
            return Judgement(None, trimmed=True)
        typed = self._with([abs(number.value) for number in side.numbers])
        if typed is None:
            return Judgement(None)
        reading, trimmed = self._read([expected(self.pool, number) for number in side.numbers])
        if reading is None:
            found = [matches(self.pool, number, self.habits) for number in side.numbers]
            reading, trimmed = self._read(found)
        if reading is not None:
            coarse = self._too_coarse(reading, typed)
            return Judgement(coarse is None, reading, coarse)
        if trimmed:
            return Judgement(None, trimmed=True)
        return self._not_equal(found)

    def value(self, numbers: Sequence[Any]) -> Any:
        """What the side comes to with these numbers, many at once, in its places; None where that is nothing."""
        try:
            with numpy.errstate(all="ignore"):
                return value(self.side.formula, self._among(numbers), ARRAYS)
        except (*NO_NUMBER, AttributeError, TypeError):
            return None

    def _among(self, numbers: Sequence[Any]) -> Callable[[str], Any]:
        look = self.pool.layout.quantities

        def looked_up(name: str) -> Any:
            return numbers[int(name)] if name.isdigit() else look.true[look.index[name]]

        return looked_up

    # ----------------------------------------------------------------------------------------------------------- readings

    def _read(self, found: Sequence[Sequence[Candidate]]) -> tuple[Reading | None, bool]:
        """The likeliest reading with which the side is what it should be; whether some had to be left out."""
        if not all(found):
            return None, False
        lists, trimmed = _trimmed(found)
        if math.prod(map(len, lists)) <= ONE_BY_ONE:
            best = min(filter(self._is_equal, product(*lists)), key=_rank, default=None)
            return (None if best is None else Reading(best)), trimmed
        values = self._values([numpy.array([each.value for each in some]) for some in lists])
        if values is None:
            return None, trimmed
        equal = numpy.argwhere(abs(values - self.target) <= self._near)
        if not len(equal):
            return None, trimmed
        readings = (tuple(some[n] for some, n in zip(lists, each, strict=True)) for each in equal[:500].tolist())
        return Reading(min(readings, key=_rank)), trimmed

    def _with(self, numbers: Sequence[float]) -> float | None:
        return self.side.comes_to(self._among(numbers))

    def _is_equal(self, choice: Sequence[Candidate]) -> bool:
        """Whether the side is what it should be with one choice of candidates."""
        came = self._with([each.value for each in choice])
        return came is not None and abs(came - self.target) <= self._near

    @cached_property
    def _near(self) -> float:
        """How near the target a reading comes to it. Of what comes to a zero, doubles may have left something; more where zeros do."""
        sizes = [abs(number.value) for number in self.side.numbers]
        if abs(self.target) <= LEFT:
            return max(EQUAL * SMALL, ULP * max(sizes)) if self._with(sizes) else LEFT
        return EQUAL * max(abs(self.target), SMALL)

    def _values(self, lists: Sequence[Floats]) -> Floats | None:
        """What the side comes to with every choice of one of each list."""
        count = len(lists)
        spread = [each.reshape([-1 if n == place else 1 for n in range(count)]) for place, each in enumerate(lists)]
        found = self.value(spread)
        return None if found is None else numpy.broadcast_to(found, [len(each) for each in lists])

    def _too_coarse(self, reading: Reading, typed: float) -> Blame | None:
        """The number that shows too few digits beside the others, where the line comes out off for it."""
        meant = self._with([abs(each.reference) for each in reading.candidates])
        if meant is None or abs(typed - meant) <= OFF * abs(meant):
            return None
        shows = list(zip(self.side.numbers, reading.candidates, self.side.texts, strict=True))
        for number, each, text in shows:
            if each.exact or not number.decimals:
                continue
            written = self.pool.unit[each.place]
            if math.isclose(written, number.unit):
                continue
            others = [
                other
                for other, another, _ in shows
                if other is not number and other.decimals and not self.pool.exact[another.place]
            ]
            coarser = [number.decimals < other.decimals and number.significant < other.significant for other in others]
            if not others:  # then beside the coarsest results of the page
                coarser = [number.unit > MARGIN * rounding.unit(number.value) for rounding in self.habits.page]
            if (coarser and all(coarser)) or number.unit > written:
                return Blame("too-coarse", text, self.pool.formula(each.place), self.pool.true[each.place])
        return None

    # -------------------------------------------------------------------------------------------------------------- blame

    def _not_equal(self, found: Sequence[tuple[Candidate, ...]]) -> Judgement:
        blame = self._blame(found)
        few = [
            number.significant <= FEWEST and bool(number.decimals) and not self._is_given(some)
            for number, some in zip(self.side.numbers, found, strict=True)
        ]
        if any(few):
            loose = [
                matches(self.pool, number, self.habits, loose=True) or some if is_few else some
                for number, some, is_few in zip(self.side.numbers, found, few, strict=True)
            ]
            if self._read(loose)[0] is not None:
                return Judgement(None, None, blame)
        return Judgement(False, None, blame)

    def _is_given(self, some: Sequence[Candidate]) -> bool:
        """Whether a number is one of the given factors of the line, to its last digit: then it is no coarse other one."""
        return any(each.tier == FACTOR and self.pool.exact[each.place] for each in some)

    def _blame(self, found: Sequence[tuple[Candidate, ...]]) -> Blame:
        """The number that is wrong, with what belongs there; else what the whole is off by."""
        unknown = [place for place, some in enumerate(found) if not some]
        wrong = self._wrong_number(found, unknown or range(len(found))) if len(unknown) < 2 else None
        if wrong is not None and (unknown or wrong.tier == FACTOR):
            return self._too_many(wrong, found)
        if unknown:
            return Blame("no-quantity", self.side.texts[unknown[0]], at=unknown[0])
        return self._whole(found) or (Blame("other-formula") if wrong is None else self._too_many(wrong, found))

    def _too_many(self, wrong: Blame, found: Sequence[tuple[Candidate, ...]]) -> Blame:
        """Where 1 belongs, a factor is one too many."""
        if wrong.needed != ONE or not found[wrong.at]:
            return wrong
        place = found[wrong.at][0].place
        return Blame("factor-extra", wrong.typed, self.pool.formula(place), self.pool.size[place])

    def _wrong_number(self, found: Sequence[tuple[Candidate, ...]], places: Sequence[int]) -> Blame | None:
        """One number with another in its place: the likeliest of those with which the side is what it should be."""
        pool, rank = self.pool, (9.0, 0.0, 0.0, 0.0)
        best: tuple[int, int] | None = None
        near = numpy.flatnonzero(pool.full.tier <= MADE)
        near = near[numpy.argsort(pool.full.tier[near], kind="stable")]
        few = FEW if len(found) <= 5 else 2
        for place in places:
            lists = [some[:few] for some in found]
            lists[place] = ()
            values = [numpy.array([each.value for each in some]) for some in lists]
            values[place] = pool.full.size[near]
            came = self._values(values)
            if came is None:
                continue
            equal = numpy.argwhere(abs(came - self.target) <= self._near)
            for choice in equal[:200].tolist():
                item = int(near[choice[place]])
                others = [some[n] for at, (some, n) in enumerate(zip(lists, choice, strict=True)) if at != place]
                far = 2 * sum(each.off > OFF for each in others)
                own = (
                    float(pool.tier[item] + far), float(sum(each.tier for each in others)),
                    round(sum(each.off for each in others), 6), float(self.side.numbers[place].significant),
                )  # fmt: skip
                if best is None or own < rank:
                    best, rank = (place, item), own
        if best is None:
            return None
        place, item = best
        size = pool.size[item]
        off = min(abs(abs(self.side.numbers[place].value) - each) for each in (size, pool.own_size[item]))
        return Blame(
            "stands-for", self.side.texts[place], pool.formula(item), size, pool.tier[item],
            off / max(size, 1e-300), place, self._comes(found) if found[place] else (),
        )  # fmt: skip

    def _comes(self, found: Sequence[tuple[Candidate, ...]]) -> tuple[float, ...]:
        values = self._values([numpy.array([each.value for each in some[:FEW]]) for some in found])
        return () if values is None else tuple(values[numpy.isfinite(values)].ravel().tolist()[:MOST_COME])

    def _whole(self, found: Sequence[tuple[Candidate, ...]]) -> Blame | None:
        """A sign, a factor too few or too many, a term missing."""
        likely = [some[:FEW] for some in found] if len(found) <= 6 else [some[:1] for some in found]
        for lists in ([some[:1] for some in found], likely):
            values = self._values([numpy.array([each.value for each in some]) for some in lists])
            if values is None:
                return None
            came = numpy.unique(values[numpy.isfinite(values)].ravel())
            if (abs(came + self.target) <= EQUAL * abs(self.target)).any():
                return Blame("sign")
            blame = self._turned(lists) or self._ratio(came, GIVEN) or self._term(came) or self._ratio(came, MADE)
            if blame is not None:
                return blame
        return None

    def _turned(self, likely: Sequence[Sequence[Candidate]]) -> Blame | None:
        """The sign of one number turned round."""
        for place, text in enumerate(self.side.texts) if len(likely) > 1 else ():
            lists = [numpy.array([each.value for each in some]) for some in likely]
            lists[place] = -lists[place]
            came = self._values(lists)
            if came is not None and (abs(came - self.target) <= self._near).any():
                return Blame("sign-of", text, at=place)
        return None

    def _ratio(self, came: Floats, tier: int) -> Blame | None:
        pool, target = self.pool, self.target
        came = came[came != 0]
        if not len(came) or not target:
            return None
        ratios = abs(target / came)
        full = pool.full
        places = numpy.flatnonzero((full.tier <= tier) & (full.size > 0) & (abs(full.size - 1) > EQUAL))
        places = places[numpy.argsort(full.tier[places], kind="stable")]
        missing, extra = _among(ratios, full.size[places]), _among(ratios, 1 / full.size[places])
        if not (missing | extra).any():
            return None
        first = int(numpy.argmax(missing | extra))
        place = int(places[first])
        return Blame(
            "factor-missing" if missing[first] else "factor-extra", None, pool.formula(place), pool.size[place]
        )

    def _term(self, came: Floats) -> Blame | None:
        pool, full = self.pool, self.pool.full
        places = numpy.concatenate((numpy.arange(pool.merged, pool.unnamed), numpy.flatnonzero(full.tier <= GIVEN)))
        places = places[full.size[places] > 0]
        found = _among(abs(self.target - came), full.size[places])
        if not found.any():
            return None
        place = int(places[int(numpy.argmax(found))])
        return Blame("term-missing", None, pool.formula(place), pool.true[place])


def _among(numbers: Floats, wanted: Floats) -> NDArray[numpy.bool_]:
    """Which of the numbers wanted, all of them above 0, are among some others."""
    if not len(numbers):
        return numpy.zeros(len(wanted), bool)
    numbers = numpy.sort(numbers)
    at = numpy.searchsorted(numbers, wanted)
    below, above = numbers[numpy.maximum(at - 1, 0)], numbers[numpy.minimum(at, len(numbers) - 1)]
    found: NDArray[numpy.bool_] = numpy.minimum(abs(below / wanted - 1), abs(above / wanted - 1)) <= EQUAL
    return found


def _rank(reading: tuple[Candidate, ...]) -> tuple[int, float]:
    return sum(each.tier for each in reading), sum(each.off for each in reading)


def _trimmed(found: Sequence[Sequence[Candidate]]) -> tuple[list[Sequence[Candidate]], bool]:
    """As many candidates of each number as can be looked at together: of the longest list the unlikeliest go."""
    lists, trimmed = list(found), False
    while math.prod(map(len, lists)) > MOST:
        longest = max(range(len(lists)), key=lambda place: len(lists[place]))
        some = lists[longest]
        if len(some) == 1:
            break
        worst = some[-1].tier
        kept = [each for each in some if each.tier < worst]
        lists[longest] = kept or some[: max(1, len(some) // 2)]
        trimmed = True
    return lists, trimmed
