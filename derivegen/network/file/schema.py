"""The network file as pydantic models: parsed TOML or JSON goes in, typed sections come out; also its JSON Schema."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
)

from derivegen.network.file.examples import any_language
from derivegen.network.file.kinds_of_value import (
    ActivationName,
    Assignments,
    Axes,
    Biases,
    Count,
    FormName,
    Hints,
    LibraryName,
    Line,
    LossName,
    Matrix,
    Names,
    Nodes,
    NotationName,
    Number,
    OptimizerName,
    Orientation,
    PrintedText,
    RowCount,
    RowsOrCount,
    Section,
    Text,
    Thresholds,
    ZeroOne,
    iso_date,
)
from derivegen.network.tables import activations, forms, optimizers

ACTIVATION_PARAMETERS: Final = {
    name: dict(entry.parameters) for name, entry in activations.ACTIVATIONS.items() if entry.parameters
}
MOST_STEPS: Final = 10**5


class Drawn(Section):
    """Numbers drawn at random: numpy's `RandomState(seed).randn × scale`, one stream per seed, in file order."""

    seed: int = Field(ge=0, le=2**32 - 1, description="Seed of numpy's RandomState; equal seeds share one stream.")
    scale: Number = Field(default=Fraction(1, 2), description="Factor on the standard normal numbers; 0.5 if left out.")
    columns: Count | None = Field(default=None, description="For inputs only: how many, where nothing else says it.")


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


def _table_or_word(value: object) -> str:
    return "<table>" if isinstance(value, dict | Section) else "<word>"


_OtherValues = Annotated[Drawn, Tag("<drawn>")] | Annotated[ArrayFile, Tag("<file>")]
_Ways = Discriminator(_kind_of_values)
DataValues = Annotated[Annotated[RowsOrCount, Tag("<typed>")] | _OtherValues, _Ways]
WeightValues = Annotated[Annotated[Matrix, Tag("<typed>")] | _OtherValues, _Ways]
BiasValues = Annotated[Annotated[Biases, Tag("<typed>")] | _OtherValues, _Ways]
ThresholdValues = Annotated[Annotated[Thresholds, Tag("<typed>")] | _OtherValues, _Ways]


class Data(Section):
    """The examples."""

    inputs: DataValues | None = Field(
        default=None,
        description="Rows × inputs, one row per example; or how many symbolic inputs; or drawn; or a file.",
    )
    targets: DataValues | None = Field(
        default=None, description="Rows × outputs; or how many symbolic targets; or drawn; or a file."
    )
    rows: RowCount | None = Field(
        default=None,
        description='How many rows where inputs are symbolic or drawn; a letter such as "N" for any number.',
    )
    input_names: Names | None = Field(default=None, description="What the inputs are called in tables.")
    target_names: Names | None = Field(default=None, description="What the targets are called in tables.")


class Activation(Section):
    """An activation with its parameters, or one's own formula in z."""

    name: ActivationName | None = Field(default=None, description="Name of the activation.")
    formula: Text | None = Field(default=None, description='One\'s own activation in the variable z, such as "z^2".')
    symbol: Annotated[str, Field(pattern=r"^[A-Za-zΑ-Ωα-ω]$")] | None = Field(
        default=None, description="IndexLetter of an abstract activation; layers with one letter share one function."
    )
    slope: Number | None = Field(default=None, description="Slope of leaky_relu left of 0; 0.01 if left out.")
    alpha: Number | None = Field(default=None, description="Height of elu; 1 if left out.")


ActivationWay = Annotated[
    Annotated[ActivationName, Tag("<word>")] | Annotated[Activation, Tag("<table>")], Discriminator(_table_or_word)
]


class Layer(Section):
    """One layer, from the input side to the output side."""

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


class Graph(Section):
    """A graph of one's own in place of layers."""

    axes: Axes = Field(
        default={},
        description='Index letters and how far they run: 3, another letter, "m - u + 1", or from, to, counts, name.',
    )
    inputs: Assignments = Field(
        default={}, description="Inputs with their numbers, or a list of names for symbols; with axes x[t,k] and lists."
    )
    constants: Assignments = Field(default={}, description="With axes: numbers nothing is differentiated by.")
    parameters: Assignments = Field(default={}, description="Parameters with their numbers, or a list of names.")
    nodes: Nodes = Field(
        description="[name, formula] in order, or a table; a formula may use what stands before it. With axes in any order."
    )
    outside: Names = Field(default=(), description="With axes: what is 0 wherever it is read outside of its ranges.")
    output: Text = Field(description="The node that is differentiated.")
    wrt: Names | None = Field(default=None, description="By what; all inputs and parameters if left out.")
    gates: bool = Field(default=False, description="One node per operation.")


