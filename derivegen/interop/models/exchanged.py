"""A model as an object goes in; its arrays by their own names come out, the derivatives it holds, what it computes, and the same model with
other arrays in their places: by these it is found what each place is called here, whatever the library makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from derivegen.errors import InputError, MissingPart
from derivegen.interop.models import equinox_modules, keras_objects, torch_modules, tree
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

Arrays = Mapping[str, "Array"]


@dataclass(frozen=True)
class Computed:
    """What a model gives for some rows, and with a loss its value and the derivatives by each array."""

    output: Array | None = None
    loss: float | None = None
    gradients: Arrays = field(default_factory=dict)


@dataclass(frozen=True)
class Exchanged:
    """A model whose arrays can be exchanged. `holding` gives what an importer reads, `computed` takes rows, targets and a loss."""

    title: str
    arrays: Arrays
    gradients: Arrays
    holding: Callable[[Arrays], Any]
    computed: Callable[[Array, Array | None, Any], Computed]
    derivative: str = "{}"
    """What the derivative by an array is called there."""
    says_sizes: bool = False
    """Whether it says by itself how many numbers enter."""

    @property
    def single(self) -> bool:
        """Whether any of its numbers are rounded to single precision."""
        return any(map(is_single, (*self.arrays.values(), *self.gradients.values())))


def is_single(array: Array) -> bool:
    """Whether its numbers are rounded to single precision, or less."""
    return bool(array.dtype.kind == "f" and array.dtype.itemsize < 8)


def exchanged(model: Any, gradients: Any = None) -> Exchanged:
    """The model, with the derivatives that somebody gives of it, laid out as its arrays are. Raises InputError."""
    for fits, made in _KINDS:
        if fits(model):
            return made(model, gradients)
    raise InputError(f"found {type(model).__name__}; expected a model or arrays by name; give its arrays as a dict")


def numbers_of(array: Any) -> Array:
    """An array of whichever library."""
    return numpy.asarray(array.detach().cpu().numpy() if hasattr(array, "detach") else array)


def _nothing(rows: Array, targets: Array | None, loss: Any) -> Computed:
    return Computed()


# PyTorch


def _torch(module: Any, gradients: Any) -> Exchanged:
    held = dict(module.named_parameters())
    found = _given(gradients, list(held)) if gradients is not None else {k: v.grad for k, v in held.items()}
    return Exchanged(
        type(module).__name__,
        {name: numbers_of(each) for name, each in held.items()},
        {name: numbers_of(each) for name, each in found.items() if each is not None},
        lambda arrays: _torch_with(module, arrays),
        lambda rows, targets, loss: _run_torch(module, rows, targets, loss),
        "{}.grad",
    )


def _torch_with(module: Any, arrays: Arrays) -> Any:
    copied = deepcopy(module).double().cpu()
    for name, each in copied.named_parameters():
        each.detach().numpy()[...] = arrays[name]
    return copied


def _run_torch(module: Any, rows: Array, targets: Array | None, loss: Any) -> Computed:
    """In double precision and as it is used, not as it is trained; the module itself is left alone."""
    copied = deepcopy(module).double().cpu().eval()
    like = next(iter(copied.parameters())).detach()
    entering = like.new_tensor(rows)
    given = copied(entering.long() if rows.dtype.kind in "iu" else entering)
    given = given[0] if isinstance(given, tuple) else given
    if loss is None or targets is None:
        return Computed(numbers_of(given))
    copied.zero_grad()
    value = loss(given, like.new_tensor(targets))
    value.backward()
    held = {name: numbers_of(each.grad) for name, each in copied.named_parameters() if each.grad is not None}
    return Computed(numbers_of(given), float(value.detach()), held)


# Keras


_layers = attrgetter("layers")


def _keras(model: Any, gradients: Any) -> Exchanged:
    """Derivatives in the order of its trainable weights, as a tape gives them."""
    names = [
        (layer, f"{layer.name}/{place}") for layer in _layers(model) for place, _ in enumerate(layer.get_weights())
    ]
    arrays = {name: numbers_of(layer.get_weights()[int(name.rpartition("/")[2])]) for layer, name in names}
    return Exchanged(
        str(getattr(model, "name", type(model).__name__)),
        arrays,
        _given(gradients, [name for layer, name in names if _trains(layer, name)]),
        lambda others: _keras_with(model, others),
        lambda rows, targets, loss: Computed(numbers_of(model.predict_on_batch(rows))),
        says_sizes=True,
    )


def _trains(layer: Any, name: str) -> bool:
    weights = getattr(layer, "weights", None)
    return weights is None or bool(weights[int(name.rpartition("/")[2])].trainable)


def _keras_with(model: Any, arrays: Arrays) -> Any:
    def weights(layer: Any) -> list[Array]:
        return [arrays[f"{layer.name}/{place}"] for place, _ in enumerate(layer.get_weights())]

    layers = [SimpleNamespace(name=each.name, get_weights=lambda each=each: weights(each)) for each in _layers(model)]
    return SimpleNamespace(layers=layers, to_json=model.to_json, get_weights=list)


# Equinox, and trees of arrays


def _equinox(module: Any, gradients: Any) -> Exchanged:
    return Exchanged(
        type(module).__name__,
        dict(_fields(module, "")),
        {} if gradients is None else dict(_fields(gradients, "")),
        lambda arrays: _equinox_with(module, "", arrays),
        _nothing,
    )


def _fields(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The arrays of a module by path."""
    if hasattr(node, "shape") and getattr(node, "dtype", None) is not None:
        yield path, numbers_of(node)
    for key, each in _children(node):
        yield from _fields(each, f"{path}.{key}" if path else key)


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list | tuple):
        yield from ((str(place), each) for place, each in enumerate(node))
    elif equinox_modules.fits(node):
        yield from vars(node).items()


