"""Sheets for a class: how many students a second get sheet, key and scheme, against deriving afresh for each; and the memory of a class
twice as large."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from derivegen.classroom.many import Pages
from derivegen.classroom.sheets import Sheets, sheet
from derivegen.classroom.student_files import FOLDERS
from derivegen.exercise.record import entry, json_text
from derivegen.exercise.roster import numbered
from tests.bench.measure import Measurement, at_least, at_most, spread
from tests.bench.timing import Pace, processor, taken, value

EXAMPLE = "article-000"
STUDENTS, FEW = 2048, 256


def measurements(pace: Pace) -> Iterator[Measurement]:
    """Memory first, while the process is small."""
    students = FEW if pace.quick else STUDENTS
    yield growing(students)
    yield from a_class(students)
    yield filling()


def a_class(students: int) -> Iterator[Measurement]:
    """Everything written of a class after its first slice, which makes the patterns; and one student by itself."""
    with TemporaryDirectory() as folder:
        clock = time.process_time
        start, steps = clock(), sheet(f"example:{EXAMPLE}", count=students, seed=7).steps(folder, "md")
        seen = [(step.done, clock()) for step in steps]
        end, (first, at), (last, then) = clock(), seen[1], seen[-1]
        files = sum(1 for _ in Path(folder).rglob("*.md"))
    each = (then - at) / (last - first)
    beside = f"first slice {at - start:.1f} s, page of the variants {end - then:.1f} s, {files:,} pages"
    yield value(f"sheet, key and scheme of {EXAMPLE} in Markdown", 1 / each, "/s", at_least(200), beside)
    afresh = [taken(partial(alone, seed)) for seed in range(4)][1:]  # the first imports
    ratios = spread([seconds / each for seconds in afresh])
    peer, ours = f"{median(afresh):.2f} s each afresh", f"{each * 1e3:.1f} ms"
    yield Measurement("the same: deriving afresh ÷ ours", ratios, "×", at_least(30), ours, peer)


def alone(seed: int) -> None:
    """One student whose sheets are derived, composed, judged and printed by themselves."""
    own = sheet(f"example:{EXAMPLE}", count=1, seed=seed)
    (work,) = own.works()
    for part in FOLDERS:
        work.text(part, "md")
    json_text(entry(work.student, work.exercise, work.number, work.accepted, work.printed))


def filling() -> Measurement:
    """The patterns alone: numbers that are known put into three pages."""
    own = sheet(f"example:{EXAMPLE}", count=2, seed=7)
    pages = Pages(own.exercises)
    texts = {name: said[0] for name, said in _ready(own, pages, "md").items()}
    patterns = [pattern for made in pages._patterns.values() for pattern in made]
    relations, words = [[True] * len(pattern.relations) for pattern in patterns], ["–"] * 1000
    start = processor()
    for _ in range(1000):
        for pattern, equal in zip(patterns, relations, strict=True):
            pattern.filled(texts, equal, words)
    rate = 1000 / (processor() - start)
    return value("filling in alone", rate, "/s", at_least(2000), f"{len(patterns)} pages")


def _ready(own: Sheets, pages: Pages, form: str) -> dict[str, tuple[str, bool]]:
    """The texts of the numbers of the first student, all its pages filled in."""
    works = list(own.works())
    accepted = [{name: work.accepted(name) for name in work.variant.answers} for work in works]
    wanted = [(part, form) for part in FOLDERS]
    found = pages.filled([work.variant for work in works], [work.student for work in works], accepted, wanted)
    assert found is not None
    return found[0].texts


def growing(students: int) -> Measurement:
    """How much more memory a class takes that is twice as large."""
    own, peaks = sheet(f"example:{EXAMPLE}", count=1, seed=8).exercises, []
    for count in (students, 2 * students):
        with TemporaryDirectory() as folder:
            Sheets(own, numbered(count)).write(folder, "md")
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    more, what = peaks[1] - peaks[0], f"memory of {2 * students:,} students after {students:,}"
    return value(what, more, "MB", at_most(20), f"{peaks[1]:.0f} MB in all")
