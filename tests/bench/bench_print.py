"""Printing against the alternative, and whole documents: prints Markdown tables of median ratios and of times.

Run with one BLAS thread: `OMP_NUM_THREADS=1 python tests/bench/bench_print.py`. Takes about a minute.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

ARTICLES = tuple(f"article-00{number}" for number in range(5))
FORMATS = ("md", "latex", "pdf", "json")
REPEATED = 10
"""Our printers run so often in a round, so that a round is about as long for them."""


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def interleaved(rounds: int, *contenders: Callable[[], object]) -> list[list[float]]:
    """The processor's times of each contender, taken in turn."""
    found: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        gc.collect()
        for times, contender in zip(found, contenders, strict=True):
            times.append(seconds(contender, time.process_time))
    return found


# --------------------------------------------------------------------------------------------------------------- formulas


def pairs(detail: str) -> list[tuple[Any, Any]]:
    """Every formula of the 3–4–1 solution as (tree with its notation and numbers, sympy expression), where it has one."""
    import derivegen
    from derivegen.document.verify import formulas
    from derivegen.formula.symbolic import to_sympy
    from derivegen.network.load import load

    network = load("example:article-000")
    options = replace(network.options, detail=detail, wrt=None if detail == "full" else network.options.wrt)
    solution = derivegen.solve(replace(network, options=options))
    found = []
    for (_, tree), (_, shown) in zip(formulas(solution.document), formulas(solution.inscribed), strict=True):
        with suppress(TypeError):  # matrices and words
            found.append((shown, to_sympy(tree)))
    return found


def printing(detail: str) -> Iterator[str]:
    """Our printers, their caches emptied, against sympy's over the same formulas."""
    import sympy

    from derivegen.formula import latex, plain, typst

    both = pairs(detail)
    trees, expressions = [tree for tree, _ in both], [expression for _, expression in both]

    def ours(room: Any, printer: Callable[[Any], str]) -> Callable[[], object]:
        caches = [found for found in vars(room).values() if hasattr(found, "cache_clear")]

        def work() -> None:
            for _ in range(REPEATED):
                for cache in caches:
                    cache.cache_clear()
                for tree in trees:
                    printer(tree)

        return work

    def theirs() -> list[str]:
        return [sympy.latex(expression) for expression in expressions]

    def distinct() -> list[str]:
        return [sympy.latex(expression) for expression in dict.fromkeys(expressions)]

    contenders = {
        "LaTeX": ours(latex, latex.latex),
        "Typst": ours(typst, typst.typst),
        "plain text": ours(plain, plain.plain),
    }
    *mine, full, once = interleaved(25, *contenders.values(), theirs, distinct)
    what = f"3–4–1 {detail}, {len(both)} formulas: `sympy.latex` ÷ our"
    mine = [[seconds / REPEATED for seconds in times] for times in mine]
    for label, times in zip(contenders, mine, strict=True):
        yield ratio(f"{what} {label}", full, times, 20 if (label, detail) == ("LaTeX", "full") else None)
    yield ratio(f"{what} LaTeX, `sympy.latex` of each different formula once", once, mine[0], None)


# -------------------------------------------------------------------------------------------------------------- documents


def documents() -> Iterator[str]:
    """The five articles in four formats in this process, none of them made before."""
    import derivegen

    whole = 0.0
    for number, name in enumerate(ARTICLES):
        solution: list[Any] = []
        times = [seconds(lambda: solution.append(derivegen.solve(f"example:{name}")))]  # noqa: B023 - called at once
        times.append(seconds(lambda: solution[0].inscribed))  # noqa: B023
        for form in FORMATS:
            work = solution[0].pdf if form == "pdf" else lambda: solution[0].text(form)  # noqa: B023
            times.append(seconds(work))
        whole += sum(times)
        met = "–" if number == 0 else "yes" if sum(times) <= 3 else "NO"
        yield f"| {name} | {' | '.join(f'{t:.2f}' for t in times)} | {sum(times):.2f} | {met} |"
    yield f"| together |{' |' * (len(FORMATS) + 2)} {whole:.2f} | {'yes' if whole <= 20 else 'NO'} |"


# ------------------------------------------------------------------------------------------------------------------ table


def ratio(what: str, full: list[float], times: list[float], goal: int | None) -> str:
    """A line of the table: the median of the ratios of times taken in turn."""
    found = statistics.median(f / t for f, t in zip(full, times, strict=True))
    met = "–" if goal is None else "yes" if found >= goal else "NO"
    wanted = "–" if goal is None else f"≥ {goal}×"
    detail = f"{statistics.median(full) * 1e3:.3g} ms against {statistics.median(times) * 1e3:.3g} ms"
    return f"| {what} | {found:.1f}× | {wanted} | {met} | {detail} |"


def main() -> None:
    """Print the tables, a row as soon as it is measured; the documents in a process of their own, so that they are cold."""
    if sys.argv[1:] == ["documents"]:
        for line in documents():
            print(line, flush=True)
        return
    print("| what | measured | goal | met | medians |\n|---|---|---|---|---|")
    for detail in ("standard", "full"):
        for line in printing(detail):
            print(line, flush=True)
    print(f"\n| seconds, cold | solve | compose and judge | {' | '.join(FORMATS)} | together | met |")
    print("|" + "---|" * (len(FORMATS) + 5), flush=True)
    subprocess.run([sys.executable, __file__, "documents"], check=True)


if __name__ == "__main__":
    main()
