"""A state dict in safetensors goes in; its arrays come out by name, in the order of the file."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Table, check_claimed
from derivegen.interop.models.named_arrays import model_of

DAMAGED: Final = "it is damaged; save it again with safetensors.torch.save_file"
HEAD: Final = "derivegen"
"""Under what a network that was written here has its layers in the head of the file."""
LONGEST_HEADER: Final = 10_000_000


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    said, rest = _with_head(_checked(data), said)
    try:
        return replace(model_of(load(data), said), **rest)
    except SafetensorError as problem:
        raise InputError(f"found a file that is no safetensors ({str(problem)[:80]}); {DAMAGED}") from None
    except KeyError as problem:
        raise InputError(f"found numbers of the type {problem}; save them as float32: tensor.float()") from None


def _checked(data: bytes) -> Table:
    """The header, if what it claims can be, before anything is made. Raises InputError."""
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + min(length, LONGEST_HEADER)])
        shapes = {name: each["shape"] for name, each in header.items() if name != "__metadata__"}
        kinds = {name: each["dtype"] for name, each in header.items() if name != "__metadata__"}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise InputError(f"found a file whose header is none of safetensors; {DAMAGED}") from None
    check_claimed(shapes)
    other = next(
        (f"{name} of the type {kind}" for name, kind in kinds.items() if kind in ("BF16", "F8_E4M3", "F8_E5M2")), None
    )
    if other is not None:
        raise InputError(f"found {other[:120]}, which numpy has not; save it in float32: tensor.float()")
    return cast(Table, header)


def _with_head(header: Table, said: ModelOptions) -> tuple[ModelOptions, Table]:
    """The layers of a network that was written here, where the user says no others; its kinds and its loss. Raises InputError."""
    more = header.get("__metadata__", {})
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
