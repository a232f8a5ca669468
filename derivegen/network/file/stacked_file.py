"""A network of layers of several kinds goes in; the sections of a network file that loads as the same come out, its numbers typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivegen.network.file.chosen_loss import by_steps
from derivegen.network.file.lists import nested, stated
from derivegen.network.network import ActivationChoice, FormulaGraph, Part
from derivegen.network.tables.layer_kinds import LAYER_KINDS
from derivegen.network.tables.losses import PENALTIES

Table = dict[str, Any]
MASK = "keep"
"""The zeros and ones of dropout."""


def stacked_file(graph: FormulaGraph) -> Table:
    """Data, layers, kinds of one's own, loss."""
    first, *layers, last = graph.parts
    loss, kinds = last.loss, {repr(each): each for part in layers for each in part.section.get("own", ())}
    assert loss is not None
    named = {"formula": loss.formula} if loss.formula is not None else {"name": loss.name, **loss.parameters}
    inputs, (targets, *mask) = _by_row(graph, first), [_by_row(graph, _alone(last, text)) for _, text in last.declared]
    held = {name: graph.constants[PENALTIES[name].strength] for name in loss.penalties}
    kept: Table = {**held, "penalized": loss.penalized} if held else {}
    kept |= {"class_weights": list(loss.weights)} if loss.weights else {}
    return {
        "data": {"inputs": inputs}
        | ({} if targets == "symbolic" else {"targets": targets})
        | ({"mask": mask[0]} if mask else {}),
        "layer": [_layer(graph, part, len(inputs)) for part in layers],
        **({"kind": [dict(each) for each in kinds.values()]} if kinds else {}),
        "loss": {**named, **loss.averages, **kept, **({"steps": loss.steps} if by_steps(graph) else {})},
    }


def _by_row(graph: FormulaGraph, part: Part) -> Any:
    """What is given for each row, a list for each."""
    ((_, text),) = part.declared
    found = stated(graph, part, text)
    if part.example is None or found == "symbolic":
        return found if found == "symbolic" else [found]
    *sizes, rows = [each.size for each in part.axes.values()]
    every = [*_flat(found)]
    return [nested(iter(every[row::rows]), sizes) for row in range(rows)]


def _flat(value: Any) -> list[Any]:
    return [each for inner in value for each in _flat(inner)] if isinstance(value, list) else [value]


def _layer(graph: FormulaGraph, part: Part, rows: int) -> Table:
    made = {key: _plain(value) for key, value in part.section.items() if value is not None and key != "own"}
    given: dict[str, Table] = {"weight": {}, "bias": {}, "constant": {}}
    for kind, text in part.declared:
        given[kind][text.partition("[")[0]] = stated(graph, part, text)
    if "kind" not in made:
        return made | _of_dense(given)
    fixed = {name: value for name, value in given["constant"].items() if name in _fixed(made["kind"])}
    known = {name: value for kind in ("weight", "bias") for name, value in given[kind].items() if value != "symbolic"}
    known |= fixed
    made |= {"parameters": known} if known else {}
    made |= {} if given["bias"] or not _has_biases(made["kind"]) else {"biases": False}
    mask = next((text for _, text in part.declared if text.partition("[")[0] == MASK), None)
    if mask is None:
        return made
    own = _alone(part, mask)
    return made | {"mask": given["constant"][MASK] if own.example is None and rows > 1 else _by_row(graph, own)}


def _has_biases(kind: str) -> bool:
    """Whether layers of a kind may have biases, so that it has to be said that one has none."""
    return kind in LAYER_KINDS and any(text.biases for text in LAYER_KINDS[kind].texts)


def _fixed(kind: str) -> set[str]:
    """The names of numbers that layers of a kind are given and nothing is differentiated by."""
    texts = LAYER_KINDS[kind].texts if kind in LAYER_KINDS else ()
    return {left.partition("[")[0] for text in texts for left in text.fixed}


def _alone(part: Part, text: str) -> Part:
    """The part with this left side alone, its letters in their order."""
    letters = text.partition("[")[2].rstrip("]").split(",")
    return Part(
        {letter: part.axes[letter] for letter in filter(None, letters)}, (("constant", text),), called=part.called
    )


def _of_dense(given: Mapping[str, Table]) -> Table:
    made: Table = {"weights": given["weight"]["w"]} if given["weight"]["w"] != "symbolic" else {}
    if not given["bias"]:
        return made | {"biases": False}
    ((name, value),) = given["bias"].items()
    if name == "theta":
        return made | {"thresholds": value}
    if value != "symbolic":
        return made | {"biases": value}
    return made if not made else made | {"biases": "shared"}


def _activation(chosen: ActivationChoice) -> Table:
    named = {"formula": chosen.formula} if chosen.formula is not None else {"name": chosen.name}
    return {**named, **chosen.parameters}


def _plain(value: Any) -> Any:
    if isinstance(value, ActivationChoice):
        return _activation(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
