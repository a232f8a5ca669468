"""The recurrent operators of ONNX: RNN, LSTM, GRU, in one direction or both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from derivegen.interop.models.gates import WORDS, biases, split
from derivegen.interop.models.model import Uncarried
from derivegen.interop.models.onnx_graph import LAST, Followed
from derivegen.interop.models.stacked import activation_key

PEEPHOLES: Final = "iof"


def recurrent(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """RNN, LSTM, GRU: one direction or both; the first output has all steps, the second the last of each direction."""
    _check(followed, node, own)
    w, r, b, p = (followed.tensor(node, place) for place in (1, 2, 3, 7))
    units, count = r.shape[2], r.shape[1] // r.shape[2]
    followed.both, followed.width = own.get("direction") == "bidirectional", units
    more = _functions(own, count, len(w))
    if count == 3:
        more["reset"] = "after" if own.get("linear_before_reset") else "before"
    more |= {} if p is None else {"peephole": True}

    def way(at: int) -> tuple[Any, ...]:
        outer, inner = (None, None) if b is None else (b[at][: len(b[at]) // 2], b[at][len(b[at]) // 2 :])
        added = biases("onnx", count, outer, inner, more.get("reset") == "after")
        seen = () if p is None else (dict(zip(PEEPHOLES, p[at].reshape(3, units), strict=True)),)
        return split("W", w[at], "onnx", count), split("R", r[at], "onnx", count), added, *seen

    followed.stacked.recurrent(WORDS[count], way(0), back=way(1) if followed.both else (), **more)
    _outputs(followed, node)


def _check(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """Nothing that layers here have not. Raises Uncarried."""
    if own.get("layout", 0) != 0:
        raise Uncarried("layout = 1; steps come first in other models")
    if not followed.stacked.sections and followed.axes == ("b", "t", "k") and not followed.turned:
        followed.axes, followed.steps_first = ("t", "b", "k"), True
        followed.stacked.remarks.append("the model takes steps first; inputs here are a list of steps for each row")
    if followed.axes != ("t", "b", "k"):
        raise Uncarried(f"axes in the order {', '.join(followed.axes)}, where steps, examples, units are expected")
    for key in ("clip", "input_forget"):
        if own.get(key):
            raise Uncarried(f"{key} = {own[key]}; there is none here")
    for place, what in ((4, "lengths of sequences"), (5, "an initial state"), (6, "an initial cell")):
        array = followed.tensor(node, place)
        if array is not None and (place == 4 or array.any()):
            raise Uncarried(f"{what}; every row starts at 0 here and has all steps")
    if own.get("direction") == "reverse":
        raise Uncarried("direction = reverse; a layer that goes both ways is bidirectional here")


def _outputs(followed: Followed, node: Any) -> None:
    """All steps go on, or the last one alone. Raises Uncarried."""
    followed.axes = ("t", "d", "b", "k")
    used = {name for each in followed.graph.node for name in each.input} | {each.name for each in followed.graph.output}
    whole, ends, *_ = [bool(name) and name in used for name in (*node.output, "", "")]
    if whole and ends:
        raise Uncarried("all steps and the last one are used, too")
    if ends:
        if followed.both:
            raise Uncarried("the last step of each direction; all steps of both are understood")
        followed.stacked.last()
        followed.axes = ("d", LAST, "k")
        node.output[0] = node.output[1]


def _functions(own: Mapping[str, Any], count: int, directions: int) -> dict[str, Any]:
    """The activations, which have to be the usual ones where there are gates."""
    usual = {1: ["Tanh"], 3: ["Sigmoid", "Tanh"], 4: ["Sigmoid", "Tanh", "Tanh"]}[count] * directions
    found = [*(own.get("activations") or usual)]
    if count == 1 and len({*found}) == 1:
        return activation_key(found[0])
    if [each.lower() for each in found] != [each.lower() for each in usual]:
        raise Uncarried(f"activations = {found}; expected {usual}")
    return {}
