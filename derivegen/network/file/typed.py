"""Takes values as TOML, JSON or Python gave them; gives exact fractions, rows and lists of text, or says what is wrong.

These are the validators behind the types of `schema`: each raises `fault(...)`, to which pydantic adds the path.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from derivegen.network.file.exact import exact, exact_number, finite_floats, ordinary
from derivegen.network.file.messages import counted, fault, shown
from derivegen.network.network import Figure, Rows, Vector

MOST_ROWS: Final = 10**6
TAKEN_LETTERS: Final = "xtwbzaijklr"


def array_rows(array: Any) -> Rows:
    """A numpy array as rows of floats."""
    check_kind(array)
    if array.ndim != 2:
        raise fault(
            f"an array of shape {tuple(array.shape)}", "two dimensions, rows and columns", _reshaping(array.ndim)
        )
    if not array.size:
        raise fault(f"an empty array of shape {tuple(array.shape)}", "at least one number", "check what was saved")
    return finite_floats(array)


def array_vector(array: Any) -> Vector:
    """A numpy array as one vector; a single row or column counts as one."""
    check_kind(array)
    if sum(n != 1 for n in array.shape) > 1 or array.size == 0:
        raise fault(f"an array of shape {tuple(array.shape)}", "one list of numbers", "save the array with .ravel()")
    return finite_floats(array.reshape(1, -1))[0]


def check_kind(array: Any) -> None:
    if not hasattr(array, "dtype"):
        raise fault("bytes that are no array", "an array of numbers", "choose another key, or save with numpy.savez")
    if array.dtype.kind not in "iuf":
        raise fault(f"an array of {array.dtype.name}", "an array of numbers", "save it with .astype(float)")


def _reshaping(dimensions: int) -> str:
    if dimensions == 1:
        return "save it with .reshape(-1, 1) for one column or .reshape(1, -1) for one row"
    return "save it with two dimensions"


def exact_rows(value: object) -> Rows:
    """A list of rows of one length, each number exact; a numpy array gives floats."""
    if hasattr(value, "dtype") and hasattr(value, "ndim"):
        return array_rows(value)
    if not isinstance(value, list):
        raise fault(shown(value), "a list of rows", "write rows in double brackets, [[1, 2], [3, 4]]")
    if not value or value[0] == []:
        raise fault(f"an empty list {shown(value)}", "at least one row with one number", "leave it out for symbols")
    if not any(isinstance(row, list) for row in value):
        raise _flat(value)
    return _equally_long(tuple(_row(row, r) for r, row in enumerate(value, 1)))


def _flat(values: list[object]) -> Exception:
    column = "[" + ", ".join(f"[{shown(v)}]" for v in values[:8]) + (", …]" if len(values) > 8 else "]")
    size = len(values)
    return fault(
        f"a flat list {shown(values)}",
        "a list of rows",
        f"write {column} for {counted(size, 'row')} of 1, or [{shown(values)}] for 1 row of {size}",
    )


def _row(row: object, r: int) -> tuple[Fraction, ...]:
    if not isinstance(row, list):
        raise fault(f"{shown(row)} as row {r}", "a row, which is a list of numbers", f"write [{shown(row)}]")
    found: list[Fraction] = []
    for number in map(ordinary, row):
        if number is None:
            break
        found.append(number)
    else:
        return tuple(found)
    return tuple(exact(v, f" in row {r}, column {c}") for c, v in enumerate(row, 1))


def _equally_long(rows: Rows) -> Rows:
    width = len(rows[0])
    for r, row in enumerate(rows, 1):
        if len(row) != width:
            raise fault(
                f"{counted(len(row), 'number')} in row {r}",
                f"{width}, as in row 1",
                f"give every row {counted(width, 'number')}",
            )
    return rows


def exact_vector(value: object) -> tuple[Figure, ...]:
    """A flat list of exact numbers; a numpy array gives floats."""
    if hasattr(value, "dtype") and hasattr(value, "ndim"):
        return array_vector(value)
    if not isinstance(value, list):
        raise fault(shown(value), "a flat list of numbers", "write [0.1, 0.2]")
    if not value:
        raise fault("an empty list []", "at least one number", "leave it out, or write false for none")
    if all(isinstance(v, list) for v in value):
        flat = [v for row in value for v in row]
        raise fault(f"a list of rows {shown(value)}", "a flat list, one number per unit", f"write {shown(flat)}")
    return tuple(exact(v, f" at place {p}") for p, v in enumerate(value, 1))


def rows_or_count(value: object) -> Rows | int:
    """Rows of numbers, or how many symbols a row has."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 1:
            raise fault(str(value), "at least 1", "write how many there are, as in inputs = 3")
        return value
    if isinstance(value, Decimal | float):
        fix = f"write [[{shown(value)}]] for one row of one number"
        raise fault(shown(value), "a whole number (so many symbols) or a list of rows", fix)
    return exact_rows(value)


