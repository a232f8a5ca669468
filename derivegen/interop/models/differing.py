"""Two arrays of the same quantities go in, theirs and ours; why they differ comes out, of the few reasons there are: turned, times a number
that says which share or ½ is missing, rows that were not added up, numbers after a step, weight decay, another convention at a kink."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from derivegen.on_use import numpy
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

Made = Callable[[Callable[[str], "Array"]], "Array"]
"""What makes an array of theirs of the families' arrays here."""
DOUBLE, SINGLE = 1e-9, 2e-5
"""How far apart two arrays may be that are the same, by the largest number in them; single precision has rounded at every step."""
MOST_FACTORS: Final = 3


REASONS: Final = frozenset(
    (
        *("turned", "stacked", "doubled", "transposed", "no-half", "half", "rows-added", "rows-mean"),
        *("outputs-added", "outputs-mean", "sign", "rate", "factor", "several", "not-added", "kink", "decay"),
        *("numbers", "after", "logits", "activation", "sizes", "unknown"),
    )
)
"""The keys of all reasons there are."""


class Reason(NamedTuple):
    """Why two arrays differ: the key of its sentence, with what that speaks of; each text or a whole number."""

    key: str
    said: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """What a difference may be due to: how many rows and outputs there are, whether the loss is their mean (`mean`, `per_output`) and
    has a ½, the rate of a step, the derivatives that others take at kinks, and by family the numbers after the step."""

    rows: int = 1
    outputs: int = 1
    mean: bool = False
    per_output: bool = False
    halved: bool = False
    rate: float | None = None
    elsewhere: Callable[[Made], Iterator[tuple[str, Array]]] = lambda made: iter(())
    after: Mapping[str, Array] = field(default_factory=dict)


def alike(theirs: Any, ours: Any, single: bool) -> bool:
    """Whether two arrays are the same, as far as the precision of theirs goes."""
    theirs, ours = numpy.asarray(theirs, dtype=float), numpy.asarray(ours, dtype=float)
    if theirs.shape != ours.shape:
        return False
    largest = max(float(numpy.abs(ours).max(initial=0)), float(numpy.abs(theirs).max(initial=0)), 1e-12)
    return bool((numpy.abs(theirs - ours) <= (SINGLE if single else DOUBLE) * largest).all())


def reasons(theirs: Array, ours: Array, setting: Circumstances, single: bool = False) -> tuple[Reason, ...]:
    """Why a derivative is another: those that explain all of it; several where any of them would."""
    turned = theirs.T if theirs.ndim > 1 else theirs
    if theirs.ndim > 1 and alike(turned, ours, single):
        return (Reason("transposed"),)
    if theirs.shape == ours.shape:
        return tuple(_times(theirs, ours, setting, single))
    if turned.shape == ours.shape:
        return tuple(
            Reason("several", (("reasons", (Reason("transposed"), each)),))
            for each in _times(turned, ours, setting, single)
        )
    return tuple(_not_added(theirs, ours, setting, single))


def _times(theirs: Array, ours: Array, setting: Circumstances, single: bool) -> Iterator[Reason]:
    """A number that everything is multiplied by, as the shares and factors it can be made of, the fewest first."""
    ratio = ratio_of(theirs, ours)
    if ratio is None or not alike(theirs, ratio * ours, single):
        return
    known = [*_factors(setting)]
    for count in range(1, MOST_FACTORS + 1):
        found = [
            [reason for _, reason in chosen]
            for kinds in combinations(known, count)
            for chosen in product(*kinds)
            if abs(prod(factor for factor, _ in chosen) / ratio - 1) < (SINGLE if single else DOUBLE) * 10
        ]
        if found:
            yield from map(_joined, found)
            return
    if ours.size > 1:  # of one number there is always a factor
        yield Reason("factor", (("factor", f"{ratio:.6g}"),))


def _joined(several: list[Reason]) -> Reason:
    return several[0] if len(several) == 1 else Reason("several", (("reasons", tuple(several)),))


def ratio_of(theirs: Array, ours: Array) -> float | None:
    """What ours is multiplied by to come nearest to theirs."""
    length = float((ours * ours).sum())
    ratio = float((theirs * ours).sum()) / length if length else 0.0
    return ratio or None


def _factors(setting: Circumstances) -> Iterator[list[tuple[float, Reason]]]:
    """The kinds of factors with what each says; of one kind there is one at most."""
    yield [(2.0, Reason("no-half")) if setting.halved else (0.5, Reason("half"))]
    if setting.rows > 1:
        own = (("rows", setting.rows),)
        yield [
            (float(setting.rows), Reason("rows-added", own))
            if setting.mean
            else (1 / setting.rows, Reason("rows-mean", own))
        ]
    if setting.outputs > 1:
        own = (("outputs", setting.outputs),)
        added, mean = Reason("outputs-added", own), Reason("outputs-mean", own)
        yield [(float(setting.outputs), added) if setting.per_output else (1 / setting.outputs, mean)]
    yield [(-1.0, Reason("sign"))]
    if setting.rate:
        yield [(setting.rate, Reason("rate", (("rate", f"{setting.rate:.6g}"),)))]


def _not_added(theirs: Array, ours: Array, setting: Circumstances, single: bool) -> Iterator[Reason]:
    """A derivative for each row, where that of the loss is their sum or mean."""
    for axis in {0, theirs.ndim - 1} if theirs.ndim == ours.ndim + 1 and theirs.ndim else ():
        if theirs.shape[axis] == setting.rows:
            for one, _ in ((theirs.sum(axis), "sum"), (theirs.mean(axis), "mean")):
                if alike(one, ours, single):
                    yield Reason("not-added", (("rows", setting.rows),))
                    return


def of_family(
    theirs: Array, ours: Array, value: Array, made: Made, setting: Circumstances, single: bool
) -> tuple[Reason, ...]:
    """The same of a derivative by parameters that have these values, whose numbers decay and whose kinks are known."""
    found = reasons(theirs, ours, setting, single)
    if any(each.key != "factor" for each in found) or theirs.shape != ours.shape:
        return found
    for who, other in setting.elsewhere(made):
        if alike(theirs, other, single):
            return (Reason("kink", (("who", who),)),)
    decay = ratio_of(theirs - ours, value)
    if (
        decay is not None and ours.size == 1
    ):  # of one number there is always one, so it has to be one that people choose
        decay = float(f"{decay:.2g}")
    if decay is not None and alike(theirs, ours + decay * value, single):
        return (Reason("decay", (("decay", f"{decay:.6g}"),)),)
    return found


def of_value(theirs: Array, ours: Array, family: str, setting: Circumstances, single: bool) -> tuple[Reason, ...]:
    """Why the numbers of a parameter are others."""
    if theirs.ndim > 1 and alike(theirs.T, ours, single):
        return (Reason("transposed"),)
    after = setting.after.get(family)
    return (Reason("after" if after is not None and alike(theirs, after, single) else "numbers"),)
