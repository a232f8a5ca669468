"""What readers of documents share: how what stands in a field is told, and how what was left out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivegen.marking.read.content import Problem

_RELATION = re.compile(r"[=≈]")


def lost(counted: Mapping[str, int]) -> tuple[Problem, ...]:
    """One problem for each kind of thing of which something was left out."""
    return tuple(Problem(reason, str(number)) for reason, number in counted.items() if number > 0)


def told(name: str, value: str) -> str:
    """What stands in a field with a name; under a label with a sign of equality, unless it has its own, or it might be words."""
    text = " ".join(value.split())
    if not name[:1].isdigit():
        return f"{name} = {text}"
    return f"{name}) {text}" if _RELATION.search(text) else f"{name}) = {text}"
