"""Loss and every gradient with numbers, of one example and of a thousand, against numpy by hand, torch, jax and `sympy.lambdify`; and what
it takes to get ready for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluator import Evaluator, goes_straight
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Network
from tests.bench.by_hand import by_hand, in_plain_python
from tests.bench.frameworks import by_jax, by_lambdify, by_torch
from tests.bench.measure import Goal, Measurement, at_least, at_most
from tests.bench.sized import SIZES, Arrays, M, S, Size, arrays_of, file
from tests.bench.timing import Contender, Pace, Peer, compare, need

ROWS = 1000
AGREE = 1e-10
"""Of the largest number of each array."""

VERY_OFTEN = 1_000_000

Prepare = Callable[[Size, Arrays, int], Callable[[], Any]]


def measurements(pace: Pace) -> Iterator[Measurement]:
    """One example of every size, a thousand, and preparing."""
    sizes = SIZES[:2] if pace.quick else SIZES
    for rows in (1, ROWS):
        for size in sizes:
            yield from evaluating(size, rows, pace)
    yield from preparing(M, pace)


def evaluating(size: Size, rows: int, pace: Pace) -> Iterator[Measurement]:
    """All contenders on one network, each compared with numpy by hand before it is timed."""
    network = load(file(size, rows))
    arrays = arrays_of(network)
    what = f"{size.name} ({size.parameters:,}), {'one example' if rows == 1 else f'{rows:,} examples'}"
    peers = [
        Peer(name, partial(agreeing, prepare, size, arrays, rows), goal)
        for name, prepare, goal in contenders(size, rows)
    ]
    ours = own(network, arrays)
    same(ours(), by_hand(size, arrays, rows)())
    yield from compare(what, ours, peers, pace)


def contenders(size: Size, rows: int) -> Iterator[tuple[str, Prepare, Goal | None]]:
    """Who takes part at that size, and what is to be reached against whom."""
    if size == S and rows == 1:
        yield "plain Python by hand", in_plain_python, at_most(0.8)
    else:
        yield "numpy by hand, in place", by_hand, at_most(1.0)
    yield "torch", by_torch, at_most(1.1) if rows > 1 else None
    yield "jax", by_jax, None
    if size == S:
        yield "`lambdify(cse=True)`", by_lambdify, None


def own(network: Network, arrays: Arrays) -> Callable[[], Any]:
    """Our evaluator, in the form the product takes where it evaluates very often."""
    evaluator = Evaluator(derive(build(network)))
    graph = evaluator.derivation.graph
    if not goes_straight(graph, VERY_OFTEN):
        return lambda: evaluator(arrays)[:-1]  # the last says how near a kink is
    values = [float(graph.givens[name]) for name in graph.names() if graph[name].formula is None]
    straight = evaluator.straight
    return lambda: straight(values)[:-1]


def agreeing(prepare: Prepare, size: Size, arrays: Arrays, rows: int) -> Callable[[], Any]:
    """A contender, compared with numpy by hand. Raises AssertionError, Missing."""
    work = prepare(size, arrays, rows)
    same(work(), by_hand(size, arrays, rows)())
    return work


def same(found: Any, expected: Any) -> None:
    """The same loss and gradient, array by array. Raises AssertionError."""
    for one, other in zip(parts(found, expected), expected[1], strict=True):
        assert numpy.abs(one - other).max() <= AGREE * numpy.abs(other).max()
    assert abs(float(found[0]) - expected[0]) <= AGREE * abs(expected[0])


def parts(found: Any, expected: Any) -> list[Any]:
    """The gradient in the shapes of numpy by hand, of whatever form a contender answers in: arrays by name, in order, or one number after
    the other."""
    gradient = found[-1]
    if isinstance(gradient, Mapping):
        names = sorted((name for name in gradient if name[0] in "wb"), key=lambda name: (name[2:], name[0] == "b"))
        gradient = [gradient[name] for name in names]
    whole = numpy.concatenate([numpy.ravel(numpy.asarray(part, dtype=float)) for part in gradient])
    sizes = [part.size for part in expected[1]]
    assert whole.size == sum(sizes)
    return [
        one.reshape(part.shape)
        for one, part in zip(numpy.split(whole, numpy.cumsum(sizes)[:-1]), expected[1], strict=True)
    ]


def preparing(size: Size, pace: Pace) -> Iterator[Measurement]:
    """From the network to a function of its numbers that has run once; jax with its compiler."""
    network, arrays = load(file(size)), arrays_of(load(file(size)))

    def ours() -> None:
        assert Evaluator(derive(build(network)))(arrays)

    def ready() -> Contender:
        jax = need("jax")
        return Contender(lambda: by_jax(size, arrays, 1)(), jax.clear_caches)

    peers = [Peer("jax with its compiler", ready, at_least(20))]
    yield from compare(f"{size.name}, from the network to its first gradient", ours, peers, pace)
