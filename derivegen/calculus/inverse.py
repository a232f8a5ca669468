"""A link from the side of what is differentiated by: a link goes in; which of the child's members a member enters, and the chain rule under
the parent's own index letters, come out.

A member P[p] enters the members of C in whose formula it stands: there the places of the leaf are p. These equations are solved once a
link: x at p + u − 1 stands in z_p, so x_n enters z_{n − u + 1}. The letters that this leaves open are those the chain rule sums over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from string import ascii_letters

from derivegen.calculus.links import Link
from derivegen.calculus.terms import minus, times
from derivegen.formula.letters import place_put, renamed, sum_over
from derivegen.formula.places import Affine, Box, Range, affine, box, letter, plain, runs, whole
from derivegen.formula.ranges import formula_of, not_negative, runs_over
from derivegen.formula.tree import (
    ZERO,
    BigSum,
    Cases,
    Compare,
    Formula,
    Indexed,
    Negative,
    Number,
    Partial,
    Place,
    Quantity,
    Wins,
    walk,
)
from derivegen.network.family import Equation, Families, Family
from derivegen.network.instance import index_at
from derivegen.records import dataclass, field

FRESH = "imnpqsuv"
"""Letters for members of the child where its own are taken; i counts the units above."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """A link solved for the child's members: `known` is what each letter of the child's side is in the parent's letters and in those of
    `free`, over which the chain rule sums. `equal` are places that must come to an index of the parent and cannot be solved for it (a
    number looked up, a stride), `conditions` what must not be negative, each with the letter of the child's side whose range it is;
    `unequal` are two letters of the parent's side that must differ, where a coupled link holds between different members only."""

    link: Link
    known: Mapping[str, Affine]
    free: tuple[Range, ...]
    unequal: tuple[str, str] | None = None
    equal: tuple[tuple[Place, str | Affine], ...] = ()
    conditions: tuple[tuple[str, Affine], ...] = ()

    def places(self, equation: Equation) -> tuple[Place, ...]:
        """The child's member in the parent's letters."""
        return tuple(place_put(place, self.known) for place in equation.places)

    @property
    def is_possible(self) -> bool:
        """Whether there is such a member at all: none is where t − 1 is 1 and the only step is the first."""
        beyond = any(not each.terms and each.shift < 0 for _, each in self.conditions)
        apart = (affine(one) - affine(other) for one, other in self.equal if not isinstance(one, Indexed))
        return not beyond and not any(each.shift and not each.terms for each in apart)

    def solutions(self, bound: Mapping[str, int], families: Families) -> Iterator[dict[str, int]]:
        """For the parent's member where its letters are `bound`: the values of the child's letters, for each member it enters."""
        for own in runs(self.free, bound):
            if any(each.at(own) < 0 for _, each in self.conditions):
                continue
            if all(index_at(place, own, families) == affine(index).at(own) for place, index in self.equal):
                yield {name: place.at(own) for name, place in self.known.items()}


def invert(link: Link, parent: Family, under: Equation | None, avoid: AbstractSet[str]) -> Inverse:
    """The members of the child that a member of the parent enters, under the letters of one of the parent's equations (of the first, if
    nothing is said); a letter that gets another name gets none of those to `avoid`."""
    equation = under or parent.parts[0]
    own = [*link.equation.domain, *link.freed]
    inside = walk(link.factor) if link.factor is not None else ()
    bound = {each.letter for part in inside for each in runs_over(part)}
    solving = _Solving(own, equation, bound - {each.letter for each in own}, avoid)
    pairs = list(zip(link.leaf.places, equation.places, strict=True))
    while pairs:
        pairs.sort(key=lambda pair: len(solving.unknown(pair[0])))
        solving.solve(*pairs.pop(0))
    for each in solving.ranges.values():
        solving.name(each.letter)
    return solving.made(link)


