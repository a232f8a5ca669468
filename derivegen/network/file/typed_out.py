"""The table of a network file goes in; its text in TOML comes out, as somebody would type it: sections in their order, a row of numbers a
line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

LONG = 100
"""Letters in a line from which on rows are set one below the other."""
DIGITS = 15
"""Digits of a decimal; of a fraction with more both its numbers are written."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def typed_out(table: Mapping[str, Any]) -> str:
    """The text, which loads as the table does."""
    return "\n".join(_sections(table, "")).strip("\n") + "\n"


def _sections(table: Mapping[str, Any], within: str) -> Iterator[str]:
    """Plain keys first, since they would belong to a section that stood before them."""
    sections = {key: value for key, value in table.items() if _is_section(value)}
    for key, value in table.items():
        if key not in sections:
            yield from _line(key, value)
    for key, value in sections.items():
        name = f"{within}{_key(key)}"
        for each in value if isinstance(value, list) else (value,):
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _sections(each, f"{name}.")


def _is_section(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping) and (len(value) > 1 or any(isinstance(each, Mapping) for each in value.values()))


def _line(key: str, value: object) -> Iterator[str]:
    line = f"{_key(key)} = {_value(value)}"
    if len(line) <= LONG or not isinstance(value, list):
        yield line
        return
    yield f"{_key(key)} = ["
    yield from (f"  {_value(each)}," for each in value)
    yield "]"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            return _number(value)
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
        case Sequence():
            return f"[{', '.join(map(_value, value))}]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _number(value: Fraction) -> str:
    """A decimal, where its digits end; else the fraction in quotes."""
    if value.denominator == 1 and abs(value.numerator) < 10**DIGITS:
        return str(value.numerator)
    decimal = f"{float(value):.{DIGITS}g}"
    return decimal if Fraction(decimal) == value else f'"{value.numerator}/{value.denominator}"'


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
