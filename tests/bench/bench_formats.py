"""How long the formats take, and how large they are: `python tests/bench/bench_formats.py` prints a table; nothing is asserted.

The PDF of the 1-1-1 article stands beside one run of pdflatex on our own LaTeX of it, the two taken in turn. Goals: at most 0.2 of
pdflatex's time, a PDF of twenty pages under two seconds, a page of HTML under 300 kB.
"""

from __future__ import annotations

import gc
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import derivegen
from derivegen.network.examples import example_names
from derivegen.render.typst_page import pdf

ARTICLE = "example:article-004"
LONG = "example:article-000"
REPEATS = 9


def timed(run: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    gc.collect()
    started = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - started)


def in_turn(*runs: Callable[[], object]) -> list[list[float]]:
    """The times of each, taken in turn so that a busy machine is busy for all."""
    rounds = [[timed(run) for run in runs] for _ in range(REPEATS)]
    return [list(times) for times in zip(*rounds, strict=True)]


def pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def against_pdflatex() -> None:
    """Source to PDF, by typst in this process and by pdflatex in one of its own."""
    solution = derivegen.solve(ARTICLE)
    source, latex = solution.text("typst"), solution.text("latex")
    pdf(source)
    if shutil.which("pdflatex") is None:
        print(f"{'PDF of 1-1-1, typst':40} {median(in_turn(lambda: pdf(source))[0]):8.0f} ms (no pdflatex here)")
        return
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.tex").write_text(latex, encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "a.tex"]
        ours, theirs = in_turn(
            lambda: pdf(source), lambda: subprocess.run(command, cwd=folder, capture_output=True, check=True)
        )
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"{'PDF of 1-1-1, typst':40} {median(ours):8.0f} ms {min(ours):8.0f}")
    print(f"{'the same, pdflatex, one run':40} {median(theirs):8.0f} ms {min(theirs):8.0f}")
    print(f"{'ratio, goal at most 0.20':40} {median(ratios):8.2f}    {min(ours) / min(theirs):8.2f}")


def long_document() -> None:
    """A document of twenty pages and more."""
    source = derivegen.solve(LONG, detail="full", view="both").text("typst")
    count = pages(pdf(source))
    times = in_turn(lambda: pdf(source))[0]
    print(f"{f'PDF of {count} pages, goal under 2000':40} {median(times):8.0f} ms {min(times):8.0f}")


def sizes() -> None:
    for name in example_names():
        size = len(derivegen.solve(f"example:{name}").text("html").encode())
        print(f"{f'HTML of {name}, goal under 300':40} {size / 1000:8.0f} kB")


if __name__ == "__main__":
    print(f"{'':40} {'median':>8}    {'least':>8}")
    against_pdflatex()
    long_document()
    sizes()