@dataclass
class _Solving:
    """The letters of the child's side, one after the other solved for or given a name of their own."""

    own: Sequence[Range]
    parent: Equation
    taken: AbstractSet[str]
    avoid: AbstractSet[str]
    known: dict[str, Affine] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    equal: list[tuple[Place, str | Affine]] = field(default_factory=list)
    outside: list[tuple[str, Affine]] = field(default_factory=list)

    @property
    def ranges(self) -> dict[str, Range]:
        return {each.letter: each for each in self.own}

    def unknown(self, place: Place) -> list[str]:
        """The letters of a place that are not known yet, in the order of the child's side."""
        letters = (place,) if isinstance(place, str) else place.letters
        return [each.letter for each in self.own if each.letter in letters and each.letter not in self.known]

    def solve(self, place: Place, index: str | Affine) -> None:
        """place = index solved for a letter that is not known, if there is one with the coefficient ±1; else it stays an equation."""
        unknown = self.unknown(place)
        if not isinstance(place, Indexed):
            by = dict(affine(place).terms)
            one = next((each for each in unknown if abs(by[each]) == 1), None)
            if one is not None:
                for other in unknown:
                    if other != one:
                        self.name(other)
                rest = Affine(tuple(term for term in affine(place).terms if term[0] != one), affine(place).shift)
                self.known[one] = (affine(index) - rest.put(self.known)).times(by[one])
                return
        for each in unknown:
            self.name(each)
        here = place_put(place, self.known)
        if here != index and not (isinstance(here, Affine) and self._is(index, here)):
            self.equal.append((here, index))
            self.outside += self._beyond(index, here) if isinstance(here, Affine) else ()

    def _is(self, index: str | Affine, value: Affine) -> bool:
        """Whether an index of the parent has this value alone."""
        own = next((each for each in self.parent.domain if each.letter == index), None)
        return own is not None and own.low == own.high == value

    def _beyond(self, index: str | Affine, value: Affine) -> list[tuple[str, Affine]]:
        """Conditions that never hold: of an index of the parent that runs from 1 on where the child has the member at 0."""
        ends = ((value - own.low, own.high - value) for own in self.parent.domain if own.letter == index)
        return [(str(index), each) for pair in ends for each in pair if not each.terms and each.shift < 0]

    def name(self, one: str) -> None:
        """Give a letter that nothing determines a name that is not taken."""
        if one in self.known:
            return
        taken = {*self.taken, *(each.letter for each in self.parent.domain)}
        taken |= {name for place in self.known.values() for name in place.letters}
        others = [name for name in (*FRESH, *ascii_letters) if name not in self.avoid]
        self.known[one] = letter(next(name for name in (one, *others) if name not in taken))
        self.named.append(one)

    def made(self, link: Link) -> Inverse:
        """What has been found; the ranges of the letters that were solved for narrow the free ones, or are conditions."""
        parents = {each.letter: each for each in self.parent.domain}
        free: dict[str, Range] = {}
        conditions = [*self.outside]
        for name, own in self.ranges.items():
            value, low, high = self.known[name], own.low.put(self.known), own.high.put(self.known)
            there = {*parents, *free}
            if name in self.named and there.issuperset((*low.letters, *high.letters)):
                free[value.letters[0]] = Range(value.letters[0], low, high)
            elif name in self.named and (low.letters or high.letters) and not _symbolic(own, self.ranges):
                least, most = box(tuple(self.ranges.values()))[name]
                free[value.letters[0]] = Range(value.letters[0], whole(least), whole(most))
                conditions += [(name, value - low), (name, high - value)]
            elif name in self.named:
                free[value.letters[0]] = Range(value.letters[0], low, high)
            elif not _same(plain(value), low, high, parents):
                conditions += [(name, value - low), (name, high - value)]
        free, conditions = _narrowed(free, conditions, parents)
        pair = link.unequal
        unequal = (str(self.known[pair[0]]), str(self.known[pair[1]])) if pair is not None else None
        return Inverse(link, self.known, tuple(free.values()), unequal, tuple(self.equal), tuple(conditions))


def _symbolic(own: Range, ranges: Mapping[str, Range]) -> bool:
    """Whether a range ends at a letter that stands for a number nobody has said."""
    return any(name not in ranges for end in (own.low, own.high) for name in end.letters)


def _same(value: str | Affine, low: Affine, high: Affine, parents: Mapping[str, Range]) -> bool:
    """Whether a letter of the parent runs through just this range."""
    return isinstance(value, str) and value in parents and (parents[value].low, parents[value].high) == (low, high)


def _narrowed(
    free: dict[str, Range], conditions: Sequence[tuple[str, Affine]], parents: Mapping[str, Range]
) -> tuple[dict[str, Range], list[tuple[str, Affine]]]:
    """Each condition as a bound of the last free letter in it, where it is tighter than that one's own for all members; those that always
    hold left out."""
    left: list[tuple[str, Affine]] = []
    for name, each in conditions:
        within = _within((*parents.values(), *free.values()))
        least = _least(each, within)
        if least is not None and least >= 0:
            continue
        last = next((other for other in reversed(free) if other in each.letters), None)
        by = dict(each.terms).get(last or "", 0)
        if last is None or abs(by) != 1:
            left.append((name, each))
            continue
        end = (each - letter(last).times(by)).times(-by)  # the letter is at least (at most) this
        own = free[last]
        tighter = _least(end - own.low if by > 0 else own.high - end, within)
        if tighter is None or tighter < 0:
            left.append((name, each))
        else:
            free[last] = Range(last, end, own.high) if by > 0 else Range(last, own.low, end)
    return free, left


