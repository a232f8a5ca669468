"""Work goes in, its times come out: contenders are timed in turn, round by round, in one process, so that a busy machine is busy for all
of them, and their ratios are taken within each round.

Times are of the processor, that of finished child processes included; what the user waits for is timed by the clock on the wall.
"""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.measure import Goal, Measurement, Spread, duration, spread

ROOT = Path(__file__).parents[2]

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to take: rounds of a comparison, seconds it may last (it has fewer rounds then, never fewer than three, but for one that is
    to have one only, in which nothing runs beforehand), seconds in which every contender runs again and again in a round, seconds a
    command may take before it is stopped; and whether small cases will do."""

    rounds: int = 31
    budget: float = 12.0
    least: float = 0.02
    cap: float = 120.0
    quick: bool = False


ONCE = Pace(rounds=1)
"""For whole commands that take a minute."""
QUICK = Pace(rounds=5, budget=3.0, least=0.005, cap=20.0, quick=True)


class Missing(Exception):
    """A peer is not on this machine; the text says which, and how to get it."""


def need(name: str) -> Any:
    """The module of a peer. Raises Missing."""
    try:
        return import_module(name)
    except (ImportError, OSError) as error:  # a library that a wheel links to may be what is missing
        raise Missing(f"{name} is not installed: `pip install '.[bench]'` ({error})") from error


def nothing() -> None:
    """No preparation."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Work that is timed, and what is done before it in every round without being timed; it runs once a round then."""

    work: Work
    before: Work = nothing


@dataclass(frozen=True, slots=True)
class Peer:
    """What we are compared with: `ready` prepares it and answers what is to be timed, or raises Missing. With a goal of
    at least so much the ratio is peer ÷ ours, with one of at most so much ours ÷ peer; without a goal `over_ours` says it."""

    name: str
    ready: Callable[[], Contender | Work]
    goal: Goal | None = None
    beside: str = ""
    over_ours: bool = False


def compare(what: str, ours: Contender | Work, peers: Iterable[Peer], pace: Pace) -> Iterator[Measurement]:
    """A row for each peer, all contenders timed in turn."""
    ready: dict[str, Contender | Work] = {}
    peers, lacking = tuple(peers), {}
    for peer in peers:
        try:
            ready[peer.name] = peer.ready()
        except Missing as error:
            lacking[peer.name] = str(error)
    own, *others = in_turn([ours, *ready.values()], pace)
    times = dict(zip(ready, others, strict=True))
    for peer in peers:
        if peer.name in times:
            yield compared(what, own, times[peer.name], peer)
        else:
            yield Measurement(named(what, peer), None, goal=peer.goal, beside=lacking[peer.name])


def compared(what: str, ours: Sequence[float], theirs: Sequence[float], peer: Peer) -> Measurement:
    """The row of one peer from the times of all rounds."""
    ratios = [t / o if _over_ours(peer) else o / t for o, t in zip(ours, theirs, strict=True)]
    rounds = f"{len(ours)} round{'s' * (len(ours) > 1)}" if len(ours) < Pace().rounds else ""
    beside = "; ".join(filter(None, (f"{peer.name} {duration(median(theirs))}", peer.beside, rounds)))
    return Measurement(named(what, peer), spread(ratios), "×", peer.goal, duration(median(ours)), beside)


def named(what: str, peer: Peer) -> str:
    """What a ratio is a ratio of."""
    return f"{what}: {peer.name} ÷ ours" if _over_ours(peer) else f"{what}: ours ÷ {peer.name}"


def _over_ours(peer: Peer) -> bool:
    return peer.over_ours if peer.goal is None else peer.goal.least


def in_turn(contenders: Sequence[Contender | Work], pace: Pace) -> list[list[float]]:
    """The seconds of one run of each contender, round by round."""
    all_of = [each if isinstance(each, Contender) else Contender(each) for each in contenders]
    first = [_once(each) for each in all_of]  # imports and caches, and how long it takes
    if pace.rounds == 1:
        return [[each] for each in first]
    often = [_repeats(each, t, pace.least) for each, t in zip(all_of, first, strict=True)]
    whole = sum(max(t, pace.least) for t in first)
    rounds = max(3, min(pace.rounds, int(pace.budget / whole)))
    found: list[list[float]] = [[] for _ in all_of]
    gc.collect()
    gc.freeze()  # what stays, stays out of the collections that follow
    for _ in range(rounds):
        for times, each, repeats in zip(found, all_of, often, strict=True):
            times.append(_once(each, repeats))
    gc.unfreeze()
    return found


def _repeats(contender: Contender, first: float, least: float) -> int:
    """How often it runs in a round."""
    if first >= least or contender.before is not nothing:
        return 1
    return max(1, round(least / max(_once(contender), 1e-7)))


def _once(contender: Contender, repeats: int = 1) -> float:
    """Seconds of one run, the mean of several."""
    contender.before()
    gc.collect()  # the one's litter is not the other's work
    work = contender.work
    start = processor()
    for _ in range(repeats):
        work()
    return (processor() - start) / repeats


def processor() -> float:
    """Seconds of processor time this process has had so far, and those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def taken(work: Work, clock: Callable[[], float] = processor) -> float:
    """Seconds of one run."""
    start = clock()
    work()
    return clock() - start


def timed(what: str, work: Work, goal: Goal | None, pace: Pace, beside: str = "", wall: bool = False) -> Measurement:
    """A row of an absolute time, the first run not counted."""
    clock = time.perf_counter if wall else processor
    first = taken(work, clock)
    rounds = max(3, min(pace.rounds, int(pace.budget / 3 / first)))
    return Measurement(what, spread([taken(work, clock) for _ in range(rounds)]), "s", goal, beside=beside)


def value(what: str, found: float, unit: str, goal: Goal | None = None, beside: str = "") -> Measurement:
    """A row of one figure."""
    return Measurement(what, Spread(found, found, found), unit, goal, beside=beside)
