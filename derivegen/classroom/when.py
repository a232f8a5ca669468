"""The names a platform gives to files and folders, or the cells of its report, go in; when each was handed in, and which attempt it is,
come out, as far as they say. A file's own time may be that of a copy, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from derivegen.marking.findings import Late
from derivegen.marking.read.files import Piece
from derivegen.network.asked import LateRule

Attempt = tuple[int, ...]
"""Later ones are greater; nothing where the names do not say."""

_BLACKBOARD = re.compile(r"_attempt_(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)(?!\d)")
_BRIGHTSPACE = re.compile(r"\d+-\d+ - [^-].{0,200} - (.{8,40})")
_CANVAS = re.compile(r"[^_]+_late_\d+_\d+_", re.I)
_NUMBERED = re.compile(r"(?<![^\W_])(?:attempt|versuch|intento|tentative|essai)[ _#-]{0,2}(\d{1,2})(?![^\W_])", re.I)
_MONTHS = {
    "jan": 1, "ene": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5,
    "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
"""By how their names begin in four languages."""
_CLOCK = r",?\s+(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?:\s?(?P<half>[ap])\.?m\b)?"
_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})", r"(?P<month>[^\W\d_]{3,10})\.?", r"(?P<year>20\d\d)"
_DATES = tuple(
    re.compile(pattern + _CLOCK, re.I)
    for pattern in (
        rf"{_DAY}\.?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
    )
)


def late_of(group: Sequence[Piece], rule: LateRule | None) -> tuple[Late | None, bool]:
    """By how much the files of a student came late; whether they are known to be late, and it is not known how much."""
    if rule is None:
        return None, False
    times = (handed_in(piece.names) if piece.part is None else piece.part.ended for piece in group)
    at = max(filter(None, times), default=None)
    if at is None:
        return None, any(_CANVAS.match(name) for piece in group for name in piece.names)
    days = rule.days(at)
    return (Late(days, rule) if days else None), False


def handed_in(names: Sequence[str]) -> datetime | None:
    """When a file came, by its own name and those of its folders, as Blackboard and Brightspace write them."""
    for name in names:
        if (found := _BLACKBOARD.search(name)) is not None:
            with suppress(ValueError):
                year, month, day, hour, minute, second = map(int, found.groups())
                return datetime(year, month, day, hour, minute, second)
        if (found := _BRIGHTSPACE.fullmatch(name)) is not None and (at := dated(found[1])) is not None:
            return at
    return None


def attempt_of(names: Sequence[str]) -> Attempt:
    """Which attempt a file is part of."""
    at = handed_in(names)
    if at is not None:
        return at.timetuple()[:6]
    numbered = (_NUMBERED.search(name) for name in names)
    return next(((int(found[1]),) for found in numbered if found is not None), ())


def completed(cells: Iterable[str]) -> datetime | None:
    """When an attempt ended, of the dates in the cells of a report: the last."""
    return max(filter(None, map(dated, cells)), default=None)


def dated(text: str) -> datetime | None:
    """A date with a time, as people write them in four languages: 30 November 2026 10:20 AM."""
    found = next(filter(None, (pattern.search(text[:200]) for pattern in _DATES)), None)
    if found is None:
        return None
    word = found["month"].casefold()
    month, hour = _MONTHS.get(word[:4]) or _MONTHS.get(word[:3]), int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].casefold() == "p" else 0)
    with suppress(ValueError, TypeError):
        return datetime(int(found["year"]), month or 0, int(found["day"]), hour, int(found["minute"]))
    return None
