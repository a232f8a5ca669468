"""The values of any network under index letters as code: a derivation goes in; lines of numpy code, an array for each family, come out.

An equation is one line. Loops run along recurrences only, and what needs no earlier step is computed for all steps before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.contractions import Contractions
from derivegen.calculus.code.index_formulas import IndexFormulas
from derivegen.calculus.code.lines import bare
from derivegen.calculus.code.pieces import Piece
from derivegen.calculus.code.rearranged import rearranged
from derivegen.calculus.code.spots import At, Extent, extents
from derivegen.formula.places import Box, Range, affine
from derivegen.formula.tree import BigSum, Call, Formula, Indexed, Ratio, Sum, walk
from derivegen.network.family import Equation, Family
from derivegen.network.order import Block
from derivegen.network.walks import reached
from derivegen.records import dataclass, field


@dataclass
class Forwards:
    """Writes the code of one derivation's values; `units` are its statements, each with the lines of what stands inside of it."""

    derivation: Derivation
    units: list[list[str]] = field(default_factory=list)
    _variables: dict[str, str] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _arguments: dict[str, str] = field(default_factory=dict)
    _names: int = 0

    @cached_property
    def extents(self) -> dict[str, Extent]:
        """Where the members of each family stand."""
        return extents(self.derivation.graph.families)

    @cached_property
    def formulas(self) -> IndexFormulas:
        """What prints formulas."""
        families = self.derivation.graph.families
        return IndexFormulas(self._variables.__getitem__, Contractions({}), families=families, extents=self.extents)

    @property
    def arguments(self) -> dict[str, str]:
        """The families that have to be given, all or in part, by name, with their variables."""
        return self._arguments

    # lines

    def _line(self, code: str) -> None:
        line = "    " * len(self._open) + code
        if self._open:
            self.units[-1].append(line)
        else:
            self.units.append([line])

    @contextmanager
    def _inside(self, header: str) -> Iterator[None]:
        self._line(header)
        self._open.append(header)
        yield
        self._open.pop()

    def _named(self, prefix: str, family: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}_{re.sub(r'[^0-9A-Za-z]+', '_', family).strip('_')}"

    def _read(self, names: Sequence[str]) -> set[str]:
        """The families that these are computed from, and they themselves."""
        families = self.derivation.graph.families
        return reached(names, lambda name: (base for each in families[name].parts for base in _bases(each.formula)))

    # forwards

    @cached_property
    def _rearranged(self) -> Mapping[str, str]:
        """Families that are another under another shape, each with that one."""
        families = self.derivation.graph.families
        found = ((name, rearranged(family, families)) for name, family in families.items())
        return {
            name: source
            for name, source in found
            if source is not None and not self.extents[name].padded and not self.extents[source].padded
        }

    def _forward(self, block: Block) -> None:
        source = self._rearranged.get(block.names[0])
        if source is not None:
            variable = self._variables[block.names[0]] = self._named("v", block.names[0])
            self._line(f"{variable} = {self._variables[source]}.reshape({self.extents[block.names[0]].shape})")
            return
        for name in block.names:
            self._prepare(self.derivation.graph.families[name], bool(block.loops))
        if not block.loops:
            (name,) = block.names
            for equation in self.derivation.graph.families[name].parts:
                self._equation(name, equation, {})
            return
        hoisted = {
            (name, place): self._hoisted(name, equation, block)
            for name in block.names
            for place, equation in enumerate(self.derivation.graph.families[name].parts)
        }
        with self._stepping(block, backwards=False) as steps:
            for name in block.names:
                for place, equation in enumerate(self.derivation.graph.families[name].parts):
                    if equation.formula is not None:
                        with self._step_of(name, equation, steps) as at:
                            self.formulas.hoisted = hoisted[name, place]
                            self._equation(name, equation, at)
                            self.formulas.hoisted = {}

    def _prepare(self, family: Family, looped: bool) -> None:
        """The array of a family, before its equations fill it."""
        variable, extent = self._named("v", family.name), self.extents[family.name]
        self._variables[family.name] = variable
        given = [each for each in family.parts if each.formula is None]
        if given:
            self._arguments[family.name] = variable
            if extent.padded:
                self._line(f"{variable} = pad({variable}, {extent.margins})")
            if len(given) < len(family.parts):
                self._line(f"{variable} = started({variable})")
        elif looped or not self._is_whole(family, family.parts[0]):
            self._line(f"{variable} = zeros({extent.shape})")

    def _is_whole(self, family: Family, equation: Equation) -> bool:
        """Whether an equation by itself fills the whole array, each place being a letter of its own."""
        extent = self.extents[family.name]
        return (
            len(family.parts) == 1
            and not extent.padded
            and all(isinstance(place, str) for place in equation.places)
            and len(set(equation.places)) == len(equation.places)
            and tuple(equation.box[str(place)] for place in equation.places) == extent.own
        )

    def _equation(self, name: str, equation: Equation, at: At) -> None:
        """The line that computes what an equation says."""
        if equation.formula is None:
            return
        own = tuple(each.letter for each in equation.domain if each.letter not in at)
        family, variable = self.derivation.graph.families[name], self._variables[name]
        with self.formulas.under(equation.box, at, own):
            piece = self._softmax(equation) or self._masked(self.formulas.piece(equation.formula), equation.domain)
            target = self.formulas.spot(name, equation.places)
            code, sizes = piece.along(target.letters), self._sizes(target.letters)
        if self._is_whole(family, equation) and not at:
            full = bare(code) if set(piece.letters) == set(target.letters) else f"broadcast_to({code}, {sizes})"
            self._line(f"{variable} = {full}")
        else:
            self._line(f"{target.of(variable) if target.index else variable + '[...]'} = {bare(code)}")

    def _sizes(self, letters: Sequence[str]) -> str:
        products = self.formulas.products
        assert isinstance(products, Contractions)
        return f"({''.join(f'{products.sizes[letter]}, ' for letter in letters)})"

    def _masked(self, piece: Piece, domain: Sequence[Range]) -> Piece:
        """The piece where the domain is, 0 elsewhere."""
        masks = list(self.formulas.masks(domain))
        if not masks:
            return piece
        order = self.formulas.products.order([piece, *masks])
        allowed = " & ".join(mask.along(order) for mask in masks)
        return Piece(f"where({allowed}, {piece.along(order)}, 0.0)", order)

    def _softmax(self, equation: Equation) -> Piece | None:
        """Shares that add up to 1, by powers of e of which none is too large; None of any other equation."""
        pair = {when: leaf for leaf, _, when in equation.slopes}
        own, other = pair.get("own"), pair.get("cross")
        match equation.formula:
            case Ratio(Call(_, (top,)), BigSum(Call(_, (below,)), _, _, _)) if top == own and below == other:
                assert own is not None and other is not None
                letter = next(one for one, two in zip(own.letters, other.letters, strict=True) if one != two)
                piece, masks = self.formulas.piece(own), list(self.formulas.masks(equation.domain))
                order = self.formulas.products.order([piece, *masks])
                allowed = f", {' & '.join(mask.along(order) for mask in masks)}" if masks else ""
                return Piece(f"shares({piece.along(order)}, {order.index(letter)}{allowed})", order)
        return None

    # steps

    @contextmanager
    def _stepping(self, block: Block, backwards: bool) -> Iterator[dict[str, str]]:
        """The loops of a block, and what counts their steps, by the block's letter."""
        steps: dict[str, str] = {}
        with ExitStack() as loops:
            for letter, way in block.loops:
                steps[letter] = variable = self._counter(letter, len(steps) + 1)
                low, high = self._ends(block, letter)
                run = f"{low}, {high + 1}" if (way > 0) != backwards else f"{high}, {low - 1}, -1"
                loops.enter_context(self._inside(f"for {variable} in range({run}):"))
            yield steps

    def _counter(self, letter: str, depth: int) -> str:
        """What counts the steps along a letter, in the loop that is so deep inside of others."""
        return f"i{depth}"

    def _ends(self, block: Block, letter: str) -> tuple[int, int]:
        """The first and the last step along a letter at which something is computed."""
        families = self.derivation.graph.families
        ends = [
            _ends_at(equation, _place_of(families[name], letter))
            for name in block.names
            for equation in families[name].parts
            if equation.formula is not None
        ]
        return min(low for low, _ in ends), max(high for _, high in ends)

    @contextmanager
    def _step_of(self, name: str, equation: Equation, steps: dict[str, str]) -> Iterator[dict[str, str]]:
        """Inside, the steps of a loop at which an equation holds; with the code of its letters there."""
        family, at, guards = self.derivation.graph.families[name], dict[str, str](), list[str]()
        (block,) = (each for each in self.derivation.graph.blocks if name in each.names)
        for letter, variable in steps.items():
            place = equation.places[_place_of(family, letter)]
            low, high = _ends_at(equation, _place_of(family, letter))
            if isinstance(place, str):
                at[place] = variable
            if (low, high) != self._ends(block, letter):
                guards.append(f"{low} <= {variable} <= {high}")
        if not guards:
            yield at
            return
        with self._inside(f"if {' and '.join(guards)}:"):
            yield at

    def _hoisted(
        self, name: str, equation: Equation, block: Block
    ) -> Mapping[Formula, tuple[str, tuple[str, ...], Box]]:
        """The sums of an equation that need no earlier step, computed for all steps before the loop."""
        if not isinstance(equation.formula, Sum):
            return {}
        found: dict[Formula, tuple[str, tuple[str, ...], Box]] = {}
        for term in equation.formula.terms:
            if set(_bases(term)).isdisjoint(block.names) and any(isinstance(part, BigSum) for part in walk(term)):
                own = tuple(each.letter for each in equation.domain)
                with self.formulas.under(equation.box, {}, own):
                    piece = self.formulas.piece(term)
                variable = self._named("p", name)
                self._line(f"{variable} = {bare(piece.code)}")
                found[term] = variable, piece.letters, dict(equation.box)
        return found


def _bases(tree: Formula | None) -> list[str]:
    """The families that a formula reads, also to look up a place."""
    found: list[str] = []
    waiting = [part for part in walk(tree) if isinstance(part, Indexed)] if tree is not None else []
    while waiting:
        leaf = waiting.pop()
        found.append(leaf.base)
        waiting += (place for place in leaf.places if isinstance(place, Indexed))
    return found


def _place_of(family: Family, letter: str) -> int:
    return [axis.letter for axis in family.axes].index(letter)


def _ends_at(equation: Equation, place: int) -> tuple[int, int]:
    own = equation.places[place]
    return equation.box[own] if isinstance(own, str) else (affine(own).shift, affine(own).shift)
