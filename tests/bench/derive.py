"""Every partial derivative as one step of the chain rule in named quantities, against the same steps by `sympy.diff` and by symengine; the
rules of all families beside casadi's reverse mode over the whole loss; and how the cost grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy

from derivegen.calculus.chain import derive
from derivegen.calculus.expressions import expressions as sympy_expressions
from derivegen.network.graph import build
from derivegen.network.network import Network
from tests.bench.composed import one_step
from tests.bench.measure import Goal, Measurement, at_most
from tests.bench.sized import XXL, M, S, Size, symbolic
from tests.bench.timing import Contender, Pace, Peer, compare, in_turn, need, value

WIDTHS = (17, 31, 56, 98, 182)
"""n–n–n sigmoid layers: 2n² + 2n parameters."""


def measurements(pace: Pace) -> Iterator[Measurement]:
    """The same steps by others, cold and warm; the large network beside casadi; growth."""
    yield from compare(
        f"{S.name}, one step for each partial, cold", cold(symbolic(S)), [by_sympy(S), by_symengine(S)], pace
    )
    warm = [by_sympy(S, cold=False), by_symengine(S)]
    yield from compare(f"{S.name}, one step for each partial, warm", partial(expressions, symbolic(S)), warm, pace)
    warm = [by_sympy(M, cold=False), by_symengine(M)]
    yield from compare(f"{M.name}, one step for each partial, warm", partial(expressions, symbolic(M)), warm, pace)
    if not pace.quick:
        yield from compare(
            f"{XXL.name}, rules of all families",
            partial(families, symbolic(XXL)),
            [by_casadi(XXL, at_most(1 / 20))],
            pace,
        )
    yield from growing(pace)


def families(network: Network) -> None:
    """The rule of every family: what any partial is made of when it is asked for."""
    derivation = derive(build(network))
    assert derivation.links


def expressions(network: Network) -> list[Any]:
    """Every partial as a sympy object."""
    return list(sympy_expressions(derive(build(network))))


def cold(network: Network) -> Contender:
    """The expressions, with no symbol kept from the round before."""
    from sympy.core.cache import clear_cache

    from derivegen.formula.symbolic import symbol

    def forget() -> None:
        clear_cache()
        symbol.cache_clear()

    return Contender(partial(expressions, network), forget)


def by_sympy(size: Size, cold: bool = True) -> Peer:
    """The same steps written down unit by unit and differentiated by `sympy.diff`; cold, with nothing kept from the round before."""

    def ready() -> Contender | Callable[[], object]:
        sympy = need("sympy")
        work = partial(one_step, size.widths, size.entropy, sympy)
        return Contender(work, sympy.core.cache.clear_cache) if cold else work

    return Peer("`sympy.diff`", ready, over_ours=True)


def by_symengine(size: Size) -> Peer:
    """The same in C++."""
    return Peer("symengine", lambda: partial(one_step, size.widths, size.entropy, need("symengine")))


def by_casadi(size: Size, goal: Goal | None = None) -> Peer:
    """Reverse mode over a graph of scalars, in C++; layers are written as matrices of scalars, the quickest way to build it."""

    def ready() -> Callable[[], object]:
        casadi = need("casadi")
        return lambda: casadi_gradient(casadi, size)

    return Peer("casadi SX", ready, goal, "its graph of all partials; ours are the rules any of them is read from")


def casadi_gradient(casadi: Any, size: Size) -> Any:
    """The derivatives by all weights and biases, a column of scalars."""
    x, t = casadi.SX.sym("x", size.widths[0]), casadi.SX.sym("t", size.widths[-1])
    a, parameters = x, []
    for number, (below, units) in enumerate(pairwise(size.widths), 1):
        w, b = casadi.SX.sym(f"w{number}", units, below), casadi.SX.sym(f"b{number}", units)
        parameters += [casadi.vec(w), b]
        a = 1 / (1 + casadi.exp(-(w @ a + b)))
    entropy = t * casadi.log(a) + (1 - t) * casadi.log(1 - a)
    loss = -casadi.sum1(entropy) if size.entropy else casadi.sumsqr(t - a) / size.widths[-1]
    return casadi.gradient(loss, casadi.vertcat(*parameters))


def all_steps(network: Network) -> None:
    """Every step, none of them kept."""
    for _ in derive(build(network)).steps():
        pass


def all_expressions(network: Network) -> None:
    """Every sympy object, none of them kept."""
    for _, expression in sympy_expressions(derive(build(network))):
        assert expression is not None


def growing(pace: Pace) -> Iterator[Measurement]:
    """The exponent of time over the number of parameters, fitted; nothing is kept, as keeping it is Python's work and not ours."""
    widths = WIDTHS[:4] if pace.quick else WIDTHS
    counts = [2 * n * n + 2 * n for n in widths]
    networks = [symbolic(Size((n, n, n))) for n in widths]
    for what, work in (("steps", all_steps), ("sympy objects", all_expressions)):
        columns = in_turn([partial(work, network) for network in networks], Pace(rounds=3, least=0))
        times = [min(column) for column in columns]
        exponent = float(numpy.polyfit(numpy.log(counts), numpy.log(times), 1)[0])
        each = times[-1] / counts[-1] * 1e6
        beside = f"{counts[0]:,} to {counts[-1]:,} parameters; {each:.3g} µs each at the end"
        yield value(f"n-n-n, all partials as {what}: exponent over parameters", exponent, "", at_most(1.1), beside)
