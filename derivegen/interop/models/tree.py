"""A tree of arrays goes in, as Flax, Haiku or a student's dict has it; its arrays come out by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model
from derivegen.interop.models.named_arrays import model_of
from derivegen.on_use import numpy

ROOTS: Final = ("params", "batch_stats")
"""What Flax puts around its trees."""
DEEPEST: Final = 20


def fits(source: object) -> bool:
    """Whether something is a tree of arrays."""
    return isinstance(source, Mapping) and bool(source)


def read(source: Any, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    return model_of(arrays_of(source), said)


def arrays_of(source: Any) -> dict[str, Any]:
    """The arrays of a tree by path. Raises InputError."""
    return dict(_leaves(source, "", 0))


def _leaves(node: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The arrays by path, without the names that stand around all of them."""
    if depth > DEEPEST:
        raise InputError(f"{path[:60]}: the tree is nested too deeply")
    node = getattr(node, "value", node) if not isinstance(node, Mapping) else node
    if isinstance(node, Mapping):
        for key, each in node.items():
            inner = path if depth == 0 and key in ROOTS else f"{path}/{key}" if path else str(key)
            yield from _leaves(each, inner, depth + 1)
    elif isinstance(node, list | tuple) and node and not isinstance(node[0], int | float | list):
        for place, each in enumerate(node):
            yield from _leaves(each, f"{path}/{place}" if path else str(place), depth + 1)
    else:
        found = node.detach().cpu().numpy() if hasattr(node, "detach") else numpy.asarray(node)
        if found.dtype.kind not in "iuf":
            raise InputError(f"{path}: found {type(node).__name__}; expected arrays by name")
        yield path, found
