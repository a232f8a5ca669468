"""The sections of layers of a network file, and how their numbers are given, as pydantic models."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from derivegen.network.file import typed
from derivegen.network.file.kinds_of_value import (
    ActivationName,
    Assignments,
    Axes,
    Biases,
    Count,
    Lists,
    Matrix,
    Names,
    Nodes,
    Number,
    OneOrTwo,
    Orientation,
    RowsOrCount,
    Section,
    Sizes,
    Text,
    Thresholds,
    ZeroOne,
    assigned,
)
from derivegen.network.tables import activations
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS

ACTIVATION_PARAMETERS: Final = {
    name: dict(entry.parameters) for name, entry in activations.ACTIVATIONS.items() if entry.parameters
}


class Drawn(Section):
    """Numbers drawn at random: numpy's `RandomState(seed).randn × scale`, one stream per seed, in file order."""

    seed: int = Field(ge=0, le=2**32 - 1, description="Seed of numpy's RandomState; equal seeds share one stream.")
    scale: Number = Field(default=Fraction(1, 2), description="Factor on the standard normal numbers; 0.5 if left out.")
    columns: Count | None = Field(default=None, description="For inputs only: how many, where nothing else says it.")
    shape: Sizes | None = Field(
        default=None, description="For inputs of other layers than dense ones: the sizes of one row, as [3, 2]."
    )


class ArrayFile(Section):
    """Numbers from an array file beside the network file."""

    file: Text = Field(description="A .npy, .npz or .csv file, relative to the network file; pickles are refused.")
    key: Text | None = Field(default=None, description="Which array of a .npz file.")


def _kind_of_values(value: object) -> str:
    """Which of the ways to give numbers was meant: decided here, so that only its mistakes are reported."""
    if isinstance(value, Section):
        return "<file>" if isinstance(value, ArrayFile) else "<drawn>"
    if not isinstance(value, dict):
        return "<typed>"
    return "<file>" if {"file", "key"} & value.keys() else "<drawn>"


def table_or_word(value: object) -> str:
    return "<table>" if isinstance(value, dict | Section) else "<word>"


_OtherValues = Annotated[Drawn, Tag("<drawn>")] | Annotated[ArrayFile, Tag("<file>")]
_Ways = Discriminator(_kind_of_values)
GraphValues = Annotated[
    dict[str, Annotated[Annotated[Any, Tag("<typed>")] | _OtherValues, _Ways]],
    BeforeValidator(typed.graph_assignments),
    WithJsonSchema(assigned({"type": "object"})),
]
DataValues = Annotated[Annotated[RowsOrCount, Tag("<typed>")] | _OtherValues, _Ways]
WeightValues = Annotated[Annotated[Matrix, Tag("<typed>")] | _OtherValues, _Ways]
BiasValues = Annotated[Annotated[Biases, Tag("<typed>")] | _OtherValues, _Ways]
ThresholdValues = Annotated[Annotated[Thresholds, Tag("<typed>")] | _OtherValues, _Ways]


class Activation(Section):
    """An activation with its parameters, or one's own formula in z."""

    name: ActivationName | None = Field(default=None, description="Name of the activation.")
    formula: Text | None = Field(default=None, description='One\'s own activation in the variable z, such as "z^2".')
    symbol: Annotated[str, Field(pattern=r"^[A-Za-zΑ-Ωα-ω]$")] | None = Field(
        default=None, description="Letter of an abstract activation; layers with one letter share one function."
    )
    slope: Number | None = Field(default=None, description="Slope of leaky_relu left of 0; 0.01 if left out.")
    alpha: Number | None = Field(default=None, description="Height of elu; 1 if left out.")


ActivationWay = Annotated[
    Annotated[ActivationName, Tag("<word>")] | Annotated[Activation, Tag("<table>")], Discriminator(table_or_word)
]


def _dense_or_other(value: object) -> str:
    """Which kind of layer was meant."""
    kind = value.get("kind", DENSE.name) if isinstance(value, dict) else getattr(value, "kind", DENSE.name)
    return "<dense>" if kind == DENSE.name else "<kind>"


