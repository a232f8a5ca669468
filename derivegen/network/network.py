"""The network as the file states it: frozen values, nothing computed. `load` makes it, `build` turns it into a graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal

from derivegen.network.asked import Exercise
from derivegen.network.tables.activations import USUAL as USUAL_ACTIVATION
from derivegen.network.tables.losses import LOSSES, Over, Targets
from derivegen.network.theme import Theme
from derivegen.network.training import Training
from derivegen.records import dataclass, field

Figure = Fraction | float
"""A number: a Fraction where a decimal was typed (exact), a float where it was drawn or came from an array file."""
Vector = tuple[Figure, ...]
Rows = tuple[Vector, ...]

BiasKind = Literal["each", "shared", "none", "threshold"]


@dataclass(frozen=True, slots=True)
class ActivationChoice:
    """Which activation: a name of the table ("formula" for the user's own, in the variable z), its parameters by name, the letter of
    an abstract one."""

    name: str = USUAL_ACTIVATION
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    formula: str | None = None
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Dense:
    """A dense layer. `weights` is units × inputs or None (symbolic); `biases` one per unit, or a vector of one if shared, or None
    (symbolic, if `bias_kind` says there are any; the thresholds where it says "threshold"); `mask[j][k]` False where a weight does not
    exist."""

    units: int
    activation: ActivationChoice = ActivationChoice()
    weights: Rows | None = None
    biases: Vector | None = None
    bias_kind: BiasKind = "none"
    mask: tuple[tuple[bool, ...], ...] | None = None

    @property
    def shape(self) -> str:
        """What is computed, as text, without its numbers."""
        chosen = self.activation
        function = (chosen.name, chosen.formula, sorted(chosen.parameters.items()))
        return repr((self.units, function, self.bias_kind, self.mask))


Counts = Literal["unit", "example", "time", "position", "channel", "token", "head", "word"]
"""What an index letter counts."""
Given = Literal["input", "weight", "bias", "constant"]
"""What the numbers are that equations are given."""


@dataclass(frozen=True, slots=True)
class IndexLetter:
    """An index letter of indexed equations: its first and last value, what it counts, what its last value is called on the page."""

    low: int
    high: int
    counts: Counts = "unit"
    name: str | None = None

    @property
    def size(self) -> int:
        """How many values it has."""
        return self.high - self.low + 1


Reduction = Literal["sum", "mean", "weighted_mean"]
"""How examples are combined: added up, divided by how many they are, or by what the weights of their classes add up to."""


@dataclass(frozen=True, slots=True)
class LossChoice:
    """Which loss: a name of the table ("formula" for the user's own, in t and a) and how examples are combined, the outputs of one,
    and steps in time; `penalties` are the names of those of the table that are added, on `penalized`; targets are `smoothed` already;
    `weights` are those of the classes, if they have any."""

    name: str
    formula: str | None = None
    reduction: Reduction = "sum"
    outputs: Over = "sum"
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    steps: Over = "sum"
    penalties: tuple[str, ...] = ()
    penalized: Literal["weights", "all"] = "weights"
    smoothed: Fraction = Fraction(0)
    weights: tuple[Fraction, ...] = ()

    @property
    def averages(self) -> dict[str, str]:
        """How examples are combined, and the outputs of each where that is not as the loss has it, by the keys of the file."""
        usual = LOSSES[self.name].outputs if self.formula is None else "sum"
        return {"reduction": self.reduction, **({} if self.outputs == usual else {"outputs": self.outputs})}

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of it but its name."""
        return self.formula is None and LOSSES[self.name].kind == "unknown"

    def smoothing(self, outputs: int) -> tuple[Fraction, Fraction]:
        """What label smoothing leaves of a target, and what it gives to each class."""
        return 1 - self.smoothed, self.smoothed / (2 if self.targets == "probability" else outputs)

    @property
    def targets(self) -> Targets:
        """What a target may be."""
        return "any" if self.formula is not None else LOSSES[self.name].targets


@dataclass(frozen=True, slots=True)
class Part:
    """Equations under index letters of their own: a graph of one's own, one layer of a network, or its loss.

    `declared` is what is given as the text has it, (kind, "x[t,k]"); `nodes` are left and right sides in any order; `outside` the names
    whose members are 0 beyond their ranges. Of a layer, `called` says what the network calls the names of the text, `activation` what f
    is there, `section` what the file says of it beside its numbers. Where a letter counts examples, texts need not name it: what is
    computed of an example has it as its last. `loss` makes this part the loss of what `called` says is "output" and "target"."""

    axes: Mapping[str, IndexLetter]
    declared: tuple[tuple[Given, str], ...] = ()
    nodes: tuple[tuple[str, str], ...] = ()
    outside: tuple[str, ...] = ()
    layer: int = 0
    called: Mapping[str, str] = field(default_factory=dict)
    activation: ActivationChoice | None = None
    loss: LossChoice | None = None
    section: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def ends(self) -> Mapping[str, tuple[int, int]]:
        """The first and the last value of each letter."""
        return {name: (each.low, each.high) for name, each in self.axes.items()}

    @property
    def example(self) -> str | None:
        """The letter that counts examples, if one does."""
        return next((name for name, each in self.axes.items() if each.counts == "example"), None)

    def mentions(self, letter: str) -> bool:
        """Whether a letter stands in the texts, or is added to them as that of the examples."""
        texts = " ".join((*(text for _, text in self.declared), *(side for node in self.nodes for side in node)))
        return letter == self.example or re.search(rf"\b{letter}\b", texts) is not None

    @property
    def shape(self) -> str:
        """What is computed, as text without its numbers."""
        return repr((self.axes, self.declared, self.nodes, self.outside, self.called, self.activation, self.loss))


@dataclass(frozen=True, slots=True)
class FormulaGraph:
    """A graph of one's own: values of inputs and parameters (None: symbolic), nodes (name, formula) in order, the output's name.

    With `parts` its names have indices: a `[graph]` with axes is one part, a network of layers of several kinds one for each layer and one
    for the loss. Then the numbers stand under the names of the members; `constants` are numbers nothing is differentiated by."""

    inputs: Mapping[str, Figure | None]
    parameters: Mapping[str, Figure | None]
    nodes: tuple[tuple[str, str], ...]
    output: str
    wrt: tuple[str, ...]
    gates: bool = False
    constants: Mapping[str, Figure | None] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    @property
    def stacked(self) -> bool:
        """Whether it is a network of layers, which has data and a loss."""
        return bool(self.parts and self.parts[-1].loss)


@dataclass(frozen=True, slots=True)
class Options:
    """The keys of `[document]`; None where the file leaves the default."""

    wrt: tuple[str, ...] | None = None
    example: int | None = None
    digits: int | None = None
    significant: int | None = None
    numbers: Literal["decimals", "fractions"] | None = None
    carry: Literal["exact", "rounded"] | None = None
    detail: Literal["brief", "standard", "full"] | None = None
    view: Literal["units", "matrix", "both"] | None = None
    language: str | None = None
    paper: Literal["a4", "letter"] | None = None
    deeper: int | None = None
    style: Literal["light", "print"] | None = None
    assume: tuple[str, ...] | None = None
    author: str | None = None
    course: str | None = None
    date: str | None = None
    intro: str | None = None
    story: str | None = None
    translate: str | None = None
    conventions: str | None = None
    theme: Theme | None = None
    sections: tuple[str, ...] | None = None
    extra: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A value as somebody printed it, and where."""

    value: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Numbers that were drawn: where they stand in the file, and the call RandomState(seed).randn(rows, columns) × scale; those of one
    seed come from one stream."""

    path: str
    seed: int
    scale: Fraction
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Network:
    """The whole file. Exactly one of `layers` and `graph` is filled. `inputs`/`targets` are rows × width or None (symbolic);
    `rows` is their number or a letter for a symbolic number of rows (of a graph 1: rows have a letter there, like all else);
    `drawings` say how drawn numbers came about, in order,
    and `source` is how messages call the file."""

    title: str
    stem: str
    n_inputs: int = 0
    n_outputs: int = 0
    rows: int | str = 1
    inputs: Rows | None = None
    targets: Rows | None = None
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    layers: tuple[Dense, ...] = ()
    graph: FormulaGraph | None = None
    loss: LossChoice | None = None
    training: Training = Training()
    notation: str | Mapping[str, object] = "indexed"
    options: Options = Options()
    published: Mapping[str, Published] = field(default_factory=dict)
    exercise: Exercise | None = None
    source: str = field(default="network", compare=False, repr=False)
    drawings: tuple[Drawing, ...] = ()

    def __repr__(self) -> str:
        """What a terminal shows of it, in one line; its numbers are its fields."""
        own = self.graph
        what = "–".join(map(str, (self.n_inputs, *(layer.units for layer in self.layers))))
        if own is not None:
            equations = len(own.nodes) + sum(len(part.nodes) for part in own.parts)
            what = f"graph of {equations} equation{'s' * (equations != 1)}"
        loss = "" if self.loss is None else f", {self.loss.name}"
        rows = "" if self.rows == 1 else f", {self.rows} examples"
        return f"<Network {self.title!r}: {what}{loss}{rows}>"

    def _repr_html_(self) -> str:
        """What a notebook shows of it; drawn by a room above this one, which is looked for when a notebook asks."""
        shown: str = import_module("derivegen.render.in_notebooks").network_html(self)
        return shown

    @property
    def single(self) -> bool:
        """Whether there is one row, so that names need not say which."""
        return self.rows == 1 and not any(part.example for part in (self.graph.parts if self.graph is not None else ()))

    @property
    def shape(self) -> tuple[str, ...]:
        """What is computed, as text without its numbers: the layers one by one, or the nodes; then how many values enter and leave."""
        own = self.graph
        nodes = () if own is None else (repr(own.nodes), *(part.shape for part in own.parts), repr(own.output))
        layers = (layer.shape for layer in self.layers)
        return (*nodes, *layers, repr((self.n_inputs, self.n_outputs, self.rows)))
