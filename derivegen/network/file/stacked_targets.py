"""The targets, the mask and the weights of classes of layers of several kinds, and what these give, go in; complains where they do not fit
it or the loss."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import Any

from derivegen.network.file.layer_text import Letters, Output
from derivegen.network.file.lists import by, flat, shape_of
from derivegen.network.file.messages import Fault, counted, shown
from derivegen.network.file.targets import PATH
from derivegen.network.file.targets import check_targets as check_rows
from derivegen.network.layers.loss import STEPS
from derivegen.network.network import LossChoice
from derivegen.network.tables.losses import LOSSES

MASKED = "data.mask"


def check_targets(targets: Any, rows: int, output: Output, loss: LossChoice) -> None:
    """Targets of the shape of the output for which the loss means something; of a step that is all 0 it means nothing. Raises Fault."""
    found, wanted = shape_of(targets, PATH), (rows, *output.sizes)
    if found != wanted:
        raise _unfit(found, wanted, output)
    if [each for each in output.counts if each not in STEPS] == ["unit"]:
        for path, units in _each(targets, PATH):
            try:
                check_rows((units,) if any(units) else (), loss)
            except Fault as fault:
                raise Fault(path, fault.found.replace(" in row 1", ""), fault.expected, fault.fix) from None


def _each(targets: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The targets of each row, or of each step of each, and where they stand."""
    for place, each in enumerate(targets, 1):
        deeper = isinstance(each[0], tuple)
        yield from _each(each, f"{path}[{place}]") if deeper else ((f"{path}[{place}]", each),)


def _unfit(found: tuple[int, ...], wanted: tuple[int, ...], output: Output) -> Fault:
    expected = f"{by(wanted)}: {counted(wanted[0], 'row')} of {output}"
    fix = "give each row its targets"
    if {*STEPS} & {*output.counts} and len(found) < len(wanted):
        fix = 'give a target for each step, or put { kind = "last" } at the end'
    elif found[1:] == wanted[1:]:
        fix = "give every row of inputs its row of targets"
    elif len(found) + 1 == len(wanted) and found == wanted[1:]:
        fix = "put one more pair of brackets around it: one row"
    return Fault(PATH, by(found), expected, fix)


def checked_mask(mask: Any, rows: int, steps: Letters) -> Any:
    """Zeros and ones for each row, one for each step at which there is an output. Raises Fault."""
    if not isinstance(mask, tuple):
        fix = "write a row for each row of inputs"
        raise Fault(MASKED, "drawn numbers", "0 at each step that is padding, else 1", fix)
    if not steps:
        expected = "nothing, since the last layer gives no output at each step"
        raise Fault(MASKED, "a mask of steps", expected, "take it out")
    found, wanted = shape_of(mask, MASKED), (rows, *(each.size for each in steps.values()))
    if found != wanted:
        expected, fix = f"{by(wanted)}: a row for each row of inputs", "write 1 for each step, 0 for padding"
        raise Fault(MASKED, by(found), expected, fix)
    for row, own in enumerate(mask, 1):
        wrong = next((each for each in flat(own) if each not in (0, 1)), None)
        if wrong is not None:
            fix = "write 1 where a step counts, 0 where it is padding"
            raise Fault(f"{MASKED}[{row}]", shown(wrong), "0 or 1", fix)
        if not any(flat(own)):
            fix = "take the row out, here and in inputs and targets"
            raise Fault(f"{MASKED}[{row}]", "zeros alone", "a step that counts", fix)
    return mask


def weights_of_classes(output: Output, loss: LossChoice) -> dict[str, Fraction]:
    """The weights by name: one for every output, or one for each class that an output tells apart. Raises Fault."""
    weighted = LOSSES[loss.name].weighted if loss.weights else None
    if weighted is None:
        return {}
    counts = zip(output.sizes, output.letters.values(), strict=True)
    sizes = [size for size, each in counts if each.counts not in STEPS]
    names = weighted.names if len(weighted.names) > 1 else [f"{weighted.names[0]}[{n + 1}]" for n in range(prod(sizes))]
    if len(sizes) != 1 or len(names) != len(loss.weights):
        found, expected = counted(len(loss.weights), "number"), f"{counted(len(names), 'number')}, one for each class"
        raise Fault("loss.class_weights", found, expected, f"write {shown([1] * len(names))}")
    return dict(zip(names, loss.weights, strict=True))
