"""Jobs go in, answers come out of processes of their own: one that takes too long, or too much memory, or ends, is replaced, and costs its
one request.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from derivegen.web.form import Answer, Visit

READY = b"ready"
STARTING = 60.0
"""Seconds in which a process has to be ready."""


class Broken(Exception):
    """The process that had a job did not come back with an answer."""


class BrokenOff(Broken):
    """It was broken off."""


class Busy(Exception):
    """Too many jobs are waiting."""


class Allowance(NamedTuple):
    """What one job may take: seconds by the clock, bytes of memory beside what the program has; how many may wait, and
    for how many seconds."""

    seconds: float = 20.0
    memory: int = 400_000_000
    waiting: int = 64
    patience: float = 20.0


USUAL = Allowance()


class Worker:
    """One process, and another one after it whenever it ends."""

    def __init__(self, context: Any, target: Callable[..., None], limits: Allowance) -> None:
        self._context, self._target, self._limits, self._ready = context, target, limits, False
        self._start()

    def ask(self, job: Visit) -> Answer:
        """The answer to a job. Raises Broken."""
        try:
            if not self._ready:
                self._ready = self._received(STARTING) == READY
            self._pipe.send(job)
            answer = self._received(self._limits.seconds)
        except (EOFError, OSError) as error:
            self._replace()
            raise Broken from error
        except BrokenOff:
            self._replace()
            raise
        assert isinstance(answer, Answer)
        return answer

    def _received(self, seconds: float) -> object:
        if not self._pipe.poll(seconds):
            raise BrokenOff
        return self._pipe.recv()

    def _start(self) -> None:
        self._pipe, far = self._context.Pipe()
        self._process = self._context.Process(target=self._target, args=(far, self._limits.memory), daemon=True)
        self._process.start()
        self._ready = False
        far.close()

    def _replace(self) -> None:
        self.end()
        self._start()

    @property
    def number(self) -> int | None:
        """The number of its process."""
        found: int | None = self._process.pid
        return found

    def end(self) -> None:
        """End its process, whatever it is at."""
        self._pipe.close()
        self._process.kill()
        self._process.join(5)


class Crew:
    """So many processes; a job goes to whichever is free."""

    def __init__(
        self,
        count: int,
        target: Callable[..., None],
        limits: Allowance = USUAL,
        preload: tuple[str, ...] = ("derivegen.web.warm",),
    ) -> None:
        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if "forkserver" in methods:  # each process is a copy of one that has loaded everything and is warm
            context.set_forkserver_preload(list(preload))
        self._limits, self._waiting = limits, 0
        self._threads = ThreadPoolExecutor(count)
        self.workers = [Worker(context, target, limits) for _ in range(count)]
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self.workers:
            self._free.put_nowait(worker)

    async def ask(self, job: Visit) -> Answer:
        """The answer to a job. Raises Broken, Busy."""
        if self._waiting >= self._limits.waiting:
            raise Busy
        self._waiting += 1
        try:
            worker = await asyncio.wait_for(self._free.get(), self._limits.patience)
        except TimeoutError:
            raise Busy from None
        finally:
            self._waiting -= 1
        asked = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, job)
        asked.add_done_callback(lambda _: self._free.put_nowait(worker))  # even if the visitor has gone meanwhile
        return await asyncio.shield(asked)

    def end(self) -> None:
        """End all of them."""
        for worker in self.workers:
            worker.end()
        self._threads.shutdown(wait=False, cancel_futures=True)


def working(answer: Callable[[Visit], Answer], pipe: Connection, memory: int) -> None:
    """What a process does: answer what comes, until nothing can come any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who ends the server ends it
    _bound(memory)
    with suppress(EOFError, OSError):
        pipe.send(READY)
        while True:
            pipe.send(answer(pipe.recv()))


def _bound(memory: int) -> None:
    """No more memory than so much beside what there is, where the system can be told so."""
    from derivegen.network.file.values import taken_memory

    taken = taken_memory()
    if taken is None:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = taken + memory
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
