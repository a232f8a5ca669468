"""A model carried over and what the user says of data and loss go in; the table of a network file comes out, or its text with arrays beside
it, numbers in single precision as the shortest decimals that stand for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.model import Model, Table, Uncarried, checked
from derivegen.network.also_called import loss_here
from derivegen.network.file.reshaped import toml
from derivegen.network.file.targets import one_hot
from derivegen.network.tables.losses import LOSSES
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

MOST_TYPED: Final = 200
"""Numbers of one array that are typed; of a larger one the file holds the name."""
OF_CLASSES: Final = frozenset(name for name, entry in LOSSES.items() if entry.targets == "shares")
"""Losses whose targets are one-hot rows."""


def table(model: Model, given: Mapping[str, Any], title: str = "") -> Table:
    """The network file as a table. `given` holds inputs, targets, loss as the user says them. Raises InputError."""
    inputs = given.get("inputs") if given.get("inputs") is not None else model.data.get("inputs")
    targets = given.get("targets") if given.get("targets") is not None else model.data.get("targets")
    data: Table = {"inputs": _entered(model, inputs)}
    if targets is not None:
        data["targets"] = _listed(targets)
    layers = [{key: _numbers(value) for key, value in layer.items()} for layer in model.sections]
    made: Table = {"title": title} if title else {}
    loss = _loss(model, given.get("loss"))
    if "targets" in data and loss.get("name") in OF_CLASSES:
        data["targets"] = _of_classes(data["targets"], layers[-1].get("units", 1))
    made |= {"data": data, "layer": layers, "loss": loss}
    return made | ({"kind": [dict(kind) for kind in model.kinds]} if model.kinds else {})


def _of_classes(targets: Any, units: Any) -> Any:
    """One-hot rows where the targets are numbers of classes, which all libraries count from 0."""
    column = [each[0] if isinstance(each, list) and len(each) == 1 else each for each in targets]
    if units == 1 or not all(isinstance(each, int | float | Decimal) and each in range(units) for each in column):
        return targets
    return [one_hot(units, int(each) + 1) for each in column]


def _loss(model: Model, asked: Any) -> Table:
    """The loss that is asked for, by its name or as [loss] has it, or that of the model."""
    if isinstance(asked, Mapping):
        return dict(asked)
    if asked is None and model.loss is None:
        known = ", ".join(LOSSES)
        raise InputError(f"the model says no loss, and derivatives are those of one; say --loss and one of {known}")
    if asked is None:
        return dict(model.loss or {})
    name = loss_here(str(asked))
    if name is None:
        raise InputError(f"--loss {asked}: found no loss of that name; expected one of {', '.join(LOSSES)}")
    return {"name": name}


def _entered(model: Model, inputs: Any) -> Any:
    """The rows that enter, laid out as the file has them; symbols or drawn numbers where nobody gave any."""
    if inputs is None:
        if model.shape is None:
            raise InputError("neither the model nor anything else says how many numbers enter; give --inputs")
        if len(model.shape) == 1 and all("kind" not in layer for layer in model.sections):
            return model.shape[0]
        if model.counted_from_0:
            raise InputError("its inputs are numbers of words, which cannot be drawn; give --inputs, counted from 0")
        return {"seed": 1, "shape": [*model.shape]}
    if not (model.channels_last or model.counted_from_0):
        return _listed(inputs)
    rows = numpy.asarray(inputs, dtype=float)
    if model.channels_last:
        if rows.ndim < 3:
            raise InputError(f"--inputs: found {rows.ndim} dimensions; expected rows × places × channels")
        rows = numpy.moveaxis(rows, -1, 1)
    return _listed(rows + 1 if model.counted_from_0 else rows)


def _listed(value: Any) -> Any:
    """What was typed as it is; an array by its shortest decimals."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return _numbers(value) if hasattr(value, "dtype") or hasattr(value, "__array__") else value


def _numbers(value: Any) -> Any:
    """Arrays as lists of decimals, if they are not too large to be typed."""
    if isinstance(value, dict):
        return {key: _numbers(each) for key, each in value.items()}
    if isinstance(value, list | str | int | float | Decimal) or value is None:
        return value
    try:
        array = checked("an array", value)
    except Uncarried as problem:
        raise InputError(str(problem)) from None
    if array.size <= MOST_TYPED:
        return _decimals(array)
    return array if array.dtype.kind == "f" and array.dtype.itemsize > 2 else numpy.asarray(array, dtype=float)


def _decimals(array: Array) -> Any:
    if array.ndim == 1 and array.dtype.kind not in "iu":
        return [Decimal(str(each)) for each in array]
    if array.ndim:
        return [_decimals(each) for each in array]
    return int(array) if array.dtype.kind in "iu" else Decimal(str(array[()]))


def written(made: Table, remarks: tuple[str, ...], archive: str) -> tuple[str, dict[str, Array]]:
    """The text of the file, and the arrays that stand in an archive of that name beside it."""
    arrays: dict[str, Array] = {}
    lines = [f"# {remark}" for remark in remarks] + ([""] if remarks else [])
    for key, value in made.items():
        lines += [f"{key} = {toml(value)}"] if not isinstance(value, dict | list) else []
    for key, value in made.items():
        many = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        for number, section in enumerate(many, 1):
            lines += ["", f"[[{key}]]" if isinstance(value, list) else f"[{key}]"]
            lines += _section(section, f"{key}{number}", archive, arrays)
    return "\n".join(lines) + "\n", arrays


def _section(section: Table, name: str, archive: str, arrays: dict[str, Array]) -> Iterator[str]:
    for key, value in section.items():
        if key == "parameters" and isinstance(value, dict):
            own = {each: _beside(array, f"{name}.{each}", archive, arrays) for each, array in value.items()}
            yield from (f"parameters.{each} = {toml(array)}" for each, array in own.items())
        else:
            yield f"{key} = {toml(_beside(value, f'{name}.{key}', archive, arrays))}"


def _beside(value: Any, name: str, archive: str, arrays: dict[str, Array]) -> Any:
    """Where an array stands that is too large to be typed."""
    if not hasattr(value, "dtype"):
        return value
    arrays[name] = value
    return {"file": archive, "key": name}
