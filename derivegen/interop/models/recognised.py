"""The arrays of one module by name go in; the layer they are of comes out, where names and sizes say which: those of PyTorch, Flax, Haiku
and students."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from derivegen.interop.models.gates import CANDIDATE, INNER, WORDS
from derivegen.interop.models.model import checked
from derivegen.interop.models.stacked import Stacked
from derivegen.interop.models.torch_modules import recurrent_of
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

Arrays = Mapping[str, "Array"]
BIAS: Final = re.compile(r"(?i)(?:b|bias(?:es)?|intercepts?)")
TABLE: Final = "embedding"
"""What Flax calls the table of words."""
GATE: Final = re.compile(r"([ih])([ifgorzn]?)")


class Module(NamedTuple):
    """The arrays of one layer by their own names."""

    name: str
    arrays: Arrays


def squared(module: Module) -> Module:
    """The module with a weight that is one number, beside a bias that is one, as an array of one unit and one input."""
    name, array = main_of(module) if len(module.arrays) == 2 and bias_of(module) is not None else ("", None)
    if array is None or array.shape not in ((), (1,)):
        return module
    return Module(module.name, {**module.arrays, name: array.reshape(1, 1)})


def weights_of(module: Module) -> Array | None:
    """The one array of two dimensions, beside biases at most."""
    wide = [array for array in module.arrays.values() if array.ndim == 2 and 1 not in array.shape[:0]]
    rest = len(module.arrays) - len(wide)
    bias = bias_of(module)
    return wide[0] if (len(wide) == 1 and rest == (bias is not None)) or (len(wide) == 2 and bias is not None) else None


def bias_of(module: Module) -> Array | None:
    """One number per unit; students write it as a row or a column."""
    for name, array in module.arrays.items():
        if BIAS.fullmatch(name) and sum(size != 1 for size in array.shape) <= 1:
            return array.reshape(-1)
    return None


def main_of(module: Module) -> tuple[str, Array]:
    return next((name, array) for name, array in module.arrays.items() if not BIAS.fullmatch(name))


def _recurrent(own: Stacked, module: Module) -> bool:
    """PyTorch's names: weight_ih_l0, bias_hh_l0_reverse, and a cell's weight_ih."""
    held = dict(module.arrays)
    if "weight_ih" in held:
        held = {f"{name}_l0": array for name, array in held.items()}
    layer = 0
    while f"weight_hh_l{layer}" in held:
        recurrent_of(own, {name: checked(name, array) for name, array in held.items()}, layer)
        layer += 1
    return bool(layer)


def _gates(own: Stacked, module: Module) -> bool:
    """Flax' names: ii.kernel, hf.bias, in.kernel, hn.bias, each gate by itself, kernels inputs × units."""
    parts: dict[str, dict[str, Array]] = {"w": {}, "u": {}, "b": {}}
    for name, array in module.arrays.items():
        path, _, leaf = name.partition(".")
        match = GATE.fullmatch(path)
        if match is None or leaf not in ("kernel", "bias"):
            return False
        side, gate = match.groups()
        if leaf == "kernel":
            parts["w" if side == "i" else "u"][gate] = checked(name, array).T
        elif side == "h" and gate == CANDIDATE:
            parts["b"][INNER] = array
        else:
            parts["b"][gate] = parts["b"].get(gate, 0) + checked(name, array)
    count = len(parts["w"])
    if count not in WORDS or len(parts["u"]) != count:
        return False
    own.recurrent(WORDS[count], (parts["w"], parts["u"], parts["b"]))
    return True


def _norm(own: Stacked, module: Module) -> bool:
    """g and b of one dimension; with them mean and variance where they were kept. Their ε no state dict holds."""
    held = module.arrays
    if any(array.ndim != 1 for array in held.values()):
        return False
    g, b = held.get("weight", held.get("scale")), held.get("bias")
    running = [held[name] for name in ("running_mean", "running_var") if name in held] or [
        held[name] for name in ("mean", "var") if name in held
    ]
    word = "BatchNorm" if running else "LayerNorm" if b is not None else "RMSNorm"
    own.norm(word, g, b, 1e-5, running)
    own.sections[-1].pop("epsilon")
    return True


def _conv(own: Stacked, module: Module) -> bool:
    """weight: channels × channels below × window; kernel: window × channels below × channels."""
    name, array = main_of(module)
    if array.ndim < 3:
        return False
    own.conv(numpy.moveaxis(array, (-1, -2), (0, 1)) if name == "kernel" else array, bias_of(module))
    return True


def looked_up(module: Module) -> Module:
    """A table that PyTorch calls weight under the name by which it is known."""
    return Module(module.name, {TABLE if name == "weight" else name: array for name, array in module.arrays.items()})


def _embedding(own: Stacked, module: Module) -> bool:
    name, array = main_of(module)
    if name != TABLE or array.ndim != 2:
        return False
    own.embedding(array)
    return True


def _dense(own: Stacked, module: Module) -> bool:
    if weights_of(module) is None:
        return False
    name, array = main_of(module)
    bias = bias_of(module)
    across = name == "kernel" or (
        name != "weight" and bias is not None and len(bias) == array.shape[1] != array.shape[0]
    )
    own.dense(array.T if across else array, bias)
    return True


READERS: Final = (_recurrent, _gates, _norm, _conv, _embedding, _dense)
"""Each says whether it knew the arrays, and then has put the layer."""
