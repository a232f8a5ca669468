"""What a page's names mean: statements in which every symbol is a name of its own go in, with the numbers of the network; the quantity
that each name stands for comes out, or the readings that the page leaves open.

Names that differ in their numbers alone are one family, and a family is read by one scheme of numbering. Restated givens, results and
defining lines speak for a reading or against it; the readings of all families are chosen together. What another reading fits as well is
left open, and nothing is taken against what is usual without a witness.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy

from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import value
from derivegen.formula.tree import Formula, Matrix, Number, Quantity, walk
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.page.spelled import Spelled
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statements import Statement
from derivegen.network.names import derivative
from derivegen.notation.schemes import KINDS, LETTERS, Indices, Scheme, schemes

MOST_QUANTITIES, MOST_FAMILIES, MOST_STATEMENTS = 400, 24, 300
KEPT, BEAM = 8, 60
"""Readings of a family, and of a page, that are followed."""
MARGIN = 1.5
"""By how much a reading must be likelier than every other."""
TWICE, UNLIKE, UNREAD, UNREAD_VALUE, NO_PLACE = -3.0, -1.2, -0.5, -0.7, -3.0
CONTRADICTED_GIVEN, CONTRADICTED = -2.5, -2.0
TRUE_LINE, FALSE_LINE, TRUE_NUMBERS, FALSE_NUMBERS = 3.0, -2.0, 1.5, -1.0
KNOWN_LETTER, ALIKE_LETTER, OTHER_LETTER, TODAY = 1.2, -1.5, -4.0, 2.0
CLOSE = 1e-7
NEAR_UNITS, NEAR = 3.0, 0.02
"""Units of its last digit by which rounding on the way may move a result; share by which one may be off that speaks neither way."""
_DERIVATIVE = re.compile(rf"d(?P<of>loss|{FREE}[^/]+)/d(?P<by>{FREE}[^/']+)")
_TOTAL = re.compile(r"_?(?:total|tot|ges|gesamt)$")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a page gives for a name: for its value, its new one, or its derivative."""

    key: str
    what: str
    number: Shown


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of symbols: the name on the left, as `what` of it, and a formula."""

    key: str
    what: str
    formula: Formula
    keys: frozenset[str]
    numbers: bool


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

    @cached_property
    def quantities(self) -> frozenset[str]:
        """All it reads."""
        return frozenset(name for key in self.family.members if (name := self.of(key)) is not None)


@dataclass(frozen=True)
class Inferred:
    """What a page's names mean by their keys, and what they may mean where that is open."""

    meant: Mapping[str, str] = field(default_factory=dict)
    open_: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.meant or self.open_)


def inferred(found: Iterable[object], spelled: Spelled, task: Task) -> Inferred:
    """What the names of a page mean where its own statements say so, and that is not what they are read as anyway."""
    if not task.graph.layered or task.graph.network.rows != 1 or not task.graph.givens:
        return Inferred()
    if sum(1 for _ in task.graph.names()) > MOST_QUANTITIES:
        return Inferred()
    stated = [one for one in found if isinstance(one, Statement | Answer)][:MOST_STATEMENTS]
    return Page(stated, spelled, task).inferred()


