"""Gates as libraries stack them go in, in one array, with two biases or one; the gates by the letters of our texts come out.

Who stacks how, measured on the versions in `tests/interop/models`: PyTorch 2.13 i f g o and r z n, two biases each; Keras 3.15 i f c o and
z r h, columns; ONNX i o f c and z r h, both biases in one row; Equinox as PyTorch, one bias and a second for n; Flax by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from derivegen.interop.models.model import Uncarried, checked
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

ORDERS: Final[Mapping[str, Mapping[int, str]]] = {
    "torch": {1: " ", 3: "rzn", 4: "ifgo"},
    "keras": {1: " ", 3: "zrn", 4: "ifgo"},
    "onnx": {1: " ", 3: "zrn", 4: "iofg"},
    "equinox": {3: "rzn", 4: "ifgo"},
}
"""The gates in the order of each library, by how many there are, under the letters of our texts."""
WORDS: Final[Mapping[int, str]] = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
"""What a layer with so many gates is called, by everybody."""
CANDIDATE: Final = "n"
"""The gate before which the state is reset."""
INNER: Final = "bh"
"""The bias that is reset with the state."""


def split(name: str, stacked: Array, library: str, count: int) -> dict[str, Array]:
    """The rows of each gate by its letter. Raises Uncarried."""
    rows = checked(name, stacked)
    if len(rows) % count:
        raise Uncarried(f"{name} has {len(rows)} rows, which are not those of {count} gates")
    units = len(rows) // count
    letters = ORDERS[library][count]
    return {letter.strip(): rows[place * units : (place + 1) * units] for place, letter in enumerate(letters)}


def biases(library: str, count: int, outer: Array | None, inner: Array | None, after: bool = True) -> dict[str, Array]:
    """One bias a gate: the two that libraries have are added, but for that of the candidate that is reset with the state."""
    if outer is None:
        return {}
    own = split("bias", outer, library, count)
    if inner is None:
        return own
    second = split("recurrent bias", inner, library, count)
    apart = {CANDIDATE} if count == 3 and after else set()
    added = {letter: own[letter] + (0 if letter in apart else second[letter]) for letter in own}
    return added | ({INNER: second[CANDIDATE]} if apart else {})


def count_of(stacked: Sequence[int], units: int) -> int:
    """How many gates so many rows are. Raises Uncarried."""
    count = stacked[0] // units if units else 0
    if count not in WORDS or count * units != stacked[0]:
        raise Uncarried(f"{stacked[0]} rows for {units} units, which are those of no recurrent layer known here")
    return count


def joined(gates: Mapping[str, Array], library: str, count: int) -> Array:
    """The rows of all gates in one array, as a library has them."""
    return numpy.concatenate([gates[letter.strip()] for letter in ORDERS[library][count]])


def both_biases(gates: Mapping[str, Array], library: str, count: int) -> tuple[Array, Array]:
    """The two biases that libraries have: ours is the outer one, 0 the inner but for that of the candidate, if it has one."""
    own = {letter: array for letter, array in gates.items() if letter != INNER[1:]}
    inner = {letter: numpy.zeros_like(array) for letter, array in own.items()}
    if INNER[1:] in gates:
        inner[CANDIDATE] = gates[INNER[1:]]
    return joined(own, library, count), joined(inner, library, count)