class Layer(Section):
    """One dense layer, from the input side to the output side."""

    kind: Literal["dense"] = Field(default="dense", description="Which kind of layer.")
    name: Text | None = Field(default=None, description="What other layers call it, in from and other.")
    below: Text | None = Field(
        default=None, alias="from", description="The name of the layer that enters; the one before if left out."
    )
    units: Annotated[int, Field(ge=1)] = Field(description="How many units the layer has.")
    activation: ActivationWay = Field(
        default=activations.USUAL, description=f'What each unit does to its z; "{activations.USUAL}" if left out.'
    )
    weights: WeightValues | None = Field(
        default=None,
        description="Units × inputs: row j is what enters unit j. Or drawn, or a file; symbolic if left out.",
    )
    biases: BiasValues | None = Field(
        default=None,
        description='One per unit; one number shared by the layer; "shared" for one symbol; false for none; or drawn; '
        "or a file. Left out: symbolic where the weights are, else none.",
    )
    thresholds: ThresholdValues | None = Field(
        default=None, description='In place of biases: z = Σwx − θ. One per unit, or "symbolic".'
    )
    connections: ZeroOne | None = Field(
        default=None, description="0 or 1 per weight, laid out as the weights; where 0, the weight does not exist."
    )
    weights_as: Orientation | None = Field(
        default=None, description='How this layer\'s weights are laid out: "units x inputs" or "inputs x units".'
    )


OtherValues = Annotated[Annotated[Lists, Tag("<typed>")] | _OtherValues, _Ways]
BiasesOrNot = Annotated[Annotated[Lists | Literal[False], Tag("<typed>")] | _OtherValues, _Ways]


class KindLayer(Section):
    """One layer of another kind than dense, from the input side to the output side; which keys it has depends on the kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    kind: Text = Field(
        description=f"Which kind of layer: {', '.join(LAYER_KINDS)}, or one of [[kind]].", examples=list(LAYER_KINDS)
    )
    name: Text | None = Field(default=None, description="What other layers call it, in from and other.")
    below: Text | None = Field(
        default=None, alias="from", description="The name of the layer that enters; the one before if left out."
    )
    other: Text | None = Field(
        default=None, description="The name of the other layer that enters; inputs are those of the network."
    )
    units: Count | None = Field(default=None, description="How many units the layer has.")
    channels: Count | None = Field(default=None, description="How many maps a convolution gives; left out: one.")
    words: Count | None = Field(default=None, description="How many words an embedding has.")
    heads: Count | None = Field(default=None, description="How many heads attention has; 1.")
    width: Count | None = Field(default=None, description="How many numbers all heads have together; as many as enter.")
    size: OneOrTwo | None = Field(default=None, description="Of a window: 3, or [3, 3] for two directions.")
    stride: OneOrTwo | None = Field(default=None, description="How far a window moves: 1, of a pool its size.")
    padding: OneOrTwo | None = Field(default=None, description="How many places beyond each end are read; 0.")
    dilation: OneOrTwo | None = Field(default=None, description="How far apart the places of a window are; 1.")
    activation: ActivationWay | None = Field(default=None, description="What f is.")
    bidirectional: bool | None = Field(
        default=None, description="Whether it goes from the last step to the first, too."
    )
    peephole: bool | None = Field(default=None, description="Whether gates see the cell.")
    causal: bool | None = Field(default=None, description="Whether attention sees no later token.")
    rotary: bool | None = Field(default=None, description="Whether attention turns queries and keys by their places.")
    reset: Literal["before", "after"] | None = Field(
        default=None, description="Whether the reset gate acts before the product with U, or after it."
    )
    running: bool | None = Field(
        default=None,
        description="Whether a norm over examples takes the mean m and variance v of parameters in place of the batch's own.",
    )
    rate: Number | None = Field(default=None, description="The share that dropout leaves out; 0.5.")
    mask: OtherValues | None = Field(default=None, description="1 where dropout keeps a number, 0 elsewhere; or drawn.")
    epsilon: Number | None = Field(default=None, description="What a norm adds under the root; 0.00001.")
    weights: OtherValues | None = Field(
        default=None, description="Of a layer with one array of weights; or how all of them are drawn."
    )
    biases: BiasesOrNot | None = Field(
        default=None, description="Of a layer with one array of biases; or how all are drawn; or false for none."
    )
    parameters: dict[str, OtherValues] | None = Field(
        default=None, description="Single arrays by name: { w = [[1, 2]], u = { seed = 3 } }."
    )


LayerWay = Annotated[
    Annotated[Layer, Tag("<dense>")] | Annotated[KindLayer, Tag("<kind>")], Discriminator(_dense_or_other)
]


class OwnKind(Section):
    """A kind of layer of one's own, as equations with index letters."""

    name: Text = Field(description="What [[layer]] calls it, as kind.")
    takes: Text = Field(description='The letters of what enters, which the equations call below: "t,k"; * are any.')
    axes: Axes = Field(default={}, description='Its own letters: { j = "units", p = "n - 2" }.')
    parameters: Assignments = Field(
        default={}, description='Its parameters, as a list: ["w[j,k]"]; or with the number each starts with.'
    )
    nodes: Nodes = Field(description="[left, right] in any order; the last one is what the layer gives.")
    outside: Names = Field(default=(), description="What is 0 wherever it is read outside of its ranges.")
