"""What was counted as left out of a document in; the problems that say so out."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.marking.read.content import Problem


def lost(counted: Mapping[str, int]) -> tuple[Problem, ...]:
    """One problem for each kind of thing of which something was left out."""
    return tuple(Problem(reason, str(number)) for reason, number in counted.items() if number > 0)
