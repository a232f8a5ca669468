"""The tables of a document: data, parameters, gradients, updates, training. Numbers go in as leaves, tables come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from derivegen.calculus.numbers.evaluate import Update
from derivegen.document.blocks import Beside, Block, Prose, Table
from derivegen.document.graph_tables import in_pairs
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Compare, Quantity, Relation, Value
from derivegen.network.family import Index
from derivegen.network.layer import Layer
from derivegen.network.tables.activations import decimal

MOST_CELLS = 320
"""Cells of a parameter table; a larger layer is left to the JSON."""
MOST_COLUMNS = 9
FEW = 12
NARROW = 4
"""Columns of a table that has another one beside it."""
HALF, BETWEEN, MARKS = 54, 3, "()[]{}^_⁽⁾"
"""Characters of half a page, and those that a gap between columns takes; what a symbol is typed with takes little room of its own."""
"""Parameters that share one table, a line each."""

OWN_GRAPH = {"table.new-parameters": "table.new-parameters.graph", "table.final": "table.final.graph"}
"""What is said where a network has no layers."""

Cell = Callable[[str], Prose]


def layer_name(pen: Pen, number: int) -> str:
    """A layer in words, whatever number the notation gives it."""
    count = pen.graph.depth
    return pen.words.plain("layer.output" if number == count else "layer.hidden", number=number, count=count)


def data_table(pen: Pen) -> Table:
    """Inputs and targets, a line a row, under the names the file gives them."""
    network = pen.graph.network
    several = network.rows != 1
    inputs = [f"x[{k}]" for k in range(1, pen.graph.n_inputs + 1)]
    targets = [f"t[{j}]" for j in range(1, pen.graph.n_outputs + 1)]
    rows = range(1, network.rows + 1) if several and isinstance(network.rows, int) else [1]
    named = dict(
        zip(
            [*inputs, *targets],
            [*_names(network.input_names, inputs), *_names(network.target_names, targets)],
            strict=True,
        )
    )

    def head(name: str) -> Prose:
        symbol = Quantity(f"{name}@1" if several else name)
        return (f"{named[name]} ", symbol) if named[name] else (symbol,)

    def cell(name: str, row: int) -> Prose:
        full = f"{name}@{row}" if several else name
        return (Value(full),) if pen.trace.known(full) else (Quantity(full),)

    columns = [*inputs, *targets]
    header: list[Prose] = [pen.say("table.row")] if several else []
    header += [head(name) if not several else (named[name] or _column(pen, name),) for name in columns]
    body = [([(Quantity(f"@{row}"),)] if several else []) + [cell(name, row) for name in columns] for row in rows]
    loss = network.loss
    keep, share = map(decimal, loss.smoothing(pen.graph.n_outputs)) if loss is not None else (None, None)
    said = pen.say("table.data", smoothed=loss is not None and bool(loss.smoothed), keep=keep, share=share)
    return Table(said, tuple(header), tuple(tuple(line) for line in body), heads=int(several))


def _column(pen: Pen, name: str) -> str:
    found = pen.graph.locate(f"{name}@1")
    assert found is not None
    key = "table.input" if found[0].kind == "input" else "table.target"
    return pen.words.plain(key, number=str(found[1][0]))


def _names(given: tuple[str, ...], names: list[str]) -> list[str]:
    return list(given) if given else ["" for _ in names]


def parameter_tables(pen: Pen, key: str, cell: Cell, **said: object) -> Iterator[Block]:
    """One table a layer: a row a unit, a column for each weight into it and one for its bias; `said` goes into the caption. Of a `[graph]`
    its parameters with what the cell says of each; of a great many under index letters none."""
    if pen.graph.lettered and len(pen.graph.parameters) > MOST_CELLS:
        return
    if not pen.graph.layered:
        yield from in_pairs(
            pen, pen.say(OWN_GRAPH[key], **said), [((Quantity(n),), cell(n)) for n in pen.graph.parameters]
        )
        return
    for layer in pen.worked:
        if layer.units * (layer.fan_in + 1) > MOST_CELLS or layer.fan_in > MOST_COLUMNS:
            continue
        caption = pen.say(key, layer=layer_name(pen, layer.number), biases=layer.offset is not None, **said)
        yield _layer_table(pen, layer, caption, cell)


def in_twos(pen: Pen, blocks: Iterable[Block], most: int = NARROW) -> Iterator[Block]:
    """Narrow tables, of so many columns and characters at most, two beside one another; all else as it comes."""
    waiting: Table | None = None
    for block in blocks:
        narrow = isinstance(block, Table) and len(block.header) <= most and _width(pen, block) <= HALF
        if waiting is not None and narrow:
            yield Beside((waiting, block))
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = block if narrow and isinstance(block, Table) else None
        if waiting is None:
            yield block
    if waiting is not None:
        yield waiting


def _width(pen: Pen, table: Table) -> int:
    """How many characters a row takes, with what stands between columns."""
    columns = zip(table.header, *table.rows, strict=True)
    return sum(max(_letters(pen, cell) for cell in column) + BETWEEN for column in columns)


def _letters(pen: Pen, cell: Prose) -> int:
    """How many characters a cell takes: of a value its printed number, of a symbol without its marks."""
    runs = (run if isinstance(run, str) else plain(written(run, pen.notation, pen.trace)) for run in cell)
    return sum(sum(each not in MARKS for each in run) for run in runs)


def _layer_table(pen: Pen, layer: Layer, caption: Prose, cell: Cell) -> Table:
    rows: list[Index] = [] if pen.chain.row is None else ["r"]  # whichever example
    sources = range(1, layer.fan_in + 1)
    header: list[Prose] = [pen.say("table.unit")]
    header += [pen.say("table.from", source=Quantity(layer.below.member((k, *rows)))) for k in sources]
    offset = layer.offset
    if offset is not None:
        header.append(pen.say("table.threshold" if offset.kind == "threshold" else "table.bias"))
    lines = []
    for j in range(1, layer.units + 1):
        names = [layer.weights.member((j, k)) if layer.weights.exists((j, k)) else None for k in sources]
        if offset is not None:
            names.append(offset.member((j,) if offset.axes else ()))
        cells = [("–",) if name is None else cell(name) for name in names]
        lines.append(((Quantity(layer.a.member((j, *rows))),), *cells))
    return Table(caption, tuple(header), tuple(lines))


def given_cell(pen: Pen) -> Cell:
    """A parameter as given: its symbol and number; where a layer has many columns, the number alone."""
    wide = max((layer.fan_in for layer in pen.graph.stack), default=0) > 4

    def cell(name: str) -> Prose:
        if not pen.trace.known(name):
            return (Quantity(name),)
        sign: Relation = "=" if pen.trace.shown_exactly(name) else "≈"
        return (Value(name),) if wide else (Compare(Quantity(name), sign, Value(name)),)

    return cell


def update_table(pen: Pen) -> Table | None:
    """Parameter, old value, gradient, new value: for networks of a few parameters."""
    columns = {"table.old": "{}".format, "table.gradient": pen.trace.derivation.name_of, "table.new": "{}'".format}
    return _trained_table(pen, pen.say("table.update"), columns)


def moved_table(pen: Pen, last: int) -> Table | None:
    """Parameter, value at the start, value after the run, difference: for networks of a few parameters."""
    columns = {
        "table.start": "{}#0".format,
        "table.end": f"{{}}#{last}".format,
        "table.moved": f"moved {{}}#{last}".format,
    }
    return _trained_table(pen, pen.say("table.moved-all", count=last), columns)


def _trained_table(pen: Pen, caption: Prose, columns: Mapping[str, Callable[[str], str]]) -> Table | None:
    """A line for each parameter that an update changes, with a number of it a column; None where there are many."""
    if len(pen.graph.trained) > FEW:
        return None
    header = (pen.say("table.parameter"), *map(pen.say, columns))
    rows = (((Quantity(name),), *((Value(of(name)),) for of in columns.values())) for name in pen.graph.trained)
    return Table(caption, header, tuple(rows))


def training_table(pen: Pen, updates: tuple[Update, ...]) -> Table:
    """Updates made, loss, outputs (of at most four numbers), gradient norm; every so many lines as the file asks."""
    every = pen.graph.network.training.every
    outputs = [name for row in pen.graph.outputs_by_row for name in row if name != pen.graph.root]
    shown = outputs if len(outputs) <= 4 else []
    chosen = [update for update in updates if update.step % every == 0 or update.step == updates[-1].step]
    while len(chosen) > 25:
        chosen = [*chosen[:-1:2], chosen[-1]]
    header = (
        pen.say("table.updates"),
        (Quantity(pen.graph.root),),
        *(_symbol(name) for name in shown),
        pen.say("table.norm"),
    )
    rows: list[tuple[Prose, ...]] = []
    for update in chosen:
        names = [f"{name}#{update.step}" for name in ("loss", *shown, "norm")]
        rows.append(((str(update.step),), *((Value(name),) for name in names)))
    if len(updates) <= pen.graph.network.training.steps:
        rows.append(((str(len(updates)),), *(("–",) for _ in header[1:])))
    return Table(pen.say("table.training"), header, tuple(rows))


def _symbol(name: str) -> Prose:
    return (Quantity(name),)
