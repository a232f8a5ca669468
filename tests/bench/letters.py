"""Networks under index letters: loss and gradient of an LSTM, a convolution and causal attention against jax after compiling, torch and
autograd; the way there against jax's compiler and casadi's graph of numbers; how time grows over steps; memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.array_code import array_function
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.network.family import PARAMETERS
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.bench.lettered_nets import NETS, Net, Parameters, lstm_file
from tests.bench.measure import Measurement, at_least, at_most
from tests.bench.profiles import exponent
from tests.bench.timing import Contender, Pace, Peer, compare, need, value

AGREE = 1e-10
"""Of the largest number of each array."""
LONG = 2000
"""Steps that have to come out."""

Result = tuple[float, dict[str, Any]]


def measurements(pace: Pace) -> Iterator[Measurement]:
    """Each network's gradient, the way there, growth and memory."""
    for net in NETS:
        yield from evaluating(net, pace)
        yield from preparing(net, pace)
    yield from growing(pace)
    yield from (remembered(net) for net in NETS)


def derived(file: Mapping[str, Any]) -> Derivation:
    """The derivation of a network file."""
    return derive(build(load(dict(file))))


def own(derivation: Derivation) -> Callable[[], Result]:
    """The loss and the gradient by every array of parameters."""
    graph = derivation.graph
    names = [family.name for family in graph.families.values() if family.kind in PARAMETERS]
    function = array_function(derivation, [graph.root, *map(derivation.name_of, names)])
    arrays = given_arrays(graph)

    def work() -> Result:
        loss, *slopes = function(arrays)
        return float(loss), dict(zip(names, slopes, strict=True))

    return work


def evaluating(net: Net, pace: Pace) -> Iterator[Measurement]:
    """All contenders on one network, each compared with ours before it is timed."""
    derivation = derived(net.file)
    ours, arrays = own(derivation), given_arrays(derivation.graph)
    peers = [
        Peer("jax", partial(agreeing, by_jax, net, arrays, ours()), at_most(1.3)),
        Peer("torch", partial(agreeing, by_torch, net, arrays, ours()), at_most(0.8)),
        Peer("autograd", partial(agreeing, by_autograd, net, arrays, ours())),
    ]
    yield from compare(net.name, ours, peers, pace)


def agreeing(
    prepare: Callable[[Net, Parameters], Callable[[], Result]], net: Net, arrays: Parameters, expected: Result
) -> Callable[[], Result]:
    """A contender whose loss and gradient are ours. Raises AssertionError, Missing."""
    work = prepare(net, arrays)
    loss, slopes = work()
    assert abs(float(loss) - expected[0]) <= AGREE * abs(expected[0])
    for name, slope in expected[1].items():
        other = numpy.asarray(slopes[name])
        assert numpy.abs(other - slope).max() <= AGREE * numpy.abs(slope).max(), name
    return work


def by_autograd(net: Net, arrays: Parameters) -> Callable[[], Result]:
    """The tape of autograd."""
    both = need("autograd").value_and_grad(partial(net.loss, need("autograd.numpy")))
    return lambda: both(dict(arrays))  # type: ignore[no-any-return]


def by_jax(net: Net, arrays: Parameters) -> Callable[[], Result]:
    """The compiled gradient, in double precision."""
    jax = need("jax")
    jax.config.update("jax_enable_x64", True)
    given = {name: jax.numpy.asarray(array) for name, array in arrays.items()}
    compiled = jax.jit(jax.value_and_grad(partial(net.loss, jax.numpy)))
    return lambda: jax.block_until_ready(compiled(given))  # type: ignore[no-any-return]


def by_torch(net: Net, arrays: Parameters) -> Callable[[], Result]:
    """Autograd on double precision, one thread."""
    torch = need("torch")
    torch.set_num_threads(1)
    given = {name: torch.from_numpy(array).requires_grad_() for name, array in arrays.items()}

    def work() -> Result:
        loss = net.loss(torch, given)
        slopes = torch.autograd.grad(loss, list(given.values()), allow_unused=True)
        found = dict(zip(given, slopes, strict=True))
        return loss.detach(), {name: slope for name, slope in found.items() if slope is not None}

    return work


