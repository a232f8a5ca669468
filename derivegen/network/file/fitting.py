"""Takes the `[[layer]]` sections; gives dense layers with their numbers drawn, read or typed, every shape checked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from derivegen.formula.functions import SIGMOID
from derivegen.network.file import kinds_of_value, layer_sections, schema
from derivegen.network.file.messages import Fault, commas_for_points, counted, shown
from derivegen.network.file.own_graph import check_formula
from derivegen.network.file.values import Draws, array_rows, array_vector
from derivegen.network.network import ActivationChoice, BiasKind, Dense, Figure, Rows, Vector
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES

MOST_UNITS: Final = 10**4
MOST_PARAMETERS: Final = 10**6
MOST_LAYERS: Final = 500
Mask = tuple[tuple[bool, ...], ...]


class Layers:
    """The layers of one file while their numbers are put in: they share the streams of random numbers."""

    def __init__(
        self,
        sections: Sequence[layer_sections.Layer | layer_sections.KindLayer],
        weights_as: str | None,
        base: Path,
        draws: Draws,
    ) -> None:
        self.sections, self.base, self.draws = sections, base, draws
        self._weights_as = weights_as
        self._first = self._listed(1) if isinstance(sections[0], layer_sections.Layer) else None

    def n_inputs(self, data: schema.Data, given: Rows | None) -> int:
        """How many inputs the network has, from whatever says so first."""
        if given is not None:
            return len(given[0])
        if isinstance(data.inputs, int):
            return data.inputs
        if isinstance(data.inputs, layer_sections.Drawn) and data.inputs.columns is not None:
            return data.inputs.columns
        mask = self._mask(1)
        for rows in (self._first, mask, (data.input_names,) if data.input_names else None):
            if rows is not None:
                return len(rows[0])
        if isinstance(data.inputs, layer_sections.Drawn):
            fix = "write data.inputs = { seed = 1, columns = 3 }"
            raise Fault("data.inputs", "drawn inputs, but not how many", "the number of inputs", fix)
        raise Fault("data.inputs", "nothing", "rows of inputs, or how many there are", "write inputs = 3")

    def check_size(self, n_inputs: int) -> None:
        """Refuse what is too large before anything is drawn."""
        if len(self.sections) > MOST_LAYERS:
            found = f"{len(self.sections)} layers"
            raise Fault(
                "layer", found, f"at most {MOST_LAYERS}", "make the network less deep, or write it as a [graph]"
            )
        if n_inputs > MOST_PARAMETERS:
            raise Fault("data.inputs", f"{shown(n_inputs)} inputs", f"at most {MOST_PARAMETERS}", "give fewer inputs")
        total, width = 0, n_inputs
        sections = [self._section(number) for number in range(1, len(self.sections) + 1)]
        for number, section in enumerate(sections, 1):
            if section.units > MOST_UNITS:
                path = f"layer[{number}].units"
                raise Fault(path, shown(section.units), f"at most {MOST_UNITS} units a layer", "make the layer smaller")
            total += section.units * (width + 1)
            width = section.units
        if total - sum(s.units for s in sections if s.biases is False) > MOST_PARAMETERS:
            raise Fault("layer", f"{shown(total)} parameters", f"at most {MOST_PARAMETERS}", "make the layers smaller")

    def dense(self, n_inputs: int) -> tuple[Dense, ...]:
        """The layers, each fitted to the one before."""
        made: list[Dense] = []
        width = n_inputs
        for number in range(1, len(self.sections) + 1):
            made.append(self.layer(number, width))
            width = made[-1].units
        return tuple(made)

    def layer(self, number: int, width: int) -> Dense:
        """One layer, so many values entering it."""
        path, section = f"layer[{number}]", self._section(number)
        chosen = activation(section.activation, section.units, f"{path}.activation")
        mask = self._mask(number)
        if mask is not None:
            self._check_shape(mask, section.units, width, number, "connections")
        weights = self._weights(number, section, width, mask)
        kind, biases = self._biases(section, weights, path)
        return Dense(section.units, chosen, weights, biases, kind, mask)

    def _section(self, number: int) -> layer_sections.Layer:
        """A dense layer; of those of other kinds nobody asks here."""
        section = self.sections[number - 1]
        assert isinstance(section, layer_sections.Layer)
        return section

    def _turned(self, number: int) -> bool:
        """Whether the file lays this layer's weights out as inputs × units."""
        return (self._section(number).weights_as or self._weights_as) == "inputs x units"

    def _mask(self, number: int) -> Mask | None:
        mask = self._section(number).connections
        return tuple(zip(*mask, strict=True)) if mask is not None and self._turned(number) else mask

    def _listed(self, number: int) -> Rows | None:
        """Weights that are typed or in a file, as units × inputs."""
        weights = self._section(number).weights
        if isinstance(weights, layer_sections.ArrayFile):
            weights = array_rows(weights, self.base, f"layer[{number}].weights")
        if weights is None or isinstance(weights, layer_sections.Drawn):
            return None
        return tuple(zip(*weights, strict=True)) if self._turned(number) else weights

    def _weights(self, number: int, section: layer_sections.Layer, width: int, mask: Mask | None) -> Rows | None:
        if isinstance(section.weights, layer_sections.Drawn):
            drawn = self._draw(number, section.weights, section.units, width)
            return _without(drawn, mask) if mask is not None else drawn
        weights = self._first if number == 1 else self._listed(number)
        if weights is None:
            return None
        self._check_shape(weights, section.units, width, number, "weights")
        if mask is not None:
            _check_absent(weights, mask, f"layer[{number}].weights")
        return weights

    def _draw(self, number: int, wanted: layer_sections.Drawn, units: int, width: int) -> Rows:
        path = f"layer[{number}].weights"
        if wanted.columns is not None:
            raise Fault(f"{path}.columns", shown(wanted.columns), "no columns for weights", "take it out")
        if not self._turned(number):
            return self.draws.rows(wanted, units, width, path)
        return tuple(zip(*self.draws.rows(wanted, width, units, path), strict=True))

    def _check_shape(self, rows: Rows | Mask, units: int, width: int, number: int, key: str) -> None:
        """Rows for units, columns for what enters; the message speaks of the layout the file uses."""
        below = "input" if number == 1 else f"unit of layer {number - 1}"
        names = (f"unit of layer {number}", below)
        found, wanted = (len(rows), len(rows[0])), (units, width)
        if found == wanted:
            return
        transposed = found == (width, units)
        if self._turned(number):
            names, found, wanted = names[::-1], found[::-1], wanted[::-1]
        path = f"layer[{number}].{key}"
        commas = commas_for_points(rows[0], width) if key == "weights" and not self._turned(number) else ""
        expected = f"{wanted[0]} × {wanted[1]}, a row for each {names[0]} and a number in it for each {names[1]}"
        raise Fault(
            path, f"{found[0]} × {found[1]}", expected, self._shape_fix(number, transposed, found, wanted) + commas
        )

    def _shape_fix(self, number: int, transposed: bool, found: tuple[int, int], wanted: tuple[int, int]) -> str:
        if not transposed:
            units = 1 if self._turned(number) else 0
            other = f", or units = {found[units]}" if found[1 - units] == wanted[1 - units] else ""
            return f"write {counted(wanted[0], 'row')} of {counted(wanted[1], 'number')}{other}"
        other = kinds_of_value.ORIENTATIONS[0 if self._turned(number) else 1]
        return f'the rows look like columns: turn them, or write weights_as = "{other}"'

    def _biases(self, section: layer_sections.Layer, weights: Rows | None, path: str) -> tuple[BiasKind, Vector | None]:
        if section.biases is not None and section.thresholds is not None:
            expected = "biases or thresholds, since θ = −b"
            raise Fault(f"{path}.thresholds", "thresholds beside biases", expected, "take one of them out")
        if section.thresholds is not None:
            return "threshold", self._thresholds(section, f"{path}.thresholds")
        given = section.biases
        if given is None:
            return ("each" if weights is None else "none"), None
        if given is False:
            return "none", None
        if given == "shared":
            return ("each" if section.units == 1 else "shared"), None
        if isinstance(given, Fraction | float):
            return ("each" if section.units == 1 else "shared"), (given,)
        return "each", self._vector(given, section.units, f"{path}.biases")

    def _thresholds(self, section: layer_sections.Layer, path: str) -> Vector | None:
        given = section.thresholds
        if given == "symbolic":
            return None
        if isinstance(given, Fraction | float) and section.units > 1:
            fix = f"write {shown([given] * section.units)}"
            raise Fault(path, shown(given), f"a list of {section.units} thresholds, one per unit", fix)
        return self._vector((given,) if isinstance(given, Fraction | float) else given, section.units, path)

    def _vector(self, given: object, units: int, path: str) -> Vector:
        """One number per unit: typed, drawn or read."""
        if isinstance(given, layer_sections.Drawn):
            if given.columns is not None:
                raise Fault(f"{path}.columns", shown(given.columns), "no columns here", "take it out")
            return self.draws.vector(given, units, path)
        vector = array_vector(given, self.base, path) if isinstance(given, layer_sections.ArrayFile) else given
        assert isinstance(vector, tuple)
        if len(vector) != units:
            single = f", or {shown(vector[0])} without brackets for one shared bias" if len(vector) == 1 else ""
            fix = f"write {counted(units, 'number')}{single if path.endswith('biases') else ''}"
            fix += commas_for_points(vector, units)
            raise Fault(path, counted(len(vector), "number"), f"{units}, one for each unit of the layer", fix)
        return vector


