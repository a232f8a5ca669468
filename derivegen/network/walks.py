"""Walks through what is made of one another: where to start and how to go on comes in; everything to which one comes goes out. Without
recursion, since graphs may be long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def reached(starts: Iterable[T], onward: Callable[[T], Iterable[T]]) -> set[T]:
    """Everything to which one comes, the starts too."""
    found, waiting = set[T](), list(starts)
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += onward(each)
    return found


def in_order(starts: Iterable[T], made_of: Callable[[T], Iterable[T]], known: Iterable[T] = ()) -> Iterator[T]:
    """Everything to which one comes, each once and after what it is made of; nothing of what is known."""
    entered, waiting = {*known}, [(each, False) for each in reversed([*starts])]
    while waiting:
        each, ready = waiting.pop()
        if ready:
            yield each
        elif each not in entered:
            entered.add(each)
            waiting += [(each, True), *((part, False) for part in reversed([*made_of(each)]))]


def find_cycle(starts: Iterable[T], made_of: Callable[[T], Iterable[T]]) -> tuple[T, ...]:
    """A cycle to which one comes, its first repeated at the end, or nothing."""
    finished = set[T]()
    for start in starts:
        trail: dict[T, None] = {}
        waiting = [iter((start,))]
        while waiting:
            each = next(waiting[-1], None)
            if each is None:
                waiting.pop()
                if trail:
                    finished.add(trail.popitem()[0])
            elif each in trail:
                before = list(trail)
                return (*before[before.index(each) :], each)
            elif each not in finished:
                trail[each] = None
                waiting.append(iter(made_of(each)))
    return ()
