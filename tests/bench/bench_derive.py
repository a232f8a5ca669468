"""Deriving and evaluating against the alternatives: prints a Markdown table of median ratios, contenders interleaved in one process.

Run with one BLAS thread: `OMP_NUM_THREADS=1 python tests/bench/bench_derive.py`. Takes about half a minute.
"""

from __future__ import annotations

import gc
import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import sympy

from derivegen.calculus.chain import derive
from derivegen.calculus.training import compile_gradient
from derivegen.network.graph import build
from derivegen.network.load import load
from derivegen.network.network import Network

SIZES = (17, 31, 56, 98, 182, 313)
"""Widths n of n–n–n sigmoid layers: 2n² + 2n parameters."""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(rounds: int, *contenders: Callable[[], object]) -> list[list[float]]:
    """The times of each contender, taken in turn."""
    found: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for times, contender in zip(found, contenders, strict=True):
            times.append(seconds(contender))
    return found


# ------------------------------------------------------------------------------------------- deriving every partial, 3-4-1


def derive_all(network: Network) -> list[Any]:
    """The steps of every derivative, from the network on."""
    return list(derive(build(network)).steps())


def compose_and_differentiate() -> list[Any]:
    """The loss of 3–4–1 as one expression, differentiated by each of its 21 parameters."""
    symbols = iter(sympy.symbols("p:26", real=True))
    a, parameters = [next(symbols) for _ in range(3)], []
    for units in (4, 1):
        outputs = []
        for _ in range(units):
            weights, bias = [next(symbols) for _ in a], next(symbols)
            parameters += [*weights, bias]
            z = sum((w * x for w, x in zip(weights, a, strict=True)), bias)
            outputs.append(1 / (1 + sympy.exp(-z)))
        a = outputs
    t = next(symbols)
    loss = -(t * sympy.log(a[0]) + (1 - t) * sympy.log(1 - a[0]))
    return [sympy.diff(loss, parameter) for parameter in parameters]


def deriving() -> Iterator[str]:
    network = load("example:article-000")
    ours, theirs = [], []
    derive_all(network)  # imports
    for _ in range(9):
        sympy.core.cache.clear_cache()
        theirs.append(seconds(compose_and_differentiate))
        gc.collect()  # the one's litter is not the other's work
        ours.append(statistics.median(seconds(lambda: derive_all(network)) for _ in range(9)))
    ratio = statistics.median(t / o for t, o in zip(theirs, ours, strict=True))
    detail = f"{ms(theirs)} against {ms(ours)}"
    yield row(
        "3–4–1, all partials: compose and `sympy.diff` ÷ ours (steps)", f"{ratio:.0f}×", "≥ 300×", ratio >= 300, detail
    )
    with_expr = [seconds(lambda: [step.expr for step in derive_all(network)]) for _ in range(9)]
    ratio = statistics.median(theirs) / statistics.median(with_expr)
    yield row("… and every step as a sympy expression", f"{ratio:.0f}×", "–", True, ms(with_expr))


# --------------------------------------------------------------------------------------------------- evaluating the gradient