def _without(weights: Rows, mask: Mask) -> Rows:
    """Drawn weights with 0 where there is no connection."""
    zero: Figure = 0.0
    return tuple(
        tuple(w if there else zero for w, there in zip(row, ones, strict=True))
        for row, ones in zip(weights, mask, strict=True)
    )


def _check_absent(weights: Rows, mask: Mask, path: str) -> None:
    for r, (row, ones) in enumerate(zip(weights, mask, strict=True), 1):
        for c, (weight, there) in enumerate(zip(row, ones, strict=True), 1):
            if weight != 0 and not there:
                found = f"{shown(weight)} into unit {r} from input {c}, where connections has 0"
                raise Fault(path, found, "0, since that weight does not exist", "write 0, or put 1 in connections")


def activation(chosen: str | layer_sections.Activation, units: int, path: str) -> ActivationChoice:
    """The choice of an activation with its parameters filled in."""
    section = layer_sections.Activation(name=chosen) if isinstance(chosen, str) else chosen
    if (section.name is None) == (section.formula is None):
        found = "neither a name nor a formula" if section.name is None else "a name and a formula"
        raise Fault(path, found, "one of the two", f'write {{ name = "{_WITH_PARAMETERS}" }} or {{ formula = "z^2" }}')
    if section.formula is not None:
        check_formula(section.formula, ("z",), f"{path}.formula")
    name = section.name or "formula"
    kind = None if section.formula is not None else ACTIVATIONS[name].kind
    if kind == "coupled" and units == 1:
        expected = f"2 units or more, since {name} of one unit is always 1"
        raise Fault(path, f"{name} on a layer of 1 unit", expected, f'write activation = "{SIGMOID.name}"')
    if section.symbol is not None and kind != "unknown":
        unknown = next(each.name for each in ACTIVATIONS.values() if each.kind == "unknown")
        raise Fault(f"{path}.symbol", shown(section.symbol), f'no symbol, which is for "{unknown}"', "take it out")
    return ActivationChoice(name, _parameters(section, name, path), section.formula, section.symbol)


