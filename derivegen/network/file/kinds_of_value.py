"""Kinds of values in a network file, for pydantic: what a key may hold goes in as it is typed; numbers, rows, names and choices come
out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Final, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from derivegen.network import also_called
from derivegen.network.also_called import called_here
from derivegen.network.asked import Counting
from derivegen.network.file import typed, typed_lists
from derivegen.network.file.messages import fault, shown, suggestion
from derivegen.network.network import Figure, Rows, Vector
from derivegen.network.tables import activations, conventions, forms, losses, notations, optimizers

ACTIVATIONS: Final = tuple(activations.ACTIVATIONS)
LOSSES: Final = tuple(losses.LOSSES)
OPTIMIZERS: Final = tuple(optimizers.OPTIMIZERS)
FORMS: Final = tuple(forms.LIBRARIES)
AVERAGES: Final = tuple(losses.AVERAGES)
NOTATIONS: Final = tuple(notations.NOTATIONS)
LIBRARIES: Final = tuple(conventions.LIBRARIES)
COUNTED: Final = get_args(Counting)
ORIENTATIONS: Final = ("units x inputs", "inputs x units")


class Section(BaseModel):
    """A table of the file: no key that is not listed, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def _choice(kind: str, known: tuple[str, ...], others: Mapping[str, str] | None = None) -> PlainValidator:
    """A word from a table; another word is answered with what it is called here, or with the nearest."""

    def choose(value: object) -> str:
        if not isinstance(value, str):
            raise fault(shown(value), f"the name of {kind} in quotes", f'write "{known[0]}"')
        word = value.replace("×", "x") if known == ORIENTATIONS else value
        if word not in known:
            hint = 'write formula = "…" in its place' if word == "formula" else None
            hint = hint or called_here(word, others or {}) or suggestion(word, known)
            raise fault(shown(value), f"{kind} derivegen knows", hint)
        return word

    return PlainValidator(choose)


def _listed(known: tuple[str, ...]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(known)})


def iso_date(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


_NUMBER = {"type": "number"}
_VECTOR = {"type": "array", "items": _NUMBER, "minItems": 1}
_ROWS = {"type": "array", "items": _VECTOR, "minItems": 1}
_DEEP_ROWS = {"type": "array", "items": {"type": "array", "items": {"type": "array"}}}
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}
_ONES = {"type": "array", "items": {"type": "array", "items": {"enum": [0, 1]}}}
_NODES = {
    "anyOf": [
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ]
}


def assigned(*more: dict[str, Any]) -> dict[str, Any]:
    """The schema of names with their numbers, which may also be given in these ways."""
    ways = [_NUMBER, {"const": "symbolic"}, {"type": "array"}, *more]
    return {"anyOf": [{"type": "object", "additionalProperties": {"anyOf": ways}}, _NAMES]}


_AXIS = {
    "type": "object",
    "properties": {
        "from": {"type": "integer"},
        "to": {"type": "integer"},
        "counts": {"enum": list(typed.COUNTED)},
        "name": {"type": "string"},
    },
    "required": ["to"],
    "additionalProperties": False,
}
_AXES = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}, _AXIS]},
}
_BIASES = {"anyOf": [_VECTOR, _NUMBER, {"const": "shared"}, {"const": False}]}
_THRESHOLDS = {"anyOf": [_VECTOR, _NUMBER, {"const": "symbolic"}]}

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Line = Annotated[Text, AfterValidator(typed.one_line)]
Picture = Annotated[str, Field(min_length=1, max_length=300_000)]
PrintedText = Annotated[str, PlainValidator(typed.printed_text), WithJsonSchema({"type": "string", "minLength": 1})]
Count = Annotated[int, Field(ge=1)]
Number = Annotated[Fraction, PlainValidator(typed.exact_number), WithJsonSchema(_NUMBER)]
Names = Annotated[tuple[str, ...], PlainValidator(typed.text_list), WithJsonSchema(_NAMES)]
Matrix = Annotated[Rows, PlainValidator(typed.exact_rows), WithJsonSchema(_ROWS)]
Weights = Annotated[Vector, PlainValidator(typed.exact_vector), WithJsonSchema(_VECTOR)]
RowsOrCount = Annotated[
    Rows | int,
    PlainValidator(typed_lists.deep_rows_or_count),
    WithJsonSchema({"anyOf": [_ROWS, _DEEP_ROWS, {"type": "integer", "minimum": 1}]}),
]
Lists = Annotated[Any, PlainValidator(typed_lists.numbers), WithJsonSchema({"anyOf": [_NUMBER, {"type": "array"}]})]
Sizes = Annotated[
    tuple[int, ...],
    PlainValidator(typed_lists.sizes),
    WithJsonSchema({"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}),
]
OneOrTwo = Annotated[
    int | tuple[int, ...],
    PlainValidator(typed_lists.one_or_two),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
            ]
        }
    ),
]
ZeroOne = Annotated[tuple[tuple[bool, ...], ...], PlainValidator(typed.zero_one_rows), WithJsonSchema(_ONES)]
Biases = Annotated[Vector | Figure | str | bool, PlainValidator(typed.exact_biases), WithJsonSchema(_BIASES)]
Thresholds = Annotated[Vector | Figure | str, PlainValidator(typed.exact_thresholds), WithJsonSchema(_THRESHOLDS)]
Assignments = Annotated[dict[str, Any], PlainValidator(typed.assignments), WithJsonSchema(assigned())]
Axes = Annotated[dict[str, Any], PlainValidator(typed.axes), WithJsonSchema(_AXES)]
Nodes = Annotated[tuple[tuple[str, str], ...], PlainValidator(typed.formula_nodes), WithJsonSchema(_NODES)]
RowCount = Annotated[
    int | str,
    PlainValidator(typed.row_count),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[A-Za-z]$"}]}),
]
Hints = Annotated[
    int | bool,
    PlainValidator(typed.hint_level),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 4}, {"type": "boolean"}]}),
]
Attempts = Annotated[str, _choice("a way to count attempts", COUNTED), _listed(COUNTED)]
ActivationName = Annotated[str, _choice("an activation", ACTIVATIONS, also_called.ACTIVATIONS), _listed(ACTIVATIONS)]
LossName = Annotated[str, _choice("a loss", LOSSES, also_called.LOSSES), _listed(LOSSES)]
OptimizerName = Annotated[str, _choice("an optimizer", OPTIMIZERS, also_called.OPTIMIZERS), _listed(OPTIMIZERS)]
FormName = Annotated[str, _choice("whose form of an optimizer", FORMS, also_called.LIBRARIES), _listed(FORMS)]
LossForm = Annotated[str, _choice("whose averages", AVERAGES, also_called.LIBRARIES), _listed(AVERAGES)]
ScheduleName = Annotated[str, _choice("a schedule of the rate", forms.SCHEDULES), _listed(forms.SCHEDULES)]
NotationName = Annotated[str, _choice("a notation", NOTATIONS), _listed(NOTATIONS)]
LibraryName = Annotated[
    str, _choice("a library with conventions of its own", LIBRARIES, also_called.LIBRARIES), _listed(LIBRARIES)
]
Orientation = Annotated[str, _choice("an orientation", ORIENTATIONS), _listed(ORIENTATIONS)]
