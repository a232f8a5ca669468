"""One family of names and what it may mean: the facts of a page go in; the readings of a family, the likeliest first, come out.

Names that differ in their numbers alone are one family, and a family is read by one scheme of numbering. A restated number speaks for a
reading the more, the fewer quantities have it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from derivegen.marking.judge.shown import Shown
from derivegen.marking.judge.task import Task
from derivegen.marking.page.spelled import Spelled
from derivegen.marking.page.told import Fact, SaidLine
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.network.family import PARAMETERS
from derivegen.network.names import derivative
from derivegen.notation.schemes import KINDS, LETTERS, Indices, Scheme, schemes
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

MOST_FAMILIES = 24
KEPT = 8
"""Readings of a family that are followed."""
UNREAD, UNREAD_VALUE, NO_PLACE = -0.5, -0.7, -3.0
CONTRADICTED_GIVEN, CONTRADICTED = -2.5, -2.0
KNOWN_LETTER, ALIKE_LETTER, OTHER_LETTER, TODAY = 1.2, -1.5, -4.0, 2.0
NEAR_UNITS, NEAR = 3.0, 0.02
"""Units of its last digit by which rounding on the way may move a result; share by which one may be off that speaks neither way."""


@dataclass(frozen=True)
class Inferred:
    """What a page's names mean by their keys, and what they may mean where that is open."""

    meant: Mapping[str, str] = field(default_factory=dict)
    open_: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.meant or self.open_)


@dataclass(frozen=True)
class NameFamily:
    """Names that differ in their numbers alone: their letters, and each key with its indices."""

    skeleton: str
    members: Mapping[str, Indices]

    @cached_property
    def letter(self) -> str:
        """The letters in front."""
        match = re.match(r"[^\W\d_]+", self.skeleton)
        return match[0].lower() if match else ""


@dataclass(frozen=True)
class SchemeReading:
    """A family read by a scheme (None: not read), with what speaks for it; how many facts it matches and contradicts."""

    family: NameFamily
    scheme: Scheme | None
    score: float
    matched: int = 0
    contradicted: int = 0
    alone: int = 0
    """Matches with a number no other quantity has."""

    def of(self, key: str) -> str | None:
        """The quantity of a name."""
        return None if self.scheme is None else self.scheme.table.get(self.family.members.get(key, (-1,)))

    def differs(self, other: SchemeReading) -> bool:
        """Whether another reading of the family takes a name otherwise."""
        return any(self.of(key) != other.of(key) for key in self.family.members)

    @cached_property
    def quantities(self) -> frozenset[str]:
        """All it reads."""
        return frozenset(name for key in self.family.members if (name := self.of(key)) is not None)


def families(facts: Sequence[Fact], lines: Sequence[SaidLine]) -> list[NameFamily]:
    """The names that numbers and lines speak of, those together that differ in their numbers alone."""
    keys = dict.fromkeys(
        [fact.key for fact in facts] + [key for line in lines for key in sorted(line.keys | {line.key})]
    )
    by_skeleton: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for key in keys:
        by_skeleton[re.sub(r"\d+", "#", key.removeprefix(FREE))][key] = re.findall(r"\d+", key)
    return [family for skeleton, members in by_skeleton.items() for family in _cut(skeleton, members)][:MOST_FAMILIES]


def _cut(skeleton: str, members: Mapping[str, list[str]]) -> Iterator[NameFamily]:
    """The members with their numbers; where each has one of as many digits, these one by one."""
    lengths = {tuple(map(len, numbers)) for numbers in members.values()}
    if len(lengths) == 1 and (only := next(iter(lengths))) and len(only) <= 2 and 1 < sum(only) <= 4 and max(only) > 1:
        apart = {key: tuple(int(digit) for digit in "".join(numbers)) for key, numbers in members.items()}
        if all(1 < len(indices) < 4 for indices in apart.values()):
            small = all(max(indices) < 10 for indices in apart.values())
            if small:
                yield NameFamily(skeleton, apart)
                return
    yield NameFamily(skeleton, {key: tuple(map(int, numbers)) for key, numbers in members.items()})


