"""The derivatives of single rows' own losses, array by array: a derivation and arrays of what is given go in; of a row, the derivatives by
every family come out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.array_code import array_function
from derivegen.network.family import Family
from derivegen.network.graph import build
from derivegen.records import dataclass, field, replace


@dataclass(frozen=True)
class OneRow:
    """What differentiates the loss of one row; its code is made once, for all families together, since each needs those behind it."""

    whole: Derivation
    given: Mapping[str, Any]
    _found: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def by(self, row: str) -> Mapping[str, Any]:
        """The derivatives by every family that has one, by its name; of what is no row, none."""
        if row not in self._found:
            self._found[row] = self._at(int(row)) if row.isdigit() else {}
        return self._found[row]

    def _at(self, row: int) -> Mapping[str, Any]:
        lettered = self.whole.graph.lettered
        alone = self.whole.of_row(row) if lettered else self._alone
        names = [family.name for family in alone.graph.families.values() if is_differentiated(alone, family)]
        compiled, key = self.whole.compiled, ("of one row", *([str(row)] if lettered else []))
        if key not in compiled:
            compiled[key] = array_function(alone, [alone.name_of(name) for name in names])
        data = {} if lettered else {each: self.given[each][..., row - 1] for each in ("x", "t")}
        return dict(zip(names, compiled[key]({**self.given, **data}), strict=True))

    @cached_property
    def _alone(self) -> Derivation:
        return derive(build(replace(self.whole.graph.network, rows=1)))


def is_differentiated(derivation: Derivation, family: Family) -> bool:
    """Whether arrays hold the derivatives by a family: what is no loss and no data that nobody moves."""
    return family.kind not in ("loss", "target", "constant") and family is not derivation.root_family
