"""Who asks goes in; whether they may ask once more comes out: each client has so many requests in hand, and gets so many back a second."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from derivegen.records import dataclass, field

MOST_CLIENTS = 20_000
"""Clients that are kept in mind; those not heard of longest are forgotten."""
SECONDS_IN_HAND = 5
"""For how many seconds somebody may ask twice as much."""


@dataclass
class Rate:
    """So many requests a second for each client; 0 is no limit."""

    each_second: float
    clock: Callable[[], float] = monotonic
    _hands: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def allows(self, client: str) -> bool:
        """Whether the client may ask now; if so, this request is counted."""
        if not self.each_second:
            return True
        most, now = self.each_second * SECONDS_IN_HAND, self.clock()
        left, before = self._hands.pop(client, (most, now))
        left = min(most, left + (now - before) * self.each_second)
        allowed = left >= 1
        self._hands[client] = (left - allowed, now)
        if len(self._hands) > MOST_CLIENTS:
            self._hands.popitem(last=False)
        return allowed