class Page:
    """The inference for one page."""

    def __init__(self, stated: Sequence[Statement | Answer], spelled: Spelled, task: Task) -> None:
        self.spelled, self.task = spelled, task
        self.stated = stated
        self.facts = [fact for one in stated for fact in _facts(one)]
        self.lines = [line for one in stated if isinstance(one, Statement) for line in _lines(one)]
        self._values: dict[tuple[str, str], float | None] = {}
        self._held: dict[tuple[int, tuple[str | None, ...]], float] = {}

    def inferred(self) -> Inferred:
        """The names that are read, and those left open."""
        layers = dict(self._layers())
        families = [
            family for family in self._families() if not any(key.removeprefix(FREE) in layers for key in family.members)
        ]
        if not families or not self.facts:
            return Inferred(layers)
        choices = {family.skeleton: self._readings(family) for family in families}
        if not any(reading.matched for family in families for reading in choices[family.skeleton]):
            return Inferred(layers)
        found = self._settled(families, self._best(families, choices), choices)
        return Inferred({**found.meant, **layers}, found.open_)

    # -------------------------------------------------------------------------------------------------------- whole layers

    def _layers(self) -> Iterator[tuple[str, str]]:
        """The names that are whole layers, each with its array: those that stand beside a list or a matrix of the shape of a layer."""
        sized = {name: tuple(shape) for name, shape in _arrays(self.task)}
        shapes: dict[str, tuple[int, int]] = {}
        for one in self.stated:
            told, shape = _array_of(one) if isinstance(one, Statement) else ("", None)
            if shape is not None and shape != (1, 1):
                shapes.setdefault(told, shape)
        single = {fact.key for fact in self.facts}
        for one in self.stated:  # what stands beside a layer in a line of layers is one
            if _left(one) in shapes:
                for key in _keys(one):
                    if key not in single and len(re.findall(r"\d+", key)) < 2:
                        shapes.setdefault(key, (0, 0))
        skeletons = {re.sub(r"\d+", "#", key): key for key in shapes}
        keys = dict.fromkeys([*shapes, *(each for one in self.stated for each in _keys(one))])
        for key in keys:
            like = skeletons.get(re.sub(r"\d+", "#", key))
            if like is None:
                continue
            kind = self._kind_of_layer(like, shapes[like], sized)
            number = re.findall(r"\d+", key)
            name = f"{kind}[{number[0]}]" if number else kind
            if kind and name in sized and len(number) < 2:
                yield key.removeprefix(FREE), self.spelled.known._only_entry(name)

    def _kind_of_layer(self, key: str, shape: tuple[int, int], sized: Mapping[str, tuple[int, ...]]) -> str:
        """What kind of array a name is, by its letter, its number and its shape."""
        letter, number = NameFamily(key.removeprefix(FREE), {}).letter, re.findall(r"\d+", key)
        kinds = [kind for kind, letters in LETTERS.items() if letter in letters]
        today = {name.partition("[")[0].partition("@")[0] for name in self._today(key)}
        for kind in sorted(kinds, key=lambda kind: kind not in today):
            name = f"{kind}[{number[0]}]" if len(number) == 1 else kind if kind in ("x", "t") else ""
            if name in sized and (shape == (0, 0) or sorted(sized[name]) == sorted(shape)):
                return kind
        return ""

    # ------------------------------------------------------------------------------------------------------------ families

    def _families(self) -> list[NameFamily]:
        keys = dict.fromkeys(
            [fact.key for fact in self.facts] + [key for line in self.lines for key in sorted(line.keys | {line.key})]
        )
        by_skeleton: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for key in keys:
            by_skeleton[re.sub(r"\d+", "#", key.removeprefix(FREE))][key] = re.findall(r"\d+", key)
        return [family for skeleton, members in by_skeleton.items() for family in _cut(skeleton, members)][
            :MOST_FAMILIES
        ]

    # ------------------------------------------------------------------------------------------------------------ readings

    @cached_property
    def schemes(self) -> tuple[Scheme, ...]:
        """The schemes of the network."""
        key = ("schemes",)
        if key not in self.task.layouts:
            self.task.layouts[key] = schemes(self.task.graph)
        return self.task.layouts[key]  # type: ignore[return-value]

    def _readings(self, family: NameFamily) -> tuple[SchemeReading, ...]:
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
            gain, only = self._fact(fact, name)
            score += gain
            matched, contradicted, alone = matched + (gain > 0), contradicted + (gain < 0), alone + only
        return SchemeReading(family, scheme, score, matched, contradicted, alone)

    def _of_letter(self, family: NameFamily, scheme: Scheme) -> float:
        """How usual the letter is for the kind; whether that is how it is read anyway."""
        letter = family.letter
        if self._is_today(family, scheme):
            return TODAY + (KNOWN_LETTER if letter in LETTERS[scheme.kind] else 0)
        if letter in LETTERS[scheme.kind]:
            return KNOWN_LETTER
        others = {kind for kind, letters in LETTERS.items() if letter in letters}
        if not others:
            return 0.0
        mine = KINDS.get(scheme.kind)
        return ALIKE_LETTER if mine and any(KINDS.get(kind) == mine for kind in others) else OTHER_LETTER

    def _is_today(self, family: NameFamily, scheme: Scheme) -> bool:
        return all(self._today(key) == (scheme.table.get(indices),) for key, indices in family.members.items())

    def _today(self, key: str) -> tuple[str, ...]:
        return self.spelled._today(key)

    def _fact(self, fact: Fact, name: str) -> tuple[float, bool]:
        """What a number says for a name as a quantity, and whether no other quantity has that number."""
        true = self.value(name, fact.what)
        if true is None:
            return 0.0, False
        given = fact.what == "value" and self.task.given(name)
        number = fact.number
        far = abs(number.value - true)
        near = not given and number.decimals > 0 and far <= max(NEAR_UNITS * number.unit, 0)
        if not near and not number.meets(true):
            if not given and number.significant > 1 and far <= NEAR * abs(true):
                return 0.0, False
            return CONTRADICTED_GIVEN if given else CONTRADICTED, False
        alike = self._alike(number, fact.what)
        gain = min(3.0, max(0.3, math.log(max(len(self._numbers(fact.what)), 2) / max(alike, 1))))
        if not given:
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
        task = self.task
        if what == "value":
            found = task.number(task.own(name))
            return None if found is None else task.sign(name) * found
        if what == "new":
            return task.number(task.own(f"{name}'")) if name.startswith(("w", "b", "theta")) else None
        if name in ("loss", "rate") or name.startswith(("t[", "delta")):
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

    # ------------------------------------------------------------------------------------------------------------ together

    def _best(
        self, families: Sequence[NameFamily], choices: Mapping[str, Sequence[SchemeReading]]
    ) -> list[tuple[float, tuple[SchemeReading, ...]]]:
        """The likeliest readings of all families together."""
        order = sorted(families, key=lambda family: -max(reading.score for reading in choices[family.skeleton]))
        beam: list[tuple[float, tuple[SchemeReading, ...]]] = [(0.0, ())]
        for family in order:
            longer = [
                (
                    score + reading.score + self._beside(some, reading) + self._lines_with(some, reading),
                    (*some, reading),
                )
                for score, some in beam
                for reading in choices[family.skeleton]
            ]
            longer.sort(key=lambda entry: -entry[0])
            beam = longer[:BEAM]
        return beam

    def _beside(self, some: Sequence[SchemeReading], reading: SchemeReading) -> float:
        """What speaks against two families being read so on one page."""
        if reading.scheme is None:
            return 0.0
        cost = 0.0
        for other in some:
            if other.scheme is None:
                continue
            shared = reading.quantities & other.quantities
            if shared and not self._alike_names(reading, other):
                cost += TWICE * min(len(shared), 2)
            if reading.scheme.order in ("to-from", "from-to") and other.scheme.order in ("to-from", "from-to"):
                cost += UNLIKE * (reading.scheme.order != other.scheme.order)
            if reading.scheme.from_zero != other.scheme.from_zero:
                cost += UNLIKE / 2
        return cost

    def _alike_names(self, one: SchemeReading, other: SchemeReading) -> bool:
        """Whether the same digits stand for the same quantity in both: w_11 and w_{1,1}, net_1 and net1; or one names a linear unit."""
        if one.family.letter == other.family.letter:
            return True
        return any(name.startswith("z[") for name in one.quantities & other.quantities)

    def _lines_with(self, some: Sequence[SchemeReading], reading: SchemeReading) -> float:
        """What the lines say that are read with this family and not without it."""
        every = (*some, reading)
        at = {key: one for one in every for key in one.family.members}
        mine = reading.family.members
        score = 0.0
        for place, line in enumerate(self.lines):
            keys = line.keys | {line.key}
            if any(key in mine for key in keys) and all(key in at for key in keys):
                score += self._line(place, {key: at[key].of(key) for key in keys})
        return score

    def _line(self, place: int, names: Mapping[str, str | None]) -> float:
        key = place, tuple(names[each] for each in sorted(names))
        if key not in self._held:
            self._held[key] = self._held_to(self.lines[place], names)
        return self._held[key]

    def _held_to(self, line: SaidLine, names: Mapping[str, str | None]) -> float:
        """What a line says with its names read so: of another network of the same shape where it has no numbers."""
        if None in names.values():
            return 0.0
        left = names[line.key]
        assert left is not None
        if line.numbers:
            target = self.value(left, line.what)
            look: Callable[[str], Any] = partial(self._look, names)
        else:
            target = self._drawn(left, line.what)
            look = partial(self._drawn_look, names)
        if target is None:
            return 0.0
        try:
            with numpy.errstate(all="ignore"):
                found = value(line.formula, look, ARRAYS)
                off = numpy.abs(numpy.asarray(found, float) - target) / (1e-9 + numpy.abs(target))
        except (*NO_NUMBER, AttributeError, TypeError):
            return 0.0
        told = off[numpy.isfinite(off)] if off.ndim else off
        if not numpy.isfinite(off).any():
            return 0.0
        if line.numbers:
            return TRUE_NUMBERS if float(off) < 1e-3 else FALSE_NUMBERS
        return TRUE_LINE if bool((told < CLOSE).all()) else FALSE_LINE

    def _look(self, names: Mapping[str, str | None], name: str) -> float:
        found = self._of(names, name, self.value)
        if found is None:
            raise KeyError(name)
        return float(found)

    def _drawn_look(self, names: Mapping[str, str | None], name: str) -> Any:
        found = self._of(names, name, self._drawn)
        if found is None:
            raise KeyError(name)
        return found

    def _of(self, names: Mapping[str, str | None], name: str, look: Callable[[str, str], Any]) -> Any:
        """The value of a leaf: of a name, its new value, the loss's derivative by it."""
        told = _parts(name)
        if told is not None:
            quantity = names.get(told[0])
            return None if quantity is None else look(quantity, told[1])
        return look(name, "value") if FREE not in name else None

    def _drawn(self, name: str, what: str) -> Any:
        numbers = self.task.equalities.numbers
        name = {"value": name, "new": f"{name}'", "grad": derivative("loss", name)}[what]
        if name.startswith("delta"):
            name = derivative("loss", f"z{name.removeprefix('delta')}")
        try:
            return numbers[name]
        except (*NO_NUMBER, LookupError):
            return None

    # -------------------------------------------------------------------------------------------------------------- guards

    def _settled(
        self,
        families: Sequence[NameFamily],
        beam: Sequence[tuple[float, tuple[SchemeReading, ...]]],
        choices: Mapping[str, Sequence[SchemeReading]],
    ) -> Inferred:
        """The names of every family that is read for sure, and those of which several readings are left."""
        _, best = beam[0]
        meant: dict[str, str] = {}
        open_: dict[str, tuple[str, ...]] = {}
        for place, reading in enumerate(best):
            if reading.scheme is None:
                continue
            rivals = [
                (
                    reading.score
                    - other.score
                    + self._context(best, place, reading)
                    - self._context(best, place, other),
                    other,
                )
                for other in choices[reading.family.skeleton]
                if other.scheme is not None and _differs(reading, other)
            ]
            near = [other for margin, other in rivals if margin < MARGIN and other.matched]
            doubts = [
                *near,
                *(
                    other
                    for _, other in rivals
                    if other not in near and self._needs_witness(best, place, reading, other)
                ),
            ]
            if not self._believed(reading, best):
                continue
            if doubts:
                for key in reading.family.members:
                    names = dict.fromkeys(name for one in (reading, *doubts) if (name := one.of(key)) is not None)
                    if len(names) > 1:
                        open_[key] = tuple(names)
                    elif names:
                        meant[key] = next(iter(names))
                continue
            meant |= {key: name for key in reading.family.members if (name := reading.of(key)) is not None}
        return Inferred(self._new(meant), {key.removeprefix(FREE): names for key, names in open_.items()})

    def _new(self, meant: Mapping[str, str]) -> dict[str, str]:
        return {key.removeprefix(FREE): name for key, name in meant.items()}

    def _context(self, best: Sequence[SchemeReading], place: int, reading: SchemeReading) -> float:
        """What the other families and the lines say of a reading."""
        others = [*best[:place], *best[place + 1 :]]
        return self._beside(others, reading) + self._lines_with(others, reading)

    def _needs_witness(
        self, best: Sequence[SchemeReading], place: int, reading: SchemeReading, other: SchemeReading
    ) -> bool:
        """Whether a reading takes an order less usual than another's that holds the same quantities, and nothing but restated numbers
        speaks for it."""
        assert reading.scheme is not None and other.scheme is not None
        if other.quantities != reading.quantities or other.scheme.prior <= reading.scheme.prior or not other.matched:
            return False
        others = [*best[:place], *best[place + 1 :]]
        if self._lines_with(others, reading) > self._lines_with(others, other):
            return False
        computed = any(
            fact.what != "value" and (name := reading.of(fact.key)) is not None and self._fact(fact, name)[0] > 0
            and (rival := other.of(fact.key)) is not None and self._fact(fact, rival)[0] < 0
            for fact in self.facts
        )  # fmt: skip
        return not (computed and not reading.contradicted) and not self._sums_hold(best, reading)

    def _sums_hold(self, best: Sequence[SchemeReading], reading: SchemeReading) -> bool:
        """Whether all numbers it gives fit and the sums of every unit that they enter are on the page, and true."""
        if reading.contradicted or not all(name.startswith("w[") for name in reading.quantities):
            return False
        units = {f"z{name[1:].rpartition('[')[0]}" for name in reading.quantities}
        told = {
            name for one in best for fact in self.facts
            if fact.what == "value" and (name := one.of(fact.key)) is not None and self._fact(fact, name)[0] > 0
        }  # fmt: skip
        return all(unit in told or f"a{unit[1:]}" in told for unit in units)

    def _believed(self, reading: SchemeReading, best: Sequence[SchemeReading]) -> bool:
        """Whether enough speaks for a reading of itself."""
        assert reading.scheme is not None
        lines = self._true_lines(reading, best)
        if reading.contradicted and not (lines or reading.matched >= 2 * reading.contradicted):
            return False
        if not reading.matched:
            return lines > 0
        if len(reading.family.members) == 1 and reading.contradicted and not lines:
            return False
        kind, letter = reading.scheme.kind, reading.family.letter
        if kind in ("z", "a") and not self._is_today(reading.family, reading.scheme):
            other = "a" if kind == "z" else "z"
            if letter in LETTERS[other] and letter not in LETTERS[kind] and not lines:
                return any(one.scheme is not None and one.scheme.kind == other for one in best if one is not reading)
        return True

    def _true_lines(self, reading: SchemeReading, best: Sequence[SchemeReading]) -> int:
        at = {key: one for one in best for key in one.family.members}
        return sum(
            self._line(place, {key: at[key].of(key) for key in keys}) > 0
            for place, line in enumerate(self.lines)
            if (keys := line.keys | {line.key})
            and line.key in reading.family.members
            and all(key in at for key in keys)
        )


