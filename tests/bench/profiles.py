"""The command as a user meets it: how fast it starts and what it imports, how long and how large a big network is, how cost grows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy

from tests.bench.measure import Measurement, at_most, duration
from tests.bench.sized import XXL, L, S, Size, file, saved
from tests.bench.timing import ROOT, Pace, Peer, compare, processor, timed, value

COMMAND = [sys.executable, "-m", "derivegen"]
PACKAGES = ["click", "sympy", "mpmath", "numpy", "pydantic", "jinja2", "typst", "ziamath", "loky", "pypdf"]
"""What may be imported, and is heavy."""
TRIES = 2
"""How often a command is run where cost is fitted to growth; the quicker run counts."""


def measurements(pace: Pace) -> Iterator[Measurement]:
    """Start, imports, a large network, growth."""
    yield from starting(pace)
    yield from importing()
    yield from large(pace)
    yield from growing(pace)


# ---------------------------------------------------------------------------------------------------------------- start-up


def run(*arguments: str, limit: float | None = None, folder: str | None = None) -> None:
    """One command to its end. Raises CalledProcessError, TimeoutExpired."""
    command = [*COMMAND, *arguments]
    subprocess.run(command, check=True, capture_output=True, cwd=folder or ROOT, timeout=limit)


def starting(pace: Pace) -> Iterator[Measurement]:
    """The commands that need none of the heavy packages, against Python that does nothing."""
    bare = partial(subprocess.run, [sys.executable, "-c", "pass"], check=True)
    for argument in ("--help", "examples"):
        peer = Peer("bare Python", lambda: bare, at_most(3))
        yield from compare(f"`derivegen {argument}`", partial(run, argument), [peer], pace)
    yield timed("`derivegen --help`, by the clock", partial(run, "--help"), at_most(0.3), pace, wall=True)
    for form in ("md", "pdf"):
        with TemporaryDirectory() as folder:
            work = partial(run, "solve", "example:article-004", "--to", form, "-o", folder)
            yield timed(f"`derivegen solve` of 1-1-1 to {form}, by the clock", work, None, pace, wall=True)


def importing() -> Iterator[Measurement]:
    """How many modules each command imports, and which of the heavy packages, with the time they take."""
    answer = "loss = 0.0259"
    commands = {
        "--help": 0, "examples": 0, "names example:article-004": None, "schema": None,
        "solve example:article-004 --to md": None, "solve example:article-004 --to pdf": None,
        "sheet example:article-004 --count 1 --to md": None,
    }  # fmt: skip
    yield from (imported(text.split(), heavy) for text, heavy in commands.items())
    yield imported(["check", "example:article-004", answer], None)


def imported(arguments: list[str], allowed: int | None) -> Measurement:
    """One command; `allowed` is how many heavy packages beside click it may import."""
    with TemporaryDirectory() as folder:
        where = ["-o", folder] if arguments[0] in ("solve", "sheet") else []
        command = [sys.executable, "-X", "importtime", *COMMAND[1:], *arguments, *where]
        said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT).stderr
    lines = re.findall(r"^import time: +\d+ \| +(\d+) \| +(\S+)$", said, re.M)
    heavy = {name: int(spent) / 1e6 for spent, name in lines if name in PACKAGES}
    beside = ", ".join(f"{name} {duration(spent)}" for name, spent in heavy.items())
    what = f"`derivegen {' '.join(arguments)}`: imports"
    if allowed is None:
        return value(what, len(lines), "modules", beside=beside)
    found = len(heavy.keys() - {"click"})
    return value(f"{what} beside click", found, "heavy packages", at_most(allowed), f"{len(lines)} modules; {beside}")


# ----------------------------------------------------------------------------------------------------------- a large network


def large(pace: Pace) -> Iterator[Measurement]:
    """784-128-10 with a thousand examples from array files: the whole command, then time and memory of every stage."""
    size, rows = (L, 10) if pace.quick else (XXL, 1000)
    what = f"{size.name}, {rows:,} examples"
    with TemporaryDirectory() as folder:
        path = saved(size, rows, Path(folder))
        start, worked = perf_counter(), processor()
        trouble = attempt(partial(run, "solve", str(path), "--to", "pdf", "-o", folder, limit=pace.cap))
        spent = perf_counter() - start
        beside = trouble or f"{duration(processor() - worked)} of the processor"
        yield value(f"`derivegen solve` of {what} to pdf, by the clock", spent, "s", at_most(5), beside)
        yield from stages(what, [sys.executable, "-m", "tests.bench.stages", str(path)], pace.cap)


def attempt(work: Callable[[], object]) -> str:
    """Nothing, or why a command did not get to its end."""
    try:
        work()
    except subprocess.TimeoutExpired as error:
        return f"stopped after {duration(error.timeout)}"
    except subprocess.CalledProcessError as error:
        return f"exit {error.returncode}: {error.stderr.decode().strip().splitlines()[-1]}"
    return ""


def stages(what: str, command: Sequence[str], cap: float) -> Iterator[Measurement]:
    """The peak of every stage that came to its end before the time was up."""
    try:
        done = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=cap)
        printed, trouble = done.stdout, "" if done.returncode == 0 else done.stderr.decode().strip().splitlines()[-1]
    except subprocess.TimeoutExpired as error:
        printed, trouble = error.stdout or b"", f"stopped after {duration(cap)}"
    for name, seconds, peak, held in (line.split("\t") for line in printed.decode().splitlines()):
        beside = f"{duration(float(seconds))}; {float(held):.0f} MB at its end"
        yield value(f"{what}: peak memory, {name}", float(peak), "MB", beside=beside)
    if trouble:
        yield Measurement(f"{what}: the stages after that", None, beside=trouble)


# ------------------------------------------------------------------------------------------------------------------- growth


def growing(pace: Pace) -> Iterator[Measurement]:
    """Whole commands over width, depth, rows and the number of students."""
    some = slice(0, 3) if pace.quick else slice(None)
    widths = {Size((n, n, n)).parameters: (Size((n, n, n)), 1) for n in (40, 80, 160, 320, 640)[some]}
    depths = {n: (Size((20,) * (n + 1)), 1) for n in (24, 48, 96, 192, 384)[some]}
    rows = {n: (Size((20, 20, 20)), n) for n in (500, 1000, 2000, 4000, 8000)[some]}
    yield grown("n-n-n to md: exponent over parameters", {n: partial(solved, *net) for n, net in widths.items()}, pace)
    yield grown("20-…-20 to md: exponent over layers", {n: partial(solved, *net) for n, net in depths.items()}, pace)
    few = {n: (S, n) for n in (1000, 2000, 4000, 8000, 16000)[some]}
    yield grown("3-4-1 to md: exponent over examples", {n: partial(solved, *net) for n, net in few.items()}, pace)
    yield grown("20-20-20 to md: exponent over examples", {n: partial(solved, *net) for n, net in rows.items()}, pace)
    counts = (64, 128, 256, 512, 1024)[some]
    yield grown("sheets of 3-4-1 to md: exponent over students", {n: partial(classed, n) for n in counts}, pace)


def solved(size: Size, rows: int, limit: float) -> None:
    """One document by the command."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "network.json")
        path.write_text(json.dumps(file(size, rows)), encoding="utf-8")
        run("solve", str(path), "--to", "md", "-o", folder, limit=limit)


