"""The windows of convolutions and pools: what a library says of one and what enters go in; the options of a section come out, and how large
what leaves it is. Shapes are channels × places, None where a size is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from derivegen.interop.models.model import Table, Uncarried

Shape = tuple[int | None, ...] | None
Ends = list[tuple[int, int]]
"""In each direction the places put before, and those put behind; less than none where places are left out."""


class Window(NamedTuple):
    """The options of a section that are not as usual; the kind of one's own that comes before it, where both ends are not alike; the places
    that leave, if they are known."""

    options: Table
    edges: Table | None = None
    left: tuple[int, ...] | None = None


def window(
    shape: Shape,
    size: list[int],
    usual: list[int],
    zeros: bool,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
) -> Window:
    """The window that moves by `usual` if nothing is said. Here both ends get as many places, and no place is left over: otherwise a kind
    of one's own puts `zeros` around first, and leaves out what no window reads. Raises Uncarried."""
    moved, apart = _each(stride, len(size)), _each(dilation, len(size)) or [1] * len(size)
    own: Table = {} if moved is None else {"stride": moved}
    own |= {"dilation": apart} if apart != [1] * len(size) else {}
    steps, reach = moved or usual, [gap * (width - 1) + 1 for gap, width in zip(apart, size, strict=True)]
    known = shape is not None and len(shape) == len(size) + 1 and None not in shape
    places = [int(each or 0) for each in (shape or ())[1:]] if known else None
    ends = _same(places, reach, steps) if padding == "same" else _around(padding, len(size))
    left = None
    if places is not None:
        room = [place + sum(end) - wide for place, end, wide in zip(places, ends, reach, strict=True)]
        ends = [(before, behind - free % step) for (before, behind), free, step in zip(ends, room, steps, strict=True)]
        left = tuple(free // step + 1 for free, step in zip(room, steps, strict=True))
    before = [each for each, _ in ends]
    if all(one == other for one, other in ends):
        return Window({**own, "padding": before} if any(before) else own, None, left)
    if places is None:
        raise Uncarried("more padding at one end, of inputs whose size is not known; give inputs")
    if not zeros and any(each > 0 for end in ends for each in end):
        raise Uncarried("a pool with more padding at one end, or with windows that do not come out even on padding")
    return Window(own, _edges(places, ends), left)


def _same(places: list[int] | None, reach: list[int], steps: list[int]) -> Ends:
    """As many places around as let one come out for each that enters, or for each stride of them; an odd one behind. Raises Uncarried."""
    if places is None and any(step != 1 for step in steps):
        raise Uncarried('padding "same" of inputs whose size is not known; give inputs')
    found = []
    for place, wide, step in zip(places or reach, reach, steps, strict=True):
        total = max((-(-place // step) - 1) * step + wide - place, 0)
        found.append((total // 2, total - total // 2))
    return found


def _around(padding: Any, directions: int) -> Ends:
    """What is said for both ends, or for each alone."""
    if isinstance(padding, list | tuple) and any(isinstance(each, list | tuple) for each in padding):
        return [(int(before), int(behind)) for before, behind in padding]
    return [(each, each) for each in _each(padding, directions) or ()]


def _edges(places: list[int], ends: Ends) -> Table:
    """A kind of one's own with zeros around what enters, and without the places at the end that no window reads."""
    letters = ("m", "n")[-len(places) :]
    to = {letter: sum(end) + place for letter, end, place in zip("pq", ends, places, strict=False)}
    read = ",".join(f"{letter}-{before}" if before else letter for letter, (before, _) in zip(to, ends, strict=True))
    axes = {letter: {"to": end, "counts": "position"} for letter, end in to.items()}
    nodes = [[f"y[c,{','.join(to)}]", f"below[c,{read}]"]]
    padded = any(each > 0 for end in ends for each in end)
    name = f"cut {by([*to.values()])}" + (f" from {by([1 - before for before, _ in ends])}" if padded else "")
    made: Table = {"name": name, "takes": ",".join(("c", *letters)), "axes": axes, "nodes": nodes}
    return made | ({"outside": ["below"]} if padded else {})


def _each(value: Any, directions: int) -> list[int] | None:
    """A number for each direction."""
    if value is None:
        return None
    many = [int(each) for each in value] if isinstance(value, list | tuple) else [int(value)] * directions
    return many if len(many) == directions else many * directions


def by(sizes: Sequence[int | None]) -> str:
    """3 × 2."""
    return " × ".join(map(str, sizes))
