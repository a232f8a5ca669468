"""Takes targets and the loss; complains where the loss is not defined for a target."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from derivegen.network.file.messages import Fault, counted, shown
from derivegen.network.network import Figure, LossChoice, Rows, Vector
from derivegen.network.tables.activations import USUAL
from derivegen.network.tables.losses import LOSSES, Targets, usual_loss

PATH: Final = "data.targets"
ROUNDING: Final = Fraction(1, 10**6)
"""How far a row of floats from an array file may be from 1: such files often hold 32-bit numbers."""


def check_targets(targets: Rows, loss: LossChoice) -> None:
    """Refuse targets for which the loss means nothing."""
    check = CHECKS.get(loss.targets)
    for r, row in enumerate(targets, 1):
        if check is not None:
            check(row, r, loss.name)


def _taking(targets: Targets) -> str:
    """The first loss for such targets."""
    return next(name for name, entry in LOSSES.items() if entry.targets == targets)


def _each(row: Vector, r: int, allowed: Callable[[Figure], bool], expected: str, fix: str) -> None:
    for c, t in enumerate(row, 1):
        if not allowed(t):
            raise Fault(PATH, f"{shown(t)} in row {r}, column {c}", expected, fix)


def _probabilities(row: Vector, r: int, loss: str) -> None:
    fix = f"write 0 and 1 for the two classes, or choose {usual_loss(USUAL)}"
    if any(t == -1 for t in row):
        fix = f"write 0 in place of -1, or choose {_taking('sign')}"
    _each(row, r, lambda t: 0 <= t <= 1, f"a number from 0 to 1 for {loss}", fix)


def _signs(row: Vector, r: int, loss: str) -> None:
    fix = "write -1 in place of 0" if any(t == 0 for t in row) else "write -1 and 1 for the two classes"
    _each(row, r, lambda t: t in (-1, 1), f"-1 or 1 for {loss}", fix)


def _one_hot(row: Vector, r: int, loss: str) -> None:
    if len(row) == 1 and row[0] != 1:
        expected = f"two outputs or more for {loss}, since the numbers of a row sum to 1"
        raise Fault(PATH, f"{shown(row[0])} in row {r}, for one output", expected, f"choose {_taking('probability')}")
    expected = f"{len(row)} numbers from 0 up that sum to 1, for {loss}"
    example = "write a one-hot row such as " + shown(one_hot(len(row), 1))
    _each(row, r, lambda t: t >= 0, expected, example)
    exact = all(isinstance(t, Fraction) for t in row)
    whole = sum((Fraction(t) for t in row), Fraction(0))
    if abs(whole - 1) > (0 if exact else ROUNDING):
        raise Fault(PATH, f"{shown(row)} in row {r}, which sums to {shown(whole)}", expected, example)


CHECKS: Final[dict[Targets, Callable[[Vector, int, str], None]]] = {
    "probability": _probabilities,
    "shares": _one_hot,
    "sign": _signs,
}


def one_hot(size: int, place: int) -> list[int]:
    """[0, 1, 0] for place 2 of 3."""
    return [int(p == place) for p in range(1, size + 1)]


def class_numbers(targets: Rows, outputs: int, loss: str) -> Fault | None:
    """The complaint if targets are class numbers in place of one-hot rows: one whole number a row, several outputs."""
    column = [row[0] for row in targets]
    if len(targets[0]) != 1 or outputs < 2 or any(t != int(t) or not 0 <= t <= outputs for t in column):
        return None
    first = 0 if 0 in column or outputs not in column else 1
    row = one_hot(outputs, int(column[0]) - first + 1)
    found = f"{counted(1, 'number')} in each row ({shown(targets)}), which looks like class numbers"
    fix = f"for class {shown(column[0])}, counted from {first}, write {shown(row)}"
    return Fault(PATH, found, f"one-hot rows of {outputs} numbers for {loss}", fix)


def smoothed(targets: Rows, loss: LossChoice) -> Rows:
    """Each target times 1 − s and an equal share of s for every class; of one output there are two, of which it says one."""
    keep, share = loss.smoothing(len(targets[0]))
    return tuple(tuple(t * keep + share if loss.smoothed else t for t in row) for row in targets)
