"""The given numbers of a network of layers as arrays by family: units × inputs, one per unit, units × rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy

from derivegen.network.family import Family
from derivegen.network.graph import Graph

if TYPE_CHECKING:
    from numpy import ndarray


def given_arrays(graph: Graph) -> Mapping[str, ndarray[Any, Any]]:
    """The arrays of the families that have numbers; a weight that does not exist is 0."""
    return {family.name: array for family in graph.families.values() if (array := _array(graph, family)) is not None}


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
