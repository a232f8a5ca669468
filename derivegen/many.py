"""Pages of many students at once: exercises and a slice of their variants go in; every page comes out as it would be printed one by one.

A page is composed, judged and printed for the first student whose page has its shape; of the others only numbers, relations and a few
words are put in. What that cannot do (choices of a student's own, numbers that are carried rounded, formats whose lines are laid out by
their length) is left to be printed one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy

from derivegen.document.compose.scheme import accepted_range
from derivegen.errors import CheckFailed
from derivegen.exercise.exercise import Variant
from derivegen.exercise.make import OWN_CHOICES
from derivegen.exercise.roster import Student
from derivegen.exercise.texts import DECIMALS, EXACTLY, Many
from derivegen.formula.arrays import ARRAYS
from derivegen.formula.tree import Cases, Compare, Formula, Partial, Quantity, Value, walk
from derivegen.formula.value import EXACT, Irrational, value
from derivegen.mistakes.mistaken import Right
from derivegen.render.filled import Pattern, Sides, Unexplained, mark, pattern
from derivegen.render.latex_text import escape
from derivegen.sheets import Exercises, Part

FILLED = ("md", "md-pandoc", "latex", "typst")
"""Of HTML the width of what is said to each decides which tables can be scrolled."""
NO_ESCAPE = re.compile(r"[A-Za-z0-9 ]*")
"""Words that are printed as they are in every format. Ranges have other signs too, which LaTeX alone writes otherwise."""
CLOSE = 1e-9
FIRST_WORDS = 3
"""The code, the student and the name; then what is accepted for each answer."""

Key = tuple[Part, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """What is ready for one student: pages by part and format, and the texts of numbers by name."""

    pages: dict[Key, str]
    texts: dict[str, tuple[str, bool]]

    def text_or(self, otherwise: Callable[[str], str]) -> Callable[[str], str]:
        """How a number is printed; one that is not ready as `otherwise` answers."""
        return lambda name: self.texts[name][0] if name in self.texts else otherwise(name)


@dataclass(frozen=True)
class Pages:
    """Prints the pages of many students; keeps one pattern for every shape of page."""

    exercises: Exercises
    figures: str = "figures"
    _patterns: dict[tuple[Any, ...], Pattern | None] = field(default_factory=dict, repr=False)

    @cached_property
    def right(self) -> Right:
        """What the numbers of all students share."""
        return Right(self.exercises.derivation)

    def filled(
        self,
        variants: Sequence[Variant],
        students: Sequence[Student],
        accepted: Sequence[Mapping[str, Sequence[str]]],
        wanted: Iterable[Key],
    ) -> list[Ready] | None:
        """What can be filled in for each student; None where nothing can. Raises CheckFailed, InputError."""
        rounding = self.exercises.rounding
        if rounding.significant is not None or rounding.carry == "rounded" or not variants:
            return None
        if any(question.kind in OWN_CHOICES for question in self.exercises.questions):
            return None
        some = _Slice(self, variants, students, accepted)
        found = [Ready({}, texts) for texts in some.texts]
        for key in wanted:
            if key[1] in FILLED:
                for place, text in some.pages(key):
                    found[place].pages[key] = text
        return found

    def pattern(self, key: Key, shape: tuple[Any, ...], variant: Variant, student: Student) -> Pattern | None:
        """The pattern of a page; None if there is none. The page it is made of is judged."""
        own = (key, shape)
        if own not in self._patterns:
            self._patterns[own] = self._made(key, variant, student)
        return self._patterns[own]

    def _made(self, key: Key, variant: Variant, student: Student) -> Pattern | None:
        part, form = key
        self.exercises.work(variant, student).text(part, form, self.figures)
        marked = replace(student, identity=mark(1), name=mark(2) if student.name else "")
        work = self.exercises.work(replace(variant, code=mark(0)), marked)
        answers = [answer for _, answer in work.exercise.answers()]
        words = {answer.quantity: mark(FIRST_WORDS + place) for place, answer in enumerate(answers)}
        document = work.composed(part, words.__getitem__)
        try:
            return pattern(document, lambda some, text: work.page(some, form, self.figures, text))
        except Unexplained:
            return None


class _Slice:
    """Some students, whose numbers are computed together."""

    def __init__(
        self,
        pages: Pages,
        variants: Sequence[Variant],
        students: Sequence[Student],
        accepted: Sequence[Mapping[str, Sequence[str]]],
    ) -> None:
        self.own, self.variants, self.students, self.accepted = pages, variants, students, accepted
        exercises = pages.exercises
        self.many = Many(pages.right, variants, exercises.rounding)
        self.decimal = exercises.words.plain("number.decimal")
        self.quantities = [answer.quantity for question in exercises.questions for answer in question.answers]
        self.texts: list[dict[str, tuple[str, bool]]] = [{} for _ in variants]
        self._know(self.quantities)

    def pages(self, key: Key) -> Iterable[tuple[int, str]]:
        """The places of the students whose page can be filled in, with the page."""
        by_shape: dict[tuple[Any, ...], list[int]] = {}
        for place, shape in enumerate(self._shapes):
            if all(NO_ESCAPE.fullmatch(word) for word in (self.students[place].identity, self.students[place].name)):
                by_shape.setdefault(shape, []).append(place)
        for shape, places in by_shape.items():
            first = places[0]
            made = self.own.pattern(key, shape, self.variants[first], self.students[first])
            if made is not None:
                yield from self._filled(made, places, key[1])

    def _filled(self, made: Pattern, places: Iterable[int], form: str) -> Iterator[tuple[int, str]]:
        """The page of each of these students."""
        self._know((*made.names, *(name for sides in made.relations for side in sides for name in _names(side))))
        equal = self._equal(made.relations)
        for place in places:
            own = self.texts[place]
            texts = {name: own[name][0] for name in made.names}
            words = list(map(escape, self._words[place])) if form == "latex" else self._words[place]
            if made.takes(texts):
                yield place, made.filled(texts, equal[place], words)

    @cached_property
    def _words(self) -> list[list[str]]:
        """What is said to each student alone."""
        return [
            [variant.code, student.identity, student.name]
            + [accepted_range(accepted.get(name, ()), self.decimal) for name in self.quantities]
            for variant, student, accepted in zip(self.variants, self.students, self.accepted, strict=True)
        ]

    def _know(self, names: Iterable[str]) -> None:
        """Have the texts of these numbers, and that each is finite."""
        new = [name for name in dict.fromkeys(names) if name not in self.texts[0]]
        for own, more in zip(self.texts, self.many.texts(new), strict=True):
            own |= more

    # what shapes a page: what has a number, and which case holds

    @cached_property
    def _shapes(self) -> list[tuple[Any, ...]]:
        columns = [self._holds(condition).tolist() for condition in self._conditions]
        cases = list(zip(*columns, strict=True)) if columns else [()] * len(self.variants)
        return [
            (taken, bool(student.name), tuple((name, *wrong) for name, wrong in variant.wrong.items()))
            for taken, student, variant in zip(cases, self.students, self.variants, strict=True)
        ]

    @cached_property
    def _conditions(self) -> tuple[Compare, ...]:
        found: dict[Compare, None] = {}
        for formula in self.own.exercises.plan.formulas:
            for part in walk(formula):
                if isinstance(part, Cases):
                    found |= dict.fromkeys(when for _, when in part.branches if isinstance(when, Compare))
        return tuple(found)

    def _holds(self, condition: Compare) -> Any:
        left, right = (value(side, self.many.array, ARRAYS) for side in (condition.left, condition.right))
        answers = {"<": left < right, ">": left > right, "≤": left <= right, "≥": left >= right}
        answers |= {"=": left == right, "≠": left != right}
        return numpy.broadcast_to(answers[condition.relation], len(self.variants))

    # relations: = where both printed sides are equal as fractions, or every number is exact

    def _equal(self, relations: Sequence[Sides]) -> list[list[bool]]:
        """For each student whether each relation is an equality; every line with numbers on both sides comes to the same. Raises
        CheckFailed."""
        columns = [self._relation(*sides) for sides in relations]
        return [list(each) for each in zip(*columns, strict=True)] if columns else [[] for _ in self.variants]

    def _relation(self, before: Formula, right: Formula) -> list[bool]:
        if _is_printed(before) and _is_printed(right):
            self._check(before, right)
            nearly = self._nearly(before, right).tolist()
            return self._printed_equal(before, right, nearly) if any(nearly) else nearly
        return self._all_exact(before, right)

    def _check(self, before: Formula, right: Formula) -> None:
        """The unrounded numbers of both sides agree for every student."""
        left, other = (value(side, self.many.array, ARRAYS) for side in (before, right))
        if not numpy.all(numpy.abs(left - other) <= CLOSE * (1 + numpy.abs(other))):
            raise CheckFailed(f"a line with {next(_names(right))} does not hold for every student")

    def _nearly(self, before: Formula, right: Formula) -> Any:
        """Where the printed numbers come to nearly the same on both sides."""
        printed = {
            name: numpy.array([float(own[name][0]) for own in self.texts]) for name in (*_names(before), *_names(right))
        }
        with numpy.errstate(all="ignore"):
            left, other = (value(side, printed.__getitem__, ARRAYS) for side in (before, right))
            return numpy.broadcast_to(numpy.abs(left - other) <= CLOSE * (1 + numpy.abs(other)), len(self.variants))

    def _printed_equal(self, before: Formula, right: Formula, nearly: Sequence[bool]) -> list[bool]:
        """Where the printed numbers come to the same, of those where they nearly do."""
        printed = {
            name: numpy.array([Decimal(own[name][0]) for own in self.texts], dtype=object)
            for name in (*_names(before), *_names(right))
        }
        try:
            with localcontext(EXACTLY):
                left, other = (value(side, printed.__getitem__, DECIMALS) for side in (before, right))
            return [bool(same) for same in numpy.broadcast_to(left == other, len(nearly))]
        except ArithmeticError:
            return [near and self._equal_alone(before, right, place) for place, near in enumerate(nearly)]

    def _equal_alone(self, before: Formula, right: Formula, place: int) -> bool:
        texts = self.texts[place]
        try:
            left, other = (value(side, lambda name: Fraction(texts[name][0]), EXACT) for side in (before, right))
        except (Irrational, ZeroDivisionError, ValueError):
            return self._exact(before, right, place)
        return bool(left == other)

    def _exact(self, before: Formula, right: Formula, place: int) -> bool:
        """Whether every number on both sides is printed as it is."""
        return all(self.texts[place][name][1] for side in (before, right) for name in _names(side))

    def _all_exact(self, before: Formula, right: Formula) -> list[bool]:
        """For whom that is so."""
        names = list({*_names(before), *_names(right)})
        return [all(texts[name][1] for name in names) for texts in self.texts]


def _is_printed(tree: Formula) -> bool:
    return not any(isinstance(part, Quantity | Partial) for part in walk(tree))


def _names(tree: Formula) -> Iterator[str]:
    return (part.name for part in walk(tree) if isinstance(part, Value))
