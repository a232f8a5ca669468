"""Rows that compare unlike things: what a row is about goes in, the words that say so come out; nothing follows from such a row.

The figures in the words were measured on equal terms, in whole processes that took turns, and not by the tables here; a row that is
measured so itself leaves the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ONE_STEP = "ours are one step deep, in named quantities"
NEW_ARRAYS = "numpy makes new arrays in every call here"
LABEL = "**not alike:**"
"""What the words begin with, in the last column."""

UNLIKE: tuple[tuple[str, str], ...] = (
    (
        r"PDF of 1-1-1: .*pdflatex",
        "ours is typst alone in a process that is warm, pdflatex a whole cold one; our whole command takes 2.9 × one run, 1.4 × the two "
        "that references need",
    ),
    (
        r"PDFs of sheet and key .*pdflatex",
        "ours is warm, pdflatex starts twice for each file; over one LaTeX file of the same pages it takes 0.6 × our time",
    ),
    (
        r".*all partials as .*`sympy\.diff`",
        f"{ONE_STEP}, `sympy.diff` those of the composed loss; for the same one-step partials it takes 7.6 × our time cold, 1.2 × warm",
    ),
    (r".*all partials as .*symengine", f"{ONE_STEP}, symengine's those of the composed loss"),
    (r".*all partials as .*casadi", f"{ONE_STEP}, casadi's are one graph of the composed loss"),
    (r".*families only.*casadi", "ours are rules from which no partial has been made yet, casadi makes them all"),
    (
        r"3-4-1 .*one example: .*lambdify",
        "`lambdify` is given the gradient of the composed loss, ours has the steps as common parts",
    ),
    (
        r"3-4-1 .*one example: .*(?:numpy|torch|jax)",
        "arrays are the wrong tool at this size: twelve lines of Python with `math.exp` beat both, ours takes 1.6 × their time",
    ),
    (
        r"3-4-1 .*examples: .*lambdify",
        "`lambdify` is given the gradient of the composed loss, ours are products of matrices",
    ),
    (r"3-4-1 .*examples: .*numpy by hand", f"{NEW_ARRAYS}; written in place it would take less time"),
    (r".*examples?: .*numpy by hand", f"{NEW_ARRAYS}; written in place, ours takes 1.00 to 1.13 × its time"),
    (
        r".*from the network to a function: .*lambdify",
        "ours prints code of its layers, the peer differentiates the composed loss first",
    ),
    (
        r"right numbers",
        "warm, and nobody is wrong; in a class 1,300 to 2,400 answers a second, with 15 % wrong ones 215",
    ),
    (
        r"known pairs: math-verify",
        "math-verify as it comes; configured for this it has 0 of 12 wrong and takes 30 × our time, warm",
    ),
    (
        r"known pairs: ",
        "the peer's cache is emptied before each answer, ours keeps the key's values for fifty answers",
    ),
    (
        r"20-20-20 to md: exponent over examples",
        "of this network alone; 3-4-1 grows with an exponent of 1.15 to 1.17, and 16,000 examples of it take 52 s",
    ),
)
"""The beginning of what a row is about, and what is unlike; the first that fits."""


def unlike(what: str) -> str:
    """What a row of that name compares that is not alike; "" where it is."""
    return next((words for pattern, words in UNLIKE if re.match(pattern, what)), "")


def marked(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells of a row: of one that compares unlike things the last says so, and none that a goal is met."""
    words = unlike(cells[0])
    if not words or LABEL in cells[-1]:
        return tuple(cells)
    *front, met, ours, beside = cells
    return (*front, "–" if met == "yes" else met, ours, "; ".join(filter(None, (beside, f"{LABEL} {words}"))))


def reworded(page: str) -> str:
    """The page with the words in every row of its tables that needs them."""
    return "".join(_line(line) for line in page.splitlines(keepends=True))


def _line(line: str) -> str:
    cells = line.rstrip("\n").removeprefix("| ").removesuffix(" |").split(" | ")
    return f"| {' | '.join(marked(cells))} |\n" if line.startswith("| ") and len(cells) == CELLS else line


CELLS = 7
"""What a row has."""
