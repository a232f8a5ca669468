"""A network goes in; its layers come out as libraries have them, arrays units × inputs, or one message with all that cannot be carried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.errors import InputError
from derivegen.interop.models.model import Losses, Table, Uncarried
from derivegen.interop.models.stacked import FORMULA_ALONE
from derivegen.network.file.as_file import network_file
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import ACTIVATIONS, USUAL
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

NUMBERS: Final = ("weights", "biases", "thresholds", "parameters")
"""The keys of a section under which its numbers stand."""
ALONE: Final = ""
"""The kind of a layer that is an activation and nothing more."""


@dataclass(frozen=True)
class Leaving:
    """One layer: its number, its kind by the name of the table, its activation with what that is set to, what else the file says of it,
    its arrays by the letters of our texts."""

    number: int
    kind: str
    function: str = USUAL
    settings: Mapping[str, float] = field(default_factory=dict)
    section: Table = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)

    @property
    def activates(self) -> bool:
        """Whether its activation changes anything."""
        return self.function != USUAL

    def way(self, stem: str, end: str = "") -> dict[str, Array]:
        """The arrays of one letter by gate, "" where there are no gates: of w those of wi, wf, …; of one direction."""
        found = {}
        for name, array in self.arrays.items():
            one = name.removesuffix(end)
            if one.startswith(stem) and (bool(end) == name.endswith("_b")):
                found[one[len(stem) :]] = array
        return found


class Departing(NamedTuple):
    """A network as it leaves: its layers, the table of its file without numbers, the letters of what enters."""

    chain: tuple[Leaving, ...]
    table: Table
    enters: tuple[str, ...]
    looked_up: bool


def left(trace: Trace) -> Departing:
    """The network. Raises InputError where it has no layers or no numbers."""
    if not trace.complete:
        raise InputError("found a network with symbols; expected numbers everywhere; give each a number")
    table = network_file(trace.graph.network)
    if "layer" not in table:
        raise InputError(
            "found a graph of formulas; expected layers, which are what such files hold; write --to npz for its arrays"
        )
    kinds = {str(each["name"]): each for each in table.get("kind", ())}
    losses, layers = Losses(), list[Leaving]()
    for number, section in enumerate(table["layer"], 1):
        with losses.of(_called(number, section)):
            layers.append(_layer(number, section, kinds))
    losses.check()
    bare = [
        {key: value for key, value in each.items() if key not in NUMBERS or value is False} for each in table["layer"]
    ]
    kept: Table = {key: table[key] for key in ("kind", "loss") if key in table}
    entering = trace.graph.families["x"]
    return Departing(tuple(layers), {"layer": bare, **kept}, _letters(trace.graph), entering.kind == "constant")


def _letters(graph: Graph) -> tuple[str, ...]:
    """What counts what enters, without the examples."""
    return tuple(axis.counts for axis in graph.families["x"].axes if axis.counts != "example")


def _called(number: int, section: Table) -> str:
    return f"layer {number} ({section.get('kind', DENSE.name)})"


def _layer(number: int, section: Table, kinds: Mapping[str, Any]) -> Leaving:
    """Raises Uncarried."""
    kind = str(section.get("kind", DENSE.name))
    if kind in kinds:
        return _of_own_kind(number, section, kinds[kind])
    said = section.get("activation", LAYER_KINDS.get(kind, DENSE).activation or USUAL)
    said = said if isinstance(said, Mapping) else {"name": said}
    function = str(said.get("name", said.get("formula")))
    if function not in ACTIVATIONS:
        raise Uncarried("an activation of one's own")
    settings = {key: float(value) for key, value in said.items() if key != "name"}
    return Leaving(number, kind, function, settings, section, dict(_arrays(section)))


def _of_own_kind(number: int, section: Table, kind: Mapping[str, Any]) -> Leaving:
    """A layer of a kind of one's own, which may be one function of what enters, and nothing more."""
    formulas = {FORMULA_ALONE.format(name=name): name for name in ACTIVATIONS}
    nodes = list(kind.get("nodes", ()))
    found = formulas.get(str(nodes[0][1])) if len(nodes) == 1 and kind.get("takes") == "*" else None
    if found is not None:
        return Leaving(number, ALONE, found)
    return Leaving(number, str(kind["name"]), section=section, arrays=dict(_arrays(section)))


def _arrays(section: Table) -> Iterator[tuple[str, Array]]:
    """One bias that all units share is there for each; a threshold is a bias with the other sign."""
    weights = section.get("weights")
    if weights is not None:
        array = numpy.array(weights, dtype=float)
        yield "w", array
        biases, thresholds = section.get("biases"), section.get("thresholds")
        if thresholds is not None:
            yield "b", -numpy.array(thresholds, dtype=float)
        elif biases is not None and biases is not False:
            yield "b", numpy.broadcast_to(numpy.array(biases, dtype=float), len(array)).copy()
    for name, value in section.get("parameters", {}).items():
        yield name, numpy.array(value, dtype=float)
