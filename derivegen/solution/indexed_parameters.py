"""The derivatives by the parameters of a graph with index letters: a pen goes in; the rule of each, what each use of the one that is
followed contributes, the derivatives of all as matrices, and what would be missing if one stopped early come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.calculus.steps import Term, varying
from derivegen.document.arrays import alone, matrices
from derivegen.document.blocks import Block, Box, Derivation, Heading, Paragraph, Row, in_lines
from derivegen.document.grids import grid, lettered
from derivegen.document.pen import Pen
from derivegen.formula.tree import Compare, Indexed, Number, Quantity, Value
from derivegen.network.family import Equation, Family
from derivegen.records import dataclass, replace
from derivegen.solution.indexed_backward import IndexedBackward, left_out
from derivegen.solution.solve_lines import in_a_row, solve_lines
from derivegen.solution.uses import is_shared, product_of, telling, uses

MOST_REASONS = 6
"""Rules that have each its own sentence; of more, only those in other words."""
NEARLY, TIMES = 0.005, 1.5
"""Parts of a derivative so near to 0 or 1 that nothing would be missing; from how many times too much on it is said in times."""


@dataclass(frozen=True)
class IndexedParameters:
    """Writes the section."""

    pen: Pen
    backward: IndexedBackward

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families of parameters."""
        return self.pen.graph.parameter_families

    @cached_property
    def followed(self) -> str | None:
        """The parameter whose uses are worked one by one: the one asked for, or of the first family that is used several times one that has
        a say at each."""
        pen = self.pen
        asked = [name for name in pen.graph.network.options.wrt or () if pen.graph.is_parameter(name)]
        found = [name for name in asked if is_shared(pen, name)]
        if found or not pen.trace.complete:
            return found[0] if found else None
        for family in self.families:
            if pen.chain.links[family.name]:
                name = family.member(telling(pen, family))
                if is_shared(pen, name):
                    return name
        return None

    @property
    def letters(self) -> list[str]:
        """The letters that tell the uses of the followed parameter apart."""
        return varying(self.pen.chain[self.pen.chain.name_of(self.followed)].terms) if self.followed else []

    def blocks(self) -> Iterator[Block]:
        """The section."""
        pen = self.pen
        yield Heading(1, pen.say("indexed.adding" if self.followed else "indexed.parameters"))
        if self.followed:
            yield from uses(pen, self.followed)
            yield from self._stopped(self.followed)
        yield Paragraph(pen.say("indexed.rules"))
        rows = [row for family in self.families for row in self._rule(family)]
        if rows:
            yield Derivation(tuple(rows if len(rows) <= MOST_REASONS else _said_once(rows)))
        cut = [lettered(family) for family in self.families if not pen.chain.links[family.name]]
        if cut:
            yield Paragraph(pen.say("graph.cut-off", names=cut, count=len(cut), root=Quantity(pen.graph.root)))
        yield from self._asked()
        yield from self.all(self.families)

    def _rule(self, family: Family) -> Iterator[Row]:
        """The chain rule of one family, and where it stands."""
        pen = self.pen
        for under in family.ways if pen.chain.links[family.name] else ():
            yield _rule(pen, family, under, ends=False)

    def _asked(self) -> Iterator[Block]:
        """The others that are asked for: what each use contributes, or a line."""
        pen = self.pen
        for name in pen.graph.network.options.wrt or ():
            if self.pen.graph.is_parameter(name) and name != self.followed:
                yield from uses(pen, name) if is_shared(pen, name) else self.backward.line(name)

    def all(self, families: Sequence[Family]) -> Iterator[Block]:
        """All derivatives: as matrices in a line of text, what is too large for that as tables."""
        pen, of = self.pen, self.pen.chain.name_of
        stated: list[Compare] = []
        large: list[Block] = []
        for family in families:
            if not pen.chain.links[family.name]:
                continue
            names = [*family.names(2)]
            found = matrices(pen, family, of=of) if len(names) > 1 else list(alone(pen, names, of))
            stated += found or ()
            if found is None:
                caption = pen.say("indexed.derivatives-of", name=lettered(family), root=Quantity(pen.graph.root))
                large += grid(pen, family, caption, of)
        if stated:
            yield Paragraph(pen.say("indexed.all", values=stated))
        yield from large

    # what would be missing

    def _stopped(self, name: str) -> Iterator[Block]:
        """What would be left of a derivative if one went back one step only; where the root hangs on the last step alone."""
        pen, terms = self.pen, self.pen.chain[self.pen.chain.name_of(name)].terms
        last = self._last(terms)
        target = pen.chain.name_of(name)
        whole = pen.trace.number(target)
        if last is None or not whole:
            return
        share = float(pen.trace.number(product_of(last))) / float(whole)
        if abs(share - 1) < NEARLY:
            return
        said = pen.say(
            "indexed.stopped",
            name=Quantity(name),
            kept=Value(product_of(last)),
            whole=Value(target),
            at=[Compare(Quantity(each), "=", Number(str(last.at[each]))) for each in self.letters],
            missing=Number(str(round(100 * (1 - share)))) if 0 <= share < 1 else None,
            times=Number(f"{share:.1f}") if share >= TIMES else None,
            percent=Number(str(round(100 * (share - 1)))) if 1 < share < TIMES else None,
            wrong=share < 0,
        )
        yield Box(pen.say("indexed.stopped.title"), (Paragraph(said),))

    def _last(self, terms: Sequence[Term]) -> Term | None:
        """The use at the last step, where all that comes back comes from there."""
        link = terms[0].link
        block = next((b for b in self.pen.graph.blocks if link is not None and link.child in b.names), None)
        if (
            block is None
            or not block.loops
            or any(term.link is None or term.link.child not in block.names for term in terms)
        ):
            return None
        letter, way = block.loops[0]
        if not all(letter in term.at for term in terms):
            return None
        steps = sorted({int(term.at[letter]) * way for term in terms})
        at_last = [term for term in terms if int(term.at[letter]) * way == steps[-1]]
        return (
            at_last[0]
            if len(at_last) == 1 and len(steps) > 1 and self._only_last(block.names, letter, steps[-1] * way)
            else None
        )

    def _only_last(self, names: Sequence[str], letter: str, last: int) -> bool:
        """Whether nothing outside of the loop uses a member of any step but the last."""
        for name in names:
            family = self.pen.graph.families[name]
            place = next((n for n, axis in enumerate(family.axes) if axis.letter == letter), None)
            outside = [link for link in self.pen.chain.links[name] if link.child not in names]
            if place is None or any(str(link.leaf.places[place]) != str(last) for link in outside):
                return False
        return True


