"""Any network under index letters as code: a derivation and names of wanted results go in; the lines of one numpy function that computes
them from arrays come out.

Every family is one array, every adjoint another. Each link adds what it hands on to the slice or the window that was read; what no other
step waits for, the derivatives by weights above all, is one product over all steps after the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from derivegen.calculus.code.forwards import Forwards
from derivegen.calculus.code.lines import bare
from derivegen.calculus.code.pieces import Piece
from derivegen.calculus.code.spots import At, Spot, with_ranges
from derivegen.calculus.links import Link, with_sum
from derivegen.errors import Symbolic
from derivegen.formula.tree import Indexed, Product
from derivegen.network.order import Block
from derivegen.network.walks import reached
from derivegen.records import dataclass, field


@dataclass
class GraphCode(Forwards):
    """Writes the code of one derivation: its values, and its derivatives from the root backwards."""

    _adjoints: dict[str, str] = field(default_factory=dict)
    _shared: set[str] = field(default_factory=set)

    # what is wanted

    def write(self, results: Sequence[str]) -> None:
        """Write what the results need, and the line that returns the results."""
        families = self.derivation.graph.families
        by = {self.derivation.name_of(name): name for name in families}
        back = [by[name] for name in results if name in by]
        forward = [name for name in results if name not in by]
        needed = self._read([*forward, *([self.derivation.root_family.name] if back else [])])
        for block in self.derivation.graph.blocks:
            if needed.intersection(block.names):
                self._forward(block)
        if back:
            self._backwards(back)
        own = [self._result(name, by) for name in results]
        self._line(f"return ({''.join(f'{each}, ' for each in own)})")

    def _result(self, name: str, by: dict[str, str]) -> str:
        family = by.get(name, name)
        if name in by and family not in self._adjoints:
            return f"zeros({_sizes(self.extents[family].own)})"
        return (self._adjoints if name in by else self._variables)[family] + self.extents[family].members

    # backwards

    def _backwards(self, wanted: Sequence[str]) -> None:
        root, families = self.derivation.root_family, self.derivation.graph.families
        reaching = self._read([root.name])
        need = self._above(wanted) & reaching
        if root.name not in need:
            return
        self._adjoints[root.name] = "1.0"
        if root.axes:
            self._adjoints[root.name] = self._named("d", root.name)
            place = int(self.derivation.row or 0) - root.axes[0].low
            self._line(f"{self._adjoints[root.name]} = one_of({place}, {root.axes[0].size})")
        for block in reversed(self.derivation.graph.blocks):
            names = [
                name
                for name in block.names
                if name in need and any(each.formula is not None for each in families[name].parts)
            ]
            if not names:
                continue
            if not block.loops:
                self._links(block.names[0], need, None, {})
                continue
            for name in names:
                self._started(name)
            with self._stepping(block, backwards=True) as steps:
                for name in reversed(names):
                    self._links(name, need.intersection(names), block, steps)
            for name in reversed(names):
                self._links(name, need.difference(names), None, {})

    def _above(self, names: Sequence[str]) -> set[str]:
        """The families that hang on some of these, and they themselves."""
        uses: dict[str, set[str]] = {}
        for name, family in self.derivation.graph.families.items():
            for link in self.derivation.links_of(family):
                uses.setdefault(link.leaf.base, set()).add(name)
        return reached(names, lambda name: uses.get(name, ()))

    def _links(self, name: str, to: set[str], block: Block | None, steps: dict[str, str]) -> None:
        """What a family hands on to these that it is computed from."""
        family = self.derivation.graph.families[name]
        if name not in self._adjoints:
            return
        source = self._rearranged.get(name)
        if source is not None:
            if source in to:
                self._reshaped(source, f"{self._adjoints[name]}.reshape({self.extents[source].shape})")
            return
        every = self.derivation.links_of(family)
        for equation in family.parts:
            links = [link for link in every if link.equation == equation and link.leaf.base in to]
            if not links:
                continue
            with self._step_of(name, equation, steps) as at:
                for link in links:
                    self._hand_on(name, with_sum(link, every), link, at)

    def _reshaped(self, source: str, back: str) -> None:
        """What came back to a family under another shape is what goes on to that one."""
        if source in self._adjoints:
            self._line(f"{self._own(source)}[...] += {back}")
            return
        self._adjoints[source] = self._named("d", source)
        self._shared.add(source)
        self._line(f"{self._adjoints[source]} = {back}")

    def _hand_on(self, name: str, joint: Link | None, link: Link, at: At) -> None:
        """Add what a link hands on to the adjoint of what was read."""
        link = joint or link
        if link.factor is None:
            raise Symbolic(f"the derivative of {name} is not known")
        equation, ranges = link.equation, [*link.equation.domain, *link.freed]
        formulas = self.formulas
        within = with_ranges({}, ranges)
        with formulas.under(within, at, link.leaf.letters):
            above = formulas.spot(name, equation.places)
            factors = [Piece(above.of(self._adjoints[name]), above.letters)]
            local = Product((*link.shares, link.factor))
            factors += formulas.factors(local)
            factors += formulas.masks(link.freed, local)  # where the child is not, nothing has come back to it
            if link.unequal is not None and joint is None:
                factors.append(formulas.differing(*link.unequal))
            target = formulas.spot(link.leaf.base, link.leaf.places)
            letters = {letter for factor in factors for letter in factor.letters}
            piece = formulas.products.contracted(factors, sorted(letters.difference(target.letters)))
            self._add(link.leaf, target, piece)

    def _started(self, name: str) -> str:
        """The adjoint of a family, made before it is first added to."""
        if name not in self._adjoints:
            self._adjoints[name] = self._named("d", name)
            self._line(f"{self._adjoints[name]} = zeros({self.extents[name].shape})")
        return self._adjoints[name]

    def _own(self, name: str) -> str:
        """The adjoint of a family, which no other variable shows: something is added to it."""
        variable = self._started(name)
        if name in self._shared:
            self._shared.discard(name)
            self._line(f"{variable} = {variable} + 0.0")
        return variable

    def _add(self, leaf: Indexed, target: Spot, piece: Piece) -> None:
        code = piece.along(target.letters)
        if not target.index and not target.window and leaf.base not in self._adjoints:
            variable = self._adjoints[leaf.base] = self._named("d", leaf.base)
            whole = set(piece.letters) == set(target.letters)
            if not whole:
                code = f"broadcast_to({code}, {self._sizes(target.letters)})"
            if not whole or not code.startswith("("):
                self._shared.add(leaf.base)
            self._line(f"{variable} = {bare(code)}")
            return
        if target.apart is not None:
            self._spread(leaf, target, piece)
            return
        self._add_to(self._own(leaf.base), target, code)

    def _spread(self, leaf: Indexed, target: Spot, piece: Piece) -> None:
        """Add to windows that lie over one another: one after the other, those of one at once."""
        variable, formulas = self._own(leaf.base), self.formulas
        part = self._named("p", leaf.base)
        own = tuple(letter for letter in target.letters if letter in piece.letters)
        self._line(f"{part} = {bare(piece.along(own))}")
        looped = [letter for letter in target.letters if letter not in (target.apart or ())]
        at = {**formulas.at, **{letter: f"j{place}" for place, letter in enumerate(looped, 1)}}
        with ExitStack() as loops:
            for each in looped:
                low, high = formulas.within[each]
                loops.enter_context(self._inside(f"for {at[each]} in range({low}, {high + 1}):"))
            loops.enter_context(formulas.under(formulas.within, at))
            there, left = formulas.spot(leaf.base, leaf.places), formulas.taken(part, own, formulas.within)
            self._add_to(variable, there, left.along(there.letters))

    def _add_to(self, variable: str, target: Spot, code: str) -> None:
        """Add to a part of an array that shows no entry twice, or to a list of entries."""
        if target.entries:
            self._line(f"add_at({variable}, ({target.index[1:-1]}, ), {bare(code)})")
        elif target.window:
            self._line(f"part = {target.of(variable)}")
            self._line(f"part += {bare(code)}")
        else:
            self._line(f"{variable}{target.index or '[...]'} += {bare(code)}")


def _sizes(own: Sequence[tuple[int, int]]) -> str:
    return f"({''.join(f'{last - first + 1}, ' for first, last in own)})"
