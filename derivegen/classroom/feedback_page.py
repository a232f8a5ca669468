"""One marking goes in; its page, its findings as data and as rows of a table come out, for whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from derivegen.classroom.typed_page import TypedPage
from derivegen.marking.findings import Finding
from derivegen.marking.pages.feedback import Feedback
from derivegen.marking.pages.talk import RULE, WHERE
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.records import dataclass
from derivegen.render.format import Format
from derivegen.render.printer import Printer

COLUMNS = (
    *("student", "variant", "file", "line", "column", "quantity", "equality", "given", "expected", "follows"),
    *("verdict", "mistake", "message", "marks", "of"),
)


@dataclass(frozen=True)
class FeedbackPage:
    """What is said of one marking, and what prints it."""

    feedback: Feedback
    printer: Printer

    def content(self, form: Format) -> bytes:
        """The page in a format."""
        return TypedPage(self.printer, self.printer.judged(self.feedback.document())).content(form)

    def data(self) -> Iterator[Mapping[str, Any]]:
        """The findings as the interface has them."""
        teacher, hint = self.feedback.talk.reader == "teacher", self.feedback.talk.hint
        for finding in self.feedback.marking.findings:
            if not teacher and hint < WHERE and finding.equality is not None:
                continue
            hidden = not teacher and hint < WHERE and finding.verdict not in ("undecided", "unread")
            place = finding.place
            yield {
                "quantity": self.feedback.talk.name(finding),
                "file": place.file,
                "line": None if hidden else place.line,
                "column": None if hidden else place.column,
                "equality": finding.equality,
                "given": finding.given,
                **(_numbers(finding) if teacher else {}),
                "verdict": finding.verdict,
                "mistake": _mistake(finding) if teacher or hint >= RULE else None,
                "message": self.feedback.talk.message(finding),
                "marks": in_number(finding.marks),
                "of": in_number(finding.of),
                **({"coarse": True} if finding.coarse and teacher else {}),
            }

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The findings as lines of a table."""
        own = self.feedback.marking
        for entry in self.data():
            known = {"student": own.student, "variant": own.variant, **entry}
            yield tuple(_cell(known.get(name)) for name in COLUMNS)


def _numbers(finding: Finding) -> Mapping[str, float | None]:
    """The true number and, where something else comes of values before, that too."""
    follows = _finite(finding.follows)
    return {"expected": _finite(finding.expected), **({} if follows is None else {"follows": follows})}


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _mistake(finding: Finding) -> str | None:
    if finding.explanations:
        return "+".join(finding.explanations[0].mistakes)
    return finding.reason if finding.reason in CATALOGUE else None


def in_number(marks: Fraction) -> int | float:
    return marks.numerator if marks.denominator == 1 else float(marks)


def _cell(value: object) -> str:
    """What people read in a table: of a number the digits that doubles are sure of."""
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)