def _differs(one: SchemeReading, other: SchemeReading) -> bool:
    return any(one.of(key) != other.of(key) for key in one.family.members)


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


def _parts(name: str) -> tuple[str, str] | None:
    """The key in a name that is only spelled, and whether its value, its new one or the loss's derivative by it is meant."""
    if name.startswith(FREE):
        base, prime, _ = name.partition("'")
        base, hash_, step = base.partition("#")
        return (base, "value") if not prime and not hash_ else (base, "new") if step in ("", "1") else None
    match = _DERIVATIVE.fullmatch(name)
    if match is not None and (match["of"] == "loss" or _TOTAL.sub("", match["of"][1:].lower()) in LETTERS["loss"]):
        return match["by"], "grad"
    return None


def _arrays(task: Task) -> Iterator[tuple[str, tuple[int, int]]]:
    """The arrays of the network with their shapes."""
    graph = task.graph
    yield from (("x", (graph.widths[0], 1)), ("t", (graph.widths[-1], 1)))
    for number, (below, width) in enumerate(pairwise(graph.widths), 1):
        yield f"w[{number}]", (width, below)
        yield from ((f"{kind}[{number}]", (width, 1)) for kind in ("b", "z", "a", "delta"))


def _array_of(one: Statement) -> tuple[str, tuple[int, int] | None]:
    """The key on the left of a line whose numbers are a list or a matrix, with its shape."""
    left = one.sides[0].formula
    told = _parts(left.name) if isinstance(left, Quantity) else None
    matrix = next((side.formula for side in reversed(one.sides[1:]) if isinstance(side.formula, Matrix)), None)
    if told is None or matrix is None:
        return "", None
    return told[0], (len(matrix.rows), len(matrix.rows[0]))