_WITH_PARAMETERS = next(iter(layer_sections.ACTIVATION_PARAMETERS))


def loss_parameters(section: schema.Loss, name: str) -> dict[str, Fraction]:
    """The parameters of a loss, those of the file in place of the usual ones."""
    own = dict(LOSSES[name].parameters) if name in LOSSES else {}
    if section.delta is None:
        return own
    if "delta" not in own:
        home = next(entry.name for entry in LOSSES.values() if "delta" in entry.parameters)
        raise Fault("loss.delta", shown(section.delta), f'no delta, which belongs to "{home}"', "take it out")
    if section.delta <= 0:
        raise Fault("loss.delta", shown(section.delta), "a number above 0", "write delta = 1")
    return own | {"delta": section.delta}


def _parameters(section: layer_sections.Activation, name: str, path: str) -> dict[str, Fraction]:
    own = dict(layer_sections.ACTIVATION_PARAMETERS.get(name, {}))
    for key in ("slope", "alpha"):
        value: Fraction | None = getattr(section, key)
        if value is not None and key not in own:
            home = next(n for n, keys in layer_sections.ACTIVATION_PARAMETERS.items() if key in keys)
            expected = f'no {key} for "{name}"; it belongs to "{home}"'
            raise Fault(f"{path}.{key}", shown(value), expected, f"take it out or choose {home}")
        if value is not None:
            own[key] = value
    return own
