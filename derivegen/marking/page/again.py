"""The work of one student goes in, with what it is held to; the same work comes out as the page itself says that it is to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.marking.judge.asked import handed_in
from derivegen.marking.judge.numbers import FEWEST
from derivegen.marking.judge.shown import Shown, roundings_shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.page.infer import inferred
from derivegen.marking.page.readings import Inferred
from derivegen.marking.page.spelled import bound, leaning, spelled_as
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.statement import Statement, Unread, is_named
from derivegen.marking.read.submissions import Found, Work, moved, read_again
from derivegen.notation.typed_names import Names
from derivegen.records import replace


def as_meant(work: Work, names: Names, task: Task) -> tuple[Work, Names, Inferred]:
    """The work read once more, where its pages say what their names mean; the names it was read with, and what was taken."""
    if _is_plainly_right(work, task):
        return work, names, Inferred()
    files = (*work.pages, *work.tables)
    spelled = [(text, kind, leaning(names, text)) for _, text, kind in files]
    each = [inferred(read_again(text, own, kind), own, task) for text, kind, own in spelled]
    usual = all(not own.open_ and all(_is_usual(key, name, names) for key, name in own.meant.items()) for own in each)
    if not any(each) or (usual and all(map(_is_read, work.found))):
        return work, names, Inferred()
    taken, known, found = Inferred(), names, list(_beside(work, files))
    for (start, text, kind), own in zip(files, each, strict=True):
        known = bound(names, own.meant, own.open_) if own else names
        taken = Inferred({**taken.meant, **own.meant}, {**taken.open_, **own.open_})
        found += [moved(one, start) for one in read_again(text, known, kind)]
    return replace(work, found=tuple(sorted(found, key=lambda one: one.line))), known, taken


def _is_plainly_right(work: Work, task: Task) -> bool:
    """Whether every line is read, names nothing but what it is about, and has its number, or one that honest rounding leads to, or answers
    beside a name that the sheet has printed: then no other reading is wanted."""
    return all(_is_beside_printed(one, task) or _is_right(one, task) for one in work.found)


def _is_beside_printed(one: Found, task: Task) -> bool:
    """Whether it is a number in the row of a table that the sheet itself has named: what it is of is nobody's to choose."""
    asked = task.by_name.get(handed_in(one.name)) if isinstance(one, Answer) else None
    if asked is None or not isinstance(one, Answer) or one.formula is None or asked.quantity is None:
        return False
    return one.quantity == asked.quantity and shown(one.formula) is not None


def _is_read(one: Found) -> bool:
    if isinstance(one, Statement):
        return not one.candidates and all(side.formula is not None for side in one.sides)
    return isinstance(one, Answer) and one.quantity is not None


def _is_right(one: Found, task: Task) -> bool:
    if isinstance(one, Unread) or one.quantity is None or one.candidates:
        return False
    if isinstance(one, Statement) and any(map(is_named, one.sides[1:])):
        return False
    formula = one.formula if isinstance(one, Answer) else one.sides[-1].formula
    number, true = None if formula is None else shown(formula), task.number(task.own(one.quantity))
    if number is None or true is None:
        return False
    signed = number if task.sign(one.quantity) > 0 else -number
    return signed.meets(true) or _is_rounded(task, task.own(one.quantity), signed, true)


def _is_rounded(task: Task, own: str, number: Shown, true: float) -> bool:
    """Whether somebody who keeps the digits of a number comes to it, and to little else."""
    if number.significant < FEWEST:
        return False
    hulls = (task.reached(own, rounding) for rounding in roundings_shown(number))
    return any(hull is not None and not hull.wide(true) and number.within(hull.low, hull.high) for hull in hulls)


def _is_usual(key: str, name: str, names: Names) -> bool:
    """Whether a name is taken for what it would be read as anyway."""
    typed = spelled_as(key)
    return typed is not None and names.resolve(typed) == (name,)


def beside_pages(work: Work) -> Iterator[Found]:
    """What was found in tables."""
    return _beside(work, work.pages)


def _beside(work: Work, files: Sequence[tuple[int, str, str]]) -> Iterator[Found]:
    """What was found in other files than these."""
    starts = {start for start, _, _ in files}
    for each in work.found:
        start = max((start for start, _ in work.files if start < max(each.line, 1)), default=0)
        if start not in starts:
            yield each


def told(taken: Inferred, names: Names) -> dict[str, str]:
    """The names that mean something else than the notation of the file has them mean, each with its quantity."""
    return {key: name for key, name in taken.meant.items() if key != name and not _is_own(key, name, names)}


def _is_own(key: str, name: str, names: Names) -> bool:
    typed = spelled_as(key)
    return typed is not None and names.resolve(typed, own=True) == (name,)