def _left(one: Statement | Answer) -> str:
    """The key on the left of a line."""
    left = one.sides[0].formula if isinstance(one, Statement) else None
    named = _parts(one.quantity or "") or (_parts(left.name) if isinstance(left, Quantity) else None)
    return "" if named is None else named[0]


def _keys(one: Statement | Answer) -> Iterator[str]:
    """All names of a line that are only spelled."""
    formulas = [side.formula for side in one.sides] if isinstance(one, Statement) else []
    for formula in formulas:
        for part in walk(formula) if formula is not None else ():
            told = _parts(part.name) if isinstance(part, Quantity) else None
            if told is not None:
                yield told[0]


def _facts(one: Statement | Answer) -> Iterator[Fact]:
    told = _parts(one.quantity or "")
    if told is None:
        return
    formulas = [side.formula for side in one.sides[1:]] if isinstance(one, Statement) else [one.formula]
    for formula in reversed(formulas):
        number = shown(formula) if formula is not None else None
        if number is not None:
            yield Fact(told[0], told[1], number)
            return


def _lines(one: Statement) -> Iterator[SaidLine]:
    told = _parts(one.quantity or "")
    for side in one.sides[1:] if told is not None else ():
        formula = side.formula
        if formula is None or shown(formula) is not None:
            continue
        leaves = {part.name for part in walk(formula) if isinstance(part, Quantity)}
        parts = {name: _parts(name) for name in leaves}
        if leaves and all(parts.values()) and told is not None:
            keys = frozenset(each[0] for each in parts.values() if each is not None)
            numbers = any(isinstance(part, Number) and "." in part.text for part in walk(formula))
            yield SaidLine(told[0], told[1], formula, keys, numbers)
