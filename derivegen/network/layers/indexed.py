"""Indexed equations as families: what a file says goes in, part by part, families with equations come out, in the order in which they are
computed. A graph of one's own is one part; of a network of layers each layer is one, and the loss the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from derivegen.formula.functions import EXP, TYPED
from derivegen.formula.letters import place_put, sum_over
from derivegen.formula.places import Affine, Range, whole
from derivegen.formula.read.indexed import Left, Softmax, read_left, read_right
from derivegen.formula.tree import (
    ONE,
    BigSum,
    Call,
    Formula,
    Indexed,
    Negative,
    Place,
    Product,
    Quantity,
    Ratio,
    Sum,
    children,
    transform,
)
from derivegen.network.family import Axis, Equation, Families, Family, Kind, Slopes
from derivegen.network.layers import loss
from derivegen.network.layers.activation import activated, entry_of, numbers_of
from derivegen.network.network import ActivationChoice, Figure, FormulaGraph, Part
from derivegen.network.order import schedule
from derivegen.network.tables.activations import ACTIVATIONS, Activation, formula_of
from derivegen.records import dataclass, field, replace

ACTIVATED = "f("
"""How a right side begins that is the activation of its layer."""


def families(spec: FormulaGraph) -> tuple[Family, ...]:
    """The families, each after those it is computed from. Raises FormulaError, Circular."""
    found = unordered(spec)
    return tuple(found[name] for block in schedule(found) for name in block.names)


def unordered(spec: FormulaGraph) -> dict[str, Family]:
    """The families as the file has them: what is given, then what is computed. Raises FormulaError."""
    found: dict[str, Family] = {}
    for part in spec.parts:
        add_part(part, spec.constants, found)
    return found


def add_part(part: Part, constants: Mapping[str, Figure | None], found: dict[str, Family]) -> None:
    """The families of a part beside those before it. Raises FormulaError."""
    if part.loss is not None:
        target, *masks = given = [*_Reading(part, found, constants).families()]
        mask, output = (*masks, None)[0], found[part.called["output"]]
        found |= {each.name: each for each in (*given, *loss.indexed(part.loss, output, target, mask, found.values()))}
        return
    found |= {family.name: family for family in _Reading(part, found, constants).families()}
    for name in part.outside:
        own = part.called.get(name, name)
        if own in found:
            found[own] = replace(found[own], outside=True)


@dataclass(frozen=True)
class _Reading:
    """One part read: its equations, under the names that the network has."""

    part: Part
    before: Families
    constants: Mapping[str, Figure | None]
    made: dict[str, tuple[Kind, list[Equation]]] = field(default_factory=dict)
    letters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def families(self) -> Iterator[Family]:
        """What is given, then what is computed."""
        for kind, left in self.declared:
            self._add(kind, left, Equation(left.places, left.domain))
        for (left, text), right in zip(self.nodes, self.rights, strict=True):
            own = self._of_examples(left)
            self._add("node", own, self._equation(own, text, right))
        for name, (kind, equations) in self.made.items():
            yield self._family(name, kind, tuple(equations))

    def _add(self, kind: Kind, left: Left, own: Equation) -> None:
        _, equations = self.made.get(left.name, (kind, []))
        self.made[left.name] = (
            kind,
            [*equations, own],
        )  # a start is given, what follows is computed: then it is a node
        before = self.letters.get(left.name, left.letters)
        self.letters[left.name] = tuple(one or other for one, other in zip(before, left.letters, strict=True))

    def called(self, name: str) -> str:
        """What the network calls it."""
        return self.part.called.get(name, name)

    @cached_property
    def declared(self) -> list[tuple[Kind, Left]]:
        return [(kind, read_left(text, self.part.ends)) for kind, text in self.part.declared]

    @cached_property
    def nodes(self) -> list[tuple[Left, str]]:
        return [(read_left(left, self.part.ends), right) for left, right in self.part.nodes]

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """How many indices each name of the text has there."""
        found = {}
        for name in self.part.called:
            family = self.before.get(self.called(name))
            if family is not None:
                found[name] = len(family.axes) - _of_example(family)
        for _, left in self.declared:
            found[left.name] = len(left.places) - (self.part.example is not None and self.part.example in left.letters)
        return found | {left.name: len(left.places) for left, _ in self.nodes}

    @cached_property
    def rights(self) -> list[Formula | Softmax]:
        """The right sides, as the texts have them."""
        return [self._right(left, text) for left, text in self.nodes]

    def _right(self, left: Left, text: str) -> Formula | Softmax:
        chosen = self.part.activation
        if chosen is None or not text.startswith(ACTIVATED):
            return read_right(text, self.part.ends, self.ranks, left)
        inner, kind = text[len(ACTIVATED) : -1], entry_of(chosen).kind
        if kind == "coupled":
            letter = next(each for each in reversed(left.letters) if self.part.axes[each].counts in ("unit", "channel"))
            return read_right(f"{chosen.name}({letter}, {inner})", self.part.ends, self.ranks, left)
        if chosen.formula is None and chosen.name in TYPED and _with_slope(chosen.name) is not None:
            return read_right(f"{chosen.name}({inner})", self.part.ends, self.ranks, left)
        return read_right(inner, self.part.ends, self.ranks, left)

    # examples

    @cached_property
    def per_example(self) -> frozenset[str]:
        """The names of the text that are of an example: what is given so, and what is computed from it outside of a sum over examples."""
        if self.part.example is None:
            return frozenset()
        given = {left.name for _, left in self.declared if self.part.example in left.letters}
        given |= {name for name in self.part.called if self._is_of_example(name)}
        uses: dict[str, set[str]] = {}
        for (left, _), right in zip(self.nodes, self.rights, strict=True):
            tree = right.own if isinstance(right, Softmax) else right
            uses.setdefault(left.name, set()).update(_read(tree, self.part.example))
        grown = True
        while grown:
            more = {name for name, used in uses.items() if used & given} - given
            given |= more
            grown = bool(more)
        return frozenset(given)

    def _is_of_example(self, name: str) -> bool:
        family = self.before.get(self.called(name))
        return family is not None and _of_example(family)

    def _of_examples(self, left: Left) -> Left:
        """A left side with the letter of the examples, if it is of an example."""
        example = self.part.example
        if example is None or left.name not in self.per_example:
            return left
        low, high = map(whole, self.part.ends[example])
        places, domain = (*left.places, example), (*left.domain, Range(example, low, high))
        return Left(left.name, places, domain, (*left.letters, example))

    def _leaf(self, leaf: Indexed) -> Indexed:
        """A leaf under the name that the network has, with the letter of the examples if it is of one."""
        example = (self.part.example,) if leaf.base in self.per_example and self.part.example else ()
        places: tuple[Place, ...] = tuple(
            self._leaf(each) if isinstance(each, Indexed) else each for each in leaf.places
        )
        return Indexed(self.called(leaf.base), (*places, *example))

    # equations

    def _equation(self, own: Left, text: str, right: Formula | Softmax) -> Equation:
        own = replace(own, name=self.called(own.name))
        if isinstance(right, Softmax):
            return equation(own, Softmax(self._leaf(right.own), self._leaf(right.other), right.range))
        tree = transform(right, lambda part: self._leaf(part) if isinstance(part, Indexed) else None)
        chosen = self.part.activation
        if chosen is None or not text.startswith(ACTIVATED) or isinstance(tree, Call):
            return equation(own, tree)
        assert isinstance(tree, Indexed)
        formula, rule, slopes = activated(chosen, tree, Indexed(own.name, own.places))
        return Equation(own.places, own.domain, formula, rule, slopes)

    def _family(self, name: str, kind: Kind, equations: tuple[Equation, ...]) -> Family:
        computed = [each for each in equations if each.formula is not None]
        last, own = computed[-1] if computed else equations[-1], self.called(name)
        return Family(
            own,
            kind,
            self._axes(equations, self.letters[name]),
            last.formula,
            rule=last.rule,
            slopes=last.slopes,
            parameters=tuple(_of_rule(self.part.activation, last.rule).items()),
            equations=equations,
            looked_up=self._looked_up(own, kind, equations),
            outside=name in self.part.outside,
        )

    def _axes(self, equations: tuple[Equation, ...], letters: tuple[str, ...]) -> tuple[Axis, ...]:
        """An axis for each place: its letter, and as far as any equation goes."""
        found = []
        for place, stated in enumerate(letters):
            used = [own for each in reversed(equations) if isinstance(own := each.places[place], str)]
            ends = [_ends(each, place) for each in equations]
            low, high = min(low for low, _ in ends), max(high for _, high in ends)
            letter = next(iter(used), stated or f"index{place + 1}")
            counts = self.part.axes[letter].counts if letter in self.part.axes else "unit"
            found.append(Axis(letter, high - low + 1, counts, low))
        return tuple(found)

    def _looked_up(self, name: str, kind: Kind, equations: tuple[Equation, ...]) -> dict[tuple[int, ...], int] | None:
        """The numbers of a constant that are all whole."""
        if kind != "constant":
            return None
        letters = next(key for key in self.letters if self.called(key) == name)
        family = Family(name, kind, self._axes(equations, self.letters[letters]))
        found: dict[tuple[int, ...], int] = {}
        for own in equations:
            numbers = {indices: self.constants.get(family.member(indices)) for indices in own.members()}
            if all(number is not None and number == int(number) for number in numbers.values()):
                found |= {at: int(n) for at, n in numbers.items() if n is not None}
        return found or None


def _of_example(family: Family) -> bool:
    return any(axis.counts == "example" for axis in family.axes)


def _read(tree: Formula, example: str) -> Iterator[str]:
    """What a formula reads of any one example: not what a sum over all of them runs over."""
    if isinstance(tree, BigSum) and tree.index == Quantity(example):
        return
    if isinstance(tree, Indexed):
        yield from _bases(tree)
    for part in children(tree):
        yield from _read(part, example)


def _bases(leaf: Indexed) -> Iterator[str]:
    """The name of a leaf, and of what is looked up in its places."""
    yield leaf.base
    for place in leaf.places:
        if isinstance(place, Indexed):
            yield from _bases(place)


def _of_rule(choice: ActivationChoice | None, rule: str) -> dict[str, Formula]:
    """The parameters of an activation that is the rule of a family."""
    return numbers_of(choice) if choice is not None and choice.formula is None and choice.name == rule else {}


def _ends(each: Equation, place: int) -> tuple[int, int]:
    own = each.places[place]
    return each.box[own] if isinstance(own, str) else (own.shift, own.shift)


def equation(left: Left, right: Formula | Softmax) -> Equation:
    """The equation of a left side and what it is computed by."""
    if isinstance(right, Softmax):
        return Equation(left.places, left.domain, *softmax(Indexed(left.name, left.places), right))
    match right:
        case Call(function, (Indexed() as z,)) if (entry := _with_slope(function)) is not None:
            names: dict[str, Formula] = {"z": z, "a": Indexed(left.name, left.places)}
            slope = formula_of(entry.slope, names, "f")
            return Equation(left.places, left.domain, right, entry.name, ((z, slope, "each"),))
    return Equation(left.places, left.domain, right, "formula")


def _with_slope(function: str) -> Activation | None:
    """The activation that is just this function, whose slope is taught in a form of its own."""
    entry = ACTIVATIONS.get(function)
    return entry if entry is not None and not entry.parameters and entry.kind != "coupled" else None


def softmax(own: Indexed, right: Softmax) -> tuple[Formula, str, Slopes]:
    """a_s = e^{e_s} / Σ_r e^{e_r}; ∂a_s/∂e_s = a_s(1 − a_s), ∂a_s/∂e_r = −a_s a_r (Bridle 1990)."""
    fresh, letter = right.range.letter, _differing(right)
    other = Indexed(own.base, tuple(place_put(place, {letter: Affine(((fresh, 1),))}) for place in own.places))
    slopes: Slopes = (
        (right.own, Product((own, Sum((ONE, Negative(own)))), dotted=False), "own"),
        (right.other, Negative(Product((own, other), dotted=False)), "cross"),
    )
    return Ratio(EXP(right.own), sum_over(right.range, EXP(right.other))), "softmax", slopes


def _differing(right: Softmax) -> str:
    return next(one for one, other in zip(right.own.letters, right.other.letters, strict=True) if one != other)
