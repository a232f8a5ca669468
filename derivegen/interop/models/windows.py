"""The windows of convolutions and pools: what a library says of one and what enters go in; the options of a section come out, and how large
what leaves it is. Shapes are channels × places, None where a size is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from derivegen.interop.models.model import Table, Uncarried

Shape = tuple[int | None, ...] | None


def window_options(
    shape: Shape, size: list[int], stride: Any = None, padding: Any = 0, dilation: Any = 1, **_: Any
) -> Table:
    """The options of a window that are not as usual; padding "same" worked out from what enters."""
    directions = len(size)
    moved, apart = _each(stride, directions), _each(dilation, directions)
    own: Table = {} if moved is None else {"stride": moved}
    if apart != [1] * directions:
        own["dilation"] = apart
    ones = [1] * directions
    around = _same(shape, size, moved or ones, apart or ones) if padding == "same" else _each(padding, directions)
    return own if not any(around or ()) else {**own, "padding": around}


def _same(shape: Shape, size: list[int], stride: list[int], dilation: list[int]) -> list[int]:
    """As many places around as let one come out for each that enters, or for each stride of them. Raises Uncarried."""
    places = (shape or ())[-len(size) :]
    found = []
    for at, (width, step, apart) in enumerate(zip(size, stride, dilation, strict=True)):
        known = places[at] if len(places) == len(size) else None
        if known is None and step != 1:
            raise Uncarried('padding "same" of inputs whose size is not known; give inputs')
        windows = -1 if known is None else (-(-known // step) - 1) * step - known
        total = max(windows + apart * (width - 1) + 1, 0)
        if total % 2:
            more = f"{total} place{'s' * (total > 1)}, more at one end"
            raise Uncarried(f'padding "same" pads {more}; here both ends get as many')
        found.append(total // 2)
    return found


def cut(shape: Shape, size: list[int], own: Table) -> Table | None:
    """A kind of one's own that leaves out the places at the end that no window reads, where there are some. Raises Uncarried."""
    if shape is None or len(shape) != len(size) + 1 or None in shape:
        return None
    places = [int(each or 0) for each in shape[1:]]
    over = [
        (place + 2 * around - apart * (width - 1) - 1) % step
        for place, width, (step, around, apart) in zip(places, size, _options(own, len(size)), strict=True)
    ]
    if not any(over):
        return None
    if own.get("padding"):
        raise Uncarried("windows that do not come out even, with padding; here they have to")
    letters = ("m", "n")[-len(size) :]
    ends = dict(zip("pq", (place - less for place, less in zip(places, over, strict=True)), strict=False))
    at = ",".join(ends)
    axes = {letter: {"to": end, "counts": "position"} for letter, end in ends.items()}
    nodes = [[f"y[c,{at}]", f"below[c,{at}]"]]
    return {"name": f"cut {by([*ends.values()])}", "takes": ",".join(("c", *letters)), "axes": axes, "nodes": nodes}


def left_by(shape: Shape, size: list[int], own: Table, channels: int | None) -> Shape:
    """The shape of what windows leave; a pool leaves as many channels as enter."""
    if shape is None or len(shape) != len(size) + 1 or None in shape:
        return None
    before, *places = [int(each or 0) for each in shape]
    left = [
        (place + 2 * around - apart * (width - 1) - 1) // step + 1
        for place, width, (step, around, apart) in zip(places, size, _options(own, len(size)), strict=True)
    ]
    return (before if channels is None else channels, *left)


def _options(own: Table, directions: int) -> Iterator[tuple[int, int, int]]:
    """Stride, padding and dilation in each direction."""
    usual = (("stride", 1), ("padding", 0), ("dilation", 1))
    for at in range(directions):
        step, around, apart = (own.get(key, [other] * directions)[at] for key, other in usual)
        yield step, around, apart


def _each(value: Any, directions: int) -> list[int] | None:
    """A number for each direction."""
    if value is None:
        return None
    many = [int(each) for each in value] if isinstance(value, list | tuple) else [int(value)] * directions
    return many if len(many) == directions else many * directions


def by(sizes: Sequence[int | None]) -> str:
    """3 × 2."""
    return " × ".join(map(str, sizes))
