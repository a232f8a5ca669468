"""Takes numbers in lists within one another, and sizes of windows, as TOML, JSON or Python gave them; gives tuples, or says what is
wrong."""

from __future__ import annotations

from typing import Any, Final

from derivegen.network.file.exact import exact, finite_floats
from derivegen.network.file.messages import fault, shown
from derivegen.network.file.typed import check_kind, rows_or_count

MOST_PLACES: Final = 10_000
"""Of a window, or in any direction of what enters."""


def array_lists(array: Any) -> Any:
    """A numpy array of any number of dimensions as tuples of floats within one another."""
    check_kind(array)
    if not array.size:
        raise fault(f"an empty array of shape {tuple(array.shape)}", "at least one number", "check what was saved")
    rows = finite_floats(array.reshape(-1, array.shape[-1] if array.ndim else 1))
    flat = iter(number for row in rows for number in row)

    def filled(sizes: tuple[int, ...]) -> Any:
        return next(flat) if not sizes else tuple(filled(sizes[1:]) for _ in range(sizes[0]))

    return filled(tuple(array.shape))


def numbers(value: object, place: str = "") -> Any:
    """A number, or lists of numbers within one another as tuples."""
    if hasattr(value, "dtype") and hasattr(value, "ndim"):
        return array_lists(value)
    if not isinstance(value, list):
        return exact(value, place)
    if not value:
        raise fault(f"an empty list{place}", "at least one number", "leave it out for symbols")
    return tuple(numbers(each, place or f" at place {n}") for n, each in enumerate(value, 1))


def deep_rows_or_count(value: object) -> Any:
    """Rows of numbers, or how many symbols a row has; what enters other layers than dense ones may be lists in each row."""
    if getattr(value, "ndim", 2) > 2 or (isinstance(value, list) and value and all(map(_has_lists, value))):
        return numbers(value)
    return rows_or_count(value)


def _has_lists(row: object) -> bool:
    return isinstance(row, list) and bool(row) and isinstance(row[0], list)


def one_or_two(value: object) -> int | tuple[int, ...]:
    """A whole number, or a list of one for each direction."""
    many = [
        each
        for each in (value if isinstance(value, list) else [value])
        if type(each) is int and 0 <= each <= MOST_PLACES
    ]
    if not 1 <= len(many) <= 2 or (isinstance(value, list) and len(value) != len(many)):
        expected = f"a whole number from 0 to {MOST_PLACES}, or a list of one or two"
        raise fault(shown(value), expected, "write 2, or [2, 2]")
    return tuple(many) if isinstance(value, list) else many[0]


def sizes(value: object) -> tuple[int, ...]:
    """The sizes of one row."""
    many = value if isinstance(value, list) else []
    if not many or not all(type(each) is int and 1 <= each <= MOST_PLACES for each in many):
        raise fault(shown(value), "a list of whole numbers of at least 1", "write shape = [3, 2]")
    return tuple(many)
