"""The files of students go in, each student's together; what was found in their work comes out, one marking a student.

Every file is marked for itself: whatever is in one, the others are marked as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.calculus.chain import derive
from derivegen.classroom.when import attempt_of
from derivegen.document.press import Press
from derivegen.marking.article.audit import audit
from derivegen.marking.bounded import TooLong, bounded
from derivegen.marking.findings import Finding, Marking, Place
from derivegen.marking.judge.asked import Asked
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import mark
from derivegen.marking.page.again import as_meant, beside_pages, told
from derivegen.marking.page.conventions import as_taken
from derivegen.marking.page.prose import unplaced
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.content import Problem
from derivegen.marking.read.files import Part, Piece
from derivegen.marking.read.regions import Kind, typed_cells
from derivegen.marking.read.sheet import questions, returned
from derivegen.marking.read.submissions import Work, grouped, moved, works
from derivegen.marking.read.texts import stated_in
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass, replace

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Class, Seat
    from derivegen.classroom.whose import Owners


@dataclass(frozen=True)
class Marker:
    """Marks work on the network of a press: everybody's is the same without a class. `variant` is whose sheet it is where nothing says
    so."""

    press: Press
    own: Class | None = None
    variant: str = ""

    def groups(self, found: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
        """The files by student."""
        owners = self._owners
        whose = {} if owners is None else {piece: owners.of_piece(piece) for piece in found}
        return grouped(found, whose, {piece: attempt_of(piece.names) for piece in found})

    def markings(self, group: Sequence[Piece]) -> tuple[Marking, ...]:
        """What is found in the files of one student; of a table with a row for each, one marking a row. Whatever happens, it is said of
        these files and stops nothing else."""
        try:
            with bounded():
                found = works(group, self._names)
        except (Exception, TooLong) as error:
            return (self.failed(group, error),)
        part = group[0].part
        marked = tuple(self._bounded(work, part) for work in found)
        return marked if part is None else tuple(_in_report(each, part) for each in marked)

    def failed(self, group: Sequence[Piece], error: BaseException) -> Marking:
        """The files that could not be marked, with the reason, whose they are as far as their names say."""
        files = ", ".join(dict.fromkeys(piece.label for piece in group))
        owners = self._owners
        seat = None if owners is None else owners.by_word(next((owners.of_piece(piece) for piece in group), ""))
        student, variant = ("", "") if seat is None else (seat.student.identity, seat.code)
        return Marking((_failure(files, error),), student, variant, files)

    def _bounded(self, work: Work, part: Part | None) -> Marking:
        try:
            with bounded():
                return self._marked(work, part)
        except (Exception, TooLong) as error:
            # a defect met in one student's work must not cost the teacher the marks of all others
            files = ", ".join(dict.fromkeys(label for _, label in work.files))
            seat = None if self._owners is None else self._owners.of(work, self.variant)
            student, variant = (work.student, "") if seat is None else (seat.student.identity, seat.code)
            return Marking((_failure(files, error),), student, variant, files)

    def seat(self, word: str) -> Seat | None:
        """The sheet with that code, or of that student."""
        return None if self._owners is None else self._owners.by_word(word)

    @cached_property
    def task(self) -> Task:
        """What answers are held to where there is no sheet."""
        return Task(derive(self.press.graph), self.press.notation)

    @cached_property
    def _names(self) -> Names:
        # names do not depend on numbers, so all variants share them and what has been found of them
        return Names(self.task.graph, self.task.notation)

    @cached_property
    def _owners(self) -> Owners | None:
        if self.own is None:
            return None
        from derivegen.classroom.whose import Owners

        return Owners(self.own)

    def _by_labels(
        self, work: Work, task: Task, printed: Sequence[Asked]
    ) -> tuple[Work, list[Answer], dict[int, tuple[str, int]]]:
        """The work with its answers under the labels of a sheet as answers, without what the sheet itself prints; those that are no
        numbers; the lines that were changed for it. What is printed and no longer counts is passed over."""
        labels = {each.label for each in task.asked}
        asked = questions(((each.label, each.name, each.quantity, each.form) for each in printed), labels)
        pages, answers, changed = list[tuple[int, str, Kind]](), list[Answer](), dict[int, tuple[str, int]]()
        found = list(beside_pages(work)) if asked and work.pages else list(work.found)
        for start, text, kind in work.pages if asked else ():
            text, kind = typed_cells(text, kind)
            own = returned(text, asked, self._names)
            pages.append((start, own.text, kind))
            answers += [replace(each, line=each.line + start) for each in own.answers]
            changed |= {line + start: was for line, was in own.changed.items()}
            found += [moved(each, start) for each in stated_in(own.text, self._names, kind)]
        if not pages:
            return work, answers, changed
        ordered = sorted(found, key=lambda each: each.line)
        return replace(work, found=tuple(ordered), pages=tuple(pages)), answers, changed

    def _marked(self, work: Work, part: Part | None) -> Marking:
        files = ", ".join(dict.fromkeys(label for _, label in work.files))
        seat = None if self._owners is None else self._owners.of(work, self.variant)
        lost = tuple(_unread(file, problem) for file, problem in work.problems)
        student, variant = (work.student, "") if seat is None else (seat.student.identity, seat.code)
        named = None if self._owners is None else self._owners.by_names(work.names)
        if named is not None and seat is not None and named is not seat:
            lost = (*lost, _unread(files, Problem("other-student", named.student.identity)))
        if not work.found and any(problem.reason != "empty-file" for _, problem in work.problems):
            return Marking(
                lost, student, variant, files
            )  # somebody has to look at it: it is not known to be worth nothing
        if self._owners is not None and len(several := self._owners.several(work.codes)) > 1:
            both = ", ".join(each.student.identity for each in several[:5])
            return Marking((*lost, _unread(files, Problem("two-students", both))), "", "", files)
        if self.own is not None and seat is None:
            return Marking((*lost, _unread(files, Problem("no-variant"))), student, variant, files)
        if seat is not None and part is not None:
            seat = replace(seat, asked=tuple(each for each in seat.asked if each.label in part.labels))
        task = self.task if seat is None or self.own is None else self.own.task(seat, self.task)
        printed = task.asked if seat is None else seat.printed
        work, by_label, changed = self._by_labels(work, task, printed)
        work, names, taken = as_meant(work, self._names, task)
        work = _counting(replace(work, found=(*work.found, *by_label)), task, printed)
        task, remarks = as_taken(work.found, task)
        if seat is not None or not work.text:
            marked = mark(task, work.found)
        else:
            read = work.found if len(work.pages) == 1 else None
            marked = audit(task, names, work.text, work.kind, "", read)
        beside = _in_sentences(work, task) if seat is None else ()
        findings = (*_placed(replace(marked, findings=(*marked.findings, *beside)), work, changed), *lost)
        return Marking(findings, student, variant, files, told(taken, self._names), remarks)


def _counting(work: Work, task: Task, printed: Sequence[Asked]) -> Work:
    """The work without answers in tables to questions that no longer count."""
    gone = {each.name for each in printed} - {each.name for each in task.asked}
    if not gone:
        return work
    return replace(
        work, found=tuple(each for each in work.found if not isinstance(each, Answer) or each.name not in gone)
    )


def _in_report(marking: Marking, part: Part) -> Marking:
    """What was found in a part of a report where it stands there."""
    found = (replace(each, place=_there(each.place, part)) for each in marking.findings)
    return replace(marking, findings=tuple(found), student=part.student, attempt=part.attempt)


def _there(place: Place, part: Part) -> Place:
    column = part.columns[place.line - 1] if 0 < place.line <= len(part.columns) else 0
    return replace(place, line=part.line if column else 0, column=column)


def _placed(marking: Marking, work: Work, changed: Mapping[int, tuple[str, int]]) -> Iterator[Finding]:
    """The findings where they stand in their files, with what stands there."""
    for finding in marking.findings:
        place = finding.place
        if place.line in changed:
            source, grown = changed[place.line]
            place = replace(place, source=source, column=max(1, place.column - grown))
        file, line = work.place(place.line) if place.line else (work.files[0][1], 0)
        yield replace(finding, place=replace(place, file=file, line=line))


def _in_sentences(work: Work, task: Task) -> Iterator[Finding]:
    """The numbers in the sentences of a single text that belong nowhere."""
    if len(work.pages) == 1 and work.pages[0][0] == 0 and work.kind in ("markdown", "text"):
        yield from unplaced(work.text, work.found, task)


def _failure(files: str, error: BaseException) -> Finding:
    """That marking failed, and how, in one line."""
    if isinstance(error, TooLong):
        return _unread(files, Problem("slow"))
    said = " ".join(str(error).split())
    return _unread(files, Problem("failed", f"{type(error).__name__}: {said}" if said else type(error).__name__))


def _unread(file: str, problem: Problem) -> Finding:
    values = {"file": file, "said": problem.said}
    return Finding(None, "unread", Place(file), reason=f"file.{problem.reason}", values=values)
