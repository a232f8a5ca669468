"""What could not be read: the key of a reason and a place go in, an error that carries them comes out; reasons are sentences elsewhere."""

from __future__ import annotations

from derivegen.formula.read.tokens import FormulaError

REASONS = (
    "ambiguous-name", "unknown-name", "beyond-range", "row-not-said", "of-letters",
    "unknown-function", "unknown-command", "unexpected", "answer", "early-end", "empty", "exponent",
    "too-deep", "too-long", "long-number", "number-after-number", "powers", "nothing-before", "sum-sign", "no-notebook", "many-statements",
    "long-line", "long-file", "many-lines", "many-sides", "too-much",
)  # fmt: skip
"""The keys of all reasons why something is not read."""


BEYOND = "beyond-range"
"""The reason of a name that a family with index letters has, with indices that it does not have."""


class Unreadable(FormulaError):
    """What cannot be read: the key of the reason, where, and what the sentence about it needs."""

    def __init__(self, key: str, position: int, **values: str) -> None:
        super().__init__(key, position)
        self.key, self.values = key, values


class Ambiguous(Unreadable):
    """A name that several notations read differently, with the readings."""

    def __init__(self, position: int, name: str, readings: tuple[str, ...]) -> None:
        super().__init__("ambiguous-name", position, name=name)
        self.readings = readings
