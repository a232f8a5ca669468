"""What a file says of the loss, as a pydantic model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from derivegen.network.file.kinds_of_value import LossForm, LossName, Number, Section, Text, Weights
from derivegen.network.network import Reduction
from derivegen.network.tables.losses import Over


class Loss(Section):
    """What is made small."""

    name: LossName | None = Field(default=None, description="Name of the loss.")
    formula: Text | None = Field(default=None, description="One's own, one output's term in t and a: \"(t - a)^4\".")
    delta: Number | None = Field(default=None, description="Where huber turns from square to straight; 1 if left out.")
    reduction: Reduction | None = Field(
        default=None,
        description="Over examples: add up, average, or divide by what the weights of their classes add up to.",
    )
    outputs: Over | None = Field(
        default=None, description="Over the outputs of an example: add up, or average; as the loss has it if left out."
    )
    library: LossForm | None = Field(
        default=None, alias="as", description="Averages as that library does, whose reduction and outputs it takes."
    )
    class_weights: Weights | None = Field(
        default=None, description="How much an example of each class counts in cross-entropy, class by class."
    )
    steps: Over | None = Field(
        default=None, description="Over steps in time, where there is an output at each: add up or average."
    )
    label_smoothing: Number | None = Field(
        default=None, description="How much of each target is shared out among all classes; from 0 to below 1."
    )
    weight_decay: Number | None = Field(default=None, description="L2: adds half of this times all squared weights.")
    l1: Number | None = Field(default=None, description="L1: adds this times the sum of the weights' absolute values.")
    penalized: Literal["weights", "all"] | None = Field(
        default=None, description="What weight_decay and l1 hold small: the weights, or the biases as well."
    )
