"""What a text states, as it was read: a chain of equalities with its sides, or a place that could not be read; what they name comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivegen.formula.tree import Array, Formula, Matrix, Negative, Quantity, Sum, walk
from derivegen.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Side:
    """One side between relation signs: as typed, its formula (None if it could not be read, then the key of the reason and what its
    sentence needs), and the line and column, both from 1, where it begins or where reading stopped."""

    text: str
    formula: Formula | None
    at: int
    problem: str = ""
    line: int = 0
    told: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One chain of equalities about one quantity: the canonical name, None if the left side names none; the readings where notations
    disagree; the sides with the relations between; the line as typed."""

    quantity: str | None
    candidates: tuple[str, ...]
    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    line: int
    column: int
    source: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A place with a relation that could not be read: the key of the reason and what its sentence needs."""

    line: int
    column: int
    source: str
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)


def named(formula: Formula | None) -> str | None:
    return formula.name if isinstance(formula, Quantity | Array) else None


def is_mixed(sides: tuple[Side, ...]) -> bool:
    """Whether a single quantity is said to be a matrix: then a layer's is meant, or it cannot be told what is."""
    matrices = any(isinstance(side.formula, Matrix) for side in sides[1:])
    return matrices and isinstance(sides[0].formula, Quantity)


def is_named(side: Side) -> bool:
    """Whether a side holds more than numbers."""
    return side.formula is None or any(isinstance(part, Quantity | Array) for part in walk(side.formula))


def stepped(sides: tuple[Side, ...], sign: str) -> Side:
    """The right side of w -= …, which is what is taken from w."""
    left, right = sides[0].formula, sides[1].formula
    if sign not in ("-=", "+=") or left is None or right is None:
        return sides[1]
    return replace(sides[1], formula=Sum((left, Negative(right) if sign == "-=" else right)))


def ends_with_name(sides: Sequence[Side]) -> bool:
    """Whether a chain of numbers ends with what they are the value of: 0.4 * 0.5 + 0.1 = 0.3 = z."""
    return named(sides[-1].formula) is not None and not any(map(is_named, sides[:-1]))
