"""What is found once and kept: of numbers, and of what lies on the way to quantities, in which no number has a part."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from derivegen.mistakes.mistake import Mistake

T = TypeVar("T")
MOST_WAYS = 256
"""So many sets of quantities put in are remembered: a class answers the same questions, and each of it gets another few wrong."""


class FoundOnce:
    """Keeps what is found."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """What is found from the same, found once."""
        if key not in self._known:
            self._known[key] = find()
        found: T = self._known[key]
        return found


class Ways(FoundOnce):
    """What lies on the way to quantities, of all who put in the same ones."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: dict[tuple[Any, ...], dict[str, bool]] = {}
        self.reaching: dict[tuple[Any, ...], dict[str, tuple[Mistake, ...]]] = {}


class EveryWays:
    """The ways by the quantities that are put in."""

    def __init__(self) -> None:
        self._ways: dict[frozenset[str], Ways] = {}

    def of(self, put_in: Iterable[str]) -> Ways:
        """Those of all who put in just these."""
        names = frozenset(put_in)
        if names not in self._ways and len(self._ways) >= MOST_WAYS:
            self._ways.clear()
        return self._ways.setdefault(names, Ways())
