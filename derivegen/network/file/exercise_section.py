"""The section `[exercise]` of a network file, for pydantic: what sheets ask, and what counts of what comes back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time
from fractions import Fraction
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from derivegen.network.file.exact import exact_number
from derivegen.network.file.kinds_of_value import Attempts, Hints, Names, Number, Section, Text
from derivegen.network.file.messages import fault, shown


def _hour(value: object) -> datetime:
    """A day and an hour, by the clock on the wall; without an hour the end of that day."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value.strip()) if ":" in value else date.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time(23, 59, 59))
    raise fault(shown(value), "a day, with an hour if that counts", "write due = 2026-11-30T23:59:00")


def _share(value: object) -> Fraction:
    number = exact_number(value)
    if 0 <= number <= 1:
        return number
    raise fault(shown(value), "a part of all marks, from 0 to 1", "write 0.1 for a tenth of them")


Due = Annotated[datetime, PlainValidator(_hour), WithJsonSchema({"type": "string", "format": "date-time"})]
Share = Annotated[Fraction, PlainValidator(_share), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]


class Ask(Section):
    """One question of an exercise."""

    kind: Text | None = Field(default=None, description="Kind of question.")
    of: Names | None = Field(default=None, description="The quantities it asks for.")
    marks: Number | None = Field(default=None, description="Marks it gives.")
    blanks: Annotated[int, Field(ge=0)] | None = Field(default=None, description="How many blanks it leaves.")


class LateWork(Section):
    """What becomes of marks for work that comes late, where it is known when it came."""

    due: Due = Field(description="Day and hour by the clock on the wall; a day alone lasts to its end.")
    per_day: Share = Field(description="The part of all marks that each day begun costs.")
    least: Share = Field(default=Fraction(0), description="The part of all marks below which nobody comes by that.")


class Exercise(Section):
    """What `sheet` asks."""

    vary: Names | None = Field(
        default=None, description="What differs between students: inputs, weights, biases, targets."
    )
    digits: Annotated[int, Field(ge=0, le=15)] | None = Field(default=None, description="Decimals of the answers.")
    tolerance: Number | None = Field(default=None, description="How far an answer may be off, if not by its digits.")
    total_marks: Number | None = Field(default=None, description="Marks of the whole sheet.")
    hints: Hints | None = Field(default=None, description="Level of hints, 0 to 4.")
    ask: list[Ask] | None = Field(default=None, description="The questions.")
    cancel: Names | None = Field(
        default=None,
        description='Answers that no longer count, by their labels such as "1b", or questions such as "1".',
    )
    attempts: Attempts | None = Field(
        default=None,
        description="Which of several attempts of a student counts: last (the usual one), best, first or mean.",
    )
    late: LateWork | None = Field(default=None, description="What work that comes late loses.")
