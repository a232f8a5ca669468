"""The numbers of a derivation and the name of a family, or of the derivative by one, go in; the whole array comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.errors import InputError
from derivegen.network.family import Family
from derivegen.network.members import Members
from derivegen.network.names import parse_derivative
from derivegen.on_use import numpy


def array_of(
    derivation: Derivation, values: Mapping[str, float], gradients: Mapping[str, float], name: str
) -> numpy.ndarray[Any, Any]:
    """The array, rows of examples last; a weight that does not exist is 0; of a single quantity its number, without axes. Raises
    InputError."""
    graph, pair = derivation.graph, parse_derivative(name)
    base = pair[1] if pair is not None else name
    family = graph.families.get(base)
    held = values if pair is None else gradients
    if family is None and base in held and (pair is None or pair[0] in ("loss", graph.root)):
        return numpy.array(held[base], dtype=float)
    if family is None or (pair is not None and pair[0] not in ("loss", graph.root)):
        raise InputError(f"there is no array {name!r}; there are {', '.join(graph.families)}")
    if isinstance(held, Members) and base in held.arrays:
        return numpy.array(held.arrays[base], dtype=float)

    def number(member: str) -> float:
        if member not in held:
            raise InputError(f"{name} has no numbers: something it depends on was left symbolic")
        return held[member]

    return of_members(family, number)


def arrays_of(
    derivation: Derivation, values: Mapping[str, float], gradients: Mapping[str, float]
) -> Mapping[str, numpy.ndarray[Any, Any]]:
    """The values of each family, and the derivatives of the loss by it, by name."""
    families = derivation.graph.families.values()
    kinds = ("loss", "target", "constant")
    by = [each for each in families if each.kind not in kinds and each is not derivation.root_family]
    names = [*(each.name for each in families if not each.stem), *(derivation.name_of(each.name) for each in by)]
    return {name: array_of(derivation, values, gradients, name) for name in names}


def of_members(family: Family, number: Callable[[str], Any]) -> numpy.ndarray[Any, Any]:
    """The array of a family whose members have these numbers."""
    array = numpy.zeros([int(axis.size) for axis in family.axes])
    for indices in family.members():
        at = tuple(int(i) - axis.low for i, axis in zip(indices, family.axes, strict=True))
        array[at] = number(family.member(indices))
    return array
