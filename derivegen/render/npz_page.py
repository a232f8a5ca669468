"""The arrays of a solution as an .npz file: arrays by canonical name go in, w[1], z[1], dloss/dw[1]; the bytes of the file come out."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from derivegen.on_use import numpy
from derivegen.render.pages import Solved


def npz_page(arrays: Mapping[str, Any]) -> bytes:
    """The file; the same arrays give the same bytes."""
    held = BytesIO()
    named: Any = {name: numpy.asarray(array, dtype=float) for name, array in arrays.items()}
    numpy.savez(held, **named)
    return held.getvalue()


def written(solved: Solved) -> bytes:
    """The arrays of a solution."""
    return npz_page(solved.arrays())