def classed(count: int, limit: float) -> None:
    """One class by the command."""
    with TemporaryDirectory() as folder:
        run(
            "sheet",
            "example:article-000",
            "--count",
            str(count),
            "--to",
            "md",
            "--jobs",
            "1",
            "-o",
            folder,
            limit=limit,
        )


def grown(what: str, works: dict[int, Callable[[float], None]], pace: Pace) -> Measurement:
    """The exponent of the commands that came to their end, the first that does not being the last that is tried."""
    times, trouble = dict[int, float](), ""
    for size, work in works.items():
        found = []
        for _ in range(TRIES):
            start = processor()
            trouble = trouble or attempt(partial(work, pace.cap))
            found.append(processor() - start)
        if trouble:
            break
        times[size] = min(found)
    beside = "; ".join(filter(None, (", ".join(f"{n:,}: {duration(spent)}" for n, spent in times.items()), trouble)))
    if len(times) < 3:
        return Measurement(what, None, goal=at_most(1.1), beside=beside)
    return value(what, exponent(list(times), list(times.values())), "", at_most(1.1), beside)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """p of c + k·sizeᵖ with c ≥ 0, of all p the one with the least squares of relative errors: what every run costs alike is no growth."""
    best, found = float("inf"), 0.0
    ones, measured = numpy.ones(len(sizes)), numpy.array(times)
    for p in numpy.arange(0.05, 3.0, 0.01):
        power = numpy.array(sizes, dtype=float) ** p
        for columns in ([ones, power], [power]):
            matrix = numpy.stack(columns, axis=1) / measured[:, None]
            answer, *_ = numpy.linalg.lstsq(matrix, ones, rcond=None)
            error = float(((matrix @ answer - 1) ** 2).sum())
            if answer.min() >= 0 and error < best:
                best, found = error, float(p)
    return found
