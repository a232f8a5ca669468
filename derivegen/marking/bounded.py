"""Seconds in; a bound on the work that is done meanwhile: what takes longer is broken off, so that no file holds up a class."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 5.0
"""Of the processor, for the work of one student; the largest honest ones take about one."""


class TooLong(BaseException):  # not an Exception: nothing on the way out may take it for one of its own
    """The work was broken off."""


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Raises TooLong once the processor has been busy for so long. Signals reach the main thread alone, and not every system has them:
    elsewhere only the limits of the readers hold."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def broken_off(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, broken_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
