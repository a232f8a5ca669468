"""What was found of a chain in; the same without what is held against a last sign that honest rounding explains, or may explain, and
without signs that are those of somebody's own numbers, out."""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.formula.tree import Formula, Number, walk
from derivegen.marking.judge.marks import Found
from derivegen.marking.judge.numbers import Judged
from derivegen.marking.judge.said import REASONS


def allowed(judged: Judged, found: Sequence[Found], formulas: Sequence[Formula | None]) -> list[Found]:
    """Without that the last sign does not hold, where a formula without decimals stands before a number that is honestly rounded, or has
    too few digits for anybody to tell; without that a side has the other sign, where its number follows from what was had before."""
    if judged.verdict == "follow_through":
        return [one for one in found if one.finding.reason != REASONS["sign"]]
    left, last = formulas[-2], len(formulas) - 1
    if (
        (judged.verdict != "rounding" and judged.reason != "too-few-digits")
        or left is None
        or any(isinstance(part, Number) and "." in part.text for part in walk(left))
    ):
        return list(found)
    return [one for one in found if one.finding.equality != last or one.finding.verdict != "wrong"]
