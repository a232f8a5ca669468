"""A class goes in; it comes out in slices, and each slice as the files of its students, in any process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from derivegen.classroom.many import Pages, Ready
from derivegen.classroom.run import Made
from derivegen.classroom.sheet import Exercises, Work
from derivegen.classroom.student_files import FOLDERS, NOT_READY, figures_of, student_files
from derivegen.exercise.record import entry, json_text
from derivegen.exercise.roster import Student
from derivegen.network.file.examples import templates_folder
from derivegen.records import astuple, dataclass, field
from derivegen.render.format import JSON, SELFCHECK, Format
from derivegen.rounding.reach import reached_by_all

FEW, MANY, MOST = 4, 32, 128
"""Students a slice: as few as keeps the cost of handing one out small, and no more than are lost if the run is stopped. Of pages that are
only filled in more are made in that time, and the more together the faster."""
SLICES, LARGE = 32, 8
"""So many slices, if that leaves neither too few nor too many students in each; fewer large ones."""


@dataclass(frozen=True, slots=True)
class ClassSlice:
    """Some of the students, and what nothing shares that gives them other files."""

    key: str
    students: Sequence[Student]

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.students)


@dataclass(frozen=True, slots=True)
class Job:
    """What is made for every slice; two with one fingerprint make the same bytes."""

    fingerprint: str
    exercises: Exercises = field(compare=False)
    formats: tuple[Format, ...] = field(compare=False)


def sliced(fingerprint: str, students: Sequence[Student], formats: Sequence[Format]) -> tuple[ClassSlice, ...]:
    """The class in slices, the same for any number of processes."""
    quick = all(form.filled or form == JSON for form in formats)
    size = max(FEW, min(MOST, len(students) // LARGE) if quick else min(MANY, len(students) // SLICES))
    parts = (students[start : start + size] for start in range(0, len(students), size))
    return tuple(ClassSlice(_digest(fingerprint, repr(part)), part) for part in parts)


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprint(own: Exercises, formats: Sequence[Format]) -> str:
    """What everybody's files depend on: the exercises, the formats, the templates and this program."""
    folders = (
        Path(__file__).parents[1],
        templates_folder(),
        *([own.press.templates.override] if own.press.templates.override else []),
    )
    files = (
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".toml", ".jinja", ".css", ".js")
    )
    digests = (f"{path.name} {sha256(path.read_bytes()).hexdigest()}" for path in files)
    return _digest(
        repr((astuple(own.network), own.questions, own.seed, own.vary, tuple(form.key for form in formats))), *digests
    )


@lru_cache(maxsize=1)
def _kept(job: Job) -> Pages:
    """The exercises of a job, which come anew with every slice, once for all slices of a process, with the patterns of their pages: to make
    these takes longer than a slice."""
    return Pages(job.exercises, figures_of(job.exercises))


def shared(job: Job, own: ClassSlice) -> None:
    """What every process needs that makes files: the patterns, made from some students, and what was worked out on the way."""
    _filled_in(job, own)


def _filled_in(job: Job, own: ClassSlice) -> tuple[list[Work], Sequence[Ready]]:
    """The work of some students, and their pages as far as they are filled in."""
    pages = _kept(job)
    works = list(pages.exercises.works(own.students))
    _accept(pages.exercises, works)
    return works, _ready(pages, works, job.formats)


def made(job: Job, own: ClassSlice) -> Made:
    """The files of some students."""
    works, ready_of = _filled_in(job, own)
    files: dict[str, bytes] = {}
    lines: list[str] = []
    for work, ready in zip(works, ready_of, strict=True):
        files |= student_files(work, job.formats, ready)
        lines.append(
            json_text(entry(work.student, work.exercise, work.number, work.accepted, ready.text_or(work.printed)))
        )
    return Made(files, tuple(lines))


def _ready(pages: Pages, works: Sequence[Work], formats: Sequence[Format]) -> Sequence[Ready]:
    """What can be filled in for these students together; nothing where there is only one."""
    wanted = [(part, form.source().key) for part in FOLDERS for form in formats if not form.screen]
    variants = [work.variant for work in works]
    accepted = [{name: work.accepted(name) for name in work.variant.answers} for work in works]
    students, mistaken = ([work.student for work in works], any(form.platform or form == SELFCHECK for form in formats))
    found = pages.filled(variants, students, accepted, wanted, mistaken) if len(works) > 1 else None
    return [NOT_READY] * len(works) if found is None else found


def _accept(own: Exercises, works: Sequence[Work]) -> None:
    """What honest work may come to, for all of these students together."""
    if len(works) < 2 or not works[0].variant.givens:
        return
    givens = {name: [float(work.variant.givens[name]) for work in works] for name in works[0].variant.givens}
    for name, reached in reached_by_all(own.derivation, own.rounding, givens, works[0].variant.answers):
        for work, each in zip(works, reached, strict=True):
            work.accept(name, each)