def backprop_by_hand(x: Any, t: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> tuple[Any, ...]:
    """3–4–1 with sigmoids and cross-entropy as one writes it in numpy."""
    a1 = 1 / (1 + numpy.exp(-(w1 @ x + b1)))
    a2 = 1 / (1 + numpy.exp(-(w2 @ a1 + b2)))
    loss = -(t * numpy.log(a2) + (1 - t) * numpy.log(1 - a2)).sum()
    d2 = a2 - t
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    return loss, numpy.outer(d1, x), d1, numpy.outer(d2, a1), d2


def evaluating() -> Iterator[str]:
    graph = build(load("example:article-000"))
    compiled = compile_gradient(derive(graph), graph.trained)
    values = [float(graph.givens[name]) for name in graph.names() if graph[name].formula is None]
    parts = {
        kind: [float(graph.givens[n]) for n in graph.names() if n.startswith(kind)]
        for kind in ("x", "t", "w[1]", "b[1]", "w[2]", "b[2]")
    }
    arrays = [numpy.array(part) for part in parts.values()]
    arrays[2], arrays[4] = arrays[2].reshape(4, 3), arrays[4].reshape(1, 4)
    loss, dw1, db1, dw2, db2 = backprop_by_hand(*arrays)
    ours_loss, _, gradient = compiled(values)
    expected = numpy.concatenate([dw1.ravel(), db1, dw2.ravel(), db2])
    assert abs(loss - ours_loss) < 1e-12
    assert numpy.allclose(gradient, expected, rtol=1e-12, atol=0)

    def repeat(work: Callable[[], object]) -> Callable[[], object]:
        return lambda: [work() for _ in range(200)]

    ours, theirs = interleaved(31, repeat(lambda: compiled(values)), repeat(lambda: backprop_by_hand(*arrays)))
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    detail = f"{statistics.median(ours) / 200 * 1e6:.1f} µs against {statistics.median(theirs) / 200 * 1e6:.1f} µs"
    yield row("3–4–1, one gradient: lambdified ÷ numpy by hand", f"{ratio:.2f}×", "≤ 0.3×", ratio <= 0.3, detail)


# ------------------------------------------------------------------------------------------------------------------- growth


def sized(n: int) -> Network:
    layers = [{"units": n, "activation": "sigmoid", "weights": {"seed": 1}, "biases": {"seed": 1}} for _ in range(2)]
    return load(
        {"data": {"inputs": {"seed": 2, "columns": n}}, "layer": layers, "loss": {"name": "half_squared_error"}}
    )


def growing() -> Iterator[str]:
    def instances(network: Network) -> None:
        graph = build(network)
        for _ in graph.members():
            pass
        for _ in derive(graph).steps():
            pass

    networks = [sized(n) for n in SIZES]
    counts = [2 * n * n + 2 * n for n in SIZES]
    times = [min(column) for column in interleaved(3, *[lambda net=net: instances(net) for net in networks])]
    exponent = numpy.polyfit(numpy.log(counts), numpy.log(times), 1)[0]
    each = times[-1] / counts[-1] * 1e6
    detail = f"{counts[0]} parameters {times[0] * 1e3:.0f} ms … {counts[-1]} parameters {times[-1] * 1e3:.0f} ms, {each:.1f} µs each"
    yield row(
        "n–n–n, all instances and steps: exponent in parameters", f"{exponent:.2f}", "≤ 1.1", exponent <= 1.1, detail
    )
    alone = min(seconds(lambda: sum(1 for _ in derive(build(networks[-1])).steps())) for _ in range(2))
    yield row(
        "… steps alone, the largest",
        f"{alone / counts[-1] * 1e6:.1f} µs a step",
        "–",
        True,
        f"{alone * 1e3:.0f} ms",
    )


def helping() -> Iterator[str]:
    if importlib.util.find_spec("derivegen.cli") is None:
        yield row("`derivegen --help`", "not built yet", "≤ 0.3 s", True, "")
        return
    command = [sys.executable, "-m", "derivegen.cli", "--help"]
    times = [seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(7)]
    middle = statistics.median(times)
    yield row("`derivegen --help`", f"{middle:.2f} s", "≤ 0.3 s", middle <= 0.3, "")


# -------------------------------------------------------------------------------------------------------------------- table


def ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1e3:.3g} ms"


def row(what: str, measured: str, goal: str, met: bool, detail: str) -> str:
    return f"| {what} | {measured} | {goal} | {'yes' if met else 'NO'} | {detail} |"


def main() -> None:
    """Print the table, a row as soon as it is measured."""
    print("| what | measured | goal | met | medians |\n|---|---|---|---|---|")
    for part in (deriving, evaluating, growing, helping):
        for line in part():
            print(line, flush=True)


if __name__ == "__main__":
    main()