@dataclass(frozen=True)
class Readings:
    """Weighs the readings of the families of one page."""

    facts: Sequence[Fact]
    spelled: Spelled
    task: Task
    _values: dict[tuple[str, str], float | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def schemes(self) -> tuple[Scheme, ...]:
        """The schemes of the network."""
        key = ("schemes",)
        if key not in self.task.layouts:
            self.task.layouts[key] = schemes(self.task.graph)
        return self.task.layouts[key]  # type: ignore[return-value]

    def of(self, family: NameFamily) -> tuple[SchemeReading, ...]:
        """The likeliest readings of a family, two of every kind at least, and not to read it."""
        found = [reading for scheme in self.schemes if (reading := self._reading(family, scheme)) is not None]
        found.sort(key=lambda reading: -reading.score)
        found = self._as_the_file_has_it(family, found)
        distinct: dict[tuple[str | None, ...], SchemeReading] = {}
        for reading in found:
            distinct.setdefault(tuple(reading.of(key) for key in family.members), reading)
        kept = list(distinct.values())
        many = Counter[str]()
        chosen = []
        for place, reading in enumerate(kept):
            assert reading.scheme is not None
            many[reading.scheme.kind] += 1
            if place < KEPT or (many[reading.scheme.kind] <= 2 and place < 3 * KEPT):
                chosen.append(reading)
        values = sum(fact.key in family.members for fact in self.facts)
        return (*chosen, SchemeReading(family, None, UNREAD + UNREAD_VALUE * values))

    def is_only(self, reading: SchemeReading) -> bool:
        """Whether several names of one kind can be numbered in no other way: δ1 and δ2 of two layers with a unit each."""
        kind = reading.scheme and reading.scheme.kind
        others = (one for one in self.of(reading.family) if one.scheme is not None and one.scheme.kind == kind)
        return len(reading.family.members) > 1 and not any(map(reading.differs, others))

    def _as_the_file_has_it(self, family: NameFamily, found: list[SchemeReading]) -> list[SchemeReading]:
        """The reading of the network file's own notation alone, where the page does not say clearly that it means another."""
        typed = {key: self.spelled.typed.get(key) for key in family.members}
        names = {key: self.spelled.known.resolve(each, own=True) for key, each in typed.items() if each is not None}
        own = next((one for one in found if all(names.get(key) == (one.of(key),) for key in family.members)), None)
        if own is None or not found:
            return found
        better = [
            one for one in found if one.matched >= max(2, 2 * own.matched) and not one.contradicted and own.contradicted
        ]
        return [own, *better]

    def _reading(self, family: NameFamily, scheme: Scheme) -> SchemeReading | None:
        table, members = scheme.table, family.members
        lost = sum(indices not in table for indices in members.values())
        if len(next(iter(scheme.table))) != len(next(iter(members.values()))) or 4 * lost > len(members):
            return None
        if scheme.from_zero and not any(0 in indices for indices in members.values()):
            return None
        score = scheme.prior + NO_PLACE * lost + self._of_letter(family, scheme)
        matched = contradicted = alone = 0
        for fact in self.facts:
            name = table.get(members.get(fact.key, (-9,)))
            if name is None:
                continue
            gain, only = self.fact(fact, name)
            score += gain
            matched, contradicted, alone = matched + (gain > 0), contradicted + (gain < 0), alone + only
        return SchemeReading(family, scheme, score, matched, contradicted, alone)

    def _of_letter(self, family: NameFamily, scheme: Scheme) -> float:
        """How usual the letter is for the kind; whether that is how it is read anyway."""
        letter = family.letter
        if self.is_today(family, scheme):
            return TODAY + (KNOWN_LETTER if letter in LETTERS[scheme.kind] else 0)
        if letter in LETTERS[scheme.kind]:
            return KNOWN_LETTER
        others = {kind for kind, letters in LETTERS.items() if letter in letters}
        if not others:
            return 0.0
        mine = KINDS.get(scheme.kind)
        return ALIKE_LETTER if mine and any(KINDS.get(kind) == mine for kind in others) else OTHER_LETTER

    def is_today(self, family: NameFamily, scheme: Scheme) -> bool:
        """Whether the family is read so without the page."""
        return all(self.spelled.today(key) == (scheme.table.get(indices),) for key, indices in family.members.items())

    def fact(self, fact: Fact, name: str) -> tuple[float, bool]:
        """What a number, or what it is worked out from, says for a name as a quantity, and whether no other quantity has that number."""
        true = self.value(name, fact.what)
        if true is None:
            return 0.0, False
        said = (
            self._told(fact.what, number, name, true) for number in (fact.number, fact.worked) if number is not None
        )
        return max(said)

    def _told(self, what: str, number: Shown, name: str, true: float) -> tuple[float, bool]:
        given = what == "value" and self.task.given(name)
        far = abs(number.value - true)
        near = not given and number.decimals > 0 and far <= max(NEAR_UNITS * number.unit, 0)
        if not near and not number.meets(true):
            if not given and number.significant > 1 and far <= NEAR * abs(true):
                return 0.0, False
            return CONTRADICTED_GIVEN if given else CONTRADICTED, False
        alike = self._alike(number, what)
        gain = min(3.0, max(0.3, math.log(max(len(self._numbers(what)), 2) / max(alike, 1))))
        if not given and not (
            number.value and number.equals(true)
        ):  # a short decimal that is the very number is no chance
            gain = min(gain, 0.8 * (number.significant - 1) + 0.2) if number.significant else 0.2
        elif not number.equals(true):
            gain *= 0.4
        if not number.meets(true):
            gain *= 0.6
        return max(gain, 0.1), alike <= 1

    def value(self, name: str, what: str) -> float | None:
        """The number of a quantity, of its new value or its derivative."""
        if (name, what) not in self._values:
            self._values[name, what] = self._value(name, what)
        return self._values[name, what]

    def _value(self, name: str, what: str) -> float | None:
        task, kind = self.task, self.task.graph.kind_of(name)
        if what == "value":
            found = task.number(task.own(name))
            return None if found is None else task.sign(name) * found
        if what == "new":
            return task.number(task.own(f"{name}'")) if kind in PARAMETERS else None
        if kind in (None, "loss", "target"):  # δ is a derivative itself
            return None
        return task.number(task.own(derivative("loss", name)))

    def _numbers(self, what: str) -> Sequence[float]:
        key = ("numbers of a page", what)
        if key not in self.task.layouts:
            names = {name for scheme in self.schemes for name in scheme.table.values()}
            self.task.layouts[key] = sorted(v for name in sorted(names) if (v := self.value(name, what)) is not None)
        return self.task.layouts[key]  # type: ignore[return-value]

    def _alike(self, number: Shown, what: str) -> int:
        values = numpy.asarray(self._numbers(what))
        return int(((values >= number.low - 1e-12) & (values <= number.high + 1e-12)).sum())
