"""Takes the families of a `[graph]` with index letters; raises the first fault there is in what they read: beyond a range, of what is not
there, over nothing, in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, Final

from derivegen.formula.places import Affine, Box, Range, affine, box, runs
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import BigSum, Extreme, Formula, Indexed, Quantity, Wins, children, walk
from derivegen.network.family import Equation, Families, Family
from derivegen.network.file.lists import MOST_MEMBERS
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.schema import Graph
from derivegen.network.instance import index_at
from derivegen.network.order import Circular, schedule

MOST_READS: Final = 400_000
"""Places of a formula that are looked at one by one."""

Nodes = Iterator[tuple[int, tuple[str, Equation]]]
"""The equations with a formula, by the place of their node."""


def check_size(families: Families, path: str) -> None:
    count = sum(prod(int(axis.size) for axis in family.axes) for family in families.values())
    if count > MOST_MEMBERS:
        raise Fault(path, f"{count} quantities", f"at most {MOST_MEMBERS}", "choose smaller sizes")


def check_outside(section: Graph, families: Families) -> None:
    for place, name in enumerate(section.outside, 1):
        if name not in families:
            close = nearest(name, families)
            fix = f'did you mean "{close}"?' if close else f"one of {', '.join([*families][:8])}"
            raise Fault(f"graph.outside[{place}]", shown(name), "a name of this graph", fix)


def check_lookups(nodes: Nodes, families: Families, within: str, data: str = "") -> None:
    """What stands in a place is a constant of whole numbers."""
    for place, (_, equation) in nodes:
        for leaf in _leaves(equation):
            for looked in (each for each in leaf.places if isinstance(each, Indexed)):
                path, family = data or f"{within}.nodes[{place}]", families[looked.base]
                if family.kind != "constant":
                    found = f'"{looked.base}" in a place of {leaf.base}[ ]'
                    expected = f"an index letter, or a name under {within}.constants"
                    raise Fault(path, found, expected, f'put "{looked.base}" under constants')
                if family.looked_up is None:
                    found = f'"{looked.base}", which has numbers that are not whole, as an index of {leaf.base}'
                    raise Fault(path, found, "whole numbers", "write whole numbers")


def check_once(name: str, family: Family, within: str) -> None:
    """No member is stated twice."""
    if len(family.equations) < 2:
        return
    seen: set[tuple[int, ...]] = set()
    for equation in family.equations:
        for indices in equation.members():
            if indices in seen:
                found = f"{family.member(indices)} twice"
                raise Fault(f"{within} ({name})", found, "every quantity once", "narrow the range of one of them")
            seen.add(indices)


def _leaves(equation: Equation) -> dict[Indexed, tuple[Range, ...]]:
    """The leaves of a formula, each with the ranges of the sums around it."""
    found: dict[Indexed, tuple[Range, ...]] = {}
    waiting: list[tuple[Formula, tuple[Range, ...]]] = [(equation.formula or Quantity(""), ())]
    while waiting:
        part, around = waiting.pop()
        match part:
            case Indexed():
                found.setdefault(part, around)
            case BigSum(body, Quantity(letter), low, high):
                waiting.append((body, (*around, Range(letter, affine_in(low), affine_in(high)))))
            case Extreme(body, ranges, _) | Wins(body, ranges, _):
                waiting.append((body, (*around, *ranges)))
            case _:
                waiting.extend((each, around) for each in reversed(children(part)))
    return found


def check_reads(name: str, equation: Equation, families: Families, path: str) -> None:
    """Every read is of a member there is, unless beyond its ranges it is 0; no extreme or softmax is over nothing."""
    _check_folds(name, equation, path)
    for leaf, around in _leaves(equation).items():
        family = families[leaf.base]
        ranges = (*equation.domain, *around)
        within = box(ranges)
        for number, place in enumerate(leaf.places):
            if not isinstance(place, Indexed) and not family.outside:
                _check_place(name, leaf, number, place, family, within, path)
        looked_up = any(isinstance(place, Indexed) for place in leaf.places)
        if looked_up or not (family.outside or _is_box(family) or _surely_there(leaf, ranges, family)):
            _check_each(name, leaf, ranges, families, path)


def _is_box(family: Family) -> bool:
    """Whether there is a member for every choice of its indices."""
    (first, *more) = family.equations
    return not more and not any(end.terms for each in first.domain for end in (each.low, each.high))


def _surely_there(leaf: Indexed, ranges: Sequence[Range], family: Family) -> bool:
    """Whether each read is of a member, since what the family's ranges ask for always holds, or is what the reader's ranges say already:
    a_ts where s ≤ t, read at s ≤ t."""
    (own, *more) = family.equations
    if more or not all(isinstance(place, str) for place in own.places):
        return False
    known = {str(name): affine(place) for name, place in zip(own.places, leaf.places, strict=True)}  # type: ignore[arg-type]
    within = box(ranges)
    said = {_sorted(gap) for each in ranges for gap in _gaps(each, affine(each.letter))}
    asked = (gap.put(known) for each in own.domain for gap in _gaps(each, affine(each.letter)))
    return all(gap.bounds(within)[0] >= 0 or _sorted(gap) in said for gap in asked)


def _gaps(each: Range, place: Affine) -> tuple[Affine, Affine]:
    """What must not be negative for a place to be in a range."""
    return place - each.low, each.high - place


def _sorted(gap: Affine) -> tuple[tuple[tuple[str, int], ...], int]:
    return tuple(sorted(gap.terms)), gap.shift


def _check_place(
    name: str, leaf: Indexed, number: int, place: str | Affine, family: Family, within: Box, path: str
) -> None:
    axis = family.axes[number]
    low, high = axis.low, axis.low + int(axis.size) - 1
    least, most = affine(place).bounds(within)
    if low <= least and most <= high:
        return
    letters = [each.letter for each in family.axes]
    missing = (
        f"{leaf.base}[{','.join((*letters[:number], str(least if least < low else most), *letters[number + 1 :]))}]"
    )
    where = f"{leaf.base}[…{place}…]" if len(leaf.places) > 1 else f"{leaf.base}[{place}]"
    found = f"{name}: {where} runs from {least} to {most}, but {leaf.base} from {low} to {high}"
    raise Fault(path, found, "reads within the ranges", _mends(leaf.base, missing))


def _mends(base: str, missing: str = "") -> str:
    named = f' as "{missing}" under inputs' if missing else ""
    return f'change a range, give the members that are missing{named}, or add outside = ["{base}"] (0 there)'


def _check_each(name: str, leaf: Indexed, ranges: tuple[Range, ...], families: Families, path: str) -> None:
    """Each read by itself: a lookup, a family with gaps."""
    family = families[leaf.base]
    for count, bound in enumerate(runs(ranges, {})):
        if count > MOST_READS:
            raise Fault(path, f"more than {MOST_READS} reads of {leaf.base}", "fewer", "choose smaller axes")
        try:
            indices = tuple(index_at(place, bound, families) for place in leaf.places)
        except KeyError:
            raise Fault(
                path, f"{name}: a lookup beyond its range", "reads within the ranges", "change a range"
            ) from None
        if family.exists(indices) or (family.outside and not _beyond(leaf, indices, family)):
            continue
        at = ", ".join(f"{each.letter} = {bound[each.letter]}" for each in ranges)
        looked = next((each for each in leaf.places if isinstance(each, Indexed)), None)
        if looked is not None:
            place = leaf.places.index(looked)
            axis = family.axes[place]
            number = f"{looked.base}[{','.join(str(index_at(each, bound, families)) for each in looked.places)}]"
            if not axis.holds(indices[place]):
                found = f"{number} = {indices[place]} as an index of {leaf.base}"
                expected = f"a whole number from {axis.low} to {axis.low + int(axis.size) - 1}"
                raise Fault(path, found, expected, f"change {looked.base}, or the range of {axis.letter}")
        found = f"{name}: {family.member(indices)}, which is not there (read at {at})"
        raise Fault(path, found, "reads of what there is", _mends(leaf.base))


def _beyond(leaf: Indexed, indices: tuple[Any, ...], family: Family) -> bool:
    """Whether a lookup leads out of the range: that is a mistake, never a 0."""
    pairs = zip(leaf.places, indices, family.axes, strict=True)
    return any(isinstance(place, Indexed) and not axis.holds(index) for place, index, axis in pairs)


def _check_folds(name: str, equation: Equation, path: str) -> None:
    """No extreme, mean or softmax with nothing left."""
    for part in walk(equation.formula) if equation.formula is not None else ():
        match part:
            case Extreme(_, ranges, function):
                what = f"the {function}"
            case BigSum(_, Quantity(letter), low, high) if equation.rule == "softmax":
                ranges, what = (Range(letter, affine_in(low), affine_in(high)),), "the softmax"
            case _:
                continue
        if not any(end.terms for each in ranges for end in (each.low, each.high)):
            continue
        outer = {name for each in ranges for end in (each.low, each.high) for name in end.letters}
        outer -= {each.letter for each in ranges}
        if not outer <= equation.box.keys():
            continue
        for bound in runs(equation.domain, {}):
            if next(runs(ranges, bound), None) is None:
                at = ", ".join(f"{each} = {bound[each]}" for each in bound if each in outer)
                inside = {letter for leaf in walk(part) if isinstance(leaf, Indexed) for letter in leaf.letters}
                own = (letter for letter in equation.places if isinstance(letter, str) and letter not in inside)
                over = next(own, ranges[0].letter) if what == "the softmax" else ranges[0].letter  # as it is typed
                found = f"{name}: {what} over {over} has nothing left where {at}"
                raise Fault(path, found, "at least one member", "widen the range")


def check_order(families: Families, path: str) -> None:
    try:
        schedule(families)
    except Circular as circle:
        found = f"the cycle {' → '.join(circle.names)}"
        raise Fault(
            f"{path}.nodes", found, "a graph without cycles", "let one of them use an earlier step, as h[t-1,j]"
        ) from None
