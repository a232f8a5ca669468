"""A solution goes in; its network as a file of safetensors comes out, arrays under the names and in the layout of PyTorch's state dicts, in
double precision. In the head of the file stand the layers without their numbers, so that nothing has to be said when it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import MissingPart
from derivegen.interop.models.gates import WORDS, both_biases, joined
from derivegen.interop.models.leaving import Leaving, left
from derivegen.interop.models.model import Losses, Uncarried
from derivegen.interop.models.safetensors_file import HEAD
from derivegen.network.also_called import kind_here
from derivegen.network.tables.layer_kinds import DENSE
from derivegen.render.pages import Solved

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

LIBRARY: Final = "torch"
MODULE: Final = "layer{}"
_NAMES: Final = {"w": "weight", "E": "weight", "g": "weight", "b": "bias", "m": "running_mean", "v": "running_var"}


def written(solved: Solved) -> bytes:
    """The file. Raises InputError, MissingPart."""
    if not find_spec("safetensors"):
        raise MissingPart('safetensors writes such files: pip install "derivegen[import-torch]"')
    from safetensors.numpy import save

    own, losses, arrays = left(solved.trace), Losses(), dict[str, Any]()
    for layer in own.chain:
        with losses.of(MODULE.format(layer.number)):
            arrays |= {f"{MODULE.format(layer.number)}.{name}": array for name, array in _state(layer)}
    losses.check()
    return save(arrays, {"format": "pt", HEAD: json.dumps(own.table, default=_plain)})


def _plain(value: Any) -> Any:
    return (int(value) if value.denominator == 1 else float(value)) if isinstance(value, Fraction) else list(value)


def _state(layer: Leaving) -> Iterator[tuple[str, Array]]:
    """The arrays of a layer by the names of PyTorch. Raises Uncarried."""
    recurrent = {kind_here(word): count for count, word in WORDS.items()}
    if layer.kind in recurrent:
        yield from _recurrent(layer, recurrent[layer.kind])
        return
    known = {DENSE.name, *map(kind_here, ("Embedding", "Conv1d", "LayerNorm", "BatchNorm", "RMSNorm"))}
    if layer.arrays and layer.kind not in known:
        raise Uncarried("PyTorch's state dicts have no layer that is the same")
    for name, array in layer.arrays.items():
        yield _NAMES[name], array


def _recurrent(layer: Leaving, count: int) -> Iterator[tuple[str, Array]]:
    if layer.section.get("peephole"):
        raise Uncarried("gates that see the cell; PyTorch has none")
    if layer.section.get("reset") == "before":
        raise Uncarried('reset = "before"; PyTorch resets after the product')
    for end, suffix in (("", ""), ("_b", "_reverse")):
        if not layer.way("u", end):
            continue
        yield f"weight_ih_l0{suffix}", joined(layer.way("w", end), LIBRARY, count)
        yield f"weight_hh_l0{suffix}", joined(layer.way("u", end), LIBRARY, count)
        if layer.way("b", end):
            outer, inner = both_biases(layer.way("b", end), LIBRARY, count)
            yield f"bias_ih_l0{suffix}", outer
            yield f"bias_hh_l0{suffix}", inner