def _equinox_with(node: Any, path: str, arrays: Arrays) -> Any:
    if path in arrays:
        return arrays[path]
    own = {key: _equinox_with(each, f"{path}.{key}" if path else key, arrays) for key, each in _children(node)}
    if isinstance(node, list | tuple):
        return type(node)(own.values())
    if not own:
        return node
    made = object.__new__(type(node))
    for key, each in own.items():
        object.__setattr__(made, key, each)
    return made


def _tree(arrays: Any, gradients: Any) -> Exchanged:
    return Exchanged(
        type(arrays).__name__,
        tree.arrays_of(arrays),
        {} if gradients is None else tree.arrays_of(gradients),
        dict,
        lambda rows, targets, loss: Computed() if loss is None else _run_jax(arrays, loss),
    )


def _run_jax(arrays: Any, loss: Any) -> Computed:
    """A loss of the tree alone, and its derivatives as JAX finds them."""
    if find_spec("jax") is None:
        raise MissingPart("jax differentiates a function of arrays: pip install jax; or give the derivatives")
    value, found = import_module("jax").value_and_grad(loss)(arrays)
    return Computed(None, float(value), tree.arrays_of(found))


def _given(gradients: Any, names: Sequence[str]) -> Arrays:
    """Derivatives by name, or in the order of the arrays. Raises InputError."""
    if gradients is None:
        return {}
    if isinstance(gradients, Mapping):
        wrong = next((str(name) for name in gradients if name not in names), None)
        if wrong is not None:
            raise InputError(f"gradients: found {wrong[:80]}; expected names of {', '.join(names)[:200]}")
        return {name: numbers_of(each) for name, each in gradients.items() if each is not None}
    found = list(gradients)
    if len(found) != len(names):
        raise InputError(
            f"gradients: found {len(found)} arrays; expected {len(names)}, one for each of {', '.join(names)}"
        )
    return {name: numbers_of(each) for name, each in zip(names, found, strict=True) if each is not None}


_KINDS: tuple[tuple[Callable[[object], bool], Callable[[Any, Any], Exchanged]], ...] = (
    (keras_objects.fits, _keras),
    (torch_modules.fits, _torch),
    (equinox_modules.fits, _equinox),
    (tree.fits, _tree),
)
"""In the order they are asked: on PyTorch a model of Keras is a module of it, too."""
