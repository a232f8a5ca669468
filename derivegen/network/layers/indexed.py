"""A graph of one's own with index letters as families: what its file says goes in, families with equations come out, in the order in which
they are computed."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.formula.functions import EXP
from derivegen.formula.letters import place_put, sum_over
from derivegen.formula.places import Affine
from derivegen.formula.read.indexed import Left, Softmax, read_left, read_right
from derivegen.formula.tree import ONE, Call, Formula, Indexed, Negative, Product, Ratio, Sum
from derivegen.network.family import Axis, Equation, Family, Kind, Slopes
from derivegen.network.network import FormulaGraph
from derivegen.network.order import schedule
from derivegen.network.tables.activations import ACTIVATIONS, Activation, formula_of


def families(spec: FormulaGraph) -> tuple[Family, ...]:
    """The families, each after those it is computed from. Raises FormulaError, Circular."""
    found = unordered(spec)
    return tuple(found[name] for block in schedule(found) for name in block.names)


def unordered(spec: FormulaGraph) -> dict[str, Family]:
    """The families as the file has them: what is given, then what is computed. Raises FormulaError."""
    lefts = [(kind, read_left(text, spec.ends)) for kind, text in spec.declared]
    nodes = [(read_left(left, spec.ends), right) for left, right in spec.nodes]
    ranks = {left.name: len(left.places) for left in (*(left for _, left in lefts), *(left for left, _ in nodes))}
    made: dict[str, tuple[Kind, list[Equation]]] = {}
    for kind, left in lefts:
        made.setdefault(left.name, (kind, []))[1].append(Equation(left.places, left.domain))
    for left, text in nodes:
        right = read_right(text, spec.ends, ranks, left)
        _, before = made.get(left.name, ("node", []))
        made[left.name] = ("node", [*before, equation(left, right)])
    letters: dict[str, tuple[str, ...]] = {}
    for left in (*(left for _, left in lefts), *(left for left, _ in nodes)):
        before_ = letters.get(left.name, left.letters)
        letters[left.name] = tuple(one or other for one, other in zip(before_, left.letters, strict=True))
    lookups = _looked_up(spec, {name for name, (kind, _) in made.items() if kind == "constant"})
    return {
        name: _family(name, kind, tuple(equations), letters[name], spec, lookups.get(name))
        for name, (kind, equations) in made.items()
    }


def equation(left: Left, right: Formula | Softmax) -> Equation:
    """The equation of a left side and what it is computed by."""
    if isinstance(right, Softmax):
        return _softmax(left, right)
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


def _softmax(left: Left, right: Softmax) -> Equation:
    """a_s = e^{e_s} / Σ_r e^{e_r}; ∂a_s/∂e_s = a_s(1 − a_s), ∂a_s/∂e_r = −a_s a_r (Bridle 1990)."""
    fresh, letter = right.range.letter, _differing(right)
    own = Indexed(left.name, left.places)
    other = Indexed(left.name, tuple(place_put(place, {letter: Affine(((fresh, 1),))}) for place in left.places))
    slopes: Slopes = (
        (right.own, Product((own, Sum((ONE, Negative(own)))), dotted=False), "own"),
        (right.other, Negative(Product((own, other), dotted=False)), "cross"),
    )
    formula = Ratio(EXP(right.own), sum_over(right.range, EXP(right.other)))
    return Equation(left.places, left.domain, formula, "softmax", slopes)


def _differing(right: Softmax) -> str:
    return next(one for one, other in zip(right.own.letters, right.other.letters, strict=True) if one != other)


def _family(
    name: str,
    kind: Kind,
    equations: tuple[Equation, ...],
    letters: tuple[str, ...],
    spec: FormulaGraph,
    looked_up: Mapping[tuple[int, ...], int] | None,
) -> Family:
    computed = [each for each in equations if each.formula is not None]
    last = computed[-1] if computed else equations[-1]
    return Family(
        name,
        kind,
        _axes(equations, letters, spec),
        last.formula,
        rule=last.rule,
        slopes=last.slopes,
        equations=equations,
        looked_up=looked_up,
        outside=name in spec.outside,
    )


def _axes(equations: tuple[Equation, ...], letters: tuple[str, ...], spec: FormulaGraph) -> tuple[Axis, ...]:
    """An axis for each place: its letter, and as far as any equation goes."""
    found = []
    for place, stated in enumerate(letters):
        used = [own for each in reversed(equations) if isinstance(own := each.places[place], str)]
        ends = [_ends(each, place) for each in equations]
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        letter = next(iter(used), stated or f"index{place + 1}")
        counts = spec.axes[letter].counts if letter in spec.axes else "unit"
        found.append(Axis(letter, high - low + 1, counts, low))
    return tuple(found)


def _ends(each: Equation, place: int) -> tuple[int, int]:
    own = each.places[place]
    return each.box[own] if isinstance(own, str) else (own.shift, own.shift)


def _looked_up(spec: FormulaGraph, constants: set[str]) -> dict[str, dict[tuple[int, ...], int]]:
    """The numbers of the constants that are all whole."""
    found: dict[str, dict[tuple[int, ...], int]] = {}
    for _, text in spec.declared:
        left = read_left(text, spec.ends)
        if left.name in constants:
            own = Equation(left.places, left.domain)
            family = Family(left.name, "constant", _axes((own,), left.letters, spec))
            numbers = {indices: spec.constants.get(family.member(indices)) for indices in own.members()}
            if all(number is not None and number == int(number) for number in numbers.values()):
                found.setdefault(left.name, {}).update({at: int(n) for at, n in numbers.items() if n is not None})
    return found
