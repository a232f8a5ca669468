"""The network file as pydantic models: parsed TOML or JSON goes in, typed sections come out; also its JSON Schema."""

from __future__ import annotations

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
from derivegen.network.file.exercise_section import Ask as Ask
from derivegen.network.file.exercise_section import Exercise as Exercise
from derivegen.network.file.kinds_of_value import (
    Axes,
    Count,
    FormName,
    LibraryName,
    Line,
    Names,
    Nodes,
    NotationName,
    Number,
    OptimizerName,
    Orientation,
    Picture,
    PrintedText,
    RowCount,
    ScheduleName,
    Section,
    Text,
    iso_date,
)
from derivegen.network.file.layer_sections import DataValues, GraphValues, LayerWay, OtherValues, OwnKind, table_or_word
from derivegen.network.file.loss_section import Loss as Loss
from derivegen.network.file.theme_section import ThemeWay
from derivegen.network.tables import forms, optimizers

MOST_STEPS: Final = 10**5


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
    mask: OtherValues | None = Field(default=None, description="Rows × steps: 1 where the loss counts a step, else 0.")
    input_names: Names | None = Field(default=None, description="What the inputs are called in tables.")
    target_names: Names | None = Field(default=None, description="What the targets are called in tables.")


class Graph(Section):
    """A graph of one's own in place of layers."""

    axes: Axes = Field(
        default={},
        description='Index letters and how far they run: 3, another letter, "m - u + 1", or from, to, counts, name.',
    )
    inputs: GraphValues = Field(
        default={},
        description="Inputs with their numbers, or a list of names for symbols; with axes x[t,k] and lists, or { seed = 3 }.",
    )
    constants: GraphValues = Field(default={}, description="With axes: numbers nothing is differentiated by.")
    parameters: GraphValues = Field(default={}, description="Parameters with their numbers, or a list of names.")
    nodes: Nodes = Field(
        description="[name, formula] in order, or a table; a formula may use what stands before it. With axes in any order."
    )
    outside: Names = Field(default=(), description="With axes: what is 0 wherever it is read outside of its ranges.")
    output: Text = Field(description="The node that is differentiated.")
    wrt: Names | None = Field(default=None, description="By what; all inputs and parameters if left out.")
    gates: bool = Field(default=False, description="One node per operation.")


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
    schedule: ScheduleName | None = Field(
        default=None,
        description="How the rate goes from update to update: step, cosine, warm_up; it stays if left out.",
    )
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS)] = Field(default=1, description="Number of updates.")
    batch_size: Count | None = Field(default=None, description="Rows of a batch, taken in order; all if left out.")
    accumulate: Count = Field(default=1, description="Batches whose gradients make one update together.")
    shuffle: Annotated[int, Field(ge=0, lt=2**32)] | None = Field(
        default=None,
        description="Seed of the order of rows, another one in each epoch; they stand as they are if left out.",
    )
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
    deeper: Annotated[int, Field(ge=-1, le=3)] | None = Field(
        default=None, description="How many levels lower the headings of a body stand: 1 for a section of a book."
    )
    style: Literal["light", "print"] | None = Field(
        default=None, description="In colours, or for printing in black, white and grey."
    )
    assume: Names | None = Field(default=None, description='For symbolic kinks, such as "z[1][1] > 0".')
    author: Line | None = Field(default=None, description="Printed under the title.")
    course: Line | None = Field(default=None, description="Printed under the title.")
    date: Annotated[Line, BeforeValidator(iso_date)] | None = Field(default=None, description="Printed as given.")
    intro: Line | None = Field(default=None, description="A paragraph before the solution.")
    story: Line | None = Field(
        default=None, description="What inputs and answer mean, in a paragraph before the solution."
    )
    theme: ThemeWay | None = Field(
        default=None, description="A teacher's own look: a TOML file with logo, header, accent, font, course, author."
    )
    logo: Picture | None = Field(default=None, description="A picture at the head: PNG, JPEG or SVG of at most 200 kB.")
    header: Line | None = Field(default=None, description="The line at the head, such as the school.")
    accent: Line | None = Field(default=None, description='The colour of headings, rules and boxes, such as "#7a1f2b".')
    font: Line | None = Field(default=None, description='The font of the text, such as "Libertinus Serif".')
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


NotationWay = Annotated[
    Annotated[NotationName, Tag("<word>")] | Annotated[OwnNotation, Tag("<table>")], Discriminator(table_or_word)
]
PublishedWay = Annotated[
    Annotated[PrintedText, Tag("<word>")] | Annotated[PublishedValue, Tag("<table>")], Discriminator(table_or_word)
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
    layer: list[LayerWay] | None = Field(
        default=None, description="The layers, from the input side to the output side."
    )
    kind: list[OwnKind] | None = Field(default=None, description="Kinds of layers of one's own.")
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
