"""Marking, in time: prints a Markdown table of right numbers a second, of symbolic answers against `simplify`, of one full diagnosis.

Run with `python -m tests.bench.bench_check`. Processor time, best of five; what is compared is measured in turns in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import sympy
from sympy.core.cache import clear_cache

import derivegen
from derivegen.check.answers import Answer, read_answers
from derivegen.check.equalities import Free, equal, opened
from derivegen.check.marking import mark
from derivegen.check.task import Task
from derivegen.formula.arrays import ARRAYS
from derivegen.formula.grammar import read_plain
from derivegen.formula.symbolic import to_sympy
from derivegen.formula.tree import Number, Quantity
from derivegen.formula.value import value
from derivegen.mistakes.mistake import CATALOGUE
from tests.check.test_equalities import PAIRS, all_mutants

A_SECOND, TIMES, DIAGNOSIS = 3000, 100, 0.2


def taken(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


def row(what: str, measured: str, goal: str, met: bool, of_it: str) -> str:
    return f"| {what} | {measured} | {goal} | {'yes' if met else 'NO'} | {of_it} |"


def numbers() -> str:
    """A class's tables of right answers, from text to verdict."""
    solution = derivegen.solve("example:article-000")
    task = Task(solution.derivation, solution.notation)
    names = [*solution.values, *(f"dloss/d{name}" for name in solution.gradients)]
    asked = [name for name in names if name not in solution.graph.givens]
    table = "quantity,answer\n" + "\n".join(f"{name},{solution.trace.text(name)}" for name in asked)

    def students() -> None:
        for _ in range(20):
            (submission,) = read_answers(table, task.names, "csv")
            assert {each.verdict for each in mark(task, submission.answers).findings} == {"right"}

    students()
    best = 20 * len(asked) / min(taken(students) for _ in range(5))
    return row("right numbers, 3-4-1", f"{best:.0f}/s", f"≥ {A_SECOND}/s", best >= A_SECOND, f"tables of {len(asked)}")


def symbols() -> str:
    """From text to verdict, beside simplify(a − b) == 0 with nothing cached."""
    free, ratios, wrong = Free(), list[float](), 0
    for key, answer, expected in PAIRS:
        trees = [to_sympy(read_plain(text)) for text in (key, answer)]
        ours, theirs = list[float](), list[float]()
        for _ in range(3):
            clear_cache()
            theirs.append(taken(lambda trees=trees: sympy.simplify(trees[0] - trees[1]) == 0))  # type: ignore[misc]
            ours.append(taken(lambda key=key, answer=answer: _fifty(key, answer, free)) / 50)  # type: ignore[misc]
        ratios.append(min(theirs) / min(ours))
        wrong += equal(opened(read_plain(key)), opened(read_plain(answer)), free) is not expected
    mutants = all_mutants()
    accepted = sum(equal(*pair, free) is True for pair in mutants)
    met = median(ratios) >= TIMES and not wrong and not accepted
    of_it = f"{min(ratios):.0f} to {max(ratios):.0f}; {wrong} of {len(PAIRS)} wrong, {accepted} of {len(mutants)} mutants accepted"
    return row("symbolic answers against simplify", f"{median(ratios):.0f} ×", f"≥ {TIMES} ×", met, of_it)


def _fifty(key: str, answer: str, free: Free) -> None:
    """Fifty students' answers; what the key comes to is kept, as a network keeps the values of its quantities."""
    kept = value(opened(read_plain(key)), free, ARRAYS)
    for _ in range(50):
        equal(Quantity("key"), opened(read_plain(answer)), lambda name: kept if name == "key" else free(name))


def diagnosis(example: str, name: str, text: str) -> str:
    """One wrong number: all singles, in one step too, and all pairs, with nothing kept from before."""
    solution = derivegen.solve(f"example:{example}")
    list(CATALOGUE.values())
    times = []
    for _ in range(5):
        task = Task(solution.derivation, solution.notation)
        answer = Answer(name, (), name, text, Number(text), 1, 1)
        start = time.process_time()
        (finding,) = mark(task, [answer]).findings
        times.append(time.process_time() - start)
        assert finding.verdict == "wrong"
    best = min(times)
    return row(
        f"one diagnosis, {example}, {name} = {text}", f"{best * 1e3:.0f} ms", f"≤ {DIAGNOSIS * 1e3:.0f} ms",
        best <= DIAGNOSIS, finding.reason,
    )  # fmt: skip


def main() -> None:
    """Print the table."""
    print("| what | measured | goal | met | of it |\n|---|---|---|---|---|")
    print(numbers(), flush=True)
    print(symbols(), flush=True)
    for text in ("0.01234", "0.06170"):
        print(diagnosis("article-000", "dloss/dw[1][4][3]", text), flush=True)


if __name__ == "__main__":
    main()
