"""Marking: right numbers a second, symbolic answers against `simplify`, `equals` and math-verify, and one full diagnosis."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

import sympy
from sympy.core.cache import clear_cache

import derivegen
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.symbolic import to_sympy
from derivegen.formula.tree import Number
from derivegen.marking.judge.equalities import Free, equal, opened
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import mark
from derivegen.marking.read.answers import Answer, read_answers
from derivegen.mistakes.mistake import CATALOGUE
from tests.bench.measure import Goal, Measurement, at_least, at_most, duration, spread
from tests.bench.timing import Contender, Missing, Pace, Peer, in_turn, named, need, nothing, processor, taken, value
from tests.marking.pairs import PAIRS, all_mutants


def measurements(pace: Pace) -> Iterator[Measurement]:
    """Numbers, formulas, diagnosis."""
    yield numbers(0)
    yield numbers(0.15)
    yield from symbols(pace)
    yield mutants()
    for text in ("0.01234", "0.06170"):
        yield diagnosis("article-000", "dloss/dw[1][4][3]", text)


def numbers(wrong: float) -> Measurement:
    """A class's tables of answers, from text to verdict, in one process; of twenty students a share of the numbers is wrong."""
    solution = derivegen.solve("example:article-000")
    task = Task(solution.derivation, solution.notation)
    names = [*solution.values, *(f"dloss/d{name}" for name in solution.gradients)]
    asked = [name for name in names if name not in solution.graph.givens]
    chance = random.Random(1)
    tables = [
        "quantity,answer\n"
        + "\n".join(f"{name},{_typed(solution.trace.text(name), chance.random() < wrong)}" for name in asked)
        for _ in range(20)
    ]

    def students() -> None:
        for table in tables:
            (submission,) = read_answers(table, task.names, "csv")
            verdicts = [each.verdict for each in mark(task, submission.answers).findings]
            assert wrong or set(verdicts) == {"right"}

    students()
    rates = [len(tables) * len(asked) / taken(students) for _ in range(3)]
    what = "answers of a class, 3-4-1, " + (f"{100 * wrong:.0f} % of them wrong" if wrong else "all right")
    return Measurement(what, spread(rates), "/s", None if wrong else at_least(3000), beside=f"tables of {len(asked)}")


def _typed(text: str, wrong: bool) -> str:
    return f"{float(text) * 1.37 + 0.05:.4f}" if wrong else text


def symbols(pace: Pace) -> Iterator[Measurement]:
    """From text to verdict over the known pairs; nobody has kept anything from the answer before, and what the peers of sympy compare is
    already parsed."""
    free = Free()
    wrong = sum(
        equal(opened(read_plain(key)), opened(read_plain(answer)), free) is not fact for key, answer, fact in PAIRS
    )
    for name, judge_of, goal in checkers():
        peer = Peer(name, nothing, goal, over_ours=True)
        try:
            yield against(peer, judge_of(), free, wrong, pace)
        except Missing as error:
            yield Measurement(named("known pairs", peer), None, goal=goal, beside=str(error))


def checkers() -> Iterator[tuple[str, Callable[[], Any], Goal | None]]:
    """Each makes, from the texts of key and answer, a question that can be asked again and again."""
    yield "`simplify(a − b) == 0`", lambda: of_sympy(lambda a, b: sympy.simplify(a - b) == 0), at_least(100)
    yield "`a.equals(b)`", lambda: of_sympy(lambda a, b: bool(a.equals(b))), None
    yield "math-verify", of_math_verify, at_least(100)


def of_sympy(judge: Callable[[Any, Any], bool]) -> Callable[[str, str], Callable[[], bool]]:
    """A question about two expressions of sympy."""
    return lambda key, answer: partial(judge, to_sympy(read_plain(key)), to_sympy(read_plain(answer)))


def of_math_verify() -> Callable[[str, str], Callable[[], bool]]:
    """math-verify reads LaTeX, here sympy's, told that letters at the end are no units and that ln is natural; reading the answer is part
    of the question, as it is for us. Raises Missing."""
    checker = need("math_verify")
    plain = need("latex2sympy2_extended").NormalizationConfig(units=False)
    config = [checker.LatexExtractionConfig(normalization_config=plain)]
    # it warns that it has no time-out: a signal a call would cost it time
    logging.getLogger("math_verify").setLevel(logging.ERROR)

    def read(text: str) -> Any:
        return checker.parse(text, extraction_config=config, parsing_timeout=None)

    def question(key: str, answer: str) -> Callable[[], bool]:
        one, other = (f"${sympy.latex(to_sympy(read_plain(text)), ln_notation=True)}$" for text in (key, answer))
        kept = read(one)
        return lambda: bool(checker.verify(kept, read(other), timeout_seconds=None))

    return question


def against(peer: Peer, question: Any, free: Free, wrong: int, pace: Pace) -> Measurement:
    """The ratio of every pair, their median and quartiles."""
    ratios, ours, theirs, mistaken = list[float](), list[float](), list[float](), 0
    for key, answer, fact in PAIRS:
        ask = question(key, answer)
        mistaken += ask() is not fact
        own, other = in_turn([partial(_judged, key, answer), Contender(ask, clear_cache)], Pace(rounds=3, least=0))
        ours.append(median(own))
        theirs.append(median(other))
        ratios.append(theirs[-1] / ours[-1])
    beside = f"{peer.name} {duration(median(theirs))}, {mistaken} of {len(PAIRS)} wrong; ours {wrong} wrong"
    return Measurement(named("known pairs", peer), spread(ratios), "×", peer.goal, duration(median(ours)), beside)


def _judged(key: str, answer: str) -> None:
    """One answer held to the key, both read anew."""
    equal(opened(read_plain(key)), opened(read_plain(answer)), Free())


def mutants() -> Measurement:
    """Formulas changed in one place that are taken for the formula."""
    free, pairs = Free(), all_mutants()
    start = processor()
    accepted = sum(equal(*pair, free) is True for pair in pairs)
    each = (processor() - start) / len(pairs)
    return value(f"accepted of {len(pairs)} mutants", accepted, "", at_most(0), f"{duration(each)} each")


def diagnosis(example: str, name: str, text: str) -> Measurement:
    """One wrong number: all singles, in one step too, and all pairs, with nothing kept from before."""
    solution = derivegen.solve(f"example:{example}")
    list(CATALOGUE.values())
    times = []
    for _ in range(5):
        task = Task(solution.derivation, solution.notation)
        answer = Answer(name, (), name, text, Number(text), 1, 1)
        start = processor()
        (finding,) = mark(task, [answer]).findings
        times.append(processor() - start)
        assert finding.verdict == "wrong"
    what = f"one diagnosis, {example}, {name} = {text}"
    return Measurement(what, spread(times), "s", at_most(0.2), beside=finding.reason)
