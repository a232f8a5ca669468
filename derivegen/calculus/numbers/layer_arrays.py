"""The given numbers of a network as arrays by family: units × inputs, one per unit, units × rows; under index letters an axis for each."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from derivegen.network.family import Family
from derivegen.network.givens import stated
from derivegen.network.graph import Graph
from derivegen.on_use import numpy


def given_arrays(graph: Graph, besides: Container[str] = ()) -> Mapping[str, numpy.ndarray[Any, Any]]:
    """The arrays of the families that have numbers, `besides` those that are known otherwise; a weight that does not exist is 0."""
    families = (family for family in graph.families.values() if family.name not in besides)
    return {family.name: array for family in families if (array := _array(graph, family)) is not None}


def _array(graph: Graph, family: Family) -> Any:
    return _of_members(graph, family) if family.equations else _of_rows(graph, family)


def _of_members(graph: Graph, family: Family) -> Any:
    """The numbers that stand under the names of members; 0 for those that are computed. None where some have none, or nothing is given."""
    given = [equation for equation in family.equations if equation.formula is None]
    found: Any = numpy.zeros([int(axis.size) for axis in family.axes]) if given else None
    for equation in given:
        indices = list(equation.members())
        numbers = [graph.givens.get(family.member(each)) for each in indices]
        if None in numbers:
            return None
        if len(given) == 1 and len(numbers) == found.size:
            return numpy.array(numbers, dtype=float).reshape(found.shape)
        for each, number in zip(indices, numbers, strict=True):
            found[family.entry(each)] = number
    return found


def where_given(family: Family) -> Any:
    """1 where a member is given, 0 where it is computed: a start of a state among its later steps."""
    if all(equation.formula is None for equation in family.parts):
        return 1.0
    found = numpy.zeros([int(axis.size) for axis in family.axes])
    for equation in family.equations:
        for indices in equation.members() if equation.formula is None else ():
            found[family.entry(indices)] = 1.0
    return found


def filled(family: Family, number: Callable[[str], float]) -> Any:
    """The array of a family, of the number that each member has."""
    found = numpy.zeros([int(axis.size) for axis in family.axes])
    for indices in family.members():
        found[family.entry(indices)] = number(family.member(indices))
    return found


def _of_rows(graph: Graph, family: Family) -> Any:
    """The rows the file states as an array with an axis for each index of the family, the examples' last."""
    rows = stated(graph.network, family)
    if rows is None:
        return None
    array: numpy.ndarray[Any, Any] = numpy.array(rows, dtype=float)
    if family.mask is not None:
        return array * numpy.array(family.mask, dtype=float)
    if len(family.axes) < array.ndim:
        array = array[0]
    elif family.axes[-1].counts == "example":
        return array.T
    return array if family.axes else numpy.asarray(array[0])
