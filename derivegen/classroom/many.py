"""Pages of many students at once: exercises and a slice of their variants go in; every page comes out as it would be printed one by one.

A page is composed, judged and printed for the first student whose page has its shape; of the others only numbers, relations and a few
words are put in. What that cannot do (choices of a student's own, numbers that are carried rounded, formats whose lines are laid out by
their length) is left to be printed one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.equalities import SharedRelations
from derivegen.classroom.sheet import Exercises, Part
from derivegen.document.blocks import Document
from derivegen.document.inscribe import Told, with_digits
from derivegen.document.on_paper import OnPaper
from derivegen.errors import Symbolic
from derivegen.exercise.exercise import Variant
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.pages.scheme import accepted_range
from derivegen.exercise.roster import Student
from derivegen.exercise.texts import Many
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import compared, value
from derivegen.formula.tree import Cases, Compare, Formula, Value, values_in, walk
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.on_use import numpy
from derivegen.records import dataclass, field, replace
from derivegen.render.filled import Pattern, whole, without_place
from derivegen.render.format import named, recorded
from derivegen.render.probe import Unexplained, pattern

MOST_PATTERNS, WORTH = 4, 8
"""Patterns of one shape, and so many pages another one must be worth: to make it takes about as long as printing them."""
NO_ESCAPE = re.compile(r"[A-Za-z0-9 ]*")
"""Words that are printed as they are in every format. Ranges have other signs too, which some formats write otherwise."""
FIRST_WORDS = 3
"""The code, the student and the name; then what is accepted for each answer."""

Key = tuple[Part, str]
Shaped = tuple[Key, tuple[Any, ...]]
"""A page of one shape."""


class Ready(NamedTuple):
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
    _patterns: dict[Shaped, list[Pattern]] = field(default_factory=dict, repr=False)
    _unexplained: set[Shaped] = field(default_factory=set, repr=False)

    def filled(
        self,
        variants: Sequence[Variant],
        students: Sequence[Student],
        accepted: Sequence[Mapping[str, Sequence[str]]],
        wanted: Iterable[Key],
        mistaken: bool = False,
    ) -> list[Ready] | None:
        """What can be filled in for each student, if wanted also the numbers that mistakes lead to; None where nothing can. Raises
        CheckFailed, InputError."""
        rounding, varies = self.exercises.rounding, any(KINDS[each.kind].varies for each in self.exercises.questions)
        if rounding.significant is not None or rounding.carry == "rounded" or not variants or varies:
            return None
        try:
            some = _Slice(self, variants, students, accepted)
        except Symbolic:  # the answers are formulas
            return None
        if mistaken:
            some.know(
                mistaken_name(name, each) for own in variants for name, wrong in own.wrong.items() for each in wrong
            )
        found = [Ready({}, texts) for texts in some.texts]
        for key in wanted:
            if recorded(key[1]).filled:
                for place, text in some.pages(key):
                    found[place].pages[key] = text
        return found

    def patterns(self, own: Shaped) -> Sequence[Pattern]:
        """Those there are so far for pages of that shape."""
        return self._patterns.get(own, ())

    def new_pattern(self, own: Shaped, variant: Variant, student: Student) -> Pattern | None:
        """A pattern of the page of this student; None if there is none, or enough of that shape. The page it is made of is judged."""
        if own in self._unexplained or len(self.patterns(own)) >= MOST_PATTERNS:
            return None
        try:
            made = self._made(own[0], variant, student)
        except Unexplained:
            self._unexplained.add(own)
            return None
        self._patterns.setdefault(own, []).append(made)
        return made

    def _made(self, key: Key, variant: Variant, student: Student) -> Pattern:
        part, form = key
        own = self.exercises.work(variant, student)
        own.text(part, form, self.figures)

        def composed(word: Callable[[int], str]) -> Document:
            named = replace(student, identity=word(1), name=word(2) if student.name else "")
            work = replace(self.exercises.work(replace(variant, code=word(0)), named), alike=True)
            answers = [answer for _, answer in work.exercise.answers()]
            words = {answer.quantity: word(FIRST_WORDS + place) for place, answer in enumerate(answers)}
            return work.composed(part, words.__getitem__)

        def printed(document: Document, text: Callable[[str], str]) -> str:
            return own.printer.page(document, named(form), self.figures, texts=Told(text)).text

        return pattern(composed, printed, lambda name: whole(own.printed(name)))


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
        self.many = Many(exercises.right, variants, exercises.rounding)
        self.decimal = exercises.press.decimal
        self.quantities = [answer.quantity for question in exercises.questions for answer in question.answers]
        self.texts: list[dict[str, tuple[str, bool]]] = [{} for _ in variants]
        self.know(self.quantities)

    def pages(self, key: Key) -> Iterable[tuple[int, str]]:
        """The places of the students whose page can be filled in, with the page."""
        by_shape: dict[tuple[Any, ...], list[int]] = {}
        for place, shape in enumerate(self._shapes(key[0])):
            if all(NO_ESCAPE.fullmatch(word) for word in (self.students[place].identity, self.students[place].name)):
                by_shape.setdefault(shape, []).append(place)
        for shape, places in by_shape.items():
            yield from self._of_shape((key, shape), places)

    def _of_shape(self, own: Shaped, places: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The pages of students whose pages have one shape; where no pattern takes enough of them, one more is made."""
        left = list(places)
        for made in self.own.patterns(own):
            left = yield from self._filled(made, left, own[0][1])
        while len(left) >= (WORTH if self.own.patterns(own) else 1):
            first = left[0]
            more = self.own.new_pattern(own, self.variants[first], self.students[first])
            left = [] if more is None else (yield from self._filled(more, left, own[0][1]))
            if left[:1] == [first]:
                return

    def _filled(self, made: Pattern, places: Sequence[int], form: str) -> Generator[tuple[int, str], None, list[int]]:
        """The pages of those of the students whose numbers the pattern takes; those whose numbers it does not."""
        self.know(
            (
                *map(without_place, made.names),
                *(n for sides in made.relations for side in sides for n in values_in(side)),
            )
        )
        left = self._with_digits(made, places)
        equal = SharedRelations(self.many, self.texts, places).of(made.relations)
        for place in (place for place in places if place not in left):
            own = self.texts[place]
            texts = {name: own[name][0] for name in made.names}
            words = self._words_in(form)[place]
            if made.takes(texts, words):
                yield place, made.filled(texts, equal[place], words)
            else:
                left.append(place)
        return left

    def _with_digits(self, made: Pattern, places: Sequence[int]) -> list[int]:
        """Have the texts of the numbers of each line, with digits enough; those of the students for whom no digits are."""
        for own in self.texts:
            own |= {name: own[without_place(name)] for name in made.names}
        lost = []
        for line, (side, result) in enumerate(made.lines, 1):
            for place in self._astray(side, result, places):
                paper = OnPaper(_Seat(self.many, place, self.texts[place]))
                told = paper.with_digits(side, result)
                if told is None:
                    lost.append(place)
                    continue
                more = {part.name: part.more for part in walk(told) if isinstance(part, Value) and part.more}
                for name, digits in more.items():
                    self.texts[place][with_digits(name, line)] = self.many.text_of(name, place, digits)
        return [place for place in places if place in lost]

    def _astray(self, side: Formula, result: Formula, places: Sequence[int]) -> list[int]:
        """Whose printed numbers may lead to another result than the printed one: those that doubles do not clear."""
        printed = {
            name: numpy.array([float(own[name][0] or "nan") for own in self.texts])
            for name in (*values_in(side), *values_in(result))
        }
        (end,) = values_in(result)
        with numpy.errstate(all="ignore"):
            found = numpy.broadcast_to(value(side, printed.__getitem__, ARRAYS), len(self.variants))
            sizes = numpy.maximum(numpy.abs(found), numpy.abs(printed[end]))
            decimals = numpy.maximum(self.many.rounding.digits, 1 - numpy.floor(numpy.log10(sizes)))
            clear = (numpy.abs(found - printed[end]) < 0.49 * 10.0**-decimals) | (sizes == 0)
        return [place for place in places if not clear[place]]

    @cached_property
    def _words(self) -> list[list[str]]:
        """What is said to each student alone."""
        return [
            [variant.code, student.identity, student.name]
            + [accepted_range(accepted.get(name, ()), self.decimal) for name in self.quantities]
            for variant, student, accepted in zip(self.variants, self.students, self.accepted, strict=True)
        ]

    def _words_in(self, form: str) -> list[list[str]]:
        """The same as a format has them."""
        if named(form).filled != "escaped":
            return self._words
        return [list(map(named(form).writes().escape, words)) for words in self._words]

    def know(self, names: Iterable[str]) -> None:
        """Have the texts of these numbers, and that each is finite."""
        new = [name for name in dict.fromkeys(names) if name not in self.texts[0]]
        for own, more in zip(self.texts, self.many.texts(new), strict=True):
            own |= more

    # what shapes a page: what has a number, and which case holds

    def _shapes(self, part: Part) -> list[tuple[Any, ...]]:
        """What the page of each student is like; schemes alone say where mistakes lead to."""
        telling = part == "scheme"
        return [
            (
                taken,
                bool(student.name),
                tuple((name, *variant.showing(name)) for name in variant.wrong) if telling else (),
            )
            for taken, student, variant in zip(self._cases, self.students, self.variants, strict=True)
        ]

    @cached_property
    def _cases(self) -> list[tuple[bool, ...]]:
        columns = [self._holds(condition).tolist() for condition in self._conditions]
        return list(zip(*columns, strict=True)) if columns else [()] * len(self.variants)

    @cached_property
    def _conditions(self) -> tuple[Compare, ...]:
        found: dict[Compare, None] = {}
        for formula in self.own.exercises.plan.formulas:
            for part in walk(formula):
                if isinstance(part, Cases):
                    found |= dict.fromkeys(when for _, when in part.branches if isinstance(when, Compare))
        return tuple(found)

    def _holds(self, condition: Compare) -> Any:
        answers = compared(condition, lambda side: value(side, self.many.array, ARRAYS))
        return numpy.broadcast_to(answers, len(self.variants))


class _Seat(NamedTuple):
    """The printed numbers of one student."""

    many: Many
    place: int
    texts: Mapping[str, tuple[str, bool]]

    @property
    def rounding(self) -> Rounding:
        """How they are printed."""
        return self.many.rounding

    @property
    def carried(self) -> bool:
        """Whether each is carried on as printed: then pages are not filled in."""
        return False

    def text(self, name: str, more: int = 0) -> str:
        """The number as it is printed."""
        return self.many.text_of(name, self.place, more)[0] if more else self.texts[name][0]

    def shown_exactly(self, name: str, more: int = 0) -> bool:
        """Whether that is the number itself."""
        return self.many.text_of(name, self.place, more)[1] if more else self.texts[name][1]