class Loss(Section):
    """What is made small."""

    name: LossName | None = Field(default=None, description="Name of the loss.")
    formula: Text | None = Field(default=None, description="One's own, one output's term in t and a: \"(t - a)^4\".")
    delta: Number | None = Field(default=None, description="Where huber turns from square to straight; 1 if left out.")
    reduction: Literal["sum", "mean"] | None = Field(default=None, description="Over examples: add up or average.")


def _setting(entry: forms.Hyperparameter) -> tuple[Any, Any]:
    """The field of a setting of the optimizers."""
    return ((bool if entry.switch else Number) | None, Field(default=None, description=entry.says))


if TYPE_CHECKING:
    _Settings = Section
else:
    _Settings = create_model(
        "Settings", __base__=Section, **{name: _setting(entry) for name, entry in forms.SETTINGS.items()}
    )


class TrainingSection(_Settings):
    """How it is trained."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    optimizer: OptimizerName = Field(default=optimizers.USUAL, description="The update rule.")
    library: FormName | None = Field(
        default=None, alias="as", description="Whose form of it, with whose usual settings: torch, keras, optax, …."
    )
    learning_rate: Number | None = Field(default=None, description="Factor on the gradient; above 0.")
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS)] = Field(default=1, description="Number of updates.")
    batch_size: Count | None = Field(default=None, description="Rows per update, taken in order; all if left out.")
    every: Count = Field(default=1, description="Print every so-many-th line of the training table.")
    frozen: Names | None = Field(default=None, description="Names or beginnings of names that are not updated.")
    trained: Names | None = Field(default=None, description="In place of frozen: only these are updated.")


def keys(model: type[BaseModel]) -> list[str]:
    """What the keys of a table are called in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


class Document(Section):
    """How it is shown; every key is also an option of `solve`, and `extra` another name for `with` in Python."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    wrt: Names | None = Field(default=None, description="What is worked in full, such as w[1][1][1].")
    example: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Which of several examples is followed, counted from 1; the first with the fewest inputs of 0.",
    )
    digits: Annotated[int, Field(ge=0, le=15)] | None = Field(default=None, description="Decimals printed; 4.")
    significant: Annotated[int, Field(ge=1, le=15)] | None = Field(
        default=None, description="Significant digits printed, in place of decimals."
    )
    numbers: Literal["decimals", "fractions"] | None = Field(
        default=None, description="How numbers are printed that are fractions of short whole numbers: decimals."
    )
    carry: Literal["exact", "rounded"] | None = Field(
        default=None, description="Whether lines go on with exact values or with the printed ones."
    )
    detail: Literal["brief", "standard", "full"] | None = Field(default=None, description="How much is spelled out.")
    view: Literal["units", "matrix", "both"] | None = Field(default=None, description="Unit by unit, or in matrices.")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")] | None = Field(
        default=None, description=f"Language of the prose: {any_language()}."
    )
    paper: Literal["a4", "letter"] | None = Field(default=None, description="Paper size.")
    style: Literal["light", "print"] | None = Field(
        default=None, description="In colours, or for printing in black, white and grey."
    )
    assume: Names | None = Field(default=None, description='For symbolic kinks, such as "z[1][1] > 0".')
    author: Line | None = Field(default=None, description="Printed under the title.")
    course: Line | None = Field(default=None, description="Printed under the title.")
    date: Annotated[Line, BeforeValidator(iso_date)] | None = Field(default=None, description="Printed as given.")
    intro: Line | None = Field(default=None, description="A paragraph before the solution.")
    translate: NotationName | None = Field(default=None, description="A second notation, for a table of symbols.")
    conventions: LibraryName | None = Field(
        default=None, description="The library whose slopes are taken at kinks: torch, jax, tensorflow, …."
    )
    sections: Names | None = Field(default=None, description="What the page is made of, and nothing else.")
    only: Names | None = Field(default=None, description="The same as sections.")
    extra: Names | None = Field(
        default=None, alias="with", description="Sections beyond those that the page usually has: slopes, program, …."
    )


class OwnNotation(Section):
    """A notation of one's own: <l> <j> <k> <n> <r> stand for layer, unit, input, running number, row."""

    base: NotationName = Field(default="indexed", description="The notation it starts from.")
    w: Text | None = Field(default=None, description="Weights, such as w_{<n>}.")
    x: Text | None = Field(default=None, description="Inputs.")
    t: Text | None = Field(default=None, description="Targets.")
    b: Text | None = Field(default=None, description="Biases.")
    theta: Text | None = Field(default=None, description="Thresholds.")
    z: Text | None = Field(default=None, description="Pre-activations.")
    a: Text | None = Field(default=None, description="Activations.")
    output: Text | None = Field(default=None, description="Outputs of the last layer.")
    loss: Text | None = Field(default=None, description="The loss.")
    rate: Text | None = Field(default=None, description="The learning rate.")
    delta: Text | None = Field(default=None, description="The local gradient.")
    step: Text | None = Field(default=None, description="The number of an update.")
    row: Text | None = Field(default=None, description="The number of an example.")
    delta_is: Literal["dloss/dz", "-dloss/dz"] | None = Field(default=None, description="The sign delta carries.")
    first_row: Annotated[int, Field(ge=0)] | None = Field(default=None, description="The number of the first example.")
    symbols: dict[str, Text] | None = Field(default=None, description="Single quantities by canonical name.")


