"""What was found goes in; the findings with their marks come out, in the order of the text: what a sheet asks and nobody answered is added.

Without a sheet every quantity read has one mark. Of several answers to one thing the last counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from derivegen.exercise.exercise import Form
from derivegen.exercise.marks import method_marks
from derivegen.marking.findings import Finding, Place
from derivegen.marking.judge.asked import Asked, handed_in
from derivegen.marking.judge.task import Task
from derivegen.marking.read.unreadable import BEYOND
from derivegen.records import dataclass, replace

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, the quantity by own name and the form it was answered in ("" where no answer can count), the name it was handed in under
    in a table, and whether the way to the number is shown and right."""

    finding: Finding
    own: str = ""
    form: Form | str = ""
    name: str = ""
    method: bool = False


def settled(task: Task, found: Sequence[Found]) -> tuple[Finding, ...]:
    """The findings with marks, the first wrong one marked."""
    answers = dict(_on_sheet(task, found))
    marks = {place: asked.marks for place, asked in answers.items()} if task.asked else dict(_read(found))
    findings = [_marked(_as_asked(each, answers.get(place)), marks.get(place)) for place, each in enumerate(found)]
    first = next((place for place, each in enumerate(findings) if each.verdict == "wrong"), None)
    if first is not None:
        findings[first] = replace(findings[first], first=True)
    ordered = sorted(findings, key=lambda each: (each.place.line, each.equality is None, each.equality or 0))
    return (*ordered, *_missing(task, found))


def _as_asked(found: Found, asked: Asked | None) -> Found:
    """An answer under the name that the sheet asks for, or its label: of a linear unit z and a are one."""
    if asked is None or found.finding.quantity is None:
        return found
    values = {**found.finding.values, **asked.known}
    return replace(found, finding=replace(found.finding, quantity=asked.quantity, values=values))


def _marked(found: Found, of: Fraction | None) -> Finding:
    if of is None:
        return found.finding
    return replace(found.finding, of=of, marks=_given(found, of))


def _given(found: Found, of: Fraction) -> Fraction:
    """The marks: all; those for the way, where it was right and what came of it was not; none."""
    verdict = found.finding.verdict
    if verdict in ("right", "rounding"):
        return of
    if verdict == "follow_through" or (verdict == "wrong" and found.method):
        return method_marks(of)
    return Fraction(0)


def _read(found: Sequence[Found]) -> Iterator[tuple[int, Fraction]]:
    """One mark for each quantity: the last number, or where there is none the last formula; and for what is about a quantity of the network
    that it has not under these indices, which stays open."""
    last: dict[str, int] = {}
    for place, each in enumerate(found):
        if each.finding.reason == BEYOND:
            last[f"{BEYOND} {each.finding.values['name']}"] = place
        counts = each.own and each.form in ("number", "formula")
        before = found[last[each.own]].form if each.own in last else "formula"
        if counts and not (before == "number" and each.form == "formula"):
            last[each.own] = place
    return ((place, ONE) for place in last.values())


def _on_sheet(task: Task, found: Sequence[Found]) -> Iterator[tuple[int, Asked]]:
    """What answers each question of the sheet."""
    taken: set[int] = set()
    for asked in task.asked:
        place = _answering(task, asked, found, taken)
        if place is not None:
            taken.add(place)
            yield place, asked


def _answering(task: Task, asked: Asked, found: Sequence[Found], taken: set[int]) -> int | None:
    """The finding that answers what is asked: handed in under its name; else the last about the quantity in the form asked for. A formula
    is no number: the sheet itself states some, as what is to be used."""
    own = task.own(asked.quantity)
    free = [place for place in range(len(found)) if place not in taken and found[place].finding.equality is None]
    named = [place for place in free if found[place].name and handed_in(found[place].name) == handed_in(asked.name)]
    about = [
        place for place in free if _is_of(task, found[place].own, own) and not found[place].name.startswith("question")
    ]
    fitting = [place for place in about if found[place].form == asked.form]
    other = [place for place in about if asked.form == "formula" or found[place].finding.verdict == "unread"]
    return next((places[-1] for places in (named, fitting, other) if places), None)


def _is_of(task: Task, own: str, asked: str) -> bool:
    """Whether what was found is about what is asked: under its name, or under another with the same symbol."""
    return own == asked or (own != "" and (symbol := task.symbol(asked)) is not None and task.symbol(own) == symbol)


def _missing(task: Task, found: Sequence[Found]) -> Iterator[Finding]:
    """What is asked and was not answered."""
    taken: set[int] = set()
    for asked in task.asked:
        place = _answering(task, asked, found, taken)
        if place is None:
            values = {"label": asked.label, **asked.known}
            yield Finding(asked.quantity, "missing", Place(), reason="missing", values=values, of=asked.marks)
        else:
            taken.add(place)
