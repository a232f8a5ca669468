"""Every formula of a document by our printers against `sympy.latex` of the same formulas; and the five articles made from cold."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from tests.bench.measure import Measurement, at_least, at_most
from tests.bench.timing import ROOT, Pace, Peer, Work, compare, value

ARTICLES = tuple(f"article-00{number}" for number in range(5))
FORMATS = ("md", "latex", "pdf", "json")


def measurements(pace: Pace) -> Iterator[Measurement]:
    """The printers on a short and a full document, then documents."""
    for detail in ("standard", "full"):
        yield from printers(detail, pace)
    yield from documents(ARTICLES[-1:] if pace.quick else ARTICLES)


def pairs(detail: str) -> list[tuple[Any, Any]]:
    """Every formula of the 3–4–1 solution as (tree with its notation and numbers, sympy expression), where it has one."""
    import derivegen
    from derivegen.document.verify import formulas
    from derivegen.formula.symbolic import to_sympy
    from derivegen.network.file.load import load

    network = load("example:article-000")
    options = replace(network.options, detail=detail, wrt=None if detail == "full" else network.options.wrt)
    solution = derivegen.solve(replace(network, options=options))
    found = []
    for (_, tree), (_, shown) in zip(formulas(solution.document), formulas(solution.inscribed), strict=True):
        with suppress(TypeError):  # matrices and words
            found.append((shown, to_sympy(tree)))
    return found


def printers(detail: str, pace: Pace) -> Iterator[Measurement]:
    """LaTeX, Typst and plain text, their caches emptied each time."""
    import sympy

    from derivegen.formula.print import latex, plain, typst

    both = pairs(detail)
    expressions = [expression for _, expression in both]
    different = list(dict.fromkeys(expressions))

    def by_sympy(of: list[Any]) -> list[str]:
        return [sympy.latex(each) for each in of]

    what = f"3-4-1 {detail}, {len(both)} formulas in"
    goal = at_least(50) if detail == "full" else None
    beside = Peer("`sympy.latex`", lambda: partial(by_sympy, expressions), over_ours=True)
    once = Peer("`sympy.latex` of each different one", lambda: partial(by_sympy, different), over_ours=True)
    trees = [tree for tree, _ in both]
    yield from compare(f"{what} LaTeX", emptied(latex, latex.latex, trees), [replace(beside, goal=goal), once], pace)
    yield from compare(f"{what} Typst", emptied(typst, typst.typst, trees), [beside], pace)
    yield from compare(f"{what} plain text", emptied(plain, plain.plain, trees), [beside], pace)


def emptied(room: Any, printer: Callable[[Any], str], trees: list[Any]) -> Work:
    """A printer that remembers nothing from the run before."""
    caches = [found for found in vars(room).values() if hasattr(found, "cache_clear")]

    def work() -> None:
        for cache in caches:
            cache.cache_clear()
        for tree in trees:
            printer(tree)

    return work


def documents(names: tuple[str, ...]) -> Iterator[Measurement]:
    """Articles in four formats, one after the other in a new process, judging included."""
    command = [sys.executable, "-m", "tests.bench.printing", *names]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    whole = 0.0
    for number, line in enumerate(printed.splitlines()):
        name, seconds, parts = line.split("\t")
        whole += float(seconds)
        goal = at_most(3) if number else None  # the first imports what all need
        yield value(f"{name} as {', '.join(FORMATS)}, by the clock", float(seconds), "s", goal, parts)
    yield value("the articles together, imports included", whole, "s", at_most(20))


def made(name: str) -> str:
    """The seconds of one article: name, all of it, its parts."""
    import derivegen

    marks = [time.perf_counter()]
    solution = derivegen.solve(f"example:{name}")
    marks.append(time.perf_counter())
    assert solution.inscribed
    for form in FORMATS:
        marks.append(time.perf_counter())
        solution.content(form)
    marks.append(time.perf_counter())
    spent = [later - sooner for sooner, later in pairwise(marks)]
    parts = [f"{part} {each:.2f}" for part, each in zip(("solve", "compose and judge", *FORMATS), spent, strict=True)]
    return f"{name}\t{marks[-1] - marks[0]}\t{', '.join(parts)} s"


if __name__ == "__main__":
    for article in sys.argv[1:]:
        print(made(article))
