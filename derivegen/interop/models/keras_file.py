"""A file of Keras goes in, .keras or .h5; its layers come out. Neither Keras nor TensorFlow is needed: the configuration is JSON, and the
numbers are HDF5. A file of weights alone (.weights.h5) says no layers, and is refused with what to save."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.keras_layers import Numbers, layers_of
from derivegen.interop.models.model import MOST_BYTES, Model, check_claimed

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.weights.h5"
DEEPEST: Final = 30
DAMAGED: Final = "it is damaged; save it again with model.save"
SAVE: Final = 'save the whole model: model.save("model.keras")'


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        config, numbers, compiled = _of_zip(data)
    else:
        config, numbers, compiled = _of_hdf5(data)
    return layers_of(config, numbers, compiled, said.shape)


def _of_zip(data: bytes) -> tuple[Mapping[str, Any], Callable[[str, int], Numbers], Any]:
    """A .keras file: the numbers of a layer stand under its class, numbered, not under its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
            if sum(sizes.values()) > MOST_BYTES:
                raise InputError(f"it grows to more than {MOST_BYTES // 10**6} MB; take a smaller model")
            if CONFIG not in sizes or WEIGHTS not in sizes:
                raise InputError(f"found no {CONFIG} and {WEIGHTS} in it; expected a model of Keras 3; {SAVE}")
            config, weights = _json(packed.read(CONFIG)), packed.read(WEIGHTS)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
        raise InputError(DAMAGED) from None
    held = _arrays(weights)
    groups = _groups(config, held)
    return config, lambda name, place: groups.get(name, []), config.get("compile_config")


def _groups(config: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Numbers]:
    """The arrays of each layer by its name: Keras keeps them under the layer's class, counted where there are several of one."""
    inner = config.get("config", {})
    layers = inner.get("layers", []) if isinstance(inner, Mapping) else []
    counted: dict[str, int] = {}
    found: dict[str, Numbers] = {}
    for layer in layers:
        word = _snake(str(layer.get("class_name")))
        number = counted.get(word, 0)
        counted[word] = number + 1
        prefix = f"layers/{word}_{number}/" if number else f"layers/{word}/"
        own = {key.removeprefix(prefix): each for key, each in held.items() if key.startswith(prefix)}
        name = str(layer.get("config", {}).get("name"))
        found[name] = [own[key] for key in sorted(own, key=_in_order)]
    return found


def _snake(name: str) -> str:
    """LayerNormalization → layer_normalization, Conv2D → conv2d, as Keras does."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _in_order(key: str) -> tuple[bool, str, int]:
    """First the forward layer, then the other; the arrays of one by their numbers."""
    path, _, number = key.rpartition("/")
    return ("backward" in path, path, int(number) if number.isdigit() else 0)


def _of_hdf5(data: bytes) -> tuple[Mapping[str, Any], Callable[[str, int], Numbers], Any]:
    """A .h5 file: the numbers of a layer stand under its name, in the order that an attribute says."""
    import h5py

    held = _arrays(data)
    with _opened(data) as file:
        text = file.attrs.get("model_config")
        if text is None:
            raise InputError(f"found weights alone, which do not say what the layers compute; {SAVE}")
        config, compiled = _json(text), _json(file.attrs.get("training_config", "{}"))
        names: dict[str, list[str]] = {}
        weights = file.get("model_weights")
        for layer in weights if isinstance(weights, h5py.Group) else ():
            listed = weights[layer].attrs.get("weight_names", ())
            names[layer] = [each.decode() if isinstance(each, bytes) else str(each) for each in listed]

    def numbers(name: str, place: int) -> Numbers:
        return [held[key] for each in names.get(name, ()) if (key := f"model_weights/{name}/{each}") in held]

    return config, numbers, compiled


def _opened(data: bytes) -> Any:
    import h5py

    try:
        return h5py.File(io.BytesIO(data), "r")
    except (OSError, ValueError, RuntimeError, KeyError):
        raise InputError(f"found no HDF5 that can be read: {DAMAGED}") from None


def _arrays(data: bytes) -> dict[str, Any]:
    """Every array by its path, once it is known that all of them together are not too large; links to other files are not followed."""
    import h5py

    sizes: dict[str, Sequence[int]] = {}

    def walk(group: Any, path: str, depth: int) -> None:
        if depth > DEEPEST:
            raise InputError(f"its groups are nested too deeply; {DAMAGED}")
        for key in group:
            link = group.get(key, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise InputError(f"{path}{key} points to another place, which is not followed; {SAVE}")
            each = group[key]
            if isinstance(each, h5py.Group):
                walk(each, f"{path}{key}/", depth + 1)
            elif not path.startswith("optimizer"):
                if each.external or each.is_virtual:
                    raise InputError(f"{path}{key} keeps its numbers in another file, which is not opened; {SAVE}")
                sizes[path + key] = each.shape or ()

    with _opened(data) as file:
        try:
            walk(file, "", 0)
            check_claimed(sizes)
            return {path: file[path][()] for path in sizes if file[path].dtype.kind in "iuf"}
        except (OSError, ValueError, RuntimeError, KeyError, TypeError):
            raise InputError(DAMAGED) from None


def _json(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"found a configuration that is no JSON: {DAMAGED}") from None
    if not isinstance(found, dict):
        raise InputError(f"found a configuration that is no table: {DAMAGED}")
    return found
