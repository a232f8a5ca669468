"""How much memory and time a user's own template may take: a block of code goes in, MemoryError or TooSlow comes out of it before there is
none left."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _timed(wanted), _held(wanted):
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


@contextmanager
def _timed(wanted: bool) -> Iterator[None]:
    """Signals reach the main thread alone, and not every system has them; the work of a class has a timer of its own."""
    if not wanted or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def broken_off(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, broken_off)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
