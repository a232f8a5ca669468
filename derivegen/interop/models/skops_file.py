"""A skops file goes in; what it says of a fitted network of scikit-learn comes out. It is a zip of a tree in JSON and arrays, read as such:
no object is made and nothing is imported by name."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models import scikit
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import MOST_BYTES, Model
from derivegen.on_use import numpy

SCHEMA: Final = "schema.json"
DAMAGED: Final = "it is damaged; save it again with skops.io.dump"
NETWORKS: Final = ("MLPClassifier", "MLPRegressor")
DEEPEST: Final = 40


def read(data: bytes, said: ModelOptions) -> Model:
    """The network. Raises InputError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise InputError(f"it grows to more than {MOST_BYTES // 10**6} MB; take a smaller model")
            schema = json.loads(packed.read(SCHEMA))
            word = str(schema.get("__class__")) if isinstance(schema, Mapping) else ""
            if word not in NETWORKS:
                raise InputError(
                    f"found {word[:60] or 'no object'}; expected {' or '.join(NETWORKS)}; save the network alone"
                )
            attributes = _value(schema.get("content"), packed, 0)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        RecursionError,
        RuntimeError,
        AttributeError,
        AssertionError,
    ):
        raise InputError(DAMAGED) from None
    own = (
        SimpleNamespace(**{str(key): each for key, each in attributes.items()})
        if isinstance(attributes, dict)
        else None
    )
    if own is None or not scikit.fits(own):
        raise InputError(f"found {word} without weights; fit it before it is saved")
    return scikit.read(own, said)


def _value(node: Any, packed: zipfile.ZipFile, depth: int) -> Any:
    """Plain values, lists, tables and arrays; anything else is nothing. Raises what a damaged file makes the readers raise."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if not isinstance(node, Mapping):
        return None
    loader, content = str(node.get("__loader__")), node.get("content") or ""
    if loader == "JsonNode":
        return json.loads(content)
    if loader in ("ListNode", "TupleNode"):
        return [_value(each, packed, depth + 1) for each in content]
    if loader == "DictNode":
        assert isinstance(content, dict)
        return {key: _value(each, packed, depth + 1) for key, each in content.items()}
    if loader == "NdArrayNode" and node.get("type") == "numpy":
        return numpy.load(io.BytesIO(packed.read(str(node["file"]))), allow_pickle=False)
    return None
