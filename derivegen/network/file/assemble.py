"""Takes the typed sections of a network file; gives the Network, with every number in place and every shape checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from derivegen.network.asked import Counting, Exercise, LateRule, Question
from derivegen.network.file import layer_sections, schema
from derivegen.network.file.chosen_loss import check_steps, is_stacked, loss_choice, penalties, why_stacked
from derivegen.network.file.chosen_training import batched, check_batch, training
from derivegen.network.file.fitting import Layers
from derivegen.network.file.known import (
    Known,
    checked_assumptions,
    checked_parameters,
    checked_quantity,
    checked_wrt,
    symbol_name,
)
from derivegen.network.file.layer_numbers import LayerGivens
from derivegen.network.file.looks import theme_of
from derivegen.network.file.messages import Fault, commas_for_points, counted, shown
from derivegen.network.file.own_graph import own_graph
from derivegen.network.file.own_kinds import own_kinds
from derivegen.network.file.stacking import Stack
from derivegen.network.file.targets import check_targets, class_numbers, smoothed
from derivegen.network.file.typed import exact_rows
from derivegen.network.file.values import Draws, array_rows, as_fault
from derivegen.network.network import LossChoice, Network, Options, Published, Rows
from derivegen.network.patterns import own_pattern, own_symbol
from derivegen.records import replace

PATTERNS: Final = ("w", "x", "t", "b", "theta", "z", "a", "output", "loss", "rate", "delta", "step", "row")


def assemble(file: schema.NetworkFile, stem: str, base: Path) -> Network:
    """The network a file describes."""
    if (file.layer is None) == (file.graph is None):
        found = "neither" if file.graph is None else "both"
        fix = "write [[layer]] sections" if file.graph is None else "take one of them out"
        raise Fault("layer", f"{found} [[layer]] and [graph]", "one of the two", fix)
    if file.graph is not None:
        return _with_names(_graph_network(file, stem, base), file, base)
    made = _stacked_network if is_stacked(file) else _layer_network
    return _with_names(made(file, stem, base), file, base)


def _general(file: schema.NetworkFile, stem: str) -> Network:
    """What both kinds of network share."""
    return Network(title=file.title or stem, stem=stem, training=training(file))


def _graph_network(file: schema.NetworkFile, stem: str, base: Path) -> Network:
    assert file.graph is not None
    if file.loss is not None:
        raise Fault("loss", "[loss] beside [graph]", "no loss, since the output is the loss", "take [loss] out")
    if file.data != schema.Data():
        raise Fault("data", "[data] beside [graph]", "the numbers in graph.inputs", "move them there")
    portion, size = batched(file.training)
    for key, value in (("weights_as", file.weights_as), (f"training.{portion}", size or None)):
        if value is not None:
            raise Fault(key, f"{shown(value)} beside [graph]", "nothing, since it is for layers", "take it out")
    return replace(_general(file, stem), graph=own_graph(file.graph, file.training, base))


def _stacked_network(file: schema.NetworkFile, stem: str, base: Path) -> Network:
    """Layers of several kinds, as indexed equations."""
    assert file.layer is not None
    draws, data = Draws(), file.data
    for key in ("input_names", "target_names"):
        if getattr(data, key):
            raise Fault(f"data.{key}", key, f"none {why_stacked(file)}", "take it out")
    loss = loss_choice(file)
    layers = Layers(file.layer, file.weights_as, base, draws)
    kinds = own_kinds(file.kind or ())
    stack = Stack(file.layer, kinds, data, base, draws, LayerGivens(base, draws), layers)
    graph = stack.graph(loss, penalties(file.loss))
    check_steps(file, graph)
    key, value = batched(file.training)
    if key:
        raise Fault(f"training.{key}", value, f"nothing, since {why_stacked(file)} all rows are taken", "take it out")
    return replace(_general(file, stem), graph=graph)


def _layer_network(file: schema.NetworkFile, stem: str, base: Path) -> Network:
    sections = [each for each in file.layer or () if isinstance(each, layer_sections.Layer)]
    if not sections:
        raise Fault("layer", "no layers", "at least one [[layer]]", "write [[layer]] and units = 1")
    data, draws = file.data, Draws()
    layers = Layers(sections, file.weights_as, base, draws)
    given = _given(data.inputs, "data.inputs", base)
    width = layers.n_inputs(data, given)
    outputs = sections[-1].units
    layers.check_size(width)
    loss = loss_choice(file)
    if data.mask is not None:
        raise Fault("data.mask", "a mask of steps", "nothing, since there are no steps in time", "take it out")
    given_targets = _given(data.targets, "data.targets", base)
    rows = _row_count(data, given, given_targets)
    inputs = _drawn(data.inputs, given, rows, width, "data.inputs", draws)
    targets = _drawn(data.targets, given_targets, rows, outputs, "data.targets", draws)
    dense = layers.dense(width)
    _check_targets(targets, outputs, loss)
    targets = targets and smoothed(targets, loss)
    _check_names(data.input_names, width, "data.input_names", "input")
    _check_names(data.target_names, outputs, "data.target_names", "output")
    check_batch(file.training, rows)
    return replace(
        _general(file, stem),
        n_inputs=width,
        n_outputs=outputs,
        rows=rows,
        inputs=inputs,
        targets=targets,
        input_names=data.input_names or (),
        target_names=data.target_names or (),
        layers=dense,
        loss=loss,
        drawings=tuple(draws.made),
    )


def _given(values: object, path: str, base: Path) -> Rows | None:
    """Rows that were typed or stand in a file; None for symbols and for what is yet to be drawn."""
    if isinstance(values, layer_sections.ArrayFile):
        return array_rows(values, base, path)
    if isinstance(values, tuple) and isinstance(
        values[0][0], tuple
    ):  # rows of lists are for other layers than dense ones
        as_fault(
            path, exact_rows, [[list(each) if isinstance(each, tuple) else each for each in row] for row in values]
        )
    return values if isinstance(values, tuple) else None


def _row_count(data: schema.Data, inputs: Rows | None, targets: Rows | None) -> int | str:
    if inputs is not None and targets is not None and len(inputs) != len(targets):
        expected = f"{counted(len(inputs), 'row')}, one for each row of data.inputs"
        fix = "give every row of inputs its row of targets"
        raise Fault("data.targets", counted(len(targets), "row"), expected, fix + _turned(targets, len(inputs)))
    typed = inputs if inputs is not None else targets
    if typed is None:
        return data.rows if data.rows is not None else 1
    if data.rows is not None and data.rows != len(typed):
        where = "data.inputs" if inputs is not None else "data.targets"
        expected = f"{len(typed)}, the number of rows of {where}"
        raise Fault("data.rows", shown(data.rows), expected, "take rows out: it is for symbols and drawn numbers")
    return len(typed)


def _turned(rows: Rows, wanted: int) -> str:
    """The hint that rows were written as columns."""
    if len(rows[0]) != wanted or len(rows) == wanted:
        return ""
    return f": {shown([list(column) for column in zip(*rows, strict=True)])}"


def _drawn(values: object, given: Rows | None, rows: int | str, width: int, path: str, draws: Draws) -> Rows | None:
    """The rows, drawn if that is asked for; their width has to fit."""
    if isinstance(values, layer_sections.Drawn):
        if isinstance(rows, str):
            raise Fault(path, f'drawn numbers for rows = "{rows}"', "a number of rows", "write rows = 4")
        if values.columns not in (None, width):
            raise Fault(f"{path}.columns", shown(values.columns), f"{width}", "take columns out")
        return draws.rows(values, rows, width, path)
    noun = "input" if path == "data.inputs" else "output"
    if isinstance(values, int) and values != width:
        expected = f"{width}, one for each {noun} of the network"
        raise Fault(path, f"{counted(values, 'symbol')}", expected, f"write {path[5:]} = {width}")
    return given


def _check_targets(targets: Rows | None, outputs: int, loss: LossChoice) -> None:
    if targets is None:
        return
    if len(targets[0]) != outputs:
        classes = class_numbers(targets, outputs, loss.name) if loss.targets == "shares" else None
        if classes is not None:
            raise classes
        expected = f"{outputs}, one for each unit of the last layer"
        fix = f"write rows of {outputs}, or units = {len(targets[0])} in the last layer"
        fix += commas_for_points(targets[0], outputs)
        raise Fault("data.targets", f"{counted(len(targets[0]), 'number')} in each row", expected, fix)
    check_targets(targets, loss)


def _check_names(names: Sequence[str] | None, width: int, path: str, noun: str) -> None:
    if names is None:
        return
    if len(names) != width:
        expected = f"{width}, one for each {noun}"
        raise Fault(path, counted(len(names), "name"), expected, f"write {counted(width, 'name')}")
    for place, name in enumerate(names, 1):
        if name in names[: place - 1]:
            raise Fault(f"{path}[{place}]", f"{shown(name)} again", "every name once", "rename one of them")


def _with_names(network: Network, file: schema.NetworkFile, base: Path) -> Network:
    """The network with all that names its quantities: frozen, wrt, assume, published, symbols, questions."""
    known = Known(network)
    training = replace(
        network.training,
        frozen=checked_parameters(known, file.training.frozen or (), "training.frozen"),
        trained=None
        if file.training.trained is None
        else checked_parameters(known, file.training.trained, "training.trained"),
    )
    published = {checked_quantity(known, k, f"published.{k}"): _published(v) for k, v in file.published.items()}
    return replace(
        network,
        training=training,
        published=published,
        notation=checked_notation(network, file),
        options=options(network, file.document, base),
        exercise=None if file.exercise is None else _exercise(network, file.exercise),
    )


def checked_notation(network: Network, file: schema.NetworkFile) -> str | Mapping[str, object]:
    """The notation's name, or the keys of one's own."""
    notation = file.notation
    if isinstance(notation, str):
        return notation
    own = notation.model_dump(exclude_none=True)
    own |= {key: own_pattern(key, own[key], f"notation.{key}") for key in PATTERNS if key in own}
    symbols = {k: own_symbol(v, f"notation.symbols.{k}") for k, v in (notation.symbols or {}).items()}
    known = Known(network)
    by_name = {symbol_name(known, k, f"notation.symbols.{k}"): v for k, v in symbols.items()}
    return own | ({"symbols": by_name} if symbols else {})


LOOKS: Final = ("theme", "logo", "header", "accent", "font")


def options(network: Network, section: schema.Document, base: Path, path: str = "document.") -> Options:
    """The keys of `[document]`, checked against the network; files they name are looked up in `base`."""
    if section.digits is not None and section.significant is not None:
        found = "digits and significant together"
        raise Fault(f"{path}significant", found, "one of the two", "take one of them out")
    if section.sections is not None and section.only is not None:
        raise Fault(f"{path}only", "sections and only together", "one of the two", "take one of them out")
    values = section.model_dump(exclude={"only", *LOOKS}) | {"sections": section.sections or section.only}
    looks = section.model_dump(include={*LOOKS}, exclude_none=True)
    values["theme"] = theme_of(looks, base, network.options.theme, path)
    if section.wrt is not None:
        values["wrt"] = checked_wrt(Known(network), section.wrt, f"{path}wrt")
    if section.assume is not None:
        values["assume"] = checked_assumptions(Known(network), section.assume, f"{path}assume")
    return Options(**values)


def _published(value: str | schema.PublishedValue) -> Published:
    return Published(value) if isinstance(value, str) else Published(value.value, value.where)


def _exercise(network: Network, section: schema.Exercise) -> Exercise:
    asked = tuple(_question(network, q, f"exercise.ask[{place}]") for place, q in enumerate(section.ask or (), 1))
    cancelled = tuple(word.strip().lower() for word in section.cancel or ())
    late = None if section.late is None else LateRule(section.late.due, section.late.per_day, section.late.least)
    fixed = (section.vary, section.digits, section.tolerance, section.total_marks, section.hints)
    return Exercise(*fixed, asked, cancelled, cast("Counting | None", section.attempts), late)


def _question(network: Network, ask: schema.Ask, path: str) -> Question:
    of = tuple(
        checked_quantity(Known(network), name, f"{path}.of[{place}]") for place, name in enumerate(ask.of or (), 1)
    )
    return Question(ask.kind, of, ask.marks, ask.blanks)
