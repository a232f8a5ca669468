"""A model and what the user says of it go in; the table of its network file comes out, with what has to be remarked on."""

from __future__ import annotations

import io
import os
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from derivegen.errors import InputError, said_of
from derivegen.interop.models.file import table, written
from derivegen.interop.models.formats import ModelOptions, is_model, read_model
from derivegen.interop.models.model import Table
from derivegen.interop.models.named_arrays import known_activations
from derivegen.network.file.kinds_of_value import ORIENTATIONS
from derivegen.network.file.layer_sections import ArrayFile
from derivegen.network.file.load import load as load_file
from derivegen.network.file.source import read_source
from derivegen.network.file.values import array_lists
from derivegen.network.network import Network
from derivegen.on_use import numpy

OPTIONS: Final = ("inputs", "targets", "loss", "shape", "activations", "layers", "weights_as")
"""What may be said of a model beside it."""


class Brought(NamedTuple):
    """The network file of a model as a table, and sentences about what is not the same."""

    table: Table
    remarks: tuple[str, ...]


def bring(source: Any, title: str = "", **options: Any) -> Brought:
    """The model as a network file. Raises InputError, MissingPart."""
    wrong = next((key for key in options if key not in OPTIONS), None)
    if wrong is not None:
        raise InputError(f"{wrong}: found a key that says nothing of a model; expected {', '.join(OPTIONS)}")
    given = {key: value for key, value in options.items() if value is not None}
    inner = _architecture(given.get("layers"))
    said = ModelOptions(
        _shape(given),
        _activations(given.get("activations")),
        tuple(inner.get("layer", ())),
        tuple(inner.get("kind", ())),
        _orientation(given.get("weights_as")),
    )
    label = str(source) if isinstance(source, str | os.PathLike) else type(source).__name__
    with said_of(label):
        model = read_model(source, said)
        known = {
            **inner.get("data", {}),
            **{key: value for key, value in given.items() if key in ("inputs", "targets")},
        }
        loss = given.get("loss", inner.get("loss"))
        made = table(model, {**known, "loss": loss}, title)
    rest = {key: value for key, value in inner.items() if key not in ("data", "layer", "loss", "title")}
    return Brought({**made, **rest}, model.remarks)


def _architecture(layers: Any) -> Mapping[str, Any]:
    """The network file whose layers have no numbers yet."""
    if layers is None:
        return {}
    if isinstance(layers, Sequence) and not isinstance(layers, str):
        return {"layer": [*layers]}
    return read_source(layers, None).raw


def _shape(given: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The sizes of one row as the model has it: said, or those of the inputs."""
    if "shape" in given:
        return tuple(int(each) for each in given["shape"])
    found, sizes = given.get("inputs"), list[int]()
    while isinstance(found, Sequence) and not isinstance(found, str) and found:
        sizes.append(len(found))
        found = found[0]
    shape = [int(each) for each in getattr(found, "shape", ())]
    return (*sizes, *shape)[1:] or None


def _activations(said: Any) -> tuple[str, ...]:
    return () if said is None else known_activations(said if isinstance(said, str) else ",".join(said))


def _orientation(said: str | None) -> str | None:
    if said is not None and said.replace("×", "x") not in ORIENTATIONS:
        raise InputError(f"weights_as: found {said!r}; expected {' or '.join(map(repr, ORIENTATIONS))}")
    return None if said is None else said.replace("×", "x")


def load(source: Any, *, base: Path | None = None, label: str | None = None, **said: Any) -> Network:
    """The network of a file, or of a model of another library: a file of it, a module of PyTorch, Keras or Equinox, a fitted network of
    scikit-learn, a tree of arrays. Of a model may be `said`: inputs, targets, loss, shape, activations, layers, weights_as. Array files
    are looked up in `base`, messages call the file `label`. Raises InputError, MissingPart."""
    if not said and not is_model(source):
        return load_file(source, base=base, label=label)
    is_file = isinstance(source, str | Path)
    title = Path(source).stem if is_file else type(source).__name__
    return load_file(bring(source, title, **said).table, base=base, label=label or (str(source) if is_file else title))


def written_beside(file: Path, source: str, options: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The network file of a model, and the archive of its large arrays, by file name. Raises InputError, MissingPart."""
    given = {**options, **{key: _typed(key, str(options[key])) for key in ("inputs", "targets") if key in options}}
    brought = bring(source, title=file.stem, **given)
    text, arrays = written(brought.table, brought.remarks, file.with_suffix(".npz").name)
    load_file(brought.table, label=source)
    stream = io.BytesIO()
    if arrays:
        numpy.savez(stream, allow_pickle=False, **arrays)
    files = [(file.name, text.encode())]
    return files + ([(file.with_suffix(".npz").name, stream.getvalue())] if arrays else [])


def _typed(key: str, text: str) -> Any:
    """Rows as they are typed, or those of a file."""
    if not text.lstrip().startswith("["):
        lists = array_lists(ArrayFile(file=text), Path(), f"--{key}")
        return _as_lists(lists)
    try:
        return tomllib.loads(f"rows = {text}", parse_float=Decimal)["rows"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        fix = "write it in quotes, as '[[0.5, 1.0]]'"
        raise InputError(
            f"--{key}: found {text[:60]}; expected rows of numbers in brackets, or a file; {fix}"
        ) from None


def _as_lists(value: Any) -> Any:
    return [_as_lists(each) for each in value] if isinstance(value, tuple) else value
