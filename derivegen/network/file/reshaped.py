"""The table of a network file goes in; its shape comes out: how many inputs, and of each layer its units and activation. A table and
another shape go in; the table of that network comes out, numbers kept where they still fit and made up, short ones, where they do not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import cycle, islice
from typing import Any, NamedTuple

MADE_UP = tuple(Fraction(tenths, 10) for tenths in (4, -3, 2, 6, -5, 1, 3, -2, 5, -4))
"""Numbers that suit a hand, in turn."""
MOST_UNITS, MOST_LAYERS = 6, 5
"""What is worth drawing and following; a larger network is typed."""
Table = dict[str, Any]


class Shape(NamedTuple):
    """How many inputs, and of each layer its units and the name of its activation."""

    inputs: int
    parts: tuple[tuple[int, str], ...]


def shape_of(table: Mapping[str, Any]) -> Shape | None:
    """The shape of a network of dense layers each with a named activation, of numbers that are written out; None of others."""
    layers, rows = table.get("layer"), table.get("data", {}).get("inputs")
    if not layers or not isinstance(rows, list) or any("kind" in layer for layer in layers):
        return None
    named = tuple((layer["units"], layer["activation"].get("name", "")) for layer in layers)
    plain = all(name and len(layer["activation"]) == 1 for layer, (_, name) in zip(layers, named, strict=True))
    plain = plain and all("connections" not in layer and "thresholds" not in layer for layer in layers)
    return Shape(len(rows[0]), named) if plain and all(units <= MOST_UNITS for units, _ in named) else None


def reshaped(table: Mapping[str, Any], shape: Shape, loss: str) -> Table:
    """The table of another shape, with the loss of that name."""
    before = shape_of(table)
    assert before is not None
    data = dict(table["data"])
    outputs = shape.parts[-1][0]
    if shape.inputs != before.inputs:
        data["inputs"] = [_made(shape.inputs, start) for start in range(len(data["inputs"]))]
        data.pop("input_names", None)
    if outputs != before.parts[-1][0]:
        data["targets"] = [[Fraction(j == row % outputs) for j in range(outputs)] for row in range(len(data["inputs"]))]
        data.pop("target_names", None)
    kept = {key: value for key, value in table.items() if key not in ("published", "exercise", "document")}
    chosen = table["loss"] if table["loss"].get("name") == loss else {"name": loss}
    return kept | {"data": data, "layer": list(_layers(table["layer"], shape)), "loss": chosen}


def _layers(before: list[Table], shape: Shape) -> Iterator[Table]:
    width = shape.inputs
    for place, (units, activation) in enumerate(shape.parts):
        old = before[place] if place < len(before) else {}
        weights = old.get("weights")
        fits = weights is not None and len(weights) == units and len(weights[0]) == width
        made: Table = {"units": units, "activation": {"name": activation}}
        made["weights"] = weights if fits else [_made(width, 3 * place + j) for j in range(units)]
        biases = old.get("biases", _made(units, 5))
        made["biases"] = _made(units, 5) if isinstance(biases, list) and len(biases) != units else biases
        yield made
        width = units


def _made(count: int, start: int) -> list[Fraction]:
    return list(islice(cycle(MADE_UP), start % len(MADE_UP), start % len(MADE_UP) + count))


# a table as somebody would type it: sections in their order, a row of numbers a line

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
        name = f"{within}{toml_key(key)}"
        for each in value if isinstance(value, list) else (value,):
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _sections(each, f"{name}.")


def _is_section(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping) and (len(value) > 1 or any(isinstance(each, Mapping) for each in value.values()))


def _line(key: str, value: object) -> Iterator[str]:
    line = f"{toml_key(key)} = {toml(value)}"
    if len(line) <= LONG or not isinstance(value, list):
        yield line
        return
    yield f"{toml_key(key)} = ["
    yield from (f"  {toml(each)}," for each in value)
    yield "]"


def toml_key(key: str) -> str:
    """A key as TOML has it."""
    return key if _BARE.fullmatch(key) else _text(key)


def toml(value: object) -> str:
    """A value as TOML has it, in a line."""
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            return _number(value)
        case int() | Decimal():
            return str(value)
        case float():
            return repr(value)
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(f"{toml_key(key)} = {toml(each)}" for key, each in value.items()) + " }"
        case Sequence():
            return f"[{', '.join(map(toml, value))}]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _number(value: Fraction) -> str:
    """A decimal, where its digits end; else the fraction in quotes."""
    if value.denominator == 1 and abs(value.numerator) < 10**DIGITS:
        return str(value.numerator)
    decimal = f"{float(value):.{DIGITS}g}"
    return decimal if Fraction(decimal) == value else f'"{value.numerator}/{value.denominator}"'


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
