"""Everything that was marked goes in; the files that say so come out: feedback for everybody, findings as data, gradebook and report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from derivegen.classroom.checks import Checked, Checking
from derivegen.classroom.feedback_page import COLUMNS, in_number
from derivegen.exercise.roster import Student, csv_text
from derivegen.marking.findings import Marking
from derivegen.render.format import CSV, JSON, named


def as_json(found: Sequence[Checked], several: bool) -> str:
    """The findings as JSON: of one submission, or of several."""
    if not several:
        (one,) = found
        whole: dict[str, Any] = {"derivegen": 1, **_marks(one.marking), "findings": one.data}
    else:
        whole = {"derivegen": 1, "submissions": [_submission(each) for each in found]}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _submission(each: Checked) -> dict[str, Any]:
    own = each.marking
    return {
        "student": own.student,
        "variant": own.variant,
        "file": own.file,
        **_marks(own),
        "findings": each.data,
    }


def _marks(own: Marking) -> dict[str, Any]:
    """The marks of a submission, those that are open, and what its names and conventions were taken for."""
    marks = {"marks": in_number(own.marks), "of": in_number(own.of), "open": in_number(own.open)}
    late = {} if own.late is None else {"late": {"days": own.late.days, "taken": in_number(own.taken)}}
    notation = {"notation": dict(own.notation)} if own.notation else {}
    return {
        "score": own.score,
        **marks,
        **late,
        **notation,
        **({"conventions": list(own.remarks)} if own.remarks else {}),
    }


def as_csv(found: Sequence[Checked]) -> str:
    """The findings as a table, safe for spreadsheets."""
    return csv_text([COLUMNS, *(row for each in found for row in each.rows)])


def one_text(checking: Checking, found: Sequence[Checked], several: bool) -> bytes:
    """All in the one format asked for: findings, the page of one submission, or the report on several."""
    (form,) = checking.formats
    if form == JSON:
        return as_json(found, several).encode()
    if form == CSV:
        return as_csv(found).encode()
    return checking.report(found).content(form) if several else found[0].pages[form.key]


def files(checking: Checking, found: Sequence[Checked], several: bool) -> Iterator[tuple[str, bytes]]:
    """Everything that is written, by its path in the folder: the feedback; of several submissions gradebook and report too."""
    for each, name in zip(found, _names(found), strict=True):
        start = f"feedback/{name}" if several else Path(each.marking.file or "answers").stem
        yield from ((f"{start}-feedback.{named(form).ending}", page) for form, page in each.pages.items())
    if JSON in checking.formats:
        yield "findings.json", as_json(found, several).encode()
    if CSV in checking.formats:
        yield "findings.csv", as_csv(found).encode()
    if several:
        yield "gradebook.csv", checking.gradebook(found).encode()
        yield from _report(checking, found)


def _report(checking: Checking, found: Sequence[Checked]) -> Iterator[tuple[str, bytes]]:
    forms = [form for form in checking.formats if not form.data]
    if not forms:
        return
    report = checking.report(found)
    for form in forms:
        yield f"report.{form.ending}", report.content(form, "report-figures")
    if any(form.figures for form in forms):
        yield from ((f"report-figures/{name}", picture) for name, picture in report.figures().items())


def _names(found: Sequence[Checked]) -> list[str]:
    """A file name for each submission: the student's, else the file's; of one that stands there twice numbered."""
    seen: dict[str, int] = {}
    names = []
    for each in found:
        name = Student(each.marking.student or each.marking.file or "answers").file
        seen[name.casefold()] = count = seen.get(name.casefold(), 0) + 1
        names.append(name if count == 1 else f"{name}~{count}")
    return names
