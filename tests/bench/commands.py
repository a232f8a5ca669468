"""Whole commands, cold, as people meet them: each against the whole process of what one would use instead, or against an earlier build.

Every contender is a process of its own that starts, does the work and ends; times are of the processor.
"""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import derivegen
from tests.bench.earlier import BUILD, earlier, python, run
from tests.bench.formats import pdflatex
from tests.bench.measure import Measurement, at_most
from tests.bench.sized import S, file
from tests.bench.timing import ONCE, ROOT, Missing, Pace, Peer, Work, compare, compared, need, value

SMALL, LARGER = "example:article-004", "example:article-000"
ANSWER = "dL/dw2 = -0.1308"
VERIFY = (
    "from math_verify import parse, verify; "
    "print(verify(parse('$-0.13078$'), parse('$-0.1308$'), float_rounding=4, numeric_precision=4, strict=False))"
)
"""math-verify told how many digits count, on one number: its whole process beside one line of ours."""
WRONG = 0.15
"""The share of answers in a class that are wrong."""
WARM = """
import sys, time
import derivegen
net = derivegen.load(sys.argv[1])
derivegen.solve(net)
start = time.process_time()
for _ in range(int(sys.argv[2])):
    derivegen.solve(net)
print((time.process_time() - start) / int(sys.argv[2]))
"""


def measurements(pace: Pace) -> Iterator[Measurement]:
    """One network, one answer, a class, many rows."""
    yield from documents(pace)
    yield from starts(pace)
    yield from a_class(pace)
    yield warm(pace)
    if not pace.quick:
        yield from many_rows()


def told(folder: str, *arguments: str, mistakes: bool = False) -> Work:
    """A command of ours."""
    return partial(run, ROOT, *arguments, "-o", folder, mistakes=mistakes)


def before(*arguments: str, goal: float | None = None, mistakes: bool = False) -> Peer:
    """The same command of the earlier build."""

    def ready() -> Work:
        return partial(run, earlier(), *arguments, mistakes=mistakes)

    return Peer(f"build {BUILD}", ready, None if goal is None else at_most(goal))


def documents(pace: Pace) -> Iterator[Measurement]:
    """A solution on paper and as Markdown; the LaTeX is ours, made beforehand, and is compiled once and, as references need, twice."""
    with TemporaryDirectory() as folder:
        for name, goals in ((SMALL, (0.7, 1.2)), (LARGER, (None, None))):
            latex = derivegen.solve(name).text("latex")
            peers = [
                Peer("two runs of pdflatex", partial(pdflatex, [latex], 2), goals[0] and at_most(goals[0])),
                Peer("one run of pdflatex", partial(pdflatex, [latex], 1), goals[1] and at_most(goals[1])),
            ]
            what = f"`solve {name} --to pdf`"
            yield from compare(what, told(folder, "solve", name, "--to", "pdf"), peers, pace)
        arguments = ("solve", SMALL, "--to", "md", "-o", folder)
        yield from compare(
            f"`{' '.join(arguments[:-2])}`", partial(run, ROOT, *arguments), [before(*arguments, goal=0.4)], pace
        )
        text = told(folder, "solve", LARGER, "--to", "text")
        peer = Peer("`--to text`", lambda: text, at_most(1.1))
        yield from compare(f"`solve {LARGER} --to json`", told(folder, "solve", LARGER, "--to", "json"), [peer], pace)
        yield value(
            "peak memory of a PDF of 1-1-1", peak("solve", SMALL, "--to", "pdf", "-o", folder), "MiB", at_most(100)
        )


