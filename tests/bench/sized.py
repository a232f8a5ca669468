"""The networks that are measured: widths go in, the network file and its numbers as arrays come out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from derivegen.network.file.load import load
from derivegen.network.network import Network

Arrays = Mapping[str, Any]
"""By family: "w[1]" units × inputs, "b[1]", "x", "t"; with several rows x is inputs × rows and t outputs × rows."""


@dataclass(frozen=True, slots=True)
class Size:
    """Sigmoid layers of these widths; binary cross-entropy or the mean of the squared errors."""

    widths: tuple[int, ...]
    entropy: bool = False

    @property
    def name(self) -> str:
        """The widths, with hyphens."""
        return "-".join(map(str, self.widths))

    @property
    def parameters(self) -> int:
        """How many weights and biases."""
        return sum((below + 1) * units for below, units in zip(self.widths, self.widths[1:], strict=False))


S = Size((3, 4, 1), True)
M = Size((10, 20, 10, 1), True)
L = Size((30, 50, 50, 10))
XL = Size((100, 100, 100, 10))
XXL = Size((784, 128, 10))
SIZES = (S, M, L, XL, XXL)


def symbolic(size: Size) -> Network:
    """The network without numbers."""
    layers = [{"units": units, "activation": "sigmoid"} for units in size.widths[1:]]
    return load({"data": {"inputs": size.widths[0]}, "layer": layers, "loss": {"name": _loss(size)}})


def file(size: Size, rows: int = 1) -> dict[str, Any]:
    """The network as a file, drawn from a seed; its targets stand between 0.2 and 0.8."""
    below = size.widths[:-1]
    layers = [
        {"units": units, "activation": "sigmoid", "weights": {"seed": 1, "scale": n**-0.5}, "biases": {"seed": 1}}
        for n, units in zip(below, size.widths[1:], strict=True)
    ]
    targets = [[0.2 + 0.1 * ((r + j) % 7) for j in range(size.widths[-1])] for r in range(rows)]
    inputs = {"seed": 2, "columns": size.widths[0]}
    data = {"inputs": inputs, "targets": [[round(t, 1) for t in row] for row in targets], "rows": rows}
    return {"data": data, "layer": layers, "loss": {"name": _loss(size)}}


def saved(size: Size, rows: int, folder: Path) -> Path:
    """The network as a file that takes its numbers from an array file beside it."""
    content = file(size, rows)
    arrays = arrays_of(load(content))
    names = {name: name.replace("[", "").replace("]", "") for name in arrays}
    rows_first = {name: array if array.ndim == 1 or name[0] == "w" else array.T for name, array in arrays.items()}
    if rows == 1:
        rows_first |= {name: rows_first[name][None, :] for name in "xt"}
    numpy.savez(folder / "arrays.npz", **{names[name]: array for name, array in rows_first.items()})
    content["data"] = {key: {"file": "arrays.npz", "key": name} for key, name in (("inputs", "x"), ("targets", "t"))}
    for number, layer in enumerate(content["layer"], 1):
        layer["weights"], layer["biases"] = ({"file": "arrays.npz", "key": f"{kind}{number}"} for kind in "wb")
    path = folder / "network.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _loss(size: Size) -> str:
    return "binary_cross_entropy" if size.entropy else "mean_squared_error"


def arrays_of(network: Network) -> Arrays:
    """The numbers of a network; of one row x and t are plain vectors."""
    found = {"x": _array(network.inputs).T, "t": _array(network.targets).T}
    if network.rows == 1:
        found = {name: array[:, 0] for name, array in found.items()}
    for number, layer in enumerate(network.layers, 1):
        found |= {f"w[{number}]": _array(layer.weights), f"b[{number}]": _array(layer.biases)}
    return {name: numpy.ascontiguousarray(array) for name, array in found.items()}


def _array(figures: Sequence[Any] | None) -> Any:
    assert figures is not None
    return numpy.array(figures, dtype=float)
