"""What somebody has written down goes in; all quantities of one stage at the numbers they have come out, each worked out when it is asked
for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.marking.judge.compiled import number
from derivegen.marking.judge.quantities import GIVEN, Floats, Item, Quantities
from derivegen.marking.judge.shown import Shown
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Written:
    """Numbers somebody has written down, by own name; those that came of a slip; and numbers without a name that did: as typed, and what
    they should have been."""

    values: Mapping[str, Shown] = field(default_factory=dict)
    slips: frozenset[str] = frozenset()
    unnamed: Mapping[float, float] = field(default_factory=dict)


class Page:
    """The quantities of one stage at the numbers somebody has."""

    def __init__(self, quantities: Quantities, written: Written) -> None:
        self.quantities = quantities
        self._here = {quantities.kept_as(name): name for name in quantities.names}
        self._own = list(quantities.true)
        self._stale: set[int] = set()
        self._put_in: set[int] = set()
        self.written, self._shown = Written(), dict[str, Shown]()
        self.go_on(written)

    def go_on(self, written: Written) -> None:
        """Note what is written by now, which is all that was and more; of what follows from it nothing is worked out before it is asked
        for."""
        index, before = self.quantities.index, self.written.values
        for own, shown in written.values.items():
            name = self._here.get(own)
            if name is not None and before.get(own) is not shown:
                place = index[name]
                self._shown[name], self._own[place] = shown, shown.value
                self._put_in.add(place)
                self._stale |= self.quantities.after(place)
        self._stale -= self._put_in
        self.written = written
        self.unnamed = [(should, typed) for typed, should in written.unnamed.items()]
        for made in ("slipped", "general_own", "general_slipped", "tiers", "units"):
            self.__dict__.pop(made, None)

    def number(self, item: Item) -> float:
        """What something comes to at somebody's own numbers."""
        return number(item.function, self._at(item.leaves))

    @property
    def own(self) -> Sequence[float]:
        """The numbers somebody has: what is written, and what it follows to, worked out anew."""
        return self._at(range(len(self._own)))

    def _at(self, places: Iterable[int]) -> Sequence[float]:
        """Somebody's own numbers, right at these places."""
        stale = self._stale
        for place in places if stale else ():
            if place in stale:
                function, leaves = self.quantities.computed[place]
                stale.discard(place)
                found = number(function, self._at(leaves))
                self._own[place] = self.quantities.true[place] if found != found else found
        return self._own

    @cached_property
    def slipped(self) -> Sequence[float]:
        """The numbers of somebody whose slips alone are their own."""
        kept = {self._here[own]: self.written.values[own].value for own in self.written.slips if own in self._here}
        return self.quantities.own(kept) if kept else self.quantities.true

    @cached_property
    def general_own(self) -> Floats:
        """What any line may show, at somebody's own numbers."""
        return numpy.array([number(item.function, self.own) for item in self.quantities.general])

    @cached_property
    def general_slipped(self) -> Floats:
        """The same at those of the slips."""
        return numpy.array([number(item.function, self.slipped) for item in self.quantities.general])

    @cached_property
    def tiers(self) -> NDArray[numpy.int_]:
        """How likely each is: what is written is likelier."""
        return numpy.array([GIVEN if item.name in self._shown else item.tier for item in self.quantities.general], int)

    @cached_property
    def units(self) -> Floats:
        """What is written of each, by its unit."""
        return numpy.array([self.unit(item.name) for item in self.quantities.general], float)

    def unit(self, name: str) -> float:
        """One unit of the last digit of what is written for a quantity; not a number where nothing is."""
        return self._shown[name].unit if name in self._shown else math.nan
