"""Pieces of work and a function that does one go in; what it gives comes out, done by this process, by several of this machine, or by the
workers of a dask scheduler: each a crew that takes a piece and answers with a future.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from derivegen.errors import InputError, MissingPart
from derivegen.records import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future

Piece = TypeVar("Piece")
Given = TypeVar("Given")
Backend = Literal["processes", "dask"]
Submit = Callable[[Any], "Future[Any]"]
AHEAD = 8
"""Pieces a process that are given out at once: enough to keep all of them busy, few enough to hold their results."""
SECONDS = 10
"""How long to wait for a scheduler."""


def cores() -> int:
    """How many processes this machine has room for."""
    from loky import cpu_count

    return int(cpu_count())


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: how many processes of this machine, or the workers of a dask scheduler."""

    jobs: int = 1
    backend: Backend = "processes"
    scheduler: str | None = None

    def results(
        self,
        make: Callable[[Piece], Given],
        pieces: Sequence[Piece],
        shared: Callable[[Piece], object] = lambda piece: None,
        in_order: bool = False,
    ) -> Iterator[tuple[Piece, Given]]:
        """Each piece with what was made of it, as they are done or in their order. Where processes can be forked, what all of them need
        is made once, before: by `shared`, from the first piece. Raises InputError, MissingPart."""
        if self.backend == "processes" and min(self.jobs, len(pieces)) < 2:
            return ((each, make(each)) for each in pieces)
        return self._together(make, pieces, shared, in_order)

    def _together(
        self, make: Callable[[Piece], Given], pieces: Sequence[Piece], shared: Callable[[Piece], object], in_order: bool
    ) -> Iterator[tuple[Piece, Given]]:
        if self.backend == "dask":
            crew = _dask(self.scheduler, make)
        else:
            if forks():
                shared(pieces[0])
            crew = _processes(min(self.jobs, len(pieces)), make)
        with crew as (submit, count):
            given: deque[tuple[Piece, Future[Given]]] = deque()
            for piece in pieces:
                given.append((piece, submit(piece)))
                if len(given) >= AHEAD * count:
                    yield _next(given, in_order)
            while given:
                yield _next(given, in_order)


def _next(given: deque[tuple[Piece, Future[Given]]], in_order: bool) -> tuple[Piece, Given]:
    """The first piece, or the first that is done."""
    if not in_order:
        from concurrent.futures import FIRST_COMPLETED, wait

        wait([future for _, future in given], return_when=FIRST_COMPLETED)
        while not given[0][1].done():
            given.rotate(-1)
    piece, future = given.popleft()
    return piece, future.result()


# processes of this machine


def forks() -> bool:
    """Whether a process may be forked, and has then all that this one has made: not where threads run, which a fork has not; those of the
    PDF compiler stay once it has been used."""
    return sys.platform == "linux" and threading.active_count() == 1 and "typst" not in sys.modules


@contextmanager
def _processes(jobs: int, make: Callable[[Any], Any]) -> Iterator[tuple[Submit, int]]:
    """So many processes of this machine. Raises InputError where one of them dies."""
    from concurrent.futures import BrokenExecutor

    begin = (os.getpid(), make)
    crew: Any
    if forks():
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        crew = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _begin, begin)
        end = partial(crew.shutdown, wait=False, cancel_futures=True)
    else:
        import loky

        crew = loky.ProcessPoolExecutor(jobs, initializer=_begin, initargs=begin)
        end = partial(crew.shutdown, kill_workers=True)
    try:
        yield partial(crew.submit, _made), jobs
    except BrokenExecutor:
        raise InputError(
            f"--jobs {jobs}: one of the processes was ended from outside, maybe for want of memory; "
            "say the same again with fewer, it goes on from there",
            about="--jobs",
        ) from None
    finally:
        end()


_MAKE: list[Callable[[Any], Any]] = []
"""What a process of a crew does: it is told once, and not with every piece."""


def _begin(parent: int, make: Callable[[Any], Any]) -> None:
    """Tell this process what to do; whoever stops a run is told by the command that began it, and it ends soon after that one: of a process
    that is killed, the others would wait for ever."""
    _MAKE[:] = [make]
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _made(piece: Any) -> Any:
    return _MAKE[0](piece)


# other machines


@contextmanager
def _dask(scheduler: str | None, make: Callable[[Any], Any]) -> Iterator[tuple[Submit, int]]:
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
            crew = client.get_executor(pure=False)
            yield partial(crew.submit, make), count
        except (distributed.KilledWorker, distributed.CancelledError, ImportError, OSError) as error:
            raise InputError(
                f"--scheduler {scheduler}: its workers failed ({error}); look whether they run and have derivegen, "
                "then say the same again and it goes on from there",
                about="--scheduler",
            ) from None
