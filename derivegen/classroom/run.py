"""A long piece of work in slices: a folder, the slices and a function that makes the files of one go in; the files come out, written whole,
by as many processes as wanted, and a run that was stopped goes on where it was.

Nothing is known here of what is in the files. Only this process writes, so that the others may be on machines that do not see the folder.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from derivegen.classroom.crew import Workers
from derivegen.errors import InputError
from derivegen.records import dataclass

T = TypeVar("T")


class Slice(Protocol):
    """A piece of the work: a key that nothing shares that gives other files, and how many of what is counted it holds."""

    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int: ...


class Made(NamedTuple):
    """What one slice gives: files by their path in the folder, and a line of text for each of what is counted, kept until the end."""

    files: Mapping[str, bytes]
    lines: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """How much is written."""
        return sum(map(len, self.files.values()))


class Step(NamedTuple):
    """How far a run has come: how many are done now, `again` of them in an earlier run, how much was written in this one, what there is
    to say of the folder, and at the end what was hard to satisfy."""

    done: int
    again: int
    bytes: int
    said: str = ""
    hard: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Work in a folder. What is under way is kept in `progress`, a folder in it, and taken away by `finish`."""

    directory: Path
    progress: str

    def steps(
        self,
        slices: Iterable[Slice],
        make: Callable[[Any], Made],
        workers: Workers,
        before: Callable[[], str] = lambda: "",
        shared: Callable[[Any], object] = lambda own: None,
    ) -> Iterator[Step]:
        """Do what is not done yet, and say after each slice how far it is. `before` anything is written the folder is made ready for it,
        and no sooner: work that is refused leaves it as it was. `shared` is what several processes make once, from the first slice. Raises
        InputError, MissingPart."""
        todo, again, size = [], 0, 0
        for each in slices:
            if self._is_done(each):
                again += each.size
            else:
                todo.append(each)
        done, ready = again, not todo
        yield Step(done, again, size, before() if ready else "")
        for own, made in workers.results(make, todo, shared):
            said, ready = "" if ready else before(), True
            try:
                self._keep(own, made)
            except OSError as error:
                raise InputError(self._stopped(error, done), "-o") from None
            done, size = done + own.size, size + made.bytes
            yield Step(done, again, size, said)

    def _stopped(self, error: OSError, done: int) -> str:
        whole = f"{done} done and kept; " if done else ""
        return (
            f"-o {self.directory}: cannot write there: {error.strerror or error}; {whole}"
            "make room or mend that, then say the same again and it goes on from there"
        )

    def lines(self, slices: Iterable[Slice]) -> Iterator[str]:
        """The lines of all slices, in their order."""
        for each in slices:
            with self._record(each).open(encoding="utf-8") as record:
                next(record)
                yield from (line.rstrip("\n") for line in record)

    def write(self, name: str, content: Iterable[bytes]) -> Path:
        """A file, whole, from its pieces. Raises InputError."""
        try:
            return self._put(name, content)
        except OSError as error:
            raise InputError(self._stopped(error, 0), "-o") from None

    def finish(self) -> None:
        """Forget how it went: all is there. The folder goes in one step, and nothing of a run that begins just then."""
        gone = self._folder.with_name(f"{self._folder.name}-{os.getpid()}")
        try:
            os.replace(self._folder, gone)
        except OSError:  # Windows moves no folder with a file that is open
            gone = self._folder
        shutil.rmtree(gone, ignore_errors=True)

    def forget(self, *kept: str) -> None:
        """Take no slice of an earlier run for done; files of these names stay."""
        with suppress(OSError):
            for record in self._folder.iterdir():
                if record.name not in kept and record.is_file():
                    record.unlink(missing_ok=True)

    @property
    def _folder(self) -> Path:
        return self.directory / self.progress

    def _record(self, own: Slice) -> Path:
        return self._folder / own.key

    def _is_done(self, own: Slice) -> bool:
        """Whether an earlier run made this slice, and its files are still as long as they were."""
        try:
            with self._record(own).open(encoding="utf-8") as record:
                sizes: dict[str, int] = json.loads(next(record))
            return all((self.directory / name).stat().st_size == size for name, size in sizes.items())
        except (OSError, ValueError, StopIteration):
            return False

    def _keep(self, own: Slice, made: Made) -> None:
        """Write the files, and then that they are written."""
        for name, content in made.files.items():
            self._put(name, (content,))
        sizes = {name: len(content) for name, content in made.files.items()}
        record = "".join(f"{line}\n" for line in (json.dumps(sizes), *made.lines))
        self._put(f"{self.progress}/{own.key}", (record.encode(),))

    def _put(self, name: str, content: Iterable[bytes]) -> Path:
        """First under another name in the folder of what is under way, then moved to its place: a file is there whole or not at all."""
        path, begun = self.directory / name, self._folder / f"begun-{os.getpid()}"
        try:
            with _made(begun, lambda: begun.open("wb")) as file:
                for piece in content:
                    file.write(piece)
            _made(path, lambda: os.replace(begun, path))
        except OSError:
            begun.unlink(missing_ok=True)
            raise
        return path


def _made(path: Path, make: Callable[[], T]) -> T:
    """What makes a file, its folder made first if it is not there."""
    try:
        return make()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return make()
