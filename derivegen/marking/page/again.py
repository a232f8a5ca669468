"""The work of one student goes in, with what it is held to; the same work comes out as the page itself says that it is to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivegen.marking.judge.task import Task
from derivegen.marking.page.infer import Inferred, inferred
from derivegen.marking.page.spelled import bound, leaning, spelled_as
from derivegen.marking.read.submissions import Found, Work, moved
from derivegen.marking.read.texts import stated_in
from derivegen.notation.typed_names import Names


def as_meant(work: Work, names: Names, task: Task) -> tuple[Work, Names, Inferred]:
    """The work read once more, where its pages say what their names mean; the names it was read with, and what was taken."""
    taken, known, found = Inferred(), names, list(beside_pages(work))
    for start, text, kind in work.pages:
        spelled = leaning(names, text)
        own = inferred(stated_in(text, spelled, kind), spelled, task)
        known = bound(names, own.meant, own.open_) if own else names
        taken = Inferred({**taken.meant, **own.meant}, {**taken.open_, **own.open_})
        found += [moved(each, start) for each in stated_in(text, known, kind)]
    if not taken:
        return work, names, taken
    return replace(work, found=tuple(sorted(found, key=lambda each: each.line))), known, taken


def beside_pages(work: Work) -> Iterator[Found]:
    """What was found in tables."""
    starts = {start for start, _, _ in work.pages}
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
