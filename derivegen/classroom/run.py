"""A long piece of work in slices: a folder, the slices and a function that makes the files of one go in; the files come out, written whole,
by as many processes as wanted, and a run that was stopped goes on where it was.

Nothing is known here of what is in the files. Only this process writes, so that the others may be on machines that do not see the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from derivegen.errors import InputError, MissingPart

T = TypeVar("T")
Backend = Literal["processes", "dask"]
AHEAD = 8
"""Slices a process that are given out at once: enough to keep all of them busy, few enough to hold their results."""
SECONDS = 10
"""How long to wait for a scheduler."""


class Slice(Protocol):
    """A piece of the work: a key that nothing shares that gives other files, and how many of what is counted it holds."""

    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Made:
    """What one slice gives: files by their path in the folder, and a line of text for each of what is counted, kept until the end."""

    files: Mapping[str, bytes]
    lines: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """How much is written."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come: how many are done now, `again` of them in an earlier run, how much was written in this one, and what there is
    to say of the folder."""

    done: int
    again: int
    bytes: int
    said: str = ""


def cores() -> int:
    """How many processes this machine has room for."""
    from joblib import cpu_count

    return int(cpu_count())


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: how many processes of this machine, or the workers of a dask scheduler."""

    jobs: int = 1
    backend: Backend = "processes"
    scheduler: str | None = None

    def results(self, make: Callable[[Any], Made], slices: Sequence[Slice]) -> Iterator[tuple[Slice, Made]]:
        """Each slice with what was made of it, as they are done. Raises InputError, MissingPart."""
        if self.backend == "processes" and min(self.jobs, len(slices)) < 2:
            return ((each, make(each)) for each in slices)
        return self._parallel(make, slices)

    def _parallel(self, make: Callable[[Any], Made], slices: Sequence[Slice]) -> Iterator[tuple[Slice, Made]]:
        from joblib import Parallel, delayed

        together = delayed(_with_its_slice)
        # whoever stops a run is told by the command, not by joblib
        warnings.filterwarnings("ignore", ".*tasks which were still being processed")
        crew = _processes(self.jobs) if self.backend == "processes" else _dask(self.scheduler)
        with crew as count, Parallel(count, return_as="generator_unordered", batch_size=1) as parallel:
            for start in range(0, len(slices), AHEAD * count):
                yield from parallel(together(make, each) for each in slices[start : start + AHEAD * count])


def _with_its_slice(make: Callable[[Any], Made], own: Slice) -> tuple[Slice, Made]:
    return own, make(own)


@contextmanager
def _processes(jobs: int) -> Iterator[int]:
    """So many processes of this machine. Raises InputError where one of them dies."""
    from joblib import parallel_config

    try:
        with parallel_config("loky", initializer=_end_with, initargs=(os.getpid(),)):
            yield jobs
    except BrokenExecutor:
        raise InputError(
            f"--jobs {jobs}: one of the processes was ended from outside, maybe for want of memory; "
            "say the same again with fewer, it goes on from there",
            about="--jobs",
        ) from None


def _end_with(parent: int) -> None:
    """Make this process end soon after the one that started it: of one that is killed, the others would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _dask(scheduler: str | None) -> Iterator[int]:
    """The workers of a scheduler, and how many they are. Raises InputError, MissingPart."""
    if scheduler is None:
        raise InputError(
            "--backend dask: no scheduler named; start one with `dask scheduler` and write --scheduler ADDRESS",
            about="--backend",
        )
    try:
        import distributed
    except ImportError:
        raise MissingPart("--backend dask needs dask: pip install 'derivegen[dask]'") from None
    from joblib import parallel_config

    connect: Any = distributed.Client
    try:
        client = connect(scheduler, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--scheduler {scheduler}: no answer ({error}); check the address, such as tcp://host:8786",
            about="--scheduler",
        ) from None
    with client:
        count = sum(client.nthreads().values())
        if not count:
            raise InputError(
                f"--scheduler {scheduler}: it has no workers; start some with `dask worker {scheduler}`", "--scheduler"
            )
        try:
            with parallel_config("dask", client=client):
                yield count
        except (distributed.KilledWorker, distributed.CancelledError, ImportError, OSError) as error:
            raise InputError(
                f"--scheduler {scheduler}: its workers failed ({error}); look whether they run and have derivegen, "
                "then say the same again and it goes on from there",
                about="--scheduler",
            ) from None


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
    ) -> Iterator[Step]:
        """Do what is not done yet, and say after each slice how far it is. `before` anything is written the folder is made ready for it,
        and no sooner: work that is refused leaves it as it was. Raises InputError, MissingPart."""
        todo, again, size = [], 0, 0
        for each in slices:
            if self._is_done(each):
                again += each.size
            else:
                todo.append(each)
        done, ready = again, not todo
        yield Step(done, again, size, before() if ready else "")
        for own, made in workers.results(make, todo):
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
