"""The numbers that a network states, by canonical name: looked up where they stand, so that a million of them need no name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from derivegen.formula.tree import Cases, Indexed, walk
from derivegen.network.family import Family
from derivegen.network.names import Name, parse
from derivegen.network.network import Dense, Figure, Network, Rows
from derivegen.records import dataclass

Other = TypeVar("Other")
MOST_NAMED = 5000
"""Given numbers whose names are all made at once."""


def givens_of(network: Network) -> Mapping[str, Figure]:
    """The numbers of the file by canonical name; of a small network at once, since each is asked for many times."""
    found = Givens(network)
    count = sum(map(len, (*(network.inputs or ()), *(row for layer in network.layers for row in layer.weights or ()))))
    return found if count > MOST_NAMED else dict(found)


@dataclass(frozen=True, slots=True)
class Givens(Mapping[str, Figure]):
    """The numbers of a network of layers. A weight that does not exist has none."""

    network: Network

    def __getitem__(self, name: str) -> Figure:
        """The number. Raises KeyError if the network states none of that name."""
        found = self._found(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Other | None = None) -> Figure | Other | None:  # type: ignore[override]
        """The number, or what is to stand for one that is not stated."""
        found = self._found(name)
        return default if found is None else found

    def _found(self, name: str) -> Figure | None:
        if name == "rate":
            return self.network.training.learning_rate
        if name in self.network.training.rule.settings:
            return self.network.training.rule.settings[name]
        parts = parse(name)
        if parts is None or parts.primed or parts.step is not None:
            return None
        try:
            return self._datum(parts) if parts.base in ("x", "t") else self._parameter(parts)
        except IndexError:
            return None

    def _datum(self, parts: Name) -> Figure | None:
        """An input or a target; with several rows the name has to say of which."""
        table = self.network.inputs if parts.base == "x" else self.network.targets
        if table is None or len(parts.indices) != 1 or (parts.row is None) != (self.network.rows == 1):
            return None
        row, place = int(parts.row or 1), parts.indices[0]
        return table[row - 1][place - 1] if row and place else None

    def _parameter(self, parts: Name) -> Figure | None:
        if not parts.indices or parts.row is not None or not all(parts.indices):
            return None
        layer, own = self.network.layers[parts.indices[0] - 1], parts.indices[1:]
        if parts.base == "w":
            exists = layer.weights is not None and len(own) == 2 and (layer.mask is None or _at(layer.mask, own))
            return _at(layer.weights, own) if exists and layer.weights is not None else None
        if layer.biases is None or parts.base != _letter(layer) or len(own) != (layer.bias_kind != "shared"):
            return None
        return layer.biases[own[0] - 1 if own else 0]

    def __iter__(self) -> Iterator[str]:
        network = self.network
        for base, table in (("x", network.inputs), ("t", network.targets)):
            for r, row in enumerate(table or (), 1):
                at = "" if network.rows == 1 else f"@{r}"
                yield from (f"{base}[{k}]{at}" for k in range(1, len(row) + 1))
        for number, layer in enumerate(network.layers, 1):
            for j, row in enumerate(layer.weights or (), 1):
                mask = layer.mask[j - 1] if layer.mask is not None else (True,) * len(row)
                yield from (f"w[{number}][{j}][{k}]" for k, exists in enumerate(mask, 1) if exists)
            if layer.bias_kind == "shared" and layer.biases is not None:
                yield f"b[{number}]"
            else:
                yield from (f"{_letter(layer)}[{number}][{j}]" for j in range(1, len(layer.biases or ()) + 1))
        if network.training.learning_rate is not None:
            yield "rate"
        yield from network.training.rule.settings

    def __len__(self) -> int:
        return sum(1 for _ in self)


def stated(network: Network, family: Family) -> Rows | None:
    """The numbers of a family as rows: examples × inputs, units × inputs, or one row; None where the network states none."""
    if family.kind in ("input", "target"):
        return network.inputs if family.kind == "input" else network.targets
    if not family.is_parameter or not family.layer:
        return None
    layer = network.layers[family.layer - 1]
    if family.kind == "weight":
        return layer.weights
    return None if layer.biases is None else (layer.biases,)


def left_open(network: Network, families: Mapping[str, Family]) -> frozenset[str]:
    """The families of which no member has a number: those that the file leaves open, and what is worked out from them whatever the numbers
    of others are."""
    found: set[str] = set()
    for family in families.values():
        if family.formula is None:
            open_ = family.mask is None and stated(network, family) is None
        else:
            parts = tuple(walk(family.formula))
            chosen = any(isinstance(part, Cases) for part in parts)
            open_ = not chosen and any(isinstance(part, Indexed) and part.base in found for part in parts)
        if open_:
            found.add(family.name)
    return frozenset(found)


def all_stated(network: Network, families: Iterable[Family]) -> bool:
    """Whether the network states every number that is given."""
    spec = network.graph
    if spec is not None:
        return all(None not in each.values() for each in (spec.inputs, spec.constants, spec.parameters))
    return all(stated(network, family) for family in families if family.formula is None)


def path_of(family: Family) -> str:
    """Where in the file the numbers of a family stand, as messages say it."""
    if family.kind in ("input", "target"):
        return f"data.{family.kind}s"
    keys = {"weight": "weights", "bias": "biases", "threshold": "thresholds"}
    return f"layer[{family.layer}].{keys[family.kind]}"


def _letter(layer: Dense) -> str:
    return "theta" if layer.bias_kind == "threshold" else "b"


T = TypeVar("T")


def _at(table: tuple[tuple[T, ...], ...], indices: tuple[int, ...]) -> T:
    return table[indices[0] - 1][indices[1] - 1]