PEAK = """
import resource, sys
from derivegen.cli import main
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(*arguments: str) -> float:
    """The most memory a command of ours takes, in MiB: the process says it itself at its end."""
    return int(python(ROOT, PEAK, *arguments).split()[-1]) / 1024


def starts(pace: Pace) -> Iterator[Measurement]:
    """Commands in which starting is most of it."""

    def numpy_alone() -> Work:
        return partial(subprocess.run, [sys.executable, "-c", "import numpy"], check=True)

    def verifier() -> Work:
        need("math_verify")
        return partial(subprocess.run, [sys.executable, "-c", VERIFY], check=True, capture_output=True)

    peer = Peer("Python that imports numpy", numpy_alone, at_most(2.2))
    yield from compare(f"`names {SMALL}`", partial(run, ROOT, "names", SMALL), [peer], pace)
    peer = Peer("math-verify on one number", verifier, at_most(0.7))
    yield from compare("`check` of one line", partial(run, ROOT, "check", SMALL, ANSWER), [peer], pace)


def a_class(pace: Pace) -> Iterator[Measurement]:
    """Sheets, marking and printing of a class; both builds mark the very same hand-ins."""
    few, many, printed = (8, 20, 6) if pace.quick else (40, 200, 120)
    with TemporaryDirectory() as folder:
        arguments = ("sheet", LARGER, "--count", str(few), "--seed", "7", "--to", "md")
        ours = fresh(partial(run, ROOT, *arguments))
        peers = [
            Peer(f"build {BUILD}", lambda: fresh(partial(run, earlier(), *arguments)), at_most(0.35)),
            Peer("`--jobs 1`", lambda: fresh(partial(run, ROOT, *arguments, "--jobs", "1")), at_most(1.15)),
        ]
        yield from compare(f"{few} sheets of 3-4-1 to md", ours, peers, pace)
        key, answers = class_of(Path(folder), many)
        marking = ("check", str(key), str(answers), "--to", "csv", "-o", folder)
        what = f"marking a class of {many}, {WRONG:.0%} of its answers wrong".replace("%", " %")
        yield from compare(
            what, partial(run, ROOT, *marking, mistakes=True), [before(*marking, goal=0.2, mistakes=True)], ONCE
        )
        arguments = ("sheet", SMALL, "--count", str(printed // 3), "--seed", "7", "--to", "pdf")
        pages = in_one(printed // 3)
        peer = Peer("one pdflatex over the same pages in one file", partial(pdflatex, [pages], 1), at_most(1.0))
        yield from compare(
            f"{printed} PDFs of a class (sheet, key, scheme)", fresh(partial(run, ROOT, *arguments)), [peer], pace
        )


def fresh(work: Callable[..., None]) -> Work:
    """The command into a folder of its own every time."""

    def once() -> None:
        with TemporaryDirectory() as folder:
            work("-o", folder)

    return once


def class_of(folder: Path, students: int) -> tuple[Path, Path]:
    """A class made by the earlier build, which both can read, and tables of answers: right ones, some in a hundred wrong."""
    try:
        maker = earlier()
    except Missing:
        maker = ROOT
    run(maker, "sheet", LARGER, "--count", str(students), "--seed", "7", "--to", "md", "-o", str(folder / "class"))
    key = folder / "class" / "teacher" / "exercises.json"
    answers, chance = folder / "answers", random.Random(1)
    answers.mkdir()
    for each in json.loads(key.read_text(encoding="utf-8"))["variants"]:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerows([("quantity", "symbol", "answer"), ("variant", "", each["variant"])])
        for answer in each["answers"]:
            typed = answer["text"] if chance.random() > WRONG else f"{float(answer['value']) * 1.37 + 0.05:.4f}"
            rows.writerow((answer["name"], "", typed))
        (answers / f"{each['id']}.csv").write_text(text.getvalue(), encoding="utf-8")
    return key, answers


def in_one(students: int) -> str:
    """Sheets, keys and schemes of a class as one LaTeX file: the preamble once, the bodies one after the other."""
    works = derivegen.sheet(SMALL, count=students, seed=7).works()
    texts = [work.text(part, "latex") for work in works for part in ("sheet", "key", "scheme")]
    start, end = "\\begin{document}", "\\end{document}"
    bodies = [text.partition(start)[2].rpartition(end)[0] for text in texts]
    return texts[0].partition(start)[0] + start + "\n\\clearpage\n".join(bodies) + end


def warm(pace: Pace) -> Measurement:
    """A network solved and checked again and again in one process, by either build in turn."""
    rounds, often = (3, "3") if pace.quick else (7, "10")
    what, goal = "`derivegen.solve` of 3-4-1 with all checks, warm", at_most(0.25)
    peer = Peer(f"build {BUILD}", earlier, goal)  # type: ignore[arg-type]
    try:
        build = earlier()
    except Missing as error:
        return Measurement(f"{what}: ours ÷ {peer.name}", None, goal=goal, beside=str(error))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(float(python(ROOT, WARM, LARGER, often)))
        theirs.append(float(python(build, WARM, LARGER, often)))
    return compared(what, ours, theirs, peer)


def many_rows() -> Iterator[Measurement]:
    """Sixteen thousand examples, one round: it takes a minute."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "network.json")
        path.write_text(json.dumps(file(S, 16_000)), encoding="utf-8")
        arguments = ("solve", str(path), "--to", "md", "-o", folder)
        yield from compare(
            "3-4-1 with 16,000 examples to md", partial(run, ROOT, *arguments), [before(*arguments, goal=0.15)], ONCE
        )
