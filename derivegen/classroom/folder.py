"""The folder of a class: what a run is about goes in; what stands there of other exercises or other students is found by its name and
moved into a folder of its own, so that sheets of two classes never lie side by side.

A folder says what it is about by the beginning of `exercises.json`, and while a run is under way by the same in the folder of its progress.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path

from derivegen.errors import InputError
from derivegen.exercise.record import VARIANTS, stem_in
from derivegen.exercise.roster import Student
from derivegen.records import dataclass
from derivegen.render.folder_lock import Taken, held
from derivegen.render.format import ON_SCREEN, PLATFORMS

STUDENTS, TEACHER, EARLIER = "students", "teacher", "earlier"
PROGRESS, EXERCISES = f"{TEACHER}/.progress", f"{TEACHER}/exercises.json"
ABOUT = f"{PROGRESS}/about"
LOCK = f"{PROGRESS}/lock"
LONGEST = 10**7
"""Characters of a line of the beginning."""
NAMED = 3
"""Files that are named; of the others it is said how many they are."""


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """Of one run: `about` is the beginning of the file `exercises.json` that it writes."""

    directory: Path
    stem: str
    about: str
    students: Sequence[Student]

    def check(self) -> None:
        """Refuse a folder with the exercises of another network, finished or not. Raises InputError."""
        for name, what in ((EXERCISES, "is about"), (ABOUT, "of a run that was stopped is about")):
            other = stem_in(_beginning(self.directory / name))
            if other not in (None, self.stem):
                raise InputError(
                    f"-o {self.directory}: {name} there {what} {other}, and would be lost; name another folder for {self.stem}",
                    "-o",
                )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other run is at work in the folder meanwhile. Raises InputError where one is."""
        with ExitStack() as stack:
            try:
                stack.enter_context(held(self.directory / LOCK))
            except Taken as taken:
                raise InputError(
                    f"-o {self.directory}: sheets are being written there just now, by {taken}; wait until it is done, or name another "
                    "folder",
                    "-o",
                ) from None
            except OSError as error:
                raise InputError(
                    f"-o {self.directory}: cannot write there: {error.strerror or error}; mend that, or name another folder",
                    "-o",
                ) from None
            yield

    @property
    def is_same(self) -> bool:
        """Whether what stands there is of these exercises: what a stopped run left says more than what it has not replaced yet."""
        stopped = _beginning(self.directory / ABOUT)
        return (stopped or _beginning(self.directory / EXERCISES)) == self.about

    def tidy(self) -> str:
        """Move away what is not of this run, and say what and where to; "" if there is nothing. Raises InputError."""
        found = list(self._not_of_this_run())
        if not found:
            return ""
        place = self._free()
        try:
            for path in found:
                target = place / path.relative_to(self.directory)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
        except OSError as error:
            raise InputError(
                f"-o {self.directory}: there are files of another run, which cannot be moved to {place}: {error.strerror or error}; "
                "mend that, or name another folder",
                "-o",
            ) from None
        named = [path.name for path in found[:NAMED]]
        rest = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        return f"{', '.join(named)}{rest}: not of this run, moved to {place}"

    def _not_of_this_run(self) -> Iterator[Path]:
        """The files of students first, exercises.json last, so that a move that is stopped is seen by the next run."""
        same = self.is_same
        own = {student.file for student in self.students} if same else set()
        left = False
        for folder in (STUDENTS, TEACHER):
            for path in _entries(self.directory / folder):
                found = _OF_STUDENT.fullmatch(path.name.removeprefix(f"{self.stem}-"))
                if found and path.name.startswith(f"{self.stem}-") and found[1] not in own:
                    left = True
                    yield path
        if same and not left:
            return
        figures = self.directory / STUDENTS / f"{self.stem}-figures"
        if not same and figures.is_dir():
            yield figures
        whole = [path for path in _entries(self.directory / TEACHER) if self._is_about_all(path.name)]
        yield from sorted(whole, key=lambda path: path.name == "exercises.json")

    def _is_about_all(self, name: str) -> bool:
        return _OF_CLASS.fullmatch(name) is not None or (
            name.startswith(f"{self.stem}-") and _TOGETHER.fullmatch(name.removeprefix(f"{self.stem}-")) is not None
        )

    def _free(self) -> Path:
        """A folder that is not there yet."""
        number = 1
        while (self.directory / EARLIER / f"{number}").exists():
            number += 1
        return self.directory / EARLIER / f"{number}"


_OF_STUDENT = re.compile(
    rf"(.+)-(?:sheet|key|scheme|answers|{'|'.join(form.screen for form in ON_SCREEN)})\.[A-Za-z.]+"
)
_OF_CLASS = re.compile(r"variants\.[A-Za-z.]+|exercises\.json")
_TOGETHER = re.compile(rf"(?:{'|'.join(form.key for form in PLATFORMS)}|sheets|keys)[\w-]*\.[a-z.]+")


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _beginning(path: Path) -> str:
    """What a file says before it comes to the students; "" where there is none, or none of ours."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = iter(lambda: file.readline(LONGEST), "")
            return "".join(takewhile(lambda line: line.rstrip("\n") != VARIANTS, lines))
    except OSError:
        return ""
