"""The chain rule on a graph of families: a graph goes in, every partial derivative of its root comes out, as steps.

One rule derives everything: for a family P that families C are computed from,

    ∂root/∂P[p] = Σ over the members C[c] that P[p] enters of ∂root/∂C[c] · ∂C[c]/∂P[p]

(reverse accumulation; Linnainmaa 1970, Rumelhart, Hinton and Williams 1986). It is applied once a family, so the cost is linear in layers;
a member's step is that rule with its numbers put in, made when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from functools import cached_property
from itertools import product as cartesian
from typing import Any

from derivegen.calculus.entering import Entering, leading
from derivegen.calculus.inverse import Inverse, invert, rule
from derivegen.calculus.links import Link, links, role_of, with_sum
from derivegen.calculus.routes import Routes
from derivegen.calculus.steps import Factor, Step, Term, together
from derivegen.calculus.updating import Turn
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Prepared, program
from derivegen.formula.letters import told_apart
from derivegen.formula.places import Range
from derivegen.formula.tree import Formula, Number, Quantity, total
from derivegen.network.family import Equation, Family, Index
from derivegen.network.graph import Graph
from derivegen.network.instance import instance
from derivegen.network.names import derivative, parse_derivative
from derivegen.network.network import Figure, Network
from derivegen.network.tables.conventions import bends_of
from derivegen.network.walks import reached
from derivegen.records import dataclass, field, replace


@dataclass(frozen=True)
class Derivation:
    """Every partial derivative of the root, by name: derivation["dloss/dw[1][2][3]"] is a Step. With `row` the root is that row's own
    loss, and names are dloss@row/d…; otherwise it is the graph's root. Update steps stand in the same map: w[1][2][3]′, Dw[1][2][3],
    m[w[1][2][3]]′. `library` names whose slopes are taken at kinks; "" those of the house. `turn` is the number of the next one."""

    graph: Graph
    row: Index | None = None
    library: str = ""
    turn: int = 1
    _steps: dict[str, Step] = field(default_factory=dict, repr=False, compare=False)
    _readings: dict[str, Formula] = field(default_factory=dict, repr=False, compare=False)
    _adjoints: dict[str, Factor] = field(default_factory=dict, repr=False, compare=False)
    _links: dict[str, tuple[Link, ...]] = field(default_factory=dict, repr=False, compare=False)
    _inverses: dict[tuple[str, int, int], Inverse] = field(default_factory=dict, repr=False, compare=False)
    _ready: dict[str, tuple[Entering, ...]] = field(default_factory=dict, repr=False, compare=False)
    _rows: dict[Index, Derivation] = field(default_factory=dict, repr=False, compare=False)
    _programs: dict[str, Prepared | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def root(self) -> str:
        """What is differentiated, by name."""
        return self.graph.root if self.row is None else f"loss@{self.row}"

    @cached_property
    def root_family(self) -> Family:
        """The family of the root."""
        return self.graph.families[self.graph.root] if self.row is None else self.graph.row_losses

    @cached_property
    def links(self) -> Mapping[str, tuple[Link, ...]]:
        """For each family, the links of the families computed from it, those nearest to the root first; only what reaches the root."""
        found: dict[str, list[Link]] = {name: [] for name in self.graph.families}
        for family in reversed(tuple(self.graph.families.values())):
            if family.name in self._reaching:
                for link in self.links_of(family):
                    found[link.leaf.base].append(link)
        return {name: tuple(many) for name, many in found.items()}

    @cached_property
    def _reaching(self) -> frozenset[str]:
        """The families that the root is computed from, and its own."""
        families = self.graph.families

        def read(name: str) -> Iterator[str]:
            bases = (link.leaf.base for link in self.links_of(families[name]))
            return (base for base in bases if families[base].kind != "loss")

        return frozenset(reached([self.root_family.name], read))

    def links_of(self, family: Family) -> tuple[Link, ...]:
        """The derivatives of one family's formula by what it is computed from; those by the targets, which nobody moves, come last."""
        if family.name not in self._links:
            families = self.graph.families
            every = links(family, bends_of(self.library))
            found = (link for link in every if families[link.leaf.base].kind != "constant")
            self._links[family.name] = tuple(sorted(found, key=lambda link: link.leaf.base in self._targets))
        return self._links[family.name]

    @cached_property
    def _targets(self) -> tuple[str, ...]:
        """The families of targets."""
        return tuple(family.name for family in self.graph.families.values() if family.kind == "target")

    def of_row(self, row: Index) -> Derivation:
        """The derivation of one row's own loss."""
        if row not in self._rows:
            self._rows[row] = Derivation(self.graph, row, self.library, _links=self._links, _inverses=self._inverses)
        return self._rows[row]

    def on(self, network: Network, givens: Mapping[str, Figure]) -> Derivation:
        """The same derivation of the network with other numbers; no step is found again."""
        return replace(self, graph=replace(self.graph, network=network, givens=givens), _rows={})

    def name_of(self, member: str) -> str:
        """The name of ∂root/∂member."""
        top = "loss" if self.row is None else self.root
        return derivative(top, member if self.row is None else member.removesuffix(f"@{self.row}"))

    def __getitem__(self, name: str) -> Step:
        """The step of a derivative, an update or a δ. Raises InputError if the name is none of these."""
        key = self._key(name)
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = self._find(name)
        return found

    def _key(self, name: str) -> str:
        """What is kept under a name: of what an update comes to, with the number of the update."""
        return name if "/" in name or self.turn == 1 else f"{name}#{self.turn}"

    @cached_property
    def compiled(self) -> dict[tuple[str, ...], Any]:
        """Functions of arrays that were made of it, by what they compute."""
        return {}

    def reading(self, name: str) -> Formula:
        """How the step reads, one and the same formula whenever it is asked for."""
        key = self._key(name)
        found = self._readings.get(key)
        if found is None:
            found = self._readings[key] = self[name].reading
        return found

    def by_of(self, name: str) -> tuple[Family, tuple[Index, ...]] | None:
        """What the root is differentiated by, of the name of such a derivative. Raises InputError if there is no such quantity."""
        pair = parse_derivative(name)
        if pair is None or pair[0] not in ((self.root, "loss") if self.row is None else (self.root,)):
            return None
        by = pair[1] if self.row is None else self._with_row(pair[1])
        found = self.graph.locate(by)
        if found is None:
            raise InputError(self.graph.unknown(by))
        return found

    def _find(self, name: str) -> Step:
        found = self.by_of(name)
        if found is not None:
            return self.step(*found)
        own = self.updating.step(name)
        if own is not None:
            return own
        if "/" not in name:
            raise InputError(self.graph.unknown(name))
        raise InputError(
            f"{name!r} is no derivative of {self.root}; write d{self.root}/d followed by a quantity, as dloss/dw[1][1][1]"
        )

    def _with_row(self, member: str) -> str:
        return f"{member}@{self.row}" if self.graph.locate(f"{member}@{self.row}") is not None else member

    def step(self, family: Family, indices: tuple[Index, ...]) -> Step:
        """∂root/∂(one member): the sum over everything the member enters directly."""
        member = family.member(indices)
        target = self.name_of(member)
        if family is self.root_family:
            return Step(target, (Term((Factor("upstream", target, "itself", Number("1")),)),))
        terms: list[Term] = []
        for entry in self._entries(family):
            terms += self._terms(entry, member, indices, target)
        return Step(target, tuple(together(terms) if family.equations else terms))

    def rule(self, family: Family, under: Equation | None = None) -> Formula:
        """∂root/∂family under the family's own index letters, one step deep: of a[1] it is Σ_i (dloss/dz[2])_i (w[2])_ij; of a family with
        several equations, for the members of the first or of a chosen one. Raises ValueError where a link is unknown."""
        terms: list[Formula] = []
        for link in self.links[family.name]:
            child = self.graph.families[link.child]
            if link.factor is None:
                raise ValueError(link.child)
            upstream = None if child is self.root_family else self.name_of(child.name)
            joint = with_sum(link, self.links[family.name]) if family.equations else None
            found = rule(self.inverse(joint or link, under), child, upstream)
            terms += found[:1] if joint is not None else found
        if not family.equations:
            return total(*terms)
        own = under or family.parts[0]
        letters = frozenset(place for place in own.places if isinstance(place, str))
        return told_apart(total(*terms), letters, self.taken)

    def inverse(self, link: Link, under: Equation | None = None) -> Inverse:
        """A link from the side of what is differentiated by, for the members of one of the parent's equations."""
        families = self.graph.families
        return invert(link, families[link.leaf.base], under, self.taken)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The letters that count something, and the names that look like a letter."""
        families = self.graph.families
        letters = (axis.letter for family in families.values() for axis in family.axes)
        return frozenset((*(name.partition("[")[0] for name in families), *letters))

    def _entries(self, family: Family) -> tuple[Entering, ...]:
        """The links of those computed from a family, made ready for members."""
        name, places = family.name, range(len(family.parts))
        if name not in self._ready:
            self._ready[name] = tuple(self._entry(link, place) for link in self.links[name] for place in places)
        return self._ready[name]

    def _entry(self, link: Link, place: int) -> Entering:
        child, parent = self.graph.families[link.child], self.graph.families[link.leaf.base]
        under, known = parent.parts[place], (link.child, self._links[link.child].index(link), place)
        if known not in self._inverses:  # the same for every row's own loss
            self._inverses[known] = self.inverse(link, under)
        inverse = self._inverses[known]
        rows = {axis.letter for axis in child.axes if axis.counts == "example"}
        letters = [
            name for name, place in inverse.known.items() if str(place) in {each.letter for each in inverse.free}
        ]
        choices: tuple[tuple[Index, ...], ...] | None = None
        symbolic: list[Range] = []
        if not parent.equations and not child.equations:
            ranges: list[tuple[Index, ...]] = []
            for name, each in zip(letters, inverse.free, strict=True):
                if self.row is not None and name in rows:
                    ranges.append((self.row,))
                elif each.high.terms:
                    ranges.append((name,))
                    symbolic += [Range(name, each.low, each.high)] if self.row is None else []
                else:
                    ranges.append(tuple(each.values({})))
            choices = tuple(cartesian(*ranges))
        shares = tuple(Factor("share", f"share[{n}]", "share", share) for n, share in enumerate(link.shares, 1))
        letters = [*link.leaf.letters, *letters]
        role, at_root = role_of(child, parent), child is self.root_family
        return Entering(link, child, inverse, under, role, at_root, tuple(letters), choices, tuple(symbolic), shares)

    def _terms(self, entry: Entering, member: str, indices: tuple[Index, ...], target: str) -> Iterator[Term]:
        child, link, families = entry.child, entry.link, self.graph.families
        places = link.equation.places
        for bound in entry.solutions(indices, families):
            if link.unequal is not None and bound[link.unequal[0]] == bound[link.unequal[1]]:
                continue  # the own form holds there
            own = tuple([bound[place] if isinstance(place, str) else place.shift for place in places])
            factors = self._factors(entry, child.member(own), member, bound, target)
            if factors:
                yield Term(factors, entry.symbolic, bound, link)

    def _factors(
        self, entry: Entering, child: str, member: str, bound: Mapping[str, Index], target: str
    ) -> tuple[Factor, ...]:
        """Upstream, shares and the local derivative, in route order; nothing where the local derivative does not exist (a mask)."""
        link, shares = entry.link, entry.shares
        name = derivative(child, member)
        if link.factor is None:
            name = target if not shares else f"dC/d{member}"
            reading: Formula | None = Quantity(name)
        else:
            reading = instance(link.factor, bound, self.graph.families)
        if reading is None:
            return ()
        if entry.at_root:
            direct = not shares and not entry.child.axes
            own = target if direct else self._term_name(bound, member)
            return (*shares, Factor(entry.role, own, link.rule, reading))
        return (self._upstream(child), *shares, Factor(entry.role, name, link.rule, reading))

    def _upstream(self, child: str) -> Factor:
        """∂root/∂child as a factor, one object for all that enters the child."""
        found = self._adjoints.get(child)
        if found is None:
            name = self.name_of(child)
            found = self._adjoints[child] = Factor("upstream", name, "chain", Quantity(name))
        return found

    def _term_name(self, bound: Mapping[str, Index], member: str) -> str:
        """The derivative of the one output's (or row's) term of the loss."""
        unit = f"[{bound['j']}]" if "loss terms" in self.graph.families else ""
        row = f"@{bound['r']}" if "r" in bound else ""
        return derivative(f"loss{unit}{row}", member)

    def local(self, child: str, parent: str) -> Factor | None:
        """∂child/∂parent for two members, or None if the child is not computed from the parent directly."""
        low, high = self.graph.locate(parent), self.graph.locate(child)
        if low is None or high is None:
            return None
        found: list[tuple[Link, Formula]] = []
        for link in self.links_of(high[0]):
            if link.leaf.base == low[0].name and link.factor is not None:
                found += ((link, reading) for reading in self._between(link, *low, *high))
        if not found:
            return None
        rule = found[0][0].rule if len(found) == 1 else "sum"
        reading = found[0][1] if len(found) == 1 else total(*(reading for _, reading in found))
        return Factor(role_of(high[0], low[0]), derivative(child, parent), rule, reading)

    def _between(
        self, link: Link, parent: Family, low: tuple[Index, ...], child: Family, high: tuple[Index, ...]
    ) -> Iterator[Formula]:
        """What a link is between two members: nothing where it does not lead from the one to the other."""
        assert link.factor is not None
        families = self.graph.families
        entries = () if child.equations else [self._entry(link, place) for place in range(len(parent.parts))]
        for bound in leading(link, entries, families, low, high):
            if link.unequal is None or bound[link.unequal[0]] != bound[link.unequal[1]]:
                reading = instance(link.factor, bound, families)
                if reading is not None:
                    yield reading

    @property
    def updating(self) -> Turn:
        """The update that comes next."""
        return Turn(self.graph, self.name_of, self.turn)

    def numbered(self, turn: int) -> Derivation:
        """The same for the update of that number; itself where no formula counts them."""
        if turn == self.turn or not self.graph.network.training.rule.counts:
            return self
        other = copy(self)
        object.__setattr__(other, "turn", turn)
        return other

    def targets(self) -> Iterator[str]:
        """The names of all derivatives, from the root backwards, but for those by the targets of the data."""
        return (self.name_of(family.member(indices)) for family, indices in self._members())

    @cached_property
    def values_in_order(self) -> tuple[str, ...]:
        """Every forward quantity from the inputs on."""
        return tuple(self.graph.names())

    @cached_property
    def slopes_in_order(self) -> tuple[str, ...]:
        """The derivatives through which others are found, from the root backwards."""
        found = ((family, indices) for family, indices in self._members() if family.formula is not None)
        return tuple(self.name_of(family.member(indices)) for family, indices in found)

    def ready(self, name: str) -> Prepared | None:
        """What works out a quantity, a derivative or what an update comes to; None where the numbers decide how it is found."""
        key = self._key(name)
        if key not in self._programs:
            formula = self._simply(name)
            self._programs[key] = None if formula is None else program(formula)
        return self._programs[key]

    def _simply(self, name: str) -> Formula | None:
        own = self.graph.locate(name)
        if own is not None:
            return None if own[0].kind == "loss" or own[0].is_coupled else self.graph[name].formula
        by = self.by_of(name) if "/" in name else None
        if "/" in name and (by is None or by[0].layer == self.graph.depth or by[0].kind == "loss"):
            return None  # a saturated output decides how they are found
        reading = self.reading(name)
        return None if type(reading) is Quantity and reading.name == name else reading

    def by_data(self) -> Iterator[str]:
        """The names of the derivatives by the targets of the data: nothing flows back through them, and nobody trains them."""
        families = [family for family in self.graph.families.values() if family.kind == "target"]
        return (self.name_of(family.member(indices)) for family in families for indices in family.members())

    def steps(self) -> Iterator[Step]:
        """Every step, from the root backwards; not kept, since a large network has a great many."""
        return (self.step(family, indices) for family, indices in self._members())

    def _members(self) -> Iterator[tuple[Family, tuple[Index, ...]]]:
        """What the root is differentiated by, from the root backwards."""
        for family, indices in self.graph.backwards():
            if family.kind not in ("loss", "target", "constant") and family is not self.root_family:
                yield family, indices

    def routes_total(self, name: str) -> int:
        """How many routes lead from the root to the quantity."""
        return self._ways.total(name)

    def routes(self, name: str, most: int = 64, links: int | None = None) -> tuple[tuple[Factor, ...], ...]:
        """The first routes from the root to the quantity, each the factors of its expanded chain in order; together of no more than so many
        links, where that is said: the routes of a deep graph are long."""
        return self._ways.first(name, most, links)

    @cached_property
    def _ways(self) -> Routes:
        return Routes(self.__getitem__, self.name_of(self.root))


def derive(graph: Graph, library: str | None = None) -> Derivation:
    """The derivation of the graph's root, with the slopes of a library at its kinks: the one that the network names, if none is given ("":
    none). Raises InputError where there is nothing to differentiate."""
    if graph.root not in graph.families:
        raise InputError("there is no loss to differentiate; add a section [loss]")
    named = graph.network.options.conventions or ""
    return Derivation(graph, library=named if library is None else library)
