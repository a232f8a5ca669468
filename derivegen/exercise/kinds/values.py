"""Numbers of quantities: named, with lines to write on."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.exercise.asking import Asking
from derivegen.exercise.kinds.kind import Kind


class Values(Kind):
    """The numbers of quantities."""

    def usually(self, asking: Asking) -> int:
        return 2

    def default(self, asking: Asking) -> Iterator[str]:
        yield from map(asking.derivation.name_of, asking.wanted)


KIND = Values()
