"""The given numbers of a network of layers as arrays by family: units × inputs, one per unit, units × rows."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

import numpy

from derivegen.network.family import Family
from derivegen.network.graph import Graph

if TYPE_CHECKING:
    from numpy import ndarray


def given_arrays(graph: Graph, besides: Container[str] = ()) -> Mapping[str, ndarray[Any, Any]]:
    """The arrays of the families that have numbers, `besides` those that are known otherwise; a weight that does not exist is 0."""
    families = (family for family in graph.families.values() if family.name not in besides)
    return {family.name: array for family in families if (array := _array(graph, family)) is not None}


def _array(graph: Graph, family: Family) -> Any:
    """The rows the file states as an array with an axis for each index of the family, the examples' last."""
    rows = graph.stated(family)
    if rows is None:
        return None
    array: ndarray[Any, Any] = numpy.array(rows, dtype=float)
    if family.mask is not None:
        return array * numpy.array(family.mask, dtype=float)
    if len(family.axes) < array.ndim:
        array = array[0]
    elif family.axes[-1].counts == "example":
        return array.T
    return array if family.axes else numpy.asarray(array[0])