def exact_biases(value: object) -> Vector | Figure | str | bool:
    """One number per unit, one for all, "shared" or false."""
    if value is False or (isinstance(value, str) and value == "shared"):
        return value
    if value is True or isinstance(value, str):
        expected = 'a list with one number per unit, one number, "shared" or false'
        raise fault(shown(value), expected, 'write false for none, "shared" for one symbol, or leave biases out')
    if isinstance(value, list) or getattr(value, "shape", ()) != ():
        return exact_vector(value)
    return exact_number(value)


def exact_thresholds(value: object) -> Vector | Figure | str:
    """One number per unit, one number, or "symbolic"."""
    if isinstance(value, str) and value == "symbolic":
        return value
    if isinstance(value, bool | str):
        raise fault(shown(value), 'a list with one number per unit, or "symbolic"', "write thresholds = [0.8]")
    if isinstance(value, list) or getattr(value, "shape", ()) != ():
        return exact_vector(value)
    return exact_number(value)


def zero_one_rows(value: object) -> tuple[tuple[bool, ...], ...]:
    """A list of rows of 0 and 1."""
    rows = exact_rows(value)
    for r, row in enumerate(rows, 1):
        for c, entry in enumerate(row, 1):
            if entry not in (0, 1):
                place = f"{shown(entry)} in row {r}, column {c}"
                raise fault(place, "0 or 1", "write 1 where the weight exists and 0 where it does not")
    return tuple(tuple(entry == 1 for entry in row) for row in rows)


def one_line(text: str) -> str:
    """Text for a reader: its blanks and line breaks single blanks, its accents joined to their letters."""
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    for character in line:
        if unicodedata.category(character) in ("Cc", "Co", "Cs"):
            raise fault(f"the character U+{ord(character):04X}", "text that can be printed", "take that character out")
    if not line:
        raise fault("empty text", "a text", "take the key out")
    return line


def text_list(value: object) -> tuple[str, ...]:
    """A list of non-empty text."""
    if isinstance(value, str):
        raise fault(f"{shown(value)} alone", "a list of names in quotes", f"write [{shown(value)}]")
    if not isinstance(value, list):
        raise fault(shown(value), "a list of names in quotes", 'write ["w[1][1][1]"]')
    for place, entry in enumerate(value, 1):
        if not isinstance(entry, str) or not entry.strip():
            raise fault(f"{shown(entry)} at place {place}", "a name in quotes", "put it in quotes or take it out")
    return tuple(map(one_line, value))


def assignments(value: object) -> dict[str, Any]:
    """Names with their numbers, or a list of names without; a name with indices has lists of numbers within one another."""
    if isinstance(value, list):
        return dict.fromkeys(_distinct(text_list(value)))
    if not isinstance(value, dict):
        raise fault(shown(value), "names with their numbers", "write { x = -2.0, y = 5.0 }")
    return {name: _assigned(name, number) for name, number in value.items()}


def graph_assignments(value: object) -> dict[str, Any]:
    """The same, or for a name with indices a table that says where its numbers come from, which is read elsewhere."""
    if not isinstance(value, dict):
        return assignments(value)
    tables = {name: each for name, each in value.items() if "[" in name and isinstance(each, dict)}
    return assignments({**value, **dict.fromkeys(tables, "symbolic")}) | tables


