"""A state dict in safetensors goes in; its arrays come out by name, in the order of the file."""

from __future__ import annotations

import json
from decimal import Decimal
from math import prod
from typing import TYPE_CHECKING, Any, Final, cast

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Table, check_claimed
from derivegen.interop.models.named_arrays import model_of
from derivegen.on_use import numpy
from derivegen.records import replace

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

DAMAGED: Final = "it is damaged; save it again with safetensors.torch.save_file"
HEAD: Final = "derivegen"
"""Under what a network that was written here has its layers in the head of the file."""
METADATA: Final = "__metadata__"
LONGEST_HEADER: Final = 10_000_000
TYPES: Final = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BOOL": "?",
    **{f"{sign}{8 * size}": f"<{sign.lower()}{size}" for sign in "IU" for size in (1, 2, 4, 8)},
}
"""What numpy calls the types of numbers."""


def read(data: bytes, said: ModelOptions) -> Model:
    """The model; its arrays are the bytes of the file, without a copy. Raises InputError."""
    header = _checked(data)
    said, rest = _with_head(header, said)
    return replace(model_of(_arrays(data, header), said), **rest)


def _arrays(data: bytes, header: Table) -> dict[str, Array]:
    """The arrays by name, which have to fill what stands behind the header, one after the other. Raises InputError."""
    body, found, reached = 8 + int.from_bytes(data[:8], "little"), {}, 0
    tensors = {name: each for name, each in header.items() if name != METADATA}
    for name, each in sorted(tensors.items(), key=lambda item: item[1]["data_offsets"]):
        if each["dtype"] not in TYPES:
            raise InputError(f"found numbers of the type {each['dtype']!r}; save them as float32: tensor.float()")
        (first, last), kind = each["data_offsets"], numpy.dtype(TYPES[each["dtype"]])
        if first != reached or last - first != prod(each["shape"]) * kind.itemsize or body + last > len(data):
            raise InputError(f"found a file that is no safetensors (the numbers of {name[:80]!r}); {DAMAGED}")
        found[name] = numpy.frombuffer(data, kind, prod(each["shape"]), body + first).reshape(each["shape"])
        reached = last
    if body + reached != len(data):
        raise InputError(f"found a file that is no safetensors (numbers of no tensor); {DAMAGED}")
    return {name: found[name] for name in tensors}


def _checked(data: bytes) -> Table:
    """The header, if what it claims can be, before anything is made. Raises InputError."""
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + min(length, LONGEST_HEADER)])
        tensors = {name: each for name, each in header.items() if name != METADATA}
        shapes = {name: [*map(_whole, each["shape"])] for name, each in tensors.items()}
        kinds = {name: str(each["dtype"]) for name, each in tensors.items()}
        for each in tensors.values():
            first, last = map(_whole, each["data_offsets"])
            if not 0 <= first <= last:
                raise ValueError("offsets")
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise InputError(f"found a file whose header is none of safetensors; {DAMAGED}") from None
    check_claimed(shapes)
    other = next(
        (f"{name} of the type {kind}" for name, kind in kinds.items() if kind in ("BF16", "F8_E4M3", "F8_E5M2")), None
    )
    if other is not None:
        raise InputError(f"found {other[:120]}, which numpy has not; save it in float32: tensor.float()")
    return cast(Table, header)


def _whole(value: Any) -> int:
    """A whole number, which true is not. Raises ValueError."""
    if type(value) is not int:
        raise ValueError("no whole number")
    return value


def _with_head(header: Table, said: ModelOptions) -> tuple[ModelOptions, Table]:
    """The layers of a network that was written here, where the user says no others; its kinds and its loss. Raises InputError."""
    more = header.get(METADATA, {})
    text = more.get(HEAD) if isinstance(more, dict) else None
    if not isinstance(text, str) or said.architecture or said.activations:
        return said, {}
    try:
        own = json.loads(text, parse_float=Decimal)
        layers, kinds = ([dict(each) for each in own.get(key, ())] for key in ("layer", "kind"))
        loss = dict(own["loss"]) if "loss" in own else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise InputError(f"found layers in its head that are none of derivegen; {DAMAGED}, or give --layers") from None
    return replace(said, architecture=tuple(layers), kinds=tuple(kinds)), {"kinds": tuple(kinds), "loss": loss}
