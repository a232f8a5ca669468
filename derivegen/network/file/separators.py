"""A line of a table goes in; what may stand between its cells comes out, the likeliest first: the one guess for every CSV that is read."""

from __future__ import annotations

import re

SEPARATORS = ("\t", ";", ",")
"""In this order: cells of a table with tabs hold the others, and numbers with a decimal comma stand between semicolons."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"?')


def separators(line: str) -> tuple[str, ...]:
    """All of them, those first that stand in the line outside of quotes."""
    bare = _QUOTED.sub("", line)
    return tuple(sorted(SEPARATORS, key=lambda each: each not in bare))


def separator(line: str) -> str | None:
    """The likeliest; None where the line has none of them."""
    bare = _QUOTED.sub("", line)
    return next((each for each in SEPARATORS if each in bare), None)