def _assigned(name: str, number: object) -> Any:
    if isinstance(number, str) and number == "symbolic":
        return None
    if hasattr(number, "tolist"):
        number = number.tolist()
    if "[" in name and isinstance(number, list):
        return tuple(_assigned(name, each) for each in number)
    return exact(number, f" for {name}")


COUNTED: Final = ("unit", "time", "position", "channel", "token", "head", "word")
"""What the letters of a graph may count."""


def axes(value: object) -> dict[str, Any]:
    """Index letters with how far they run, as they are typed."""
    if not isinstance(value, dict):
        raise fault(shown(value), "index letters with how far they run", 'write axes = { t = 3, j = 2, i = "j" }')
    for letter, size in value.items():
        if isinstance(size, dict):
            _check_axis(letter, size)
        elif not isinstance(size, str) and (not isinstance(size, int) or isinstance(size, bool)):
            fix = f"write {letter} = 3"
            raise fault(f"{shown(size)} for {letter}", "a whole number, another letter, or from and to", fix)
    return value


def _check_axis(letter: str, table: Mapping[str, object]) -> None:
    for key, each in table.items():
        if key not in ("from", "to", "counts", "name"):
            fix = f'write {letter} = {{ from = 0, to = 3, counts = "time" }}'
            raise fault(f"the key {shown(key)} for {letter}", "from, to, counts or name", fix)
        if key == "counts" and each not in COUNTED:
            raise fault(f"counts = {shown(each)} for {letter}", f"one of {', '.join(COUNTED)}", 'write counts = "time"')
        if key == "from" and (not isinstance(each, int) or isinstance(each, bool)):
            raise fault(f"from = {shown(each)} for {letter}", "a whole number", "write from = 0")
        if key == "to" and (not isinstance(each, int | str) or isinstance(each, bool)):
            raise fault(f"to = {shown(each)} for {letter}", "a whole number, or another letter", "write to = 3")
        if key == "name" and not isinstance(each, str):
            raise fault(f"name = {shown(each)} for {letter}", "a name in quotes", 'write name = "T"')
    if "to" not in table:
        raise fault(f"no last value for {letter}", "from and to", f"write {letter} = {{ from = 0, to = 3 }}")


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise fault(f'"{twice}" twice', "every name once", "rename one of them")
    return names


def formula_nodes(value: object) -> tuple[tuple[str, str], ...]:
    """Nodes as a list of pairs or as a table, in order."""
    if isinstance(value, Mapping):
        value = [[name, formula] for name, formula in value.items()]
    if not isinstance(value, list) or not value:
        raise fault(shown(value), "a list of [name, formula]", 'write [["q", "x + y"], ["f", "q * z"]]')
    for place, node in enumerate(value, 1):
        if not (isinstance(node, list) and len(node) == 2 and all(isinstance(part, str) for part in node)):
            fix = 'write ["q", "x + y"], both in quotes'
            raise fault(shown(node), "a pair of a name and a formula, both in quotes", fix, at=f"[{place}]")
    return tuple((name, formula) for name, formula in value)


def row_count(value: object) -> int | str:
    """A number of rows, or one letter for any number."""
    if isinstance(value, str):
        if len(value) == 1 and value.isalpha() and value.isascii():
            if value in TAKEN_LETTERS:
                raise fault(shown(value), "a letter that is not taken by a quantity or an index", 'write rows = "N"')
            return value
        raise fault(shown(value), "a number or one letter in quotes", 'write rows = "N"')
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault(shown(value), "a whole number or one letter in quotes", 'write rows = 4, or rows = "N"')
    if not 1 <= value <= MOST_ROWS:
        raise fault(shown(value), f"from 1 to {MOST_ROWS} rows", 'write how many there are, or rows = "N"')
    return value


def hint_level(value: object) -> int | bool:
    """A level from 0 to 4, or whether there are hints."""
    if isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= 4):
        return value
    raise fault(shown(value), "a level from 0 to 4", "write hints = 2")


def printed_text(value: object) -> str:
    """A number as printed: text, because its digits count."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    found = "empty text" if isinstance(value, str) else f"{shown(value)} without quotes"
    quoted = "0.0260" if isinstance(value, str) else shown(value).replace('"', "")
    raise fault(found, "the text as printed, in quotes, because its digits count", f'write "{quoted}"')
