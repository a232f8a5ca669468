"""A model whose arrays can be exchanged goes in, with a graph; which number of which family each number of its arrays is comes out.

No table of layouts is asked: each array in turn is filled with the numbers of its places, all others with 0, and the importer says where
those numbers have gone. So a turned kernel, gates one behind another, a bias that is the sum of two, are found as they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from derivegen.errors import InputError
from derivegen.interop.models.exchanged import Exchanged
from derivegen.interop.models.formats import ModelOptions, read_model
from derivegen.interop.models.model import Model
from derivegen.interop.models.named_arrays import COLUMNS, ROWS
from derivegen.network.file.as_file import network_file
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import USUAL
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS
from derivegen.on_use import numpy
from derivegen.records import dataclass, field, replace

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

NUMBERS = ("weights", "biases", "parameters")
MOST_NUMBERS = 2_000_000
"""Of all arrays together: each array is read once more with its places."""


class Piece(NamedTuple):
    """Numbers of an array that are numbers of one family: their places in both, counted through from 0."""

    family: str
    here: Array
    there: Array

    @property
    def turned(self) -> bool:
        """Whether they stand in another order there."""
        return bool((self.there[1:] != self.there[:-1] + 1).any())


@dataclass(frozen=True)
class InFamilies:
    """Where the numbers of a model are: for each of its arrays the pieces, for each family what the model has for it."""

    model: Model
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)

    def sources(self, family: str) -> tuple[str, ...]:
        """The arrays of the model that a family is made of."""
        return tuple(name for name, own in self.pieces.items() if any(piece.family == family for piece in own))


def placed(own: Exchanged, graph: Graph) -> InFamilies:
    """Where they are. Raises InputError where the model is another network."""

    total = sum(array.size for array in own.arrays.values())
    if total > MOST_NUMBERS:
        raise InputError(f"found {total} numbers; expected at most {MOST_NUMBERS}; take a smaller model")
    options = _options(graph)
    model, options = _read(own, options, graph)
    values = dict(_families(model))
    _check(values, graph)
    found = _Filled(own, options, graph)
    return InFamilies(
        model, {name: (*found.pieces(name, 0, array.size),) for name, array in own.arrays.items()}, values
    )


class _Filled(NamedTuple):
    """The model with numbers that say where they stand."""

    own: Exchanged
    options: ModelOptions
    graph: Graph

    def pieces(self, name: str, low: int, high: int) -> Iterator[Piece]:
        """Where the numbers of an array from one place on to another are. The squares of places tell whether any are added to one another;
        then they are looked for half by half."""
        places = numpy.arange(1.0, high - low + 1)
        once, squared = (dict(self._read(name, low, high, each)) for each in (places, places**2))
        if all((once[family] ** 2 == squared[family]).all() for family in once):
            for family, array in once.items():
                here = numpy.flatnonzero(array)
                if len(here):
                    yield Piece(family, here, array.ravel()[here].astype(int) - 1 + low)
        elif high - low > 1:
            yield from self.pieces(name, low, (low + high) // 2)
            yield from self.pieces(name, (low + high) // 2, high)

    def _read(self, name: str, low: int, high: int, numbers: Array) -> Iterator[tuple[str, Array]]:
        filled = {key: numpy.zeros(array.shape) for key, array in self.own.arrays.items()}
        filled[name].reshape(-1)[low:high] = numbers
        for family, array in _families(read_model(self.own.holding(filled), self.options)):
            if self.graph.families[family].is_parameter:  # what was kept, such as a running mean, is not exchanged
                yield family, array


def _families(model: Model) -> Iterator[tuple[str, Array]]:
    """The arrays of a model by what they are called in the graph of a network."""
    for number, section in enumerate(model.sections, 1):
        kind = LAYER_KINDS.get(str(section.get("kind")), DENSE)
        stems = {"weights": kind.texts[0].weights[0].partition("[")[0] if kind.texts[0].weights else "w", "biases": "b"}
        own = {stem: section[key] for key, stem in stems.items() if hasattr(section.get(key), "shape")}
        for stem, array in {**own, **section.get("parameters", {})}.items():
            yield f"{stem}[{number}]", numpy.asarray(array)


def _options(graph: Graph) -> ModelOptions:
    """What arrays alone do not say: the layers of the network itself."""
    if graph.layered:
        return ModelOptions((graph.n_inputs,), tuple(USUAL if layer.linear else layer.a.rule for layer in graph.stack))
    sections = network_file(graph.network).get("layer", ())
    layers = tuple({key: value for key, value in each.items() if key not in NUMBERS} for each in sections)
    return ModelOptions(_shape(graph), (), layers)


def _shape(graph: Graph) -> tuple[int, ...] | None:
    family = graph.families.get("x")
    axes = () if family is None else [axis for axis in family.axes if axis.counts != "example"]
    return tuple(int(axis.size) for axis in axes) or None


def _read(own: Exchanged, options: ModelOptions, graph: Graph) -> tuple[Model, ModelOptions]:
    """The model; where its arrays do not say how they lie, the way in which they come nearer to the numbers of the network."""
    try:
        return read_model(own.holding(own.arrays), _for(own, options)), _for(own, options)
    except InputError as problem:
        tried = []
        for side in (ROWS, COLUMNS):
            sided = replace(options, weights_as=side)
            with suppress(InputError):
                model = read_model(own.holding(own.arrays), sided)
                tried.append((_away(model, graph), model, sided))
        if not tried or not isinstance(own.holding(own.arrays), Mapping):
            raise problem
        _, model, sided = min(tried, key=lambda each: each[0])
        return model, sided


def _for(own: Exchanged, options: ModelOptions) -> ModelOptions:
    """Only arrays alone need to be told what layers they are of; an object needs the sizes of a row, unless it says them in its order."""
    if isinstance(own.holding(own.arrays), Mapping):
        return options
    return ModelOptions(None if own.says_sizes else options.shape)


def _away(model: Model, graph: Graph) -> float:
    """How far the numbers are from those of the network."""
    total = 0.0
    for name, array in _families(model):
        family = graph.families.get(name)
        own = [] if family is None else [graph.givens.get(family.member(at)) for at in family.members()]
        if len(own) != array.size or None in own:
            return float("inf")
        total += float(numpy.abs(numpy.array(own, dtype=float) - array.ravel()).sum())
    return total


def _check(values: Mapping[str, Array], graph: Graph) -> None:
    """Refuse a model of another shape. Raises InputError."""
    for name, array in values.items():
        family = graph.families.get(name)
        if family is None:
            raise InputError(f"the model has {name}, which this network has not; give the model that is this network")
        sizes = tuple(int(axis.size) for axis in family.axes)
        if sizes != array.shape:
            found, expected = (" × ".join(map(str, each)) or "one number" for each in (array.shape, sizes))
            raise InputError(
                f"{name}: found {found} in the model; expected {expected}; give the model that is this network"
            )
