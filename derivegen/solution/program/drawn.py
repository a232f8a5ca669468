"""A network goes in; which of its numbers a program may draw again, by where they stand in the file, comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derivegen.network.network import Drawing, Figure, Network


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, and whether its rows are the network's columns."""

    drawing: Drawing
    turned: bool


def drawn(network: Network) -> Mapping[str, Drawn] | None:
    """The drawings by path. None if the file's numbers are not these (somebody changed them), or some came from elsewhere, an array file
    for one: such numbers are too long to print."""
    arrays = _draw_again(network)
    found = {}
    for drawing in network.drawings:
        turned = _turned(network, drawing.path, arrays[drawing.path])
        if turned is None:
            return None
        found[drawing.path] = Drawn(drawing, turned)
    return found if all(path in found for path, figure in _figures(network) if isinstance(figure, float)) else None


def _draw_again(network: Network) -> dict[str, Any]:
    if not network.drawings:
        return {}
    import numpy

    streams = {d.seed: numpy.random.RandomState(d.seed) for d in network.drawings}
    return {d.path: streams[d.seed].randn(d.rows, d.columns) * float(d.scale) for d in network.drawings}


def _turned(network: Network, path: str, array: Any) -> bool | None:
    """Whether the stated numbers are the drawn ones in columns; None if they are not these at all."""
    import numpy

    rows, mask = _stated(network, path)
    stated, there = numpy.array(rows, dtype=float), 1.0 if mask is None else numpy.array(mask, dtype=float)
    for turned, numbers in ((False, array), (True, array.T)):
        if numbers.shape == stated.shape and bool((numbers * there == stated).all()):
            return turned
    return None


def _stated(network: Network, path: str) -> tuple[Any, Any]:
    """The numbers that stand at a path of the file, as rows, and the mask over them."""
    if path.startswith("data."):
        return (network.inputs if path == "data.inputs" else network.targets), None
    number, _, key = path.removeprefix("layer[").partition("].")
    layer = network.layers[int(number) - 1]
    return (layer.weights, layer.mask) if key == "weights" else ((layer.biases,), None)


def _figures(network: Network) -> Iterator[tuple[str, Figure]]:
    """Every number of the file under its path."""
    tables = [("data.inputs", network.inputs), ("data.targets", network.targets)]
    for number, layer in enumerate(network.layers, 1):
        tables.append((f"layer[{number}].weights", layer.weights))
        tables.append((f"layer[{number}].biases", None if layer.biases is None else (layer.biases,)))
    return ((path, figure) for path, rows in tables for row in rows or () for figure in row)
