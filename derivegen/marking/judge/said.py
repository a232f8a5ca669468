"""What is wrong with a side of numbers goes in; the key of the sentence that says it, with what that needs, comes out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.tree import Formula, Number
from derivegen.marking.findings import Said
from derivegen.marking.judge.line import Blame, Fault
from derivegen.marking.judge.shown import shown

DIGITS = 4
REASONS: Mapping[Fault, str] = {
    "stands-for": "stands-for",
    "no-quantity": "no-quantity",
    "too-coarse": "too-coarse",
    "sign": "sign",
    "sign-of": "sign-of",
    "factor-missing": "factor-missing",
    "factor-extra": "factor-extra",
    "term-missing": "term-missing",
    "other-formula": "relation",
}
"""The key of each fault's sentence."""


def reason_of(blame: Blame, near: bool = False) -> str:
    """The key; of what may be of no account (`near`) another."""
    return "stands-near" if near and blame.fault == "stands-for" else REASONS[blame.fault]


def said_of(blame: Blame, near: bool = False) -> tuple[str, dict[str, Said]]:
    """The key and what the sentence needs: the number as typed, what belongs there and its number, with as many digits."""
    values: dict[str, Said] = {"typed": "", "needed": "", "number": "", "same": ""}
    if blame.typed is not None:
        values["typed"] = blame.typed
    if blame.needed is not None and blame.number is not None:
        number = _number(blame.number, blame.typed)
        same = isinstance(blame.needed, Number)
        values |= {"needed": number if same else blame.needed, "number": number, "same": "yes" if same else ""}
    return reason_of(blame, near), values


def _number(value: float, typed: Formula | None) -> Number:
    found = shown(typed) if typed is not None else None
    rounding = Rounding(max(DIGITS, min(found.decimals, 12) if found is not None else 0))
    return Number(rounding.text(Fraction(f"{value:.12g}")))
