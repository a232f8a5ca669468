"""A file of ONNX goes in; its layers come out."""

from __future__ import annotations

from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, check_claimed, visible
from derivegen.interop.models.onnx_graph import OF_ONNX, OLDEST, Followed
from derivegen.interop.models.onnx_layers import READERS

OLDEST_CONVERTED: Final = 3
"""What the library itself converts."""


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    import onnx

    try:
        proto = onnx.load_from_string(data)
    except Exception:  # protobuf raises errors of its own, and others on what is no protobuf
        raise InputError("found no ONNX model; it is damaged, export it again") from None
    if not proto.HasField("graph"):
        raise InputError("found no graph in it; export the model again")
    opset = next((each.version for each in proto.opset_import if each.domain in OF_ONNX), 0)
    if OLDEST_CONVERTED <= opset < OLDEST:
        proto, opset = _converted(proto, opset), OLDEST
    if not opset:
        others = ", ".join(sorted({visible(each.op_type)[:40] for each in proto.graph.node})[:5])
        raise InputError(f"found no operators of ONNX itself ({others}); expected those of a network of layers")
    if opset < OLDEST:
        raise InputError(f"found opset {opset}; expected {OLDEST} or later; export the model again")
    check_claimed({each.name: [*each.dims] for each in proto.graph.initializer})
    return Followed(proto.graph, opset, said, READERS).model()


def _converted(proto: Any, opset: int) -> Any:
    """An older model as its own library says it in newer words. Raises InputError."""
    from onnx import version_converter

    try:
        return version_converter.convert_version(proto, OLDEST)
    except Exception as problem:  # it raises whatever it meets in a model that it cannot convert
        why = str(problem).strip().splitlines() or [""]
        raise InputError(
            f"found opset {opset}, which onnx does not convert ({visible(why[-1])[:120]}); export it again"
        ) from None
