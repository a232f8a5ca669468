"""How long work takes, in units of this machine: some work goes in; out comes how many times as long it takes as a fixed piece of work does
here, so that no test depends on how fast or how busy a machine is."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = 30
"""What takes about a second on a machine of today takes ten paces; what grows with the square of a file takes thousands."""
SOON = 0.2
"""Seconds that are few on any machine, for which its pace need not be measured."""


def pace() -> float:
    """The seconds this machine takes, now, for loops, texts, dictionaries and regular expressions, as reading does them: about a tenth."""
    start = time.process_time()
    found: dict[str, int] = {}
    for number in range(60_000):
        word = f"w[{number % 700}]"
        match = re.match(r"([a-z]+)\[(\d+)\]", word)
        found[word] = found.get(word, 0) + (int(match[2]) if match else 0)
    return time.process_time() - start


def paces(seconds: float) -> float:
    """So many seconds of this process in paces."""
    return seconds / pace() if seconds > SOON else 0.0


class Paces:
    """What was counted."""

    count: float = 0.0


@contextmanager
def called() -> Iterator[Paces]:
    """Counts the calls of what is done inside: the same on every machine."""
    found, before = Paces(), sys.getprofile()

    def count(frame: object, event: str, about: object) -> None:
        found.count += event == "call"

    sys.setprofile(count)
    try:
        yield found
    finally:
        sys.setprofile(before)


@contextmanager
def counted() -> Iterator[Paces]:
    """Counts the paces of what is done inside."""
    found, start = Paces(), time.process_time()
    yield found
    found.count = paces(time.process_time() - start)
