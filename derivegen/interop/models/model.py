"""What an importer makes of a model: the sections of a network file with arrays in them, and what has to be said about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import InputError
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    Array = numpy.ndarray[Any, Any]
    """The numbers of a tensor."""

Table = dict[str, Any]
MOST_BYTES: Final = 256_000_000
"""Of a file, and of all that its tensors claim to hold."""
MOST_LISTED: Final = 12
QUANTISED: Final = frozenset(("int8", "uint8", "int4", "uint4", "int16", "uint16", "float8_e4m3fn", "float8_e5m2"))


@dataclass(frozen=True)
class Model:
    """A model carried over: its layers and own kinds as the file has them, the sizes of one row if it says them, its loss if it has one;
    how its inputs are turned into those of the file, and sentences about what is not the same."""

    sections: tuple[Table, ...]
    kinds: tuple[Table, ...] = ()
    shape: tuple[int, ...] | None = None
    loss: Table | None = None
    channels_last: bool = False
    counted_from_0: bool = False
    remarks: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


class Uncarried(Exception):
    """A layer that derivegen has not, or not with these settings: why, in words that follow its name."""


class Losses:
    """What could not be carried, by layer, gathered so that one message lists all of it."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._found)

    @contextmanager
    def of(self, layer: str) -> Iterator[None]:
        """A layer under this name: what it cannot have is put on the list."""
        try:
            yield
        except Uncarried as problem:
            self._found.append((layer, str(problem)))

    def check(self) -> None:
        """Say everything that was found. Raises InputError."""
        if not self._found:
            return
        listed = "; ".join(f"{layer}: {why}" for layer, why in self._found[:MOST_LISTED])
        more = len(self._found) - MOST_LISTED
        rest = f"; and {more} more" if more > 0 else ""
        raise InputError(f"not carried over, since nothing is guessed: {visible(listed)}{rest}")


def visible(name: str) -> str:
    """A name of a file as a message can hold it: what moves the cursor of a terminal is a question mark."""
    return "".join(each if each.isprintable() else "?" for each in name)


def checked(name: str, array: Any) -> Array:
    """The numbers of a tensor, if they are numbers. Raises Uncarried."""
    kind = str(getattr(array, "dtype", ""))
    if kind in QUANTISED:
        raise Uncarried(f"{name} is quantised ({kind}); save the model before it is quantised, in float32")
    found = numpy.asarray(array)
    if found.dtype.kind not in "iuf":
        raise Uncarried(f"{name} holds {kind or 'no numbers'}; save it in float32")
    if not numpy.isfinite(found).all():  # where, is asked only then: it takes twenty times as long
        bad = numpy.argwhere(~numpy.isfinite(found))
        at = ", ".join(str(int(place) + 1) for place in bad[0])
        raise Uncarried(f"{name} holds {found[tuple(bad[0])]} at place {at or '1'}; train it again")
    return found


def check_claimed(sizes: Mapping[str, Sequence[int]]) -> None:
    """Refuse a file by the sizes it claims, before anything of that size is made. Raises InputError."""
    total = 0
    for name, shape in sizes.items():
        count = 1
        for size in shape:
            if size < 0:
                raise InputError(f"tensor {name[:80]!r} has a size of {size}; the file is damaged, save it again")
            count *= size
        total += count * 4
    if total > MOST_BYTES:
        found = f"its tensors claim {total // 10**6} MB"
        raise InputError(f"{found}; expected at most {MOST_BYTES // 10**6} MB; take a smaller model")