def _within(ranges: Sequence[Range]) -> Box:
    """The least and greatest values of the letters that have numbers for them."""
    found: dict[str, tuple[int, int]] = {}
    for each in ranges:
        if all(name in found for end in (each.low, each.high) for name in end.letters):
            found[each.letter] = (each.low.bounds(found)[0], each.high.bounds(found)[1])
    return found


def _least(each: Affine, within: Box) -> int | None:
    return each.bounds(within)[0] if all(name in within for name in each.letters) else None


def rule(inverse: Inverse, child: Family, upstream: str | None, local_first: bool = False) -> tuple[Formula, ...]:
    """What the root feels of the parent's member through the link, as terms under the parent's letters: the derivative by each of the
    child's members (an array of that name; none at the root itself) times the link, summed over the free letters; nothing where there is no
    such member. Of a link between different members all are summed, and the one that stands for itself is taken off again."""
    if not inverse.is_possible:
        return ()
    link = inverse.link
    assert link.factor is not None
    came = () if upstream is None else (Indexed(upstream, inverse.places(link.equation)),)
    local = _local(inverse, child)
    factors = (local, *came, *link.shares) if local_first else (*came, *link.shares, local)
    each = times(*factors, dotted=False)
    each = _where(each, inverse, inverse.conditions if upstream is None else _within_family(inverse, child))
    summed = _over(each, inverse, keep=not child.equations)
    if inverse.unequal is None:
        return (summed,)
    one, other = inverse.unequal
    return summed, minus(renamed(each, {one: other}))


def _local(inverse: Inverse, child: Family) -> Formula:
    """The link under the parent's letters; of one that is 0 elsewhere than its formula says, as where another member wins, the derivative
    itself."""
    link = inverse.link
    assert link.factor is not None
    freed = {each.letter for each in link.freed}
    alone = {place for part in walk(link.factor) if isinstance(part, Indexed) for place in part.places}
    if any(isinstance(part, Wins) for part in walk(link.factor)) or any(
        name in freed and name not in alone for name, _ in inverse.conditions
    ):
        leaf = Indexed(link.leaf.base, tuple(place_put(place, inverse.known) for place in link.leaf.places))
        return Partial(Indexed(child.name, inverse.places(link.equation)), leaf)
    return renamed(link.factor, inverse.known)


def _within_family(inverse: Inverse, child: Family) -> Sequence[tuple[str, Affine]]:
    """The conditions beyond which there is a member of the child all the same, that another equation says: the derivative by it is not
    left out by itself, as that by one outside of the family's range is."""
    outside: list[Affine] = []
    for place, axis in zip(inverse.places(inverse.link.equation), child.axes, strict=True):
        if not isinstance(place, Indexed):
            outside += [affine(place) - axis.whole.low, axis.whole.high - affine(place)]
    own = {each.letter for each in inverse.link.equation.domain}
    return [(name, each) for name, each in inverse.conditions if name in own and each not in outside]


def _where(body: Formula, inverse: Inverse, conditions: Sequence[tuple[str, Affine]]) -> Formula:
    """The body where the member of the child is one that the parent's enters, else 0: where nothing in it says so."""
    when = (*(_equal(*each) for each in inverse.equal), *(not_negative(each) for _, each in conditions))
    for each in reversed(when):
        body = Cases(((body, each), (ZERO, None)))
    return body


def _equal(place: Place, index: str | Affine) -> Compare:
    """place = index; index = place where the place is a number: t = 3."""
    sides = formula_at(place), formula_of(affine(index))
    return Compare(*((sides[1], "=", sides[0]) if isinstance(sides[0], Number) else (sides[0], "=", sides[1])))


def formula_at(place: Place) -> Formula:
    """A place as a formula."""
    return place if isinstance(place, Indexed) else formula_of(affine(place))


def _over(body: Formula, inverse: Inverse, keep: bool) -> Formula:
    """The sum over the free letters, a minus in front of it; of a letter with one value, with `keep` too."""
    if isinstance(body, Negative):
        return minus(_over(body.body, inverse, keep))
    for each in reversed(inverse.free):
        ends = formula_of(each.low), formula_of(each.high)
        body = BigSum(body, Quantity(each.letter), *ends) if keep else sum_over(each, body)
    return body
