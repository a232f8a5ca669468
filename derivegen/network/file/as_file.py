"""A network goes in; the table of a network file that loads as the same network comes out, its numbers typed and not drawn or read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from derivegen.network.asked import Exercise, Question
from derivegen.network.file.lists import stated
from derivegen.network.file.stacked_file import stacked_file
from derivegen.network.network import (
    ActivationChoice,
    Dense,
    Figure,
    FormulaGraph,
    IndexLetter,
    LossChoice,
    Network,
    Options,
    Published,
    Rows,
)
from derivegen.network.tables.forms import SETTINGS
from derivegen.network.training import Training
from derivegen.records import fields

Table = dict[str, Any]


def network_file(network: Network) -> Table:
    """The table. Numbers are fractions, or floats where nobody typed them; names are canonical."""
    graph = network.graph
    body = _layers(network) if graph is None else stacked_file(graph) if graph.stacked else _graph(graph)
    return {
        "title": network.title,
        "notation": dict(network.notation) if isinstance(network.notation, Mapping) else network.notation,
        **body,
        **_filled(training=_training(network.training), document=_document(network.options)),
        **_filled(published={name: _published(value) for name, value in network.published.items()}),
        **_filled(exercise=_exercise(network.exercise)),
    }


def _document(options: Options) -> Table:
    """The look as a table, its picture in it, so that the file needs no other."""
    made = _set(options)
    if options.theme is not None:
        look, logo = _set(options.theme), options.theme.logo
        made["theme"] = (
            look if logo is None else look | {"logo": f"data:{logo.mime};base64,{b64encode(logo.data).decode()}"}
        )
    return made


def _filled(**tables: Table) -> Table:
    return {name: table for name, table in tables.items() if table}


def _set(section: Any) -> Table:
    """The keys of a frozen section that are not None, tuples as lists."""
    values = {each.name: getattr(section, each.name) for each in fields(section)}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _graph(graph: FormulaGraph) -> Table:
    if graph.parts:
        return {"graph": _indexed(graph)}
    return {
        "graph": {
            "inputs": _assigned(graph.inputs),
            "parameters": _assigned(graph.parameters),
            "nodes": _plain(graph.nodes),
            "output": graph.output,
            "wrt": list(graph.wrt),
            "gates": graph.gates,
        }
    }


def _indexed(graph: FormulaGraph) -> Table:
    """A graph whose names have indices: the numbers of each declared name as lists within one another."""
    sections = {"input": "inputs", "constant": "constants", "weight": "parameters"}
    (part,) = graph.parts
    made: Table = {"axes": {name: _axis(each) for name, each in part.axes.items()}}
    for kind, text in part.declared:
        made.setdefault(sections[kind], {})[text] = stated(graph, part, text)
    made |= {"nodes": _plain(part.nodes), "output": graph.output, "wrt": list(graph.wrt)}
    return made | ({"outside": list(part.outside)} if part.outside else {})


def _axis(each: IndexLetter) -> Table:
    table: Table = {"from": each.low, "to": each.high, "counts": each.counts}
    return table | ({"name": each.name} if each.name is not None else {})


def _assigned(values: Mapping[str, Figure | None]) -> Table:
    return {name: "symbolic" if value is None else value for name, value in values.items()}


def _layers(network: Network) -> Table:
    assert network.loss is not None
    return {
        "data": _data(network),
        "layer": [_layer(layer) for layer in network.layers],
        "loss": _loss(network.loss),
    }


def _data(network: Network) -> Table:
    return {
        "inputs": network.n_inputs if network.inputs is None else _plain(network.inputs),
        "targets": network.n_outputs if network.targets is None else _plain(_unsmoothed(network)),
        **({"rows": network.rows} if network.inputs is None and network.targets is None else {}),
        **({"input_names": list(network.input_names)} if network.input_names else {}),
        **({"target_names": list(network.target_names)} if network.target_names else {}),
    }


def _unsmoothed(network: Network) -> Rows:
    """The targets as they were before they were smoothed."""
    assert network.loss is not None and network.targets is not None
    keep, share = network.loss.smoothing(network.n_outputs)
    return tuple(tuple((t - share) / keep if share else t for t in row) for row in network.targets)


def _layer(layer: Dense) -> Table:
    made: Table = {"units": layer.units, "activation": _activation(layer.activation)}
    if layer.weights is not None:
        made["weights"] = _plain(layer.weights)
    if layer.mask is not None:
        made["connections"] = [[int(there) for there in row] for row in layer.mask]
    return made | _biases(layer)


def _biases(layer: Dense) -> Table:
    given = layer.biases
    match layer.bias_kind:
        case "none":
            return {"biases": False}
        case "threshold":
            return {"thresholds": "symbolic" if given is None else list(given)}
        case "shared":
            return {"biases": "shared" if given is None else given[0]}
        case "each" if given is not None:
            return {"biases": list(given)}
    # symbols of their own: what a layer without weights has if nothing is said; beside weights, only one unit can have one
    return {} if layer.weights is None else {"biases": "shared"}


def _activation(chosen: ActivationChoice) -> Table:
    named = {"formula": chosen.formula} if chosen.formula is not None else {"name": chosen.name}
    return {**named, **({"symbol": chosen.symbol} if chosen.symbol else {}), **chosen.parameters}


def _loss(loss: LossChoice) -> Table:
    named = {"formula": loss.formula} if loss.formula is not None else {"name": loss.name}
    more = {"label_smoothing": loss.smoothed} if loss.smoothed else {}
    return {**named, **loss.parameters, **loss.averages, **more}


def _training(training: Training) -> Table:
    made = {name: value for name, value in _set(training).items() if name not in ("library", "settings", "gathered")}
    if not training.frozen or training.trained is not None:
        del made["frozen"]
    settings = {name: bool(value) if SETTINGS[name].switch else value for name, value in training.settings}
    return made | settings | ({"as": training.library} if training.library is not None else {})


def _published(value: Published) -> str | Table:
    return value.value if value.where is None else {"value": value.value, "where": value.where}


def _exercise(exercise: Exercise | None) -> Table:
    if exercise is None:
        return {}
    asked = [_question(question) for question in exercise.ask]
    made = {name: value for name, value in _set(exercise).items() if name not in ("ask", "late")}
    late = {} if exercise.late is None else {"late": _set(exercise.late) | {"due": exercise.late.due.isoformat()}}
    return made | late | ({"ask": asked} if asked else {})


def _question(question: Question) -> Table:
    return {name: value for name, value in _set(question).items() if value != []}
