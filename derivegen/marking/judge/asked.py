"""What a sheet asks, as answers are held to it, and the names under which they are handed in."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derivegen.marking.findings import QUESTION, Said
from derivegen.notation.vocabulary import QUESTION_WORDS, alternatives
from derivegen.records import dataclass

if TYPE_CHECKING:
    from derivegen.exercise.exercise import Form

_LABEL = re.compile(
    rf"\W*(?:{alternatives(QUESTION_WORDS)}|Q\.?)?\s*\(?(?P<number>\d{{1,2}})\s?[.\-)]?\s?\(?(?P<letter>[a-z])?\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer a sheet asks for: its place on the sheet, the name it is handed in under, the quantity, its form and marks, the right
    letter, line or order; the lines printed, and the mistakes behind the options."""

    label: str
    name: str
    quantity: str
    form: Form = "number"
    marks: Fraction = Fraction(1)
    right: str = ""
    lines: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, Said]:
        """Its label, where it is called by that: its answer is the value of no quantity, or of one that is not to be told."""
        return {} if self.name == self.quantity else {QUESTION: self.label}


def handed_in(name: str) -> str:
    """A name as tables hold it, whatever its spaces and letters are like."""
    return "".join(name.lower().split())


def label_of(name: str) -> str:
    """The label in what stands for it in a table: of "Question 1a)" and "(1 a)" it is 1a; of what is none, nothing."""
    found = _LABEL.fullmatch(name)
    return "" if found is None else f"{found['number']}{(found['letter'] or '').lower()}"
