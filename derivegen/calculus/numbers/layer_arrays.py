"""The given numbers of a network of layers as arrays by family: units × inputs, one per unit, units × rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy

from derivegen.network.graph import Graph

if TYPE_CHECKING:
    from numpy import ndarray


def given_arrays(graph: Graph) -> Mapping[str, ndarray[Any, Any]]:
    """The arrays of the families that have numbers; a weight that does not exist is 0."""
    network = graph.network
    found: dict[str, ndarray[Any, Any]] = {}
    for name, table in (("x", network.inputs), ("t", network.targets)):
        if table is not None:
            array = numpy.array(table, dtype=float)
            found[name] = array[0] if network.rows == 1 else array.T
    for number, layer in enumerate(network.layers, 1):
        if layer.weights is not None:
            weights = numpy.array(layer.weights, dtype=float)
            found[f"w[{number}]"] = weights if layer.mask is None else weights * numpy.array(layer.mask)
        if layer.biases is not None:
            own = numpy.array(layer.biases, dtype=float)
            base = "theta" if layer.bias_kind == "threshold" else "b"
            found[f"{base}[{number}]"] = own[0] if layer.bias_kind == "shared" else own
    return found
