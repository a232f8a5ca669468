"""Lines in order: the printed lines of a working go in; which lines must stand before which, and every order that is right, come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.exercise.asking import letter
from derivegen.mistakes.mistaken import Right

Needs = Mapping[str, frozenset[str]]
"""For every line, by its letter, the lines that must stand before it."""


def needs(right: Right, lines: Sequence[str]) -> Needs:
    """What each line is computed from, among the lines printed; letters as they are printed."""
    letters = {name: letter(place).upper() for place, name in enumerate(lines)}
    return {
        own: frozenset(letters[part] for part in right.cone(name) if part in letters and part != name)
        for name, own in letters.items()
    }


def orders(needed: Needs, most: int) -> tuple[str, ...]:
    """Every order in which no line uses what has not been found yet; none if there are more than `most`."""
    found: list[str] = []
    for order in _orders(needed, ""):
        if len(found) == most:
            return ()
        found.append(order)
    return tuple(found)


def _orders(needed: Needs, done: str) -> Iterator[str]:
    if len(done) == len(needed):
        yield done
    for own, before in needed.items():
        if own not in done and before.issubset(done):
            yield from _orders(needed, done + own)
