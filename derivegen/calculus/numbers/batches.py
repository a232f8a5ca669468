"""The rows of a network in portions: a graph goes in; the network with the rows of each batch comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derivegen.network.graph import Graph


def batches(graph: Graph) -> list[Any]:
    """The network restricted to each batch of rows, in order; the last may be shorter."""
    network, size = graph.network, graph.network.training.batch_size
    if size is None or not isinstance(network.rows, int) or size >= network.rows:
        return [network]
    rows = network.rows
    cuts = [slice(first, min(first + size, rows)) for first in range(0, rows, size)]
    return [
        replace(
            network,
            inputs=network.inputs and network.inputs[cut],
            targets=network.targets and network.targets[cut],
            rows=cut.stop - cut.start,
        )
        for cut in cuts
    ]
