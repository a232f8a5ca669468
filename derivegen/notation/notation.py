"""What things are called: a graph and a notation go in; a map from canonical names to glyphs comes out, the same for every document."""

from __future__ import annotations

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Array,
    BigSum,
    Bracket,
    Extreme,
    Formula,
    Glyph,
    Indexed,
    Negative,
    Number,
    Partial,
    Product,
    Quantity,
    Sum,
    transform,
)
from derivegen.network.names import parse_derivative
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.notation.arrays import array_symbol, member_symbol
from derivegen.notation.indexed import place_text
from derivegen.notation.members import MemberNames
from derivegen.records import dataclass, replace


@dataclass(frozen=True)
class Notation(MemberNames):
    """How one graph's quantities are written. `write` maps a tree with quantities to one of glyphs."""

    def write(self, tree: Formula) -> Formula:
        """The tree with every quantity as it looks."""

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Quantity):
                return self.symbol(part.name)
            if isinstance(part, Array):
                return self.array(part.name)
            if isinstance(part, Extreme):
                return transform(self.extreme(part), change)
            return self.letters(part) if isinstance(part, Indexed) else None

        return transform(tree, change)

    @property
    def functions(self) -> frozenset[str]:
        """The letters that stand for functions where they are followed by a bracket: unknown activations, an unknown loss, and those of
        the activations' definitions."""
        of_tables = {each.name for each in FUNCTIONS.values() if not each.spellings}
        of_tables |= {entry.on_vectors for entry in ACTIVATIONS.values() if entry.on_vectors is not None}
        return frozenset({*self.graph.letters(), "C", *of_tables} - set(self.graph.families))

    def limits(self, tree: BigSum) -> BigSum:
        """A sum over rows from the number the notation gives the first row: to N − 1 where that is 0."""
        moved_by = self.entry.first_row - 1
        if tree.index != Quantity("r") or tree.low != Number("1") or not moved_by:
            return tree
        if isinstance(tree.high, Number):
            high: Formula = Number(str(int(tree.high.text) + moved_by))
        else:
            high = Sum((tree.high, Number(str(moved_by)) if moved_by > 0 else Negative(Number(str(-moved_by)))))
        return replace(tree, low=Number(str(self.entry.first_row)), high=high)

    def letters(self, tree: Indexed) -> Formula:
        """A member under its letters; of a derivative, the derivative by it."""
        by = parse_derivative(tree.base)
        family = self.graph.families.get(by[1] if by is not None else tree.base)
        if family is None or not family.equations:
            return member_symbol(self, tree)
        symbol = self.lettered_symbol(family, tuple(map(place_text, tree.places)))
        return symbol if by is None else Partial(self.symbol(self._top(by[0])), symbol)

    def extreme(self, tree: Extreme) -> Formula:
        """max over the letters of a body, which is yet to be written."""
        sign = Glyph(tree.function, ",".join(each.letter for each in tree.ranges))
        return Product((sign, Bracket(tree.body)), dotted=False)

    def array(self, name: str) -> Formula:
        """How a whole array is written. Raises InputError if there is none of that name."""
        if (key := f"array {name}") not in self._cache:
            self._cache[key] = array_symbol(self, name)
        return self._cache[key]
