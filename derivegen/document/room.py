"""How much memory and time a user's own template may take: a block of code goes in, MemoryError or TooSlow comes out of it before there is
none left."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from derivegen.network.file.values import taken_memory

MOST: Final = 10**9
"""Bytes that one page or sentence may take beside what the program has already."""
SECONDS: Final = 10.0
"""Of the processor, for one page or sentence; those that ship take some milliseconds."""


class TooSlow(RuntimeError):
    """A template that goes on and on."""


@contextmanager
def limited(wanted: bool = True) -> Iterator[None]:
    """What is done inside may not take more memory and time than that, where the system can be told so. Raises MemoryError, TooSlow."""
    with timed("ITIMER_PROF", SECONDS, TooSlow) if wanted else nullcontext(), _held(wanted):
        yield


@contextmanager
def _held(wanted: bool) -> Iterator[None]:
    taken = taken_memory() if wanted else None
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = taken + MOST
    allowed = (limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (min((most, *allowed)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


TIMERS: Final = {"ITIMER_PROF": "SIGPROF", "ITIMER_VIRTUAL": "SIGVTALRM"}
"""The timers of a process, each with its signal: work that is timed may be part of other work that is."""


@contextmanager
def timed(timer: str, seconds: float, error: type[BaseException]) -> Iterator[None]:
    """Raises the error once the processor has been busy for so long, by one of TIMERS. Signals reach the main thread alone, and not every
    system has them: elsewhere nothing is broken off."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def broken_off(*_: object) -> None:
        raise error

    own, number = getattr(signal, timer), getattr(signal, TIMERS[timer])
    before = signal.signal(number, broken_off)
    signal.setitimer(own, seconds)
    try:
        yield
    finally:
        signal.setitimer(own, 0)
        signal.signal(number, before)
