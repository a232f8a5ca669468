"""An `exercises.json` goes in; the class comes out: its network, the rounding of its sheets, and for each student the numbers and what was
asked.

The file is data: its numbers are read as decimal text, what is of no use for marking is dropped while it is read, and what does not fit is
refused with one message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.exercise.exercise import Form
from derivegen.exercise.record import FORMAT
from derivegen.exercise.roster import Student
from derivegen.marking.judge.asked import Asked
from derivegen.marking.judge.task import Task
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import with_givens
from derivegen.records import dataclass, replace

LARGEST = 200_000_000
MOST_STUDENTS = 10_000
MOST_ANSWERS = 2_000
"""Answers of one sheet."""
DROPPED = ("wrong", "accepted", "coinciding", "rejected")
"""What the file says of a student that marking finds out anew."""
_DECIMAL = re.compile(r"-?\d{1,60}(?:\.\d{1,60})?(?:[eE][+-]?\d{1,3})?|-?\d{1,60}/\d{1,60}")


def _exact(value: object) -> Fraction:
    """A number, or decimal text, as the fraction it is. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("expected a number")
    text = str(value)
    if not _DECIMAL.fullmatch(text) or text.endswith("/0"):
        raise ValueError("expected a number")
    return Fraction(text)


Exact = Annotated[Any, BeforeValidator(_exact)]
Word = Annotated[str, Field(max_length=1000)]


class _Choice(BaseModel):
    lines: tuple[Word, ...] = ()
    options: tuple[Word, ...] = ()


class _Answer(BaseModel):
    label: Word
    name: Word
    quantity: Word
    form: Form
    marks: Exact
    right: Word = ""


class _Question(BaseModel):
    number: int
    lines: tuple[Word, ...] = ()


class _Variant(BaseModel):
    id: Word
    variant: Word
    name: Word = ""
    student: dict[Word, Word] = {}
    difficulty: float = 0.0
    givens: dict[Word, Exact]
    choices: dict[Word, _Choice] = {}
    answers: Annotated[list[_Answer], Field(max_length=MOST_ANSWERS)]


class _Rounding(BaseModel):
    digits: Annotated[int, Field(ge=0, le=50)]
    significant: Annotated[int, Field(ge=1, le=50)] | None = None
    carry: Literal["exact", "rounded"] = "exact"


class _File(BaseModel):
    derivegen: Literal[1]
    stem: Word = "exercises"
    rounding: _Rounding
    questions: list[_Question] = []
    network: dict[str, Any]
    variants: Annotated[list[_Variant], Field(max_length=MOST_STUDENTS)]


@dataclass(frozen=True, slots=True)
class Seat:
    """One student of a class: who it is, the code in the footer of the sheet, the numbers given, what is asked, how hard its
    numbers are to work with, and all that is printed, what no longer counts too."""

    student: Student
    code: str
    givens: Mapping[str, Fraction]
    asked: tuple[Asked, ...]
    difficulty: float = 0.0
    printed: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class and its sheets; `stem` is what the names of its files begin with."""

    network: Network
    rounding: Rounding
    seats: tuple[Seat, ...]
    stem: str

    def task(self, seat: Seat, everybody: Task) -> Task:
        """What the answers of one student are held to; steps, mistakes and the notation are everybody's."""
        network, own = with_givens(self.network, seat.givens), everybody.derivation
        if seat.givens.keys() == own.graph.givens.keys():
            return Task(own.on(network, seat.givens), everybody.notation, self.rounding, seat.asked, everybody)
        return Task(derive(build(network)), everybody.notation, self.rounding, seat.asked)


def read_exercises(path: Path) -> Class:
    """The class of a file. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if len(data) > LARGEST:
        raise InputError(f"{path}: more than {LARGEST // 10**6} MB; make the sheets in several classes")
    return class_of(data, str(path))


def class_of(data: bytes, label: str) -> Class:
    """The class in the bytes of a file. Raises InputError."""
    file = _validated(_parsed(data, label), label)
    network = load(file.network, label=label)
    lines = {str(question.number): question.lines for question in file.questions}
    seats = tuple(_seat(variant, lines) for variant in file.variants)
    _check_apart(seats, label)
    own, cancelled = file.rounding, network.exercise.cancel if network.exercise is not None else ()
    seats = tuple(without(seat, cancelled, label) for seat in seats)
    return Class(network, Rounding(own.digits, own.significant, own.carry), seats, file.stem)


def without(seat: Seat, cancelled: tuple[str, ...], label: str) -> Seat:
    """The sheet of a student without what no longer counts: answers by their labels, questions whole. Raises InputError."""
    if not cancelled:
        return seat
    labels = [each.label for each in seat.asked]
    unknown = next((word for word in cancelled if not any(map(partial(_is_part, word), labels))), None)
    if unknown is not None:
        shown = ", ".join(labels[:40])
        raise InputError(f"{label}: exercise.cancel: there is no {unknown[:20]!r} on the sheets; there are {shown}")
    kept = tuple(each for each in seat.asked if not any(_is_part(word, each.label) for word in cancelled))
    return replace(seat, asked=kept)


def _is_part(word: str, label: str) -> bool:
    """Whether a label is the word, or one of the answers to the question of that number."""
    return label == word or (word.isdigit() and re.fullmatch(rf"{word}[a-z]+", label) is not None)


def _parsed(data: bytes, label: str) -> Any:
    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no number")

    try:
        return json.loads(
            data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=refuse, object_pairs_hook=_needed
        )
    except RecursionError:
        raise InputError(f"{label}: brackets nested too deeply; {_AGAIN}") from None
    except (ValueError, ArithmeticError) as error:
        raise InputError(f"{label}: not the JSON that derivegen sheet writes ({str(error)[:200]}); {_AGAIN}") from None


_AGAIN = "take the file as derivegen sheet wrote it (teacher/exercises.json)"


def _needed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without what is not needed; a key that stands twice, of which one would be lost, is refused."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    for name in DROPPED:
        made.pop(name, None)
    return made


def _validated(raw: Any, label: str) -> _File:
    if isinstance(raw, dict) and raw.get("derivegen", FORMAT) != FORMAT:
        raise InputError(
            f"{label}: written for another version of derivegen ({str(raw['derivegen'])[:20]}); this one reads {FORMAT}"
        )
    try:
        return _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"{label}: {place[:200]}: {first['msg'].lower()}; {_AGAIN}") from None


def _seat(variant: _Variant, lines: Mapping[str, tuple[str, ...]]) -> Seat:
    student = Student(variant.id, variant.name, variant.student)
    asked = tuple(_asked(answer, variant.choices, lines) for answer in variant.answers)
    return Seat(student, variant.variant, variant.givens, asked, variant.difficulty, asked)


def _asked(answer: _Answer, choices: Mapping[str, _Choice], lines: Mapping[str, tuple[str, ...]]) -> Asked:
    number = re.match(r"\d*", answer.label)
    question = number[0] if number else ""
    chosen = choices.get(question, _Choice())
    return Asked(
        answer.label,
        answer.name,
        answer.quantity,
        answer.form,
        answer.marks,
        answer.right,
        chosen.lines or lines.get(question, ()),
        chosen.options,
    )


def _check_apart(seats: Iterable[Seat], label: str) -> None:
    """Refuse two students with one id, or two sheets with one code: answers could not be told apart."""
    for what, words in (("id", [seat.student.identity for seat in seats]), ("variant", [seat.code for seat in seats])):
        if len(set(words)) != len(words):
            twice = next(word for word in words if words.count(word) > 1)
            raise InputError(f"{label}: the {what} {twice[:60]!r} stands there twice; {_AGAIN}")
