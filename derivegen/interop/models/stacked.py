"""The layers of a model, one after another, go in, each as arrays in the layout its library has been relieved of; `[[layer]]` sections come
out. What a library calls gates, kernels and doubled biases, its importer knows; what a section needs, this file does.

Arrays come units × inputs, gates by their letters as the texts of kinds have them. Names of kinds are asked of the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final

from derivegen.interop.models.model import Losses, Model, Table, Uncarried, checked
from derivegen.interop.models.windows import by, window
from derivegen.network.also_called import activation_here, kind_here
from derivegen.network.tables.activations import ACTIVATIONS, USUAL
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

Gates = Mapping[str, "Array"]
FORMULA_ALONE: Final = "{name}(below[*])"
"""An activation that stands alone is a kind of one's own: its function, of whatever enters."""


class Stacked:
    """The layers while they are put on one another. `shape` is that of one row as far as it is known, channels first; `channels_last` that
    the model has them last, so that what it flattens has another order."""

    def __init__(self, shape: Sequence[int | None] | None = None, channels_last: bool = False) -> None:
        self.losses = Losses()
        self.sections: list[Table] = []
        self.kinds: dict[str, Table] = {}
        self.remarks: list[str] = []
        self.first = self.shape = None if shape is None else tuple(shape)
        self.channels_last = channels_last
        self.looked_up = self.maps_enter = False
        self._maps = False
        self._order: Array | None = None

    @property
    def holds_maps(self) -> bool:
        """Whether what the last layer gives are channels × places."""
        return self._maps or (self.maps_enter and not self.sections)

    def model(self, loss: Table | None = None, data: Mapping[str, Any] | None = None) -> Model:
        """What they came to. Raises InputError."""
        with self.losses.of("the model"):
            if not self.sections and not self.losses:
                raise Uncarried("it has no layers")
            if self.channels_last and (self._maps or self._order is not None):
                raise Uncarried(
                    "its last layer gives maps, whose places stand in another order here; add a dense layer"
                )
        self.losses.check()
        known = None if self.first is None or None in self.first else tuple(int(each or 0) for each in self.first)
        turned = self.channels_last and self.maps_enter
        kinds, remarks = tuple(self.kinds.values()), tuple(dict.fromkeys(self.remarks))
        return Model(tuple(self.sections), kinds, known, loss, turned, self.looked_up, remarks, data or {})

    # what has numbers

    def dense(self, weights: Array, bias: Array | None, function: Any = USUAL) -> None:
        """W units × inputs, b one per unit."""
        weights = checked("weight", weights)
        if weights.ndim != 2:
            raise Uncarried(f"a weight of {weights.ndim} dimensions; expected units × inputs")
        self._steps_last()
        if self._order is not None:
            weights = weights[:, self._order]
            self._order = None
        units = len(weights)
        self._check_width(weights.shape[1])
        biases: Any = False if bias is None else _vector("bias", bias, units)
        self._put({"units": units, "weights": weights, "biases": biases, **activation_key(function)})
        self.shape = None if self.shape is None else (*self.shape[:-1], units)

    def recurrent(self, word: str, way: Sequence[Gates], back: Sequence[Gates] = (), **more: Any) -> None:
        """A layer through time. A way is its gates by letter: w units × inputs, u units × units, b one per unit or none, v what gates see
        of the cell if they do; `back` is the way from the last step to the first."""
        self._steps_last()
        ends = {"": way, "_b": back}
        parameters = {
            (gate if gate.startswith(letter) and len(gate) > 1 else letter + gate) + end: checked(
                letter + gate + end, array
            )
            for end, own in ends.items()
            for letter, gates in zip("wubv", own, strict=False)
            for gate, array in gates.items()
        }
        units, entering = len(next(iter(way[1].values()))), next(iter(way[0].values())).shape[1]
        self._check_width(entering)
        options = {"bidirectional": True} if back else {}
        options |= {} if way[2] else {"biases": False}
        self._put({"kind": kind_here(word), "units": units, **options, **more, "parameters": parameters})
        if self.shape is not None:
            self.shape = (*self.shape[:-1], units * (2 if back else 1))

    def embedding(self, table: Array) -> None:
        """E words × units; what enters are numbers of words, counted from 1 here."""
        words, units = checked("weight", table).shape
        if self.sections:
            raise Uncarried("it looks up what another layer gives; here only inputs are looked up")
        self.looked_up = True
        self._put({"kind": kind_here("Embedding"), "words": words, "units": units, "weights": table})
        self.shape = None if self.shape is None else (*self.shape, units)

    def conv(self, kernel: Array, bias: Array | None, function: Any = USUAL, **said: Any) -> None:
        """w channels × channels below × window."""
        kernel = checked("weight", kernel)
        directions = kernel.ndim - 2
        if directions not in (1, 2):
            raise Uncarried(f"windows of {directions} directions; there are those of 1 and 2")
        self._channels_first()
        if not self.sections:
            self.maps_enter = True
        size = list(kernel.shape[2:])
        channels, own = len(kernel), window(self.shape, size, [1] * directions, True, **said)
        self._edges(own.edges)
        biases = {"biases": False} if bias is None else {}
        parameters = {"w": kernel} | ({} if bias is None else {"b": _vector("bias", bias, channels)})
        section = {
            "kind": kind_here("Conv1d"),
            "channels": channels,
            "size": size,
            **own.options,
            **activation_key(function),
        }
        self._put({**section, **biases, "parameters": parameters})
        self._maps = True
        self.shape = None if own.left is None else (channels, *own.left)

    def norm(self, word: str, g: Array | None, b: Array | None, epsilon: float, running: Sequence[Array] = ()) -> None:
        """g and b one per unit or channel; with `running` the mean and variance that were kept."""
        named = {"g": g, "b": b} | dict(zip("mv", running, strict=False))
        size = next((len(each) for each in named.values() if each is not None), None)
        parameters = {
            name: self._ordered(_vector(name, each, size or 0)) for name, each in named.items() if each is not None
        }
        kept = {"running": True} if running else {}
        self._put(
            {
                "kind": kind_here(word),
                "epsilon": float(epsilon),
                **kept,
                **({"parameters": parameters} if parameters else {}),
            }
        )

    # what has none

    def activation(self, function: Any) -> None:
        """An activation of its own: that of the layer before, if that has none and can have one; else a kind of one's own."""
        chosen = activation_key(function).get("activation", USUAL)
        if chosen == USUAL:
            return
        before = self.sections[-1] if self.sections else {}
        has = ("units" in before and "kind" not in before) or before.get("kind") == kind_here("Conv1d")
        if has and "activation" not in before:
            before["activation"] = chosen
            return
        if not isinstance(chosen, str) or ACTIVATIONS[chosen].function is None or ACTIVATIONS[chosen].kind == "coupled":
            raise Uncarried(
                "an activation that follows no dense layer or convolution is carried only where it is a function by name"
            )
        name = f"{chosen} alone"
        self.kinds[name] = {"name": name, "takes": "*", "nodes": [["y[*]", FORMULA_ALONE.format(name=chosen)]]}
        self._put({"kind": name})

    def pool(self, word: str, size: Sequence[int], padding_counts: bool = False, **said: Any) -> None:
        """The greatest or the mean of each window."""
        if len(size) not in (1, 2):
            raise Uncarried(f"windows of {len(size)} directions; there are those of 1 and 2")
        self._channels_first()
        if not self.sections:
            self.maps_enter = True
        mean = word.lower().startswith(("average", "avg"))
        own = window(self.shape, [*size], [*size], mean and padding_counts, **said)
        if "padding" in own.options and mean and not padding_counts:
            raise Uncarried("a mean that leaves padded places out; here padded places are counted as 0")
        self._edges(own.edges)
        self._put({"kind": kind_here(word), "size": [*size], **own.options})
        self.shape = None if own.left is None or self.shape is None else (self.shape[0], *own.left)

    def flatten(self) -> None:
        """All numbers of a row one after another."""
        if self.shape is not None and len(self.shape) == 1 and self.sections:
            return
        self._put({"kind": kind_here("Flatten")})
        if self.channels_last and (self._maps or self.maps_enter):
            self._order = self._order_of_flat()
        self._maps = False
        known = self.shape is not None and None not in self.shape
        self.shape = (prod(int(each or 0) for each in self.shape or ()),) if known else None

    def over_all(self) -> None:
        """The mean over all steps or places."""
        self._put({"kind": kind_here("GlobalAveragePooling")})
        if self.shape is not None:
            self.shape = (self.shape[0] if self._maps or self.maps_enter else self.shape[-1],)
        else:
            self.shape = (None,)
        self._maps = False

    def last(self, ends: bool = False) -> None:
        """The last step; of a layer that goes both ways, with `ends`, the last step of each of its ways: the first for the second half."""
        if not ends:
            self._put({"kind": kind_here("LastStep")})
        else:
            if self.shape is None or self.shape[0] is None:
                raise Uncarried("how many steps there are is not known; give inputs")
            steps, width = int(self.shape[0]), int(self.shape[1] or 0)
            nodes = [[f"y[k<={width // 2}]", f"below[{steps},k]"], [f"y[k>{width // 2}]", "below[1,k]"]]
            name = f"ends {by(self.shape)}"
            self.kinds[name] = {"name": name, "takes": "t,k", "nodes": nodes}
            self._put({"kind": name})
        self.shape = None if self.shape is None else self.shape[1:]

    def dropout(self, name: str) -> None:
        """It passes everything through once a network is trained."""
        self.remarks.append(f"{name}: dropout passes everything through, as in a trained model; it is left out")

    # inside

    def _put(self, section: Table) -> None:
        self.sections.append(section)

    def _check_width(self, width: int) -> None:
        if self.first is None and not self.sections:
            self.first = self.shape = (width,) if not self._maps else None
            return
        known = None if self.shape is None else self.shape[-1]
        if (
            known is not None and known != width and not self.losses
        ):  # behind a layer that is lost, what enters is not known
            raise Uncarried(f"it takes {width} numbers, but {known} enter")

    def _steps_last(self) -> None:
        """Channels × places become steps × units, where a model has them so anyway."""
        if self._maps and self.channels_last and self.shape is not None and len(self.shape) == 2:
            self._turn("Permute")
            self._maps = False

    def _channels_first(self) -> None:
        """Steps × units become channels × places, where a model has its channels last."""
        steps = self.sections and not self._maps and self.shape is not None and len(self.shape) == 2
        if self.channels_last and steps and not self.maps_enter:
            self._turn("steps to places")
            self._maps = True

    def _turn(self, word: str) -> None:
        """A layer that turns what enters."""
        assert self.shape is not None
        self.shape = (self.shape[1], self.shape[0])
        self._put({"kind": kind_here(word)})

    def _edges(self, kind: Table | None) -> None:
        """A kind of one's own before a window whose ends are not alike."""
        if kind is not None:
            self.kinds[kind["name"]] = kind
            self._put({"kind": kind["name"]})

    def _order_of_flat(self) -> Array:
        """For each number of what is flattened here, its place in the model, where channels are last."""
        if self.shape is None or None in self.shape:
            raise Uncarried("it flattens maps whose size is not known; give inputs")
        channels, *places = [int(each or 0) for each in self.shape]
        order: Array = numpy.moveaxis(numpy.arange(channels * prod(places)).reshape(*places, channels), -1, 0).ravel()
        return order

    def _ordered(self, vector: Array) -> Array:
        found: Array = vector if self._order is None else vector[self._order]
        return found


def _vector(name: str, array: Any, size: int) -> Array:
    found = checked(name, array)
    if found.shape != (size,):
        raise Uncarried(f"{name} has the sizes {found.shape}; expected ({size},)")
    return found


def activation_key(function: Any) -> Table:
    """The key of an activation: a word of any library, or (word, parameters)."""
    word, parameters = function if isinstance(function, tuple) else (function, {})
    name = activation_here(str(word))
    if name is None:
        known = ", ".join(ACTIVATIONS)
        raise Uncarried(f"the activation {str(word)[:60]}, which is not in the table ({known})")
    entry = ACTIVATIONS[name]
    if entry.kind == "unknown":
        raise Uncarried(f"the activation {str(word)[:60]}")
    if name == USUAL:
        return {}
    given = dict(zip(entry.parameters, (float(each) for each in parameters.values()), strict=False))
    return {"activation": {"name": name, **given} if given else name}
