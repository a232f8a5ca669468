"""What a reader of files hands over: the text of a file and its kind, or why there is none, and what of the file is not in the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from derivegen.marking.read.answers import Table
from derivegen.marking.read.regions import Kind
from derivegen.records import dataclass

TextKind = Kind | Table | Literal["html"]
"""What is done with the text of a file."""


class Problem(NamedTuple):
    """Why a file, or something in it, was not read: the key of the sentence, and the word in it."""

    reason: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file and its kind; why there is none; what of the file is not in the text."""

    text: str = ""
    kind: TextKind = "markdown"
    problem: Problem | None = None
    lost: tuple[Problem, ...] = ()


Reader = Callable[[Path], Content]
"""From a file to its content. Raises nothing: what is wrong with a file is its problem."""


def refused(reason: str, said: str = "") -> Content:
    """A file that is not read."""
    return Content(problem=Problem(reason, said))
