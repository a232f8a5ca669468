"""What the writers of a program know: a Trace, a notation and drawn numbers go in; shapes and names come out.

Three shapes: plain numbers where every layer is one unit, vectors for one example (W @ x + b), rows of examples for several (x @ W.T + b).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from derivegen.calculus.numbers.batches import portions
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.network.family import Family
from derivegen.network.layer import Layer
from derivegen.network.network import Network
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, field
from derivegen.solution.program.drawn import Drawn
from derivegen.solution.program.names import Names, names_of
from derivegen.solution.program.optimizing import Optimizing


@dataclass(frozen=True)
class Setting:
    """A network of layers as its program sees it. `trace` carries no rounding on."""

    trace: Trace
    notation: Notation
    drawn: Mapping[str, Drawn]
    _own: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def network(self) -> Network:
        """The network."""
        return self.trace.graph.network

    @property
    def stack(self) -> tuple[Layer, ...]:
        """The layers."""
        return self.trace.graph.stack

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return self.trace.graph.depth

    @property
    def several(self) -> bool:
        """Whether there are several examples."""
        return self.network.rows != 1

    @property
    def examples(self) -> dict[str, int]:
        """The letters that count examples, and how far they run."""
        axes = (axis for family in self.trace.graph.families.values() for axis in family.axes)
        return {axis.letter: int(axis.size) for axis in axes if axis.counts == "example"}

    @cached_property
    def scalar(self) -> bool:
        """Whether every layer is one unit with one input, so that no arrays are needed but for the examples."""
        single = all(width == 1 for width in self.trace.graph.widths)
        return single and all(layer.weights.mask is None and layer.offsets != "shared" for layer in self.stack)

    @property
    def arrays(self) -> bool:
        """Whether units or examples stand in arrays."""
        return not self.scalar or self.several

    @property
    def trained(self) -> bool:
        """Whether there are updates."""
        return len(self.trace.updates) > 1

    @property
    def batch(self) -> int | None:
        """The rows of a batch, if there is more than one batch."""
        return self.network.training.batch_size if self.trained and portions(self.network) else None

    @cached_property
    def names(self) -> Names:
        """What things are called."""
        return names_of(self.notation, self.scalar)

    @property
    def output(self) -> str:
        """The array of the outputs."""
        return self.names[self.trace.graph.output.name]

    @cached_property
    def parameters(self) -> tuple[Family, ...]:
        """The families of parameters."""
        return self.trace.graph.parameter_families

    @cached_property
    def moved(self) -> tuple[Family, ...]:
        """The families of parameters of which any is trained."""
        trained = set(self.trace.graph.trained)
        return tuple(each for each in self.parameters if any(each.member(at) in trained for at in each.members()))

    @property
    def gradients(self) -> dict[str, Any]:
        """The derivatives by what their parameters are called."""
        found: dict[str, Any] = {}
        for family in self.parameters:
            rows = [
                [None if name is None else self.trace.gradients[name] for name in row] for row in members_of(family)
            ]
            single = len(family.axes) < 2
            found[self.names[family.name]] = rows[0][0] if self.scalar else rows[0] if single else rows
        return found

    @cached_property
    def optimizing(self) -> Optimizing:
        """The update."""
        return Optimizing(self.network.training.rule, self.names.__getitem__, self.own)

    def own(self, what: str, name: str = "") -> str:
        """A name of the program's own, always the same: the mask of W1, the batch of x."""
        wanted = f"{what}_{self.names[name]}" if name else what
        if wanted not in self._own:
            self._own[wanted] = self.names.identifiers.claim(wanted)
        return self._own[wanted]


def members_of(family: Family) -> list[list[str | None]]:
    """The members of an array of parameters row by row; None where a mask says there is no weight."""
    sizes = [int(axis.size) for axis in family.axes]
    if len(sizes) < 2:
        return [[*family.names()]]
    places = [[(j, k) for k in range(1, sizes[1] + 1)] for j in range(1, sizes[0] + 1)]
    return [[family.member(place) if family.exists(place) else None for place in row] for row in places]