def _said_once(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, those whose reason has the words of one above without it."""
    seen = set[str]()
    for row in rows:
        words = "".join(run for run in row.reason if isinstance(run, str))
        yield replace(row, reason=()) if words in seen else row
        seen.add(words)


MOST_COUNTED = 64
"""Inputs whose terms are counted, to find one with few and one with many; of more, one at the edge and one inside."""


def inputs(pen: Pen, parameters: IndexedParameters) -> Iterator[Block]:
    """The derivatives by what enters: the rule, one member with few terms and one with many where they differ, and all."""
    if not pen.trace.complete:
        return
    families = [f for f in pen.graph.families.values() if f.kind == "input" and pen.chain.links[f.name]]
    if families:
        yield Heading(1, pen.say("indexed.inputs"))
    for family in families:
        yield from parameters.backward.rule(family) if not family.is_given else _given_rule(pen, family)
        members = [*family.members()]
        members = members if len(members) <= MOST_COUNTED else [members[0], members[len(members) // 2]]
        counts = {each: len(pen.chain[pen.chain.name_of(family.member(each))].terms) for each in members}
        if len(set(counts.values())) > 1:
            few = next(each for each, count in counts.items() if count == min(counts.values()))
            most = [each for each, count in counts.items() if count == max(counts.values())]
            for each in (few, most[len(most) // 2]):
                yield from parameters.backward.line(family.member(each))
    yield from parameters.all(families)


def _given_rule(pen: Pen, family: Family) -> Iterator[Block]:
    """Where what is given stands, and its rule."""
    for under in family.ways:
        yield in_lines(Derivation((_rule(pen, family, under, ends=True),)))


def _rule(pen: Pen, family: Family, under: Equation, ends: bool) -> Row:
    """The chain rule by members of a family, and where these stand; if `ends` are asked for also where they do not."""
    inverses = [pen.chain.inverse(link, under) for link in pen.chain.links[family.name]]
    target = pen.chain.name_of(family.name)
    left = Indexed(target, tuple(under.places)) if family.axes else Quantity(target)
    said = [*solve_lines(pen, inverses, under), *([left_out(pen, inverses)] if ends else [])]
    return Row(left, "=", pen.chain.rule(family, under), in_a_row(said))
