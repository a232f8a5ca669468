"""Seconds in; a bound on the work that is done meanwhile: what takes longer is broken off, so that no file holds up a class."""

from __future__ import annotations

from contextlib import AbstractContextManager

from derivegen.document.room import timed

SECONDS = 5.0
"""Of the processor, for the work of one student; the largest honest ones take about one."""


class TooLong(BaseException):  # not an Exception: nothing on the way out may take it for one of its own
    """The work was broken off."""


def bounded(seconds: float = SECONDS) -> AbstractContextManager[None]:
    """Raises TooLong once the processor has been busy for so long, where the system has timers; elsewhere only the limits of the readers
    hold. A template that is filled in meanwhile has a timer of its own."""
    return timed("ITIMER_VIRTUAL", seconds, TooLong)
