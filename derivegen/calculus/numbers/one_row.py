"""The derivatives of single rows' own losses, array by array: a derivation and arrays of what is given go in; of a row and families, the
derivatives by these come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.array_code import array_function
from derivegen.calculus.code.layer_code import LayerFunction
from derivegen.network.graph import build


@dataclass(frozen=True)
class OneRow:
    """What differentiates the loss of one row; each function is made once."""

    whole: Derivation
    given: Mapping[str, Any]
    _functions: dict[tuple[str | int, ...], LayerFunction] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def by_parameters(self, row: str) -> Mapping[str, Any]:
        """The derivatives by every family of parameters, by its name; of what is no row, none."""
        if row not in self._found:
            families = self.whole.graph.families.values()
            self._found[row] = self.by(row, [family.name for family in families if family.is_parameter])
        return self._found[row]

    def by(self, row: str, names: Sequence[str]) -> Mapping[str, Any]:
        """The derivatives by some families, by their names; of what is no row or no family of one row, none."""
        if not row.isdigit():
            return {}
        if self.whole.graph.lettered:
            return self._under_letters(int(row), names)
        function = self._functions.get(tuple(names))
        if function is None:
            alone = derive(build(replace(self.whole.graph.network, rows=1)))
            if any(name not in alone.graph.families for name in names):
                return {}
            function = array_function(alone, [alone.name_of(name) for name in names])
            self._functions[tuple(names)] = function
        place = int(row) - 1
        data = {each: self.given[each][..., place] for each in ("x", "t")}
        return dict(zip(names, function({**self.given, **data}), strict=True))

    def _under_letters(self, row: int, names: Sequence[str]) -> Mapping[str, Any]:
        """Of a network under index letters the row's loss is a family's member, which is differentiated as any other root."""
        alone = self.whole.of_row(row)
        if any(name not in alone.graph.families for name in names):
            return {}
        key: tuple[str | int, ...] = (row, *names)
        if key not in self._functions:
            self._functions[key] = array_function(alone, [alone.name_of(name) for name in names])
        return dict(zip(names, self._functions[key](self.given), strict=True))
