"""From what size on the numbers of a network are computed array by array."""

from __future__ import annotations

from derivegen.network.givens import all_stated
from derivegen.network.graph import Graph

LARGE = 1500
"""Quantities. Below, folding the steps one by one takes less than a tenth of a second, and gives fractions and fifty digits as well; of a
larger network the doubles are as good and much faster."""


def in_arrays(graph: Graph) -> bool:
    """Whether the numbers of a graph are computed array by array: it is large, of families, and every number is given."""
    return fits_arrays(graph) and all_stated(graph.network, graph.families.values())


def fits_arrays(graph: Graph) -> bool:
    """Whether a graph is large, and of layers or under index letters, its functions and rows all known: arrays suit it, whatever numbers
    it is given."""
    return graph.indexed and graph.size >= LARGE and graph.is_known
