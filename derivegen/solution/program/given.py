"""The numbers of a network go in; the lines of its program that state or draw them come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.network.family import Family
from derivegen.network.givens import stated
from derivegen.network.network import Figure
from derivegen.solution.program.setting import Setting, members_of
from derivegen.solution.program.text import literal, matrix, vector


def data(setting: Setting) -> Iterator[str]:
    """Inputs and targets."""
    network = setting.network
    assert network.inputs is not None and network.targets is not None
    if _draws_data(setting):
        yield from _streams(setting)
    for name, rows in (("x", network.inputs), ("t", network.targets)):
        call = _call(setting, name, _shape(setting, rows))
        yield from [f"{setting.names[name]} = {call}"] if call else _listed(setting, setting.names[name], rows)


def parameters(setting: Setting) -> Iterator[str]:
    """Masks, weights, biases or thresholds layer by layer, then what training needs."""
    if not _draws_data(setting):
        yield from _streams(setting)
    for layer in setting.stack:
        if layer.weights.mask is not None:
            ones = [[float(there) for there in row] for row in layer.weights.mask]
            yield from matrix(setting.own("mask", layer.weights.name), ones)
        for family in layer.parameters:
            yield from _parameter(setting, family)
    if setting.trained:
        for name, free in partly_free(setting).items():
            own = setting.own("free", name)
            yield from matrix(own, free) if len(setting.trace.graph.families[name].axes) > 1 else vector(own, free[0])
        yield f"{setting.names['rate']} = {literal(setting.trace.graph.givens['rate'])}"
        yield from setting.optimizing.prepared([family.name for family in setting.moved], literal)
        yield from shuffled(setting)


def partly_free(setting: Setting) -> Mapping[str, Sequence[Sequence[Figure]]]:
    """Of an array some of whose parameters are frozen, 1 where one is trained and 0 where not."""
    trained = set(setting.trace.graph.trained)
    found = {}
    for family in setting.parameters:
        free = [name in trained for name in family.names()]
        if any(free) and not all(free):
            found[family.name] = [[float(name in trained) for name in row] for row in members_of(family)]
    return found


def _shape(setting: Setting, rows: Sequence[Sequence[Figure]]) -> tuple[int, ...]:
    if setting.scalar:
        return (len(rows),) if setting.several else ()
    return (len(rows), len(rows[0])) if setting.several else (len(rows[0]),)


def _listed(setting: Setting, name: str, rows: Sequence[Sequence[Figure]]) -> list[str]:
    if setting.scalar and not setting.several:
        return [f"{name} = {literal(rows[0][0])}"]
    if setting.scalar:
        return vector(name, [row[0] for row in rows])
    return matrix(name, rows) if setting.several else vector(name, rows[0])


def _parameter(setting: Setting, family: Family) -> list[str]:
    """The lines of an array of weights, biases or thresholds."""
    name, rows = setting.names[family.name], stated(setting.trace.graph.network, family)
    assert rows is not None
    sizes = () if setting.scalar else tuple(int(axis.size) for axis in family.axes)
    call = _call(setting, family.name, sizes)
    if call:
        return [f"{name} = {call}{_mask(setting, family)}"]
    if not sizes:
        return [f"{name} = {literal(rows[0][0])}"]
    return matrix(name, rows) if len(sizes) > 1 else vector(name, rows[0])


def _mask(setting: Setting, family: Family) -> str:
    return "" if family.mask is None else f" * {setting.own('mask', family.name)}"


def _draws_data(setting: Setting) -> bool:
    return any(setting.trace.graph.families[name].kind in ("input", "target") for name in setting.drawn)


def _streams(setting: Setting) -> Iterator[str]:
    for seed in _seeds(setting):
        yield f"{_stream(setting, seed)} = np.random.RandomState({seed})"


def _seeds(setting: Setting) -> list[int]:
    return list(dict.fromkeys(found.drawing.seed for found in setting.drawn.values()))


def _stream(setting: Setting, seed: int) -> str:
    """What the stream of random numbers of a seed is called."""
    return setting.own("random" if len(_seeds(setting)) == 1 else f"random_{seed}")


def _call(setting: Setting, name: str, shape: tuple[int, ...]) -> str:
    """The call that draws the numbers of a family; nothing if they are typed."""
    found = setting.drawn.get(name)
    if found is None:
        return ""
    size = ", ".join(map(str, shape[::-1] if found.turned else shape))
    call = f"{_stream(setting, found.drawing.seed)}.randn({size}){'.T' if found.turned and shape else ''}"
    return call if found.drawing.scale == 1 else f"{literal(found.drawing.scale)} * {call}"


def taken(setting: Setting) -> tuple[list[str], str]:
    """The lines by which an update finds the rows it takes, and these rows."""
    training, rows = setting.network.training, setting.network.rows
    size, together = setting.batch, training.accumulate
    assert size is not None and isinstance(rows, int)
    if training.shuffle is not None:
        own = setting.own("batches")
        several = f"np.concatenate({own}[{together} * step:{together} * step + {together}])"
        return [f"rows = {several if together > 1 else f'{own}[step]'}"], "rows"
    if together == 1:
        return [f"first = {size} * (step % {-(-rows // size)})"], f"first:first + {size}"
    return [
        f"rows = np.arange({size * together} * step, {size * together} * step + {size * together}) % {rows}"
    ], "rows"


def shuffled(setting: Setting) -> Iterator[str]:
    """The lines that draw the order of rows of every epoch, and cut it into batches."""
    training, rows = setting.network.training, setting.network.rows
    if setting.batch is None or training.shuffle is None or not isinstance(rows, int):
        return
    epochs = -(-training.steps * training.accumulate // -(-rows // setting.batch))
    draw, own = setting.own("draw"), setting.own("batches")
    yield f"{draw} = np.random.RandomState({training.shuffle})"
    yield f"epochs = [{draw}.permutation({rows}) for epoch in range({epochs})]"
    yield f"{own} = [rows[n:n + {setting.batch}] for rows in epochs for n in range(0, {rows}, {setting.batch})]"
