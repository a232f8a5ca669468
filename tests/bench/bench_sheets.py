"""Sheets for a class: prints a Markdown table of how many students a second get sheet, key and scheme in one process, against deriving
afresh for each, and against `pdflatex`; processor time throughout.

Run with `python tests/bench/bench_sheets.py`.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from derivegen.class_sheets import FOLDERS, Sheets, sheet
from derivegen.exercise.record import entry, json_text
from derivegen.exercise.roster import numbered
from derivegen.many import Pages
from derivegen.render.typst_page import pdf

EXAMPLE = "article-000"
STUDENTS = 2048
AFRESH = 3
PRINTED = 4
GOAL, FRESH_GOAL, FILLED_GOAL, PDF_GOAL = 200, 30, 2000, 10


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process and of those it starts."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def row(what: str, measured: str, goal: str, met: bool, detail: str) -> str:
    """A line of the table."""
    return f"| {what} | {measured} | {goal} | {'yes' if met else 'NO'} | {detail} |"


def a_class() -> Iterator[str]:
    """Everything written of a class, the patterns included; the same without the first slice; and afresh for each student."""
    with TemporaryDirectory() as folder:
        clock = time.process_time
        start, steps = clock(), sheet(f"example:{EXAMPLE}", count=STUDENTS, seed=7).steps(folder, "md")
        seen = [(step.done, clock()) for step in steps]
        end, (first, at), (last, then) = clock(), seen[1], seen[-1]
        files = sum(1 for path in Path(folder).rglob("*.md"))
    each = (then - at) / (last - first)
    detail = (
        f"{each * 1e3:.1f} ms; first slice {at - start:.1f} s, page of the variants {end - then:.1f} s, {files} pages"
    )
    yield row("sheet, key, scheme in Markdown", f"{1 / each:.0f}/s", f"≥ {GOAL}/s", each <= 1 / GOAL, detail)
    alone = afresh()
    yield row(
        "the same afresh",
        f"{alone / each:.0f} ×",
        f"≥ {FRESH_GOAL} ×",
        alone >= FRESH_GOAL * each,
        f"{alone:.2f} s each",
    )


def afresh() -> float:
    """Seconds for one student whose sheets are derived, composed, judged and printed by themselves."""

    def one(seed: int) -> None:
        own = sheet(f"example:{EXAMPLE}", count=1, seed=seed)
        (work,) = own.works()
        for part in FOLDERS:
            work.text(part, "md")
        json_text(entry(work.student, work.exercise, work.number, work.accepted, work.printed))

    one(1)  # imports
    return min(seconds(lambda seed=seed: one(seed)) for seed in range(AFRESH))  # type: ignore[misc]


def filling() -> Iterator[str]:
    """The patterns alone: numbers that are known put into three pages."""
    own = sheet(f"example:{EXAMPLE}", count=2, seed=7)
    pages = Pages(own.exercises)
    ready = _ready(own, pages, "md")
    patterns = [pattern for pattern in pages._patterns.values() if pattern is not None]
    texts, words = {name: said[0] for name, said in ready.items()}, ["–"] * 1000
    relations = [[True] * len(pattern.relations) for pattern in patterns]

    def fill() -> None:
        for _ in range(1000):
            for pattern, equal in zip(patterns, relations, strict=True):
                pattern.filled(texts, equal, words)

    spent = seconds(fill) / 1000
    yield row(
        "filling in alone",
        f"{1 / spent:.0f}/s",
        f"≥ {FILLED_GOAL}/s",
        spent <= 1 / FILLED_GOAL,
        f"{len(patterns)} pages",
    )


def _ready(own: Sheets, pages: Pages, form: str) -> dict[str, tuple[str, bool]]:
    """The texts of the numbers of the first student, all its pages filled in."""
    works = list(own.works())
    accepted = [{name: work.accepted(name) for name in work.variant.answers} for work in works]
    wanted = [(part, form) for part in FOLDERS]
    found = pages.filled([work.variant for work in works], [work.student for work in works], accepted, wanted)
    assert found is not None
    return found[0].texts


def printing() -> Iterator[str]:
    """PDFs of sheet and key by Typst, and by pdflatex from our own LaTeX, run twice as its references need it."""
    if shutil.which("pdflatex") is None:
        yield row("PDF of sheet and key", "–", f"≥ {PDF_GOAL} ×", False, "pdflatex is not here")
        return
    works = list(sheet(f"example:{EXAMPLE}", count=PRINTED, seed=7).works())
    sources = [[work.text(part, form) for work in works for part in ("sheet", "key")] for form in ("typst", "latex")]
    pdf(sources[0][0])  # fonts
    ours = seconds(lambda: [pdf(source) for source in sources[0]]) / PRINTED
    theirs = seconds(lambda: [latex(source) for source in sources[1]]) / PRINTED
    detail = f"{ours:.2f} s against {theirs:.1f} s a student"
    yield row("PDF of sheet and key", f"{theirs / ours:.0f} ×", f"≥ {PDF_GOAL} ×", theirs >= PDF_GOAL * ours, detail)


def latex(source: str) -> None:
    """One document, in a folder of its own."""
    with TemporaryDirectory() as folder:
        Path(folder, "page.tex").write_text(source, encoding="utf-8")
        command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "page.tex"]
        for _ in range(2):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)


def growing() -> Iterator[str]:
    """How much more memory a class takes that is twice as large."""
    own, peaks = sheet(f"example:{EXAMPLE}", count=1, seed=8).exercises, []
    for count in (STUDENTS, 2 * STUDENTS):
        with TemporaryDirectory() as folder:
            Sheets(own, numbered(count)).write(folder, "md")
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    more = peaks[1] - peaks[0]
    yield row(
        f"memory, {2 * STUDENTS} after {STUDENTS}", f"+{more:.0f} MB", "≤ 20 MB", more <= 20, f"{peaks[1]:.0f} MB"
    )


def main() -> None:
    """Print the table, a row as soon as it is measured."""
    print("| what | measured | goal | met | of it |\n|---|---|---|---|---|")
    for part in (growing, a_class, filling, printing):
        for line in part():
            print(line, flush=True)


if __name__ == "__main__":
    main()
