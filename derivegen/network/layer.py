"""One layer as its families say it: the families of a graph go in; for each of weighted sums what feeds it, its weights, what is added and
what becomes of it come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from derivegen.formula.tree import Indexed, walk
from derivegen.network.family import Families, Family
from derivegen.records import dataclass

Offsets = Literal["each", "shared", "threshold", "none"]
"""What is added to a weighted sum: a bias of the unit's own, one of the whole layer, less a threshold, nothing."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The families of a layer: z = Σ weights · below + offset, a = f(z). The first that computes has number 1."""

    number: int
    below: Family
    weights: Family
    offset: Family | None
    z: Family
    a: Family

    @property
    def units(self) -> int:
        """How many there are."""
        return int(self.z.axes[0].size)

    @property
    def fan_in(self) -> int:
        """How many values enter each unit."""
        return int(self.below.axes[0].size)

    @property
    def parameters(self) -> tuple[Family, ...]:
        """The weights, and what is added or subtracted if anything is."""
        return (self.weights,) if self.offset is None else (self.weights, self.offset)

    @property
    def linear(self) -> bool:
        """Whether z and a are one quantity."""
        return self.a.is_identity

    @property
    def offsets(self) -> Offsets:
        """What is added."""
        if self.offset is None:
            return "none"
        if self.offset.kind == "threshold":
            return "threshold"
        return "each" if self.offset.axes else "shared"

    @property
    def missing(self) -> int:
        """How many weights a mask leaves out."""
        return self.units * self.fan_in - self.weights.per_example


def layers_of(families: Mapping[str, Family]) -> tuple[Layer, ...]:
    """The layers, from the input side to the output side; of a graph of one's own none."""
    activations = {family.layer: family for family in families.values() if family.kind == "activation"}
    sums = (family for family in families.values() if family.kind == "pre-activation")
    return tuple(_layer(z, activations[z.layer], families) for z in sums)


def _layer(z: Family, a: Family, families: Families) -> Layer:
    assert z.formula is not None
    entering = [families[part.base] for part in walk(z.formula) if isinstance(part, Indexed)]
    (weights,) = (family for family in entering if family.kind == "weight")
    (below,) = (family for family in entering if not family.is_parameter)
    offset = next((family for family in entering if family.kind in ("bias", "threshold")), None)
    return Layer(z.layer, below, weights, offset, z, a)