def preparing(net: Net, pace: Pace) -> Iterator[Measurement]:
    """From the network to its first gradient, jax with its compiler; deriving alone, casadi with its graph of numbers."""
    network, small = load(net.file), load(net.small)

    def ready() -> Contender:
        jax, arrays = need("jax"), given_arrays(build(network))
        return Contender(lambda: by_jax(net, arrays)(), jax.clear_caches)

    def graph() -> Contender:
        return Contender(partial(by_casadi, need("casadi"), net, given_arrays(build(small))))

    first = [Peer("jax with its compiler", ready, at_least(20))]
    yield from compare(
        f"{net.name}, from the network to its first gradient", lambda: own(derive(build(network)))(), first, pace
    )
    beside = "casadi of a smaller network of the kind; ours takes as long at any size"
    links = [Peer("casadi SX", graph, at_most(0.05), beside)]
    yield from compare(f"{net.name}, all links", lambda: derive(build(network)).links, links, pace)


def by_casadi(casadi: Any, net: Net, arrays: Parameters) -> None:
    """The gradient as one graph of numbers, of casadi's own elements in arrays of numpy."""
    symbols, flat = {}, []
    for name, array in arrays.items():
        many = casadi.SX.sym("v", array.size)
        flat.append(many)
        symbols[name] = numpy.array([many[place] for place in range(array.size)], dtype=object).reshape(array.shape)
    casadi.gradient(net.loss(Elements(casadi), symbols), casadi.vertcat(*flat))


class Elements:
    """What the losses need of a library, of arrays of symbols."""

    def __init__(self, casadi: Any) -> None:
        one = {name: getattr(casadi, name) for name in ("exp", "log", "tanh")}
        self.exp, self.log, self.tanh = (numpy.vectorize(one[name], otypes=[object]) for name in ("exp", "log", "tanh"))
        self.where = numpy.vectorize(partial(_either, casadi), otypes=[object])
        self.greater = numpy.vectorize(lambda one, other: one > other, otypes=[object])
        self.einsum, self.tril, self.ones = partial(numpy.einsum, optimize=True), numpy.tril, numpy.ones


def _either(casadi: Any, which: Any, one: Any, other: Any) -> Any:
    """One of two elements; which one, a symbol says or a truth that is known."""
    if isinstance(which, bool | numpy.bool_):
        return one if which else other
    return casadi.if_else(which, one, other)


def growing(pace: Pace) -> Iterator[Measurement]:
    """Over steps of an LSTM: one gradient when it is ready, and from the network on; two thousand steps."""
    counts = (50, 100, 200, 400, 800)[: 4 if pace.quick else 5]
    ready, whole = [], []
    for steps in counts:
        start = time.process_time()
        work = own(derived(lstm_file(16, steps, 4)))
        work()
        whole.append(time.process_time() - start)
        ready.append(min(_seconds(work) for _ in range(5)))
    beside = ", ".join(f"{steps}: {1e3 * spent:.3g} ms" for steps, spent in zip(counts, ready, strict=True))
    yield value("LSTM, gradient: exponent over steps", exponent(counts, ready), "", at_most(1.1), beside)
    beside = ", ".join(f"{steps}: {1e3 * spent:.3g} ms" for steps, spent in zip(counts, whole, strict=True))
    yield value(
        "LSTM, from the file to its first gradient: exponent over steps",
        exponent(counts, whole),
        "",
        at_most(1.1),
        beside,
    )
    start = time.process_time()
    loss, _ = own(derived(lstm_file(4, LONG, 2)))()
    assert numpy.isfinite(loss)
    yield value(
        f"LSTM of 4 units, {LONG:,} steps, from the file to its first gradient", time.process_time() - start, "s"
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def remembered(net: Net) -> Measurement:
    """The most memory that the gradient takes, beside all arrays of the forward pass."""
    derivation = derived(net.file)
    work, graph = own(derivation), derivation.graph
    forward = [family.name for family in graph.families.values()]
    arrays = array_function(derivation, forward)(given_arrays(graph))
    size = sum(numpy.asarray(array).nbytes for array in arrays)
    work()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return value(
        f"{net.name}: peak memory ÷ arrays of the forward pass", peak / size, "×", at_most(3.0), f"{size / 1e6:.3g} MB"
    )