class PublishedValue(Section):
    """A value as somebody printed it, and where."""

    value: PrintedText = Field(description="The text as printed, in quotes: its digits count.")
    where: Line | None = Field(default=None, description="Where it is printed.")


class Ask(Section):
    """One question of an exercise."""

    kind: Text | None = Field(default=None, description="Kind of question.")
    of: Names | None = Field(default=None, description="The quantities it asks for.")
    marks: Number | None = Field(default=None, description="Marks it gives.")
    blanks: Annotated[int, Field(ge=0)] | None = Field(default=None, description="How many blanks it leaves.")


class Exercise(Section):
    """What `sheet` asks."""

    vary: Names | None = Field(
        default=None, description="What differs between students: inputs, weights, biases, targets."
    )
    digits: Annotated[int, Field(ge=0, le=15)] | None = Field(default=None, description="Decimals of the answers.")
    tolerance: Number | None = Field(default=None, description="How far an answer may be off, if not by its digits.")
    total_marks: Number | None = Field(default=None, description="Marks of the whole sheet.")
    hints: Hints | None = Field(default=None, description="Level of hints, 0 to 4.")
    ask: list[Ask] | None = Field(default=None, description="The questions.")
    cancel: Names | None = Field(
        default=None,
        description='Answers that no longer count, by their labels such as "1b", or questions such as "1".',
    )


NotationWay = Annotated[
    Annotated[NotationName, Tag("<word>")] | Annotated[OwnNotation, Tag("<table>")], Discriminator(_table_or_word)
]
PublishedWay = Annotated[
    Annotated[PrintedText, Tag("<word>")] | Annotated[PublishedValue, Tag("<table>")], Discriminator(_table_or_word)
]


class NetworkFile(Section):
    """A network file of derivegen: a small network, its data and loss, how it is trained and shown."""

    title: Line | None = Field(default=None, description="Title of the document.")
    notation: NotationWay = Field(
        default="indexed", description="How quantities are called: a notation's name, or a table of one's own."
    )
    weights_as: Orientation | None = Field(
        default=None, description='How all weights are laid out: "units x inputs" (default) or "inputs x units".'
    )
    data: Data = Field(default=Data(), description="Inputs and targets.")
    layer: list[Layer] | None = Field(default=None, description="The layers, from the input side to the output side.")
    graph: Graph | None = Field(default=None, description="A graph of one's own, in place of layers.")
    loss: Loss | None = Field(default=None, description="The loss of a layer network.")
    training: TrainingSection = Field(
        default=TrainingSection(), description="Learning rate, updates, batches, what is frozen."
    )
    document: Document = Field(default=Document(), description="How it is shown.")
    published: dict[str, PublishedWay] = Field(
        default={}, description="Values as printed elsewhere, by quantity name; the document reports what differs."
    )
    exercise: Exercise | None = Field(default=None, description="What sheets ask.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the network file."""
    schema = NetworkFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "derivegen network file"}
