"""A state dict in safetensors goes in; its arrays come out by name, in the order of the file."""

from __future__ import annotations

import json
from typing import Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, check_claimed
from derivegen.interop.models.named_arrays import model_of

DAMAGED: Final = "it is damaged; save it again with safetensors.torch.save_file"
LONGEST_HEADER: Final = 10_000_000


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    _check(data)
    try:
        return model_of(load(data), said)
    except SafetensorError as problem:
        raise InputError(f"found a file that is no safetensors ({str(problem)[:80]}); {DAMAGED}") from None
    except KeyError as problem:
        raise InputError(f"found numbers of the type {problem}; save them as float32: tensor.float()") from None


def _check(data: bytes) -> None:
    """What the header claims, before anything is made. Raises InputError."""
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
